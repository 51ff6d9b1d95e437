"""Holds and shortest periods keep what somebody put on the records of others, in what is stored and in the past."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handover_core.audit.walking import Stream
from handover_core.organization.model import Absence
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core.retention.eraser import Eraser
from handover_core.retention.model import Category, Erasure, ErasureState, StopCode, Verdict
from handover_core.retention.presence import named_by
from handover_core.storage import CustomField, Driver, Row, UnitOfWork
from handover_core.storage.codec import to_json
from handover_core.storage.personal import pseudonym_of
from handover_core.values import DateRange, Document
from handover_core_keys import KeyRing
from retention.conftest import Past
from retention.kit import DUE, everything, refusal, verdicts
from retention.test_documents import added
from worlds import LAST_DAY

LATE = date(2062, 1, 1)
Place = Callable[[Past], str]


def record_of(past: Past, author: str = "0017", owner: str | None = None, area: str | None = None) -> str:
    """Return a closed record of somebody, on which the colleague, who has left since, has put a document."""
    record = past.world.record("Contract", owner=author, area=area)
    if owner is not None:
        past.world.system.records.transfer_record(record.id, past.id(owner), "moves on")
    put_on(past, record.id)
    past.world.system.records.close_record(record.id)
    past.gone()
    return record.id


def put_on(past: Past, record: str) -> None:
    """Let the colleague own a record for a moment and put a document there."""
    records = past.world.system.records
    owner = records.record(record).owner_id
    records.transfer_record(record, past.id("0024"), "helps")
    added(past, record, "Voucher", "0024")
    past.world.clock.tick()
    records.transfer_record(record, owner, "has helped")


def deleted(record: str, unit: UnitOfWork) -> None:
    unit.repository(WORK_RECORD).delete(unit.repository(WORK_RECORD).get(record))


def titles(past: Past, record: str) -> list[str]:
    return [each.title for each in past.world.system.records.record(record).documents]


def past_titles(past: Past, record: str) -> set[str]:
    """Return the titles of all documents that the record ever had, as they can be read today."""
    audit = past.office("0006").audit
    found = (audit.as_of(WORK_RECORD, record, each.at).found for each in audit.entries(WORK_RECORD, record))
    return {paper.title for each in found for paper in each.documents}


def placed(past: Past, **hold: object) -> str:
    return past.office("0006").retention.place_hold("court", **hold).id  # type: ignore[arg-type]


def applied(past: Past, on: date = DUE) -> list[Erasure]:
    """Apply the plan as HR's approver, and return what was erased of the colleague."""
    return [each for each in past.office(on=on).retention.apply().erasures if each.subject_id == past.id("0024")]


def test_a_document_on_an_accounting_record_of_others_is_kept_as_long_as_the_record(past: Past, ring: KeyRing) -> None:
    record = record_of(past, area="finance/accounting")
    found = past.office(on=DUE).retention.standing(past.id("0024"))
    (books,) = [each for each in found if each.category is Category.ACCOUNTING]
    assert [StopCode.MINIMUM] == [stop.code for stop in books.stops]
    (first,) = applied(past)
    assert (False, ErasureState.OVERWRITTEN) == (first.whole, first.state)
    assert ["Voucher.pdf"] == titles(past, record)
    assert "Voucher.pdf" in past_titles(past, record)
    (last,) = applied(past, LATE)
    assert (True, ErasureState.DESTROYED) == (last.whole, last.state)
    assert [pseudonym_of(past.id("0024"))] == titles(past, record)
    assert "Voucher.pdf" not in past_titles(past, record)
    assert ring.person(past.tenant, past.id("0024")) is None


@pytest.mark.parametrize(
    "place",
    [
        lambda past: placed(past, category=Category.WORK),
        lambda past: placed(past, employee_id=past.id("0017")),
        lambda past: placed(past, employee_id=past.id("0017"), category=Category.WORK),
        lambda past: placed(past, employee_id=past.id("0021")),
    ],
    ids=["everybodys work", "its author", "the author's work", "its owner"],
)
def test_a_hold_keeps_a_document_that_stands_in_a_record_which_it_covers(past: Past, place: Place) -> None:
    """Also in the past: the keys stay until the hold is released; what is not held goes meanwhile."""
    record = record_of(past, owner="0021")
    hold = place(past)
    (first,) = applied(past)
    assert (False, (Category.EMPLOYEE_FILE,)) == (first.whole, first.categories)
    assert ["Voucher.pdf"] == titles(past, record)
    assert "Voucher.pdf" in past_titles(past, record)
    retention = past.office(on=DUE).retention
    assert "retention.stopped" == refusal(lambda: retention.erase(past.id("0024"), "asked"))
    past.office().retention.release_hold(hold, "settled")
    (last,) = applied(past)
    assert (True, ErasureState.DESTROYED) == (last.whole, last.state)
    assert "Voucher.pdf" not in {*titles(past, record), *past_titles(past, record)}


@pytest.mark.parametrize("hold", [{"category": Category.ABSENCES}, {"category": Category.ACCOUNTING}, "another"])
def test_a_hold_on_what_nothing_of_the_person_stands_in_stops_nothing(past: Past, hold: object) -> None:
    record_of(past)
    placed(past, **(hold if isinstance(hold, dict) else {"employee_id": past.id("0030")}))
    (done,) = applied(past)
    assert ErasureState.DESTROYED is done.state


def test_a_document_that_was_taken_off_again_is_held_in_the_past(past: Past) -> None:
    """No row says so any more; destroying the keys would take it from the history of a record that is held."""
    record = past.world.record("Contract", owner="0017")
    put_on(past, record.id)
    past.office("0017").records.change_record(record.id, documents=())
    past.world.system.records.close_record(record.id)
    past.gone()
    hold = placed(past, category=Category.WORK)
    (first,) = applied(past)
    assert (False, (Category.EMPLOYEE_FILE,)) == (first.whole, first.categories)
    assert "Voucher.pdf" in past_titles(past, record.id)
    past.office().retention.release_hold(hold, "settled")
    assert [ErasureState.DESTROYED] == [each.state for each in applied(past)]
    assert "Voucher.pdf" not in past_titles(past, record.id)


def test_an_absence_that_was_cancelled_is_held_in_the_past(past: Past) -> None:
    organization = past.world.system.organization
    stay = DateRange(date(2026, 5, 1), date(2026, 5, 4))
    booked = organization.book_absence(
        Absence(id=past.world.new_id(), employee_id=past.id("0024"), effective=stay, note="体检")
    )
    organization.cancel_absence(booked.id)
    past.gone()
    placed(past, category=Category.ABSENCES)
    assert Verdict.KEEP is verdicts(past.office(on=DUE), past.id("0024"))[Category.ABSENCES]
    (done,) = applied(past)
    assert not done.whole


@pytest.mark.parametrize("whose", ["the leaver", "everybodys handovers"])
def test_the_protocol_in_the_handover_of_somebody_under_a_hold_is_kept(past: Past, whose: str) -> None:
    """It is the verifier's, who is erased; the case is the leaver's."""
    case = past.world.leave()
    item = past.world.system.handover.items(case)[0]
    past.office("0003").handover.assign_receiver(item.id, past.id("0021"))
    past.office("0017").handover.brief(item.id, summary="tell")
    past.office("0021").handover.accept(item.id, "ok", take_over="mine")
    paper = Document(title="Protocol.pdf", uri="file:///p")
    past.office("0003").handover.verify(item.id, evidence="seen", documents=(paper,))
    past.gone("0003", on=LAST_DAY)
    placed(past, **({"employee_id": past.id("0017")} if whose == "the leaver" else {"category": Category.HANDOVERS}))
    on = date(2029, 6, 1)
    found = past.office(on=on).retention.standing(past.id("0003"))
    assert {Category.HANDOVERS} == {each.category for each in found if each.stops}
    past.office(on=on).retention.apply()
    stored = past.world.system.handover.item(item.code).verified
    assert stored is not None
    assert [paper] == list(stored.documents)
    assert [False] == [each.whole for each in past.office().retention.erasures()]


def test_a_hold_that_is_placed_on_the_records_author_meanwhile_stops_the_keys(past: Past, ring: KeyRing) -> None:
    """Between the overwriting and the destruction everything is looked for again."""
    record = record_of(past)
    held: list[str] = []

    class Slow:
        """Places a hold while the second walk is under way."""

        def __getattr__(self, name: str) -> object:
            return getattr(ring, name)

        def destroy(self, tenant: str, subject: str) -> None:
            assert subject != past.id("0024"), held
            ring.destroy(tenant, subject)

    office = past.office(on=DUE)
    past.world.core.units.vault = Slow()  # type: ignore[assignment]
    run = past.world.core.units.run

    def late(*args: object, **more: object) -> object:
        done = run(*args, **more)  # type: ignore[arg-type]
        if not held and "retention.advance_erasure" in args:
            held.append(placed(past, employee_id=past.id("0017")))
        return done

    past.world.core.units.run = late  # type: ignore[method-assign]
    assert "retention.stopped" == refusal(lambda: office.retention.erase(past.id("0024"), "asked"))
    assert held
    assert "Voucher.pdf" in past_titles(past, record)


def test_a_personal_field_that_the_company_declared_is_found_too(past: Past) -> None:
    """On a record of the person, who wrote it and put nothing else there, and which somebody under a hold owns today."""
    past.world.system.organization.declare_field(
        CustomField(id=past.world.new_id(), kind="work_record", name="diary", personal=True)
    )
    record: WorkRecord = past.world.record("Visit", owner="0024", custom={"diary": "private"})
    past.world.system.records.transfer_record(record.id, past.id("0017"), "moves on")
    past.world.system.records.close_record(record.id)
    past.gone()
    placed(past, employee_id=past.id("0017"))
    (done,) = applied(past)
    assert not done.whole
    assert {"diary": "private"} == past.world.system.records.record(record.id).custom
    assert Verdict.KEEP is verdicts(past.office(on=DUE), past.id("0024"))[Category.WORK]


def test_the_plan_of_a_person_without_a_trace_elsewhere_is_as_before(past: Past) -> None:
    past.gone()
    assert {Category.EMPLOYEE_FILE: Verdict.DUE} == verdicts(past.office(on=DUE), past.id("0024"))


@pytest.mark.parametrize("held", [True, False])
def test_a_document_of_the_time_before_the_keys_that_was_taken_off_again(
    store: Driver, ring: KeyRing, held: bool
) -> None:
    """It stands in the clear in the past of a record that names the person nowhere: it is held there, or goes."""
    past = Past(store, None)
    record = past.world.record("Contract", owner="0017")
    put_on(past, record.id)
    past.office("0017").records.change_record(record.id, documents=())
    past.world.system.records.close_record(record.id)
    past.gone()
    past.world.core.units.vault = ring
    if held:
        placed(past, category=Category.WORK)
    assert (Verdict.KEEP if held else Verdict.DUE) is verdicts(past.office(on=DUE), past.id("0024"))[Category.WORK]
    (done,) = applied(past)
    assert held is not done.whole
    assert held is ("Voucher.pdf" in past_titles(past, record.id))
    assert past.office("0006").audit.verify().sound


@pytest.mark.parametrize(
    ("area", "kept"),
    [
        ("finance/accounting", True), ("Finance/Accounting", True), (" finance / accounting /ap", True),
        ("财务/会计", True), ("财务／会计/凭证", True), ("finance/accountings", False), ("finance", False), ("财务", False),
        (None, False),
    ],
)  # fmt: skip
def test_an_accounting_record_is_known_however_its_area_is_written(past: Past, area: str | None, kept: bool) -> None:
    """With capital letters, blanks and full-width signs, in Chinese; not by the beginning of a word."""
    record = past.world.record("Voucher", owner="0024", area=area)
    past.world.system.records.close_record(record.id)
    past.gone()
    found = {each.category for each in past.office(on=DUE).retention.plan()} & {Category.ACCOUNTING, Category.WORK}
    assert {Category.ACCOUNTING if kept else Category.WORK} == found
    (done,) = past.office(on=DUE).retention.apply().erasures
    assert kept is not done.whole


def test_a_deleted_accounting_record_is_kept_as_long_as_one_that_stands(store: Driver, ring: KeyRing) -> None:
    """Its deletion says what it was: an erasure of the work records leaves its past alone, now and later."""
    past = Past(store, None)
    desk, records = past.world.system.desk, past.world.system.records
    for title, area in (("Voucher", "finance/accounting"), ("Visit", None)):
        paper = Document(title=f"{title}.pdf", uri=f"file:///{title}.pdf")
        record = past.world.record(title, owner="0024", area=area, documents=(paper,))
        records.close_record(record.id)
        desk.do("test", partial(deleted, record.id))
    past.gone()
    past.world.core.units.vault = ring
    (done,) = applied(past)
    assert (False, True) == (done.whole, Category.WORK in done.categories)
    found = everything(past)
    assert (True, False) == ("Voucher.pdf" in found, "Visit.pdf" in found)
    assert () == past.office(on=DUE).retention.apply().repeated


def test_a_hold_on_the_owner_that_is_placed_meanwhile_keeps_what_others_put_there(
    past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The walk was before: whose records these are is known from it, and whether they are held is asked anew."""
    books = past.world.record("Books", owner="0024", area="finance/accounting")
    past.world.system.records.close_record(books.id)
    record = record_of(past)
    request = Eraser.request

    def held(*given: Any, **more: Any) -> Erasure:
        made = request(*given, **more)
        placed(past, employee_id=past.id("0017"))
        return made

    monkeypatch.setattr(Eraser, "request", held)
    answer = past.office(on=DUE).retention.apply()
    assert ((), ["court" in each.why.en for each in answer.waiting]) == (answer.erasures, [True])
    assert ["Voucher.pdf"] == titles(past, record)


TEXTS = st.recursive(
    st.text(max_size=6) | st.none() | st.integers(-9, 9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(body=st.dictionaries(st.text(max_size=3), TEXTS, max_size=6))
@example({"body": "", "author_id": "p1"})
@example({"title": 'Say "hi"', "author_id": "p1"})
@example({"title": "a\\", "author_id": "p1"})
def test_every_text_of_a_body_is_seen_whatever_stands_beside_it(body: dict[str, Any]) -> None:
    """Of what needs no escape, as no id does: nothing that stands before shifts where the next begins."""
    text = to_json(body)
    left, leaves = [body], set[str]()
    while left:
        value = left.pop()
        if isinstance(value, str):
            leaves.add(value)
        elif isinstance(value, dict):
            left += [*value, *value.values()]
        elif isinstance(value, list):
            left += value
    plain = {each for each in leaves if to_json(each) == f'"{each}"'}
    assert plain <= named_by(Stream("x", "id", (), Row("id", 1, 1, 0, "", text)))
