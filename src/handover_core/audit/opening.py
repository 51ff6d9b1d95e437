"""Opens what is sealed in the history, for whoever may read the past."""

from __future__ import annotations

from typing import Any

from handover_core.errors import OtherKeys, Unsealable
from handover_core.history.sealed import MARK
from handover_core.storage import UnitFactory
from handover_core.storage.codec import from_json
from handover_core.storage.personal import Fields
from handover_core.storage.sealing import Sealer, missing
from handover_core.storage.walking import Ask


class Opener:
    """Opens sealed values of all kinds; which fields are personal is read once for each kind."""

    def __init__(self, ask: Ask, units: UnitFactory, tenant: str) -> None:
        self._ask = ask
        self._kinds = units.kinds
        self._tenant = tenant
        self._sealer = Sealer(units.vault, tenant)
        self._fields: dict[str, Fields] = {}
        self._checked = False
        self.lacked = False
        """Whether something was met of which the key is missing."""

    def load(self, kind: str, text: str) -> Any:
        """Return the JSON data of an entry or a row with its sealed values opened; see `Sealer.opened`."""
        data = from_json(text)
        return self.opened(kind, data) if MARK in text else data

    def opened(self, kind: str, data: Any) -> Any:
        """Return JSON data with its sealed values opened; as it is where there are no keys.

        Values of which the key is missing stand as what an erasure leaves. Raises `SealBroken`, and `OtherKeys` where the
        key is missing because the company is sealed with other keys.
        """
        return self._sealer.opened(kind, self._of(kind), data, lost=self._lacks)

    def whole(self, kind: str, data: Any) -> Any:
        """Return the same; raise `Erased` where keys of something in it were destroyed or are missing."""
        return self._sealer.opened(
            kind, (), data, whole=True, lost=self._lacks
        )  # which fields are personal matters where one was erased

    def check_sought(self, body: str | None) -> None:
        """Raise `OtherKeys` where there are no keys and something in a body is sealed: what is sought may stand in it."""
        if body is not None and MARK in body and not self._sealer.seals:
            raise OtherKeys(self._tenant)

    def _lacks(self, error: Unsealable) -> None:
        missing(error)
        if not self._checked:
            self._ask(lambda unit: unit.personal.check_keys())
        self._checked = self.lacked = True

    def _of(self, kind: str) -> Fields:
        if kind not in self._fields:
            known = kind in self._kinds
            self._fields[kind] = self._ask(lambda unit: unit.personal.fields(self._kinds[kind])) if known else ()
        return self._fields[kind]
