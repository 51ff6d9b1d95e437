"""Where an address in a text ends: what stands behind it is no part of it, and names whom it names."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from handover_core.organization.kinds import POSITION
from handover_core.organization.model import Duty, Position, PositionVersion
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import RecordDocument
from handover_core.retention.mentions import Identity
from handover_core.retention.people import People
from handover_core.storage import Kind, UnitOfWork
from handover_core.storage.personal import pseudonym_of
from retention.conftest import Past
from retention.kit import DUE, everything
from worlds import FOUNDED

NAME = "Colleague of acme"
LINK = f"https://docs.test/{NAME}.pdf"
PERSON = Identity.of((NAME, "0035"), numbers=("0035",))

BEHIND = [
    '<a href="https://crm.acme.test/17">{}</a>', "<a href='https://crm.acme.test/17'>{}</a>", "<https://x.test>{}",
    "&lt;https://x.test&gt;{}", "[{}](https://x.test)", "[site](https://x.test),{}", "(https://x.test){}",
    "[https://x.test]({})", "https://x.test({})", "https://x.test,{}",
    "https://x.test;{}", "https://x.test|{}|left",
    "https://x.test\\{}", "https://x.test`{}`", "'https://x.test'{}", "**https://x.test**{}",
    '{{"url":"https://x.test","number":"{}"}}', "(https://x.test):{}", "https://x.test/a_(b),{}", "https://x.test/a,（{}）",
    "https://x.test？，{}", "https://[::1]/x,{}", "FTP+ssh://x.test/a?b=c#d,{}",
]  # fmt: skip

NO_NUMBER = {"https://x.test\\{}", "https://x.test({})"}
"""Behind a backslash a bare number is part of a path, and in brackets that follow an address one of the address."""


@pytest.mark.parametrize("text", BEHIND)
def test_what_stands_behind_an_address_is_found_and_redacted(text: str) -> None:
    """In HTML, Markdown, JSON, lists; names and bare numbers."""
    for word in (NAME, "0035"):
        written = text.format(word)
        if word == "0035" and text in NO_NUMBER:
            continue
        assert PERSON.named_in(written)
        assert PERSON.replaceable_in(written)
        assert text.format("P-1") == PERSON.replaced(written, "P-1")
        assert People({"p": PERSON}).named_in(json.dumps([written], ensure_ascii=False)) == ["p"]


@pytest.mark.parametrize(
    "text",
    [
        "https://x.test/Wang.pdf", "see (https://x.test/Wang.pdf).", "https://x.test/a_(Wang)_b", "https://Wang@x.test/",
        "https://x.test/a_(b)/Wang", "https://x.test:80/~Wang", "https://x.test/?a=1&b=Wang#c", "https://x.test/O'Brien/Wang",
        "https://x.test/*/Wang", "'https://x.test/Wang'", "https://x.test/[Wang]", "http://[::1]/Wang", "file:///Wang",
        "https://x.test/a:Wang!", "https://x.test/a$+Wang",
    ],
)  # fmt: skip
def test_what_stands_inside_an_address_stays(text: str) -> None:
    """Brackets that it opens and closes itself are part of it."""
    wang = Identity.of(("Wang",))
    assert wang.named_in(text)
    assert not wang.replaceable_in(text)
    assert text == wang.replaced(text, "P-1")


@pytest.mark.parametrize("text", ["https://x.test/a.", "https://x.test/a:", "https://x.test/'", "https://x.test/!"])
def test_signs_that_close_an_address_are_no_part_of_it(text: str) -> None:
    """A name that begins with such a sign does not reach into it."""
    sign = text[-1]
    assert f"{text[:-1]}P-1" == Identity.of((f"{sign} Wang",)).replaced(f"{text} Wang", "P-1")


def test_an_erasure_waits_for_a_name_behind_an_address(past: Past) -> None:
    """A redaction takes it out and leaves the link."""
    link = '<a href="https://crm.acme.test/17">{}</a>'
    record = past.world.record("Visit", owner="0017", body=link.format(NAME)).id
    past.gone()
    retention = past.office(on=DUE).retention
    assert {False} == {each.fixed for each in retention.mentions(past.id("0024")).found}
    assert [past.id("0024")] == [each.employee_id for each in retention.apply().waiting]
    retention.redact("work_record", record, past.id("0024"), "asked")
    pseudonym = pseudonym_of(past.id("0024"))
    stored = past.world.system.desk.ask(lambda unit: unit.repository(WORK_RECORD).get(record))
    assert link.format(pseudonym) == stored.body
    assert ((), 1) == ((applied := retention.apply()).waiting, len(applied.erasures))
    assert NAME not in everything(past)


@pytest.mark.parametrize(
    "write", ["update ho_change set body = ? where id = ?", "update ho_work_record set body = ? where id = ?"]
)
def test_an_address_in_what_nobody_can_read_is_not_called_fixed(in_file: Past, tmp_path: Path, write: str) -> None:
    """Where it ends cannot be told there: an approver decides about it."""
    record = in_file.world.record("Other", owner="0017").id
    in_file.gone()
    with closing(sqlite3.connect(tmp_path / "h.db")) as connection, connection:
        connection.execute(write, (f"{{broken https://x.test/{NAME}", record))
    retention = in_file.office(on=DUE).retention
    (found,) = retention.mentions(in_file.id("0024")).found
    assert (record, "(unreadable)", False) == (found.id, found.field, found.fixed)
    assert [in_file.id("0024")] == [each.employee_id for each in retention.apply().waiting]


def test_what_is_fixed_hides_nothing_that_is_free_in_the_same_list(past: Past) -> None:
    """Of two duties the first has the name in an address alone: the second one is found in the past all the same."""
    duties = (Duty(key="a", title=LINK), Duty(key="b", title=f"Deputy of {NAME}"), Duty(key="c", title=f"With {NAME}"))
    described = PositionVersion(effective_from=FOUNDED, title="X", duties=duties)
    position = Position(id="p", code="PX", descriptions=(described,))
    desk = past.world.system.desk
    desk.do("test", lambda unit: unit.repository(POSITION).add(position))
    only = (evolve(described, duties=duties[:1]),)
    change = partial(_change, kind=POSITION, id_="p", descriptions=only)
    desk.do("test", change)
    of_past = [each for each in past.office().retention.mentions(past.id("0024")).found if each.version == 1]
    assert [False, True] == [each.fixed for each in of_past]
    assert {"descriptions.duties.title"} == {each.field for each in of_past}
    _assert_waits(past, "position", "p")


def test_of_two_documents_the_free_title_is_found_behind_the_fixed_one(past: Past) -> None:
    """Also where both addresses are words by which something is found: they are reported once."""
    documents = (
        RecordDocument(title=LINK, uri=LINK), RecordDocument(title=f"Plan of {NAME}", uri=f"files/{NAME}"),
    )  # fmt: skip
    record = past.world.record("Visit", owner="0017").id
    for some in (documents, documents[:1]):
        change = partial(_change, kind=WORK_RECORD, id_=record, documents=some)
        past.world.system.desk.do("test", change)
    found = past.office().retention.mentions(past.id("0024")).found
    assert [("documents.title", False), ("documents.title", True), ("documents.uri", True)] == sorted(
        (each.field, each.fixed) for each in found if each.version == 2
    )
    _assert_waits(past, "work_record", record)


def _change(unit: UnitOfWork, kind: Kind[Any], id_: str, **values: object) -> None:
    unit.repository(kind).change(unit.repository(kind).get(id_), **values)


def _assert_waits(past: Past, kind: str, id_: str) -> None:
    """Check that an erasure waits until what is free was redacted, and not for what is in addresses."""
    past.gone()
    retention = past.office(on=DUE).retention
    assert [past.id("0024")] == [each.employee_id for each in retention.apply().waiting]
    retention.redact(kind, id_, past.id("0024"), "asked")
    assert {True} == {each.fixed for each in retention.mentions(past.id("0024")).found}
    assert retention.apply().waiting == ()
    assert f"of {NAME}" not in everything(past)
