"""Questions about bulks, about one field, and about what has entries and no state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from handover_core.actor import Actor, Role
from handover_core.audit.model import Entry, Wanted
from handover_core.errors import InvalidInput, NotFound
from handover_core.organization.kinds import EMPLOYEE, ORG_UNIT
from handover_core.organization.model import Employee, OrgUnit
from handover_core.storage import CustomField, Driver
from handover_core.storage.recording import BATCH
from pasts import Story

OWNER = Actor("owner", frozenset({Role.OWNER, Role.HR, Role.AUDITOR}))


def people(*ids: str) -> list[Employee]:
    return [Employee(id=id_, number=id_, name=f"Name {id_}") for id_ in ids]


class Imported(Story):
    """Two bulks of people and one of units at one instant, of whom some changed since, and somebody beside them."""

    def __init__(self, store: Driver) -> None:
        super().__init__(store)
        self.do(lambda unit: unit.repository(EMPLOYEE).add(people("alone")[0]))
        self.do(self._bulks)
        self.do(lambda unit: unit.repository(EMPLOYEE).change(unit.repository(EMPLOYEE).get("b"), name="New"))
        self.do(lambda unit: unit.repository(EMPLOYEE).delete(unit.repository(EMPLOYEE).get("c")))

    def _bulks(self, unit: Any) -> None:
        unit.repository(EMPLOYEE).add_many(people("a", "b", "c"))
        unit.repository(EMPLOYEE).add_many(people("d", "e"))
        unit.repository(ORG_UNIT).add_many([OrgUnit(id="a", code="A", name="A")])

    def headers(self) -> list[Entry]:
        return list(self.audit.search(Wanted(kind="batch")).items)

    def batch_of(self, kind: str, id_: str) -> str:
        (first, *_) = self.audit.search(Wanted(kind=kind, id=id_)).items
        return str(first.batch)


def test_a_header_says_what_came_with_it(store: Driver) -> None:
    story = Imported(store)
    told = [{each.field: (each.before, each.after) for each in header.fields} for header in story.headers()]
    assert sorted((("employee", 3), ("employee", 2), ("org_unit", 1))) == sorted(
        (each["kind"][1][0], each["count"][1][0]) for each in told
    )
    assert {()} == {side[0] for each in told for side in each.values()}
    (header, *_) = story.headers()
    assert [header] == story.audit.entries(BATCH, header.id) == story.audit.who_changed(BATCH, header.id, "count")


@pytest.mark.parametrize("limit", [1, 2, 99])
def test_what_came_with_a_bulk_is_asked_for_by_its_id(store: Driver, limit: int) -> None:
    """As it came, also what was changed or deleted since; nothing that came otherwise, be it at the same instant."""
    story = Imported(store)

    def came(**wanted: Any) -> list[tuple[str, str, int]]:
        found, after = [], None
        while True:
            page = story.audit.search(Wanted(**wanted), limit=limit, after=after)
            found += [(each.kind, each.id, each.version) for each in page.items]
            after = page.next
            if after is None:
                return found

    first = story.batch_of("employee", "b")
    assert [("employee", id_, 1) for id_ in "abc"] == came(batch=first)
    assert [("employee", id_, 1) for id_ in "de"] == came(batch=story.batch_of("employee", "d"))
    assert [("org_unit", "a", 1)] == came(batch=story.batch_of("org_unit", "a"))
    assert [("employee", "b", 1)] == came(batch=first, text="NAME B") == came(batch=first, id="b")
    at = story.headers()[0].at
    for none in ({"kind": "org_unit"}, {"actor": "nobody"}, {"since": at + timedelta(seconds=1)}, {"until": at}):
        assert [] == came(batch=first, **none)
    with pytest.raises(NotFound):
        came(batch="no such bulk")


def test_a_custom_field_is_asked_for_by_its_name_and_a_misspelt_one_is_an_error(store: Driver) -> None:
    story = Story(store)
    office = story.core.office(story.tenant, OWNER)
    for name in ("shoe", "desk", "unused"):
        office.organization.declare_field(CustomField(id=name, kind="employee", name=name))
    office.organization.hire(Employee(id="a", number="1", name="A", custom={"shoe": "42"}))
    story.do(lambda unit: unit.repository(EMPLOYEE).add_many(people("b")))
    for custom in ({"shoe": "43"}, {"shoe": "43", "desk": "1"}, {"desk": "1"}):
        office.organization.change_employee("a", custom=custom)

    def versions(field: str, id_: str = "a") -> list[int]:
        return [each.version for each in office.audit.who_changed(EMPLOYEE, id_, field)]

    assert [1, 2, 4] == versions("custom.shoe")
    assert [3] == versions("custom.desk")
    assert [1, 2, 3, 4] == versions("custom")
    assert [] == versions("custom.unused") == versions("custom.shoe", "b")
    for field in ("nmae", "custom.sheo", "shoe", "name.shoe", "custom."):
        with pytest.raises(InvalidInput) as raised:
            versions(field)
        assert "field.unknown" == raised.value.problems[0].code
    with pytest.raises(NotFound):
        versions("name", "nobody")


def test_of_headers_there_are_entries_and_no_states(store: Driver) -> None:
    story = Imported(store)
    (header, *_) = story.headers()
    for ask in (
        lambda: story.audit.as_of(BATCH, header.id, story.now),
        lambda: story.audit.list_as_of(BATCH, story.now),
        lambda: story.audit.difference(BATCH, header.id, story.known[0][0], story.now),
    ):
        with pytest.raises(InvalidInput) as raised:
            ask()
        assert "kind.stateless" == raised.value.problems[0].code
    past = story.core.office(story.tenant, OWNER).known_at(story.now).audit
    assert story.audit.entries(BATCH, header.id) == past.entries(BATCH, header.id)
    assert story.audit.search(Wanted(batch=header.id)) == past.search(Wanted(batch=header.id))
