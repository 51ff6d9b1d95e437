"""Documents on a record belong to who put them there: the author's erasure takes the author's, and work goes on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from attrs import evolve

from handover_core.errors import Erased, InvalidInput
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import RecordDocument, WorkRecord
from handover_core.storage import CUSTOM_FIELD, CustomField, Driver, Eq, Query, UnitOfWork
from handover_core.storage.codec import Codec
from handover_core.storage.personal import nameless, personal, pseudonym_of
from handover_core.values import Document
from handover_core_keys import KeyRing
from retention.conftest import Past

DUE = date(2024, 8, 1)
OLD = evolve(WORK_RECORD, format=1, upcasters={}, personal=(personal("documents", "/author_id", nameless),))
"""The kind as its former format knew it."""


def written(past: Past, title: str = "Passport") -> WorkRecord:
    """Return a closed record of the colleague with one document on it."""
    paper = Document(title=f"{title}.pdf", uri=f"file:///{title}.pdf", size=7)
    made = past.world.record("Visit", owner="0024", documents=(paper,))
    past.world.system.records.transfer_record(made.id, past.id("0017"), "moves on")
    return past.world.system.records.record(made.id)


def added(past: Past, record: str, title: str, by: str) -> WorkRecord:
    """Let somebody put one more document on a record."""
    records = past.office(by).records
    present = records.record(record).documents
    return records.change_record(record, documents=(*present, Document(title=f"{title}.pdf", uri=f"file:///{title}")))


def log(past: Past) -> str:
    def read(unit: UnitOfWork) -> str:
        return "\n".join(str(each.body) for each in unit.transaction.history(unit.tenant, None, 10_000))

    return past.world.system.desk.ask(read)


def erased(past: Past, number: str) -> Any:
    """Erase somebody who has left; what they wrote is closed meanwhile, since open work stops an erasure."""
    records = past.world.system.records
    mine = past.world.system.desk.ask(lambda unit: unit.repository(WORK_RECORD).list(Eq("author_id", past.id(number))))
    for each in mine:
        records.close_record(each.id)
    past.gone(number)
    done = past.office(on=DUE).retention.erase(past.id(number), "asked", leave="none of it names them")
    for each in mine:
        records.reopen_record(each.id, "there is more to do")
    return done


def test_after_the_author_was_erased_the_successor_adds_a_document(past: Past) -> None:
    """The author's document is left without a name; the successor's is sealed for the successor."""
    record = written(past)
    erased(past, "0024")
    stored = added(past, record.id, "Contract", "0017")
    kept, new = stored.documents
    assert (pseudonym_of(past.id("0024")), "", 7) == (kept.title, kept.uri, kept.size)
    assert ("Contract.pdf", past.id("0017")) == (new.title, new.by_id)
    assert "Contract.pdf" not in log(past)
    assert past.office("0006").audit.verify().sound


def test_a_document_goes_with_who_put_it_there_and_no_other(past: Past) -> None:
    """Whoever wrote the record: also where the person is named nowhere else in it."""
    record = written(past)
    added(past, record.id, "Contract", "0017")
    added(past, record.id, "Badge", "0003")
    past.world.system.records.transfer_record(record.id, past.id("0002"), "moves on")
    erased(past, "0003")
    titles = [each.title for each in past.world.system.records.record(record.id).documents]
    assert ["Passport.pdf", "Contract.pdf", pseudonym_of(past.id("0003"))] == titles
    erased(past, "0024")
    titles = [each.title for each in past.world.system.records.record(record.id).documents]
    assert [pseudonym_of(past.id("0024")), "Contract.pdf", pseudonym_of(past.id("0003"))] == titles
    assert past.office("0006").audit.verify().sound


def test_nobody_else_becomes_the_one_who_put_a_document_there(past: Past) -> None:
    """What was there stays with whom it came; what is new is the actor's, whatever they say."""
    record = written(past)
    stored = added(past, record.id, "Contract", "0017")
    (kept, new), forged = stored.documents, RecordDocument(title="Badge", uri="file:///b", by_id=past.id("0021"))
    changed = past.office("0006").records.change_record(
        record.id, documents=(forged, evolve(new, by_id=past.id("0021")), kept)
    )
    by = {each.title: each.by_id for each in changed.documents}
    assert {"Badge": past.id("0006"), "Contract.pdf": past.id("0017"), "Passport.pdf": None} == by


@pytest.mark.parametrize("how", ["add", "bulk"])
@pytest.mark.parametrize("keys", [True, False])
def test_records_of_the_former_format_belong_to_their_author(
    store: Driver, ring: KeyRing, how: str, keys: bool
) -> None:
    """Their documents were sealed as one value; they go with the author, also those from before there were keys."""
    past = Past(store, ring if keys else None)
    units = past.world.core.units
    record = WorkRecord(
        id=past.world.new_id(), kind="task", title="Visit", owner_id=past.id("0017"), author_id=past.id("0024"),
        opened_on=date(2026, 3, 2), documents=(Document(title="Passport.pdf", uri="file:///Passport.pdf", size=7),),
    )  # fmt: skip
    with former(), units.unit(past.tenant, past.world.system.desk.actor, "test") as unit:
        repository = unit.repository(OLD)
        _ = repository.add(record) if how == "add" else repository.add_many([record])
        unit.commit()
    units.vault = ring
    assert "by_id" not in stored_body(past, record.id)
    (paper,) = past.world.system.records.record(record.id).documents
    assert ("Passport.pdf", None) == (paper.title, paper.by_id)
    assert past.office("0006").audit.verify().sound
    added(past, record.id, "Contract", "0017")
    assert past.office("0006").audit.verify().sound
    erased(past, "0024")
    titles = [each.title for each in past.world.system.records.record(record.id).documents]
    assert [pseudonym_of(past.id("0024")), "Contract.pdf"] == titles
    assert "Passport" not in stored_body(past, record.id)
    found = past.office("0006").audit
    assert found.verify().sound
    assert [] == [entry for entry in found.entries(WORK_RECORD, record.id) if "Passport" in repr(entry)]


def test_an_erased_authors_record_of_the_former_format_is_still_read(past: Past) -> None:
    """What was sealed as one value is an empty list since, in the past too."""
    record = WorkRecord(
        id=past.world.new_id(), kind="task", title="Visit", owner_id=past.id("0017"), author_id=past.id("0024"),
        opened_on=date(2026, 3, 2), documents=(Document(title="Passport.pdf", uri="file:///Passport.pdf"),),
    )  # fmt: skip
    with former(), past.world.core.units.unit(past.tenant, past.world.system.desk.actor, "test") as unit:
        unit.repository(OLD).add(record)
        unit.commit()
    past.world.clock.tick()
    erased(past, "0024")
    audit = past.office("0006").audit
    first = audit.entries(WORK_RECORD, record.id)[0]
    assert () == audit.as_of(WORK_RECORD, record.id, first.at).found.documents
    assert audit.verify().sound


def test_a_personal_field_of_the_record_is_still_about_its_author(past: Past) -> None:
    past.world.system.organization.declare_field(
        CustomField(id=past.world.new_id(), kind="work_record", name="diary", personal=True)
    )
    record = written(past)
    erased(past, "0024")
    assert 1 == past.world.system.desk.ask(lambda unit: unit.repository(CUSTOM_FIELD).count())
    with pytest.raises(Erased):
        past.office("0017").records.change_record(record.id, custom={"diary": "x"})


class former:  # noqa: N801 - reads as a word
    """While it is open, records are written as format 1 had them: documents without `by_id`."""

    def __enter__(self) -> None:
        self._patch = pytest.MonkeyPatch()
        dump = Codec.dump

        def old(codec: Codec, aggregate: Any) -> dict[str, Any]:
            body = dump(codec, aggregate)
            for paper in body.get("documents", ()):
                paper.pop("by_id", None)
            return body

        self._patch.setattr(Codec, "dump", old)

    def __exit__(self, *_: object) -> None:
        self._patch.undo()


def stored_body(past: Past, id_: str) -> str:
    def read(unit: UnitOfWork) -> str:
        return next(row.body for row in unit.as_stored.find(WORK_RECORD, unit.tenant, Query()) if row.id == id_)

    return past.world.system.desk.ask(read)


def test_a_document_that_a_program_put_there_is_the_authors(past: Past) -> None:
    """So it goes with somebody's erasure, and comes through an export and an import."""
    record = past.world.record("Visit", owner="0024")
    put = past.world.system.records.change_record(record.id, documents=(Document(title="Scan", uri="file:///scan"),))
    assert [None] == [each.by_id for each in put.documents]


@pytest.mark.parametrize("documents", [None, "x", ("x",), 1])
def test_documents_that_are_none_are_refused_by_name(past: Past, documents: Any) -> None:
    record = past.world.record("Visit", owner="0024")
    with pytest.raises(InvalidInput) as raised:
        past.world.system.records.change_record(record.id, documents=documents)
    assert "documents" in str(raised.value)
