"""Erasures that are cut off, and those that meet others on their way."""

from __future__ import annotations

from datetime import date
from threading import Thread
from typing import Any

import pytest

from handover_core.app import HandoverCore
from handover_core.retention.model import ErasureState
from handover_core.storage import Driver
from handover_core.storage.personal import pseudonym_of
from handover_core.storage.privacy import Level
from handover_core_keys import KeyRing
from retention.conftest import Past
from retention.kit import DUE, SECRETS, Cut, Cutting, everything, refusal, stopped_before_the_keys, told


@pytest.mark.parametrize("landed", [False, True], ids=["before", "after"])
def test_an_erasure_goes_on_wherever_it_was_cut_off(store: Driver, ring: KeyRing, landed: bool) -> None:
    """Before and after every commit and the destruction of the keys; the end is the same."""
    for step in range(20):
        past = Past(store, ring, f"cut-{step}")
        told(past)
        cutting = Cutting(past, ring, step, landed=landed)
        try:
            past.office(on=DUE).retention.apply()
            finished = True
        except Cut:
            finished = False
        cutting.mend()
        past.office(on=DUE).retention.apply()
        assert [each.state for each in past.office().retention.erasures()] == [ErasureState.DESTROYED]
        assert [each for each in SECRETS if each in everything(past)] == []
        assert ring.person(past.tenant, past.id("0024")) is None
        if finished:
            assert past.office("0006").audit.verify().sound
            break
    assert finished
    assert step >= 6


def test_several_who_apply_the_plan_at_once_erase_everybody_once(past: Past) -> None:
    """Whoever comes second finds that it was begun, goes on with it, or finds nothing to do."""
    told(past)
    past.gone("0021")
    failures: list[BaseException] = []

    def work() -> None:
        try:
            past.office(on=DUE).retention.apply()
        except BaseException as error:  # noqa: BLE001 - shown below
            failures.append(error)

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    found = past.office().retention.erasures()
    assert {each.subject_id for each in found} == {past.id("0024"), past.id("0021")}
    assert [each.state for each in found] == [ErasureState.DESTROYED] * 2
    assert [each for each in SECRETS if each in everything(past)] == []
    assert past.office("0006").audit.verify().sound


def test_a_hold_placed_meanwhile_stops_an_erasure_before_the_keys_go(past: Past, ring: KeyRing) -> None:
    """What was overwritten stays so; the keys, and with them the history, are kept for the court."""
    told(past)
    colleague = past.id("0024")
    erasure = stopped_before_the_keys(past, ring)
    past.office("0006").retention.place_hold("court", employee_id=colleague)
    assert refusal(lambda: past.office(on=DUE).retention.go_on(erasure.id)) == "retention.stopped"
    (waiting,) = past.office(on=DUE).retention.apply().waiting
    assert "court" in waiting.why.en
    (todo,) = [each for each in past.office().my_todo() if each.room == "retention"]
    assert (todo.action, todo.id, todo.title) == ("go_on", erasure.id, pseudonym_of(colleague))
    assert [each for each in past.office("0003").my_todo() if each.room == "retention"] == []
    assert ring.person(past.tenant, colleague) is not None


def test_an_erasure_that_ends_while_files_are_cleaned_is_not_called_cleaned(
    past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bytes came into what was clean already; the next clean-up takes them."""
    told(past)
    past.gone("0021")
    schema = past.world.core.units.driver.schema
    real = type(schema).compact

    def meanwhile(self: Any) -> Any:
        done = real(self)
        past.office(on=DUE).retention.erase(past.id("0021"), "asked")
        return done

    past.gone()
    past.office(on=DUE).retention.erase(past.id("0024"), "asked")
    with monkeypatch.context() as slow:
        slow.setattr(type(schema), "compact", meanwhile)
        past.office(on=date(2022, 1, 1)).retention.apply(compact=True)
    assert {ErasureState.DESTROYED} == {
        each.state for each in past.office().retention.erasures() if each.subject_id == past.id("0021")
    }


@pytest.mark.parametrize("level", list(Level))
def test_what_is_written_at_the_moment_when_the_keys_go_goes_with_them(past: Past, ring: KeyRing, level: Level) -> None:
    """What is overwritten after that leaves nothing where something was sealed, and the history stays sound."""
    past.office("0001").privacy.set_level(level)
    told(past)

    class Late:
        def destroy(self, tenant: str, subject: str) -> None:
            if subject == past.id("0024"):
                past.world.core.units.vault = ring
                past.world.system.organization.change_employee(subject, phone="13977776666")
            ring.destroy(tenant, subject)

        def __getattr__(self, name: str) -> Any:
            return getattr(ring, name)

    office = past.office(on=DUE)
    past.world.core.units.vault = Late()  # type: ignore[assignment]
    office.retention.apply()
    assert past.person().phone is None
    without = HandoverCore(past.world.core.units.driver).office(past.tenant, past.office("0006").desk.actor)
    for audit in (past.office("0006").audit, without.audit):
        assert () == audit.verify().breaks


def test_an_erasure_stands_for_itself(past: Past) -> None:
    """Destroyed keys cannot be rolled back, so it is no part of a larger unit."""
    told(past)
    with past.office(on=DUE).together("test") as office:
        assert refusal(lambda: office.retention.erase(past.id("0024"), "x")) == "retention.not_together"
