"""Erasures as stories: planned, stopped, carried out, cut off and gone on with, on every backend."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest
from attrs import evolve

from counting import Counting
from handover_core.actor import Actor, Role
from handover_core.app import Office
from handover_core.errors import Erased, HandoverError, Refused
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Absence, Employee, EmployeeStatus
from handover_core.policy import CHINA, Policy
from handover_core.policy.presets.model import Supervised
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import RecordStatus, WorkRecord
from handover_core.retention import rules
from handover_core.retention.eraser import Eraser
from handover_core.retention.model import Category, Erasure, ErasureState, StopCode, Verdict
from handover_core.storage import CustomField, Driver, MemoryStore, Query
from handover_core.storage.personal import pseudonym_of
from handover_core.texts import Lang, Text
from handover_core.values import DateRange, Document
from handover_core_keys import KeyRing
from retention.conftest import LEFT_ON, Past
from worlds import LAST_DAY

MAY = date(2023, 8, 1)
DUE = date(2024, 8, 1)
SECRETS = ("Colleague of", '"0024"', "colleague@acme.test", "13912345678", "体检", "Passport", "Elm Street 5")


def told(past: Past) -> str:
    """Store much about the colleague, let them leave, and return a record they wrote."""
    organization = past.world.system.organization
    organization.declare_field(CustomField(id=past.world.new_id(), kind="employee", name="home", personal=True))
    person = past.person()
    custom = {"home": "Elm Street 5"}
    past.world.system.desk.do(
        "test",
        lambda unit: unit.repository(EMPLOYEE).save(
            evolve(person, email="colleague@acme.test", phone="13912345678", custom=custom)
        ),
    )
    stay = DateRange(date(2021, 5, 1), date(2021, 5, 4))
    organization.book_absence(Absence(id=past.world.new_id(), employee_id=person.id, effective=stay, note="体检"))
    record = past.world.record(
        "Visit", owner="0024", documents=(Document(title="Passport.pdf", uri="file:///Passport.pdf"),)
    )
    past.world.system.records.close_record(record.id)
    past.gone()
    return record.id


def everything(past: Past) -> str:
    """Return the bodies and columns of all rows and the whole history, as text."""

    def read(unit: Any) -> str:
        rows = [row.body for kind in KINDS for row in unit.transaction.find(kind, unit.tenant, _ALL)]
        log = [f"{each.body} {each.reason}" for each in unit.transaction.history(unit.tenant, None, 10_000)]
        return "\n".join((*rows, *log))

    return past.world.system.desk.ask(read)


_ALL = Query(limit=10_000)


def verdicts(office: Office, employee_id: str) -> dict[Category, Verdict]:
    return {each.category: each.verdict for each in office.retention.standing(employee_id)}


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as raised:
        act()
    for lang in Lang:
        assert raised.value.message(lang)
        assert raised.value.remedy(lang)
        assert "{" not in raised.value.message(lang) + raised.value.remedy(lang)
    return raised.value.rule.code


def test_the_plan_says_what_is_due_and_why(past: Past) -> None:
    """For everybody who has left; nobody else is in it."""
    told(past)
    assert verdicts(past.office(on=MAY), past.id("0024")) == {
        Category.EMPLOYEE_FILE: Verdict.MAY, Category.ABSENCES: Verdict.MAY, Category.WORK: Verdict.MAY,
    }  # fmt: skip
    found = past.office("0006", on=DUE).retention.plan()
    assert {each.employee_id for each in found} == {past.id("0024")}
    assert {each.verdict for each in found} == {Verdict.DUE}
    assert found[0].since == LEFT_ON
    assert found[0].keeping is not None
    employed = past.office(on=DUE).retention.standing(past.id("0017"))
    assert {stop.code for each in employed for stop in each.stops} >= {StopCode.EMPLOYED}


def test_the_plan_asks_no_more_for_many_than_for_one(ring: KeyRing) -> None:
    """Facts about a page of persons are asked for together."""
    counting = Counting(MemoryStore())
    past = Past(counting, ring)
    office = past.office("0006", on=DUE)
    reads = []
    for number in ("0024", "0021", "0030"):
        past.gone(number)
        counting.reads.clear()
        assert {each.number for each in office.retention.plan()} >= {number}
        reads.append(dict(counting.reads))
    assert reads[0] == reads[1] == reads[2]


def test_nothing_personal_is_left_after_an_erasure(past: Past, ring: KeyRing) -> None:
    """Neither in the state nor to be read in the history, which still verifies; facts stand under a pseudonym."""
    record = told(past)
    before = everything(past)
    assert all(each in before for each in ("Colleague of acme", "Passport", "Elm Street 5"))
    done = past.office(on=DUE).retention.erase(past.id("0024"), "asked for it")
    assert (done.state, done.whole) == (ErasureState.DESTROYED, True)
    after = everything(past)
    assert [each for each in SECRETS if each in after] == []
    person, pseudonym = past.person(), pseudonym_of(past.id("0024"))
    assert (person.name, person.number, person.email, person.left_on) == (pseudonym, pseudonym, None, LEFT_ON)
    stored = past.world.system.records.record(record)
    assert (stored.title, stored.author_id, stored.documents[0].title) == ("Visit", person.id, pseudonym)
    assert ring.person(past.tenant, person.id) is None
    assert past.office("0006").audit.verify().sound
    entries = past.office("0006").audit.entries(EMPLOYEE, person.id)
    assert [each for each in SECRETS if each in repr(entries)] == []
    assert verdicts(past.office(on=DUE), person.id) == dict.fromkeys(
        (Category.EMPLOYEE_FILE, Category.ABSENCES, Category.WORK), Verdict.ERASED
    )


def test_the_plan_is_applied_and_finds_nothing_the_second_time(past: Past) -> None:
    """Those who are due are erased; those who are not stay."""
    told(past)
    past.gone("0021", on=date(2024, 1, 1))
    office = past.office(on=DUE)
    applied = office.retention.apply()
    assert [each.subject_id for each in applied.erasures] == [past.id("0024")]
    assert (applied.waiting, applied.compacted) == ((), False)
    assert office.retention.apply().erasures == ()
    assert past.person("0021").name == "Backup of acme"
    assert [each.state for each in office.retention.erasures()] == [ErasureState.DESTROYED]


def test_a_clean_up_after_it_is_noted_where_it_was_complete(past: Past) -> None:
    """Where something remains, the erasure stays at its state and the report says what."""
    told(past)
    applied = past.office(on=DUE).retention.apply(compact=True)
    assert applied.compacted
    (stored,) = past.office().retention.erasures()
    assert stored.state is (ErasureState.DESTROYED if applied.remains else ErasureState.COMPACTED)
    assert applied.erasures == (stored,)


def books_of(past: Past) -> WorkRecord:
    """Let the colleague have written a record that the law keeps for thirty years."""
    told(past)
    policy: Policy = evolve(
        CHINA, law=evolve(CHINA.law, supervised=(Supervised(area="finance/accounting", citation=Text("a", "甲")),))
    )
    past.world.core._policy = policy
    books = WorkRecord(
        id=past.world.new_id(), kind="task", title="Books", owner_id=past.id("0017"), author_id=past.id("0024"),
        opened_on=LEFT_ON, status=RecordStatus.DONE, area="finance/accounting/2021",
        documents=(Document(title="Voucher.pdf", uri="file:///v"),),
    )  # fmt: skip
    return past.world.system.desk.do("test", lambda unit: unit.repository(WORK_RECORD).add(books))


def test_what_the_law_keeps_stops_nothing_else_of_what_a_person_asks_for(past: Past) -> None:
    """All but the accounting records is erased at once; a second request says until when they are kept."""
    books = books_of(past)
    retention = past.office(on=DUE).retention
    done = retention.erase(past.id("0024"), "asked for it")
    assert (done.whole, done.state) == (False, ErasureState.OVERWRITTEN)
    assert set(done.categories) == {Category.EMPLOYEE_FILE, Category.ABSENCES, Category.WORK}
    assert past.person().name == pseudonym_of(past.id("0024"))
    assert past.world.system.records.record(books.id).documents[0].title == "Voucher.pdf"
    with pytest.raises(Refused) as raised:
        retention.erase(past.id("0024"), "asked again")
    assert (raised.value.rule.code, "2051-12-31" in str(raised.value)) == ("retention.stopped", True)
    last = past.office(on=date(2052, 1, 2)).retention.erase(past.id("0024"), "asked once more")
    assert (last.whole, last.categories, last.state) == (True, (Category.ACCOUNTING,), ErasureState.DESTROYED)


def test_a_request_that_was_cut_off_is_finished_though_something_is_kept(past: Past) -> None:
    """The same call brings it to its end, and says so, instead of refusing what the law keeps."""
    books_of(past)
    office = past.office(on=DUE)
    free = rules.free_categories(office.retention.standing(past.id("0024")))
    begun = Eraser.at(office.desk).request(past.person(), free, "asked for it", whole=False)
    done = office.retention.erase(past.id("0024"), "asked for it")
    assert (begun.id, ErasureState.OVERWRITTEN) == (done.id, done.state)
    assert past.person().name == pseudonym_of(past.id("0024"))


def test_a_category_that_is_due_before_the_others_is_overwritten_alone(past: Past) -> None:
    """The keys stay, since accounting records are kept for thirty years."""
    books = books_of(past)
    office = past.office(on=DUE)
    (done,) = office.retention.apply().erasures
    assert (done.whole, done.state) == (False, ErasureState.OVERWRITTEN)
    assert Category.ACCOUNTING not in done.categories
    assert past.person().name == pseudonym_of(past.id("0024"))
    assert past.world.system.records.record(books.id).documents[0].title == "Voucher.pdf"
    assert verdicts(office, past.id("0024"))[Category.ACCOUNTING] is Verdict.KEEP
    (last,) = past.office(on=date(2053, 1, 1)).retention.apply().erasures
    assert (last.whole, last.categories, last.state) == (True, (Category.ACCOUNTING,), ErasureState.DESTROYED)
    assert past.world.system.records.record(books.id).documents[0].title != "Voucher.pdf"


def test_what_stops_an_erasure(past: Past) -> None:
    """Employment, the shortest period, an open case, work that is open, a hold, and one's own hand."""
    told(past)
    colleague = past.id("0024")
    retention = past.office(on=DUE).retention
    assert refusal(lambda: retention.erase(past.id("0017"), "x")) == "retention.stopped"
    early = past.office(on=LEFT_ON + timedelta(days=1)).retention
    assert refusal(lambda: early.erase(colleague, "x")) == "retention.stopped"
    placed = past.office("0006").retention.place_hold("court case", employee_id=colleague)
    assert refusal(lambda: retention.erase(colleague, "x")) == "retention.stopped"
    assert past.office(on=DUE).retention.apply().erasures == ()
    assert [each.id for each in past.office("0006").retention.holds()] == [placed.id]
    retention.release_hold(placed.id, "settled")
    assert past.office("0006").retention.holds() == []
    assert len(past.office("0006").retention.holds(released=True)) == 1
    oneself = past.world.core.office(past.tenant, Actor(colleague, frozenset((Role.APPROVER,))), on=DUE).retention
    assert refusal(lambda: oneself.erase(colleague, "x")) == "retention.oneself"
    assert oneself.apply().erasures == ()
    assert retention.erase(colleague, "x").state is ErasureState.DESTROYED
    assert refusal(lambda: retention.erase(colleague, "x")) == "retention.nothing"


def test_an_open_case_stops_the_erasure_of_its_giver(past: Past) -> None:
    """Whatever the dates say."""
    case = past.world.leave()
    past.gone("0017", on=LAST_DAY)
    found = past.office(on=date(2040, 1, 1)).retention.standing(past.id("0017"))
    (open_one,) = past.office("0006").handover.cases().items
    assert open_one.id == case
    assert {code for each in found for stop in each.stops for code in stop.params.get("codes", ())} == {open_one.code}
    assert (
        refusal(lambda: past.office(on=date(2040, 1, 1)).retention.erase(past.id("0017"), "x")) == "retention.stopped"
    )


@pytest.mark.parametrize("number", ["0003", "0006", "0024"])
def test_only_approvers_and_the_owner_erase(past: Past, number: str) -> None:
    """A manager, HR and a colleague may not; the colleague does not see the plan either."""
    colleague = past.id("0021")
    office = past.office(number)
    for act in (
        lambda: office.retention.erase(colleague, "x"),
        office.retention.apply,
        lambda: office.retention.redact("work_record", "x", colleague, "x"),
    ):
        assert refusal(act) == "actor.role"
    if number != "0006":
        assert refusal(office.retention.plan) == "actor.role"
        assert refusal(lambda: office.retention.mentions(colleague)) == "actor.role"
        assert refusal(lambda: office.retention.place_hold("x")) == "actor.role"
        assert refusal(lambda: office.retention.archive(past.id("0017"))) == "actor.role"


def test_without_keys_nobody_is_erased(store: Driver) -> None:
    """The history would keep everything: the refusal says how to open the core."""
    past = Past(store, None)
    told(past)
    retention = past.office(on=DUE).retention
    assert refusal(lambda: retention.erase(past.id("0024"), "x")) == "retention.no_vault"
    assert refusal(retention.apply) == "retention.no_vault"


def test_what_was_written_before_there_were_keys_goes_too(store: Driver, ring: KeyRing) -> None:
    """It stands in the clear in the past, which is redacted; the entries of the redaction answer for it."""
    past = Past(store, None)
    told(past)
    past.world.core.units.vault = ring
    assert past.office(on=DUE).retention.erase(past.id("0024"), "x").state is ErasureState.DESTROYED
    assert [each for each in SECRETS if each in everything(past)] == []
    verified = past.office("0006").audit.verify()
    assert verified.sound
    assert verified.redacted > 0
    assert past.office("0006").audit.entries(EMPLOYEE, past.id("0024"))


def test_a_value_that_outlived_the_keys_can_still_be_overwritten(past: Past, ring: KeyRing) -> None:
    """As one that was stored in the moment in which they were destroyed."""
    told(past)
    ring.destroy(past.tenant, past.id("0024"))
    past.office(on=DUE).retention.erase(past.id("0024"), "x")
    assert [each for each in SECRETS if each in everything(past)] == []
    assert past.office("0006").audit.verify().sound


def test_whoever_asks_is_erased_whole_whatever_was_cut_off_before(past: Past) -> None:
    """An erasure of a part that was left unfinished is finished, and is not the one that was asked for."""
    told(past)
    Eraser.at(past.office(on=DUE).desk).request(past.person(), (Category.ABSENCES,), "due", whole=False)
    erasure = past.office(on=DUE).retention.erase(past.id("0024"), "asked for")
    assert (erasure.whole, erasure.reason, erasure.state) == (True, "asked for", ErasureState.DESTROYED)
    assert [each for each in SECRETS if each in everything(past)] == []
    assert {each.state for each in past.office().retention.erasures()} == {
        ErasureState.OVERWRITTEN,
        ErasureState.DESTROYED,
    }


def test_an_erasure_stands_for_itself(past: Past) -> None:
    """Destroyed keys cannot be rolled back, so it is no part of a larger unit."""
    told(past)
    with past.office(on=DUE).together("test") as office:
        assert refusal(lambda: office.retention.erase(past.id("0024"), "x")) == "retention.not_together"


class Cut(Exception):
    """The power went off."""


class Cutting:
    """Ends the work of a core at its n-th step: a unit that is committed, or the destruction of the keys."""

    def __init__(self, past: Past, vault: KeyRing, after: int, *, landed: bool) -> None:
        self._vault = vault
        self._left = after
        self._landed = landed
        self._units = past.world.core.units
        self._run = self._units.run
        self._units.vault = self
        self._units.run = self.run  # type: ignore[method-assign]

    def run(self, *args: Any, **more: Any) -> Any:
        return self._step(lambda: self._run(*args, **more))

    def destroy(self, tenant: str, subject: str) -> None:
        self._step(lambda: self._vault.destroy(tenant, subject))

    def mend(self) -> None:
        self._units.run = self._run  # type: ignore[method-assign]
        self._units.vault = self._vault

    def _step(self, act: Callable[[], Any]) -> Any:
        self._left -= 1
        if self._left >= 0:
            return act()
        if self._landed:
            act()
        raise Cut

    def __getattr__(self, name: str) -> Any:
        return getattr(self._vault, name)


@pytest.mark.parametrize("landed", [False, True], ids=["before", "after"])
def test_an_erasure_goes_on_wherever_it_was_cut_off(store: Driver, ring: KeyRing, landed: bool) -> None:
    """Before and after every commit and the destruction of the keys; the end is the same."""
    for step in range(20):
        past = Past(store, ring, f"cut-{step}")
        told(past)
        cutting = Cutting(past, ring, step, landed=landed)
        try:
            past.office(on=DUE).retention.apply()
            finished = True
        except Cut:
            finished = False
        cutting.mend()
        past.office(on=DUE).retention.apply()
        assert [each.state for each in past.office().retention.erasures()] == [ErasureState.DESTROYED]
        assert [each for each in SECRETS if each in everything(past)] == []
        assert ring.person(past.tenant, past.id("0024")) is None
        if finished:
            assert past.office("0006").audit.verify().sound
            break
    assert finished
    assert step >= 6


def test_several_who_apply_the_plan_at_once_erase_everybody_once(past: Past) -> None:
    """Whoever comes second finds that it was begun, goes on with it, or finds nothing to do."""
    told(past)
    past.gone("0021")
    failures: list[BaseException] = []

    def work() -> None:
        try:
            past.office(on=DUE).retention.apply()
        except BaseException as error:  # noqa: BLE001 - shown below
            failures.append(error)

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    found = past.office().retention.erasures()
    assert {each.subject_id for each in found} == {past.id("0024"), past.id("0021")}
    assert [each.state for each in found] == [ErasureState.DESTROYED] * 2
    assert [each for each in SECRETS if each in everything(past)] == []
    assert past.office("0006").audit.verify().sound


def test_a_hold_placed_meanwhile_stops_an_erasure_before_the_keys_go(past: Past, ring: KeyRing) -> None:
    """What was overwritten stays so; the keys, and with them the history, are kept for the court."""
    told(past)
    colleague = past.id("0024")

    class Late:
        def __getattr__(self, name: str) -> Any:
            return getattr(ring, name)

        def destroy(self, tenant: str, subject: str) -> None:
            del tenant, subject
            raise Cut

    past.world.core.units.vault = Late()
    with pytest.raises(Cut):
        past.office(on=DUE).retention.erase(colleague, "x")
    past.world.core.units.vault = ring
    past.office("0006").retention.place_hold("court", employee_id=colleague)
    (erasure,) = past.office().retention.erasures()
    assert refusal(lambda: past.office(on=DUE).retention.go_on(erasure.id)) == "retention.stopped"
    (waiting,) = past.office(on=DUE).retention.apply().waiting
    assert "court" in waiting.why.en
    (todo,) = [each for each in past.office().my_todo() if each.room == "retention"]
    assert (todo.action, todo.id, todo.title) == ("go_on", erasure.id, pseudonym_of(colleague))
    assert [each for each in past.office("0003").my_todo() if each.room == "retention"] == []
    assert ring.person(past.tenant, colleague) is not None


def test_nothing_new_is_written_about_a_person_whose_keys_are_gone(past: Past) -> None:
    """Whoever tries is told so."""
    told(past)
    past.office(on=DUE).retention.erase(past.id("0024"), "x")
    with pytest.raises(Erased):
        past.world.system.desk.do(
            "test", lambda unit: unit.repository(EMPLOYEE).change(past.person(), email="again@acme.test")
        )


def test_what_may_be_done_is_said(past: Past) -> None:
    """The actions of holds and erasures, as for every other room."""
    placed = past.office("0006").retention.place_hold("all of it")
    assert past.office("0001").allowed_actions("legal_hold", placed.id) == ("release_hold",)
    assert past.office("0006").allowed_actions("legal_hold", placed.id) == ()
    past.office("0001").retention.release_hold(placed.id, "over")
    told(past)
    done: Erasure = past.office(on=DUE).retention.erase(past.id("0024"), "x")
    assert past.office("0001").allowed_actions("erasure", done.id) == ()
    with pytest.raises(HandoverError):
        past.office("0001").retention.allowed_actions("employee", past.id("0017"))


def test_a_bulk_from_before_the_keys_that_was_changed_since_is_whole_after_an_erasure(
    store: Driver, ring: KeyRing
) -> None:
    """What it was made of can be told by the keys alone; once they are gone nobody takes it for tampered."""
    past = Past(store, None)
    desk, person = past.world.system.desk, Employee(id="zoe", number="7777", name="Zoe Zed", phone="13912345678")
    desk.do("test", lambda unit: unit.repository(EMPLOYEE).add_many([person]))
    past.world.core.units.vault = ring
    left = {"name": "Zoe Zett", "status": EmployeeStatus.LEFT, "left_on": date(2021, 6, 30)}
    desk.do("test", lambda unit: unit.repository(EMPLOYEE).change(unit.repository(EMPLOYEE).get("zoe"), **left))
    assert past.office("0006").audit.verify().sound
    past.office(on=DUE).retention.erase("zoe", "asked")
    assert past.office("0006").audit.verify().sound


def test_an_erasure_that_ends_while_files_are_cleaned_is_not_called_cleaned(
    past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bytes came into what was clean already; the next clean-up takes them."""
    told(past)
    past.gone("0021")
    schema = past.world.core.units.driver.schema
    real = type(schema).compact

    def meanwhile(self: Any) -> Any:
        done = real(self)
        past.office(on=DUE).retention.erase(past.id("0021"), "asked")
        return done

    past.gone()
    past.office(on=DUE).retention.erase(past.id("0024"), "asked")
    with monkeypatch.context() as slow:
        slow.setattr(type(schema), "compact", meanwhile)
        past.office(on=date(2022, 1, 1)).retention.apply(compact=True)
    assert {ErasureState.DESTROYED} == {
        each.state for each in past.office().retention.erasures() if each.subject_id == past.id("0021")
    }
