"""What a unit of work does when the store fails under it."""

from __future__ import annotations

import pytest

from handover_core.actor import Actor
from handover_core.errors import CommitUnknown, Contention, StorageUnavailable, VersionConflict
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import Driver, Transaction, UnitFactory, UnitOfWork
from handover_core.testing.commits import CommitFault, FailingCommits
from worlds import World

ACTOR = Actor("tester")


class Gone(FailingCommits):
    """A driver that loses the answer to its first commit, and then cannot be reached ``away`` times."""

    def __init__(self, driver: Driver, error: Exception, *, away: int) -> None:
        super().__init__(driver, CommitFault(error, landed=True))
        self.away = away

    def transaction(self, *, write: bool) -> Transaction:
        if not self.faults and self.away:
            self.away -= 1
            raise StorageUnavailable("away")
        return super().transaction(write=write)


def hire(unit: UnitOfWork) -> Employee:
    return unit.repository(EMPLOYEE).add(Employee(id=unit.new_id(), number="1", name="One"))


def count(store: Driver) -> int:
    with UnitFactory(store, KINDS).unit("t", ACTOR, write=False) as unit:
        return unit.repository(EMPLOYEE).count()


def test_a_store_that_stays_away_after_a_lost_answer_leaves_the_commit_unknown(store: Driver) -> None:
    """Never "unavailable", which would promise that nothing was stored; and it is tried for a while first."""
    pauses: list[float] = []
    units = UnitFactory(Gone(store, CommitUnknown("cut"), away=99), KINDS, sleep=pauses.append, attempts=4)
    with pytest.raises(CommitUnknown):
        units.run("t", ACTOR, hire)
    assert (1, 3) == (count(store), len(pauses))


def test_a_store_that_comes_back_after_a_lost_answer_decides(store: Driver) -> None:
    units = UnitFactory(Gone(store, CommitUnknown("cut"), away=2), KINDS, sleep=lambda _: None)
    person = units.run("t", ACTOR, hire)
    with UnitFactory(store, KINDS).unit("t", ACTOR, write=False) as unit:
        assert [person] == unit.repository(EMPLOYEE).list()


@pytest.mark.parametrize("error", [Contention(), VersionConflict("employee", "1")])
def test_contention_is_tried_again_from_the_loads(store: Driver, error: Exception) -> None:
    """With a fresh transaction each time, and a pause that grows."""
    pauses: list[float] = []
    units = UnitFactory(
        FailingCommits(store, CommitFault(error, landed=False), CommitFault(error, landed=False)),
        KINDS,
        sleep=pauses.append,
    )

    units.run("t", ACTOR, hire)

    assert (1, 2) == (count(store), len(pauses))


def test_trying_again_has_an_end(store: Driver) -> None:
    units = UnitFactory(
        FailingCommits(store, *[CommitFault(Contention(), landed=False)] * 3), KINDS, sleep=lambda _: None, attempts=3
    )
    with pytest.raises(Contention):
        units.run("t", ACTOR, hire)
    assert 0 == count(store)


def test_other_errors_are_not_tried_again(store: Driver) -> None:
    """A second attempt would have worked, and must not be made."""
    units = UnitFactory(
        FailingCommits(store, CommitFault(StorageUnavailable("gone"), landed=False)), KINDS, sleep=lambda _: None
    )
    with pytest.raises(StorageUnavailable):
        units.run("t", ACTOR, hire)
    assert 0 == count(store)


def test_several_commands_in_one_unit_are_all_stored_or_none(store: Driver) -> None:
    world = World(store)
    office = world.office("0006")
    with pytest.raises(RuntimeError), office.together("both") as both:
        both.organization.change_employee(world.id("0017"), name="Changed")
        raise RuntimeError
    assert "Key of acme" == office.organization.employee("0017").name

    with office.together("both", "because") as both:
        both.organization.change_employee(world.id("0017"), name="Changed")
        both.organization.change_employee(world.id("0021"), name="Too")
    assert "Changed" == office.organization.employee("0017").name
    with office.desk.units.unit(world.tenant, ACTOR, write=False) as unit:
        last = unit.changes(EMPLOYEE, world.id("0021"))[-1]
    assert ("organization.change_employee", world.id("0006")) == (last.command, last.actor)
