"""Strategies for people: the aggregate on which most of the contract is shown."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from handover_core.actor import Role
from handover_core.ids import new_id
from handover_core.organization.model import Employee, EmployeeStatus, HeldQualification, QualificationKind
from handover_core.testing.strategies.values import days, texts
from handover_core.values import ExternalReference

qualifications = st.builds(
    HeldQualification,
    kind=st.sampled_from(QualificationKind),
    name=texts,
    level=st.none() | texts,
    obtained_on=st.none() | days,
    expires_on=st.none() | days,
)
references = st.builds(ExternalReference, st.sampled_from(("hr", "crm")), texts, st.just({}))


def employees(number: st.SearchStrategy[str] = texts) -> st.SearchStrategy[Employee]:
    """Return people without references to units: the aggregate on which the contract is shown."""
    return st.builds(
        Employee,
        id=st.builds(new_id),
        number=number,
        name=texts,
        hired_on=st.none() | days,
        left_on=st.none() | st.sampled_from((date(2026, 3, 13), date(2026, 3, 14))),
        status=st.sampled_from(EmployeeStatus),
        email=st.none() | texts,
        roles=st.lists(st.sampled_from(Role), max_size=2).map(tuple),
        qualifications=st.lists(qualifications, max_size=2).map(tuple),
        external=st.lists(references, max_size=2).map(tuple),
    )


def populations(least: int = 0, most: int = 8) -> st.SearchStrategy[list[Employee]]:
    """Return some people, each with a number of their own."""
    return st.lists(employees(), min_size=least, max_size=most, unique_by=lambda person: person.number)
