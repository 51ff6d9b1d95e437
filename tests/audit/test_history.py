"""The past is read as it was, and whoever changes it is found out."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve
from bson import Int64
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counting import Counting
from handover_core.actor import Actor, Role
from handover_core.app import HandoverCore, Office
from handover_core.audit.model import Entry, Wanted
from handover_core.errors import InvalidInput, NotFound, Refused
from handover_core.history.checkpoints import Leaf, root_of
from handover_core.ids import new_id
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.storage import Change, Driver, Eq, MemoryStore
from handover_core.storage.encoding import folded
from handover_core.storage.recording import BATCH
from handover_core_mongo import MongoStore
from pasts import AUDITOR, Story, Tamperer, stories, told
from worlds import TENANT, World

KEY = b"a key that signs seals"


def office(store: Driver, tenant: str = TENANT) -> Office:
    return HandoverCore(store).office(tenant, AUDITOR)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=stories())
def test_every_past_state_is_read_as_it_was(store: Driver, steps: list[tuple[str, int, str]]) -> None:
    """Aggregates and lists, at every instant, bulks and deletions included; and the whole verifies."""
    story = told(store, steps)
    everybody = {id_ for _, people in story.known for id_ in people}
    for instant, people in story.known:
        assert list(people.values()) == sorted(
            story.audit.list_as_of(EMPLOYEE, instant).found, key=lambda person: list(people).index(person.id)
        )
        for id_ in everybody:
            assert people.get(id_) == story.audit.as_of(EMPLOYEE, id_, instant).found
    assert story.audit.verify().sound
    assert story.audit.verify([story.audit.seal(key=KEY)], key=KEY).sound


def test_a_list_of_the_past_is_filtered_as_one_of_today(store: Driver) -> None:
    story = told(store, [("add", 0, "one"), ("bulk", 1, "two"), ("name", 0, "two")])
    before, after = story.known[2][0], story.known[3][0]
    assert 1 == len(story.audit.list_as_of(EMPLOYEE, before, Eq("name", "two")).found)
    assert 2 == len(story.audit.list_as_of(EMPLOYEE, after, Eq("name", "two")).found)


def test_what_was_known_a_moment_ago_may_still_grow(store: Driver) -> None:
    """Units that began before it may be on their way; the answer says so."""
    story = told(store, [("add", 0, "one")])
    assert not story.audit.list_as_of(EMPLOYEE, story.now).final
    assert story.audit.list_as_of(EMPLOYEE, story.now - timedelta(hours=1)).final


def test_who_changed_a_field_when_and_why(store: Driver) -> None:
    story = told(store, [("add", 0, "one"), ("status", 0, "a@b"), ("name", 0, "other")])
    (person,) = story.known[-1][1].values()
    first, last = story.audit.who_changed(EMPLOYEE, person.id, "name")
    assert ("auditor", "test.change", "because", 3) == (last.actor, last.command, last.reason, last.version)
    names = [(each.field, each.before, each.after) for each in last.fields]
    assert ("name", ("one",), ("other",)) in names
    assert {"name", "qualifications"} == {field for field, _, _ in names}
    changed = story.audit.difference(EMPLOYEE, person.id, story.known[2][0], story.known[3][0]).found
    assert ({"name", "qualifications"}, [["one"], ["other"]]) == (set(changed), changed["name"])
    assert 1 == first.version
    with pytest.raises(NotFound):
        story.audit.entries(EMPLOYEE, "nobody")


def test_the_log_is_asked_by_actor_command_period_and_text_page_by_page(store: Driver) -> None:
    world = World(store)
    world.record("Visit Müller")
    audit = office(store).audit
    everything = list(audit.search(Wanted(), limit=10_000).items)
    paged, after = [], None
    while True:
        page = audit.search(Wanted(), limit=7, after=after)
        paged += page.items
        after = page.next
        if after is None:
            break
    assert everything == paged
    assert [world.id("0017")] == [each.actor for each in audit.search(Wanted(text="MÜLLER")).items]
    opened = audit.search(Wanted(command="records.open_record", kind="work_record")).items
    assert 1 == len(opened)
    for wanted in (Wanted(kind="employee"), Wanted(kind="employee", id=world.id("0017")), Wanted(kind="zebra"),
                   Wanted(id=world.id("0017")), Wanted(kind="assignment", actor="nobody")):  # fmt: skip
        expected = [each for each in everything if wanted.kind in {None, each.kind} and wanted.id in {None, each.id}]
        expected = [each for each in expected if wanted.actor in {None, each.actor}]
        found, after = [], None
        while True:
            page = audit.search(wanted, limit=2, after=after)
            found += page.items
            after = page.next
            if after is None:
                break
        assert expected == found
    assert () == audit.search(Wanted(since=opened[0].at + timedelta(days=1))).items
    assert len(everything) == len(audit.search(Wanted(until=opened[0].at + timedelta(days=1)), limit=10_000).items)
    with pytest.raises(InvalidInput):
        audit.search(Wanted(), after="nonsense")


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=stories(), data=st.data(), size=st.integers(1, 3))
def test_every_part_of_a_question_and_every_page_is_answered_as_the_list_is_filtered(
    store: Driver, steps: list[tuple[str, int, str]], data: st.DataObject, size: int
) -> None:
    """The entries of all streams one by one are the model; bulks and deletions are among them."""
    story = told(store, steps)
    everything = [entry for stream in streams_of(story) for entry in stream]
    instants = [entry.at for entry in everything] + [story.now + timedelta(days=1)]
    wanted = Wanted(
        actor=data.draw(st.sampled_from([None, "auditor", "nobody"])),
        kind=data.draw(st.sampled_from([None, "employee", "batch"])),
        id=data.draw(st.sampled_from([None, *(entry.id for entry in everything)])),
        command=data.draw(st.sampled_from([None, "test.change", "TEST.CHANGE"])),
        since=data.draw(st.sampled_from([None, *instants])), until=data.draw(st.sampled_from([None, *instants])),
        text=data.draw(st.sampled_from([None, "BECAUSE", *(word for _, _, word in steps)])),
    )  # fmt: skip
    expected = [entry for entry in everything if holds(entry, wanted)]
    found, after = [], None
    while True:
        page = story.audit.search(wanted, limit=size, after=after)
        found += page.items
        after = page.next
        assert len(page.items) == size or after is None
        if after is None:
            break
    if wanted.text is None:
        assert expected == found
    else:
        assert set(map(place_of, found)) <= set(map(place_of, expected))
        assert [entry for entry in expected if folded(wanted.text) in folded(entry.reason or "")] == [
            entry for entry in found if folded(wanted.text) in folded(entry.reason or "")
        ]


def place_of(entry: Entry) -> tuple[str, str, int]:
    return entry.kind, entry.id, entry.version


def streams_of(story: Story) -> Iterator[list[Entry]]:
    """Yield the entries of every stream, by kind and id, read one stream at a time."""
    for kind, id_ in sorted({(change.kind, change.id) for change in entries(story)}):
        yield story.audit.entries(BATCH if kind == "batch" else EMPLOYEE, id_)


def holds(entry: Entry, wanted: Wanted) -> bool:
    """Tell whether an entry answers a question, but for its text."""
    return (
        all(
            getattr(wanted, name) in {None, getattr(entry, name)} for name in ("actor", "kind", "id", "command")
        )
        and (wanted.since is None or wanted.since <= entry.at)
        and (wanted.until is None or entry.at < wanted.until)
    )  # fmt: skip


@pytest.mark.parametrize("many", [3, 300])
def test_a_page_of_answers_is_one_statement_however_long_the_log_is(store: Driver, many: int) -> None:
    """Its length is that of the page, and the whole page is read at once; other people's entries stay where they are."""
    counting = Counting(store)
    story = told(counting, [("bulk", 0, "one")])  # type: ignore[arg-type]
    for part in range(0, many, 100):
        people = [Employee(id=new_id(), number=new_id(), name="x") for _ in range(min(100, many - part))]
        story.do(lambda unit, people=people: unit.repository(EMPLOYEE).add_many(people))
    other = Actor("other", frozenset({Role.AUDITOR}))
    with story.core.units.unit(story.tenant, other, "test.rename") as unit:
        for person in unit.repository(EMPLOYEE).list()[-3:]:
            unit.repository(EMPLOYEE).change(person, name="y")
        unit.commit()
    counting.reads.clear()
    page = story.audit.search(Wanted(actor="other", since=story.known[0][0]), limit=2)
    assert (["name"] * 2, True) == ([each.field for entry in page.items for each in entry.fields], bool(page.next))
    assert {"history": 1} == counting.reads


@pytest.mark.parametrize("wanted", [Wanted(kind="a\0"), Wanted(actor="\ud800"), Wanted(id="\0"), Wanted(command="\0")])
def test_what_no_store_can_hold_is_no_question(store: Driver, wanted: Wanted) -> None:
    story = told(store, [("add", 0, "one")])
    with pytest.raises(InvalidInput):
        story.audit.search(wanted)
    with pytest.raises(InvalidInput):
        story.audit.search(Wanted(), limit=0)
    cursor = base64.urlsafe_b64encode(b'["employee","\\u0000",1]').decode()
    with pytest.raises(InvalidInput):
        story.audit.search(Wanted(), after=cursor)
    cursor = base64.urlsafe_b64encode(b'["z","z",1000000000000000000000]').decode()
    assert () == story.audit.search(Wanted(), after=cursor).items


def test_only_those_who_may_read_the_past(store: Driver) -> None:
    world = World(store)
    with pytest.raises(Refused):
        world.office("0017").audit.verify()
    assert world.office("0001").audit.verify().sound


@pytest.fixture
def tampered(store: Driver) -> Iterator[tuple[Story, Tamperer, str, str]]:
    """Yield a story of two people in a store whose tables can be reached, and who may be tampered with."""
    if isinstance(store, MemoryStore):
        pytest.skip("memory has no tables that a stranger could reach")
    story = told(
        store, [("add", 0, "one"), ("bulk", 1, "two"), ("name", 0, "uno"), ("name", 1, "due"), ("name", 0, "x")]
    )
    ids = sorted(story.known[-1][1].values(), key=lambda person: person.version)
    return story, Tamperer(store, story.tenant), ids[1].id, ids[0].id


CHANGES = {
    "operation ": "rewritten",
    "body": '{"name":[["one"],["Uno"]]}', "actor": "somebody", "command": "other", "reason": "none", "at": 7,
    "head": "0" * 64, "operation": "insert", "format": 2,
}  # fmt: skip


@pytest.mark.parametrize("field", CHANGES)
def test_every_changed_field_of_an_entry_is_found(tampered: tuple, field: str) -> None:
    """The entry is named, or the one after it where the chain breaks there."""
    story, tamperer, edited, _ = tampered
    value: Any = CHANGES[field]
    field = field.strip()
    if isinstance(value, int):
        value = Int64(value) if isinstance(tamperer._store, MongoStore) else value
    tamperer.change(edited, 2, {field: value})
    (found, *_) = story.audit.verify().breaks
    assert (edited, True) == (found.id, found.version in {2, 3})


def entries(story: Story) -> list[Change]:
    with story.core.units.unit(story.tenant, AUDITOR, write=False) as unit:
        return unit.transaction.history(story.tenant, None, 1000)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=stories(), data=st.data())
def test_no_byte_can_be_changed_nothing_removed_inserted_or_swapped(
    store: Driver, steps: list[tuple[str, int, str]], data: st.DataObject
) -> None:
    """Whatever somebody does to the stored entries, by writing to the database, `verify` finds it."""
    if isinstance(store, MemoryStore):
        pytest.skip("memory has no tables that a stranger could reach")
    story = told(store, [("add", 0, "first"), ("name", 0, "second"), *steps])
    stored = entries(story)
    tamperer = Tamperer(store, story.tenant)
    change = data.draw(st.sampled_from(stored))
    how = data.draw(st.sampled_from(["byte", "remove", "insert", "swap"]))
    if how == "byte":
        field = data.draw(st.sampled_from(["body", "actor", "command", "reason", "head"]))
        text = getattr(change, field)
        if text is None:
            return
        place = data.draw(st.integers(0, len(text) - 1))
        other = data.draw(st.sampled_from('ax0Z"}é').filter(lambda each: each != text[place]))
        tamperer.change(change.id, change.version, {field: text[:place] + other + text[place + 1 :]})
    elif how == "remove":
        tamperer.remove(change.id, change.version)
    elif how == "insert":
        last = max(each.version for each in stored if each.id == change.id)
        tamperer.insert(change._replace(version=last + data.draw(st.integers(1, 2))))
    else:
        other = data.draw(st.sampled_from(stored))
        if (other.body, other.actor, other.head) == (change.body, change.actor, change.head):
            return
        for one, two in ((change, other), (other, change)):
            tamperer.change(one.id, one.version, {"body": two.body, "head": two.head, "batch": two.batch})
    assert not story.audit.verify().sound


def test_of_several_broken_entries_the_first_is_named(tampered: tuple) -> None:
    story, tamperer, edited, _ = tampered
    for version in (3, 1):
        tamperer.change(edited, version, {"actor": "somebody"})
    assert [(edited, 1)] == [(each.id, each.version) for each in story.audit.verify().breaks]


@pytest.mark.parametrize("version", [1, 2])
def test_a_removed_entry_is_found(tampered: tuple, version: int) -> None:
    story, tamperer, edited, _ = tampered
    tamperer.remove(edited, version)
    assert edited in {each.id for each in story.audit.verify().breaks}


def test_a_changed_row_is_found_and_so_is_one_that_vanished_or_nobody_recorded(tampered: tuple) -> None:
    story, tamperer, edited, bulk = tampered
    kept = story.known[-1][1][edited]
    with story.core.units.unit(story.tenant, AUDITOR, write=False) as unit:
        body = unit.transaction.get(EMPLOYEE, story.tenant, edited).body
    tamperer.row(edited, {"body": body.replace('"name":"x"', '"name":"y"')})
    assert [(edited, kept.version)] == [(each.id, each.version) for each in story.audit.verify().breaks]
    tamperer.row(edited, {"body": body})
    assert story.audit.verify().sound
    later = 2**53
    tamperer.row(edited, {"changed_at": Int64(later) if isinstance(tamperer._store, MongoStore) else later})
    assert [(edited, kept.version)] == [(each.id, each.version) for each in story.audit.verify().breaks]
    tamperer.row(bulk, None)
    assert bulk in {each.id for each in story.audit.verify().breaks}


def test_a_whole_stream_that_was_taken_out_is_missed_by_its_bulk_and_by_the_seal(tampered: tuple) -> None:
    story, tamperer, edited, bulk = tampered
    seal = story.audit.seal()
    for id_, versions in ((edited, (1, 2, 3)), (bulk, (1, 2))):
        tamperer.row(id_, None)
        for version in versions:
            tamperer.remove(id_, version)
    assert ["batch"] == [each.kind for each in story.audit.verify().breaks]
    assert {edited, bulk} <= {each.id for each in story.audit.verify([seal]).breaks}


def test_a_cut_off_end_is_caught_by_the_seal(tampered: tuple) -> None:
    """The last entry gone and the row set back: the chain is whole, and the older seal knows better."""
    story, tamperer, edited, _ = tampered
    before = story.core.office(story.tenant, AUDITOR).audit.as_of(EMPLOYEE, edited, story.known[3][0])
    seal = story.audit.seal(key=KEY)
    changes = []
    with story.core.units.unit(story.tenant, AUDITOR, write=False) as unit:
        changes = unit.changes(EMPLOYEE, edited)
        body = unit.transaction.get(EMPLOYEE, story.tenant, edited).body
    tamperer.remove(edited, 3)
    set_back = {"version": 2, "head": changes[1].head, "body": body.replace('"name":"x"', '"name":"uno"')}
    set_back["changed_at"] = changes[1].at
    if isinstance(tamperer._store, MongoStore):
        set_back |= {"version": Int64(2), "changed_at": Int64(changes[1].at)}
    tamperer.row(edited, set_back)
    assert before.found is not None
    assert story.audit.verify().sound
    assert [(edited, 3)] == [(each.id, each.version) for each in story.audit.verify([seal], key=KEY).breaks]


@pytest.mark.parametrize("key", [b"", b"k", b"fifteen bytes.."])
def test_a_key_that_others_can_guess_signs_no_seal(store: Driver, key: bytes) -> None:
    """An empty file, say."""
    story = told(store, [("add", 0, "one")])
    with pytest.raises(InvalidInput) as raised:
        story.audit.seal(key=key)
    assert "seal.key" == raised.value.problems[0].code


@pytest.mark.parametrize("how", ["add", "bulk"])
def test_what_came_in_a_bulk_is_asked_for_like_everything_else(store: Driver, how: str) -> None:
    """By text and by field, as it came, also once it was changed or deleted; a bulk's entry holds none of it itself."""
    story = told(store, [(how, 0, "One"), (how, 1, "Two"), ("name", 1, "Deux"), (how, 2, "Three"), ("delete", 2, "")])
    for word in ("One", "Two", "Three"):
        (found, *_) = story.audit.search(Wanted(text=word.upper(), kind="employee")).items
        assert (1, [word]) == (found.version, [each.after[0] for each in found.fields if each.field == "name"])
    everybody = {id_ for _, people in story.known for id_ in people}
    firsts = [story.audit.who_changed(EMPLOYEE, id_, "name")[0] for id_ in everybody]
    assert {"One", "Two", "Three"} == {
        field.after[0] for each in firsts for field in each.fields if field.field == "name"
    }
    assert {1} == {each.version for each in firsts}


def test_a_seal_that_was_changed_is_refused(store: Driver) -> None:
    """Its root must follow from its leaves, and its signature from the key."""
    story = told(store, [("add", 0, "one"), ("add", 1, "two")])
    seal = story.audit.seal(key=KEY)
    for other in (
        evolve(seal, root="0" * 64), evolve(seal, leaves=seal.leaves[1:]), evolve(seal, signature="0" * 64),
        evolve(seal, tenant="other"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput):
            story.audit.verify([other], key=KEY)
    with pytest.raises(InvalidInput):
        story.audit.verify([seal], key=b"another")


@given(number=st.integers(0, 40))
def test_the_root_is_that_of_the_published_tree(number: int) -> None:
    """RFC 6962, section 2.1: the left subtree holds the largest power of two that is smaller than all."""
    from hashlib import sha256

    leaves = [Leaf("employee", str(place), place, "0" * 64) for place in range(number)]

    def node(part: list[Leaf]) -> bytes:
        if len(part) == 1:
            words = (part[0].kind, part[0].id, str(part[0].version), part[0].head)
            return sha256(b"\0" + b"".join(b"%d:%b" % (len(word), word.encode()) for word in words)).digest()
        half = 1 << (len(part) - 1).bit_length() - 1
        return sha256(b"\1" + node(part[:half]) + node(part[half:])).digest()

    expected = node(leaves) if leaves else sha256().digest()
    assert expected.hex() == root_of(leaves)
