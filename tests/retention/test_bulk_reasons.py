"""A person named in the reason of a bulk: found once, taken out of the header and of every entry, and all stays checked."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from handover_core.audit.model import Mark
from handover_core.errors import NotFound, Refused
from handover_core.history.chain import chained
from handover_core.history.changes import Change, Operation
from handover_core.history.checking import UNMARKED
from handover_core.history.redaction import KEYED
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core.storage import MemoryStore, UnitOfWork, bulk_redactor
from handover_core.storage.copying import copy_company
from handover_core.storage.factory import UnitFactory
from handover_core.storage.personal import pseudonym_of
from handover_core.storage.personal_data import PersonalData
from handover_core_cli.commands.audit import lines_of
from pasts import Tamperer
from retention.conftest import Past

REASON = "list that Colleague of acme sent"
ROWS = 7


class Bulk:
    """Seven records that came at once, for a reason that names somebody; one was changed since, and one deleted."""

    def __init__(self, past: Past) -> None:
        self.past, self.person = past, past.id("0024")
        self.ids = sorted(past.world.new_id() for _ in range(ROWS))
        self.id = self.stored(self.ids, REASON)
        self.write(lambda unit: self.of(unit, 1, title="changed since"))
        self.write(lambda unit: unit.repository(WORK_RECORD).delete(unit.repository(WORK_RECORD).get(self.ids[2])))

    def stored(self, ids: list[str], reason: str, area: str | None = None) -> str:
        records = [
            WorkRecord(
                id=id_, kind="task", title="x", owner_id=self.past.id("0017"), author_id=self.past.id("0017"),
                opened_on=date(2026, 3, 2), area=area,
            )
            for id_ in ids
        ]  # fmt: skip
        self.write(lambda unit: unit.repository(WORK_RECORD).add_many(records), reason)
        return next(change.batch or "" for change in self.changes() if change.id == ids[0])

    def write(self, change: Callable[[UnitOfWork], Any], reason: str | None = None) -> None:
        self.past.world.system.desk.do("test.bulk", change, reason)

    def of(self, unit: UnitOfWork, place: int, **values: Any) -> None:
        unit.repository(WORK_RECORD).change(unit.repository(WORK_RECORD).get(self.ids[place]), **values)

    def redact(self, person: str | None = None) -> int:
        return self.past.office().retention.redact("batch", self.id, person or self.person, "before the erasure")

    def changes(self) -> list[Change]:
        return self.past.world.system.desk.ask(lambda unit: unit.transaction.history(unit.tenant, None, 10_000))

    def verified(self) -> Any:
        return self.past.office("0006").audit.verify()

    def versions(self) -> list[int]:
        return self.past.world.system.desk.ask(
            lambda unit: [each.version for each in unit.repository(WORK_RECORD).get_many(self.ids).values()]
        )

    def mentioned(self, person: str | None = None) -> list[tuple[str, str, str, int | None]]:
        found = self.past.office().retention.mentions(person or self.person).found
        return [(each.kind, each.id, each.field, each.entries) for each in found]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a unit read three entries, so that a bulk takes several."""
    monkeypatch.setattr(bulk_redactor, "PAGE", 3)


@pytest.fixture
def bulk(past: Past, small: None) -> Iterator[Bulk]:
    del small
    return Bulk(past)


def test_it_is_found_once_with_the_number_of_entries_and_taken_out_of_all(bulk: Bulk) -> None:
    """The rows stay at their versions; what was made of the reason is a recorded change of the header."""
    seal, versions = bulk.past.office("0006").audit.seal(), bulk.versions()
    assert [("batch", bulk.id, "reason", ROWS)] == bulk.mentioned()
    assert ROWS + 1 == bulk.redact()
    assert [] == bulk.mentioned()
    told = [each for each in bulk.changes() if bulk.id in {each.batch, each.id}]
    assert not [each for each in told if "Colleague" in (each.reason or "")]
    mine = {each.reason for each in told if each.batch == bulk.id or each.operation is Operation.BATCH}
    assert {f"list that {pseudonym_of(bulk.person)} sent"} == mine
    assert versions == bulk.versions()
    found = bulk.past.office("0006").audit.verify([seal])
    assert (True, ROWS + 1) == (found.sound, found.redacted)
    last = max((each for each in told if each.id == bulk.id), key=lambda each: each.version)
    assert ("retention.redact", bulk.past.id("0002"), "before the erasure") == (last.command, last.actor, last.reason)
    with pytest.raises(Refused) as raised:
        bulk.redact()
    assert "retention.redact.unnamed" == raised.value.rule.code


def test_without_keys_it_is_checked_as_well(bulk: Bulk) -> None:
    bulk.redact()
    bulk.past.world.core.units.vault = None
    assert bulk.verified().sound


def test_a_bulk_that_is_not_there_is_not_found(bulk: Bulk) -> None:
    bulk.id = "nothing"
    with pytest.raises(NotFound):
        bulk.redact()


def test_what_was_cut_off_is_whole_so_far_and_goes_on(bulk: Bulk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The header comes last, so the person is still found there."""
    whole, calls = PersonalData.redact_bulk, []

    def cut(self: PersonalData, *args: Any) -> Any:
        calls.append(args)
        if len(calls) == 3:
            raise InterruptedError
        return whole(self, *args)

    monkeypatch.setattr(PersonalData, "redact_bulk", cut)
    with pytest.raises(InterruptedError):
        bulk.redact()
    named = {bool("Colleague" in (each.reason or "")) for each in bulk.changes() if each.batch == bulk.id}
    assert {True, False} == named
    assert bulk.verified().sound
    assert [("batch", bulk.id, "reason", ROWS)] == bulk.mentioned()
    bulk.redact()
    assert [] == bulk.mentioned()
    found = bulk.verified()
    assert (True, ROWS + 1) == (found.sound, found.redacted)


def test_rows_go_on_and_may_be_redacted_before_and_after(bulk: Bulk) -> None:
    """A redaction of a row speaks for its own entries; whichever came last counts."""
    for place in (0, 2):
        bulk.write(
            lambda unit, id_=bulk.ids[place]: unit.personal.redact(
                WORK_RECORD, id_, lambda text: text.replace("x", "y")
            )
        )
        bulk.write(
            lambda unit, id_=bulk.ids[place]: unit.personal.redact(
                WORK_RECORD, id_, lambda text: text.replace("sent", "")
            )
        )
    bulk.redact()
    assert bulk.verified().sound
    for place in (1, 3):
        bulk.write(
            lambda unit, id_=bulk.ids[place]: unit.personal.redact(
                WORK_RECORD, id_, lambda text: text.replace("list", "")
            )
        )
    bulk.write(lambda unit: bulk.of(unit, 4, title="on it goes"))
    bulk.write(lambda unit: unit.repository(WORK_RECORD).delete(unit.repository(WORK_RECORD).get(bulk.ids[5])))
    assert bulk.verified().sound
    assert [] == bulk.mentioned()


def test_several_persons_are_taken_out_one_after_the_other(past: Past, small: None) -> None:
    del small
    bulk, other = Bulk(past), past.id("0021")
    ids = sorted(past.world.new_id() for _ in range(ROWS))
    name = past.person("0021").name
    bulk.id = bulk.stored(ids, f"from Colleague of acme and {name}")
    bulk.redact()
    assert ("batch", bulk.id, "reason", ROWS) in bulk.mentioned(other)
    bulk.redact(other)
    assert bulk.verified().sound
    wanted = f"from {pseudonym_of(bulk.person)} and {pseudonym_of(other)}"
    assert {wanted} == {each.reason for each in bulk.changes() if each.batch == bulk.id}


@pytest.mark.parametrize("number", range(3))
def test_two_may_redact_one_bulk_at_once_while_somebody_verifies(past: Past, small: None, number: int) -> None:
    """Both append to the stream of the header, which no row guards: who comes second does it again."""
    del small, number
    bulk, other = Bulk(past), past.id("0021")
    ids = sorted(past.world.new_id() for _ in range(ROWS))
    bulk.id = bulk.stored(ids, f"from Colleague of acme and {past.person('0021').name}")
    with ThreadPoolExecutor(3) as threads:
        redacted = [threads.submit(bulk.redact, person) for person in (bulk.person, other)]
        verified = [threads.submit(lambda: bulk.verified().breaks) for _ in range(3)]
    assert [ROWS + 1] * 2 == [each.result() for each in redacted]
    assert [()] * 3 == [each.result() for each in verified]
    wanted = f"from {pseudonym_of(bulk.person)} and {pseudonym_of(other)}"
    assert {wanted} == {each.reason for each in bulk.changes() if each.batch == bulk.id}
    assert bulk.verified().sound


@pytest.mark.parametrize("field", ["reason", "actor", "command"])
def test_other_words_in_an_entry_of_the_bulk_are_found(bulk: Bulk, field: str) -> None:
    if isinstance(bulk.past.world.core.units.driver, MemoryStore):
        pytest.skip("memory has no tables that a stranger could reach")
    bulk.redact()
    Tamperer(bulk.past.world.core.units.driver, bulk.past.tenant).change(bulk.ids[3], 1, {field: "somebody else"})
    assert [(bulk.ids[3], 1)] == [(each.id, each.version) for each in bulk.verified().breaks]


def test_what_was_broken_before_is_not_made_whole_by_a_redaction(bulk: Bulk) -> None:
    if isinstance(bulk.past.world.core.units.driver, MemoryStore):
        pytest.skip("memory has no tables that a stranger could reach")
    Tamperer(bulk.past.world.core.units.driver, bulk.past.tenant).change(bulk.ids[3], 1, {"actor": "somebody else"})
    bulk.redact()
    assert [] == bulk.mentioned()
    assert [(bulk.ids[3], 1)] == [(each.id, each.version) for each in bulk.verified().breaks]


def test_another_program_checks_it_and_a_copy_follows(bulk: Bulk, tmp_path: Path) -> None:
    """The checker without this library finds what was changed afterwards; a copy that was begun before catches up."""
    source, target = bulk.past.world.core.units, MemoryStore()
    into = UnitFactory(target, source.kinds, vault=source.vault)
    copy_company(source, into, bulk.past.tenant)
    bulk.redact()
    copy_company(source, into, bulk.past.tenant)
    assert "Colleague of acme sent" not in repr(target.state)
    lines, written = list(lines_of(bulk.past.office("0006"))), tmp_path / "history.jsonl"
    assert 0 == _checked(written, lines)
    (one,) = [each for each in lines if each.get("id") == bulk.ids[4] and each.get("batch")]
    one["reason"] += "!"
    assert 1 == _checked(written, lines)


def _checked(written: Path, lines: list[dict[str, Any]]) -> int:
    written.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    folders = Path(__file__).resolve().parents
    program = next(each for each in folders if (each / "examples/check_history.py").exists())
    return subprocess.run(
        [sys.executable, str(program / "examples/check_history.py"), str(written)], check=False, capture_output=True
    ).returncode


def test_an_answer_of_the_header_that_nobody_with_the_keys_made_is_named(bulk: Bulk) -> None:
    """It is listed like every redaction; without its mark, chained anew, it is a break."""
    bulk.redact()
    found = bulk.verified()
    assert (True, {Mark.MARKED}) == (found.sound, {each.mark for each in found.redactions})
    assert ROWS == sum(each.rows for each in found.redactions)
    if isinstance(bulk.past.world.core.units.driver, MemoryStore):
        return
    *_, before, last = [change for change in bulk.changes() if (change.kind, change.id) == ("batch", bulk.id)]
    body = json.dumps({name: each for name, each in json.loads(last.body or "").items() if name != KEYED})
    tenant = bulk.past.tenant
    head = chained(
        before.head, tenant, last.kind, last.id, last.version, last.operation.value, last.format, last.at, last.actor,
        last.command, last.reason, body,
    )  # fmt: skip
    Tamperer(bulk.past.world.core.units.driver, tenant).change(bulk.id, last.version, {"body": body, "head": head})
    assert [(bulk.id, last.version, UNMARKED)] == [
        (each.id, each.version, each.what) for each in bulk.verified().breaks
    ]


def test_a_hold_on_everybody_keeps_the_reason_of_a_bulk(past: Past) -> None:
    bulk = Bulk(past)
    hold = past.office().retention.place_hold("court case 7")
    with pytest.raises(Refused) as raised:
        past.office().retention.redact("batch", bulk.id, bulk.person, "before the erasure")
    assert raised.value.rule.code == "retention.redact.held"
    past.office().retention.release_hold(hold.id, "settled")
    assert past.office().retention.redact("batch", bulk.id, bulk.person, "before the erasure") > ROWS - 1


def test_the_period_of_accounting_records_and_a_hold_on_one_person_keep_no_reason_of_a_bulk(past: Past) -> None:
    """It stands beside many rows; the single record is kept."""
    bulk = Bulk(past)
    ids = [past.world.new_id() for _ in range(2)]
    batch = bulk.stored(ids, REASON, area="finance/accounting")
    bulk.write(lambda unit: unit.repository(WORK_RECORD).change(unit.repository(WORK_RECORD).get(ids[0]), title=REASON))
    retention = past.office().retention
    with pytest.raises(Refused) as raised:
        retention.redact("work_record", ids[0], bulk.person, "before the erasure")
    assert raised.value.rule.code == "retention.redact.kept"
    retention.place_hold("court case 7", employee_id=past.id("0017"))
    assert retention.redact("batch", batch, bulk.person, "before the erasure") >= len(ids)
    assert not [each for each in retention.mentions(bulk.person).found if each.id == batch]
