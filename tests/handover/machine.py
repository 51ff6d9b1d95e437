"""A whole case as a state machine: people, items, time, absence, withdrawal, re-planning; what must hold, holds always."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from handover_core.actor import SYSTEM
from handover_core.errors import InvalidInput, Refused
from handover_core.handover.model import (
    Departure,
    DepartureKind,
    DepartureState,
    Handover,
    HandoverItem,
    HandoverState,
    ItemState,
    Undo,
)
from handover_core.handover.progress import completeness
from handover_core.handover.watch.rules import Rung
from handover_core.organization.kinds import ASSIGNMENT
from handover_core.organization.model import Absence, EmployeeStatus
from handover_core.procedures.kinds import SOP_RUN
from handover_core.records.kinds import WORK_RECORD
from handover_core.storage import Driver, Eq
from handover_core.values import DateRange
from witness import Witness, replayed
from worlds import LAST_DAY, NOTICE, World

PEOPLE = ("0001", "0002", "0003", "0006", "0017", "0021", "0024", "0030")
RECEIVERS = ("0021", "0024", "0030")
GIVER, DIRECTOR, HR = "0017", "0003", "0006"
END = LAST_DAY + timedelta(days=40)

people = st.sampled_from(PEOPLE)
receivers = st.sampled_from(RECEIVERS)
places = st.integers(0, 30)


class CaseMachine(RuleBasedStateMachine):
    """Drives one company through one departure after the other, in whatever order the dice want."""

    def __init__(self, store: Driver, tenant: str, done: Counter[str]) -> None:
        super().__init__()
        self.store, self.tenant, self.done = store, tenant, done
        self.share: Fraction | None = None
        self._case: Handover | None = None
        self._items: list[HandoverItem] | None = None
        self.verified = 0
        self.codes: set[str] = set()
        self.last = ""

    @initialize(records=st.integers(1, 3), run=st.booleans())
    def begin(self, records: int, run: bool) -> None:
        self.witness = Witness(self.store)
        self.world = World(self.witness, self.tenant)
        self.world.publish("FOLLOW", "KAM")
        for number in range(records):
            self.world.record(f"Record {number}")
        if run:
            sop = self.world.system.procedures.sop("FOLLOW")
            self.world.office(GIVER).procedures.start_run(sop.id, "Acme")
        self.world.leave()

    # What people do; whatever a rule refuses is no step.

    def do(self, name: str, command: Callable[[], object], effect: str | None = None) -> None:
        """Try a command; ``effect`` is what it may do to the completeness, where its name does not say it."""
        self.last = effect or name
        try:
            command()
        except (Refused, InvalidInput):
            self.last = "nothing"
        else:
            self.done[name] += 1
        self.forget()

    @property
    def case(self) -> Handover:
        if self._case is None:
            self._case = self.world.system.handover.of_giver(self.world.id(GIVER))[-1]
        return self._case

    @property
    def departure(self) -> Departure:
        return self.world.system.handover.departure(self.case.departure_id)

    @property
    def items(self) -> list[HandoverItem]:
        if self._items is None:
            self._items = self.world.system.handover.items(self.case.id)
        return self._items

    def forget(self) -> None:
        """Read case and items anew when they are asked for next."""
        self._case, self._items = None, None

    def item(self, place: int, *states: ItemState) -> HandoverItem:
        """Return an item: one in such a state where there is any, else an open one, else whichever."""
        items = self.items
        found = [item for item in items if item.state in states] or [item for item in items if not item.is_closed]
        return (found or items)[place % len(found or items)]

    def number(self, person_id: str | None) -> str:
        return next((number for number, each in self.world.people.items() if each.id == person_id), GIVER)

    @property
    def today(self) -> date:
        return self.world.clock.now.date()

    @rule(days=st.integers(1, 5))
    def time_passes(self, days: int) -> None:
        self.last = "time"
        self.world.clock.move_to(min(self.today + timedelta(days=days), END))

    @rule(place=places, who=st.sampled_from((GIVER, DIRECTOR)))
    def brief(self, place: int, who: str) -> None:
        self.do(
            "brief",
            lambda: self.world.office(who).handover.brief(
                self.item(place, ItemState.PLANNED, ItemState.RETURNED, ItemState.STALE).id, "what stands in the files"
            ),
        )

    @rule(place=places, who=people, mine=st.booleans(), over=st.booleans())
    def accept(self, place: int, who: str, mine: bool, over: bool) -> None:
        item = self.item(place, ItemState.BRIEFED, ItemState.STALE)
        actor = self.number(item.receiver_id) if mine else who
        statement = "it is mine" if over else ""
        self.do("accept", lambda: self.office(actor).accept(item.id, "in my own words", take_over=statement))

    @rule(place=places)
    def take_over(self, place: int) -> None:
        item = self.item(place, ItemState.ACCEPTED)
        self.do("take_over", lambda: self.office(self.number(item.receiver_id)).take_over(item.id, "it is mine"))

    @rule(place=places, what=st.sampled_from(("return_item", "decline")))
    def give_back(self, place: int, what: str) -> None:
        item = self.item(place, ItemState.BRIEFED)
        self.do(what, lambda: getattr(self.office(self.number(item.receiver_id)), what)(item.id, "not like this"))

    @rule(place=places, to=receivers, own=st.booleans())
    def another_receiver(self, place: int, to: str, own: bool) -> None:
        item, to_id = self.item(place), self.world.id(to)
        actor = self.number(item.receiver_id) if own else DIRECTOR
        name = "hand_on" if own else "assign_receiver"
        self.do(name, lambda: getattr(self.office(actor), name)(item.id, to_id, "load"))

    @rule(place=places, who=people)
    def verify(self, place: int, who: str) -> None:
        self.do("verify", lambda: self.office(who).verify(self.item(place, ItemState.ACCEPTED).id, "seen"))

    @rule(place=places)
    def verify_as_supervisor(self, place: int) -> None:
        supervisor = self.office(self.number(self.case.supervisor_id))
        self.do("verify", lambda: supervisor.verify(self.item(place, ItemState.ACCEPTED).id, "seen"))

    @rule(place=places, who=st.sampled_from(("0001", "0002", GIVER)))
    def waive(self, place: int, who: str) -> None:
        self.do("waive", lambda: self.office(who).waive(self.item(place).id, "not needed"))

    @rule()
    def refuse(self) -> None:
        self.do("refuse", lambda: self.office(DIRECTOR).record_refusal(self.case.id, "no"))

    @rule(place=places)
    def walk(self, place: int) -> None:
        """Bring one item as far as it goes, so that machines get somewhere."""
        item = self.item(place)
        self.do("walk", lambda: self._walk(item), "verify")

    def _walk(self, item: HandoverItem) -> None:
        supervisor = self.office(self.number(self.case.supervisor_id))
        supervisor.brief(item.id, "from the records")
        self.office(self.number(item.receiver_id)).accept(item.id, "in my own words", take_over="mine")
        supervisor.verify(item.id, "seen")

    @rule(who=st.sampled_from((GIVER, "0021", "0024")), first=st.integers(0, 9), days=st.integers(1, 3))
    def book_leave(self, who: str, first: int, days: int) -> None:
        start = self.today + timedelta(days=first)
        leave = Absence(
            id=self.world.new_id(),
            employee_id=self.world.id(who),
            effective=DateRange(start, start + timedelta(days=days)),
        )
        self.do("leave", lambda: self.world.office(HR).organization.book_absence(leave))

    @rule(what=st.sampled_from(("open", "change", "close", "return")))
    def work_goes_on(self, what: str) -> None:
        self.do("work", lambda: self._work(what))

    def _work(self, what: str) -> None:
        giver, mine = self.world.id(GIVER), self._open_records()
        if self.world.system.organization.employee(GIVER).status is EmployeeStatus.LEFT:
            return
        if what == "open":
            self.world.record("Came in late")
        elif what == "return":
            for record in self._records(Eq("status", "open")):
                if record.owner_id != giver:
                    self.world.office(HR).records.transfer_record(record.id, giver, "by mistake")
                    return
        elif mine and what == "change":
            self.world.office(GIVER).records.change_record(mine[0].id, body=self.world.new_id())
        elif mine:
            self.world.office(GIVER).records.close_record(mine[0].id)

    @rule()
    def derive(self) -> None:
        self.do("derive", lambda: self.office(DIRECTOR).derive(self.case.id))

    @rule(days=st.integers(0, 6))
    def reschedule(self, days: int) -> None:
        departure = self.departure
        last_day = min(departure.last_day + timedelta(days=days), END - timedelta(days=10))
        self.do("reschedule", lambda: self.office(HR).reschedule(departure.id, last_day, "agreed"), "derive")

    @rule(moved=st.sampled_from((None, *Undo)), sure=st.integers(0, 2))
    def withdraw(self, moved: Undo | None, sure: int) -> None:
        if sure == 0:
            self.do("withdraw", lambda: self.office(HR).withdraw(self.departure.id, "stays", moved=moved))

    @precondition(lambda self: self.departure.state is DepartureState.WITHDRAWN)
    @rule()
    def leave_again(self) -> None:
        notice = max(self.today, NOTICE)
        self.last = "begin"

        def again() -> None:
            room = self.office(HR)
            departure = room.announce(self.world.id(GIVER), DepartureKind.RESIGNATION, notice, max(notice, LAST_DAY))
            room.record_receipt(departure.id)
            room.open_case(departure.id, default_receiver_id=self._someone())

        self.do("begin", again)

    @rule()
    def review(self) -> None:
        room = self.office(HR)
        room.review()
        self.forget()
        self.last = "review"
        assert () == room.review(), "the same thing is said once"

    @rule(sure=st.integers(0, 2))
    def a_receiver_leaves(self, sure: int) -> None:
        def gone() -> None:
            room, person = self.office(HR), self.world.id("0024")
            departure = room.announce(person, DepartureKind.DISMISSAL, self.today, self.today)
            room.take_effect(departure.id)

        if sure == 0:
            self.do("leaves", gone)

    @rule()
    def take_effect(self) -> None:
        self.do("effect", lambda: self.office(HR).take_effect(self.departure.id))

    @rule()
    def complete(self) -> None:
        self.do("complete", lambda: self.office(self.number(self.case.supervisor_id)).complete(self.case.id), "derive")

    @precondition(lambda self: self.case.state is HandoverState.OPEN)
    @rule(sure=st.integers(0, 3))
    def finish(self, sure: int) -> None:
        if sure == 0:
            finish(self)
            self.done["finish"] += 1
            self.last = "begin"

    # What must hold

    @invariant()
    def nobody_accepts_their_own(self) -> None:
        giver = self.case.giver_id
        for item in self.items:
            accepted = [*item.superseded, *([item.acceptance] if item.acceptance else [])]
            assert giver not in {each.by_id for each in accepted}
            assert item.verified is None or item.verified.by_id not in {giver, item.receiver_id}

    @invariant()
    def completeness_is_earned(self) -> None:
        """Never above the whole; it rises only by a proof, a waiver, or an item whose source is gone or changed."""
        whole = completeness(self.items)
        share, verified = whole.share, whole.verified
        assert share is None or 0 <= share <= 1
        if self.last != "begin":
            assert verified <= self.verified or self.last == "verify"
            if share is not None and self.share is not None and share > self.share:
                assert self.last in {"verify", "waive", "derive"}
        self.share, self.verified = share, verified

    @invariant()
    def no_item_disappears(self) -> None:
        codes = {item.code for item in self.items}
        if self.last != "begin":
            assert self.codes <= codes
        self.codes = codes

    @invariant()
    def nothing_is_left_with_the_giver(self) -> None:
        if self.case.state is not HandoverState.COMPLETED or self.last == "work":
            return
        giver, departure = self.case.giver_id, self.departure
        assert [] == self._open_records()
        assert [] == self._list(SOP_RUN, Eq("owner_id", giver), lambda run: run.state == "running")
        after = departure.last_day + timedelta(days=1)
        assert [] == self._list(ASSIGNMENT, Eq("employee_id", giver), lambda each: each.effective.contains(after))
        assert EmployeeStatus.LEFT is self.world.system.organization.employee(GIVER).status

    @invariant()
    def the_ladder_is_climbed_rung_by_rung(self) -> None:
        climbed: dict[tuple[str, Any], list[str]] = {}
        if self.last != "review":
            return
        for found in self.world.system.handover.findings(self.case.id):
            if found.code == "stall":
                climbed.setdefault((found.handover_id, found.since), []).extend(found.rungs)
        order = [str(rung) for rung in Rung]
        for rungs in climbed.values():
            assert len(rungs) == len(set(rungs))
            assert set(order[: len(rungs)]) >= {each for each in rungs if order.index(each) < len(rungs)}
            assert 0 == min(order.index(each) for each in rungs)

    def teardown(self) -> None:
        """From wherever the machine stopped, an open case can still be brought to its end."""
        if not hasattr(self, "world"):
            return
        if self.case.state is HandoverState.OPEN:
            finish(self)
            self.last = "begin"
            self.nothing_is_left_with_the_giver()
        self.the_history_says_what_was_stored()

    def the_history_says_what_was_stored(self) -> None:
        """At every version of everything; asked once at the end, since it reads all of it."""
        assert replayed(self.world.core, self.tenant, SYSTEM) == self.witness.versions(self.tenant)
        assert self.world.office("0001").audit.verify().sound

    # Helpers

    def office(self, number: str) -> Any:
        return self.world.office(number).handover

    def _someone(self) -> str:
        return next(each for each in (self.world.id(number) for number in ("0024", "0021")) if self._present(each))

    def _present(self, person_id: str | None) -> bool:
        found = self.world.system.organization.employees(limit=100).items
        return any(each.id == person_id and each.status is not EmployeeStatus.LEFT for each in found)

    def _records(self, where: Any) -> list[Any]:
        return self._list(WORK_RECORD, where, lambda _: True)

    def _open_records(self) -> list[Any]:
        return self._list(WORK_RECORD, Eq("owner_id", self.world.id(GIVER)), lambda record: record.is_open)

    def _list(self, kind: Any, where: Any, keep: Callable[[Any], bool]) -> list[Any]:
        found = self.world.system.desk.ask(lambda unit: unit.repository(kind).list(where))
        return [each for each in found if keep(each)]


def finish(machine: CaseMachine) -> None:
    """Complete the case by commands that its supervisor, receivers and HR may give."""
    world, case = machine.world, machine.case
    supervisor = world.office(machine.number(case.supervisor_id)).handover
    if case.giver_refuses_since is None:
        supervisor.record_refusal(case.id, "silent")
    world.clock.move_to(max(machine.today, machine.departure.last_day))
    for _ in range(6):
        supervisor.derive(case.id)
        machine.forget()
        while open_ := [item for item in machine.items if not item.is_closed]:
            _bring(machine, supervisor, open_[0])
            machine.forget()
        done = supervisor.complete(case.id).completed
        machine.forget()
        if done:
            machine.done["complete"] += 1
            return
    raise AssertionError("the case cannot be completed")


def _bring(machine: CaseMachine, supervisor: Any, item: HandoverItem) -> None:
    if item.receiver_id is None or not machine._present(item.receiver_id):
        item = supervisor.assign_receiver(item.id, machine._someone())
    receiver = machine.world.office(machine.number(item.receiver_id)).handover
    if item.state is not ItemState.ACCEPTED:
        supervisor.brief(item.id, "from the records")
        item = receiver.accept(item.id, "in my own words")
    if not item.taken_over:
        receiver.take_over(item.id, "mine")
    try:
        supervisor.verify(item.id, "seen")
    except Refused:
        # Its source changed after the acceptance; the list is derived again, and the next round takes it up.
        supervisor.derive(item.handover_id)
