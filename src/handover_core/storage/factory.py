"""Opens units of work, and runs commands in them until they are stored."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from handover_core.actor import Actor
from handover_core.clock import Clock, system_clock
from handover_core.errors import (
    AlreadyExists,
    CommitUnknown,
    Contention,
    HandoverError,
    StorageUnavailable,
    VersionConflict,
)
from handover_core.ids import Ids, new_id
from handover_core.storage.chunks import chunks
from handover_core.storage.codec import Codec
from handover_core.storage.driver import TOKEN, Driver
from handover_core.storage.encoding import check_key, check_text
from handover_core.storage.handlers import Handler
from handover_core.storage.kinds import Kind, Kinds
from handover_core.storage.unit import UnitOfWork
from handover_core.storage.vault import Vault
from handover_core.values import Aggregate

R = TypeVar("R")
T = TypeVar("T", bound=Aggregate)

CHUNK = 5000
"""How many rows of a bulk one unit stores, where the backend does not want fewer."""


class UnitFactory:
    """Opens units of work over one store; holds the ports that they need."""

    def __init__(  # noqa: PLR0913 - the ports of a core
        self, driver: Driver, kinds: Kinds, *, clock: Clock = system_clock, ids: Ids = new_id,
        sleep: Callable[[float], None] = time.sleep, attempts: int = 12, codec: Codec | None = None,
        vault: Vault | None = None, handlers: Sequence[Handler] = (),
    ) -> None:  # fmt: skip
        self.driver = driver
        self.kinds = kinds
        self.clock = clock
        self.ids = ids
        self.codec = codec or Codec()
        self.vault = vault
        self.handlers: Sequence[Handler] = tuple(handlers)
        self.joined: list[object] = []
        self._sleep = sleep
        self._attempts = attempts

    def over(self, driver: Driver) -> UnitFactory:
        """Return the same factory over another driver: a joined one, or another store."""
        return UnitFactory(
            driver, self.kinds, clock=self.clock, ids=self.ids, sleep=self._sleep, attempts=self._attempts,
            codec=self.codec, vault=self.vault, handlers=self.handlers,
        )  # fmt: skip

    def unit(
        self, tenant: str, actor: Actor, command: str = "", *, reason: str | None = None, write: bool = True,
        token: str | None = None,
    ) -> UnitOfWork:  # fmt: skip
        """Return a unit of work to be entered with a with-statement; raise `InvalidInput` for what cannot be stored."""
        check_key("tenant", tenant)
        check_key("actor", actor.id)
        if command:
            check_key("command", command)
        if reason:
            check_text("reason", reason)
        token = token or (self.ids() if write else "")
        return UnitOfWork(self, tenant, actor, command, reason, write=write, token=token)

    def read(self, tenant: str, actor: Actor, fn: Callable[[UnitOfWork], R]) -> R:
        """Return ``fn`` of a unit that cannot write."""
        with self.unit(tenant, actor, write=False) as unit:
            return fn(unit)

    def run(
        self, tenant: str, actor: Actor, fn: Callable[[UnitOfWork], R], command: str = "", reason: str | None = None,
        *, token: str | None = None,
    ) -> R:  # fmt: skip
        """Return ``fn`` of a unit, committed. ``fn`` runs again, from its loads, after `Contention` or `VersionConflict`.

        After a commit whose answer was lost, the next attempt inserts the same token: where that finds it stored, the
        first attempt has landed and its result is returned. So nothing is done twice. Raises `CommitUnknown` only
        where the store stayed away after that, the last error when all attempts failed, and every other error at
        once. Over a joined driver nothing is tried again: the transaction is the host's.
        """
        unknown: CommitUnknown | None = None
        landed: list[R] = []
        token = token or self.ids()
        attempts = 1 if self.driver.capabilities.joined else self._attempts
        for attempt in range(1, attempts + 1):
            try:
                with self.unit(tenant, actor, command, reason=reason, token=token) as unit:
                    if landed:
                        unit.claim()
                        landed, unknown = [], None  # that attempt holds the token no more, so it never landed
                    result = fn(unit)
                    try:
                        unit.commit()
                    except CommitUnknown as error:
                        landed, unknown = [result], error
                        raise
                    return result
            except AlreadyExists as error:
                if not landed or error.params["kind"] != TOKEN:
                    raise
                return landed[0]
            except (Contention, VersionConflict, StorageUnavailable) as error:
                final = attempt == attempts or not (landed or isinstance(error, Contention | VersionConflict))
                if final and unknown not in {None, error}:
                    raise unknown from error
                if final:
                    raise
                self._sleep(random.uniform(0, min(1.0, 0.005 * 2**attempt)))  # noqa: S311 - jitter, not a secret
        raise HandoverError  # unreachable: the last attempt returned or raised

    def append(
        self, tenant: str, actor: Actor, kind: Kind[T], aggregates: Iterable[T], command: str = "", *, batch: str
    ) -> int:
        """Store many new aggregates, chunk after chunk, each in a unit of its own; return how many are stored.

        ``batch`` names the whole (at most 48 characters). Called again with the same batch and the same aggregates
        after an interruption, it goes on where it stopped: chunks whose token is stored are passed over. Raises like
        `Repository.add_many`; the chunks before the one that failed stay stored. Called with a longer list, or after an
        upgrade that cuts chunks elsewhere, it raises `AlreadyExists` rather than pass over a row that is not stored.
        """
        check_key("batch", batch.ljust(64 - 48 + len(batch), "-"))  # where a chunk begins and its length come behind it
        stored = 0
        for chunk in chunks(aggregates, min(CHUNK, self.driver.capabilities.bulk)):

            def store(unit: UnitOfWork, rows: Sequence[T] = chunk) -> None:
                unit.repository(kind).add_many(rows)

            try:
                self.run(tenant, actor, store, command, token=f"{batch}:{stored}+{len(chunk)}")
            except AlreadyExists as error:
                if error.params["kind"] != TOKEN:
                    raise
            stored += len(chunk)
        return stored
