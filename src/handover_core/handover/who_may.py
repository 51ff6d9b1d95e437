# ruff: noqa: E501 - one right a line reads like the table that it is
"""Who may give which command of this room, as one table.

The guards decide; a test holds this table against every one of them, for every relation, in a state in which the
command is possible at all. ``docs/who-may.md`` is this table for people.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from attrs import frozen

from handover_core.texts import Lang, Text


class Who(StrEnum):
    """A relation to the thing that a command is about, or a role."""

    GIVER = "giver"
    RECEIVER = "receiver"
    SUPERVISOR = "supervisor"
    VERIFIER = "verifier"
    ASKED = "asked"
    ASKER = "asker"
    PERSON = "person"
    MANAGER = "manager"
    HR = "hr"
    OWNER = "owner"
    APPROVER = "approver"


WHO_LABELS = {
    Who.GIVER: Text("giver", "移交人"),
    Who.RECEIVER: Text("receiver", "接收人"),
    Who.SUPERVISOR: Text("supervisor", "监交人"),
    Who.VERIFIER: Text("verifier named", "指定核验人"),
    Who.ASKED: Text("whoever is asked", "被提问人"),
    Who.ASKER: Text("whoever asks", "提问人"),
    Who.PERSON: Text("the person", "本人"),
    Who.MANAGER: Text("manager", "经理"),
    Who.HR: Text("HR", "人事"),
    Who.OWNER: Text("company owner", "公司负责人"),
    Who.APPROVER: Text("approver", "审批人"),
}


@frozen
class Right:
    """One command: what it is about, who may give it, and on which further conditions."""

    command: str
    about: str
    who: tuple[Who, ...]
    when: Text


_KEEP = (Who.HR, Who.OWNER)
_LEAD = (Who.SUPERVISOR, Who.HR, Who.OWNER)
_APPROVE = (Who.APPROVER, Who.OWNER)
_MANAGE = (Who.MANAGER, Who.HR, Who.OWNER)
_OPEN = Text("while the case is open", "交接进行中")
_CONSENT = Text(
    "before its receipt, who gave the notice or the company; after it with the other side's consent",
    "对方收到通知前由通知方或公司办理；之后须经对方同意",
)

RIGHTS = (
    Right("review", "company", _KEEP, Text("any day", "随时")),
    Right("announce", "employee", (Who.PERSON, *_MANAGE), Text("nobody who has left or is leaving", "已离职或正在离职者除外")),
    Right("hand_to_successor", "assignment", _MANAGE, Text("for an interim custodian, not oneself", "针对他人的临时接管")),
    Right("record_receipt", "departure", _MANAGE, Text("once; the employee where the company gave notice", "仅一次；公司发出通知的由员工登记")),
    Right("open_case", "departure", _MANAGE, Text("once, not for oneself", "仅一次，不得为本人办理")),
    Right("record_consent", "departure", _KEEP, Text("the other side; the employee's from a paper", "由对方办理；员工同意须附书面文件")),
    Right("reschedule", "departure", (Who.PERSON, *_KEEP), _CONSENT),
    Right("withdraw", "departure", (Who.PERSON, *_KEEP), _CONSENT),
    Right("state_facts", "departure", _KEEP, Text("not for oneself", "不得为本人办理")),
    Right("take_effect", "departure", _KEEP, Text("on the last day or later", "最后工作日当日或之后")),
    Right("end_leave", "departure", _KEEP, Text("for somebody on long leave", "针对长假人员")),
    Right("settle", "departure", _KEEP, Text("not for oneself; compensation waits for the work", "不得为本人办理；经济补偿待交接办结")),
    Right("derive", "case", _LEAD, _OPEN),
    Right("serve_demand", "case", _LEAD, _OPEN),
    Right("record_refusal", "case", _LEAD, Text("once, while the case is open", "仅一次，交接进行中")),
    Right("appoint_custodian", "case", _LEAD, _OPEN),
    Right("grant_exception", "case", _APPROVE, Text("for somebody else; never where the law wants supervision", "为他人登记；法律要求监交的除外")),
    Right("replace_supervisor", "case", _KEEP, _OPEN),
    Right("complete", "case", _LEAD, Text("on the last day or later, with no item open", "最后工作日当日或之后，且无未完成事项")),
    Right("assign_receiver", "item", _LEAD, Text("while the item is open", "事项未关闭")),
    Right("name_verifier", "item", _LEAD, Text("while the item is open", "事项未关闭")),
    Right("brief", "item", (Who.GIVER, Who.SUPERVISOR), Text("the supervisor once the giver refuses or is not there", "移交人拒绝或不在时由监交人代为交底")),
    Right("accept", "item", (Who.RECEIVER,), Text("after it was briefed", "交底之后")),
    Right("take_over", "item", (Who.RECEIVER,), Text("after it was accepted, once", "接收之后，仅一次")),
    Right("return_item", "item", (Who.RECEIVER,), Text("until it is verified", "核验之前")),
    Right("decline", "item", (Who.RECEIVER,), Text("until it is accepted", "接收之前")),
    Right("hand_on", "item", (Who.RECEIVER,), Text("while the item is open", "事项未关闭")),
    Right("verify", "item", (Who.SUPERVISOR, Who.VERIFIER), Text("never what one received; a critical one after the take-over", "不得核验本人接收的事项；关键事项须先声明接管")),
    Right("waive", "item", _APPROVE, Text("each approver once; a critical item needs two", "每位审批人一次；关键事项须两位")),
    Right("ask", "item", (Who.RECEIVER,), Text("any day, also afterwards", "随时，完结后亦可")),
    Right("answer", "question", (Who.ASKED, Who.GIVER, *_LEAD), Text("once", "仅一次")),
    Right("pass_question", "question", (Who.ASKED, Who.ASKER, *_LEAD), Text("while somebody else may know", "仍有其他可能知情的人")),
)  # fmt: skip
"""All commands of the room. Programs with the role `system` hold all roles and no relation."""


def page() -> str:
    """Return the table as the page of the documentation."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Who may what"
    yield ""
    yield "Every command of the handover room, in English and Chinese. This page is made from the table in"
    yield "`handover_core/handover/who_may.py`, which a test holds against the guards that refuse."
    yield ""
    yield "| about | command | who 何人 | when 条件 |"
    yield "|---|---|---|---|"
    for right in RIGHTS:
        said = [_say(right, lang) for lang in (Lang.EN, Lang.ZH)]
        who, when = (" · ".join(each[place] for each in said) for place in (0, 1))
        yield f"| {right.about} | `{right.command}` | {who} | {when} |"


def _say(right: Right, lang: Lang) -> tuple[str, str]:
    joint = "、" if lang is Lang.ZH else ", "
    return joint.join(WHO_LABELS[who].say(lang) for who in right.who), right.when.say(lang)
