"""Use cases of the privacy room: at which level personal data is kept, and what becomes of it where keys are lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from attrs import evolve

from handover_core.actor import Role
from handover_core.desk import Desk, Room
from handover_core.errors import Contention, InvalidInput, Refused
from handover_core.guards import lacks_role
from handover_core.storage import Kind, UnitOfWork, Vault
from handover_core.storage.chunks import chunks
from handover_core.storage.encoding import to_micros
from handover_core.storage.privacy import Level, Settings, begun_anew, blinds_of
from handover_core.storage.walking import PAGE, Ask, ids_of
from handover_core.texts import Rule, Text

TOUCHED = 100
"""How many rows one unit writes anew."""
PASSES = 10
"""How often units that began before are caught up with."""
COMMAND = "privacy.set_level"
ANEW = "privacy.begin_anew"
RECORDED_ON = "company"
"""The kind of the aggregate on which a beginning with other keys is recorded."""

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
NOTHING_LOST = Rule(
    "privacy.nothing_lost",
    Text(
        "These are the company's keys, or it has none: there is nothing to be given up.",
        "所用即为公司密钥，或公司尚无密钥：没有需要放弃的内容。",
    ),
    Text("Go on with them.", "请继续使用。"),
)
OUTLIVED = Rule(
    "privacy.outlived",
    Text(
        "{where} holds personal values of somebody whose keys were destroyed: they cannot be sealed.",
        "{where} 中仍有密钥已销毁者的个人信息，无法封存。",
    ),
    Text(
        "Erase them (handover retention apply), where a hold keeps them once it is released; then set the level again.",
        "请先删除（handover retention apply；有保全的，待解除后），再重新设置级别。",
    ),
)
NO_COMPANY = Rule(
    "privacy.no_company",
    Text("The company is not stored, so that this could not be recorded.", "尚未登记公司，无法记录此操作。"),
    Text("Store the company first (handover init --name).", "请先登记公司（handover init --name）。"),
)

ErasedPersons = Callable[[Ask, Vault, str], Sequence[str]]
"""Returns who of a company was erased with their keys and is not known as such by a vault."""


class PrivacyService(Room):
    """How the personal data of one company is kept. Only HR and the owner may ask, only the owner may change it."""

    def __init__(self, desk: Desk, erased: ErasedPersons) -> None:
        super().__init__(desk)
        self._erased = erased

    def level(self) -> Level:
        """Return the level that is kept by everything stored; raise `Refused`, also at a desk of the past.

        Where a custom field has become personal at level strict, that is standard until `set_level` is called again.
        """
        self._only_now()
        return self._settings().level

    def changing(self) -> Level | None:
        """Return the level to which everything is being brought, by a call that goes on or was cut off; else None."""
        self._only_now()
        return self._settings().towards

    def set_level(self, level: Level, reason: str | None = None) -> int:
        """Keep personal data at another level and return how many rows were written anew; each gets a new version.

        New writes keep to it from the start, and `changing` says so; `level` names it when all rows do. Where it was
        interrupted, it goes on when it is called again. A unit of another process that is under way all the time may
        still store rows as before: calling it again finds these.

        Raises `Refused` for others than the owner, for a core without keys, where another call began to change it to
        something else meanwhile, and where something stands in the clear about persons whose keys were destroyed: it
        cannot be sealed, and only an erasure, which heeds holds and mentions, takes it. Raises `OtherKeys` for a core with
        other keys than those that the store is sealed with, `Contention` where others stored rows as before all the time.
        """
        vault = self._owners_vault()
        if self._do(partial(_bound, level, vault), reason) and not self._any_odd():
            return 0
        self._do(partial(_begun, level, vault), reason)
        count = 0
        for _ in range(PASSES):
            written = sum(self._anew(kind, reason) for kind in self.desk.units.kinds)
            if not written:
                self._do(partial(_ended, level), reason)
                return count
            count += written
        raise Contention

    def begin_anew(self, reason: str) -> int:
        """Begin with the keys of this core, since the company's own are lost; return of how many rows was given up.

        What was sealed with lost keys can be read by nobody: values of the past stand as an erasure would leave them. At
        level standard the state is readable and stays. **At level strict the personal values of today go too**: rows
        that cannot be opened are left as an erasure would leave them, for ever, also if the keys are found later. The
        beginning is recorded on the company with the reason. With the company's own keys, of which some are missing,
        the same is done for the rows of those persons. Where it was cut off, it goes on when it is called again.
        Whoever was erased before has no keys among the new ones either, so that nothing personal about them comes back.

        Raises `Refused` for others than the owner, without keys, where nothing is lost (and no change of the level was
        cut off), and where no company is stored to record it on; `InvalidInput` without a reason; `SealBroken` where a
        value of today was tampered with, before anything is given up: what somebody changed is not lost.
        """
        vault = self._owners_vault()
        if not reason.strip():
            raise InvalidInput.at("reason", "reason.missing", "is missing", "不能为空")
        lost = sum(len(ids) for kind in self.desk.units.kinds for ids in self._pages(_lost, kind))
        # At level standard before the beginning, and at strict once the rows can be read: it can be begun again there.
        if self.desk.ask(partial(_may_begin_anew, vault, lost)):
            self._destroy_erased(vault)
        level: Level = self.desk.do(ANEW, partial(_anew_begun, vault, lost), reason)
        count = 0
        for kind in self.desk.units.kinds:
            for ids in self._pages(_lost, kind):
                for some in chunks(ids, TOUCHED):
                    count += self.desk.do(ANEW, partial(_given_up, kind, some), reason)
        if self.desk.ask(_is_with_other_keys):
            self._destroy_erased(vault)
        self.set_level(level, reason)
        return count

    def _owners_vault(self) -> Vault:
        """Return the keys of this core; raise `Refused` for others than the owner, and where there are none."""
        refusal = lacks_role(self.desk.actor, Role.OWNER)
        if refusal is not None:
            raise refusal
        vault = self.desk.units.vault
        if vault is None:
            raise Refused(NO_VAULT)
        return vault

    def _destroy_erased(self, vault: Vault) -> None:
        for subject in self._erased(self.desk.ask, vault, self.desk.tenant):
            vault.destroy(self.desk.tenant, subject)

    def _settings(self) -> Settings:
        refusal = lacks_role(self.desk.actor, Role.HR, Role.OWNER, Role.AUDITOR)
        if refusal is not None:
            raise refusal
        found: Settings = self.desk.ask(lambda unit: unit.personal.settings)
        return found

    def _do(self, fn: Any, reason: str | None) -> Any:
        return self.desk.do(COMMAND, fn, reason)

    def _any_odd(self) -> bool:
        return any(ids for kind in self.desk.units.kinds for ids in self._pages(_odd, kind))

    def _anew(self, kind: Kind[Any], reason: str | None) -> int:
        """Write those rows of a kind anew that are not kept as they should be."""
        count = 0
        for ids in self._pages(_odd, kind):
            for some in chunks(ids, TOUCHED):
                self._do(partial(_rewrite, kind, some), reason)
            count += len(ids)
        return count

    def _pages(self, asked: Any, kind: Kind[Any]) -> Iterator[list[str]]:
        """Return the ids of rows of a kind for which is ``asked``, page by page."""
        return ids_of(self.desk.ask, partial(asked, kind)) if kind.subject else iter(())


def _bound(level: Level, vault: Vault, unit: UnitOfWork) -> bool:
    """Bind a company to its keys; tell whether the level is kept already, so that nothing may be left to do."""
    unit.personal.check_keys()
    found = unit.personal.settings
    if (found.level, found.towards) != (level, None):
        return False
    _keep(unit, evolve(found, ring=vault.id), vault)
    return True


def _keep(unit: UnitOfWork, settings: Settings, vault: Vault) -> None:
    """Keep settings; where rows may be sealed, they tell from then on with which key digests are made."""
    if settings.sealed and not settings.blinds:
        settings = evolve(settings, blinds=blinds_of(partial(vault.blind, unit.tenant)))
    if settings != unit.personal.settings:
        unit.personal.keep(settings)


def _begun(level: Level, vault: Vault, unit: UnitOfWork) -> None:
    unit.personal.check_keys()
    _keep(unit, evolve(unit.personal.settings, ring=vault.id, level=Level.STANDARD, towards=level), vault)


def _ended(level: Level, unit: UnitOfWork) -> None:
    found = unit.personal.settings
    if found.writes is not level:
        raise Refused(OVERTAKEN)
    unit.personal.keep(evolve(found, level=level, towards=None))


def _anew_begun(vault: Vault, lost: int, unit: UnitOfWork) -> Level:
    """Bind a company to other keys; return the level that it is brought back to. ``lost`` is how many rows lost some."""
    found = unit.personal.settings
    same = _is_same(unit, vault)
    _refuse_anew(unit, lost, same=same)
    companies = unit.repository(unit.kinds[RECORDED_ON])
    for company in companies.list():
        companies.touch(company)
    anew = found.anew if same else begun_anew(to_micros(unit.now), partial(vault.blind, unit.tenant))
    blinds = blinds_of(partial(vault.blind, unit.tenant)) if found.sealed else ""
    settings = evolve(found, ring=vault.id, anew=anew, blinds=blinds)
    if found.sealed:
        settings = evolve(settings, level=Level.STANDARD, towards=found.writes)
    unit.personal.keep(settings)
    return found.writes


def _may_begin_anew(vault: Vault, lost: int, unit: UnitOfWork) -> bool:
    """Tell whether a company may begin with other keys and its rows can be read with them; raise `Refused`."""
    found = unit.personal.settings
    _refuse_anew(unit, lost, same=_is_same(unit, vault))
    return found.ring != vault.id and not found.sealed


def _is_with_other_keys(unit: UnitOfWork) -> bool:
    """Tell whether a company has begun anew. With its own keys `retention.apply` destroys keys, and heeds holds."""
    return unit.personal.settings.anew is not None


def _is_same(unit: UnitOfWork, vault: Vault) -> bool:
    found = unit.personal.settings
    if found.ring != vault.id:
        return False
    return not found.blinds or found.blinds == blinds_of(partial(vault.blind, unit.tenant))


def _refuse_anew(unit: UnitOfWork, lost: int, *, same: bool) -> None:
    found = unit.personal.settings
    if not found.ring or (same and not lost and found.towards is None):
        raise Refused(NOTHING_LOST)
    if not unit.repository(unit.kinds[RECORDED_ON]).list():
        raise Refused(NO_COMPANY)


def _lost(kind: Kind[Any], after: str | None, unit: UnitOfWork) -> tuple[list[str], str | None]:
    return unit.personal.lost(kind, after, PAGE)


def _given_up(kind: Kind[Any], ids: list[str], unit: UnitOfWork) -> int:
    return unit.personal.give_up(kind, ids)


def _rewrite(kind: Kind[Any], ids: list[str], unit: UnitOfWork) -> None:
    for aggregate in unit.repository(kind).get_many(ids).values():
        if unit.personal.gone(kind, aggregate):
            raise Refused(OUTLIVED, where=f"{kind.name} {aggregate.id}")
        unit.replace(kind, aggregate, touch=True, aside=True)


def _odd(kind: Kind[Any], after: str | None, unit: UnitOfWork) -> tuple[list[str], str | None]:
    return unit.personal.odd(kind, after, PAGE)
