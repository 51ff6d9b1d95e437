"""How long records about persons are kept: at least, because a law or a claim may need them, and at most."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from attrs import field, frozen

from handover_core.errors import InvalidInput, Problem
from handover_core.policy.calendar import Calendar
from handover_core.policy.counting import Period, end_of, period_of
from handover_core.texts import Text

LONGEST = 200
"""How many years a period may have at most: what is longer is a slip of the pen."""
UNKNOWN = Text("is no category; write one of {words}", "不是已知类别；请写 {words} 之一")
TWICE = Text("comes twice; leave one out", "重复；请删去其一")
AMOUNT = Text(
    "is {amount} {period}; give at least 0 and at most {most} years", "为 {amount} {period}；须在 0 至 {most} 年之间"
)
ORDER = Text(
    "is shorter than the shortest period; lengthen it, or shorten that one", "短于最短期限；请延长，或缩短最短期限"
)
_IN_A_YEAR = {Period.DAYS: 365, Period.WORKDAYS: 260, Period.MONTHS: 12, Period.YEARS: 1}


class Category(StrEnum):
    """What kind of records about a person; each has periods of its own."""

    EMPLOYEE_FILE = "employee_file"
    ABSENCES = "absences"
    HANDOVERS = "handovers"
    WORK = "work"
    ACCOUNTING = "accounting"


class Basis(StrEnum):
    """Where a period comes from: a law that says it, or a policy that the host may change as it sees fit."""

    LAW = "law"
    POLICY = "policy"


@frozen(kw_only=True)
class Span:
    """A period, and by what it is asked for. Raises `InvalidInput` for no whole number, and for a word that is no period."""

    amount: int
    period: Period = field(converter=period_of)
    basis: Basis
    citation: Text

    def __attrs_post_init__(self) -> None:
        if type(self.amount) is not int:
            raise InvalidInput.at(
                "amount", "keeping.amount", "{amount!r} is no whole number", "{amount!r} 不是整数", amount=self.amount
            )

    @property
    def years(self) -> float:
        """How long it is, about."""
        return self.amount / _IN_A_YEAR[self.period]


@frozen(kw_only=True)
class Keeping:
    """How long one category of records about a person is kept after the person has left.

    ``category`` is a word of `Category`. What is older than ``most`` is due to be erased; without
    it nothing is due before somebody asks. ``from_year_end`` counts from the end of the calendar year.
    """

    category: str
    least: Span
    most: Span | None = None
    from_year_end: bool = False

    def keep_until(self, left_on: date, calendar: Calendar) -> date:
        """Return the last day on which the records have to be there; what lies beyond the calendar is its last day."""
        return self._end(self.least, left_on, calendar)

    def erase_after(self, left_on: date, calendar: Calendar) -> date | None:
        """Return the last day on which the records may be there, or None where there is none."""
        return None if self.most is None else self._end(self.most, left_on, calendar)

    def _end(self, span: Span, left_on: date, calendar: Calendar) -> date:
        since = date(left_on.year, 12, 31) if self.from_year_end else left_on
        try:
            return end_of(since, span.amount, span.period, calendar)
        except (ValueError, OverflowError):  # whoever left on such a day left by a slip of the pen
            return date.max


@frozen(kw_only=True)
class Schedule:
    """The periods of all categories, as versioned data.

    Records of a category that it leaves out are kept, and the plan says so. Raises `InvalidInput`, which names each place,
    for a category that nobody knows or that comes twice, a period that is negative or longer than `LONGEST` years, and a
    longest period that is shorter than the shortest one.
    """

    name: str
    version: str
    keeping: tuple[Keeping, ...]

    def __attrs_post_init__(self) -> None:
        problems = tuple(_problems(self.keeping))
        if problems:
            raise InvalidInput(problems)

    def of(self, category: str) -> Keeping | None:
        """Return the periods of a category; None where the schedule has none, and the records are kept."""
        return next((each for each in self.keeping if each.category == category), None)


def _problems(keeping: tuple[Keeping, ...]) -> Iterator[Problem]:
    seen: set[str] = set()
    for each in keeping:
        path = f"keeping.{each.category}"
        if each.category not in set(Category):
            yield Problem(path, "keeping.unknown", UNKNOWN, {"words": ", ".join(Category)})
        elif each.category in seen:
            yield Problem(path, "keeping.twice", TWICE)
        seen.add(each.category)
        spans = {"least": each.least, **({} if each.most is None else {"most": each.most})}
        wrong = [name for name, span in spans.items() if not 0 <= span.years <= LONGEST]
        for name in wrong:
            yield Problem(
                f"{path}.{name}.amount", "keeping.amount", AMOUNT,
                {"amount": spans[name].amount, "period": str(spans[name].period), "most": LONGEST},
            )  # fmt: skip
        if not wrong and each.most is not None and each.most.years < each.least.years:
            yield Problem(f"{path}.most", "keeping.order", ORDER)
