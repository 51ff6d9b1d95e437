"""Opens units of work, and runs commands in them until they are stored."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from handover_core.actor import Actor
from handover_core.clock import Clock, system_clock
from handover_core.errors import AlreadyExists, CommitUnknown, Contention, HandoverError, InvalidInput, VersionConflict
from handover_core.ids import Ids, new_id
from handover_core.storage.codec import Codec
from handover_core.storage.driver import TOKEN, Driver
from handover_core.storage.kinds import Kinds
from handover_core.storage.unit import UnitOfWork

R = TypeVar("R")


class UnitFactory:
    """Opens units of work over one store; holds the ports that they need."""

    def __init__(
        self, driver: Driver, kinds: Kinds, *, clock: Clock = system_clock, ids: Ids = new_id,
        sleep: Callable[[float], None] = time.sleep, attempts: int = 12,
    ) -> None:  # fmt: skip
        self.driver = driver
        self.kinds = kinds
        self.clock = clock
        self.ids = ids
        self.codec = Codec()
        self._sleep = sleep
        self._attempts = attempts

    def unit(
        self, tenant: str, actor: Actor, command: str = "", *, reason: str | None = None, write: bool = True,
        token: str | None = None,
    ) -> UnitOfWork:  # fmt: skip
        """Return a unit of work to be entered with a with-statement."""
        if not tenant or len(tenant) > 64:  # noqa: PLR2004 - the width of the stored key
            raise InvalidInput.at("tenant", "tenant", "is empty or longer than 64 characters", "为空或超过 64 个字符")
        return UnitOfWork(self, tenant, actor, command, reason, write=write, token=token or self.ids())

    def read(self, tenant: str, actor: Actor, fn: Callable[[UnitOfWork], R]) -> R:
        """Return ``fn`` of a unit that cannot write."""
        with self.unit(tenant, actor, write=False) as unit:
            return fn(unit)

    def run(
        self, tenant: str, actor: Actor, fn: Callable[[UnitOfWork], R], command: str = "", reason: str | None = None
    ) -> R:
        """Return ``fn`` of a unit, committed. ``fn`` runs again, from its loads, after `Contention` or `VersionConflict`.

        After a commit whose answer was lost, the next attempt inserts the same token: where that finds it stored, the
        first attempt has landed and its result is returned. So nothing is done twice. Raises the last error when all
        attempts failed, and every other error at once.
        """
        token = self.ids()
        landed: list[R] = []
        for attempt in range(1, self._attempts + 1):
            try:
                with self.unit(tenant, actor, command, reason=reason, token=token) as unit:
                    if landed:
                        unit.claim_again()
                    result = fn(unit)
                    landed = []
                    try:
                        unit.commit()
                    except CommitUnknown:
                        landed = [result]
                        raise
                    return result
            except AlreadyExists as error:
                if not landed or error.params["kind"] != TOKEN:
                    raise
                return landed[0]
            except (Contention, VersionConflict, CommitUnknown):
                if attempt == self._attempts:
                    raise
                self._sleep(random.uniform(0, min(1.0, 0.005 * 2**attempt)))  # noqa: S311 - jitter, not a secret
        raise HandoverError  # unreachable: the last attempt returned or raised
