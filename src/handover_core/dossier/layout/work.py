"""The work that comes with a newcomer's position: SOPs, items received, records, projects, and whom to ask."""

from __future__ import annotations

from collections.abc import Iterator

from handover_core.dossier import texts
from handover_core.dossier.layout import items as laid
from handover_core.dossier.layout.voice import Voice, facts
from handover_core.dossier.model import Contact, NewcomersPack, Procedure, ProjectNote, Reason, RecordList
from handover_core.dossier.sheet import Block, Card, Cards, Cell, Column, Heading, Paragraph, Part, Table, Tag, Tone
from handover_core.procedures.model import Step
from handover_core.records.model import RECORD_KIND_LABELS, WorkRecord
from handover_core.texts import Text, label

SIGNATURE = Text("Signature", "签字")
DATE = Text("Date", "日期")

PROCEDURES = Text("SOPs of the position", "岗位相关 SOP")
VERSION = Text("Version", "版本")
PUBLISHED = Text("Published", "发布日期")
REVIEW = Text("Review due", "复审日期")
AUTHOR = Text("Author", "编写人")
MUST_READ = Text("to be read", "待阅读确认")
READ = Text("read on {day}", "{day} 已阅读")
UNPUBLISHED = Text("no version published", "尚无已发布版本")
RUN_OWNER = Text("run owner", "流程负责人")
YOU = Text("this position", "本岗位")
NEEDS = Text("needs: {documents}", "需附：{documents}")
WITH_AUTHORITY = Text("authority: {authority}", "所需权限：{authority}")
OPTIONAL = Text("optional", "选做")
DOCUMENTS = Text("Documents", "相关文件")
HISTORY = Text("History", "经过")

RECEIVED = Text("Handover items received", "接收的交接事项")
FURTHER = Text("More in the system: {count}.", "系统中另有 {count} 条未列出。")

OPEN = Text("The predecessor's open work", "前任未完成工作")
RECENT = Text("The predecessor's recent work", "前任近期完成的工作")
SHOWN = Text("{shown} of {total}", "共 {total} 条，列出 {shown} 条")
WORK = Text("Work", "工作")
KIND = Text("Kind", "类型")
OWNER = Text("Owner", "负责人")
DUE = Text("Due", "期限")
CLOSED = Text("Closed", "完成日期")
STATUS = Text("Status", "状态")

PROJECTS = Text("Projects", "项目")
PROJECT = Text("Project", "项目")
MEMBERS = Text("Members", "成员")
CONTACTS = Text("Whom to ask", "遇事找谁")
PERSON = Text("Person", "姓名")
FOR = Text("For what", "事由")
REACH = Text("How to reach", "联系方式")


def procedures(voice: Voice, document: NewcomersPack) -> Iterator[Block]:
    """Yield the SOPs with their steps."""
    if document.procedures:
        yield Heading(text=voice(PROCEDURES))
        yield Cards(
            cards=tuple(_procedure(voice, document, each) for each in document.procedures),
            documents=voice(DOCUMENTS), history=voice(HISTORY),
        )  # fmt: skip


def _procedure(voice: Voice, document: NewcomersPack, sop: Procedure) -> Card:
    return Card(
        code=sop.code,
        title=sop.title,
        tags=(
            _read(voice, sop),
            *(Tag(text=voice(texts.SOP_REASON_LABELS[each]), tone=Tone.MUTED) for each in sop.reasons),
        ),
        facts=facts(
            (voice(VERSION), "" if sop.number is None else str(sop.number)),
            (voice(PUBLISHED), voice.day(sop.published_on)),
            (voice(REVIEW), voice.day(sop.review_by)),
            (voice(AUTHOR), voice.who(sop.author_id) if sop.author_id else ""),
        ),
        parts=tuple(
            Part(label=stage.name, text="\n".join(_step(voice, document, each) for each in stage.steps))
            for stage in sop.stages
        ),
        tone=Tone.WARN if sop.must_read else Tone.PLAIN,
    )


def _read(voice: Voice, sop: Procedure) -> Tag:
    if sop.number is None:
        return Tag(text=voice(UNPUBLISHED), tone=Tone.WARN, symbol="!")
    if sop.must_read:
        return Tag(text=voice(MUST_READ), tone=Tone.WARN, symbol="○")
    return Tag(text=voice(READ, day=voice.day(sop.read_on)), tone=Tone.GOOD, symbol="✓")


def _step(voice: Voice, document: NewcomersPack, step: Step) -> str:
    place = document.place(step.position_id)
    who = voice(RUN_OWNER) if place is None else place.title
    if step.position_id == document.post.position_id:
        who = voice(YOU)
    more = (
        who,
        "" if step.mandatory else voice(OPTIONAL),
        voice(NEEDS, documents=step.required_documents) if step.required_documents else "",
        "" if step.authority is None else voice(WITH_AUTHORITY, authority=_authority(document, step)),
    )
    return f"{step.key}  {step.instructions} — {' · '.join(each for each in more if each)}"


def _authority(document: NewcomersPack, step: Step) -> str:
    """Return the name of the authority that a step needs; a step may name it by its key."""
    place = document.place(step.position_id)
    named = {} if place is None else place.authorities
    return named.get(step.authority or "", step.authority or "")


def received(voice: Voice, document: NewcomersPack) -> Iterator[Block]:
    """Yield what the person receives in handovers, item by item."""
    found = document.received
    if not found.items:
        return
    sources = {each.key: each for each in found.sources}
    yield Heading(text=voice(RECEIVED), note=voice.items(len(found.items) + found.further))
    yield laid.cards(voice, found.items, sources, {})
    if found.further > 0:
        yield Paragraph(text=voice(FURTHER, count=found.further))


def records(voice: Voice, document: NewcomersPack) -> Iterator[Block]:
    """Yield the predecessors' open and recent records."""
    for title, found, day in ((OPEN, document.open_records, DUE), (RECENT, document.recent_records, CLOSED)):
        if found.records:
            yield Heading(text=voice(title), note=voice(SHOWN, shown=len(found.records), total=found.total))
            yield _records(voice, found, day)


def _records(voice: Voice, found: RecordList, day: Text) -> Table:
    columns = (
        Column(label=voice(WORK), width=41),
        Column(label=voice(KIND), width=16),
        Column(label=voice(OWNER), width=14),
        Column(label=voice(day), width=17),
        Column(label=voice(STATUS), width=12),
    )
    note = voice(FURTHER, count=found.further) if found.further else ""
    return Table(columns=columns, rows=tuple(_record(voice, each) for each in found.records), note=note)


def _record(voice: Voice, record: WorkRecord) -> tuple[Cell, ...]:
    small = (record.counterparty or "", record.area or "")
    return (
        Cell(text=record.title, small=" · ".join(each for each in small if each)),
        Cell(text=label(RECORD_KIND_LABELS, record.kind, voice.lang)),
        Cell(text=voice.name(record.owner_id)),
        Cell(text=voice.day(record.due_on if record.is_open else record.closed_on)),
        Cell(text=voice(texts.RECORD_STATUS_LABELS[record.status])),
    )


def projects(voice: Voice, document: NewcomersPack) -> Iterator[Block]:
    """Yield the projects with their members."""
    if not document.projects:
        return
    columns = (Column(label=voice(PROJECT), width=40), Column(label=voice(MEMBERS), width=60))
    yield Heading(text=voice(PROJECTS))
    yield Table(columns=columns, rows=tuple(_project(voice, each) for each in document.projects))


def _project(voice: Voice, project: ProjectNote) -> tuple[Cell, ...]:
    members = (f"{voice.name(each.person_id)} ({each.part})" for each in project.members)
    state = voice(texts.PROJECT_LABELS[project.status])
    return Cell(text=f"{project.code} {project.name}", small=state, strong=True), Cell(text=voice.join(members))


def contacts(voice: Voice, document: NewcomersPack) -> Iterator[Block]:
    """Yield whom to ask about what."""
    if not document.contacts:
        return
    columns = (
        Column(label=voice(PERSON), width=34),
        Column(label=voice(FOR), width=38),
        Column(label=voice(REACH), width=28),
    )
    yield Heading(text=voice(CONTACTS))
    yield Table(columns=columns, rows=tuple(_contact(voice, document, each) for each in document.contacts))


def _contact(voice: Voice, document: NewcomersPack, contact: Contact) -> tuple[Cell, ...]:
    person = document.person(contact.person_id)
    reach = "\n".join(each for each in (contact.phone, contact.email) if each)
    reasons = "\n".join(_reason(voice, each) for each in contact.reasons)
    return (
        Cell(text=voice.who(contact.person_id), small=voice.place(person), strong=True),
        Cell(text=reasons),
        Cell(text=reach),
    )


def _reason(voice: Voice, reason: Reason) -> str:
    found = texts.REASON_LABELS.get(reason.code, Text(reason.code, reason.code))
    return voice(found, about=voice.join(reason.about))
