"""Handover items as cards and as rows: what, why, how explained, how taken over, how proved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from handover_core.dossier import texts
from handover_core.dossier.layout.voice import Voice, clipped, facts, links
from handover_core.dossier.model import SourceNote
from handover_core.dossier.sheet import Card, Cards, Cell, Column, Fact, Link, Part, Table, Tag, Tone
from handover_core.handover.model import (
    CATEGORY_LABELS,
    AuthorityGrant,
    Briefing,
    HandoverItem,
    HandoverQuestion,
    ItemState,
    Verified,
)
from handover_core.handover.texts import CRITICALITY_LABELS, STATE_LABELS, VERIFICATION_LABELS, say_why
from handover_core.policy import Criticality
from handover_core.records.model import RECORD_KIND_LABELS
from handover_core.texts import Text, label

CODE = Text("Item", "编号")
WHAT = Text("What is handed over", "交接事项")
WEIGHT = Text("Weight", "权重")
IMPORTANCE = Text("Weight", "重要程度")
RECEIVER = Text("Receiver", "接收人")
DUE = Text("Due", "期限")
STATE = Text("State", "状态")
PROOF = Text("Proof", "核验方式")
VERIFIER = Text("Verifier", "核验人")
NOBODY_YET = Text("not named yet", "未指定")
NEVER_EXPLAINED = Text("never explained by the giver", "移交人从未交底")
OVERDUE = Text("overdue", "已逾期")
WHY = Text("Why it is on the list", "列入原因")
SOURCE = Text("Source", "来源")
ABOUT = Text("On record", "记录内容")
BRIEFING = Text("Briefing", "交底")
FROM_RECORDS = Text("Briefing from records", "代为交底")
SHORTLY = Text("from records", "代为交底")
NOT_BY_GIVER = Text("not by the giver: {who}, {at}", "依据记录，非移交人本人：{who}，{at}")
ACTIONS = Text("Next actions", "待办事项")
SITUATION = Text("Situation to watch", "注意事项")
READ_BACK = Text("Read-back", "接收人复述")
ACCEPTED = Text("Accepted", "接收")
VERIFIED = Text("Verified", "核验")
GRANT = Text("Authority passed on", "权限移交")
GRANT_FULL = Text("in full, {limit}", "全部移交，上限 {limit}")
GRANT_CAPPED = Text("capped to {limit}, until {day}", "限额 {limit}，有效至 {day}")
GRANT_NONE = Text(
    "no amount before the receiver is qualified (interim until {day})", "具备资格前无额度（临时接管至 {day}）"
)
WAIVER = Text("Waived", "豁免")
WAIVER_ALONE = Text("Waiver, another approver needed", "同意豁免（尚需另一位审批人）")
BY_AT = Text("{who}, {at}", "{who}，{at}")
QUESTION = Text("Question", "提问")
ANSWER = Text("Answer", "答复")
NO_ANSWER = Text("not answered yet", "尚未答复")
REFERENCE = Text("reference {reference}", "外部编号 {reference}")
WITH = Text("with {name}", "往来方：{name}")
OPENED = Text("opened {day}", "{day} 建立")
DOCUMENTS = Text("Documents", "相关文件")
HISTORY = Text("History", "经过")
RETURNED = Text("{at}: {who} returned it: {reason}", "{at} {who} 退回：{reason}")
ACCEPTED_BEFORE = Text("{at}: {who} had accepted it, before it came back", "{at} {who} 曾接收（其后退回或变更）")
READ_BACK_BEFORE = Text("{at}: {who} had accepted it, reading back: {words}", "{at} {who} 曾接收，复述：{words}")
VERIFIED_BEFORE = Text("{at}: {who} had verified it: {words}", "{at} {who} 曾核验：{words}")
RECEIVER_BEFORE = Text("{at}: {by} took it from {who}{why}", "{at} {by} 变更接收人（原为 {who}）{why}")
RECEIVER_FIRST = Text("{at}: {by} named the receiver{why}", "{at} {by} 指定接收人{why}")
BECAUSE = Text(": {reason}", "：{reason}")
STALE = Text("{at}: what it stands for changed after it was accepted", "{at} 接收之后来源发生变更")

STATE_TONES = {
    ItemState.PLANNED: Tone.PLAIN,
    ItemState.BRIEFED: Tone.PLAIN,
    ItemState.ACCEPTED: Tone.PLAIN,
    ItemState.RETURNED: Tone.BAD,
    ItemState.VERIFIED: Tone.GOOD,
    ItemState.WAIVED: Tone.MUTED,
    ItemState.OBSOLETE: Tone.MUTED,
    ItemState.STALE: Tone.WARN,
}


def state_tag(voice: Voice, item: HandoverItem) -> Tag:
    """Return how an item stands, as a word with its symbol."""
    return Tag(
        text=voice(STATE_LABELS[item.state]), tone=STATE_TONES[item.state], symbol=texts.STATE_SYMBOLS[item.state]
    )


def from_records(item: HandoverItem) -> bool:
    """Tell whether an item was explained by somebody else, from records."""
    return item.briefing is not None and item.briefing.from_records


def overview(voice: Voice, items: Iterable[HandoverItem], overdue: Iterable[str]) -> Table:
    """Return the list itself: one row for each item."""
    late = set(overdue)
    columns = (
        Column(label=voice(CODE), width=10),
        Column(label=voice(WHAT), width=37),
        Column(label=voice(IMPORTANCE), width=12),
        Column(label=voice(RECEIVER), width=11),
        Column(label=voice(DUE), width=16),
        Column(label=voice(STATE), width=14),
    )
    return Table(columns=columns, rows=tuple(_row(voice, each, late=each.code in late) for each in items))


def _row(voice: Voice, item: HandoverItem, *, late: bool) -> tuple[Cell, ...]:
    tag = state_tag(voice, item)
    critical = item.criticality is Criticality.CRITICAL
    return (
        Cell(text=item.code, tone=Tone.MUTED),
        Cell(text=item.title, small=voice(CATEGORY_LABELS[item.category]), strong=critical),
        Cell(text=f"{voice(CRITICALITY_LABELS[item.criticality])} · {item.weight}", strong=critical),
        Cell(text=voice.name(item.receiver_id)) if item.receiver_id else Cell(text=voice(NOBODY_YET), tone=Tone.WARN),
        Cell(text=voice.day(item.due_on), small=voice(OVERDUE) if late else "", tone=Tone.BAD if late else Tone.PLAIN),
        Cell(text=tag.text, tone=tag.tone, symbol=tag.symbol, small=voice(SHORTLY) if from_records(item) else ""),
    )


def cards(
    voice: Voice,
    items: Iterable[HandoverItem],
    sources: Mapping[str, SourceNote],
    questions: Mapping[str, list[HandoverQuestion]],
) -> Cards:
    """Return one card for each item."""
    return Cards(
        cards=tuple(card(voice, each, sources.get(each.source.key), questions.get(each.id, [])) for each in items),
        documents=voice(DOCUMENTS),
        history=voice(HISTORY),
    )


def card(voice: Voice, item: HandoverItem, source: SourceNote | None, questions: list[HandoverQuestion]) -> Card:
    """Return everything about one item."""
    return Card(
        code=item.code,
        title=item.title,
        tags=tuple(_tags(voice, item)),
        facts=_facts(voice, item),
        parts=(*_origin(voice, item, source), *_parts(voice, item), *_questions(voice, questions)),
        links=_links(item, source),
        history=tuple(text for _, text in sorted(_history(voice, item))),
        tone=STATE_TONES[item.state],
    )


def _tags(voice: Voice, item: HandoverItem) -> Iterator[Tag]:
    yield state_tag(voice, item)
    critical = item.criticality is Criticality.CRITICAL
    yield Tag(
        text=voice(CRITICALITY_LABELS[item.criticality]), tone=Tone.BAD if critical else Tone.MUTED,
        symbol="●" if critical else "",
    )  # fmt: skip
    if item.state is not ItemState.OBSOLETE and not item.explained and (from_records(item) or item.is_closed):
        yield Tag(text=voice(NEVER_EXPLAINED), tone=Tone.WARN, symbol="!")


def _facts(voice: Voice, item: HandoverItem) -> tuple[Fact, ...]:
    receiver = voice.who(item.receiver_id) if item.receiver_id else voice(NOBODY_YET)
    return facts(
        (voice(RECEIVER), receiver),
        (voice(DUE), voice.day(item.due_on)),
        (voice(WEIGHT), str(item.weight)),
        (voice(PROOF), voice(VERIFICATION_LABELS[item.verification])),
        (voice(VERIFIER), voice.who(item.verifier_id) if item.verifier_id else ""),
    )


def _origin(voice: Voice, item: HandoverItem, source: SourceNote | None) -> Iterator[Part]:
    yield Part(label=voice(WHY), text=say_why(item.why, voice.lang))
    if source is None:
        return
    kind = voice(texts.SOURCE_LABELS.get(source.kind, Text(source.kind, source.kind)))
    if source.record_kind is not None:
        kind = f"{kind} · {label(RECORD_KIND_LABELS, source.record_kind, voice.lang)}"
    words = (
        kind,
        source.code or "",
        source.title if source.title not in item.title else "",
        "" if source.counterparty is None else voice(WITH, name=source.counterparty),
        source.area or "",
        "" if source.opened_on is None else voice(OPENED, day=voice.day(source.opened_on)),
        *(voice(REFERENCE, reference=each) for each in source.references if not each.endswith(f":{source.code}")),
    )
    yield Part(label=voice(SOURCE), text=" · ".join(each for each in words if each))
    if source.about.strip():
        yield Part(label=voice(ABOUT), text=clipped(source.about.strip()))


def _parts(voice: Voice, item: HandoverItem) -> Iterator[Part]:
    for briefing in item.briefings:
        yield from _briefing(voice, briefing)
    if item.acceptance is not None:
        read_back = item.acceptance.read_back.strip()
        yield Part(
            label=voice(READ_BACK if read_back else ACCEPTED), text=read_back,
            meta=_by_at(voice, item.acceptance.by_id, item.acceptance.at),
        )  # fmt: skip
    if item.verified is not None:
        yield from _verified(voice, item.verified)
    waived = item.state is ItemState.WAIVED
    for each in item.waivers:
        yield Part(
            label=voice(WAIVER if waived else WAIVER_ALONE), text=each.reason,
            meta=_by_at(voice, each.approver_id, each.at), tone=Tone.WARN,
        )  # fmt: skip


def _briefing(voice: Voice, briefing: Briefing) -> Iterator[Part]:
    silent = briefing.from_records
    yield Part(
        label=voice(FROM_RECORDS if silent else BRIEFING), text=clipped(briefing.summary),
        meta=voice(NOT_BY_GIVER if silent else BY_AT, who=voice.name(briefing.by_id), at=voice.at(briefing.at)),
        tone=Tone.WARN if silent else Tone.PLAIN,
    )  # fmt: skip
    if briefing.actions.strip():
        yield Part(label=voice(ACTIONS), text=clipped(briefing.actions))
    if briefing.situation.strip():
        yield Part(label=voice(SITUATION), text=clipped(briefing.situation))


def _verified(voice: Voice, verified: Verified) -> Iterator[Part]:
    method = voice(VERIFICATION_LABELS[verified.method])
    yield Part(
        label=f"{voice(VERIFIED)} · {method}", text=clipped(verified.evidence),
        meta=_by_at(voice, verified.by_id, verified.at), tone=Tone.GOOD,
    )  # fmt: skip
    if verified.grant is not None:
        yield Part(label=voice(GRANT), text=_grant(voice, verified.grant))


def _grant(voice: Voice, grant: AuthorityGrant) -> str:
    if grant.full:
        return voice(GRANT_FULL, limit=texts.say_limit(grant.limit, voice.lang))
    if grant.limit is None:
        return voice(GRANT_NONE, day=voice.day(grant.until))
    return voice(GRANT_CAPPED, limit=texts.say_limit(grant.limit, voice.lang), day=voice.day(grant.until))


def _questions(voice: Voice, questions: Iterable[HandoverQuestion]) -> Iterator[Part]:
    for each in questions:
        yield Part(label=voice(QUESTION), text=each.question, meta=_by_at(voice, each.asked_by_id, each.asked_at))
        if each.answer is None or each.answered_at is None:
            yield Part(label=voice(ANSWER), text=voice(NO_ANSWER), tone=Tone.WARN)
        else:
            yield Part(label=voice(ANSWER), text=each.answer, meta=_by_at(voice, each.answered_by_id, each.answered_at))


def _links(item: HandoverItem, source: SourceNote | None) -> tuple[Link, ...]:
    return links(
        (
            *(() if source is None else source.documents),
            *(document for briefing in item.briefings for document in briefing.documents),
            *(() if item.verified is None else item.verified.documents),
        )
    )


def _history(voice: Voice, item: HandoverItem) -> Iterator[tuple[datetime, str]]:
    for back in item.returns:
        yield back.at, voice(RETURNED, at=voice.at(back.at), who=voice.name(back.by_id), reason=back.reason)
    for former in item.superseded:
        text = READ_BACK_BEFORE if former.read_back.strip() else ACCEPTED_BEFORE
        said = voice(text, at=voice.at(former.at), who=voice.name(former.by_id), words=former.read_back)
        yield former.at, said
    for proof in item.reopened:
        who, at = voice.name(proof.by_id), voice.at(proof.at)
        yield proof.at, voice(VERIFIED_BEFORE, at=at, who=who, words=proof.evidence)
    for each in item.receivers:
        because = voice(BECAUSE, reason=each.reason) if each.reason else ""
        text = RECEIVER_FIRST if each.receiver_id is None else RECEIVER_BEFORE
        who, by = voice.name(each.receiver_id), voice.name(each.changed_by_id)
        yield each.changed_at, voice(text, at=voice.at(each.changed_at), who=who, by=by, why=because)
    if item.stale_since is not None:
        yield item.stale_since, voice(STALE, at=voice.at(item.stale_since))


def _by_at(voice: Voice, id_: str | None, at: datetime) -> str:
    return voice(BY_AT, who=voice.name(id_), at=voice.at(at))
