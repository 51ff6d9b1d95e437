"""Figures of a case, worked out by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from attrs import evolve

from handover.rules.cases import MONDAY, at, day, item, proof_on
from handover_core.handover.continuity.rules import (
    Activity,
    CaseHistory,
    Figures,
    Past,
    RampUp,
    Stoppage,
    Takeup,
    figures,
    past,
    ramp_up,
    stoppage,
)
from handover_core.handover.model import Handover, HandoverQuestion
from handover_core.organization.model import (
    Assignment,
    Employee,
    HeldQualification,
    PositionVersion,
    Qualification,
    QualificationKind,
)
from handover_core.policy import Weekdays
from handover_core.values import DateRange

DAYS = Weekdays()
CERTIFICATE = QualificationKind.CERTIFICATE
CASE = Handover(id="h", code="0017", departure_id="d", giver_id="g", supervisor_id="s", opened_on=MONDAY)


def test_stoppage_counts_the_working_days_in_between() -> None:
    """From Friday to the Thursday after, nobody worked on it from Monday to Wednesday."""
    assert 3 == stoppage(day(4), day(10), DAYS)
    assert 0 == stoppage(day(4), day(7), DAYS)
    assert 0 == stoppage(day(4), day(4), DAYS)
    assert 1 == stoppage(day(0), day(2), DAYS)


def takeup(*held: date | None, needs: int = 1, start: date = MONDAY) -> Takeup:
    return Takeup(
        person=Employee(
            id="r", number="0024", name="R",
            qualifications=tuple(
                HeldQualification(kind=CERTIFICATE, name=f"q{n}", obtained_on=each) for n, each in enumerate(held)
            ),
        ),
        assignment=Assignment(id="a", employee_id="r", position_id="p", effective=DateRange(start)),
        description=PositionVersion(
            effective_from=MONDAY, title="T",
            qualifications=tuple(Qualification(key=f"{n}", kind=CERTIFICATE, name=f"q{n}") for n in range(needs)),
        ),
    )  # fmt: skip


def test_ramp_up_counts_to_the_day_on_which_nothing_mandatory_is_missing() -> None:
    assert 0 == ramp_up(takeup(needs=0), DAYS).days
    assert 0 == ramp_up(takeup(date(2020, 1, 1)), DAYS).days
    assert 0 == ramp_up(takeup(None), DAYS).days
    assert 5 == ramp_up(takeup(day(7)), DAYS).days
    assert 6 == ramp_up(takeup(day(2), day(8), needs=2), DAYS).days
    assert ramp_up(takeup(day(2), needs=2), DAYS).days is None
    assert RampUp(number="0024", position_id="p", days=1) == ramp_up(takeup(day(1)), DAYS)


def question(number: int) -> HandoverQuestion:
    return HandoverQuestion(
        id=f"q{number}", handover_id="h", item_id="i1", asked_by_id="r", asked_at=at(number), question="?"
    )


def history(**more: object) -> CaseHistory:
    given = {
        "case": CASE, "last_day": day(11), "today": day(20), "items": (), "questions": (), "asked_on": {}, "activity": {},
        "takeups": (), **more,
    }  # fmt: skip
    return CaseHistory(**given)


def test_the_figures_of_a_case() -> None:
    items = (
        item(2, weight=3, verified=3, reopened=(proof_on(1), proof_on(2))),
        item(1, weight=1),
        item(3, weight=5, state="waived"),
        item(4, weight=5, state="obsolete"),
    )
    questions = tuple(question(number) for number in (2, 11, 12))
    found = figures(
        history(
            case=evolve(CASE, completed_on=day(14)),
            items=items,
            questions=questions,
            asked_on={f"q{number}": day(number) for number in (2, 11, 12)},
            activity={
                "i2": Activity(giver_last=day(4), receiver_first=day(8)),
                "i1": Activity(giver_last=day(15)),
                "i3": Activity(),
            },
            takeups=(takeup(day(7)), takeup(day(2), needs=2)),
        ),
        DAYS,
    )
    assert ("0017", 11, Fraction(3, 4), 5) == (found.code, found.lead, found.share, found.waived)
    assert (3, 1, 1, 3) == (found.questions, found.questions_after, found.reopened, found.items)
    assert (
        Stoppage(code="C-001", days=3, ended=False),
        Stoppage(code="C-002", days=1, ended=True),
    ) == found.stoppages
    assert (Fraction(2), Fraction(5)) == (found.stoppage, found.ramp_up)


def test_an_open_case_counts_to_today() -> None:
    found = figures(history(), DAYS)
    assert (15, None, None, None) == (found.lead, found.share, found.stoppage, found.ramp_up)


def one(lead: int, share: Fraction | None, stoppages: tuple[int, ...], reopened: int = 0) -> Figures:
    return Figures(
        code="c", lead=lead, share=share, waived=0, questions=lead, questions_after=0, reopened=reopened, items=1,
        stoppages=tuple(Stoppage(code="c", days=days, ended=True) for days in stoppages), ramp_ups=(),
    )  # fmt: skip


def test_the_past_is_the_median_of_what_is_known() -> None:
    half = Fraction(1, 2)
    found = past([one(2, half, (1, 3)), one(10, None, ()), one(4, Fraction(1), (7,), reopened=3)])
    assert (
        Past(
            cases=3, lead=Fraction(4), share=Fraction(3, 4), stoppage=Fraction(9, 2), ramp_up=None,
            questions=Fraction(4), reopened=Fraction(0),
        )
        == found
    )  # fmt: skip
    assert Past(cases=0, lead=None, share=None, stoppage=None, ramp_up=None, questions=None, reopened=None) == past([])
