"""Relays as processes of their own, killed with SIGKILL again and again while people work."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import monotonic, sleep

import pytest

from conftest import close, open_store
from handover_core.app import HandoverCore
from handover_core.organization.model import Employee
from handover_core.outbox.model import Subscription
from outbox.crashes import assert_arrived
from outbox.hooks import Hook, listening
from outbox.kit import OWNER, TENANT

RELAYS, KILLS = 3, 6


@pytest.fixture
def hook() -> Iterator[Hook]:
    with listening() as found:
        yield found


def started(folder: Path) -> subprocess.Popen[bytes]:
    """Start `handover outbox run` on the store in a folder."""
    words = ["--store", f"sqlite:///{folder / 'handover.db'}", "--tenant", TENANT, "outbox", "run"]
    return subprocess.Popen(
        [sys.executable, "-m", "handover_core_cli.main", *words, "--interval", "0.1", "--lease", "2"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def seen(hook: Hook) -> int:
    """Return how many different events have come."""
    return len({json.loads(body)["id"] for _, body in list(hook.came)})


def awaited(hook: Hook, count: int) -> None:
    """Wait until so many different events have come."""
    end = monotonic() + 60
    while seen(hook) < count:
        assert monotonic() < end, "the relays stand still"
        sleep(0.005)


def test_killed_relays_lose_nothing(tmp_path: Path, hook: Hook) -> None:
    """Every event arrives, first arrivals in order; what came twice is marked and the same."""
    store = open_store("sqlite", tmp_path)
    office = HandoverCore(store).office(TENANT, OWNER)
    office.outbox.subscribe(Subscription(id="s", code="erp", endpoint=hook.url, timeout=1))
    dice, streams = Random(7), dict.fromkeys("abcdefgh", 0)
    relays = [started(tmp_path) for _ in range(RELAYS)]
    try:
        for kill in range(KILLS):
            for id_ in streams:
                streams[id_] += 1
                if kill == 0:
                    office.organization.hire(Employee(id=id_, number=id_, name="Somebody"))
                else:
                    office.organization.change_employee(id_, name=f"name {kill}")
                sleep(dice.uniform(0, 0.02))
            awaited(hook, seen(hook) + 1)  # somebody is at work
            victim = relays.pop(0)
            victim.kill()
            victim.wait()
            relays.append(started(tmp_path))
        awaited(hook, sum(streams.values()))
    finally:
        for relay in relays:
            relay.kill()
            relay.wait()
    close(store)
    assert_arrived([json.loads(body) for _, body in hook.came], streams)
