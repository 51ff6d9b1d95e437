"""Units inside a transaction of the host: each in a savepoint, so that it undoes itself and nothing else.

Nothing here commits, rolls back, repeats or closes what belongs to the host. A failure that takes the host's whole
transaction with it, as a deadlock on MariaDB or a lost connection does, is said: `TransactionLost`.
"""

from __future__ import annotations

from itertools import count
from typing import Any

import sqlalchemy as sa
from attrs import evolve

from handover_core.errors import HandoverError, StorageUnavailable, TransactionLost
from handover_core.storage.driver import Schema
from handover_core_sql.dialects import Dialect
from handover_core_sql.hosts import HostTransaction
from handover_core_sql.statements import Statements
from handover_core_sql.transaction import SqlTransaction

SAVEPOINT = "ho_unit_"


class JoinedSql:
    """A driver inside one transaction of the host."""

    def __init__(
        self, dialect: Dialect, statements: Statements, schema: Schema, host: HostTransaction, beside: sa.Engine
    ) -> None:
        self._beside = beside
        self.schema = schema
        self.capabilities = evolve(dialect.capabilities, joins=False, joined=True)
        self._dialect = dialect
        self._statements = statements
        self._host = host
        self._numbers = count(1)
        self._opened()

    def translate(self, error: BaseException, /) -> HandoverError | None:
        """See `Driver.translate`."""
        return self._dialect.translate(error)

    def transaction(self, *, write: bool) -> SqlTransaction:
        """Begin a unit inside the host's transaction; readers too, since a failing read can end it."""
        del write
        cursor = self._dialect.cursor(self._opened())
        name = f"{SAVEPOINT}{next(self._numbers)}"
        self._execute(cursor, f"SAVEPOINT {name}")
        return SqlTransaction(
            self._statements,
            self._dialect,
            cursor,
            lambda commit: self._end(cursor, name, commit=commit),
            self._beside,
        )

    def _opened(self) -> Any:
        """Return the driver's connection; raise where nothing is open on it, or what was open is lost."""
        if self._host.lost:
            raise TransactionLost(reason="an earlier failure ended it")
        driver = self._host.connection()
        try:
            began = self._dialect.began(driver)
        except HandoverError:
            raise
        except Exception as error:
            raise self._lost(error) from error
        if not began:
            raise StorageUnavailable(self._dialect.not_begun)
        return driver

    def _end(self, cursor: Any, name: str, *, commit: bool) -> None:
        try:
            if not commit:
                self._execute(cursor, f"ROLLBACK TO SAVEPOINT {name}")
            self._execute(cursor, f"RELEASE SAVEPOINT {name}")
        finally:
            self._closed(cursor)

    def _execute(self, cursor: Any, statement: str) -> None:
        try:
            cursor.execute(statement)
        except Exception as error:
            raise self._lost(error) from error

    def _lost(self, error: Exception) -> Exception:
        if self.translate(error) is None:
            return error
        self._host.lose()
        return TransactionLost(reason=str(error).strip())

    def _closed(self, cursor: Any) -> None:
        try:
            cursor.close()
        except Exception as error:
            if self.translate(error) is None:
                raise
