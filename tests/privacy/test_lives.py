"""Whatever becomes of a company, in whatever order, its past is sound: with its keys, without them, for another program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handover_core.app import HandoverCore
from handover_core.errors import Erased
from handover_core.history.checking import UNMARKED
from handover_core.ids import new_id
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import CUSTOM_FIELD, CustomField, Driver, UnitOfWork
from handover_core.storage.privacy import Level
from handover_core_keys import KeyRing
from pasts import AUDITOR, NAMED, Story, skilled
from privacy.test_before_keys import exported, reworded
from privacy.test_redaction import checked, without
from privacy.test_strict import office_of


class Life:
    """A company without keys, of two people who came in one bulk and one who came alone; steps do something to them."""

    def __init__(self, store: Driver, ring: KeyRing) -> None:
        self.store, self.ring, self.story = store, ring, Story(store)
        self.ids = [new_id() for _ in range(3)]
        people = [
            Employee(
                id=id_,
                number=new_id(),
                name=f"{NAMED} {place}",
                phone="13800001111",
                qualifications=skilled(f"{NAMED} {place}"),
                custom={"home": f"Elm Street {place}"},
            )
            for place, id_ in enumerate(self.ids)
        ]
        self.field = CustomField(id=new_id(), kind="employee", name="home")
        self.story.do(lambda unit: unit.repository(CUSTOM_FIELD).add(self.field))
        self.story.do(lambda unit: unit.repository(EMPLOYEE).add_many(people[:2]))
        self.story.do(lambda unit: unit.repository(EMPLOYEE).add(people[2]))
        self.keys = False
        self.deleted: set[str] = set()

    def step(self, what: str, who: int, word: str) -> None:
        if self.ids[who] not in self.deleted:
            getattr(self, what)(self.ids[who], word)

    def change(self, id_: str, word: str) -> None:
        said = f"{NAMED} {word}"
        self._tried(lambda: self._change(id_, name=said, qualifications=skilled(said)))

    def call(self, id_: str, word: str) -> None:
        self._tried(lambda: self._change(id_, phone=word))

    def move(self, id_: str, word: str) -> None:
        self._tried(lambda: self._change(id_, custom={"home": word}))

    def settle(self, id_: str, _: str) -> None:
        self._tried(lambda: self._change(id_, custom={}))

    def declare(self, _: str, __: str) -> None:
        """Where they live becomes personal; some of them may have been erased."""

        def save(unit: UnitOfWork) -> None:
            fields = unit.repository(CUSTOM_FIELD)
            fields.change(fields.get(self.field.id), personal=True)

        self.story.do(save)

    def delete(self, id_: str, _: str) -> None:
        self.deleted.add(id_)
        self.story.do(lambda unit: unit.repository(EMPLOYEE).delete(unit.repository(EMPLOYEE).get(id_)))

    def redact(self, id_: str, _: str) -> None:
        def redacted(unit: UnitOfWork) -> None:
            skills = unit.repository(EMPLOYEE).get(id_).qualifications
            touched = unit.personal.redact(EMPLOYEE, id_, without)
            assert touched or not any(NAMED in each.name for each in skills)

        self.story.do(redacted)

    def forget(self, id_: str, word: str) -> None:
        """As an erasure does: the state is overwritten first."""
        self.overwrite(id_, word)
        self.story.do(lambda unit: unit.personal.forget(EMPLOYEE, id_, id_))

    def reason(self, _: str, word: str) -> None:
        for old in ("because", "a", "b", "c"):
            reworded(self.story, self.ids[0], old, word)

    def unlock(self, _: str, __: str) -> None:
        self.keys = True
        self.story.core = HandoverCore(self.store, clock=lambda: self.story.now, vault=self.ring)

    def strict(self, id_: str, word: str) -> None:
        self.unlock(id_, word)
        office_of(self.story, self.store, self.ring).privacy.set_level(Level.STRICT)

    def erase(self, id_: str, word: str) -> None:
        self.overwrite(id_, word)
        self.ring.destroy(self.story.tenant, id_)

    def overwrite(self, id_: str, word: str) -> None:
        self.unlock(id_, word)

        def save(unit: UnitOfWork) -> None:
            people = unit.repository(EMPLOYEE)
            people.save(unit.personal.erased(EMPLOYEE, people.get(id_), id_))

        self._tried(lambda: self.story.do(save))

    def _change(self, id_: str, **values: object) -> None:
        self.story.do(lambda unit: unit.repository(EMPLOYEE).change(unit.repository(EMPLOYEE).get(id_), **values))

    def _tried(self, act: Callable[[], None]) -> None:
        """Nothing personal can be stored about whoever was erased: that refusal is right."""
        try:
            act()
        except Erased as error:
            assert error.params["subject"] in self.ids  # noqa: PT017 - whom it was about


def steps(*names: str) -> st.SearchStrategy[list[tuple[str, int, str]]]:
    """Return what may happen to the three people, in any order."""
    return st.lists(st.tuples(st.sampled_from(names), st.integers(0, 2), st.sampled_from(["a", "b", "c"])), max_size=9)


def check(life: Life, folder: Path) -> None:
    """See that the past is sound for everybody, once a seal holds what was done without keys."""
    audit, keyless = life.story.audit, HandoverCore(life.store).office(life.story.tenant, AUDITOR)
    assert {UNMARKED} >= {each.what for each in audit.verify().breaks}
    assert audit.verify([audit.seal()]).sound
    assert keyless.audit.verify().sound
    assert 0 == checked(exported(keyless, folder))


SETTINGS = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@SETTINGS
@given(told=steps("change", "call", "move", "delete", "redact", "forget", "reason", "unlock", "strict", "erase"))
def test_a_sound_past_is_sound_for_everybody(
    store: Driver, ring: KeyRing, tmp_path: Path, told: list[tuple[str, int, str]]
) -> None:
    life = Life(store, ring)
    for step in told:
        life.step(*step)
    check(life, tmp_path)


@SETTINGS
@given(
    before=steps("move", "call", "unlock", "strict", "redact", "forget"),
    after=steps("move", "settle", "delete", "redact", "forget", "reason", "overwrite"),
)
def test_it_stays_so_where_a_value_outlives_the_keys(
    store: Driver, ring: KeyRing, tmp_path: Path, before: list[tuple[str, int, str]], after: list[tuple[str, int, str]]
) -> None:
    """It became personal after the keys were destroyed; whatever writes next cannot seal it, and leaves it out."""
    life = Life(store, ring)
    for step in (*before, ("erase", 0, ""), ("declare", 0, ""), *after):
        life.step(*step)
    check(life, tmp_path)
