"""The registers of a memory store, and what one transaction has written to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handover_core.errors import AlreadyExists, VersionConflict
from handover_core.storage.registers import REGISTER, Drop, Put, Register

Shelves = Mapping[tuple[str, str], Mapping[str, Register]]
"""All registers by tenant and space, and by key; a commit replaces the dictionaries that it touches."""


class Registers:
    """Committed registers with the writes of one transaction over them.

    Beside each write stands the version that must be committed when it is: None where there must be none.
    """

    def __init__(self, base: Shelves) -> None:
        self._base = base
        self._writes: dict[tuple[str, str], dict[str, tuple[Register | None, int | None]]] = {}

    def __bool__(self) -> bool:
        return bool(self._writes)

    def copy(self) -> Registers:
        """Return the same registers with the same writes."""
        copied = type(self)(self._base)
        copied.take(self)
        return copied

    def take(self, other: Registers) -> None:
        """Have the same writes as another."""
        self._writes = {place: dict(writes) for place, writes in other._writes.items()}

    def get(self, tenant: str, space: str, key: str) -> Register | None:
        """Return a register as this transaction sees it."""
        mine = self._writes.get((tenant, space), {}).get(key)
        return self._base.get((tenant, space), {}).get(key) if mine is None else mine[0]

    def of(self, tenant: str, space: str) -> list[Register]:
        """Return the registers of a space by key."""
        keys = {*self._base.get((tenant, space), ()), *self._writes.get((tenant, space), ())}
        return [found for key in sorted(keys) if (found := self.get(tenant, space, key)) is not None]

    def spaces(self, tenant: str) -> list[str]:
        """Return the spaces that hold registers."""
        owned = sorted({space for owner, space in (*self._base, *self._writes) if owner == tenant})
        return [space for space in owned if self.of(tenant, space)]

    def put(self, tenant: str, puts: Sequence[Put]) -> None:
        """Write registers; see `Transaction.put_registers`."""
        for put in puts:
            if put.expected is not None:
                self._expect(tenant, put.space, put.key, put.expected)
            elif self.get(tenant, put.space, put.key) is not None:
                raise AlreadyExists(REGISTER, put.key)
            self._write(tenant, put.space, put.key, put.stored, put.expected)

    def drop(self, tenant: str, drops: Sequence[Drop]) -> None:
        """Drop registers; see `Transaction.drop_registers`."""
        for space, key, expected in drops:
            self._expect(tenant, space, key, expected)
            self._write(tenant, space, key, None, expected)

    def applied_to(self, shelves: Shelves) -> Shelves:
        """Return the registers after this transaction; raise where others came before it."""
        after = dict(shelves)
        for place, writes in self._writes.items():
            shelf = dict(after.get(place, {}))
            for key, (register, first) in writes.items():
                self.check(key, shelf.get(key), first)
                if register is None:
                    shelf.pop(key, None)
                else:
                    shelf[key] = register
            after[place] = shelf
        return {place: shelf for place, shelf in after.items() if shelf}

    def check(self, key: str, present: Register | None, first: int | None) -> None:
        """Raise unless what is committed now is what the transaction began with."""
        found = None if present is None else present.version
        if found == first:
            return
        if first is None:
            raise AlreadyExists(REGISTER, key)
        raise VersionConflict(REGISTER, key, expected=first, found=found)

    def _expect(self, tenant: str, space: str, key: str, expected: int) -> None:
        present = self.get(tenant, space, key)
        if present is None or present.version != expected:
            found = None if present is None else present.version
            raise VersionConflict(REGISTER, key, expected=expected, found=found)

    def _write(self, tenant: str, space: str, key: str, register: Register | None, expected: int | None) -> None:
        mine = self._writes.setdefault((tenant, space), {})
        first = mine[key][1] if key in mine else expected
        mine[key] = (register, first)
