"""What a row of a bulk was made of cannot always be told; a stranger makes no use of that once there is a seal."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bson import Int64

from archives import Archive
from audit.test_tampering import DAY
from handover_core.app import HandoverCore
from handover_core.audit.model import Verified
from handover_core.history.chain import chained
from handover_core.history.changes import Operation
from handover_core.history.checking import BACKDATED, UNTOLD
from handover_core.organization.kinds import EMPLOYEE
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core.storage import Driver, MemoryStore
from handover_core_keys import KeyRing
from handover_core_mongo import MongoStore
from pasts import AUDITOR, Tamperer

KEY = b"k" * 32


class Company:
    """One with two records that came in a bulk, and with one seal."""

    def __init__(self, store: Driver, ring: KeyRing | None) -> None:
        if isinstance(store, MemoryStore):
            pytest.skip("memory has no tables that a stranger could reach")
        self.archive, self.store = Archive(store, ring), store
        self.story = self.archive.story
        self.story.do(lambda unit: unit.repository(WORK_RECORD).add_many([self.record("a"), self.record("b")]))

    def record(self, id_: str) -> WorkRecord:
        person = self.archive.person
        return WorkRecord(id=id_, kind="task", title="x", owner_id=person, author_id=person, opened_on=DAY)

    def sealed(self) -> Company:
        self.story.now += timedelta(days=1)
        self.seal = self.story.audit.seal(key=KEY)
        self.story.now += timedelta(days=1)
        return self

    def row(self, id_: str) -> dict[str, Any]:
        """Return what is stored of a record now."""
        with self.story.core.units.unit(self.story.tenant, AUDITOR, write=False) as unit:
            row = unit.as_stored.get(WORK_RECORD, self.story.tenant, id_)
        assert row is not None
        found: dict[str, Any] = json.loads(row.body)
        return found

    def rewritten(self, id_: str, body: dict[str, Any], **columns: Any) -> None:
        """Put another row in the place of that of a record, as a stranger would."""
        Tamperer(self.store, self.story.tenant).row(id_, {"body": json.dumps(body), **columns}, WORK_RECORD)

    def forged(self, change: dict[str, Any], **values: Any) -> None:
        """Append a change to one of the records, dated and chained as it should be, and rewrite the row."""
        tenant, lied = self.story.tenant, {**self.row("a"), **values}
        with self.story.core.units.unit(tenant, AUDITOR, write=False) as unit:
            (first,) = unit.changes(WORK_RECORD, "a")
        body = json.dumps(change, separators=(",", ":"))
        head = chained(
            first.head, tenant, first.kind, "a", 2, "update", first.format, first.at, "x", "x", None, body
        )  # fmt: skip
        entry = first._replace(
            version=2, operation=Operation.UPDATE, actor="x", command="x", reason=None, batch=None, body=body, head=head
        )
        Tamperer(self.store, tenant).insert(entry)
        version = Int64(2) if isinstance(self.store, MongoStore) else 2
        self.rewritten("a", lied, version=version, head=head)

    def hidden(self, token: object, *, stays: bool = False) -> None:
        """Append a change that tells a token of the first state, and lie in the row about everything else."""
        after = token if stays else None
        self.forged({"counterparty": [[token], [after]]}, title="FORGED", opened_on="2020-01-01", counterparty=after)

    def verified(self, *, keys: bool = True) -> Verified:
        audit: Any = self.story.audit
        if not keys:
            audit = HandoverCore(self.store).office(self.story.tenant, AUDITOR).audit
        found: Verified = audit.verify([self.seal], key=KEY)
        return found

    def broken(self, *, keys: bool = True) -> list[str]:
        return [each.id for each in self.verified(keys=keys).breaks]


@pytest.mark.parametrize("stays", [True, False])
@pytest.mark.parametrize("erased", [True, False])
def test_a_token_in_an_entry_after_the_seal_hides_no_other_row(
    store: Driver, ring: KeyRing, erased: bool, stays: bool
) -> None:
    """Of somebody who was erased, or under a key that there never was."""
    company = Company(store, ring)
    if erased:
        company.archive.erased(ring)
    company.sealed()
    assert [] == company.broken() == company.broken(keys=False)
    company.hidden({"$sealed": [company.archive.person, 1 if erased else 9, "AAAA"]}, stays=stays)
    assert ["a"] == company.broken() == company.broken(keys=False)


def of_bulk(company: Company) -> None:
    """Take words out of the reason of the bulk in which the records came."""
    with company.story.core.units.unit(company.story.tenant, AUDITOR, write=False) as unit:
        batch = unit.changes(WORK_RECORD, "a")[0].batch or ""

    def replaced(text: str) -> str:
        return text.replace("because", "why")

    company.story.do(lambda unit: unit.personal.redact_bulk(WORK_RECORD, batch, None, replaced))
    company.story.do(lambda unit: unit.personal.redact_header(batch, replaced))


def of_row(company: Company) -> None:
    company.story.do(lambda unit: unit.personal.redact(WORK_RECORD, "a", lambda text: text.replace("FORGED", "-")))


def forgotten(company: Company) -> None:
    company.story.do(lambda unit: unit.personal.forget(WORK_RECORD, "a", company.archive.person))


@pytest.mark.parametrize("act", [of_bulk, of_row, forgotten])
def test_no_redaction_answers_for_what_cannot_be_told(
    store: Driver, ring: KeyRing, act: Callable[[Company], None]
) -> None:
    """Whoever redacts honestly after the stranger was there makes no row whole with that."""
    company = Company(store, ring)
    company.archive.erased(ring)
    company.sealed()
    company.hidden({"$sealed": [company.archive.person, 1, "AAAA"]}, stays=act is of_row)
    company.story.now += timedelta(days=1)
    act(company)
    assert [("a", UNTOLD)] == [(each.id, each.what) for each in company.verified().breaks]
    assert ["a"] == company.broken(keys=False)


def test_an_honest_redaction_of_what_cannot_be_told_is_vouched_for_by_a_newer_seal(
    store: Driver, ring: KeyRing
) -> None:
    company = Company(store, None).sealed()
    company.story.core = HandoverCore(store, clock=lambda: company.story.now, vault=ring)
    company.archive.changed(name="李四")
    company.archive.erased(ring)
    company.story.do(lambda unit: unit.personal.forget(EMPLOYEE, company.archive.person, company.archive.person))
    newer = company.story.audit.seal(key=KEY)
    for audit in (company.story.audit, HandoverCore(store).office(company.story.tenant, AUDITOR).audit):
        assert audit.verify([company.seal, newer], key=KEY).sound


def test_without_a_seal_it_is_said_that_something_could_not_be_told(store: Driver, ring: KeyRing) -> None:
    company = Company(store, ring)
    company.archive.erased(ring)
    before = company.story.audit.verify().unopened
    company.hidden({"$sealed": [company.archive.person, 1, "AAAA"]})
    assert before + 1 == company.story.audit.verify().unopened


@pytest.mark.parametrize("sealed", [True, False])
def test_a_company_without_keys_has_no_tokens(store: Driver, sealed: bool) -> None:
    company = Company(store, None)
    if sealed:
        company.sealed()
    company.hidden({"$sealed": ["nobody", 1, "AAAA"]})
    assert ["a"] == [each.id for each in company.story.audit.verify().breaks]


@pytest.mark.parametrize("keys", [True, False])
def test_no_row_is_sealed_where_none_may_be(store: Driver, ring: KeyRing, keys: bool) -> None:
    """Without keys, or at level standard: a value that somebody takes away by a token is missed without keys, too."""
    company = Company(store, ring if keys else None)
    company.story.do(lambda unit: unit.repository(WORK_RECORD).add(company.record("c")))
    company.rewritten("c", {**company.row("c"), "title": {"$sealed": [company.archive.person, 1, "AAAA"]}})
    without = HandoverCore(store).office(company.story.tenant, AUDITOR).audit
    assert ["c"] == [each.id for each in without.verify().breaks]


def test_a_token_in_a_row_of_which_no_entry_tells_it_is_no_excuse(store: Driver, ring: KeyRing) -> None:
    """At level standard no row is sealed, so who has no keys sees that too."""
    company = Company(store, ring)
    company.story.do(lambda unit: unit.repository(WORK_RECORD).change(unit.repository(WORK_RECORD).get("a"), title="y"))
    company.sealed()
    token = {"$sealed": [company.archive.person, 1, "AAAA"]}
    company.rewritten("a", {**company.row("a"), "opened_on": "2020-01-01", "counterparty": token})
    assert ["a"] == company.broken() == company.broken(keys=False)


def test_what_was_sealed_and_erased_since_the_seal_is_vouched_for_by_a_newer_one(store: Driver, ring: KeyRing) -> None:
    """A bulk from before there were keys, changed and erased with them: honest, and not to be told from the other."""
    company = Company(store, None)
    company.sealed()
    keyed = HandoverCore(store, clock=lambda: company.story.now, vault=ring)
    company.story.core = keyed
    company.archive.changed(name="李四")
    assert [] == company.broken(), "with the keys it can be told"
    company.archive.erased(ring)
    found = company.verified()
    assert {UNTOLD} == {each.what for each in found.breaks}
    assert [company.archive.person] == [each.id for each in found.breaks]
    newer = company.story.audit.seal(key=KEY)
    assert company.story.audit.verify([company.seal, newer], key=KEY).sound
    assert company.story.audit.verify([newer], key=KEY).unopened


def test_an_entry_that_somebody_dates_before_the_seal_is_pointed_out(store: Driver, ring: KeyRing) -> None:
    """A past that was final would answer otherwise from then on."""
    company = Company(store, ring)
    company.story.now += timedelta(days=100)
    company.sealed()
    company.forged({"title": [["x"], ["y"]]}, title="y")
    assert company.story.audit.verify().sound, "only the seal knows"
    found = company.verified()
    assert [("a", 2, BACKDATED)] == [(each.id, each.version, each.what) for each in found.breaks]


def test_what_came_while_the_clock_was_set_back_is_vouched_for_by_a_newer_seal(store: Driver, ring: KeyRing) -> None:
    company = Company(store, ring).sealed()
    company.story.now += timedelta(days=1)
    company.story.do(lambda unit: unit.repository(WORK_RECORD).add(company.record("c")))
    assert company.verified().sound
    company.story.now -= timedelta(days=9)
    company.story.do(lambda unit: unit.repository(WORK_RECORD).add(company.record("d")))
    assert [("d", BACKDATED)] == [(each.id, each.what) for each in company.verified().breaks]
    company.story.now += timedelta(days=10)
    newer = company.story.audit.seal(key=KEY)
    assert company.story.audit.verify([company.seal, newer], key=KEY).sound
