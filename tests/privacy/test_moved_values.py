"""A value that stays while whose it is changes: it goes with each of them, and what is left is sound in between."""

from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from handover_core.app import HandoverCore
from handover_core.ids import new_id
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core.storage import CUSTOM_FIELD, CustomField, Driver, UnitOfWork
from handover_core.storage.privacy import Level
from handover_core_keys import KeyRing
from pasts import AUDITOR, Story
from privacy.test_strict import office_of

HOMES, NICK = ("Elm Street 5", "Oak Street 7"), "Nick"
Step = tuple[str, int]


class Moved:
    """A record of which a custom value is its author's, whoever that is, from before it was personal.

    Where there are ``keys`` from the first, another one was personal then; the company may be strict.
    """

    def __init__(self, store: Driver, ring: KeyRing, *, bulk: bool, keys: Level | None) -> None:
        self.store, self.ring, self.story = store, ring, Story(store, None if keys is None else ring)
        if keys is not None:
            office_of(self.story, store, ring).privacy.set_level(keys)
        other = CustomField(id=new_id(), kind="work_record", name="nick", personal=True)
        self.story.do(lambda unit: unit.repository(CUSTOM_FIELD).add(other))
        self.people = [new_id() for _ in range(3)]
        self.field = CustomField(id=new_id(), kind="work_record", name="home")
        self.story.do(lambda unit: unit.repository(CUSTOM_FIELD).add(self.field))
        for id_ in self.people:
            self.story.do(lambda unit, id_=id_: unit.repository(EMPLOYEE).add(Employee(id=id_, number=id_, name="n")))
        made = WorkRecord(
            id="r", kind="task", title="Visit", owner_id=self.people[0], author_id=self.people[0], opened_on=date(2024, 3, 1),
            custom={"home": HOMES[0], "nick": NICK},
        )  # fmt: skip

        def add(unit: UnitOfWork) -> None:
            records = unit.repository(WORK_RECORD)
            if bulk:
                records.add_many([made])
            else:
                records.add(made)

        self.story.do(add)

    def step(self, what: str, who: int) -> None:
        moved = {"custom": {"home": HOMES[who % 2], "nick": NICK}}
        values = {"author_id": self.people[who]} if what == "give" else moved
        self.story.do(lambda unit: unit.repository(WORK_RECORD).change(unit.repository(WORK_RECORD).get("r"), **values))

    def declare(self) -> None:
        """Let it become personal, now that there are keys."""
        self.story.core = HandoverCore(self.store, clock=lambda: self.story.now, vault=self.ring)
        fields = CUSTOM_FIELD
        self.story.do(
            lambda unit: unit.repository(fields).change(unit.repository(fields).get(self.field.id), personal=True)
        )

    def erase(self, person: str) -> None:
        def overwrite(unit: UnitOfWork) -> None:
            records = unit.repository(WORK_RECORD)
            records.save(unit.personal.erased(WORK_RECORD, records.get("r"), person))

        self.story.do(overwrite)
        self.story.do(lambda unit: unit.personal.forget(WORK_RECORD, "r", person))
        self.ring.destroy(self.story.tenant, person)

    def now(self) -> WorkRecord:
        return self.story.core.units.read(
            self.story.tenant, AUDITOR, lambda unit: unit.repository(WORK_RECORD).get("r")
        )


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@example(bulk=False, keys=None, steps=[("give", 1)], order=[0, 1, 2])
@example(bulk=False, keys=Level.STRICT, steps=[("give", 1)], order=[0, 1, 2])
@example(bulk=True, keys=Level.STANDARD, steps=[("give", 1)], order=[0, 1, 2])
@given(
    bulk=st.booleans(),
    keys=st.sampled_from([None, *Level]),
    steps=st.lists(st.tuples(st.sampled_from(["give", "move"]), st.integers(0, 2)), max_size=6),
    order=st.permutations(range(3)),
)
def test_the_past_is_sound_while_they_go_one_by_one(
    store: Driver, ring: KeyRing, bulk: bool, keys: Level | None, steps: list[Step], order: list[int]
) -> None:
    moved = Moved(store, ring, bulk=bulk, keys=keys)
    for step in steps:
        moved.step(*step)
    moved.declare()
    for who in order:
        theirs = moved.now().author_id == moved.people[who]
        left = {"home": None, "nick": None} if theirs else moved.now().custom
        moved.erase(moved.people[who])
        assert left == moved.now().custom
        assert moved.story.audit.verify([moved.story.audit.seal()]).sound
    with moved.story.core.units.unit(moved.story.tenant, AUDITOR, write=False) as unit:
        said = repr([unit.changes(WORK_RECORD, "r"), unit.as_stored.get(WORK_RECORD, moved.story.tenant, "r")])
    assert [] == [word for word in (*HOMES, NICK) if word in said]
