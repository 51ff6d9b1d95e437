"""Use cases of the privacy room: at which level personal data is kept."""

from __future__ import annotations

from functools import partial
from typing import Any

from attrs import evolve

from handover_core.actor import Role
from handover_core.desk import Room
from handover_core.errors import Contention, Refused
from handover_core.guards import lacks_role
from handover_core.storage import Kind, UnitOfWork
from handover_core.storage.privacy import Level, Settings
from handover_core.storage.walking import PAGE
from handover_core.texts import Rule, Text

TOUCHED = 100
"""How many rows one unit writes anew."""
PASSES = 10
"""How often units that began before are caught up with."""
COMMAND = "privacy.set_level"

NO_VAULT = Rule(
    "privacy.no_vault",
    Text("Nothing is sealed here: the core was opened without keys.", "未提供密钥库，此处未封存任何信息。"),
    Text("Open the core with a vault: HandoverCore(store, vault=…).", "请以密钥库打开：HandoverCore(store, vault=…)。"),
)
OVERTAKEN = Rule(
    "privacy.overtaken",
    Text("Meanwhile somebody began to keep personal data at another level.", "期间有人开始更改为另一保护级别。"),
    Text("Look at the level, and set it again.", "请查看当前级别后重新设置。"),
)


class PrivacyService(Room):
    """How the personal data of one company is kept. Only HR and the owner may ask, only the owner may change it."""

    def level(self) -> Level:
        """Return the level that is kept by everything stored; raise `Refused`."""
        return self._settings().level

    def changing(self) -> Level | None:
        """Return the level to which everything is being brought, by a call that goes on or was cut off; else None."""
        return self._settings().towards

    def set_level(self, level: Level, reason: str | None = None) -> int:
        """Keep personal data at another level and return how many rows were written anew; each gets a new version.

        New writes keep to it from the start, and `changing` says so; `level` names it when all rows do. Where it was
        interrupted, it goes on when it is called again. A unit of another process that is under way all the time may
        still store rows as before: calling it again finds these. What stands in the clear about persons whose keys were
        destroyed becomes what an erasure leaves, now and in the past.

        Raises `Refused` for others than the owner, for a core without keys, and where another call began to change it
        to something else meanwhile; `OtherKeys` for one with other keys than those that the store is sealed with;
        `Contention` where others stored rows as before all the time.
        """
        refusal = lacks_role(self.desk.actor, Role.OWNER)
        if refusal is not None:
            raise refusal
        vault = self.desk.units.vault
        if vault is None:
            raise Refused(NO_VAULT)
        ring = vault.id
        if self._do(partial(_bound, level, ring), reason) and not self._any_odd():
            return 0
        self._do(partial(_begun, level, ring), reason)
        count = 0
        for _ in range(PASSES):
            written = sum(self._anew(kind, reason) for kind in self.desk.units.kinds)
            if not written:
                self._do(partial(_ended, level), reason)
                return count
            count += written
        raise Contention

    def _settings(self) -> Settings:
        refusal = lacks_role(self.desk.actor, Role.HR, Role.OWNER, Role.AUDITOR)
        if refusal is not None:
            raise refusal
        found: Settings = self.desk.ask(lambda unit: unit.privacy)
        return found

    def _do(self, fn: Any, reason: str | None) -> Any:
        return self.desk.do(COMMAND, fn, reason)

    def _any_odd(self) -> bool:
        return any(ids for kind in self.desk.units.kinds for ids in self._odd(kind))

    def _anew(self, kind: Kind[Any], reason: str | None) -> int:
        """Write those rows of a kind anew that are not kept as they should be."""
        count = 0
        for ids in self._odd(kind):
            for start in range(0, len(ids), TOUCHED):
                self._do(partial(_rewrite, kind, ids[start : start + TOUCHED]), reason)
            count += len(ids)
        return count

    def _odd(self, kind: Kind[Any]) -> Any:
        """Yield the ids of rows of a kind that are not kept as they should be, page by page."""
        after = None
        while kind.subject:
            ids, after = self.desk.ask(partial(_odd, kind, after))
            yield ids
            if after is None:
                return


def _bound(level: Level, ring: str, unit: UnitOfWork) -> bool:
    """Bind a company to its keys; tell whether the level is kept already, so that nothing may be left to do."""
    unit.check_keys()
    found = unit.privacy
    if (found.level, found.towards) != (level, None):
        return False
    if not found.ring:
        unit.keep_privacy(evolve(found, ring=ring))
    return True


def _begun(level: Level, ring: str, unit: UnitOfWork) -> None:
    unit.check_keys()
    unit.keep_privacy(Settings(ring, Level.STANDARD, towards=level))


def _ended(level: Level, unit: UnitOfWork) -> None:
    found = unit.privacy
    if found.writes is not level:
        raise Refused(OVERTAKEN)
    unit.keep_privacy(evolve(found, level=level, towards=None))


def _rewrite(kind: Kind[Any], ids: list[str], unit: UnitOfWork) -> None:
    for aggregate in unit.repository(kind).get_many(ids).values():
        gone = unit.gone(kind, aggregate)
        if gone:
            unit.forget(kind, aggregate.id, *gone)
        else:
            unit.replace(kind, aggregate, touch=True, aside=True)


def _odd(kind: Kind[Any], after: str | None, unit: UnitOfWork) -> tuple[list[str], str | None]:
    return unit.odd(kind, after, PAGE)
