"""Words that name a person are taken out of texts, now and in the past; who did it is recorded, and the chain holds."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archives import Archive
from counting import Counting
from handover_core.app import HandoverCore
from handover_core.errors import NotFound, VersionConflict
from handover_core.ids import new_id
from handover_core.organization.kinds import EMPLOYEE
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core.storage import Contains, Driver, MemoryStore, UnitFactory, UnitOfWork
from handover_core.storage.copying import copy_company
from handover_core.values import Document
from handover_core_cli.commands.audit import lines_of
from handover_core_keys import KeyRing
from pasts import AUDITOR, NAMED, Tamperer, skilled, told

NAME = NAMED


def without(text: str) -> str:
    return text.replace(NAME, "P-1")


class Case:
    """A record whose title, document and reason name somebody else."""

    def __init__(self, archive: Archive, how: str = "add") -> None:
        self.archive, self.story, self.id = archive, archive.story, new_id()
        record = WorkRecord(
            id=self.id, kind="task", title=f"Call {NAME} about the offer", owner_id=archive.person,
            author_id=archive.person, opened_on=date(2026, 3, 2), documents=(Document(title=f"{NAME}.pdf", uri="file:///x"),),
        )  # fmt: skip

        def store(unit: UnitOfWork) -> None:
            repository = unit.repository(WORK_RECORD)
            if how == "bulk":
                repository.add_many([record])
            else:
                repository.add(record)

        self.story.do(store)
        self.change(title=f"Call {NAME} again")
        self.story.core.units.run(self.story.tenant, AUDITOR, self._reasoned, "test.change", f"{NAME} asked")

    def _reasoned(self, unit: UnitOfWork) -> None:
        unit.repository(WORK_RECORD).change(unit.repository(WORK_RECORD).get(self.id), body="no names here")

    def change(self, **values: Any) -> None:
        self.story.do(
            lambda unit: unit.repository(WORK_RECORD).change(unit.repository(WORK_RECORD).get(self.id), **values)
        )

    def redact(self) -> list[int]:
        return self.story.core.units.run(
            self.story.tenant,
            AUDITOR,
            lambda unit: unit.personal.redact(WORK_RECORD, self.id, without),
            "test.redact",
            "by law",
        )

    def stored(self) -> list[Any]:
        with self.story.core.units.unit(self.story.tenant, AUDITOR, write=False) as unit:
            return [unit.changes(WORK_RECORD, self.id), unit.transaction.get(WORK_RECORD, self.story.tenant, self.id)]


@pytest.fixture(params=["add", "bulk"])
def case(request: pytest.FixtureRequest, store: Driver, ring: KeyRing) -> Case:
    return Case(Archive(store, ring), request.param)


def test_the_words_are_gone_now_and_in_the_past(case: Case, store: Driver) -> None:
    before = case.story.now
    seal = case.story.audit.seal()
    assert [1, 2, 3] == case.redact()
    assert NAME not in repr(case.stored())
    audit = case.story.audit
    then = audit.as_of(WORK_RECORD, case.id, before).found
    assert ("Call P-1 again", "P-1.pdf") == (then.title, then.documents[0].title)
    found = audit.verify([seal])
    assert (True, True) == (found.sound, found.redacted >= 2)
    assert HandoverCore(store).office(case.story.tenant, AUDITOR).audit.verify().sound
    last = audit.entries(WORK_RECORD, case.id)[-1]
    assert ("auditor", "test.redact", "by law", ()) == (last.actor, last.command, last.reason, last.fields)
    assert last.redacts
    with case.story.core.units.unit(case.story.tenant, AUDITOR, write=False) as unit:
        assert [] == unit.repository(WORK_RECORD).list(Contains("title", NAME))
        assert 1 == unit.repository(WORK_RECORD).count(Contains("title", "p-1"))


def test_the_record_goes_on_and_can_be_redacted_again(case: Case) -> None:
    case.redact()
    assert [] == case.redact()
    case.change(title=f"{NAME} once more")
    assert case.redact()
    case.change(title="the end")
    assert case.story.audit.verify().sound
    assert NAME not in repr(case.stored())


def test_a_deleted_record_is_redacted_too(case: Case) -> None:
    case.story.do(lambda unit: unit.repository(WORK_RECORD).delete(unit.repository(WORK_RECORD).get(case.id)))
    assert case.redact()
    assert NAME not in repr(case.stored())
    assert case.story.audit.verify().sound
    assert case.story.audit.as_of(WORK_RECORD, case.id, case.story.now).found is None


@pytest.mark.parametrize("field", ["body", "reason", "actor", "command"])
def test_a_redacted_entry_is_no_place_for_other_words(case: Case, store: Driver, field: str) -> None:
    if isinstance(store, MemoryStore):
        pytest.skip("memory has no tables that a stranger could reach")
    case.redact()
    entry = case.stored()[0][1]
    tampered = (getattr(entry, field) or "").replace("P-1", "王五") + ("" if field == "body" else "!")
    Tamperer(store, case.story.tenant).change(case.id, 2, {field: tampered})
    assert [(case.id, 2)] == [(each.id, each.version) for each in case.story.audit.verify().breaks]


@pytest.mark.parametrize("how", ["add", "bulk"])
def test_after_a_redaction_the_row_is_no_place_for_other_words(
    store: Driver, ring: KeyRing, tmp_path: Path, how: str
) -> None:
    """Also in what nobody ever changed: of a row of a bulk only its state tells that."""
    if isinstance(store, MemoryStore):
        pytest.skip("memory has no tables that a stranger could reach")
    case = Case(Archive(store, ring), how)
    case.redact()
    case.change(body="it goes on")
    case.redact()
    body = case.stored()[1].body
    assert '"priority":"normal"' in body
    tampered = body.replace('"priority":"normal"', '"priority":"high"')
    Tamperer(store, case.story.tenant).row(case.id, {"body": tampered}, WORK_RECORD)
    without = HandoverCore(store).office(case.story.tenant, AUDITOR)
    for audit in (case.story.audit, without.audit):
        assert [case.id] == [each.id for each in audit.verify().breaks]
    written = tmp_path / "history.jsonl"
    written.write_text("\n".join(json.dumps(line) for line in lines_of(without)), encoding="utf-8")
    assert how == "add" or 1 == checked(written)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_what_was_broken_before_is_not_made_whole_by_a_redaction(case: Case, store: Driver, version: int) -> None:
    """What a stranger wrote into an entry is found as before; the words are gone all the same."""
    if isinstance(store, MemoryStore):
        pytest.skip("memory has no tables that a stranger could reach")
    Tamperer(store, case.story.tenant).change(case.id, version, {"actor": "somebody"})
    case.redact()
    assert NAME not in repr(case.stored())
    assert [(case.id, version)] == [(each.id, each.version) for each in case.story.audit.verify().breaks]


def test_nothing_is_redacted_that_is_not_there_or_was_changed_in_the_same_unit(case: Case) -> None:
    with pytest.raises(NotFound):
        case.story.do(lambda unit: unit.personal.redact(WORK_RECORD, "nothing", without))

    def both(unit: UnitOfWork) -> None:
        unit.repository(WORK_RECORD).change(unit.repository(WORK_RECORD).get(case.id), title="x")
        unit.personal.redact(WORK_RECORD, case.id, without)

    with pytest.raises(VersionConflict), case.story.core.units.unit(case.story.tenant, AUDITOR) as unit:
        both(unit)


def test_rows_of_a_bulk_whose_reason_was_redacted_read_its_header_once_a_unit(store: Driver, ring: KeyRing) -> None:
    counting = Counting(store)
    archive = Archive(counting, ring)
    story = archive.story
    records = [
        WorkRecord(
            id=new_id(), kind="task", title=NAME, owner_id=archive.person, author_id=archive.person,
            opened_on=date(2026, 3, 2),
        )
        for _ in range(20)
    ]  # fmt: skip
    story.core.units.run(
        story.tenant, AUDITOR, lambda unit: unit.repository(WORK_RECORD).add_many(records), "import", f"{NAME}'s list"
    )
    with story.core.units.unit(story.tenant, AUDITOR, write=False) as unit:
        batch = unit.changes(WORK_RECORD, records[0].id)[0].batch or ""
    story.do(lambda unit: unit.personal.redact_bulk(WORK_RECORD, batch, None, without))
    story.do(lambda unit: unit.personal.redact_header(batch, without))

    def reads(many: list[WorkRecord]) -> int:
        counting.reads.clear()
        story.do(lambda unit: [unit.personal.redact(WORK_RECORD, each.id, without) for each in many])
        return counting.reads["history"]

    assert reads(records[:1]) == reads(records[1:]) > 0
    assert () == story.audit.verify().breaks


def test_a_copy_that_was_begun_before_a_redaction_catches_up_with_it(case: Case, ring: KeyRing) -> None:
    source, target = case.story.core.units, MemoryStore()
    into = UnitFactory(target, source.kinds, vault=ring)
    copy_company(source, into, case.story.tenant)
    assert NAME in repr(target.state)
    case.redact()
    copy_company(source, into, case.story.tenant)
    assert NAME not in repr(target.state)
    assert HandoverCore(target, vault=ring).office(case.story.tenant, AUDITOR).audit.verify().sound


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["add", "bulk", "name", "status", "delete", "redact"]), st.integers(0, 1),
            st.sampled_from([NAME, f"a {NAME}", "nobody", NAME * 2]),
        ),
        min_size=1, max_size=8,
    ),
    sealed=st.booleans(),
)  # fmt: skip
def test_whatever_was_redacted_and_when_the_past_is_whole(
    store: Driver, ring: KeyRing, steps: list[tuple[str, int, str]], sealed: bool
) -> None:
    """Redactions among changes, bulks and deletions: every past state is as it was, but for the words written freely."""
    story = told(store, steps, ring if sealed else None)
    everybody = {id_ for _, people in story.known for id_ in people}
    for id_ in sorted(everybody):
        story.do(lambda unit, id_=id_: unit.personal.redact(EMPLOYEE, id_, without))
    for instant, people in story.known[: len(steps) + 1]:
        for id_ in everybody:
            then, was = story.audit.as_of(EMPLOYEE, id_, instant).found, people.get(id_)
            expected = None if was is None else evolve(was, qualifications=skilled(without(was.qualifications[0].name)))
            assert expected == (then and evolve(then, version=expected.version if expected else 0))
    assert story.audit.verify().sound


def test_another_program_checks_what_was_sealed_and_redacted(case: Case, store: Driver, tmp_path: Path) -> None:
    """The checker without this library, on the same entries; and it finds what was changed afterwards."""
    case.redact()
    case.change(title="on it goes")
    office = HandoverCore(store).office(case.story.tenant, AUDITOR)
    written = tmp_path / "history.jsonl"
    lines = list(lines_of(office))
    written.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    assert 0 == checked(written)
    (redacted,) = [line for line in lines if line.get("id") == case.id and line.get("version") == 2 and "body" in line]
    redacted["body"] = redacted["body"].replace("P-1", "P-2")
    written.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    assert 1 == checked(written)


def checked(path: Path) -> int:
    program = next(
        folder for folder in Path(__file__).resolve().parents if (folder / "examples/check_history.py").exists()
    )
    command = [sys.executable, str(program / "examples/check_history.py"), str(path)]
    return subprocess.run(command, capture_output=True, check=False).returncode
