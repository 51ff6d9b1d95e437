"""Hypothesis strategies for what stores keep, and for what they are asked."""

from __future__ import annotations

from datetime import UTC, date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from handover_core.actor import Role
from handover_core.ids import new_id
from handover_core.organization.model import Employee, EmployeeStatus, HeldQualification, QualificationKind
from handover_core.storage import (
    And,
    Contains,
    ContainsAny,
    Criterion,
    Eq,
    Ge,
    Gt,
    In,
    IsNull,
    Le,
    Lt,
    Ne,
    Not,
    Or,
    Prefix,
)
from handover_core.values import ExternalReference, Scalar

TRICKY = (
    *("a", "A", "a ", " a", "\u00e1", "a\u0301", "ß", "ss", "王", "王伟", "ａ", "𝒂", "😀", "İ"),
    *("%", "_", "\\", "'", '"', "\n", "\U0010ffff"),
)
"""Words that padding, case folding, normalisation, collation or quoting may confuse."""

texts = st.one_of(
    st.sampled_from(TRICKY),
    st.lists(st.sampled_from(TRICKY), min_size=1, max_size=3).map("".join),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20),
)
"""Any text that can be stored, the tricky ones often."""

days = st.one_of(st.sampled_from((date.min, date.max, date(2026, 3, 13))), st.dates())
instants = st.datetimes(timezones=st.just(UTC)).map(lambda instant: instant.replace(fold=0))
decimals = st.decimals(min_value=-(10**12), max_value=10**12, places=4, allow_nan=False, allow_infinity=False)
integers = st.integers(min_value=-(2**63), max_value=2**63 - 1)
scalars: st.SearchStrategy[Scalar] = st.one_of(st.none(), texts, integers, st.booleans(), decimals, days, instants)

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


_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "number": texts,
    "name": texts,
    "status": st.sampled_from(EmployeeStatus),
    "hired_on": days,
    "left_on": st.sampled_from((date(2026, 3, 13), date(2026, 3, 14))),
}
_EITHER = st.sampled_from(tuple(_VALUES))


def _compared(cls: type[Any]) -> st.SearchStrategy[Criterion]:
    return _EITHER.flatmap(lambda name: st.builds(cls, st.just(name), _VALUES[name]))


leaves: st.SearchStrategy[Criterion] = st.one_of(
    *(_compared(cls) for cls in (Eq, Ne, Lt, Le, Gt, Ge)),
    _EITHER.flatmap(lambda name: st.builds(In, st.just(name), st.lists(_VALUES[name], max_size=3).map(tuple))),
    st.builds(IsNull, _EITHER),
    st.builds(Eq, st.sampled_from(("hired_on", "left_on")), st.none()),
    st.builds(Ne, st.sampled_from(("hired_on", "left_on")), st.none()),
    st.builds(Prefix, st.sampled_from(("number", "name")), texts),
    st.builds(Contains, st.just("name"), texts),
    st.builds(ContainsAny, st.just("external"), st.lists(references.map(lambda each: each.key), max_size=3).map(tuple)),
)


def _joined(parts: st.SearchStrategy[Criterion]) -> st.SearchStrategy[Criterion]:
    several = st.lists(parts, max_size=3).map(tuple)
    return st.one_of(st.builds(And, several), st.builds(Or, several), st.builds(Not, parts))


criteria = st.recursive(leaves, _joined, max_leaves=4)
"""Any question about people."""

SORTABLE = ("number", "name", "status", "hired_on", "left_on")

BIG = Decimal("999999999999999999.9999")
"""The largest decimal that a field with the default digits holds."""
