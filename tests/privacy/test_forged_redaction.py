"""A redaction that somebody wrote into the database is told from one that was made with the company's keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from attrs import evolve
from bson import Int64
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archives import Archive
from handover_core.app import HandoverCore
from handover_core.audit import attesting, verifying
from handover_core.audit.model import Mark
from handover_core.errors import OtherKeys
from handover_core.history.chain import chained
from handover_core.history.changes import Change, Operation, Rewrite
from handover_core.history.checking import FORGED, UNBOUND, UNMARKED
from handover_core.history.redaction import KEYED, REDACTED, digest_of
from handover_core.ids import new_id
from handover_core.organization.kinds import EMPLOYEE
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core.storage import Driver, MemoryStore, Put
from handover_core.storage.encoding import to_micros
from handover_core.storage.privacy import SETTINGS, SPACE, begun_anew
from handover_core_keys import KeyRing
from handover_core_mongo import MongoStore
from pasts import AUDITOR, NAMED, Story, Tamperer, told
from privacy.test_redaction import Case

OTHER = "Call 王五 about the offer"


@pytest.fixture
def case(store: Driver, ring: KeyRing) -> Case:
    return Case(Archive(store, ring))


def forged(case: Case, extra: Callable[[dict[str, Any]], dict[str, Any]] = lambda body: body) -> Change:
    """Rewrite the first entry of a record and write the entry that answers for it, with digests and heads all right."""
    story, (stream, row) = case.story, case.stored()
    first, last = stream[0], stream[-1]
    lied = first._replace(body=json.dumps({**json.loads(first.body), "title": OTHER}, ensure_ascii=False))
    body = json.dumps(extra({REDACTED: {"1": digest_of(story.tenant, lied)}}))
    version = last.version + 1
    head = chained(
        last.head, story.tenant, last.kind, last.id, version, "update", last.format, last.at, "0006", "retention.redact",
        "by law", body,
    )  # fmt: skip
    entry = last._replace(
        version=version, operation=Operation.UPDATE, actor="0006", command="retention.redact", reason="by law", body=body,
        head=head, batch=None,
    )  # fmt: skip
    _written(case, lied, entry, row._replace(version=version, head=head))
    return entry


def _written(case: Case, lied: Change, entry: Change, row: Any) -> None:
    """Write rows and entries as they are to stand, by the driver alone: nothing of ours chains, digests or marks them."""
    store, tenant = case.story.core.units.driver, case.story.tenant
    Tamperer(store, tenant).insert(entry)
    with case.story.core.units.unit(tenant, AUDITOR) as unit:
        unit.claim()
        (was,) = (each for each in unit.changes(WORK_RECORD, lied.id) if each.version == lied.version)
        unit.transaction.redact(tenant, [Rewrite(was, lied)])
        unit.transaction.replace(WORK_RECORD, tenant, unit._rewritten(WORK_RECORD, row), row.version - 1)
        unit.commit()


def broken(found: Any) -> list[tuple[str, int, object]]:
    return [(each.id, each.version, each.what) for each in found.breaks]


def test_a_forged_redaction_is_named_with_the_keys(case: Case, store: Driver) -> None:
    """Its chain is whole and its digests are right: without keys it is listed, with the seal it is pointed out."""
    seal = case.story.audit.seal()
    entry = forged(case)
    assert [(case.id, entry.version, UNMARKED)] == broken(case.story.audit.verify())
    found = case.story.audit.verify([seal])
    assert [(case.id, entry.version, UNMARKED)] == broken(found)
    (redaction,) = found.redactions
    assert (case.id, entry.version, (1,), "0006", "retention.redact", Mark.UNMARKED, (seal.root,)) == (
        redaction.id, redaction.version, redaction.redacted, redaction.actor, redaction.command, redaction.mark,
        redaction.after,
    )  # fmt: skip
    unkeyed = HandoverCore(store).office(case.story.tenant, AUDITOR).audit.verify([seal])
    assert (True, 1, [(Mark.UNCHECKED, (seal.root,))]) == (
        unkeyed.sound, unkeyed.redacting, [(each.mark, each.after) for each in unkeyed.redactions],
    )  # fmt: skip


@pytest.mark.parametrize("mark", ["", "A" * 43, 7, None, ["x"], {}])
def test_a_mark_that_was_made_up_is_named(case: Case, mark: object) -> None:
    entry = forged(case, lambda body: {**body, KEYED: mark})
    reason = UNMARKED if mark is None else FORGED
    assert [(case.id, entry.version, reason)] == broken(case.story.audit.verify())


def test_a_redaction_that_is_dated_back_to_lost_keys_is_named(case: Case, ring: KeyRing) -> None:
    """Nobody can check the marks of these; a seal from after the beginning with others holds those that there were."""
    story, tenant = case.story, case.story.tenant
    case.redact()
    story.now += timedelta(days=1)
    with story.core.units.unit(tenant, AUDITOR) as unit:
        unit.claim()
        anew = begun_anew(to_micros(story.now), partial(ring.blind, tenant))
        unit.personal.keep(evolve(unit.personal.settings, anew=anew))
        unit.commit()
    story.now += timedelta(days=1)
    seal = story.audit.seal()
    assert story.audit.verify([seal]).sound
    entry = forged(case, lambda body: {**body, KEYED: "made up"})
    assert (case.id, entry.version, UNMARKED) in broken(story.audit.verify([seal]))


def test_the_mark_of_another_redaction_is_of_no_use(case: Case) -> None:
    other = Case(case.archive)
    other.redact()
    borrowed = json.loads(other.stored()[0][-1].body)[KEYED]
    entry = forged(case, lambda body: {**body, KEYED: borrowed})
    assert [(case.id, entry.version, FORGED)] == broken(case.story.audit.verify())


@pytest.mark.parametrize("values", [{"actor": "0001"}, {"command": "other"}, {"at": 1}])
def test_who_redacted_and_when_is_part_of_the_mark(case: Case, store: Driver, values: dict[str, Any]) -> None:
    """Somebody gives a true redaction to another person, and chains it anew."""
    if isinstance(store, MemoryStore):
        pytest.skip("memory has no tables that a stranger could reach")
    case.redact()
    stream, _ = case.stored()
    before, last = stream[-2], stream[-1]
    values = {"at": last.at + 1} if "at" in values else values
    lied = last._replace(**values)
    head = chained(
        before.head, case.story.tenant, lied.kind, lied.id, lied.version, lied.operation.value, lied.format, lied.at,
        lied.actor, lied.command, lied.reason, lied.body,
    )  # fmt: skip
    long = isinstance(store, MongoStore)
    written = {name: Int64(value) if long and name == "at" else value for name, value in values.items()}
    Tamperer(store, case.story.tenant).change(case.id, last.version, {**written, "head": head})
    breaks = broken(case.story.audit.verify())
    assert (case.id, last.version, FORGED) in breaks


def test_a_true_redaction_is_listed_with_its_mark(case: Case) -> None:
    seal = case.story.audit.seal()
    versions = case.redact()
    found = case.story.audit.verify([seal])
    (redaction,) = [each for each in found.redactions if each.id == case.id]
    assert (True, 1, tuple(versions), Mark.MARKED, (seal.root,)) == (
        found.sound, found.redacting, redaction.redacted, redaction.mark, redaction.after,
    )  # fmt: skip
    (listed,) = case.story.audit.verify([case.story.audit.seal()]).redactions
    assert () == listed.after
    assert () == case.story.audit.entries(WORK_RECORD, case.id)[-1].fields


def test_what_was_redacted_before_there_were_keys_is_accepted_by_a_seal(store: Driver, ring: KeyRing) -> None:
    """Who has compared it makes a seal, and it is no break any more; one that is made up later still is."""
    case = Case(Archive(store, None))
    case.redact()
    unkeyed = case.story.audit
    assert (True, [Mark.UNCHECKED]) == (unkeyed.verify().sound, [each.mark for each in unkeyed.verify().redactions])
    case.story.core = HandoverCore(store, clock=lambda: case.story.now, vault=ring)
    case.archive.changed(name="now there are keys")
    assert [UNMARKED] == [each.what for each in case.story.audit.verify().breaks]
    seal = case.story.audit.seal()
    assert case.story.audit.verify([seal]).sound
    case.change(title="it goes on")
    assert case.story.audit.verify([seal]).sound
    entry = forged(case)
    assert (case.id, entry.version, UNMARKED) in broken(case.story.audit.verify([seal]))


def test_nobody_redacts_without_the_keys_of_a_company_that_has_some(case: Case, store: Driver) -> None:
    """Not even where nothing is sealed: nobody could tell it from a forgery."""
    plain = WorkRecord(
        id=new_id(), kind="task", title="Call", owner_id=case.archive.person, author_id=case.archive.person,
        opened_on=date(2026, 3, 2),
    )  # fmt: skip
    case.story.do(lambda unit: unit.repository(WORK_RECORD).add(plain))
    core = HandoverCore(store, clock=lambda: case.story.now)
    with pytest.raises(OtherKeys):
        core.units.run(
            case.story.tenant, AUDITOR, lambda unit: unit.personal.redact(WORK_RECORD, plain.id, lambda _: "Dial")
        )


@pytest.mark.parametrize("said", [None, '{"ring": "another", "level": "standard"}', "[[", "{}", '{"ring": 7}'])
@pytest.mark.parametrize("sealed", [True, False])
def test_taking_away_the_name_of_the_ring_hides_nothing(
    store: Driver, ring: KeyRing, sealed: bool, said: str | None
) -> None:
    """Marks are checked by the keys that the store names; where it names none any more, or others, that is a finding."""
    case = Case(Archive(store, ring if sealed else None))
    tenant = case.story.tenant
    case.story.core = HandoverCore(store, clock=lambda: case.story.now, vault=ring)
    case.redact()
    case.change(title=f"Call {NAMED}")
    forged(case)
    with case.story.core.units.unit(tenant, AUDITOR) as unit:
        register = unit.transaction.register(tenant, SPACE, SETTINGS)
        unit.claim()
        if said is None:
            unit.transaction.drop_registers(tenant, [(SPACE, SETTINGS, register.version)])
        else:
            unit.transaction.put_registers(tenant, [Put(SPACE, SETTINGS, said, register.version)])
        unit.commit()
    found = case.story.audit.verify()
    assert [(SETTINGS, 1, UNBOUND)] == broken(found)
    assert {Mark.UNCHECKED} == {each.mark for each in found.redactions}


def test_whoever_was_given_keys_just_now_is_told_of_nothing(store: Driver, ring: KeyRing) -> None:
    """Nothing was ever sealed, and the redactions are older than the keys; renewed keys are the same ring."""
    case = Case(Archive(store, None))
    case.redact()
    case.story.core = HandoverCore(store, clock=lambda: case.story.now, vault=ring)
    assert case.story.audit.verify().sound
    case.archive.changed(name="now something is sealed")
    ring.renew(case.story.tenant, case.archive.person)
    seal = case.story.audit.seal()
    case.archive.changed(name="and again")
    assert case.story.audit.verify([seal]).sound


def test_the_first_redaction_with_keys_names_the_ring(store: Driver, ring: KeyRing, other_ring: KeyRing) -> None:
    """Else another ring could be bound later, and a true redaction would be taken for a forged one."""
    case = Case(Archive(store, None))
    core = HandoverCore(store, clock=lambda: case.story.now, vault=ring)
    case.story.core = core
    case.redact()
    case.story.core = HandoverCore(store, clock=lambda: case.story.now, vault=other_ring)
    with pytest.raises(OtherKeys):
        case.archive.changed(name="sealed with others")
    case.story.core = core
    case.archive.changed(name="sealed")
    found = case.story.audit.verify()
    assert (True, [Mark.MARKED]) == (found.sound, [each.mark for each in found.redactions])


def test_redactions_from_before_the_keys_do_not_crowd_out_what_is_broken(
    store: Driver, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many they are, what comes behind them is met, and named before them; so are redactions after a seal."""
    monkeypatch.setattr(verifying, "MOST_BREAKS", 4)
    monkeypatch.setattr(attesting, "MOST_REDACTIONS", 4)
    archive = Archive(store, None)
    old = sorted((Case(archive) for _ in range(7)), key=lambda each: each.id)
    for each in old[:-1]:
        each.redact()
    archive.story.core = HandoverCore(store, clock=lambda: archive.story.now, vault=ring)
    archive.changed(name="now there are keys")
    seal = archive.story.audit.seal()
    last = old[-1]
    last.redact()
    entry = forged(last, lambda body: {**body, KEYED: "made up"})
    found = archive.story.audit.verify()
    assert [(last.id, entry.version, FORGED)] + [(each.id, 4, UNMARKED) for each in old[:3]] == broken(found)
    assert (6, 8, [last.id] + [each.id for each in old[:3]]) == (
        found.unmarked, found.redacting, [each.id for each in found.redactions],
    )  # fmt: skip
    held = archive.story.audit.verify([seal])
    assert ([(last.id, entry.version, FORGED)], 0) == (broken(held), held.unmarked)
    assert [(last.id, entry.version), (last.id, entry.version - 1)] == [
        (each.id, each.version) for each in held.redactions[:2]
    ]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["add", "bulk", "name", "status", "delete", "redact"]), st.integers(0, 1),
            st.sampled_from([NAMED, f"a {NAMED}", "nobody", NAMED * 2]),
        ),
        min_size=1, max_size=8,
    ),
)  # fmt: skip
def test_true_redactions_verify_whatever_happened(
    store: Driver, ring: KeyRing, steps: list[tuple[str, int, str]]
) -> None:
    """Also of redactions themselves, of deleted people and of bulks; each is listed with a right mark."""
    story: Story = told(store, steps, ring)
    seal = story.audit.seal()
    redacting = 0
    for id_ in sorted({id_ for _, people in story.known for id_ in people}):
        story.do(lambda unit, id_=id_: unit.personal.redact(EMPLOYEE, id_, lambda text: text.replace("P-1", "P-2")))
    found = story.audit.verify([seal])
    with story.core.units.unit(story.tenant, AUDITOR, write=False) as unit:
        redacting = sum(REDACTED in (each.body or "") for each in unit.transaction.history(story.tenant, None, 1000))
    assert (True, redacting, redacting) == (found.sound, found.redacting, len(found.redactions))
    assert {Mark.MARKED} >= {each.mark for each in found.redactions}


def test_the_past_before_a_redaction_is_sound(case: Case) -> None:
    """The entries of that time stand rewritten; what answers for them came later."""
    case.change(title="before")
    core, tenant, before = case.story.core, case.story.tenant, case.story.now
    case.story.now += timedelta(seconds=1)
    case.redact()
    found = core.office(tenant, AUDITOR).known_at(before).audit.verify()
    assert (True, 1) == (found.sound, found.redacting)


def test_the_past_is_verified_with_the_same_keys(case: Case) -> None:
    """At an instant after a redaction it is listed with its mark, and a forged one is named."""
    case.redact()
    case.change(title="it goes on")
    core, tenant = case.story.core, case.story.tenant
    then = core.office(tenant, AUDITOR).known_at(case.story.now).audit.verify()
    assert (True, [Mark.MARKED]) == (then.sound, [each.mark for each in then.redactions])
    entry = forged(case)
    assert [(case.id, entry.version, UNMARKED)] == broken(
        core.office(tenant, AUDITOR).known_at(case.story.now).audit.verify()
    )
