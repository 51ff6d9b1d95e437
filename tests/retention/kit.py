"""A company with much about one colleague, what is stored of it, and power that goes off at a step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from attrs import evolve

from handover_core.app import Office
from handover_core.errors import Refused
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE
from handover_core.organization.model import Absence
from handover_core.retention.model import Category, Erasure, ErasureState, Verdict
from handover_core.storage import CustomField, Query
from handover_core.texts import Lang
from handover_core.values import DateRange, Document
from handover_core_keys import KeyRing
from retention.conftest import Past

MAY = date(2023, 8, 1)
DUE = date(2024, 8, 1)
SECRETS = ("Colleague of", '"0024"', "colleague@acme.test", "13912345678", "体检", "Passport", "Elm Street 5")

_ALL = Query(limit=10_000)


def told(past: Past) -> str:
    """Store much about the colleague, let them leave, and return a record they wrote."""
    organization = past.world.system.organization
    organization.declare_field(CustomField(id=past.world.new_id(), kind="employee", name="home", personal=True))
    person = past.person()
    custom = {"home": "Elm Street 5"}
    past.world.system.desk.do(
        "test",
        lambda unit: unit.repository(EMPLOYEE).save(
            evolve(person, email="colleague@acme.test", phone="13912345678", custom=custom)
        ),
    )
    stay = DateRange(date(2021, 5, 1), date(2021, 5, 4))
    organization.book_absence(Absence(id=past.world.new_id(), employee_id=person.id, effective=stay, note="体检"))
    record = past.world.record(
        "Visit", owner="0024", documents=(Document(title="Passport.pdf", uri="file:///Passport.pdf"),)
    )
    past.world.system.records.close_record(record.id)
    past.gone()
    return record.id


def everything(past: Past) -> str:
    """Return the bodies and columns of all rows and the whole history, as text."""

    def read(unit: Any) -> str:
        rows = [row.body for kind in KINDS for row in unit.transaction.find(kind, unit.tenant, _ALL)]
        log = [f"{each.body} {each.reason}" for each in unit.transaction.history(unit.tenant, None, 10_000)]
        return "\n".join((*rows, *log))

    return past.world.system.desk.ask(read)


def verdicts(office: Office, employee_id: str) -> dict[Category, Verdict]:
    return {each.category: each.verdict for each in office.retention.standing(employee_id)}


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as raised:
        act()
    for lang in Lang:
        assert raised.value.message(lang)
        assert raised.value.remedy(lang)
        assert "{" not in raised.value.message(lang) + raised.value.remedy(lang)
    return raised.value.rule.code


class Cut(Exception):
    """The power went off."""


class Cutting:
    """Ends the work of a core at its n-th step: a unit that is committed, or the destruction of the keys."""

    def __init__(self, past: Past, vault: KeyRing, after: int, *, landed: bool) -> None:
        self._vault = vault
        self._left = after
        self._landed = landed
        self._units = past.world.core.units
        self._run = self._units.run
        self._units.vault = self
        self._units.run = self.run  # type: ignore[method-assign]

    def run(self, *args: Any, **more: Any) -> Any:
        return self._step(lambda: self._run(*args, **more))

    def destroy(self, tenant: str, subject: str) -> None:
        self._step(lambda: self._vault.destroy(tenant, subject))

    def mend(self) -> None:
        self._units.run = self._run  # type: ignore[method-assign]
        self._units.vault = self._vault

    def _step(self, act: Callable[[], Any]) -> Any:
        self._left -= 1
        if self._left >= 0:
            return act()
        if self._landed:
            act()
        raise Cut

    def __getattr__(self, name: str) -> Any:
        return getattr(self._vault, name)


def stopped_before_the_keys(past: Past, ring: KeyRing) -> Erasure:
    """Leave the colleague's erasure where its rows are overwritten and the keys are there."""

    class Late:
        def __getattr__(self, name: str) -> Any:
            return getattr(ring, name)

        def destroy(self, tenant: str, subject: str) -> None:
            if subject == past.id("0024"):
                raise Cut
            ring.destroy(tenant, subject)

    past.world.core.units.vault = Late()
    with pytest.raises(Cut):
        past.office(on=DUE).retention.erase(past.id("0024"), "asked")
    past.world.core.units.vault = ring
    (erasure,) = past.office().retention.erasures()
    assert erasure.state is ErasureState.OVERWRITTEN
    return erasure
