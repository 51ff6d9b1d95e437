"""At level strict nothing personal stands readable anywhere in the store, and every question is answered as before."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archives import NAMES, Archive
from handover_core.actor import Role
from handover_core.app import HandoverCore, Office
from handover_core.errors import AlreadyExists, HandoverError, OtherKeys, Refused, Unsealable
from handover_core.ids import new_id
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.records.kinds import WORK_RECORD
from handover_core.storage import CUSTOM_FIELD, ContainsAny, Driver, Eq, MemoryStore, UnitFactory, UnitOfWork
from handover_core.storage.copying import copy_company
from handover_core.storage.personal import pseudonym_of
from handover_core.storage.privacy import Level
from handover_core.testing.strategies.people import populations
from handover_core.testing.strategies.questions import criteria_of, orders_of
from handover_core_keys import KeyRing
from handover_core_mongo import MongoStore
from handover_core_sql import SqlStore
from pasts import AUDITOR, Story
from questioned import asked

OWNER = evolve(AUDITOR, roles=frozenset({Role.OWNER, Role.AUDITOR}))


def office_of(story: Story, store: Driver, ring: KeyRing) -> Office:
    return HandoverCore(store, vault=ring, clock=lambda: story.now).office(story.tenant, OWNER)


def everything(store: Driver, tenant: str) -> str:
    """Return all that a store holds of a company, as text."""
    if isinstance(store, SqlStore):
        tables = [store._statements.of(kind).table for kind in HandoverCore(store).units.kinds]
        shared = store._statements
        tables += [shared.value, shared.change, shared.outbox, shared.unit]
        with store._engine.connect() as connection:
            rows = [connection.execute(sa.select(table).where(table.c.tenant == tenant)).all() for table in tables]
        return repr(rows)
    if isinstance(store, MongoStore):
        names = [kind.name for kind in HandoverCore(store).units.kinds] + ["change", "outbox", "unit", "register"]
        return repr([list(store._collections[name].find({"tenant": tenant})) for name in names])
    assert isinstance(store, MemoryStore)
    return repr(store.state)


def readable(store: Driver, archive: Archive) -> list[str]:
    text = everything(store, archive.story.tenant)
    return [word for word in NAMES if word in text or word.casefold() in text]


@pytest.fixture
def strict(store: Driver, ring: KeyRing) -> Archive:
    """Return a company that was strict before anything was stored."""
    archive = Archive(store, ring, filled=False)
    assert 0 == office_of(archive.story, store, ring).privacy.set_level(Level.STRICT)
    archive.fill()
    return archive


def test_nothing_personal_stands_readable(store: Driver, ring: KeyRing, strict: Archive) -> None:
    assert list(NAMES) == readable(store, Archive(store, ring))
    strict.changed(name="王晓芳")
    if isinstance(store, MemoryStore):  # which holds the first company too
        return
    assert [] == readable(store, strict)
    assert "王晓芳" not in everything(store, strict.story.tenant)


def test_nothing_personal_stands_readable_in_memory_either(ring: KeyRing) -> None:
    store = MemoryStore()
    archive = Archive(store, ring, filled=False)
    office_of(archive.story, store, ring).privacy.set_level(Level.STRICT)
    archive.fill()
    assert [] == readable(store, archive)


def test_people_see_no_difference(store: Driver, ring: KeyRing, strict: Archive) -> None:
    office = office_of(strict.story, store, ring)
    person = office.organization.employee("SF-0042")
    assert ("王小芳", "wang.xiaofang@example.com") == (person.name, person.email)
    with strict.story.core.units.unit(strict.story.tenant, AUDITOR, write=False) as unit:
        (record,) = unit.repository(WORK_RECORD).list()
        assert "体检报告.pdf" == record.documents[0].title
        assert [person] == unit.repository(EMPLOYEE).list(ContainsAny("external", ("hr:SF-0042-x",)))
        assert {"hr": person} == {"hr": unit.repository(EMPLOYEE).by_external("hr", ["SF-0042-x"])["SF-0042-x"]}
    strict.changed(name="王晓芳")
    assert office.audit.verify().sound
    assert HandoverCore(store).office(strict.story.tenant, OWNER).audit.verify().sound
    with pytest.raises(AlreadyExists):
        strict.story.do(lambda unit: unit.repository(EMPLOYEE).add(Employee(id=new_id(), number="SF-0042", name="x")))


def test_without_the_keys_nothing_can_be_read_or_written(store: Driver, strict: Archive) -> None:
    without = HandoverCore(store).units
    with (
        without.unit(strict.story.tenant, AUDITOR, write=False) as unit,
        pytest.raises(Unsealable, match="without keys"),
    ):
        unit.repository(EMPLOYEE).list()

    def hire(unit: UnitOfWork) -> None:
        unit.repository(EMPLOYEE).add(Employee(id=new_id(), number="1", name="x"))

    with pytest.raises(OtherKeys):
        without.run(strict.story.tenant, AUDITOR, hire)
    strict.story.do(hire)


def test_only_the_owner_changes_the_level_and_only_with_keys(store: Driver, strict: Archive, ring: KeyRing) -> None:
    for core, actor in (
        (HandoverCore(store, vault=ring), evolve(AUDITOR, roles=frozenset({Role.HR}))),
        (HandoverCore(store), OWNER),
    ):
        with pytest.raises(Refused):
            core.office(strict.story.tenant, actor).privacy.set_level(Level.STANDARD)
    with pytest.raises(Refused):
        HandoverCore(store).office(strict.story.tenant, evolve(AUDITOR, roles=frozenset())).privacy.level()


def test_a_company_changes_its_level_and_back(store: Driver, ring: KeyRing) -> None:
    archive = Archive(store, ring)
    privacy = office_of(archive.story, store, ring).privacy
    assert Level.STANDARD == privacy.level()
    assert 3 == privacy.set_level(Level.STRICT)
    assert Level.STRICT == privacy.level()
    assert 0 == privacy.set_level(Level.STRICT)
    test_people_see_no_difference(store, ring, archive)
    if not isinstance(store, MemoryStore):
        assert [] == readable(store, archive)
    privacy.set_level(Level.STANDARD)
    assert list(NAMES) == readable(store, archive)
    with archive.story.core.units.unit(archive.story.tenant, AUDITOR, write=False) as unit:
        assert 1 == unit.repository(EMPLOYEE).count(ContainsAny("external", ("hr:SF-0042-x",)))
    assert office_of(archive.story, store, ring).audit.verify().sound


def test_after_an_erasure_nothing_is_left_even_with_the_old_rows(store: Driver, ring: KeyRing, strict: Archive) -> None:
    strict.erased(ring)
    assert [] == readable(store, strict) if not isinstance(store, MemoryStore) else True
    office = office_of(strict.story, store, ring)
    assert pseudonym_of(strict.person) == office.organization.employee(pseudonym_of(strict.person)).name
    assert office.audit.verify().sound


def test_a_strict_company_is_copied_as_it_is(store: Driver, ring: KeyRing, strict: Archive) -> None:
    source, target = strict.story.core.units, MemoryStore()
    copy_company(source, UnitFactory(target, source.kinds, vault=ring), strict.story.tenant)
    assert [] == [word for word in NAMES if word in repr(target.state)]
    office = HandoverCore(target, vault=ring).office(strict.story.tenant, OWNER)
    assert office.audit.verify().sound
    assert strict.person == office.organization.employee("SF-0042").id
    with pytest.raises(HandoverError):
        copy_company(HandoverCore(store).units, UnitFactory(MemoryStore(), source.kinds), strict.story.tenant)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(people=populations(), data=st.data())
def test_every_question_is_answered_as_at_level_standard(
    store: Driver, ring: KeyRing, people: list[Employee], data: st.DataObject
) -> None:
    """Filters, orders, pages, counts and groups, of personal fields and of others, together and apart."""
    core, answers = HandoverCore(store, vault=ring), []
    where = data.draw(st.none() | criteria_of(EMPLOYEE, people))
    order = data.draw(orders_of(EMPLOYEE))
    limit = data.draw(st.integers(1, 4))
    for level in Level:
        tenant = new_id()
        core.office(tenant, OWNER).privacy.set_level(level)
        core.units.run(tenant, OWNER, lambda unit: unit.repository(EMPLOYEE).add_many(people))
        with core.units.unit(tenant, OWNER, write=False) as unit:
            answers.append(asked(unit, where, order, limit))
    assert answers[0] == answers[1]


def test_a_field_that_becomes_personal_later_leaves_the_past_as_it_was(
    store: Driver, ring: KeyRing, strict: Archive
) -> None:
    """The row of a bulk is sealed anew, and what the bulk was made of stood in the clear: it takes the keys to see that."""
    story, id_ = strict.story, new_id()
    person = Employee(id=id_, number="0099", name="赵六", custom={"badge.colour": "green"})
    story.do(lambda unit: unit.repository(EMPLOYEE).add_many([person]))

    def declare(unit: UnitOfWork) -> None:
        (field,) = unit.repository(CUSTOM_FIELD).list(Eq("name", "badge.colour"))
        unit.repository(CUSTOM_FIELD).change(field, personal=True)

    story.do(declare)
    office = office_of(story, store, ring)
    assert office.privacy.set_level(Level.STRICT) > 0
    assert "green" not in everything(store, story.tenant)
    assert story.audit.verify().sound
    assert HandoverCore(store).office(story.tenant, AUDITOR).audit.verify().sound
    story.do(lambda unit: unit.personal.redact(EMPLOYEE, id_, lambda text: text.replace("green", "P")))
    assert story.audit.verify().sound
    assert HandoverCore(store).office(story.tenant, AUDITOR).audit.verify().sound
