"""What stands beside the items of a handover: questions, evidence, exceptions, people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from handover_core.dossier.layout.items import BECAUSE
from handover_core.dossier.layout.voice import Voice
from handover_core.dossier.model import HandoverDossier
from handover_core.dossier.sheet import Block, Cell, Column, Heading, Table, Tone
from handover_core.handover.model import HandoverQuestion, ItemState
from handover_core.texts import Text

GIVER = Text("Giver", "移交人")
SUPERVISOR = Text("Supervisor", "监交人")
POSITION = Text("Position", "岗位")
QUESTIONS = Text("Questions and answers", "问题与答复")
ITEM = Text("Item", "编号")
QUESTION = Text("Question", "问题")
ANSWER = Text("Answer", "答复")
NO_ANSWER = Text("not answered yet", "尚未答复")
EVIDENCE = Text("Evidence and exceptions", "证据与例外")
WHEN = Text("Date", "日期")
WHAT = Text("What", "事项")
WHO = Text("By", "经办人")
DEMAND = Text("Written demand to hand over served: {how}", "已送达书面交接通知：{how}")
EXCEPTION = Text("Separation of duties lifted for {person}: {reason}", "对 {person} 的职责分离要求予以例外：{reason}")
RECEIPT = Text("Notice received{note}", "已签收离职/异动通知{note}")
DOCUMENT = Text("document: {title}", "文件：{title}")
PEOPLE = Text("People in this handover", "相关人员")
PERSON = Text("Person", "姓名")
PART = Text("Part", "身份")
RECEIVES = Text("receiver ({items})", "接收人（{items}）")
APPROVER = Text("approver", "审批人")
SUCCESSOR = Text("holds the position afterwards", "后续任职人")
NAMED = Text("took part", "参与")


def questions(voice: Voice, document: HandoverDossier) -> Iterator[Block]:
    """Yield what was asked and answered."""
    if not document.questions:
        return
    codes = {each.id: each.code for each in document.items}
    columns = (
        Column(label=voice(ITEM), width=12),
        Column(label=voice(QUESTION), width=44),
        Column(label=voice(ANSWER), width=44),
    )
    yield Heading(text=voice(QUESTIONS))
    yield Table(columns=columns, rows=tuple(_question(voice, each, codes) for each in document.questions))


def _question(voice: Voice, asked: HandoverQuestion, codes: dict[str, str]) -> tuple[Cell, ...]:
    by = " · ".join((voice.name(asked.asked_by_id), voice.at(asked.asked_at)))
    answer = Cell(text=voice(NO_ANSWER), tone=Tone.WARN, symbol="!")
    if asked.answer is not None and asked.answered_at is not None:
        said = " · ".join((voice.name(asked.answered_by_id), voice.at(asked.answered_at)))
        answer = Cell(text=asked.answer, small=said)
    return Cell(text=codes.get(asked.item_id, ""), tone=Tone.MUTED), Cell(text=asked.question, small=by), answer


def evidence(voice: Voice, document: HandoverDossier) -> Iterator[Block]:
    """Yield what was served on the giver, and where the separation of duties was lifted."""
    rows = tuple(_deeds(voice, document))
    if rows:
        columns = (
            Column(label=voice(WHEN), width=18),
            Column(label=voice(WHAT), width=62),
            Column(label=voice(WHO), width=20),
        )
        yield Heading(text=voice(EVIDENCE))
        yield Table(columns=columns, rows=rows)


def _deeds(voice: Voice, document: HandoverDossier) -> Iterator[tuple[Cell, ...]]:
    receipt = document.departure.receipt
    if receipt is not None:
        note = voice(BECAUSE, reason=receipt.note) if receipt.note else ""
        yield _deed(voice.day(receipt.on), voice(RECEIPT, note=note), voice.who(receipt.by_id))
    for demand in document.case.demands:
        small = "" if demand.document is None else voice(DOCUMENT, title=demand.document.title)
        yield _deed(voice.day(demand.on), voice(DEMAND, how=demand.how), voice.who(demand.by_id), small)
    for each in document.case.exceptions:
        what = voice(EXCEPTION, person=voice.who(each.person_id), reason=each.reason)
        yield _deed(voice.day(each.on), what, voice.who(each.approver_id))


def _deed(when: str, what: str, who: str, small: str = "") -> tuple[Cell, ...]:
    return Cell(text=when), Cell(text=what, small=small), Cell(text=who)


def receivers(document: HandoverDossier) -> Counter[str]:
    """Return how many items each receiver has."""
    counted = (each for each in document.items if each.state is not ItemState.OBSOLETE)
    return Counter(each.receiver_id for each in counted if each.receiver_id is not None)


def people(voice: Voice, document: HandoverDossier) -> Iterator[Block]:
    """Yield everybody whom the dossier names, and their part in it."""
    receives = receivers(document)
    columns = (
        Column(label=voice(PERSON), width=26),
        Column(label=voice(POSITION), width=38),
        Column(label=voice(PART), width=36),
    )
    rows = tuple(
        (
            Cell(text=voice.numbered(each)),
            Cell(text=voice.place(each)),
            Cell(text=_part(voice, document, each.id, receives[each.id])),
        )
        for each in document.people
    )
    yield Heading(text=voice(PEOPLE))
    yield Table(columns=columns, rows=rows)


def _part(voice: Voice, document: HandoverDossier, id_: str, items: int) -> str:
    parts = [
        voice(GIVER) if id_ == document.case.giver_id else "",
        voice(SUPERVISOR) if id_ == document.case.supervisor_id else "",
        voice(RECEIVES, items=voice.items(items)) if items else "",
        voice(APPROVER) if id_ in _approvers(document) else "",
        voice(SUCCESSOR) if any(id_ == each.person_id for left in document.positions for each in left.after) else "",
    ]
    return voice.join(parts) or voice(NAMED)


def _approvers(document: HandoverDossier) -> frozenset[str]:
    waivers = (each.approver_id for item in document.items for each in item.waivers)
    return frozenset((*waivers, *(each.approver_id for each in document.case.exceptions)))
