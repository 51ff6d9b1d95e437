"""Whoever was erased does not come in again with a file that goes on being used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handover_core.errors import UnreadableBody
from handover_core.history.changes import MALFORMED
from handover_core.organization.kinds import EMPLOYEE
from handover_core.retention.searching import bodies_of
from handover_core.storage import In, UnitFactory, UnitOfWork, Vault
from handover_core.storage.barring import Name, bar, number_name
from handover_core.storage.personal import pseudonym_of
from handover_core.storage.walking import Ask


def bar_person(ask: Ask, units: UnitFactory, vault: Vault, tenant: str, employee_id: str) -> None:
    """Bar the numbers and external references that a person has and had, but none that is somebody else's now.

    It takes the person's keys. Raises `UnreadableBody`, `OtherKeys`, `StorageUnavailable`.
    """
    names = _names_of(ask, units, tenant, employee_id)
    bar(vault, tenant, names - ask(lambda unit: _of_others(unit, employee_id, names)))


def _names_of(ask: Ask, units: UnitFactory, tenant: str, employee_id: str) -> set[Name]:
    found = set[Name]()
    try:
        for body in bodies_of(ask, units, tenant, employee_id):
            found |= {number_name(body["number"]), *map(_reference, body.get("external") or ())}
    except MALFORMED as error:
        raise UnreadableBody(EMPLOYEE.name, employee_id, repr(error)) from error
    return found - {number_name(pseudonym_of(employee_id))}


def _reference(reference: Mapping[str, Any]) -> Name:
    return reference["source"], reference["id"]


def _of_others(unit: UnitOfWork, employee_id: str, names: set[Name]) -> set[Name]:
    people, sources = unit.repository(EMPLOYEE), {source for source, _ in names}
    found: set[Name] = set()
    for source in sources:
        ids = tuple(id_ for each, id_ in names if each == source)
        numbered = [] if source else people.list(In("number", ids))
        named = people.by_external(source, ids) if source else {each.number: each for each in numbered}
        found |= {(source, id_) for id_, person in named.items() if person.id != employee_id}
    return found
