"""Values and aggregates of the retention room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from attrs import field, frozen

from handover_core.organization.model import Employee
from handover_core.policy.keeping import Category as Category  # noqa: PLC0414 - the room's word for it
from handover_core.policy.keeping import Keeping
from handover_core.texts import Text
from handover_core.values import Aggregate

CATEGORY_LABELS = {
    Category.EMPLOYEE_FILE: Text("employee file", "员工档案"),
    Category.ABSENCES: Text("absences", "休假记录"),
    Category.HANDOVERS: Text("departures and handovers", "离职与交接"),
    Category.WORK: Text("work records", "工作记录"),
    Category.ACCOUNTING: Text("accounting records", "会计类记录"),
}


class ErasureState(StrEnum):
    """How far an erasure has come; one that was interrupted goes on from where it stands."""

    REQUESTED = "requested"
    OVERWRITTEN = "overwritten"
    DESTROYED = "destroyed"
    COMPACTED = "compacted"
    VOID = "void"


STATE_LABELS = {
    ErasureState.REQUESTED: Text("requested", "已登记"),
    ErasureState.OVERWRITTEN: Text("overwritten", "已覆盖"),
    ErasureState.DESTROYED: Text("keys destroyed", "密钥已销毁"),
    ErasureState.COMPACTED: Text("files cleaned", "文件已清理"),
    ErasureState.VOID: Text("void", "已作废"),
}


@frozen(kw_only=True)
class LegalHold(Aggregate):
    """An order to keep records whatever their periods say: of one person or of all, of one category or of all."""

    employee_id: str | None = None
    category: Category | None = None
    reason: str
    placed_by_id: str
    placed_on: date
    released_by_id: str | None = None
    released_on: date | None = None
    release_reason: str = ""

    @property
    def stands(self) -> bool:
        """Whether nobody has released it."""
        return self.released_on is None

    def covers(self, employee_id: str, category: Category) -> bool:
        """Tell whether it keeps records of this category about this person now."""
        return self.stands and self.employee_id in {None, employee_id} and self.category in {None, category}


@frozen(kw_only=True)
class LeftMention:
    """Free text that still names the person, where an approver decided to leave it."""

    kind: str
    id: str
    field: str
    version: int | None = None


@frozen(kw_only=True)
class Repeat:
    """That a finished erasure was done once more; ``keys`` tells that the person's keys were there again."""

    on: date
    by_id: str
    keys: bool


@frozen(kw_only=True)
class Erasure(Aggregate):
    """One person's records being erased: some categories, or (``whole``) everything with the person's keys.

    ``left_on`` is the day of leaving from which it was counted; those of format 1 do not say. One that was cut off and
    whose person was employed again is void, with a code of `retention.texts` as the reason; what it had overwritten stays so.
    """

    subject_id: str
    categories: tuple[Category, ...]
    whole: bool
    reason: str
    requested_on: date
    approver_id: str
    state: ErasureState = ErasureState.REQUESTED
    overwritten_on: date | None = None
    destroyed_on: date | None = None
    compacted_on: date | None = None
    left: tuple[LeftMention, ...] = ()
    leaving_reason: str = ""
    left_on: date | None = None
    void_on: date | None = None
    void_reason: str = ""
    repeats: tuple[Repeat, ...] = ()

    def is_for(self, ended_on: date | None) -> bool:
        """Tell whether it is for the employment that ended on this day; None for one that has not ended."""
        if ended_on is None:
            return False
        return self.requested_on >= ended_on if self.left_on is None else self.left_on == ended_on

    @property
    def unfinished(self) -> bool:
        """Whether something has to be done yet that needs no clean-up of files."""
        if self.state is ErasureState.REQUESTED:
            return True
        return self.whole and self.state is ErasureState.OVERWRITTEN


class Verdict(StrEnum):
    """What may happen to records of one category about one person on a day."""

    KEEP = "keep"
    MAY = "may"
    DUE = "due"
    ERASED = "erased"


VERDICT_LABELS = {
    Verdict.KEEP: Text("keep", "保留"),
    Verdict.MAY: Text("may be erased", "可删除"),
    Verdict.DUE: Text("due", "到期应删除"),
    Verdict.ERASED: Text("erased", "已删除"),
}


class StopCode(StrEnum):
    """Why records are kept although nothing else asks for them."""

    EMPLOYED = "employed"
    NO_DAY = "no_day"
    OPEN_CASE = "open_case"
    OPEN_WORK = "open_work"
    HELD = "held"
    MINIMUM = "minimum"
    NO_PERIOD = "no_period"
    UNREADABLE = "unreadable"


@frozen(kw_only=True)
class Stop:
    """One thing that keeps records; its text stands in `retention.texts`."""

    code: StopCode
    params: Mapping[str, object] = field(factory=dict)


@frozen(kw_only=True)
class Named:
    """Where a person is named inside records of one category: whose records these are, and those nobody can read.

    The latter are given as ``kind id``.
    """

    owners: frozenset[str] = frozenset()
    unreadable: tuple[str, ...] = ()


Presence = Mapping[str, Mapping[Category, Named]]
"""For each person the categories in which they are named inside records."""


@frozen(kw_only=True)
class PersonFacts:
    """What the rules need to know about one person.

    ``present`` are the categories in which something about the person is stored; ``open_cases`` the codes of their open
    handovers; ``open_work`` how many records that they wrote are still open. ``others`` are the persons in whose records
    something about the person stands, by category, ``unreadable`` the records that name them and that nobody can read.
    ``erased`` are the categories that were erased already, ``gone`` whether the keys are destroyed: both of the last
    employment alone.
    """

    person: Employee
    present: frozenset[Category] = frozenset()
    open_cases: tuple[str, ...] = ()
    open_work: int = 0
    holds: tuple[LegalHold, ...] = ()
    others: Mapping[Category, frozenset[str]] = field(factory=dict)
    unreadable: Mapping[Category, tuple[str, ...]] = field(factory=dict)
    erased: frozenset[Category] = frozenset()
    gone: bool = False


@frozen(kw_only=True)
class Due:
    """One category of records about one person: since when it counts, until when it is kept, and what stops it."""

    employee_id: str
    number: str
    category: Category
    verdict: Verdict
    keeping: Keeping | None
    since: date | None = None
    keep_until: date | None = None
    erase_after: date | None = None
    stops: tuple[Stop, ...] = ()


@frozen(kw_only=True)
class Mention:
    """Free text that names a person: where, and an excerpt in which the name itself is covered.

    ``version`` is None for what is stored now, else that of an entry of the history. The reason of a bulk stands in all
    its entries and is found once, in its header; ``entries`` is how many these are. ``fixed`` texts are words by which
    something is found, such as a code or an address: no redaction changes them, and they stop no erasure. ``goes_with_id``
    is the other person to whom the text belongs as personal data, such as the title of a document of theirs: it goes
    when they are erased with their keys.
    """

    kind: str
    id: str
    field: str
    excerpt: str
    version: int | None = None
    entries: int | None = None
    fixed: bool = False
    goes_with_id: str | None = None


@frozen(kw_only=True)
class Mentions:
    """What a search for mentions found; ``more`` tells that it stopped at the most it gives."""

    found: tuple[Mention, ...]
    more: bool = False


@frozen(kw_only=True)
class Applied:
    """What one application of the plan has done, and the persons it had to pass over with what stops them.

    ``repeated`` are finished erasures that were done once more, since something had outlived them.
    """

    erasures: tuple[Erasure, ...] = ()
    repeated: tuple[Erasure, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    compacted: bool = False
    done: tuple[Text, ...] = ()
    remains: tuple[Text, ...] = ()


@frozen(kw_only=True)
class Waiting:
    """A person whose records are due and were not erased."""

    employee_id: str
    number: str
    why: Text
