"""Use cases of the privacy room: at which level personal data is kept."""

from __future__ import annotations

from functools import partial
from typing import Any

from handover_core.actor import Role
from handover_core.desk import Room
from handover_core.errors import Refused
from handover_core.guards import lacks_role
from handover_core.storage import Kind, UnitOfWork
from handover_core.storage.privacy import SETTINGS, SPACE, Level, Settings, settings_of
from handover_core.storage.walking import PAGE
from handover_core.texts import Rule, Text

TOUCHED = 100
"""How many rows one unit writes anew."""

NO_VAULT = Rule(
    "privacy.no_vault",
    Text("Nothing is sealed here: the core was opened without keys.", "未提供密钥库，此处未封存任何信息。"),
    Text("Open the core with a vault: HandoverCore(store, vault=…).", "请以密钥库打开：HandoverCore(store, vault=…)。"),
)


class PrivacyService(Room):
    """How the personal data of one company is kept. Only HR and the owner may ask, only the owner may change it."""

    def level(self) -> Level:
        """Return the level at which personal data is kept; raise `Refused`."""
        refusal = lacks_role(self.desk.actor, Role.HR, Role.OWNER, Role.AUDITOR)
        if refusal is not None:
            raise refusal
        found: Settings = self.desk.ask(_settings)
        return found.level

    def set_level(self, level: Level, reason: str | None = None) -> int:
        """Keep personal data at another level and return how many rows were written anew; each gets a new version.

        New writes keep to it from the start. A unit of another process that is under way may still store rows as
        before: calling it again finds these. Where it was interrupted, it goes on when it is called again. Raises
        `Refused` for others than the owner, and for a core without keys, `OtherKeys` for one with other keys than those
        that the store is sealed with.
        """
        refusal = lacks_role(self.desk.actor, Role.OWNER)
        if refusal is not None:
            raise refusal
        vault = self.desk.units.vault
        if vault is None:
            raise Refused(NO_VAULT)

        def decide(unit: UnitOfWork) -> None:
            unit.check_keys()
            register = unit.transaction.register(unit.tenant, SPACE, SETTINGS)
            found = settings_of(register)
            wanted = Settings(found.ring or vault.id, level)
            if found != wanted:
                unit.claim()
                unit.transaction.put_registers(
                    unit.tenant, [wanted.put(None if register is None else register.version)]
                )

        self.desk.do("privacy.set_level", decide, reason)
        return sum(self._anew(kind, reason) for kind in self.desk.units.kinds)

    def _anew(self, kind: Kind[Any], reason: str | None) -> int:
        """Write those rows of a kind anew that are not kept as they should be."""
        count, after = 0, None
        while kind.subject:
            ids, after = self.desk.ask(partial(_odd, kind, after))
            for start in range(0, len(ids), TOUCHED):
                self.desk.do("privacy.set_level", partial(_rewrite, kind, ids[start : start + TOUCHED]), reason)
            count += len(ids)
            if after is None:
                break
        return count


def _settings(unit: UnitOfWork) -> Settings:
    return settings_of(unit.transaction.register(unit.tenant, SPACE, SETTINGS))


def _rewrite(kind: Kind[Any], ids: list[str], unit: UnitOfWork) -> None:
    for aggregate in unit.repository(kind).get_many(ids).values():
        unit.replace(kind, aggregate, touch=True, aside=True)


def _odd(kind: Kind[Any], after: str | None, unit: UnitOfWork) -> tuple[list[str], str | None]:
    return unit.odd(kind, after, PAGE)
