"""The checker that does not know this library finds what `verify` finds, and an export of a store in use is sound."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handover_core.app import HandoverCore
from handover_core.history.changes import Operation
from handover_core.organization.kinds import ABSENCE, EMPLOYEE
from handover_core.organization.model import Absence, Employee
from handover_core.storage import Driver, Kind, MemoryStore, UnitOfWork
from handover_core.values import DateRange
from handover_core_cli.commands.audit import lines_of
from handover_core_keys import KeyRing
from pasts import AUDITOR, stories, told
from worlds import NOTICE, TENANT, Clock

Line = dict[str, Any]
PROGRAM = next(
    folder / "examples" / "check_history.py"
    for folder in Path(__file__).resolve().parents
    if (folder / "examples" / "check_history.py").is_file()
)


def checking(name: str, folder: Path) -> Callable[[list[Line]], bool]:
    """Return what tells whether one of the programs finds something in an export."""
    spec = importlib.util.spec_from_file_location(name, PROGRAM.with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    program = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(PROGRAM.parent)
        spec.loader.exec_module(program)
    path = folder / "history.jsonl"

    def found(lines: list[Line]) -> bool:
        path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
        return bool(program.main(path))

    return found


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[Line]], bool]:
    """Return what tells whether the program that checks everything finds something in an export."""
    return checking("check_history", tmp_path_factory.mktemp("export"))


class Company:
    """A person who was hired and changed, and three who came in a bulk, one of whom was changed and one deleted."""

    def __init__(self, store: Driver) -> None:
        self.clock = Clock()
        self.core = HandoverCore(store, clock=self.clock)
        self.office = self.core.office(TENANT, AUDITOR)
        self.do(lambda unit: unit.repository(EMPLOYEE).add(person("a", "A")))
        self.change("a", "B")
        self.bulk(["e0", "e1", "e2"])
        self.change("e1", "New1")
        self.delete("e2")

    def do(self, fn: Callable[[UnitOfWork], Any]) -> None:
        self.clock.now += timedelta(seconds=1)
        self.core.units.run(TENANT, AUDITOR, fn, "test.change", "because")

    def delete(self, id_: str) -> None:
        self.do(lambda unit: unit.repository(EMPLOYEE).delete(unit.repository(EMPLOYEE).get(id_)))

    def redact_entries(self, kind: Kind[Any]) -> None:
        for batch in self.bulks():
            self.do(lambda unit, batch=batch: unit.personal.redact_bulk(kind, batch, None, without_words))

    def redact_headers(self) -> None:
        for batch in self.bulks():
            self.do(lambda unit, batch=batch: unit.personal.redact_header(batch, without_words))

    def bulks(self) -> list[str]:
        with self.core.units.unit(TENANT, AUDITOR, write=False) as unit:
            found = unit.transaction.history(TENANT, None, 100)
        return [each.id for each in found if each.operation is Operation.BATCH]

    def change(self, id_: str, name: str) -> None:
        self.do(lambda unit: unit.repository(EMPLOYEE).change(unit.repository(EMPLOYEE).get(id_), name=name))

    def bulk(self, ids: list[str]) -> None:
        self.do(lambda unit: unit.repository(EMPLOYEE).add_many([person(id_, f"Old {id_}") for id_ in ids]))

    def lines(self) -> list[Line]:
        return list(lines_of(self.office))


def without_words(text: str) -> str:
    return text.replace("because", "why")


def person(id_: str, name: str) -> Employee:
    return Employee(id=id_, number=id_, name=name)


def in_body(line: Line, old: str, new: str) -> Line:
    assert old in line["body"]
    return {**line, "body": line["body"].replace(old, new)}


def row_of(id_: str) -> Callable[[Line], bool]:
    return lambda line: "row" in line and line["id"] == id_


TAMPERED: dict[str, Callable[[list[Line]], list[Line]]] = {
    "body of a row": lambda lines: [in_body(each, '"B"', '"X"') if row_of("a")(each) else each for each in lines],
    "body of a row of a bulk": lambda lines: [
        in_body(each, "Old e0", "X") if row_of("e0")(each) else each for each in lines
    ],
    "a field that changed since": lambda lines: [
        in_body(each, "New1", "X") if row_of("e1")(each) else each for each in lines
    ],
    "version of a row": lambda lines: [{**each, "version": 7} if row_of("a")(each) else each for each in lines],
    "instant of a row": lambda lines: [{**each, "at": each["at"] + 1} if row_of("a")(each) else each for each in lines],
    "a row of a bulk with its entry": lambda lines: [each for each in lines if each["id"] != "e0"],
    "the header of a bulk": lambda lines: [each for each in lines if each.get("kind") != "batch"],
    "a row": lambda lines: [each for each in lines if not row_of("a")(each)],
    "a row that was deleted": lambda lines: [
        *lines,
        *({**each, "id": "e2"} for each in lines if row_of("e0")(each)),
    ],
    "an operation": lambda lines: [
        {**each, "operation": "update"} if each.get("operation") == "delete" else each for each in lines
    ],
    **{
        f"a header that says {text}": lambda lines, text=text: [
            {**each, "body": text} if each.get("kind") == "batch" else each for each in lines
        ]
        for text in ("{broken", "null", "[]", '{"kind":"employee"}', '{"$bulk":1}')
    },
    **{
        f"a {part} {value!r}": lambda lines, part=part, value=value: [
            {**each, part: value} if each.get("kind") == "batch" else each for each in lines
        ]
        for part in ("id", "version")
        for value in (None, [], {}, 1.5, True)
    },
    "a line without a version": lambda lines: [*lines, {"kind": "employee", "id": "z"}],
    "an entry": lambda lines: [each for each in lines if not (each["id"] == "a" and each["version"] == 1)],
}


@pytest.mark.parametrize("how", TAMPERED)
def test_what_somebody_changed_in_the_data_itself_is_found(
    how: str, broken: Callable[[list[Line]], bool]
) -> None:  # fmt: skip
    lines = Company(MemoryStore()).lines()
    assert not broken(lines)
    assert broken(TAMPERED[how](lines))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=stories(), data=st.data())
def test_every_change_of_every_line_is_found(
    steps: list[tuple[str, int, str]], data: st.DataObject, broken: Callable[[list[Line]], bool]
) -> None:
    """Whatever happened: as it is, the export is sound; without one line, or with one part changed, it is not."""
    story = told(MemoryStore(), steps)
    lines = list(lines_of(story.core.office(story.tenant, AUDITOR)))
    assert not broken(lines)
    if not lines:
        return
    place = data.draw(st.integers(0, len(lines) - 1))
    line = lines[place]
    part = data.draw(st.sampled_from(sorted(line)))
    value = line[part]
    other = value + 1 if isinstance(value, int) else f"{value or ''}x"
    if part == "body":
        body = json.loads(value or "{}")
        other = json.dumps({**body, "name": [["x"], ["y"]] if line.get("operation") == "update" else "x"})
    assert broken([*lines[:place], {**line, part: other}, *lines[place + 1 :]])


@pytest.mark.parametrize("part", ["actor", "command", "reason", "at", "operation", "batch", "format", "head"])
def test_what_is_sealed_excuses_nothing_else(part: str, ring: KeyRing, broken: Callable[[list[Line]], bool]) -> None:
    """A bulk from before there were keys and one from after, changed since; whose first state is told sealed or not."""
    company = Company(MemoryStore())
    company.core = HandoverCore(company.core.units.driver, clock=company.clock, vault=ring)
    company.bulk(["f0", "f1"])
    for id_ in ("e0", "f0", "a"):
        company.change(id_, "New0")
    lines = company.lines()
    assert not broken(lines)
    entries = [place for place, line in enumerate(lines) if "row" not in line]
    for place in entries:
        value = lines[place][part]
        other = value + 1 if isinstance(value, int) else f"{value or ''}x"
        assert broken([*lines[:place], {**lines[place], part: other}, *lines[place + 1 :]]), lines[place]
        if part == "actor":
            both = {**lines[place], part: other, "batch": "none"}
            assert broken([*lines[:place], both, *lines[place + 1 :]]), both


class Busy(MemoryStore):
    """A store to which somebody writes just after a page of its log was read."""

    then: Iterator[Callable[[], None]] = iter(())

    def transaction(self, *, write: bool) -> Any:
        inner = super().transaction(write=write)
        if not write:
            read = inner.history

            def history(*asked: Any) -> Any:
                page = read(*asked)
                Busy.then, rest = iter(()), list(Busy.then)
                for each in rest[:1]:
                    each()
                Busy.then = iter(rest[1:])
                return page

            inner.history = history  # type: ignore[method-assign]
        return inner


def absent(id_: str) -> Absence:
    return Absence(id=id_, employee_id="a", effective=DateRange(NOTICE, NOTICE))


MEANWHILE: dict[str, Callable[[Company], None]] = {
    "a change": lambda it: it.change("a", "C"),
    "a new row": lambda it: it.do(lambda unit: unit.repository(EMPLOYEE).add(person("0", "Zero"))),
    "a deletion": lambda it: it.delete("e0"),
    "a redaction": lambda it: it.do(lambda unit: unit.personal.redact(EMPLOYEE, "a", without_words)),
    "a redaction of a row of a bulk": lambda it: it.do(
        lambda unit: unit.personal.redact(EMPLOYEE, "e0", without_words)
    ),
    "a redaction of the reason of a bulk": lambda it: (it.redact_entries(EMPLOYEE), it.redact_headers())[-1],
    "a bulk": lambda it: it.bulk(["0", "b", "z"]),
    "a bulk of what was read before its header": lambda it: it.do(
        lambda unit: unit.repository(ABSENCE).add_many([absent("1"), absent("2")])
    ),
}


TWICE: dict[str, tuple[Callable[[Company], None], Callable[[Company], None]]] = {
    "a bulk of which a row is deleted": (lambda it: it.bulk(["0", "b", "z"]), lambda it: it.delete("z")),
    "a bulk of which the reason is redacted": (
        lambda it: it.bulk(["0", "b", "z"]),
        lambda it: (it.redact_entries(EMPLOYEE), it.redact_headers())[-1],
    ),
    "a redaction of the reason of a bulk, step by step": (
        lambda it: it.redact_entries(EMPLOYEE), lambda it: it.redact_headers(),
    ),
    "a redaction of what was read before its header": (
        lambda it: it.do(lambda unit: unit.repository(ABSENCE).add_many([absent("1"), absent("2")])),
        lambda it: it.redact_entries(ABSENCE),
    ),
}  # fmt: skip


@pytest.fixture(params=[1, 2, 500])
def paged(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a page of the log hold so many entries."""
    import handover_core.audit.walking as walking  # noqa: PLR0402

    monkeypatch.setattr(walking.history, "__defaults__", (*walking.history.__defaults__[:-1], request.param))  # type: ignore[index]


@pytest.mark.parametrize("how", MEANWHILE)
@pytest.mark.usefixtures("paged")
def test_an_export_of_a_store_in_use_is_sound(how: str, broken: Callable[[list[Line]], bool]) -> None:
    """Whenever somebody writes while it is made: after each page in turn."""
    for after in range(16):
        company = Company(Busy())
        assert not broken(exported(company, (after, MEANWHILE[how]))), after
        assert company.office.audit.verify().sound


@pytest.mark.parametrize("how", TWICE)
@pytest.mark.usefixtures("paged")
def test_an_export_during_which_two_things_happen_is_sound(how: str, broken: Callable[[list[Line]], bool]) -> None:
    """The second one after each page that follows upon the first."""
    first, second = TWICE[how]
    for after, between in product(range(0, 12, 2), range(0, 12, 3)):
        company = Company(Busy())
        assert not broken(exported(company, (after, first), (between, second))), (after, between)
        assert company.office.audit.verify().sound


def test_of_a_stream_that_comes_twice_the_later_one_counts_with_its_row(broken: Callable[[list[Line]], bool]) -> None:
    """What it was before it was deleted is forgotten; a row that stands after the deletion is found."""
    company = Company(MemoryStore())
    before = company.lines()
    company.delete("e0")
    after = company.lines()
    mine = [each for each in after if each["id"] == "e0"]
    assert not broken([*before, *mine])
    assert broken([*before, *mine, *filter(row_of("e0"), before)])
    assert broken([*before, *(each for each in before if each["id"] == "a" and "row" not in each)])


def exported(company: Company, *writes: tuple[int, Callable[[Company], None]]) -> list[Line]:
    """Return an export during which somebody writes, each time after so many pages more were read."""
    steps: list[Callable[[], None]] = []
    for pages, write in writes:
        steps += [*([lambda: None] * pages), partial(write, company)]
    Busy.then = iter(steps)
    lines = company.lines()
    Busy.then = iter(())
    return lines


def test_the_short_program_checks_every_head(store: Driver, tmp_path: Path) -> None:
    """Of entries, thin ones, what a redaction answers for and headers; whatever part of an entry is another one."""
    company, found = Company(store), checking("check_chain", tmp_path)
    lines = company.lines()
    assert not found(lines)
    for place, line in enumerate(lines):
        for part in ("at", "actor", "command", "reason", "format", "head", *(["body"] if line.get("body") else [])):
            if part in line and "row" not in line:
                other = {**line, part: in_json(line[part])}
                assert found([*lines[:place], other, *lines[place + 1 :]]), (line, part)
    company.redact_entries(EMPLOYEE)
    company.redact_headers()
    company.do(lambda unit: unit.personal.redact(EMPLOYEE, "a", without_words))
    lines = company.lines()
    assert not found(lines)
    for place, line in enumerate(lines):
        if line.get("reason") == "why":
            assert found([*lines[:place], {**line, "reason": "because"}, *lines[place + 1 :]]), line


def in_json(value: object) -> object:
    """Return another value of the same type, that can still be read."""
    if isinstance(value, int):
        return value + 1
    text = str(value)
    return text.replace('":', '" :', 1) if text.startswith("{") else f"{text}x"
