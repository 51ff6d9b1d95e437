"""The seam between the shared code and one kind of database."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import sqlalchemy as sa

from handover_core.errors import AlreadyExists, CommitUnknown, Contention, HandoverError, StorageUnavailable
from handover_core.storage import Capabilities, Compaction
from handover_core_sql.layout import TableSpec
from handover_core_sql.statements import Statement


class Dialect(ABC):
    """One kind of database. Connections are pooled DBAPI connections; the adapter begins and ends transactions."""

    capabilities: ClassVar[Capabilities]
    buffered: ClassVar[bool]
    """Whether a cursor reads its whole result into memory, so that streams must be read in pages."""
    pipelines: ClassVar[bool] = False
    """Whether `run_all` sends several statements in one message; an error then names the table's constraint."""
    transactional_ddl: ClassVar[bool] = True
    """Whether a migration that fails leaves nothing behind; else every statement of it stays."""

    row_values: ClassVar[bool] = True
    """Whether a comparison of rows is sought in an index."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    # Transactions

    @abstractmethod
    def begin(self, connection: Any, *, write: bool) -> Any:
        """Begin a transaction on a pooled connection and return the cursor that it runs on."""

    @abstractmethod
    def commit(self, connection: Any, cursor: Any) -> None:
        """Commit; raise the driver's own error where that fails."""

    @abstractmethod
    def rollback(self, connection: Any, cursor: Any) -> None:
        """Roll back; raise the driver's own error where that fails."""

    @abstractmethod
    def owned(self) -> None:
        """Set up the engine's connections, where the engine is the store's own; a host sets up its own ones."""

    def run(self, cursor: Any, statement: Statement, values: Sequence[Any]) -> None:
        """Execute a fixed statement; its values are in the order in which it was declared."""
        cursor.execute(statement.sql, values if statement.in_order else statement.bind(values))

    def run_all(self, cursor: Any, work: Sequence[tuple[Statement, Sequence[Any]]]) -> None:
        """Execute fixed statements that return nothing, one after the other; where one fails the rest may be left out."""
        for statement, values in work:
            self.run(cursor, statement, values)

    def insert_many(self, cursor: Any, statement: Statement, rows: Iterable[Sequence[Any]]) -> None:
        """Insert many rows, each with its values in the order in which the statement was declared."""
        found = list(rows)
        if len(found) == 1:
            self.run(cursor, statement, found[0])
        elif found:
            cursor.executemany(statement.sql, list(map(statement.bind, found)))

    def sees_newest(self, cursor: Any) -> bool:
        """Whether a locking read in the open transaction sees what was committed after the unit had begun.

        Where it does not, a second connection has to look.
        """
        del cursor
        return True

    # Taking part in a transaction of a host

    not_begun: ClassVar[str] = "the host's transaction has not begun on the database; begin it before it is joined"
    """What to say where SQLAlchemy or the host believes in a transaction that the database knows nothing of."""

    @abstractmethod
    def cursor(self, driver: Any) -> Any:
        """Return a cursor whose rows are tuples, whatever the host has chosen for its own."""

    @abstractmethod
    def began(self, driver: Any) -> bool:
        """Whether a transaction is open on the driver's connection, or is certain to begin with the next statement.

        Raises `TransactionLost` where it is open and takes nothing but a rollback.
        """

    # Errors

    def translate(self, error: BaseException) -> HandoverError | None:
        """Return the library's error for a driver's exception, or None for one that is not a driver's."""
        if isinstance(error, HandoverError):
            return error
        if isinstance(error, sa.exc.DBAPIError) and error.orig is not None:
            error = error.orig
        if isinstance(error, sa.exc.TimeoutError):
            return Contention()
        dbapi = self.engine.dialect.dbapi
        if dbapi is None or not isinstance(error, dbapi.Error):
            return None
        contention = self.contention(error)
        if contention is not None:
            return contention
        if isinstance(error, dbapi.IntegrityError):
            return AlreadyExists("row", self.taken_key(str(error)))
        return StorageUnavailable(str(error).strip())

    def translate_commit(self, error: BaseException) -> HandoverError | None:
        """Return the error for a failed COMMIT, or None where ``error`` says it: what is no clear refusal may have landed."""
        if isinstance(error, HandoverError):
            return None
        found = self.translate(error)
        return CommitUnknown(str(error).strip()) if type(found) is StorageUnavailable else found

    @abstractmethod
    def contention(self, error: BaseException) -> HandoverError | None:
        """Return `Contention` where other writers stood in the way, else None."""

    @abstractmethod
    def taken_key(self, words: str) -> str:
        """Return the unique key that an error message names: its columns without the tenant, or its own name."""

    # Expressions

    @abstractmethod
    def contains(self, column: sa.ColumnElement[Any], words: str) -> sa.ColumnElement[bool]:
        """Return the condition that a text holds ``words``, byte for byte; words are not empty."""

    @abstractmethod
    def sorted(self, column: sa.ColumnElement[Any], *, descending: bool) -> sa.UnaryExpression[Any]:
        """Return the sort key with nulls first, or last where descending."""

    # Structure

    @abstractmethod
    def migrating(self, connection: sa.Connection) -> None:
        """Begin a transaction in which only one process migrates; `sa.Connection` level."""

    @abstractmethod
    def migrated(self, connection: sa.Connection, *, success: bool) -> None:
        """End that transaction."""

    @abstractmethod
    def view(self, spec: TableSpec, table: sa.Table, name: str) -> str:
        """Return the statement for the read-only view of a kind: every scalar field."""

    def widen(self, table: str, column: str, text: sa.types.TypeEngine[str]) -> Iterable[str]:
        """Return the statements that give a text column more room; names are quoted already."""
        return [f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {text.compile(self.engine.dialect)}"]

    @abstractmethod
    def prepare(self) -> None:
        """Switch the database to what nothing may be lost needs, where that is kept with it; raise where it cannot be."""

    @abstractmethod
    def check(self, connection: sa.Connection, tables: Sequence[str], schema: str | None) -> None:
        """Raise `StorageUnavailable` with the cure where version, settings or our tables do not fit."""

    @abstractmethod
    def compact(self, tables: Sequence[str], schema: str | None) -> Compaction:
        """Clean up after our tables; see `Schema.compact`. Driver errors of the first step go through."""


def columns_in(words: str, pattern: re.Pattern[str]) -> str:
    """Return the columns that ``pattern`` finds in an error message, without the tenant; the message where it finds none."""
    found = pattern.search(words)
    if found is None:
        return words
    columns = [part.strip().strip('"').rpartition(".")[2] for part in found.group(1).split(",")]
    return ", ".join(column for column in columns if column != "tenant")
