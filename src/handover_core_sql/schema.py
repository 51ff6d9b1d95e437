"""The structure of one store: brought up to date, checked, printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import sqlalchemy as sa

from handover_core.errors import SchemaMismatch, StorageUnavailable
from handover_core.storage import Compaction
from handover_core_sql.dialects import Dialect
from handover_core_sql.layout import shared_tables
from handover_core_sql.migrations import MIGRATIONS, Migration
from handover_core_sql.migrations.plan import shape_of
from handover_core_sql.migrations.steps import Steps

R = TypeVar("R")


class SqlSchema:
    """The explicit life of a store's tables; nothing here happens by itself."""

    def __init__(
        self,
        dialect: Dialect,
        *,
        schema: str | None,
        table_prefix: str,
        migrations: Sequence[Migration] = MIGRATIONS,
    ) -> None:
        self._dialect = dialect
        self._schema = schema
        self._prefix = table_prefix
        self._migrations = migrations
        self._number = shared_tables(sa.MetaData(schema=schema), table_prefix)["schema"]

    def migrate(self) -> int:
        """Bring the store to the newest schema and return its number; two processes may do it at once.

        Whatever interrupts it, the next call goes on and ends in the same schema. Processes of an older version must
        have stopped writing. Raises `SchemaMismatch` for a store that a newer library made, `StorageUnavailable`,
        `Contention`, and `AlreadyExists` where rows that exist do not fit a new unique key.
        """
        return self._talking(self._migrate)

    def check(self) -> None:
        """Raise `SchemaMismatch` or `StorageUnavailable`, with the cure, unless the store is fit for use."""
        self._talking(self._check)

    def number(self) -> int:
        """Return the schema number of the store; 0 where there is none."""
        return self._talking(self._found)

    def compact(self) -> Compaction:
        """See `Schema.compact`; what each database offers stands in the documentation of retention."""
        return self._talking(lambda: self._dialect.compact(self._tables(), self._schema))

    def sql(self) -> str:
        """Return what makes a new store, as a script for people who run it by hand.

        A store that has rows already needs `migrate`, which also fills new columns from what is stored.
        """
        statements: list[str] = []
        dialect = self._dialect.engine.dialect
        for number in range(1, len(self._migrations) + 1):
            statements += self._steps(number).text()
            made = sa.insert(self._number).values(number=number)
            statements.append(str(made.compile(dialect=dialect, compile_kwargs={"literal_binds": True})))
        return ";\n\n".join(statements) + ";\n"

    def _talking(self, act: Callable[[], R]) -> R:
        try:
            return act()
        except Exception as error:
            ours = self._dialect.translate(error)
            if ours is error:
                raise
            if ours is None and not isinstance(error, sa.exc.SQLAlchemyError):
                raise
            raise (ours or StorageUnavailable(str(error))) from error

    def _migrate(self) -> int:
        self._dialect.prepare()
        with self._dialect.engine.connect() as connection:
            self._dialect.migrating(connection)
            try:
                self._apply(connection)
            except BaseException:
                self._dialect.migrated(connection, success=False)
                raise
            self._dialect.migrated(connection, success=True)
        return len(self._migrations)

    def _apply(self, connection: sa.Connection) -> None:
        found = self._read(connection)
        if found > len(self._migrations):
            raise SchemaMismatch(found, len(self._migrations))
        for number in range(found + 1, len(self._migrations) + 1):
            self._steps(number).run(connection)
            connection.execute(sa.insert(self._number).values(number=number))
            if not self._dialect.transactional_ddl:
                connection.commit()

    def _steps(self, number: int) -> Steps:
        before = shape_of(self._migrations[: number - 1])
        return Steps(self._dialect, self._schema, self._prefix, before, self._migrations[number - 1])

    def _read(self, connection: sa.Connection) -> int:
        if not sa.inspect(connection).has_table(self._number.name, schema=self._schema):
            return 0
        return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(self._number.c.number), 0))).scalar_one())

    def _found(self) -> int:
        with self._dialect.engine.connect() as connection:
            return self._read(connection)

    def _check(self) -> int:
        found = self._found()
        if found != len(self._migrations):
            raise SchemaMismatch(found, len(self._migrations))
        with self._dialect.engine.connect() as connection:
            self._dialect.check(connection, self._tables(), self._schema)
        return found

    def _tables(self) -> list[str]:
        shape = shape_of(self._migrations)
        return [self._prefix + name for name in (*shape.tables, *shape.shared)]
