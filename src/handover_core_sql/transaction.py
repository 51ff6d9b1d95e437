"""One transaction on a SQL database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

import sqlalchemy as sa
from attrs import evolve

from handover_core.errors import AlreadyExists, Contention, NotFound, VersionConflict
from handover_core.storage import (
    EVERYTHING,
    Change,
    Criterion,
    Event,
    Kind,
    LogQuestion,
    Put,
    Query,
    Register,
    Rewrite,
    Row,
    Write,
)
from handover_core.storage.chunks import chunks
from handover_core.storage.driver import TOKEN, first_missing
from handover_core.storage.encoding import Stored
from handover_core.storage.registers import EVENT, REGISTER, Drop, checked
from handover_core_sql.criteria import Criteria, answering, behind
from handover_core_sql.dialects import Dialect
from handover_core_sql.rows import Values, as_change, as_event, as_row, of_changes, of_events, of_row, of_side
from handover_core_sql.statements import Statement, Statements, columns_of, row_columns

CHUNK = 500
"""How many ids one statement names, and how many rows a stream fetches at once."""


PIPELINED = 20
"""Up to how many entries go to the server in one message, where it takes that; more go as a stream."""


class SqlTransaction:
    """Runs statements on one cursor; ``end`` gives the connection back, ``beside`` gives a second one."""

    def __init__(
        self, statements: Statements, dialect: Dialect, cursor: Any, end: Callable[[bool], None], beside: sa.Engine
    ) -> None:
        self._beside = beside
        self._statements = statements
        self._dialect = dialect
        self._cursor = cursor
        self._end: Callable[[bool], None] | None = end

    # Reading

    def get(self, kind: Kind[Any], tenant: str, id: str, /) -> Row | None:
        """See `Transaction.get`."""
        statement = self._statements.of(kind).get
        try:
            self._dialect.run(self._cursor, statement, (tenant, id))
            found = self._cursor.fetchone()
        except Exception as error:  # noqa: BLE001 - raised again, in the library's words
            self._failed(error)
        return None if found is None else as_row(found)

    def get_many(self, kind: Kind[Any], tenant: str, ids: Sequence[str], /) -> list[Row]:
        """See `Transaction.get_many`."""
        return [as_row(row) for row in self._by_ids(kind, tenant, ids, held=False)]

    def find(self, kind: Kind[Any], tenant: str, query: Query, /) -> list[Row]:
        """See `Transaction.find`."""
        return self._select(self._query(kind, tenant, query))

    def stream(self, kind: Kind[Any], tenant: str, query: Query, /) -> Iterator[Row]:
        """See `Transaction.stream`."""
        if self._dialect.buffered:
            return self._by_pages(kind, tenant, query)
        return self._by_cursor(kind, tenant, query)

    def _by_cursor(self, kind: Kind[Any], tenant: str, query: Query) -> Iterator[Row]:
        sql, parameters = self._statements.dynamic(self._query(kind, tenant, query))
        cursor = self._cursor.connection.cursor()
        try:
            self._guarded(lambda: cursor.execute(sql, parameters))
            while rows := self._guarded(lambda: cursor.fetchmany(CHUNK)):
                yield from map(as_row, rows)
        finally:
            if self._end is not None:  # else the connection is somebody else's by now, or closed
                cursor.close()

    def _by_pages(self, kind: Kind[Any], tenant: str, query: Query) -> Iterator[Row]:
        """Read by key, page after page, all in the one snapshot: no cursor stays open while the caller works."""
        table = self._statements.of(kind).table
        leading = table.c.id if query.order is None else table.c[query.order.field]
        after, left = query.after, query.limit
        while left is None or left > 0:
            size = CHUNK if left is None else min(CHUNK, left)
            page = evolve(query, after=after, limit=size)
            self._dynamic(self._query(kind, tenant, page).add_columns(leading.label("leading__")))
            rows = self._guarded(self._cursor.fetchall)
            yield from (as_row(row[:-1]) for row in rows)
            if len(rows) < size:
                return
            after = None if query.order is None else rows[-1][-1], rows[-1][0]
            left = None if left is None else left - size

    def count(self, kind: Kind[Any], tenant: str, where: Criterion | None, /) -> int:
        """See `Transaction.count`."""
        table = self._statements.of(kind).table
        counted = sa.select(sa.func.count()).select_from(table).where(self._criteria(kind, tenant).where(where))
        self._dynamic(counted)
        return int(self._cursor.fetchone()[0])

    def group(
        self, kind: Kind[Any], tenant: str, fields: Sequence[str], where: Criterion | None, /
    ) -> Mapping[tuple[Stored, ...], int]:
        """See `Transaction.group`."""
        table = self._statements.of(kind).table
        columns = [table.c[name] for name in fields]
        condition = self._criteria(kind, tenant).where(where)
        self._dynamic(sa.select(*columns, sa.func.count()).where(condition).group_by(*columns))
        return {tuple(row[:-1]): row[-1] for row in self._cursor.fetchall()}

    def changes(self, tenant: str, kind: str, id: str, /) -> list[Change]:
        """See `Transaction.changes`."""
        self._run(self._statements.changes, (tenant, kind, id))
        return [as_change(row) for row in self._cursor.fetchall()]

    def history(
        self, tenant: str, after: tuple[str, str, int] | None, limit: int, question: LogQuestion = EVERYTHING, /
    ) -> list[Change]:
        """See `Transaction.history`."""
        table = self._statements.change
        where = answering(table, question)
        return [as_change(row) for row in self._entries(table, tenant, after, limit, where, question.kind)]

    def events(self, tenant: str, after: tuple[str, str, int] | None, limit: int, /) -> list[Event]:
        """See `Transaction.events`."""
        return [as_event(row) for row in self._entries(self._statements.outbox, tenant, after, limit)]

    def register(self, tenant: str, space: str, key: str, /) -> Register | None:
        """See `Transaction.register`."""
        self._run(self._statements.get_register, (tenant, space, key))
        found = self._cursor.fetchone()
        return None if found is None else Register(space, key, *found)

    def registers(self, tenant: str, space: str, after: str | None, limit: int, /) -> list[Register]:
        """See `Transaction.registers`."""
        column = self._statements.register.c
        mine = [column.tenant == tenant, column.space == space]
        if after is not None:
            mine.append(column.key > after)
        chosen = sa.select(column.space, column.key, column.version, column.body).where(*mine)
        self._dynamic(chosen.order_by(column.key).limit(limit))
        return [Register._make(row) for row in self._guarded(self._cursor.fetchall)]

    def spaces(self, tenant: str, after: str | None, limit: int, /) -> list[str]:
        """See `Transaction.spaces`."""
        column = self._statements.register.c
        mine = [column.tenant == tenant] if after is None else [column.tenant == tenant, column.space > after]
        self._dynamic(sa.select(column.space).where(*mine).distinct().order_by(column.space).limit(limit))
        return [row[0] for row in self._guarded(self._cursor.fetchall)]

    def _entries(
        self, table: sa.Table, tenant: str, after: tuple[str, str, int] | None, limit: int,
        where: Sequence[sa.ColumnElement[bool]] = (), kind: str | None = None,
    ) -> list[Any]:  # fmt: skip
        entry = table.c
        chosen = sa.select(table).where(entry.tenant == tenant, *where)
        if after is not None:
            chosen = chosen.where(behind(table, after, row_values=self._dialect.row_values, alone=kind == after[0]))
        self._dynamic(chosen.order_by(entry.kind, entry.id, entry.version).limit(limit))
        return list(self._guarded(self._cursor.fetchall))

    # Writing

    def insert(self, kind: Kind[Any], tenant: str, write: Write, /) -> None:
        """See `Transaction.insert`."""
        of_kind = self._statements.of(kind)
        self._add(kind.name, of_kind.table, of_kind.insert, of_row(tenant, write), write.row.id)
        self._store_aside(of_side(kind.name, tenant, write))

    def insert_many(self, kind: Kind[Any], tenant: str, writes: Iterable[Write], /) -> None:
        """See `Transaction.insert_many`."""
        of_kind = self._statements.of(kind)
        aside: list[Values] = []

        def rows() -> Iterator[Values]:
            for write in writes:
                if write.side:
                    aside.extend(of_side(kind.name, tenant, write))
                yield of_row(tenant, write)

        self._add_many(kind.name, of_kind.table, of_kind.insert, rows())
        self._store_aside(aside)

    def replace(self, kind: Kind[Any], tenant: str, write: Write, expected: int, /) -> None:
        """See `Transaction.replace`."""
        of_kind = self._statements.of(kind)
        id_ = write.row.id
        self._add(kind.name, of_kind.table, of_kind.replace, (*of_row(tenant, write), expected), id_)
        self._one_row(kind, id_, expected)
        if write.side is not None:
            self._run(self._statements.drop_values, (tenant, kind.name, id_))
            self._store_aside(of_side(kind.name, tenant, write))

    def delete(self, kind: Kind[Any], tenant: str, id: str, expected: int, /) -> None:
        """See `Transaction.delete`."""
        self._run(self._statements.of(kind).delete, (tenant, id, expected))
        self._one_row(kind, id, expected)
        self._run(self._statements.drop_values, (tenant, kind.name, id))

    def require(self, kind: Kind[Any], tenant: str, id: str, version: int, /) -> None:
        """See `Transaction.require`."""
        self._run(self._statements.of(kind).version, (tenant, id))
        found = self._cursor.fetchone()
        if found is None or found[0] != version:
            raise VersionConflict(kind.name, id, expected=version, found=None if found is None else found[0])

    def require_many(self, kind: Kind[Any], tenant: str, ids: Sequence[str], /) -> None:
        """See `Transaction.require_many`."""
        found = self._by_ids(kind, tenant, ids, held=True)
        missing = None if len(found) == len(ids) else first_missing(ids, (row[0] for row in found))
        if missing is not None:
            raise NotFound(kind.name, missing)

    def require_none(self, kind: Kind[Any], tenant: str, where: Criterion, besides: Sequence[str], /) -> None:
        """See `Transaction.require_none`."""
        table = self._statements.of(kind).table
        chosen = sa.select(table.c.id, table.c.version).where(self._criteria(kind, tenant).where(where))
        if self._guarded(lambda: self._dialect.sees_newest(self._cursor)):
            self._dynamic(chosen.with_for_update(read=True))
            found = self._guarded(self._cursor.fetchall)
        else:
            found = self._guarded(lambda: self._elsewhere(chosen))
        left = {id_: version for id_, version in found if id_ not in besides}
        if left and not self._changed_here(kind, tenant, left):
            raise Contention

    def _elsewhere(self, statement: sa.Select[Any]) -> Sequence[Any]:
        with self._beside.connect() as connection:
            return connection.execute(statement).fetchall()

    def _changed_here(self, kind: Kind[Any], tenant: str, seen: Mapping[str, int]) -> bool:
        """Whether this transaction has changed all these rows since their versions: an earlier unit of a host's did."""
        entry = self._statements.change.c
        mine = sa.and_(entry.tenant == tenant, entry.kind == kind.name, entry.id.in_(list(seen)))
        self._dynamic(sa.select(entry.id, sa.func.max(entry.version)).where(mine).group_by(entry.id))
        newest = dict(self._guarded(self._cursor.fetchall))
        return all(newest.get(id_, 0) > version for id_, version in seen.items())

    def claim(self, tenant: str, token: str, at: int, /) -> None:
        """See `Transaction.claim`."""
        statements = self._statements
        self._add(TOKEN, statements.unit, statements.add_unit, (tenant, token, at), token)

    def append(self, tenant: str, changes: Sequence[Change], events: Sequence[Event], /) -> None:
        """See `Transaction.append`."""
        rows, sent = of_changes(tenant, changes), of_events(tenant, events)
        statements = self._statements
        if self._dialect.pipelines and len(changes) + len(events) <= PIPELINED:
            self._append_at_once(rows, sent)
            return
        self._logged("change", statements.change, statements.add_change, rows, len(changes))
        self._logged("event", statements.outbox, statements.add_event, sent, len(events))

    def _logged(self, kind: str, table: sa.Table, statement: Statement, rows: Iterator[Values], count: int) -> None:
        if count == 1:
            self._add(kind, table, statement, next(rows), None)
        elif count:
            self._add_many(kind, table, statement, rows)

    def _append_at_once(self, rows: Iterable[Values], sent: Iterable[Values]) -> None:
        statements = self._statements
        work = [(statements.add_change, row) for row in rows] + [(statements.add_event, row) for row in sent]
        try:
            self._guarded(lambda: self._dialect.run_all(self._cursor, work))
        except AlreadyExists as error:
            event = statements.outbox.name in str(error.__cause__)
            table, kind = (statements.outbox, "event") if event else (statements.change, "change")
            raise AlreadyExists(kind, columns_of(table, str(error.params["key"]))) from error.__cause__

    def redact(self, tenant: str, entries: Sequence[Rewrite], /) -> None:
        """See `Transaction.redact`."""
        rows = [
            (tenant, old.kind, old.id, old.version, old.body, old.reason, new.body, new.reason) for old, new in entries
        ]
        self._all_of(self._statements.redact, rows, VersionConflict("change", tenant))

    def drop_events(self, tenant: str, events: Sequence[Event], /) -> None:
        """See `Transaction.drop_events`."""
        rows = [(tenant, each.kind, each.id, each.version) for each in events]
        self._all_of(self._statements.drop_event, rows, VersionConflict(EVENT, tenant))

    def put_registers(self, tenant: str, puts: Sequence[Put], /) -> None:
        """See `Transaction.put_registers`."""
        statements = self._statements
        new = [(tenant, *each.stored) for each in checked(puts) if each.expected is None]
        if new:
            only = new[0][2] if len(new) == 1 else None
            self._add_many(REGISTER, statements.register, statements.add_register, new, only)
        for each in puts:
            if each.expected is not None:
                values = (each.stored.version, each.body, tenant, each.space, each.key, each.expected)
                conflict = VersionConflict(REGISTER, each.key, expected=each.expected)
                self._all_of(statements.put_register, [values], conflict)

    def drop_registers(self, tenant: str, drops: Sequence[Drop], /) -> None:
        """See `Transaction.drop_registers`."""
        rows = [(tenant, *drop) for drop in drops]
        self._all_of(self._statements.drop_register, rows, VersionConflict(REGISTER, drops[0][1] if drops else ""))

    def commit(self, /) -> None:
        """See `Transaction.commit`."""
        self._finish(commit=True)

    def rollback(self, /) -> None:
        """See `Transaction.rollback`."""
        self._finish(commit=False)

    # Helpers

    def _finish(self, *, commit: bool) -> None:
        if self._end is None:
            return
        end, self._end = self._end, None
        end(commit)

    def _guarded(self, act: Callable[[], Any]) -> Any:
        try:
            return act()
        except Exception as error:  # noqa: BLE001 - raised again, in the library's words
            self._failed(error)

    def _add(self, kind: str, table: sa.Table, statement: Statement, values: Values, id_: str | None) -> None:
        """Run a statement that may meet a unique key: the error then says whose, of the row ``id_`` or by its columns."""
        try:
            self._dialect.run(self._cursor, statement, values)
        except Exception as error:  # noqa: BLE001 - raised again, in the library's words
            self._taken(kind, table, id_, error)

    def _add_many(
        self, kind: str, table: sa.Table, statement: Statement, rows: Iterable[Values], id_: str | None = None
    ) -> None:
        try:
            self._dialect.insert_many(self._cursor, statement, rows)
        except Exception as error:  # noqa: BLE001 - raised again, in the library's words
            self._taken(kind, table, id_, error)

    def _taken(self, kind: str, table: sa.Table, id_: str | None, error: Exception) -> NoReturn:
        ours = self._dialect.translate(error)
        if not isinstance(ours, AlreadyExists):
            self._failed(error)
        columns = columns_of(table, str(ours.params["key"]))
        key = id_ if id_ is not None and columns in {"id", "token", "space, key"} else columns
        raise AlreadyExists(kind, key) from error

    def _failed(self, error: Exception) -> NoReturn:
        """Raise the library's error for a driver's, and any other as it is."""
        ours = self._dialect.translate(error)
        if ours is None or ours is error:
            raise error
        raise ours from error

    def _run(self, statement: Statement, values: Sequence[Any]) -> None:
        try:
            self._dialect.run(self._cursor, statement, values)
        except Exception as error:  # noqa: BLE001 - raised again, in the library's words
            self._failed(error)

    def _all_of(self, statement: Statement, rows: Sequence[Sequence[Any]], error: VersionConflict) -> None:
        """Run a statement for each row; raise ``error`` unless each met one."""
        if len(rows) == 1:
            self._run(statement, rows[0])
        elif rows:
            self._guarded(lambda: self._cursor.executemany(statement.sql, list(map(statement.bind, rows))))
        if rows and self._cursor.rowcount != len(rows):
            raise error

    def _by_ids(self, kind: Kind[Any], tenant: str, ids: Sequence[str], *, held: bool) -> list[Any]:
        rows: list[Any] = []
        for part in [[*ids]] if len(ids) == 1 else chunks(dict.fromkeys(ids), CHUNK):
            statement = self._statements.by_ids(kind, len(part), held=held)
            width = len(statement.names) - 1
            self._run(statement, (tenant, *part, *part[-1:] * (width - len(part))))
            rows += self._guarded(self._cursor.fetchall)
        return rows

    def _dynamic(self, statement: sa.ClauseElement) -> None:
        sql, parameters = self._statements.dynamic(statement)
        self._guarded(lambda: self._cursor.execute(sql, parameters))

    def _select(self, statement: sa.ClauseElement) -> list[Row]:
        self._dynamic(statement)
        return [as_row(row) for row in self._guarded(self._cursor.fetchall)]

    def _criteria(self, kind: Kind[Any], tenant: str) -> Criteria:
        return Criteria(kind, self._statements.of(kind).table, self._statements.value, tenant, self._dialect)

    def _query(self, kind: Kind[Any], tenant: str, query: Query) -> sa.Select[Any]:
        where, sort = self._criteria(kind, tenant).find(query)
        chosen = sa.select(*row_columns(self._statements.of(kind).table)).where(where).order_by(*sort)
        return chosen if query.limit is None else chosen.limit(query.limit)

    def _store_aside(self, rows: Sequence[Values]) -> None:
        if rows:
            self._guarded(lambda: self._dialect.insert_many(self._cursor, self._statements.add_value, rows))

    def _one_row(self, kind: Kind[Any], id_: str, expected: int) -> None:
        if self._cursor.rowcount != 1:
            raise VersionConflict(kind.name, id_, expected=expected)
