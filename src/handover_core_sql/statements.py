"""Statements, compiled once per kind and executed on the driver's own cursor.

SQLAlchemy writes the SQL; running it on the cursor inside the open transaction saves its per-call cost, which is most
of the price of a small read.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from functools import cached_property, lru_cache
from threading import Lock
from typing import Any

import sqlalchemy as sa
from attrs import evolve, field, frozen

from handover_core.storage import Kind
from handover_core_sql.layout import ROW_COLUMNS, TableSpec, shared_tables, spec_of, state_table
from handover_core_sql.shapes import Parameters, Shapes


@frozen
class Statement:
    """SQL text, and how a row of values becomes its parameters: by place, or by name.

    ``copy`` is the statement of an insert for databases that take many rows as a stream. ``numbered`` is the same text
    with numbered parameters, where the driver lets us prepare statements ourselves.
    """

    sql: str
    names: tuple[str, ...]
    places: tuple[int, ...] | None
    copy: str = ""
    numbered: str = ""
    numbered_places: tuple[int, ...] = ()
    in_order: bool = field(init=False)
    """Whether the values are the parameters as they come."""

    @in_order.default
    def _in_order(self) -> bool:
        return self.places == tuple(range(len(self.names)))

    def bind(self, values: Sequence[Any]) -> Parameters:
        """Return the parameters for values in the order in which the statement was declared."""
        if self.places is None:
            return dict(zip(self.names, values, strict=True))
        if self.in_order:
            return values
        return tuple([values[place] for place in self.places])


@frozen(kw_only=True)
class KindStatements:
    """The fixed statements of one kind."""

    table: sa.Table
    get: Statement
    insert: Statement
    replace: Statement
    delete: Statement
    version: Statement


@frozen
class Compiler:
    """Compiles statements for one dialect. Two are equal that write the same SQL."""

    writes: tuple[object, ...]
    dialect: sa.Dialect = field(eq=False)
    numbered: sa.Dialect | None = field(eq=False)
    """The same dialect as libpq wants its statements, where the driver is built on that."""

    @classmethod
    def of(cls, dialect: sa.Dialect) -> Compiler:
        """Return the compiler of a dialect, with what it knows of its server by now."""
        server = dialect.server_version_info, getattr(dialect, "is_mariadb", None)
        quote = dialect.identifier_preparer.initial_quote  # which MySQL leaves to a setting of its server
        return cls((type(dialect), dialect.paramstyle, quote, *server), dialect, _numbered(dialect))

    def fixed(self, statement: sa.ClauseElement, names: tuple[str, ...]) -> Statement:
        """Compile a statement whose parameters will come as values in the order of ``names``."""
        compiled = statement.compile(dialect=self.dialect)
        order = compiled.positiontup  # type: ignore[attr-defined]
        places = None if order is None else tuple(names.index(name) for name in order)
        if self.numbered is None:
            return Statement(str(compiled), names, places)
        numbered = statement.compile(dialect=self.numbered)
        numbers = tuple(names.index(name) for name in numbered.positiontup)  # type: ignore[attr-defined]
        return Statement(str(compiled), names, places, numbered=str(numbered), numbered_places=numbers)

    def insert(self, table: sa.Table) -> Statement:
        """Compile the insert of a whole row."""
        names = tuple(column.name for column in table.c)
        made = self.fixed(sa.insert(table).values({name: sa.bindparam(name) for name in names}), names)
        quoted = self.dialect.identifier_preparer
        columns = ", ".join(quoted.quote(name) for name in names)
        return evolve(made, copy=f"COPY {quoted.format_table(table)} ({columns}) FROM STDIN")


_COMPILING = Lock()
"""So that threads that need the same statements at once compile them once."""
_SHAPES = Shapes()


@lru_cache(maxsize=1024)
def _of_kind(compiler: Compiler, spec: TableSpec, prefix: str, schema: str | None) -> KindStatements:
    """Compile the statements of a kind: once in a process, however many stores are opened on such a database."""
    table = state_table(spec, sa.MetaData(schema=schema), prefix)
    row = _match(table, "tenant", "id")
    seen = sa.and_(row, table.c.version == sa.bindparam("expected"))
    written = [column for column in table.c if column.name not in {"tenant", "id"}]
    assigned: dict[sa.Column[Any], Any] = {column: sa.bindparam(f"new_{column.name}") for column in written}
    return KindStatements(
        table=table,
        get=compiler.fixed(sa.select(*row_columns(table)).where(row), ("tenant", "id")),
        insert=compiler.insert(table),
        replace=compiler.fixed(
            sa.update(table).values(assigned).where(seen),
            ("tenant", "id", *(f"new_{column.name}" for column in written), "expected"),
        ),
        delete=compiler.fixed(sa.delete(table).where(seen), ("tenant", "id", "expected")),
        version=compiler.fixed(
            sa.select(table.c.version).where(row).with_for_update(read=True), ("tenant", "id")
        ),
    )  # fmt: skip


@lru_cache(maxsize=64)
def _shared(prefix: str, schema: str | None) -> dict[str, sa.Table]:
    """Return the tables that all kinds share: the same ones for all stores, so that their statements are known again."""
    return shared_tables(sa.MetaData(schema=schema), prefix)


class Statements:
    """All statements of one store; those of a kind are compiled when it is first used."""

    def __init__(self, dialect: sa.Dialect, prefix: str, schema: str | None) -> None:
        self.dialect = dialect
        self._compiler = Compiler.of(dialect)
        self._prefix = prefix
        self._schema = schema
        self._kinds: dict[str, KindStatements] = {}
        self._by_ids: dict[tuple[str, int, bool], Statement] = {}
        shared = _shared(prefix, schema)
        self.value, self.change, self.outbox, self.unit, self.register = (
            shared[name] for name in ("value", "change", "outbox", "unit", "register")
        )
        self.add_value = self._compiler.insert(self.value)
        self.add_change = self._compiler.insert(self.change)
        self.add_event = self._compiler.insert(self.outbox)
        self.add_unit = self._compiler.insert(self.unit)
        owner = _match(self.value, "tenant", "kind", "id")
        self.drop_values = self._compiler.fixed(sa.delete(self.value).where(owner), ("tenant", "kind", "id"))
        stream = sa.select(self.change).where(_match(self.change, "tenant", "kind", "id"))
        self.changes = self._compiler.fixed(stream.order_by(self.change.c.version), ("tenant", "kind", "id"))
        event = ("tenant", "kind", "id", "version")
        self.drop_event = self._compiler.fixed(sa.delete(self.outbox).where(_match(self.outbox, *event)), event)
        entry = _match(self.change, *event)
        words = [(name, self.change.c[name]) for name in ("body", "reason")]
        read = sa.and_(entry, *(column.is_not_distinct_from(sa.bindparam(name)) for name, column in words))
        redacted: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name, _ in words}
        self.redact = self._compiler.fixed(
            sa.update(self.change).values(redacted).where(read), (*event, "body", "reason", "new_body", "new_reason")
        )
        self._about_registers()

    def _about_registers(self) -> None:
        table, place = self.register, ("tenant", "space", "key")
        mine = _match(table, *place)
        seen = sa.and_(mine, table.c.version == sa.bindparam("expected"))
        self.add_register = self._compiler.insert(table)
        self.get_register = self._compiler.fixed(sa.select(table.c.version, table.c.body).where(mine), place)
        written: dict[sa.Column[Any], Any] = {
            table.c.version: sa.bindparam("new_version"), table.c.body: sa.bindparam("new_body"),
        }  # fmt: skip
        changed = sa.update(table).values(written).where(seen)
        self.put_register = self._compiler.fixed(changed, ("new_version", "new_body", *place, "expected"))
        self.drop_register = self._compiler.fixed(sa.delete(table).where(seen), (*place, "expected"))

    def of(self, kind: Kind[Any]) -> KindStatements:
        """Return the statements of a kind."""
        found = self._kinds.get(kind.name)
        if found is None:
            with _COMPILING:
                found = _of_kind(self._compiler_now, spec_of(kind), self._prefix, self._schema)
            self._kinds[kind.name] = found
        return found

    def by_ids(self, kind: Kind[Any], count: int, *, held: bool) -> Statement:
        """Return what selects rows by at least ``count`` ids: the rows, or the ids alone and ``held`` to the commit.

        It takes the tenant and as many ids as its width says; there is one for each power of two, so that few are made.
        """
        width = 1 << (count - 1).bit_length()
        found = self._by_ids.get((kind.name, width, held))
        if found is None:
            table = self.of(kind).table
            names = tuple(f"id{place}" for place in range(width))
            mine = sa.and_(
                table.c.tenant == sa.bindparam("tenant"), table.c.id.in_([sa.bindparam(name) for name in names])
            )
            chosen = (
                sa.select(table.c.id).where(mine).with_for_update(read=True)
                if held
                else (sa.select(*row_columns(table)).where(mine))
            )
            found = self._by_ids[kind.name, width, held] = self._compiler.fixed(chosen, ("tenant", *names))
        return found

    def dynamic(self, statement: sa.ClauseElement) -> tuple[str, Parameters]:
        """Return SQL and parameters of a statement that carries its own values."""
        return _SHAPES.bound(self._compiler_now, self.dialect, statement)

    @cached_property
    def _compiler_now(self) -> Compiler:
        """The compiler in a transaction: only after it has connected does a dialect know what its server wants."""
        return Compiler.of(self.dialect)


def _numbered(dialect: sa.Dialect) -> sa.Dialect | None:
    """Return the same dialect as libpq wants its statements, where the driver is built on that."""
    if dialect.driver != "psycopg":
        return None
    numbered = copy(dialect)
    numbered.paramstyle, numbered.positional = "numeric_dollar", True
    numbered.identifier_preparer = numbered.preparer(numbered)
    return numbered


def row_columns(table: sa.Table) -> list[sa.Column[Any]]:
    """Return the columns of a `Row`, in its order."""
    return [table.c[name] for name in ROW_COLUMNS[1:]]


def columns_of(table: sa.Table, key: str) -> str:
    """Return the columns of a unique key of ``table``, without the tenant, where a database gives only its name."""
    keys = {str(index.name): [column.name for column in index.columns] for index in table.indexes}
    keys["PRIMARY"] = [column.name for column in table.primary_key]
    return ", ".join(name for name in keys[key] if name != "tenant") if key in keys else key


def _match(table: sa.Table, *names: str) -> sa.ColumnElement[bool]:
    return sa.and_(*(table.c[name] == sa.bindparam(name) for name in names))
