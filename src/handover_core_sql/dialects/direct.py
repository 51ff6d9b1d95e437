"""A cursor that runs fixed statements straight through libpq, prepared once for each connection.

What psycopg does around a statement (converting, adapting, waiting in a way that others can take part in) costs more than
the server needs to read a row. Everything that is not a fixed statement goes through psycopg's own cursor, and every
error is psycopg's own. It is used on connections that belong to the store alone: the names of what was prepared are
kept with the connection, and nobody else can have the server forget them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from typing import Any

from handover_core_sql.statements import Statement

_DONE, _ROWS = 1, 2
"""What libpq calls PGRES_COMMAND_OK and PGRES_TUPLES_OK."""

_SYNCED = 10
"""What it calls PGRES_PIPELINE_SYNC."""

_GOOD = frozenset((_DONE, _ROWS))
_CONNECTED = 0
"""What it calls CONNECTION_OK."""

_STALE = frozenset(("0A000", "26000", "42P01", "42703"))
"""A result's type has changed, the name or the table or a column is unknown: a migration, or something stranger."""

_INTEGERS = frozenset((20, 21, 23))
"""The types whose values are numbers: int8, int2, int4. All other columns of ours are text."""

Decode = Callable[[bytes], Any]


class Prepared:
    """What one connection has prepared: for each statement its name, and how its columns are read."""

    def __init__(self) -> None:
        self.names: dict[str, bytes] = {}
        self.columns: dict[str, tuple[Decode, ...]] = {}
        self._numbers = count()

    def new_name(self) -> bytes:
        """Return a name that nothing was prepared under."""
        return b"handover_%d" % next(self._numbers)

    def forget(self) -> None:
        """Let every statement be prepared again when it is next used."""
        self.names.clear()
        self.columns.clear()


class DirectCursor:
    """Stands where psycopg's cursor would."""

    def __init__(self, driver: Any, prepared: Prepared) -> None:
        self.connection = driver
        self._pgconn = driver.pgconn
        self._prepared = prepared
        self._usual: Any = None
        self._rows: list[tuple[Any, ...]] | None = None
        self._count = -1

    # Fixed statements

    def run(self, statement: Statement, values: Sequence[Any]) -> None:
        """Execute a fixed statement; its values are in the order in which it was declared."""
        name = self._prepared.names.get(statement.sql) or self._prepare(statement)
        result = self._pgconn.exec_prepared(name, [_text(values[place]) for place in statement.numbered_places])
        status = result.status
        if status == _ROWS:
            self._rows = self._read(statement, result)
        elif status == _DONE:
            self._rows, self._count = [], result.command_tuples or 0
        else:
            raise self._error(result)

    def run_all(self, work: Sequence[tuple[Statement, Sequence[Any]]]) -> None:
        """Execute fixed statements that return nothing, all in one message to the server; the first error is raised."""
        sent = [
            (self._prepared.names.get(statement.sql) or self._prepare(statement),
             [_text(values[place]) for place in statement.numbered_places])
            for statement, values in work
        ]  # fmt: skip
        self._rows, self._count = [], len(sent)
        pgconn = self._pgconn
        pgconn.enter_pipeline_mode()
        try:
            for name, values in sent:
                pgconn.send_query_prepared(name, values)
            pgconn.pipeline_sync()
            failed = next((each for each in list(self._answers()) if each.status not in _GOOD), None)
        finally:
            self._left()
        if failed is not None:
            raise self._error(failed)

    def _answers(self) -> Iterator[Any]:
        """Yield the result of each statement of a pipeline, up to the mark at its end."""
        while True:
            result = self._pgconn.get_result()
            if result is None:
                continue
            if result.status == _SYNCED:
                return
            yield result
            if self._pgconn.status != _CONNECTED:
                return

    def _left(self) -> None:
        """Leave the pipeline; a connection that is gone cannot, and is thrown away by who finds it so."""
        if self._pgconn.status == _CONNECTED:
            self._pgconn.exit_pipeline_mode()

    def _prepare(self, statement: Statement) -> bytes:
        name = self._prepared.new_name()
        result = self._pgconn.prepare(name, statement.numbered.encode())
        if result.status != _DONE:
            raise self._error(result)
        self._prepared.names[statement.sql] = name
        return name

    def _read(self, statement: Statement, result: Any) -> list[tuple[Any, ...]]:
        columns = self._prepared.columns.get(statement.sql)
        if columns is None:
            types = [result.ftype(place) for place in range(result.nfields)]
            columns = tuple(int if each in _INTEGERS else bytes.decode for each in types)
            self._prepared.columns[statement.sql] = columns
        self._count = result.ntuples
        get = result.get_value
        places = tuple(enumerate(columns))
        return [
            tuple([None if (raw := get(row, place)) is None else decode(raw) for place, decode in places])
            for row in range(self._count)
        ]

    def _error(self, result: Any) -> Exception:
        """Return psycopg's error for a result; tables that changed meanwhile make what was prepared before useless."""
        error = error_of(result)
        if getattr(error, "sqlstate", None) in _STALE:
            self._prepared.forget()
        return error

    # As psycopg's cursor has it

    @property
    def rowcount(self) -> int:
        """How many rows the last statement has met."""
        return self._count if self._rows is not None else int(self._other().rowcount)

    def fetchone(self) -> Any:
        """Return the next row of the last statement, or None."""
        if self._rows is None:
            return self._other().fetchone()
        return self._rows.pop(0) if self._rows else None

    def fetchall(self) -> list[Any]:
        """Return all rows of the last statement that were not returned yet."""
        if self._rows is None:
            return list(self._other().fetchall())
        rows, self._rows = self._rows, []
        return rows

    def execute(self, sql: str, values: Any = None) -> None:
        """Execute any other statement."""
        self._other().execute(sql, values)

    def executemany(self, sql: str, rows: Iterable[Any]) -> None:
        """Execute a statement for many rows."""
        self._other().executemany(sql, rows)

    def copy(self, sql: str) -> Any:
        """Begin a COPY."""
        return self._other().copy(sql)

    def close(self) -> None:
        """Let go of psycopg's cursor."""
        if self._usual is not None:
            self._usual.close()

    def _other(self) -> Any:
        self._rows = None
        if self._usual is None:
            self._usual = self.connection.cursor()
        return self._usual


def _text(value: Any) -> bytes | None:
    """Return a value as libpq takes it. A NUL would end the text there, so it is refused as psycopg refuses it."""
    if value is None:
        return None
    found = (value if value.__class__ is str else str(value)).encode()
    if b"\0" in found:
        from psycopg import DataError

        raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return found


def error_of(result: Any) -> Exception:
    """Return psycopg's error for a result: by its code, or that of a connection that is gone, which has none."""
    from psycopg import OperationalError
    from psycopg.errors import error_from_result
    from psycopg.pq import DiagnosticField

    if result.error_field(DiagnosticField.SQLSTATE) is None:
        return OperationalError(result.get_error_message())
    return error_from_result(result)
