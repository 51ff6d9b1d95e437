"""Where transactions get their connections: from the pool of a host's engine, or from a list that the store keeps.

SQLAlchemy's pool serves everybody and asks its questions at every visit, which costs as much as a small read. A store
that owns its engine takes connections from the pool once and keeps them, with the pool's own promises: so many at most,
whoever comes then waits; a forked process begins with none.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections import deque
from contextlib import suppress
from threading import Condition
from time import monotonic
from typing import Any

import sqlalchemy as sa


class Connections(ABC):
    """Hands out connections with what the dialects want of them: ``driver_connection``, and ``info`` to note things in."""

    @abstractmethod
    def take(self) -> Any:
        """Return a connection; raise the driver's error where none can be had, or the pool's where all stay taken.

        It knows whether it was just ``made``, and whether it is the store's ``own``, which nobody else uses; ``close``
        gives it back, ``invalidate`` before that throws it away.
        """

    def end(self) -> None:  # noqa: B027 - a host's pool is the host's
        """Give what is kept back to the system."""


class Pooled(Connections):
    """The pool of an engine, as it is."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def take(self) -> Any:
        """See `Connections.take`."""
        pool = self._engine.pool
        made = not (isinstance(pool, sa.QueuePool) and pool.checkedin())
        return Borrowed(self._engine.raw_connection(), made=made)


class Borrowed:
    """A connection of a pool."""

    own = False
    __slots__ = ("_fairy", "driver_connection", "info", "made")

    def __init__(self, fairy: Any, *, made: bool) -> None:
        self._fairy = fairy
        self.driver_connection: Any = fairy.driver_connection
        self.info: dict[Any, Any] = fairy.info
        self.made = made

    def close(self) -> None:
        """Give it back."""
        self._fairy.close()

    def invalidate(self) -> None:
        """Throw it away; what was thrown away stays so."""
        if self._fairy.is_valid:
            self._fairy.invalidate()


class Kept(Connections):
    """A list of connections that nobody else uses, filled from an engine's pool."""

    def __init__(self, engine: sa.Engine, pool: sa.QueuePool) -> None:
        self._engine = engine
        self._most = pool.size() + max(pool._max_overflow, 0)  # noqa: SLF001 - it tells in no other way
        self._size = pool.size()
        self._patience = pool.timeout()
        self._abandoned: list[object] = []
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._idle: deque[Own] = deque()
        self._open = 0
        self._waiting = 0
        self._changed = Condition()

    def take(self) -> Any:
        """See `Connections.take`."""
        if self._process != os.getpid():
            # Those of the parent: not even closing them is ours, so they are kept from being collected.
            self._abandoned.append(self._idle)
            self._begin()
        try:
            own = self._idle.pop()
        except IndexError:
            own = self._waited() or self._new()
        own.lent = True
        return own

    def _waited(self) -> Own | None:
        """Return a connection that came back, or None where there is room for a new one, which is then taken up."""
        until = monotonic() + self._patience
        with self._changed:
            # Counted before the list is looked at again: whoever gives one back from now on will call.
            self._waiting += 1
            try:
                while True:
                    with suppress(IndexError):
                        return self._idle.pop()
                    if self._open < self._most:
                        self._open += 1
                        return None
                    if not self._changed.wait(until - monotonic()):
                        raise sa.exc.TimeoutError
            finally:
                self._waiting -= 1

    def _new(self) -> Own:
        try:
            fairy = self._engine.raw_connection()
            driver = fairy.driver_connection
            fairy.detach()
        except BaseException:
            self._freed()
            raise
        return Own(self, driver)

    def back(self, own: Own) -> None:
        """Take a connection back; only so many wait for the next use."""
        own.lent = False
        if own.process != self._process:
            self._abandoned.append(own)
        elif own.valid and len(self._idle) < self._size:
            own.made = False
            self._idle.append(own)
            if self._waiting:
                with self._changed:
                    self._changed.notify()
        else:
            own.end()
            self._freed()

    def lost(self, own: Own) -> None:
        """End a connection that nobody will give back any more, as a pool does."""
        own.end()
        self._freed()

    def _freed(self) -> None:
        with self._changed:
            self._open -= 1
            self._changed.notify()

    def end(self) -> None:
        """See `Connections.end`."""
        with suppress(IndexError):
            while True:
                self._idle.pop().end()
                self._freed()


class Own:
    """A connection of the store's own."""

    own = True
    __slots__ = ("_kept", "driver_connection", "info", "lent", "made", "process", "valid")

    def __init__(self, kept: Kept, driver: Any) -> None:
        self._kept = kept
        self.driver_connection = driver
        self.info: dict[Any, Any] = {}
        self.process = os.getpid()
        self.made = True
        self.valid = True
        self.lent = False

    def __del__(self) -> None:
        """Whoever forgot to end a transaction has let go of it: the server must not wait for them."""
        if self.lent and self.process == os.getpid():
            self._kept.lost(self)

    def close(self) -> None:
        """Give it back."""
        self._kept.back(self)

    def invalidate(self) -> None:
        """Let it not be used again; `close` then ends it and gives its room back."""
        self.valid = False

    def end(self) -> None:
        """Close it for good; one that is broken already needs no more."""
        self.valid = False
        with suppress(Exception):
            self.driver_connection.close()


def connections_of(engine: sa.Engine, *, own: bool) -> Connections:
    """Return what suits an engine: a list of one's own where the engine is that and its connections are alike.

    SQLite's memory lives in one connection, so its pool stays.
    """
    pool = engine.pool
    return Kept(engine, pool) if own and isinstance(pool, sa.QueuePool) else Pooled(engine)
