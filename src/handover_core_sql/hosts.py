"""Transactions that a host program opened with SQLAlchemy; other ways to open one implement `HostTransaction` too."""

from __future__ import annotations

import weakref
from abc import ABC, abstractmethod
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from handover_core.errors import StorageUnavailable

_LOST = "handover_core.lost"

NOT_OPEN = "no transaction is open; begin one, and join it"
ENDED = "the transaction that was joined has ended; join the new one"


class HostTransaction(ABC):
    """One open transaction of a host; it is the host's to commit and to roll back."""

    engine: sa.Engine
    """An engine of the same database and driver; it is asked for names and types, never for a connection."""

    @abstractmethod
    def connection(self) -> Any:
        """Return the driver's own connection; raise `StorageUnavailable` once the transaction has ended."""

    @property
    @abstractmethod
    def lost(self) -> bool:
        """Whether a failure took the transaction away; the host has not rolled back yet."""

    @abstractmethod
    def lose(self) -> None:
        """Remember that a failure took the transaction away, also for whoever joins it later."""


class SqlAlchemyTransaction(HostTransaction):
    """The transaction that is open on a connection."""

    def __init__(self, connection: sa.Connection) -> None:
        transaction = connection.get_transaction()
        if transaction is None or not transaction.is_active:
            raise StorageUnavailable(NOT_OPEN)
        self.engine = connection.engine
        self._connection = connection
        self._transaction = transaction

    def connection(self) -> Any:
        """See `HostTransaction.connection`."""
        if self._connection.closed or self._connection.get_transaction() is not self._transaction:
            raise StorageUnavailable(ENDED)
        if not self._transaction.is_active:
            raise StorageUnavailable(ENDED)
        return self._connection.connection.driver_connection

    @property
    def lost(self) -> bool:
        """See `HostTransaction.lost`."""
        kept = self._connection.info.get(_LOST) if not self._connection.closed else None
        return kept is not None and kept() is self._transaction

    def lose(self) -> None:
        """See `HostTransaction.lose`."""
        if not self._connection.closed and not self._connection.invalidated:
            self._connection.info[_LOST] = weakref.ref(self._transaction)


def host_of(handle: Any) -> HostTransaction:
    """Return the transaction behind what a host holds: a connection, an ORM session, or a `HostTransaction`.

    Raises `StorageUnavailable` where none is open, `TypeError` for anything else.
    """
    if isinstance(handle, HostTransaction):
        return handle
    if isinstance(handle, scoped_session):
        handle = handle()
    if isinstance(handle, Session):
        if not handle.in_transaction():
            raise StorageUnavailable(NOT_OPEN)
        return SqlAlchemyTransaction(handle.connection())
    if isinstance(handle, sa.Connection):
        return SqlAlchemyTransaction(handle)
    raise TypeError(f"expected a Connection or a Session of SQLAlchemy, or a HostTransaction, found {handle!r}")
