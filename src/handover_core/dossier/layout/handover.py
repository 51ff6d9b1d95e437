"""The handover dossier (交接清单/移交清册) laid out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from handover_core.dossier import texts
from handover_core.dossier.layout import items as laid
from handover_core.dossier.layout.evidence import GIVER, POSITION, SUPERVISOR, evidence, people, questions, receivers
from handover_core.dossier.layout.voice import Voice, digests, facts, voice_of
from handover_core.dossier.model import HandoverDossier, Holder, PositionLeft
from handover_core.dossier.sheet import (
    Bar,
    Bars,
    Block,
    Cell,
    Column,
    Fact,
    Heading,
    Notice,
    Overall,
    Sheet,
    Signature,
    Signatures,
    Table,
    Tone,
)
from handover_core.handover.model import CATEGORY_LABELS, Category, HandoverQuestion, HandoverState, ItemState
from handover_core.handover.progress import Completeness
from handover_core.handover.texts import CASE_LABELS, DEPARTURE_LABELS
from handover_core.texts import Lang, Text

TITLE = Text("Handover dossier", "工作交接清单")
RECEIVER = Text("Receiver", "接收人")
HR = Text("HR", "人事")
COMPANY = Text("Company", "公司")
CASE = Text("Handover", "交接单号")
CASE_STATE = Text("State of the handover", "交接状态")
COMPLETED_ON = Text("{state} on {day}", "{state}（{day}）")
DEPARTURE = Text("Departure", "离职/异动类型")
NOTICE_ON = Text("Notice given", "提出日期")
LAST_DAY = Text("Last day", "最后工作日")
OPENED = Text("Handover opened", "交接开始")
GENERATED = Text("Document of", "制表日期")

PROGRESS = Text("Progress", "总体进度")
COMPLETENESS = Text("Completeness", "完成度")
ITEMS = Text("Items", "事项总数")
VERIFIED = Text("Verified", "已核验")
STILL_OPEN = Text("Still open", "未完成")
WAIVED = Text("Waived", "已豁免")
OBSOLETE = Text("Obsolete", "已失效")
NEVER = Text("Not explained by the giver", "未经移交人交底")
OVERDUE = Text("Overdue", "已逾期")
WAIVED_WEIGHT = Text("waived {weight}", "豁免 {weight}")
OF_WEIGHT = Text("weight {verified}/{counted}", "权重 {verified}/{counted}")
WEIGHED = Text(
    "Completeness is the verified weight over the weight of all items that are neither waived nor obsolete "
    "(critical items weigh most). What was waived is always shown beside it.",
    "完成度＝已核验权重÷应交接权重（不含豁免与失效事项；关键事项权重最高）。豁免权重始终单列。",
)
BY_CATEGORY = Text("Progress by category", "分类进度")
LEGEND = (Text("verified", "已核验"), Text("open", "未完成"), Text("waived", "已豁免"))

REFUSED = Text("The giver has refused to hand over since {day}.", "移交人自 {day} 起拒绝交接。")
REFUSED_WORDS = Text("On record: {words}.", "登记情况：{words}。")
REFUSED_MORE = Text(
    "Items were briefed from records by the supervisor; the receivers accepted and proved them all the same.",
    "相关事项由监交人依据记录代为交底，接收人照常接收并接受核验。",
)
NEVER_TITLE = Text("Items never explained by the giver: {count}", "以下 {count} 项移交人从未交底")
NOT_YET_TITLE = Text("Items not explained by the giver yet: {count}", "以下 {count} 项移交人尚未交底")
NEVER_MORE = Text("They stay listed here for good, whatever became of them.", "无论其后状态如何，均在此永久列明。")
OVERDUE_TITLE = Text("Items overdue: {count}", "{count} 项已逾期")
NOBODY_TITLE = Text("Items without a receiver: {count}", "{count} 项尚未指定接收人")
ASKED_TITLE = Text("Questions not answered yet: {count}", "{count} 个提问尚未答复")

POSITIONS = Text("Positions handed over", "移交岗位")
UNIT = Text("Unit", "部门")
SINCE = Text("Held since", "任职起")
AFTER = Text("Afterwards", "后续任职")
NOBODY = Text("nobody yet", "暂无")
LIST = Text("The list", "交接事项一览")
LIST_NOTE = Text("derived from records on {day}", "{day} 依据系统记录生成")
DETAILS = Text("Item by item", "逐项明细")
SIGN = Text("Signatures", "签字确认")
SIGN_DONE = Text(
    "We confirm that the items above were handed over, received and verified as stated.",
    "以上事项已按所列情况移交、接收并核验，签字确认。",
)
SIGN_OPEN = Text(
    "This handover is not completed. The signatures confirm the state as of {day}.",
    "本次交接尚未完结，签字仅确认截至 {day} 的情况。",
)
REFUSES = Text("refuses since {day}", "自 {day} 起拒绝交接")
SIGNATURE = Text("Signature", "签字")
DATE = Text("Date", "日期")
CHECK = Text("Checking this copy", "文件核对")


def handover_sheet(document: HandoverDossier, lang: Lang) -> Sheet:
    """Return the dossier laid out in ``lang``."""
    voice = voice_of(document, lang)
    running = " · ".join(
        each
        for each in (document.company.name, voice(TITLE), document.case.code, voice.day(document.generated_on))
        if each
    )
    return Sheet(
        lang=lang,
        title=voice(TITLE),
        subtitle=" · ".join(each for each in (voice.who(document.case.giver_id), voice.place(document.giver)) if each),
        running=running,
        digest=document.manifest.digest,
        facts=_head(voice, document),
        blocks=tuple(_blocks(voice, document)),
    )


def _head(voice: Voice, document: HandoverDossier) -> tuple[Fact, ...]:
    case, departure = document.case, document.departure
    state = voice(CASE_LABELS[case.state])
    if case.completed_on is not None:
        state = voice(COMPLETED_ON, state=state, day=voice.day(case.completed_on))
    kind = f"{voice(DEPARTURE_LABELS[departure.kind])} · {voice(texts.DEPARTURE_STATE_LABELS[departure.state])}"
    return facts(
        (voice(COMPANY), document.company.name),
        (voice(CASE), case.code),
        (voice(GIVER), voice.who(case.giver_id)),
        (voice(SUPERVISOR), voice.who(case.supervisor_id)),
        (voice(DEPARTURE), kind),
        (voice(CASE_STATE), state),
        (voice(NOTICE_ON), voice.day(departure.notice_on)),
        (voice(LAST_DAY), voice.day(departure.last_day)),
        (voice(OPENED), voice.day(case.opened_on)),
        (voice(GENERATED), voice.day(document.generated_on)),
    )


def _blocks(voice: Voice, document: HandoverDossier) -> Iterator[Block]:
    yield Heading(text=voice(PROGRESS))
    yield _overall(voice, document)
    yield from _notices(voice, document)
    yield Heading(text=voice(BY_CATEGORY), level=3)
    yield _bars(voice, document)
    if document.positions:
        yield Heading(text=voice(POSITIONS))
        yield _positions(voice, document.positions)
    yield from _list(voice, document)
    yield from questions(voice, document)
    yield from evidence(voice, document)
    yield from people(voice, document)
    yield Heading(text=voice(SIGN))
    yield _signatures(voice, document)
    yield Heading(text=voice(CHECK))
    yield digests(voice)


# Progress


def _overall(voice: Voice, document: HandoverDossier) -> Overall:
    whole = document.progress.whole
    count = Counter(each.state for each in document.items)
    open_ = sum(not each.is_closed for each in document.items)
    overdue, never = len(document.progress.overdue), whole.never_explained
    return Overall(
        bar=_bar(voice, voice(COMPLETENESS), whole),
        figures=(
            Fact(label=voice(ITEMS), value=str(whole.items)),
            Fact(label=voice(VERIFIED), value=str(count[ItemState.VERIFIED]), tone=Tone.GOOD),
            Fact(label=voice(STILL_OPEN), value=str(open_)),
            Fact(label=voice(OVERDUE), value=str(overdue), tone=Tone.BAD if overdue else Tone.PLAIN),
            Fact(label=voice(WAIVED), value=str(count[ItemState.WAIVED])),
            Fact(label=voice(NEVER), value=str(never), tone=Tone.WARN if never else Tone.PLAIN),
        ),
        note=voice(WEIGHED),
    )


def _bars(voice: Voice, document: HandoverDossier) -> Bars:
    verified, open_, waived = (voice(each) for each in LEGEND)
    return Bars(
        bars=tuple(
            _bar(voice, voice(CATEGORY_LABELS[each.category]), each.completeness)
            for each in document.progress.categories
            if each.completeness.items
        ),
        verified=verified,
        open=open_,
        waived=waived,
    )


def _bar(voice: Voice, label: str, found: Completeness) -> Bar:
    weights = (
        voice.items(found.items),
        voice(OF_WEIGHT, verified=found.verified, counted=found.counted),
        voice(WAIVED_WEIGHT, weight=found.waived),
    )
    return Bar(
        label=label, verified=found.verified, open=found.counted - found.verified, waived=found.waived,
        share=found.share, said=texts.say_share(found.share, voice.lang), note=" · ".join(weights),
    )  # fmt: skip


# What must not be overlooked


def _notices(voice: Voice, document: HandoverDossier) -> Iterator[Notice]:
    case, progress = document.case, document.progress
    if case.giver_refuses_since is not None:
        title = voice(REFUSED, day=voice.day(case.giver_refuses_since))
        said = f"{voice(REFUSED_WORDS, words=case.refusal_reason)} " if case.refusal_reason else ""
        yield Notice(title=title, note=said + voice(REFUSED_MORE), tone=Tone.BAD)
    if progress.never_explained:
        yield _never_explained(voice, document)
    if progress.overdue:
        title = voice(OVERDUE_TITLE, count=len(progress.overdue))
        yield Notice(title=title, lines=_named(document, progress.overdue), tone=Tone.BAD)
    if progress.without_receiver:
        title = voice(NOBODY_TITLE, count=len(progress.without_receiver))
        yield Notice(title=title, lines=_named(document, progress.without_receiver))
    unanswered = [each for each in document.questions if each.answer is None]
    if unanswered:
        yield Notice(title=voice(ASKED_TITLE, count=len(unanswered)), lines=tuple(each.question for each in unanswered))


def _never_explained(voice: Voice, document: HandoverDossier) -> Notice:
    """Return what the giver left unsaid; as long as they may still say it, only that it is not said yet."""
    codes, case = document.progress.never_explained, document.case
    over = document.generated_on > document.departure.last_day or case.state is not HandoverState.OPEN
    listed = _named(document, codes)
    if not over and case.giver_refuses_since is None:
        return Notice(title=voice(NOT_YET_TITLE, count=len(codes)), lines=listed, tone=Tone.PLAIN)
    return Notice(title=voice(NEVER_TITLE, count=len(codes)), note=voice(NEVER_MORE), lines=listed)


def _named(document: HandoverDossier, codes: tuple[str, ...]) -> tuple[str, ...]:
    titles = {each.code: each.title for each in document.items}
    return tuple(f"{code}  {titles.get(code, '')}" for code in codes)


# Positions


def _positions(voice: Voice, positions: tuple[PositionLeft, ...]) -> Table:
    columns = (
        Column(label=voice(POSITION), width=34),
        Column(label=voice(UNIT), width=16),
        Column(label=voice(SINCE), width=18),
        Column(label=voice(AFTER), width=32),
    )
    return Table(columns=columns, rows=tuple(_position(voice, each) for each in positions))


def _position(voice: Voice, left: PositionLeft) -> tuple[Cell, ...]:
    after = "\n".join(_holder(voice, each) for each in left.after)
    return (
        Cell(text=f"{left.code} {left.title}", small=voice(texts.CAPACITY_LABELS[left.capacity]), strong=True),
        Cell(text=left.unit or ""),
        Cell(text=voice.day(left.since)),
        Cell(text=after) if after else Cell(text=voice(NOBODY), tone=Tone.WARN, symbol="!"),
    )


def _holder(voice: Voice, each: Holder) -> str:
    words = [voice.name(each.person_id), voice(texts.CAPACITY_LABELS[each.capacity])]
    if each.until is not None:
        words.append(voice(texts.UNTIL, day=voice.day(each.until)))
    return " · ".join(words)


# Items, questions, evidence


def _list(voice: Voice, document: HandoverDossier) -> Iterator[Block]:
    derived = document.case.derived_on
    note = "" if derived is None else voice(LIST_NOTE, day=voice.day(derived))
    yield Heading(text=voice(LIST), note=note)
    yield laid.overview(voice, document.items, document.progress.overdue)
    yield Heading(text=voice(DETAILS))
    sources = {each.key: each for each in document.sources}
    asked: dict[str, list[HandoverQuestion]] = {}
    for question in document.questions:
        asked.setdefault(question.item_id, []).append(question)
    for category in Category:
        mine = [each for each in document.items if each.category is category]
        if mine:
            yield Heading(text=voice(CATEGORY_LABELS[category]), level=3, note=voice.items(len(mine)))
            yield laid.cards(voice, mine, sources, asked)


# Signatures


def _signatures(voice: Voice, document: HandoverDossier) -> Signatures:
    case = document.case
    refuses = case.giver_refuses_since
    note = "" if refuses is None else voice(REFUSES, day=voice.day(refuses))
    every = [id_ for id_, _ in receivers(document).most_common()]
    done = case.state is HandoverState.COMPLETED
    return Signatures(
        statement=voice(SIGN_DONE) if done else voice(SIGN_OPEN, day=voice.day(document.generated_on)),
        lines=(
            Signature(role=voice(GIVER), name=voice.who(case.giver_id), note=note),
            *(Signature(role=voice(RECEIVER), name=voice.who(id_)) for id_ in every),
            Signature(role=voice(SUPERVISOR), name=voice.who(case.supervisor_id)),
            Signature(role=voice(HR)),
        ),
        signature=voice(SIGNATURE),
        date=voice(DATE),
    )
