"""What a leaver said of themselves, where it once stood beside the entries as their reason: it goes with the person.

Nowadays it stands in the sealed fields alone (decision 32).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from handover_core.handover.kinds import DEPARTURE, HANDOVER
from handover_core.organization.kinds import EMPLOYEE
from handover_core.storage import Eq, Kind, UnitOfWork
from handover_core.storage.walking import Ask

Place = tuple[Kind[Any], str]
Do = Callable[[Callable[[UnitOfWork], int]], int]


def take_out(ask: Ask, do: Do, subject: str) -> None:
    """Empty such reasons in the streams of a person's departures and cases, and their own; before the fields are."""
    for words, places in ask(partial(_said, subject)):
        if ask(partial(_stands, places, words)):
            do(partial(_emptied, places, words))


def _said(subject: str, unit: UnitOfWork) -> list[tuple[str, list[Place]]]:
    departures = unit.repository(DEPARTURE).list(Eq("employee_id", subject))
    cases = unit.repository(HANDOVER).list(Eq("giver_id", subject))
    found: list[tuple[str, list[Place]]] = [
        (each.reason, [(DEPARTURE, each.id), (EMPLOYEE, subject)]) for each in departures
    ]
    found += [(each.refusal_reason, [(HANDOVER, each.id)]) for each in cases]
    return [(words, places) for words, places in found if words]


def _stands(places: list[Place], words: str, unit: UnitOfWork) -> bool:
    return any(change.reason == words for kind, id_ in places for change in unit.changes(kind, id_))


def _emptied(places: list[Place], words: str, unit: UnitOfWork) -> int:
    return sum(len(unit.personal.redact(kind, id_, lambda text: "" if text == words else text)) for kind, id_ in places)
