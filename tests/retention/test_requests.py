"""Erasures that a person asks for, and what stops one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from attrs import evolve

from handover_core.actor import Actor, Role
from handover_core.app import Office
from handover_core.errors import Refused
from handover_core.policy import CHINA, Policy
from handover_core.policy.presets.model import Supervised
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import RecordStatus, WorkRecord
from handover_core.retention import rules
from handover_core.retention.eraser import Eraser
from handover_core.retention.kinds import ERASURE
from handover_core.retention.model import Category, Erasure, ErasureState, Verdict
from handover_core.storage.personal import pseudonym_of
from handover_core.texts import Text
from handover_core.values import Document
from retention.conftest import LEFT_ON, Past
from retention.kit import DUE, SECRETS, everything, refusal, told, verdicts
from worlds import LAST_DAY, NOTICE


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


def test_the_rest_of_an_erasure_asks_again_about_what_the_first_part_left(past: Past) -> None:
    """A reason is recorded with one erasure: it answers for no later one."""
    past.world.record("Ask Colleague of acme", owner="0017")
    books_of(past)
    person = past.id("0024")
    first = past.office(on=DUE).retention.erase(person, "asked for it", leave="auditors need it")
    assert (False, "auditors need it") == (first.whole, first.leaving_reason)
    later = past.office(on=date(2052, 1, 2)).retention
    assert "retention.mentioned" == refusal(lambda: later.erase(person, "asked once more"))
    last = later.erase(person, "asked once more", leave="they still do")
    assert (ErasureState.DESTROYED, "they still do") == (last.state, last.leaving_reason)
    assert {each.field for each in first.left} == {each.field for each in last.left} == {"title"}


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


def test_a_desk_at_a_later_day_looks_ahead_and_erases_nothing(past: Past) -> None:
    """What the law keeps until then would be gone today."""
    past.gone(on=NOTICE)
    desk = past.office().desk
    ahead = Office(evolve(desk, on=date(2090, 1, 1)))
    assert Verdict.DUE in verdicts(ahead, past.id("0024")).values()
    erasure = Erasure(
        id="e", subject_id=past.id("0024"), categories=(), whole=True, reason="x", requested_on=NOTICE, approver_id="a"
    )
    past.world.system.desk.do("test", lambda unit: unit.repository(ERASURE).add(erasure))
    retention = ahead.retention
    for act in (retention.apply, lambda: retention.erase(past.id("0024"), "x"), lambda: retention.go_on("e")):
        assert "retention.not_yet" == refusal(act)
    past.world.clock.move_to(date(2090, 1, 1))
    assert retention.go_on("e").state is ErasureState.DESTROYED
