"""What a unit of work does so that nothing personal stands readable where it must not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, NoReturn, cast

from attrs import evolve

from handover_core.errors import AlreadyExists, Contention, OtherKeys, UnitClosed
from handover_core.history.difference import difference
from handover_core.history.redaction import PLACE
from handover_core.history.sealed import Words
from handover_core.storage.codec import from_json, to_json
from handover_core.storage.custom import CustomField
from handover_core.storage.driver import Row, Transaction, Write
from handover_core.storage.kinds import Kind
from handover_core.storage.opening import Unkeyed, UnkeyedTransaction
from handover_core.storage.personal import Body, Fields, custom_of
from handover_core.storage.privacy import SETTINGS, SPACE, Level, Settings, blinds_of, settings_of
from handover_core.storage.sealing import Lost, Sealer, missing
from handover_core.storage.strict import Strictness, StrictTransaction
from handover_core.storage.vault import Vault


class Safekeeping:
    """Seals what one unit records; without a vault it sees to it that none was used before.

    ``writing`` returns the unit's transaction once it has begun to write, ``custom`` the tenant's custom fields of a
    kind, ``written`` a write of a row that is open.
    """

    def __init__(
        self, vault: Vault | None, tenant: str, *, writing: Callable[[], Transaction],
        custom: Callable[[str], Sequence[CustomField]], written: Callable[[Kind[Any], Row], Write],
    ) -> None:  # fmt: skip
        self._vault = vault
        self._tenant = tenant
        self._writing = writing
        self._custom = custom
        self._written = written
        self._sealer = Sealer(vault, tenant)
        self._known: Settings | None = None
        self._checked: Settings | None = None
        self._bound = False
        self._inner: Transaction | None = None
        self._strict: StrictTransaction | None = None

    def opening(self, transaction: Transaction) -> Transaction:
        """Return a transaction in which what stands sealed in the state is open, or is not asked for without keys."""
        self._inner = transaction
        vault = self._vault
        if vault is None:
            unkeyed = Unkeyed(tenant=self._tenant, sealed=lambda: self.settings.sealed, fields=self.fields)
            return cast("Transaction", UnkeyedTransaction(transaction, unkeyed))
        ways = Strictness(
            tenant=self._tenant,
            sealer=self._sealer,
            settings=self._keyed_settings,
            fields=self.fields,
            written=self._written,
            blind=vault.blind,
        )
        self._strict = StrictTransaction(transaction, ways)
        return cast("Transaction", self._strict)

    def leave(self) -> None:
        """Let go of the unit, which is over: it must not wait for the collector with all that it has read."""
        self._writing, self._custom, self._written = _over, _over, _over
        self._inner = self._strict = None

    def odd(self, kind: Kind[Any], after: str | None, limit: int) -> tuple[list[str], str | None]:
        """Return which of the next rows are not kept as the level says, and the id after which to go on, if any."""
        return ([], None) if self._strict is None else self._strict.odd(kind, self._tenant, after, limit)

    def closed(self, kind: Kind[Any], old: Row) -> Row:
        """Return a row as the history is to tell it that goes: with what only tokens tell whose keys were destroyed."""
        found = None if self._strict is None else self._strict.closed.get((kind.name, old.id))
        return old if found is None or found[0] != old.version else old._replace(body=found[1])

    def is_closed(self, kind: Kind[Any], id_: str, version: int) -> bool:
        """Tell whether the row of this version was read here, with tokens in it whose keys were destroyed."""
        found = None if self._strict is None else self._strict.closed.get((kind.name, id_))
        return found is not None and found[0] == version

    def prepare(self, kind: Kind[Any], bodies: Iterable[tuple[str, Body]]) -> None:
        """Make the keys that many bodies (each with its id) will need, in one round."""
        if not self._sealer.seals:
            return
        found = list(bodies)
        fields = self.fields(kind, custom=any(body.get("custom") for _, body in found))
        self._sealer.prepare(fields, found)

    def beneath(self, transaction: Transaction) -> Transaction:
        """Return the driver's own transaction, in which rows are as they are stored."""
        return transaction if self._inner is None else self._inner

    def confirm(self) -> None:
        """Raise `Erased` where somebody about whom something was sealed here was erased since."""
        self._sealer.confirm()

    @property
    def opens(self) -> bool:
        """Whether there are keys to open with."""
        return self._sealer.seals

    def opened(self, kind: Kind[Any], body: Any, *, whole: bool = False, lost: Lost = missing) -> Any:
        """Return JSON data of the past with its sealed values opened, as far as there are keys; see `Sealer.opened`."""
        return self._sealer.opened(kind.name, self.fields(kind), body, whole=whole, lost=lost)

    def sealed_again(self, kind: Kind[Any], id_: str, body: Body) -> Body:
        """Return a body that is going with all that is personal in it sealed; what is sealed in it stays as it is."""
        return self._sealer.sealed(kind.name, self.fields(kind), id_, body, going=True, tokens=True)

    def reworded(self, kind: Kind[Any], text: str, replaced: Words) -> str:
        """Return the text of a body or an entry with its texts replaced; see `Sealer.reworded`."""
        return to_json(self._sealer.reworded(kind.name, from_json(text), replaced))

    def fields(self, kind: Kind[Any], *, custom: bool = True) -> Fields:
        """Return the personal fields of a kind, with the tenant's custom ones unless nothing has custom values."""
        if not custom or not kind.subject:
            return kind.personal
        names = [each.name for each in self._custom(kind.name) if each.personal]
        return (*kind.personal, *custom_of(names, kind.subject))

    def sealed(self, kind: Kind[Any], id_: str, dumped: Body, body: str, *, going: bool = False) -> Body | None:
        """Return a body as it reaches the history, or None where nothing in it is personal and it goes as it is."""
        if not dumped.get("custom") and not any(map(dumped.get, kind.personal_names)):
            return None
        fields = [each for each in self.fields(kind, custom=bool(dumped.get("custom"))) if dumped.get(each.steps[0])]
        if not fields:
            return None
        self._bind()
        plain = from_json(body)
        sealed = self._sealer.sealed(kind.name, fields, id_, plain, going=going, tokens=going)
        return None if sealed is plain else sealed

    def gone(self, kind: Kind[Any], id_: str, body: Body) -> tuple[str, ...]:
        """Return the persons of whom something stands in a body although their keys were destroyed."""
        return self._sealer.gone(self.fields(kind), id_, body)

    def left_out(self, kind: Kind[Any], id_: str) -> bool:
        """Tell, once, whether what an entry says of the past of an aggregate lacks a value that outlived its keys."""
        return self._sealer.left_out(kind.name, id_)

    def is_erased(self, subject: str) -> bool:
        """Tell whether the keys of a person were destroyed."""
        return self._sealer.is_erased(subject)

    def check(self) -> None:
        """Raise `OtherKeys` where the store is sealed with other keys than these, or with some and these are none.

        So it is where these are its keys as they were before the one came that its digests are made with.
        """
        found, vault = self.settings, self._vault
        if found is self._checked:
            return
        if found.ring not in {"", self._mine}:
            raise OtherKeys(self._tenant)
        if vault is not None and found.blinds and found.blinds != blinds_of(partial(vault.blind, self._tenant)):
            raise OtherKeys(self._tenant)
        self._checked = found

    def keep(self, settings: Settings) -> None:
        """Put other settings in the place of those that stand; raise `Contention` where somebody came first."""
        transaction = self._writing()
        found = transaction.register(self._tenant, SPACE, SETTINGS)
        if settings_of(found) != self.settings:
            raise Contention
        if settings != self.settings:
            try:
                transaction.put_registers(self._tenant, [settings.put(None if found is None else found.version)])
            except AlreadyExists as error:
                raise Contention from error
        self._known = settings

    def unsettle(self) -> None:
        """Say of a company at level strict that it is on its way there: some rows may hold what became personal now."""
        if self.settings.level is Level.STRICT:
            self.keep(evolve(self.settings, level=Level.STANDARD, towards=self.settings.writes))

    @property
    def _mine(self) -> str:
        return "" if self._vault is None else self._vault.id

    def _keyed_settings(self) -> Settings:
        """Return the settings; raise `OtherKeys` before anything is sealed, or asked by digest, with other keys."""
        if self.settings.sealed:
            self.check()
        return self.settings

    def _bind(self) -> None:
        """See to it that the store is sealed with these keys; raise `OtherKeys` where it is sealed with others."""
        if self._bound:
            return
        self._writing()
        if not self.settings.ring and self._mine:
            self.keep(evolve(self.settings, ring=self._mine))
        self.check()
        self._bound = True

    def mark(self, text: str) -> str | None:
        """Return the keyed mark of a redaction, None where there are no keys; raise `OtherKeys` where others are used.

        Also without keys in a company that has some: what nobody could tell from a forgery is not written.
        """
        self._bind()
        return None if self._vault is None else self._vault.blind(self._tenant, PLACE, text)

    @property
    def settings(self) -> Settings:
        """How the company's personal data is kept, read once."""
        if self._inner is None:
            raise UnitClosed
        if self._known is None:
            self._known = settings_of(self._inner.register(self._tenant, SPACE, SETTINGS))
        return self._known

    def content(self, kind: Kind[Any], id_: str, dumped: Body, body: str, *, going: bool = False) -> str:
        """Return the text of a body as it reaches the history; ``body`` is the text of it all."""
        sealed = self.sealed(kind, id_, dumped, body, going=going)
        return body if sealed is None else to_json(sealed)

    def difference(self, kind: Kind[Any], old: Row, body: str) -> Any:
        """Return what the entry of an update holds: a difference, or both bodies where the format is another one."""
        before, after = from_json(old.body), from_json(body)
        if old.format != kind.format:
            sides = ((before, old.body, True), (after, body, False))
            return [self.sealed(kind, old.id, each, text, going=going) or each for each, text, going in sides]
        found = difference(before, after)
        fields = [each for each in self.fields(kind, custom="custom" in found) if each.steps[0] in found]
        if not fields:
            return found
        self._bind()
        return self._sealer.sealed_difference(kind.name, fields, old.id, (before, after), found)


def _over(*_: object) -> NoReturn:
    raise UnitClosed
