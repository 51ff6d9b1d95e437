"""Whole cases in whatever order, on every backend; see `machine` for what must hold."""

from __future__ import annotations

from collections import Counter
from itertools import count
from random import Random

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from handover.driving import drive
from handover.machine import CaseMachine
from handover_core.storage import Driver

COMMANDS = (
    "brief", "accept", "take_over", "return_item", "decline", "hand_on", "assign_receiver", "verify", "walk", "waive",
    "refuse", "leave", "work", "derive", "reschedule", "withdraw", "begin", "leaves", "effect", "complete",
    "ask", "pass_question", "answer", "serve_demand", "record_consent", "state_facts", "settle", "replace_supervisor",
    "appoint_custodian", "name_verifier", "grant_exception", "hand_to_successor", "end_leave",
)  # fmt: skip


def test_whole_cases_keep_what_must_hold(store: Driver) -> None:
    """On every backend, each case in a company of its own, and each can be brought to its end from where it stands."""
    numbers = count(1)
    run_state_machine_as_test(
        lambda: CaseMachine(store, f"t{next(numbers)}", Counter()),
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_every_command_succeeds_many_times_in_such_cases(store: Driver) -> None:
    done: Counter[str] = Counter()
    for seed in range(5):
        drive(CaseMachine(store, f"s{seed}", done), Random(seed), 20)
    assert [] == [name for name in COMMANDS if done[name] < 3], done
