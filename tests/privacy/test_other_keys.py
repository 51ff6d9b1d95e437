"""With the wrong keys, or with none, nothing is sealed, nothing is blinded, and no question gets a wrong answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

from archives import NAMES, Archive
from handover_core.actor import Role
from handover_core.app import HandoverCore, Office
from handover_core.errors import NotFound, OtherKeys, Unsealable
from handover_core.organization.kinds import EMPLOYEE
from handover_core.records.kinds import WORK_RECORD
from handover_core.storage import Contains, Driver, Eq, Ne, Order, Put, UnitOfWork, Vault
from handover_core.storage.privacy import Level
from handover_core_keys import KeyRing
from pasts import AUDITOR

OWNER = evolve(AUDITOR, roles=frozenset({Role.OWNER, Role.HR, Role.AUDITOR}))


def office_of(archive: Archive, store: Driver, vault: Vault | None) -> Office:
    return HandoverCore(store, vault=vault, clock=lambda: archive.story.now).office(archive.story.tenant, OWNER)


def rows(archive: Archive) -> list[Any]:
    with archive.story.core.units.unit(archive.story.tenant, AUDITOR, write=False) as unit:
        stored = [unit.as_stored.get(EMPLOYEE, unit.tenant, archive.person)]
        return [*stored, unit.transaction.register(unit.tenant, "privacy", "settings")]


@pytest.mark.parametrize("level", Level)
def test_other_keys_change_no_level(store: Driver, ring: KeyRing, other_ring: KeyRing, level: Level) -> None:
    archive = Archive(store, ring)
    office_of(archive, store, ring).privacy.set_level(level)
    before = rows(archive)
    for wanted in Level:
        with pytest.raises(OtherKeys):
            office_of(archive, store, other_ring).privacy.set_level(wanted, "by mistake")
    assert before == rows(archive)
    assert NAMES[0] == office_of(archive, store, ring).organization.employee(NAMES[4]).name
    assert office_of(archive, store, ring).audit.verify().sound


def test_other_keys_seal_no_row_that_is_only_touched(store: Driver, ring: KeyRing, other_ring: KeyRing) -> None:
    """A touch has no difference to be sealed, and still writes the row: what stands in the clear in it as well."""
    archive = Archive(store, ring)
    with archive.story.core.units.unit(archive.story.tenant, OWNER) as unit:
        settings = unit.transaction.register(unit.tenant, "privacy", "settings")
        body = settings.body.replace('"standard"', '"strict"')
        unit.claim()
        unit.transaction.put_registers(unit.tenant, [Put(settings.space, settings.key, body, settings.version)])
        unit.commit()
    before = rows(archive)

    def touch(unit: UnitOfWork) -> None:
        people = unit.repository(EMPLOYEE)
        people.touch(people.get(archive.person))

    with pytest.raises(OtherKeys):
        HandoverCore(store, vault=other_ring).units.run(archive.story.tenant, OWNER, touch)
    assert before == rows(archive)


QUESTIONS: dict[str, Callable[[UnitOfWork], Any]] = {
    "equal": lambda unit: unit.repository(EMPLOYEE).by(number=NAMES[4]),
    "unlike": lambda unit: unit.repository(EMPLOYEE).count(Ne("number", NAMES[4])),
    "words": lambda unit: unit.repository(EMPLOYEE).page(Contains("name", "小芳")),
    "custom": lambda unit: unit.repository(EMPLOYEE).count(Eq("custom.home", f"{NAMES[0]}街")),
    "order": lambda unit: unit.repository(EMPLOYEE).page(order=Order("name"), limit=1),
    "groups": lambda unit: unit.repository(EMPLOYEE).group("name"),
    "stream": lambda unit: list(unit.repository(EMPLOYEE).stream(Eq("name", NAMES[0]))),
    "list": lambda unit: unit.repository(EMPLOYEE).list(),
    "id": lambda unit: unit.repository(EMPLOYEE).get(unit.new_id()),
}


@pytest.mark.parametrize("how", ["equal", "unlike", "words", "custom", "order", "groups", "stream", "list"])
@pytest.mark.parametrize("keys", ["other", "none"])
def test_no_question_is_answered_wrongly(
    store: Driver, ring: KeyRing, other_ring: KeyRing, how: str, keys: str
) -> None:
    """At level strict digests made with other keys find nobody, and so do names themselves."""
    archive = Archive(store, ring)
    office_of(archive, store, ring).privacy.set_level(Level.STRICT)
    core = HandoverCore(store, vault=other_ring if keys == "other" else None)
    with core.units.unit(archive.story.tenant, OWNER, write=False) as unit, pytest.raises((OtherKeys, Unsealable)):
        QUESTIONS[how](unit)
    with core.units.unit(archive.story.tenant, OWNER, write=False) as unit:
        if keys == "none":
            assert 1 == unit.repository(WORK_RECORD).count(Eq("owner_id", archive.person)), "nothing personal is asked"
        with pytest.raises(NotFound):
            QUESTIONS["id"](unit)


def test_without_keys_level_standard_answers_as_ever(store: Driver, ring: KeyRing) -> None:
    archive = Archive(store, ring)
    with HandoverCore(store).units.unit(archive.story.tenant, OWNER, write=False) as unit:
        answers = [QUESTIONS[how](unit) for how in ("equal", "unlike", "words", "custom", "order", "groups", "stream")]
    assert archive.person == answers[0].id
    assert 0 == answers[1]
    assert [1, 1] == [len(answers[2].items), answers[3]]


@pytest.mark.parametrize("level", Level)
def test_a_verification_puts_no_key_into_other_keys(
    store: Driver, ring: KeyRing, other_ring: KeyRing, level: Level
) -> None:
    archive = Archive(store, ring)
    office_of(archive, store, ring).privacy.set_level(level)
    assert not office_of(archive, store, other_ring).audit.verify().sound
    assert [] == list(other_ring._table.entries())


def test_other_keys_destroy_nobody(store: Driver, ring: KeyRing, other_ring: KeyRing) -> None:
    """An erasure with the wrong keys would say that keys were destroyed that are all still there."""
    archive = Archive(store, ring)
    with pytest.raises(OtherKeys):
        office_of(archive, store, other_ring).retention.erase(archive.person, "asked")
    with pytest.raises(OtherKeys):
        office_of(archive, store, other_ring).retention.apply()
    assert [] == office_of(archive, store, ring).retention.erasures()
