"""What the leaving certificate states, worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from handover_core.handover.clearance.certificate import LABELS, certificate, service
from handover_core.organization.model import ContractKind, Employee, LabourContract
from handover_core.policy import CN, GENERIC_LAW
from handover_core.policy.presets import Statement
from handover_core.values import DateRange

LAST = date(2026, 3, 13)


def contract(end: date | None) -> LabourContract:
    return LabourContract(
        id="c", employee_id="g", kind=ContractKind.FIXED_TERM, effective=DateRange(date(2024, 1, 1), end)
    )


@pytest.mark.parametrize(
    ("hired_on", "said"),
    [
        (date(2021, 3, 1), "5 years and 0 months"),
        (date(2021, 3, 14), "5 years and 0 months"),
        (date(2021, 3, 15), "4 years and 11 months"),
        (date(2025, 12, 14), "0 years and 3 months"),
        (date(2026, 3, 13), "0 years and 0 months"),
        (date(2026, 4, 1), "0 years and 0 months"),
    ],
)
def test_service_counts_full_months_with_the_last_day(hired_on: date, said: str) -> None:
    assert said == service(hired_on, LAST).en


def test_the_lines_of_the_law_are_filled_in() -> None:
    person = Employee(id="g", number="0017", name="Key", hired_on=date(2021, 3, 1))
    found = {each.what: each.value for each in certificate(person, contract(date(2026, 4, 1)), ("KAM", "B"), LAST, CN)}
    assert [*Statement] == [*found]
    assert ("1 January 2024 – 31 March 2026", "2024年1月1日 至 2026年3月31日") == (
        found[Statement.TERM].en,
        found[Statement.TERM].zh,
    )
    assert "13 March 2026" == found[Statement.ENDED_ON].en
    assert ("KAM, B", "KAM、B") == (found[Statement.POSITION].en, found[Statement.POSITION].zh)
    assert "5年0个月" == found[Statement.SERVICE].zh
    assert set(LABELS) == set(Statement)


def test_what_no_record_tells_is_said_to_be_unknown() -> None:
    person = Employee(id="g", number="0017", name="Key")
    found = {each.what: each.value.en for each in certificate(person, None, (), LAST, CN)}
    assert ["not on record", "13 March 2026", "not on record", "not on record"] == [*found.values()]
    open_ended = certificate(person, contract(None), (), LAST, CN)[0].value
    assert "1 January 2024 – no fixed end" == open_ended.en
    assert Statement.TERM not in {each.what for each in certificate(person, None, (), LAST, GENERIC_LAW)}
