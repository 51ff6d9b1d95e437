"""The model of the contract: what a store must answer, said again in plain Python over plain aggregates."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from operator import eq, ge, gt, le, lt
from typing import Any

from handover_core.organization.model import Employee
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

_OPERATORS: dict[type[Criterion], Callable[[Any, Any], bool]] = {Eq: eq, Lt: lt, Le: le, Gt: gt, Ge: ge}


def holds(criterion: Criterion, person: Employee) -> bool:  # noqa: C901, PLR0911 - one case for each criterion
    """Tell whether a person matches, by the words of `handover_core.storage.criteria`."""
    match criterion:
        case And(parts):
            return all(holds(part, person) for part in parts)
        case Or(parts):
            return any(holds(part, person) for part in parts)
        case Not(part):
            return not holds(part, person)
        case Eq(name, None) | IsNull(name):
            return getattr(person, name) is None
        case Ne(name, value):
            return bool(getattr(person, name) != value)
        case In(name, values):
            return getattr(person, name) in values
        case Prefix(name, value):
            return str(getattr(person, name)).startswith(value)
        case Contains(name, words):
            return _fold(words) in _fold(getattr(person, name))
        case ContainsAny(_, values):
            return any(reference.key in values for reference in person.external)
        case Eq(name, value) | Lt(name, value) | Le(name, value) | Gt(name, value) | Ge(name, value):
            found = getattr(person, name)
            return found is not None and _OPERATORS[type(criterion)](found, value)
    raise TypeError(criterion)


def _fold(words: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", words).casefold())


def arranged(people: Iterable[Employee], name: str | None, *, descending: bool) -> list[Employee]:
    """Return people by a field, nulls first (last where descending), ids ascending among equals."""
    found = sorted(people, key=lambda person: person.id)
    if name is None:
        return found
    nulls = [person for person in found if getattr(person, name) is None]
    rest = [person for person in found if getattr(person, name) is not None]
    rest.sort(key=lambda person: getattr(person, name), reverse=descending)
    return [*rest, *nulls] if descending else [*nulls, *rest]
