"""The newcomer's pack (新人上岗资料包) laid out."""

from __future__ import annotations

from collections.abc import Iterator

from handover_core.dossier import texts
from handover_core.dossier.layout import work
from handover_core.dossier.layout.voice import Voice, digests, facts, voice_of
from handover_core.dossier.model import NewcomersPack
from handover_core.dossier.sheet import (
    Block,
    Cell,
    Column,
    Fact,
    Heading,
    Notice,
    Paragraph,
    Sheet,
    Signature,
    Signatures,
    Table,
    Tone,
)
from handover_core.handover.model import ItemState
from handover_core.handover.texts import CRITICALITY_LABELS
from handover_core.organization.model import Authority, Capacity, Duty
from handover_core.policy import Criticality
from handover_core.texts import Lang, Text

TITLE = Text("Newcomer's pack", "新人上岗资料包")
COMPANY = Text("Company", "公司")
PERSON = Text("Name", "姓名")
POSITION = Text("Position", "岗位")
UNIT = Text("Unit", "部门")
CAPACITY = Text("Held as", "任职方式")
FROM = Text("From", "任职起")
UNTIL = Text("Until", "任职至")
MANAGER = Text("Manager", "直接上级")
PREDECESSOR = Text("Predecessor", "前任")
GENERATED = Text("Document of", "制表日期")
HOLDS_FOR = Text("Holds for", "适用日期")

FIRST = Text("To do first", "首要事项")
LACKING = Text("Mandatory qualifications lacking: {count}", "尚缺 {count} 项必备资格")
SIGN_OFF = Text("The manager has not signed off the assignment yet.", "上级尚未为该任职签字确认。")
TO_READ = Text("SOPs to be read and acknowledged: {count}", "有 {count} 份 SOP 待阅读确认")
TO_ACCEPT = Text("Handover items to be accepted: {count}", "有 {count} 项交接事项待接收")
READY = Text(
    "Nothing stands against starting: qualifications, SOPs and handover items are in order.",
    "资格、SOP 与交接事项均已就绪。",
)

DESCRIPTION = Text("Position description", "岗位说明书")
DUTIES = Text("Duties", "工作职责")
DUTY = Text("Duty", "职责")
IMPORTANCE = Text("Importance", "重要程度")
FREQUENCY = Text("How often", "频次")
FOLLOWS = Text("SOPs", "依据 SOP")
NOTHING_WRITTEN = Text("nothing is written down about it: ask", "尚无书面说明，请主动询问")
AUTHORITIES = Text("Authorities", "权限")
AUTHORITY = Text("Authority", "权限名称")
LIMIT = Text("Up to", "上限")
INTERIM = Text("As interim custodian", "临时接管时")
NO_INTERIM = Text("not at all", "不可行使")
DELEGABLE = Text("may be delegated", "可转授权")
QUALIFICATIONS = Text("Qualifications", "任职资格")
QUALIFICATION = Text("Qualification", "资格")
KIND = Text("Kind", "类型")
NEEDED = Text("Needed", "要求")
HELD = Text("On {day}", "{day}")
MANDATORY = Text("mandatory", "必备")
DESIRED = Text("desired", "优先")
HAS = Text("held", "已具备")
LACKS = Text("lacking", "尚缺")
SIGN = Text("Signatures", "签字确认")
STATEMENT = Text(
    "I have received this pack and read the position description.", "本人已收到本资料包，并已阅读岗位说明书。"
)
CHECK = Text("Checking this copy", "文件核对")


def newcomer_sheet(document: NewcomersPack, lang: Lang) -> Sheet:
    """Return the pack laid out in ``lang``."""
    voice = voice_of(document, lang)
    post = document.post
    words = (document.company.name, voice(TITLE), voice.name(document.person_id), voice.day(document.generated_on))
    return Sheet(
        lang=lang,
        title=voice(TITLE),
        subtitle=" · ".join((voice.who(document.person_id), f"{post.code} {post.description.title}")),
        running=" · ".join(each for each in words if each),
        digest=document.manifest.digest,
        facts=_head(voice, document),
        blocks=tuple(_blocks(voice, document)),
    )


def _asked_as(document: NewcomersPack, code: str) -> tuple[str, ...]:
    return tuple(each.person_id for each in document.contacts if any(reason.code == code for reason in each.reasons))


def _head(voice: Voice, document: NewcomersPack) -> tuple[Fact, ...]:
    post = document.post
    return facts(
        (voice(COMPANY), document.company.name),
        (voice(PERSON), voice.who(document.person_id)),
        (voice(POSITION), f"{post.code} {post.description.title}"),
        (voice(UNIT), post.unit or ""),
        (voice(CAPACITY), "" if post.capacity is None else voice(texts.CAPACITY_LABELS[post.capacity])),
        (voice(FROM), voice.day(post.since)),
        (voice(UNTIL), voice.day(post.until)),
        (voice(MANAGER), voice.join(voice.who(id_) for id_ in _asked_as(document, "manager"))),
        (voice(PREDECESSOR), voice.join(voice.who(each.person_id) for each in document.predecessors)),
        (voice(GENERATED), voice.day(document.generated_on)),
        (voice(HOLDS_FOR), voice.day(document.day) if document.day != document.generated_on else ""),
    )


def _blocks(voice: Voice, document: NewcomersPack) -> Iterator[Block]:
    yield Heading(text=voice(FIRST))
    yield from _first(voice, document)
    yield from _description(voice, document)
    yield from work.procedures(voice, document)
    yield from work.received(voice, document)
    yield from work.records(voice, document)
    yield from work.projects(voice, document)
    yield from work.contacts(voice, document)
    yield Heading(text=voice(SIGN))
    yield _signatures(voice, document)
    yield Heading(text=voice(CHECK))
    yield digests(voice)


# To do first


def _first(voice: Voice, document: NewcomersPack) -> Iterator[Block]:
    post = document.post
    unread = [each for each in document.procedures if each.must_read]
    waiting = [each for each in document.received.items if each.state in {ItemState.BRIEFED, ItemState.STALE}]
    if post.lacking:
        lines = tuple(_named(voice, each.kind, each.name, each.level) for each in post.lacking)
        yield Notice(title=voice(LACKING, count=len(lines)), lines=lines, tone=Tone.BAD)
    if post.needs_sign_off:
        yield Notice(title=voice(SIGN_OFF))
    if unread:
        lines = tuple(f"{each.code} {each.title}" for each in unread)
        yield Notice(title=voice(TO_READ, count=len(lines)), lines=lines)
    if waiting:
        lines = tuple(f"{each.code} {each.title}" for each in waiting)
        yield Notice(title=voice(TO_ACCEPT, count=len(lines)), lines=lines)
    if not (post.lacking or post.needs_sign_off or unread or waiting):
        yield Notice(title=voice(READY), tone=Tone.GOOD, symbol="✓")


def _named(voice: Voice, kind: object, name: str, level: str | None) -> str:
    word = voice(next(text for each, text in texts.QUALIFICATION_LABELS.items() if each is kind))
    return f"{word} · {name}" if level is None else f"{word} · {name} · {level}"


# The description


def _description(voice: Voice, document: NewcomersPack) -> Iterator[Block]:
    description = document.post.description
    yield Heading(text=voice(DESCRIPTION), note=f"{document.post.code} {description.title}")
    if description.purpose:
        yield Paragraph(text=description.purpose)
    if description.duties:
        yield Heading(text=voice(DUTIES), level=3)
        yield _duties(voice, description.duties)
    if description.authorities:
        yield Heading(text=voice(AUTHORITIES), level=3)
        yield _authorities(voice, description.authorities, custodian=document.post.capacity is Capacity.CUSTODIAN)
    if document.post.qualifications:
        yield Heading(text=voice(QUALIFICATIONS), level=3)
        yield _qualifications(voice, document)


def _duties(voice: Voice, duties: tuple[Duty, ...]) -> Table:
    columns = (
        Column(label=voice(DUTY), width=52),
        Column(label=voice(IMPORTANCE), width=14),
        Column(label=voice(FREQUENCY), width=16),
        Column(label=voice(FOLLOWS), width=18),
    )
    return Table(columns=columns, rows=tuple(_duty(voice, each) for each in duties))


def _duty(voice: Voice, duty: Duty) -> tuple[Cell, ...]:
    silent = not duty.description.strip() and not duty.sop_codes
    often = " · ".join(each for each in (duty.frequency or "", texts.say_portion(duty.share)) if each)
    return (
        Cell(text=duty.title, small=voice(NOTHING_WRITTEN) if silent else duty.description, strong=True),
        Cell(text=voice(CRITICALITY_LABELS[duty.criticality]), strong=duty.criticality is Criticality.CRITICAL),
        Cell(text=often),
        Cell(text=voice.join(duty.sop_codes)),
    )


def _authorities(voice: Voice, authorities: tuple[Authority, ...], *, custodian: bool) -> Table:
    columns = [Column(label=voice(AUTHORITY), width=56), Column(label=voice(LIMIT), width=44)]
    if custodian:
        columns = [
            Column(label=voice(AUTHORITY), width=48),
            Column(label=voice(LIMIT), width=26),
            Column(label=voice(INTERIM), width=26),
        ]
    rows = tuple(_authority(voice, each)[: len(columns)] for each in authorities)
    return Table(columns=tuple(columns), rows=rows)


def _authority(voice: Voice, authority: Authority) -> tuple[Cell, ...]:
    more = (authority.conditions or "", voice(DELEGABLE) if authority.delegable else "")
    interim = authority.interim_limit
    return (
        Cell(text=authority.name, small=" · ".join(each for each in more if each), strong=True),
        Cell(text=texts.say_limit(authority.limit, voice.lang)),
        Cell(text=voice(NO_INTERIM) if interim is None else texts.say_limit(interim, voice.lang)),
    )


def _qualifications(voice: Voice, document: NewcomersPack) -> Table:
    columns = (
        Column(label=voice(QUALIFICATION), width=46),
        Column(label=voice(KIND), width=16),
        Column(label=voice(NEEDED), width=16),
        Column(label=voice(HELD, day=voice.day(document.day)), width=22),
    )
    rows = []
    for each in document.post.qualifications:
        need = each.qualification
        lacks = Cell(text=voice(LACKS), tone=Tone.BAD if need.mandatory else Tone.MUTED, symbol="!")
        rows.append(
            (
                Cell(text=need.name, small=need.level or "", strong=True),
                Cell(text=voice(texts.QUALIFICATION_LABELS[need.kind])),
                Cell(text=voice(MANDATORY if need.mandatory else DESIRED)),
                Cell(text=voice(HAS), tone=Tone.GOOD, symbol="✓") if each.held else lacks,
            )
        )
    return Table(columns=columns, rows=tuple(rows))


def _signatures(voice: Voice, document: NewcomersPack) -> Signatures:
    managers = _asked_as(document, "manager")
    return Signatures(
        statement=voice(STATEMENT),
        lines=(
            Signature(role=voice(PERSON), name=voice.who(document.person_id)),
            *(Signature(role=voice(MANAGER), name=voice.who(id_)) for id_ in managers[:1]),
        ),
        signature=voice(work.SIGNATURE),
        date=voice(work.DATE),
    )
