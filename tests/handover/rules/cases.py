"""Items and spans of time for tests of pure rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from handover_core.errors import InvalidInput
from handover_core.handover.model import Acceptance, Briefing, Category, HandoverItem, ItemState, Source, Verified
from handover_core.handover.pace.rules import Span
from handover_core.policy import Calendar, Verification, Weekdays, Without
from handover_core.values import DateRange

MONDAY = date(2026, 3, 2)


def day(number: int) -> date:
    """Return the day that many days after Monday, 2 March 2026."""
    return MONDAY + timedelta(days=number)


def item(
    number: int = 1, *, weight: int = 1, due: int | None = None, verified: int | None = None, state: str | None = None,
    category: Category = Category.DUTY, **more: object,
) -> HandoverItem:  # fmt: skip
    """Return an item; ``due`` and ``verified`` are days after the Monday."""
    proof = None if verified is None else proof_on(verified)
    return HandoverItem(
        id=f"i{number}", code=f"C-{number:03d}", handover_id="h", category=category, title=f"Item {number}",
        source=Source(kind="position", id=f"p{number}"), weight=weight, due_on=None if due is None else day(due),
        state=ItemState(state) if state else ItemState.VERIFIED if proof else ItemState.PLANNED, verified=proof,
        **more,
    )  # fmt: skip


def proof_on(number: int) -> Verified:
    return Verified(by_id="s", at=at(number), method=Verification.ACKNOWLEDGE, on=day(number))


def at(number: int) -> datetime:
    return datetime(2026, 3, 2, 2, tzinfo=UTC) + timedelta(days=number)


def briefing(summary: str = "all of it", **more: object) -> Briefing:
    return Briefing(by_id="g", at=at(0), summary=summary, **more)


def acceptance(by: str = "r") -> Acceptance:
    return Acceptance(by_id=by, at=at(0), read_back="mine")


def invalid(command: Callable[[], object]) -> tuple[str, str, str, str]:
    """Return place, code and both texts of the one problem of an input."""
    try:
        command()
    except InvalidInput as error:
        (problem,) = error.problems
        return problem.path, problem.code, problem.text.en, problem.text.zh
    raise AssertionError("nothing was invalid")


def span(today: int, *, last: int = 11, opened: int = 0, away: tuple[int, int] | None = None) -> Span:
    """Return the span from Monday to the Friday of the next week, unless told otherwise."""
    calendar: Calendar = Weekdays()
    leave = () if away is None else (DateRange(day(away[0]), day(away[1])),)
    return Span(
        opened_on=day(opened), last_day=day(last), today=day(today), present=Without(calendar, leave), calendar=calendar
    )
