"""The closed sets of words of the handover room."""

from __future__ import annotations

from enum import StrEnum

from handover_core.texts import Text


class DepartureKind(StrEnum):
    """Why somebody leaves the company, or (the last three) only their position."""

    RESIGNATION = "resignation"
    IMMEDIATE_RESIGNATION = "immediate_resignation"
    MUTUAL = "mutual"
    DISMISSAL = "dismissal"
    REDUNDANCY = "redundancy"
    CONTRACT_END = "contract_end"
    RETIREMENT = "retirement"
    DEATH = "death"
    TRANSFER = "transfer"
    ROTATION = "rotation"
    LONG_LEAVE = "long_leave"


MOVES = frozenset({DepartureKind.TRANSFER, DepartureKind.ROTATION, DepartureKind.LONG_LEAVE})
"""Kinds after which the person is still employed."""


class DepartureState(StrEnum):
    """Life of a departure."""

    ANNOUNCED = "announced"
    RECEIVED = "receipt_recorded"
    EFFECTIVE = "effective"
    WITHDRAWN = "withdrawn"


class ConsentTo(StrEnum):
    """What the other side may agree to once a notice was received."""

    WITHDRAWAL = "withdrawal"
    LAST_DAY = "last_day"


class Undo(StrEnum):
    """What becomes of what receivers have verified already when a departure is withdrawn."""

    KEEP = "keep"
    GIVE_BACK = "give_back"


class HandoverState(StrEnum):
    """Life of a handover case."""

    OPEN = "open"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


class ItemState(StrEnum):
    """Life of a handover item."""

    PLANNED = "planned"
    BRIEFED = "briefed"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    VERIFIED = "verified"
    WAIVED = "waived"
    OBSOLETE = "obsolete"
    STALE = "stale"


CLOSED_STATES = frozenset({ItemState.VERIFIED, ItemState.WAIVED, ItemState.OBSOLETE})


class Category(StrEnum):
    """What kind of thing an item hands over."""

    CAPTURE = "capture"
    DUTY = "duty"
    SOP = "sop"
    RUN = "run"
    RECORD = "record"
    CREDENTIAL = "credential"
    ASSET = "asset"
    AUTHORITY = "authority"
    KNOWLEDGE = "knowledge"
    REPORT = "report"


OF_WORK = frozenset((Category.ASSET, Category.CREDENTIAL))
"""Categories that are cleared as assets, not as work."""

WORK_RECORDS = frozenset((Category.RECORD, Category.CREDENTIAL, Category.ASSET))
"""Categories whose source is a work record."""


CATEGORY_LABELS = {
    Category.CAPTURE: Text("Knowledge to capture", "待沉淀的知识"),
    Category.DUTY: Text("Duties", "工作职责"),
    Category.SOP: Text("SOPs", "标准流程（SOP）"),
    Category.RUN: Text("Running procedures", "进行中的流程"),
    Category.RECORD: Text("Open work", "未完成工作"),
    Category.CREDENTIAL: Text("Accounts and credentials", "账号凭证"),
    Category.ASSET: Text("Assets", "资产"),
    Category.AUTHORITY: Text("Authorities", "权限"),
    Category.KNOWLEDGE: Text("Unpublished knowledge", "未发布的知识"),
    Category.REPORT: Text("Direct reports", "直接下属"),
}
