"""The example of a receiver keeps a copy that is what the store holds, whatever dies on the way."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest

from handover_core.actor import SYSTEM
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Employee
from handover_core.outbox.rules import OWN
from handover_core.outbox.signing import signed_headers
from handover_core.storage import MemoryStore, Query
from handover_core.storage.codec import from_json
from handover_core_outbox import Webhook
from outbox.crashes import At, Crash, drain, dying
from outbox.kit import BEGINNING, Post
from outbox.test_bulks import bring

ROOT = next(
    folder for folder in Path(__file__).resolve().parents if (folder / "examples").is_dir() and folder.name != "tests"
)
_SPEC = spec_from_file_location("receive_events", ROOT / "examples" / "receive_events.py")
assert _SPEC is not None
example = module_from_spec(_SPEC)
sys.modules[_SPEC.name] = example
_SPEC.loader.exec_module(example)

SECRET = b"between-the-two-of-us"


def stored(post: Post) -> dict[str, Any]:
    """Return the body of everything that the store holds and tells of, by subject."""
    with post.core.units.unit(post.tenant, SYSTEM, write=False) as unit:
        return {
            f"{kind.name}/{quote(row.id, safe='')}": from_json(row.body)
            for kind in KINDS if kind.name not in OWN
            for row in unit.transaction.find(kind, post.tenant, Query())
        }  # fmt: skip


@pytest.mark.parametrize("every", [1, 3, 11, 29])
def test_the_copy_is_what_the_store_holds(every: int) -> None:
    """Relays die after so many steps, one after the other, and each request goes over a real line."""
    post = Post(MemoryStore())
    post.subscribe()
    copy = example.Copy(SECRET)
    server = example.ThreadingHTTPServer(("127.0.0.1", 0), example.handler(copy))
    serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    serving.start()
    try:
        post.receivers["erp"] = Webhook(f"http://127.0.0.1:{server.server_port}/", (SECRET,))
        for round_ in range(4):
            for id_ in ("a", "b", "with / and 王"):
                post.hire(id_) if round_ == 0 else post.rename(id_, f"name {round_}")
            for number in range(1, 60, every):
                with suppress(Crash):
                    dying(post, At(number)).run_once()
                post.clock.pass_by(minutes=2)
        drain(post)
    finally:
        server.shutdown()
        server.server_close()
        serving.join(10)
    assert stored(post) == copy.states
    assert {4} == set(copy.versions.values())


def test_what_came_in_bulk_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """The copy knows what it lacks, keeps no fragments, and is whole once that was sent again."""
    post = Post(MemoryStore())
    post.hire("before")
    post.relay().run_once()
    post.subscribe()
    copy = example.Copy(SECRET)
    post.receivers["erp"] = lambda envelope, /, **_: copy._apply(json.loads(json.dumps(envelope)))
    people = [Employee(id=id_, number=id_, name="Old") for id_ in "abc"]
    post.core.units.run(post.tenant, SYSTEM, lambda unit: unit.repository(EMPLOYEE).add_many(people), "import")
    for id_ in ("b", "before"):
        post.rename(id_, "New")
    post.relay().run_once()
    assert ({}, 3) == (copy.states, len(copy.lacks))
    assert "handover outbox replay copy" in capsys.readouterr().err
    for options, rows in dict(copy.lacks).items():
        asked = {"bulk": options[1]} if options[0] == "--batch" else {"stream": options[1:]}
        assert rows == (3 if "bulk" in asked else 1)
        post.office.outbox.replay("erp", "the copy lacks it", **asked)
    post.relay().run_once()
    assert stored(post) == copy.states
    assert {} == copy.lacks


def told_of_a_bulk(*ids: str) -> tuple[Post, list[dict[str, Any]], str]:
    """Return a company with a bulk and a changed row in it, what arrives from now on, and the id of the bulk."""
    post = Post(MemoryStore())
    receiver = post.subscribe()
    bulk = bring(post, *ids)
    post.rename(ids[0], "New")
    post.office.outbox.replay("erp", "all of it", since=BEGINNING)
    post.relay().run_once()
    return post, receiver.arrived, bulk


def in_order(arrived: list[dict[str, Any]], *, header: int) -> list[dict[str, Any]]:
    """Return the events with the header of the bulk in another place."""
    rows = [each for each in arrived if each["data"]["operation"] != "batch"]
    return [*rows[:header], *(each for each in arrived if each not in rows), *rows[header:]]


@pytest.mark.parametrize("header", range(6))
def test_what_is_here_already_is_not_asked_for(header: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Wherever the header comes among its rows, and however often each of them."""
    post, arrived, _ = told_of_a_bulk(*"abcd")
    copy = example.Copy(SECRET)
    for each in in_order(arrived, header=header):
        copy._apply(each)
        copy._apply(each)
    assert ({}, stored(post)) == (copy.lacks, copy.states)
    assert ("ask for it" in capsys.readouterr().err) == (header < 5)
    for each in arrived:
        copy._apply(each)
    assert ({}, "") == (copy.lacks, capsys.readouterr().err)


def test_rows_count_once_and_known_ones_too() -> None:
    """A row that came by itself, or that a later event told all of, is none that is still to come."""
    _, arrived, bulk = told_of_a_bulk(*"abcd")
    copy, options = example.Copy(SECRET), ("--batch", bulk)
    header = next(each for each in arrived if each["data"]["operation"] == "batch")
    rows = [each for each in arrived if each["data"]["batch"]]
    left = []
    for each in (rows[0], rows[0], header, header, rows[0], rows[1], rows[1], rows[2], rows[3]):
        copy._apply(each)
        left.append(copy.lacks.get(options, 0))
    assert [0, 0, 3, 3, 3, 2, 2, 1, 0] == left
    copy = example.Copy(SECRET)
    copy._apply(header)
    gone = {**rows[0], "streamversion": 9, "data": {**rows[0]["data"], "operation": "delete", "batch": None}}
    for each in (gone, *rows):
        copy._apply(each)
    assert {} == copy.lacks
    assert rows[0]["subject"] not in copy.states


def test_a_request_stays_until_what_raised_it_is_reached() -> None:
    """An earlier version alone is no answer: without the later ones the copy would say what was."""
    post, _, _ = told_of_a_bulk("a")
    post.rename("a", "Newer")
    post.receivers["erp"].arrived.clear()
    post.office.outbox.replay("erp", "all of it", stream=("employee", "a"))
    post.relay().run_once()
    first, second, third = sorted(post.receivers["erp"].arrived, key=lambda each: each["streamversion"])
    copy, lacking = example.Copy(SECRET), {("--stream", "employee", "a"): 1}
    for each, lacks in ((second, lacking), (third, lacking), (second, lacking), (first, lacking), (second, lacking)):
        copy._apply(each)
        assert lacks == copy.lacks
    copy._apply(third)
    assert {} == copy.lacks
    assert "Newer" == copy.states["employee/a"]["name"]


def test_what_nobody_signed_is_not_taken() -> None:
    """Another secret, another body, another day, no headers at all."""
    copy, body = example.Copy(SECRET), b'{"subject":"a"}'
    timestamp, signatures = signed_headers((SECRET,), 1000, body).values()
    forged = signed_headers((b"another",), 1000, body)["Handover-Signature"]
    for given in (
        (timestamp, forged, body, 1000), (timestamp, signatures, b"{}", 1000), (timestamp, signatures, body, 2000),
        ("", "", body, 1000), ("x", "é", body, 1000),
    ):  # fmt: skip
        assert 401 == copy.take(*given)
    assert {} == copy.states
