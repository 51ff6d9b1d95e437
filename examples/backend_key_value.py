"""A backend of one's own: handover-core on any transactional key-value store, in some 350 lines.

The key-value store here is Python's own sqlite3 with a single table of key and value; LMDB, FoundationDB or RocksDB
would look the same. Criteria are answered by walking a company's rows with the functions of the memory driver: simple,
right, and as slow as it sounds. What it promises stands in ``capabilities``; what it keeps is shown by the contract::

    class TestKeyValue(StoreContract):
        @pytest.fixture
        def harness(self, tmp_path):
            return Harness(open=lambda: KeyValueStore(tmp_path / "kv.db"), close=KeyValueStore.close, raw=Raw)
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from handover_core.errors import (
    AlreadyExists,
    CommitUnknown,
    Contention,
    HandoverError,
    NotFound,
    SchemaMismatch,
    StorageUnavailable,
    VersionConflict,
)
from handover_core.history.asking import answers
from handover_core.storage import (
    EVERYTHING,
    Capabilities,
    Change,
    Compaction,
    Criterion,
    Event,
    Kind,
    LogQuestion,
    Operation,
    Put,
    Query,
    Register,
    Rewrite,
    Row,
    Write,
)
from handover_core.storage.driver import TOKEN, first_missing
from handover_core.storage.encoding import Stored
from handover_core.storage.memory.matching import arranged, matches
from handover_core.storage.memory.transaction import unique_keys
from handover_core.storage.registers import EVENT, REGISTER, Drop, checked

SCHEMA = 1
SEPARATOR = b"\0"  # no text of the library holds it, so keys sort part by part


def key_of(*parts: str | int) -> bytes:
    """Return a key; its parts sort one after the other, numbers by their value."""
    return SEPARATOR.join(f"{part:020d}".encode() if isinstance(part, int) else part.encode() for part in parts)


class KeyValueStore:
    """One file; writers take turns, readers see the state before."""

    capabilities = Capabilities(concurrent_writers=False)

    def __init__(self, path: Path) -> None:
        self._path = path  # nothing is touched before it is used
        self.schema = KeyValueSchema(self)

    def connect(self) -> sqlite3.Connection:
        """Return a connection in which this module says where transactions begin and end."""
        connection = sqlite3.connect(self._path, timeout=10, isolation_level=None)
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def transaction(self, *, write: bool) -> KeyValueTransaction:
        """See `Driver.transaction`."""
        connection: sqlite3.Connection | None = None
        try:
            connection = self.connect()
            connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        except sqlite3.Error as error:
            if connection is not None:
                connection.close()
            raise self.translate(error) or error from error
        return KeyValueTransaction(self, connection)

    def translate(self, error: BaseException, /) -> HandoverError | None:
        """See `Driver.translate`."""
        if not isinstance(error, sqlite3.Error):
            return None
        return Contention() if "locked" in str(error) else StorageUnavailable(str(error))

    def close(self) -> None:
        """Do nothing: connections live no longer than their transactions."""


class KeyValueSchema:
    """A single table, and a number in it."""

    def __init__(self, store: KeyValueStore) -> None:
        self._store = store

    def migrate(self) -> int:
        """See `Schema.migrate`; every statement may run twice, and at once."""
        connection = self._store.connect()
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE IF NOT EXISTS kv (key BLOB PRIMARY KEY, value TEXT) WITHOUT ROWID")
            connection.execute("INSERT OR IGNORE INTO kv VALUES (?, ?)", (key_of("schema"), str(SCHEMA)))
        except sqlite3.Error as error:
            raise self._store.translate(error) or error from error
        finally:
            connection.close()
        self.check()
        return SCHEMA

    def check(self) -> None:
        """See `Schema.check`."""
        transaction = self._store.transaction(write=False)
        try:
            found = int(transaction.value(key_of("schema")) or 0)
        finally:
            transaction.rollback()
        if found != SCHEMA:
            raise SchemaMismatch(found, SCHEMA)

    def compact(self) -> Compaction:
        """See `Schema.compact`: the file is written anew, and the log of writes ends empty."""
        connection = self._store.connect()
        try:
            connection.executescript("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")
        finally:
            connection.close()
        return Compaction()


class KeyValueTransaction:
    """Implements `Transaction` with four operations: read, write and remove a value, and walk a range of keys."""

    def __init__(self, store: KeyValueStore, connection: sqlite3.Connection) -> None:
        self._store = store
        self._connection: sqlite3.Connection | None = connection

    # The key-value store

    def _run(self, sql: str, *values: object) -> list[Any]:
        if self._connection is None:
            raise StorageUnavailable("the transaction has ended")
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise self._store.translate(error) or error from error

    def value(self, key: bytes) -> str | None:
        """Return a value, or None."""
        found = self._run("SELECT value FROM kv WHERE key = ?", key)
        return found[0][0] if found else None

    def _put(self, key: bytes, value: object) -> None:
        self._run("INSERT OR REPLACE INTO kv VALUES (?, ?)", key, json.dumps(value, ensure_ascii=False))

    def _remove(self, key: bytes) -> None:
        self._run("DELETE FROM kv WHERE key = ?", key)

    def _walk(self, start: bytes, after: bytes | None = None, limit: int = -1) -> list[str]:
        rows = self._run(
            "SELECT value FROM kv WHERE key > ? AND key < ? ORDER BY key LIMIT ?",
            after or start + SEPARATOR, start + b"\1", limit,
        )  # fmt: skip
        return [row[0] for row in rows]

    # Reading

    def _load(self, kind: Kind[Any], tenant: str, id_: str) -> Write | None:
        found = self.value(key_of("row", tenant, kind.name, id_))
        return None if found is None else _as_write(found)

    def _all(self, kind: Kind[Any], tenant: str) -> Iterator[Write]:
        return map(_as_write, self._walk(key_of("row", tenant, kind.name)))

    def get(self, kind: Kind[Any], tenant: str, id: str, /) -> Row | None:
        found = self._load(kind, tenant, id)
        return None if found is None else found.row

    def get_many(self, kind: Kind[Any], tenant: str, ids: Sequence[str], /) -> list[Row]:
        return [row for id_ in dict.fromkeys(ids) if (row := self.get(kind, tenant, id_)) is not None]

    def find(self, kind: Kind[Any], tenant: str, query: Query, /) -> list[Row]:
        return [write.row for write in arranged(kind, self._all(kind, tenant), query)]

    def stream(self, kind: Kind[Any], tenant: str, query: Query, /) -> Iterator[Row]:
        yield from self.find(kind, tenant, query)

    def count(self, kind: Kind[Any], tenant: str, where: Criterion | None, /) -> int:
        return sum(matches(kind, write, where) for write in self._all(kind, tenant))

    def group(
        self, kind: Kind[Any], tenant: str, fields: Sequence[str], where: Criterion | None, /
    ) -> Mapping[tuple[Stored, ...], int]:
        places = [kind.position[name] for name in fields]
        found = (write for write in self._all(kind, tenant) if matches(kind, write, where))
        return Counter(tuple(write.columns[place] for place in places) for write in found)

    def changes(self, tenant: str, kind: str, id: str, /) -> list[Change]:
        return list(map(_as_change, self._walk(key_of("change", tenant, kind, id))))

    def history(
        self, tenant: str, after: tuple[str, str, int] | None, limit: int, question: LogQuestion = EVERYTHING, /
    ) -> list[Change]:
        start = None if after is None else key_of("change", tenant, *after)
        rows = self._walk(key_of("change", tenant), start, limit if question == EVERYTHING else -1)
        found = map(_as_change, rows)
        return list(islice((change for change in found if answers(change, question)), limit))

    def events(self, tenant: str, after: tuple[str, str, int] | None, limit: int, /) -> list[Event]:
        start = None if after is None else key_of("event", tenant, *after)
        return [Event(**json.loads(found)) for found in self._walk(key_of("event", tenant), start, limit)]

    def register(self, tenant: str, space: str, key: str, /) -> Register | None:
        found = self.value(key_of("register", tenant, space, key))
        return None if found is None else Register(*json.loads(found))

    def registers(self, tenant: str, space: str, after: str | None, limit: int, /) -> list[Register]:
        start = None if after is None else key_of("register", tenant, space, after)
        found = self._walk(key_of("register", tenant, space), start, limit)
        return [Register(*json.loads(each)) for each in found]

    def spaces(self, tenant: str, after: str | None, limit: int, /) -> list[str]:
        found = dict.fromkeys(json.loads(each)[0] for each in self._walk(key_of("register", tenant)))
        return [space for space in found if after is None or space > after][:limit]

    # Writing

    def insert(self, kind: Kind[Any], tenant: str, write: Write, /) -> None:
        if self._load(kind, tenant, write.row.id) is not None:
            raise AlreadyExists(kind.name, write.row.id)
        self._store_row(kind, tenant, write)

    def insert_many(self, kind: Kind[Any], tenant: str, writes: Sequence[Write], /) -> None:
        for write in writes:
            self.insert(kind, tenant, write)

    def replace(self, kind: Kind[Any], tenant: str, write: Write, expected: int, /) -> None:
        old = self._expect(kind, tenant, write.row.id, expected)
        self._drop_unique(kind, tenant, old)
        self._store_row(kind, tenant, write if write.side is not None else write._replace(side=old.side))

    def delete(self, kind: Kind[Any], tenant: str, id: str, expected: int, /) -> None:
        self._drop_unique(kind, tenant, self._expect(kind, tenant, id, expected))
        self._remove(key_of("row", tenant, kind.name, id))

    def require(self, kind: Kind[Any], tenant: str, id: str, version: int, /) -> None:
        self._expect(kind, tenant, id, version)  # holds until the commit: nobody else writes before that

    def require_many(self, kind: Kind[Any], tenant: str, ids: Sequence[str], /) -> None:
        missing = first_missing(ids, (row.id for row in self.get_many(kind, tenant, ids)))
        if missing is not None:
            raise NotFound(kind.name, missing)

    def require_none(self, kind: Kind[Any], tenant: str, where: Criterion, besides: Sequence[str], /) -> None:
        """Find nothing: writers take turns, so nobody committed since the snapshot."""

    def claim(self, tenant: str, token: str, at: int, /) -> None:
        key = key_of("token", tenant, token)
        if self.value(key) is not None:
            raise AlreadyExists(TOKEN, token)
        self._put(key, at)

    def append(self, tenant: str, changes: Sequence[Change], events: Sequence[Event], /) -> None:
        for name, entries in (("change", changes), ("event", events)):
            for entry in entries:
                key = key_of(name, tenant, entry.kind, entry.id, entry.version)
                if self.value(key) is not None:
                    raise AlreadyExists(name, f"{entry.id}, {entry.version}")
                self._put(key, entry._asdict())

    def redact(self, tenant: str, entries: Sequence[Rewrite], /) -> None:
        for before, after in entries:
            key = key_of("change", tenant, before.kind, before.id, before.version)
            value = self.value(key)
            found = {} if value is None else json.loads(value)
            if value is None or (found["body"], found["reason"]) != (before.body, before.reason):
                raise VersionConflict("change", before.id, expected=before.version)
            self._put(key, {**found, "body": after.body, "reason": after.reason})

    def drop_events(self, tenant: str, events: Sequence[Event], /) -> None:
        for event in events:
            key = key_of("event", tenant, event.kind, event.id, event.version)
            if self.value(key) is None:
                raise VersionConflict(EVENT, event.id, expected=event.version)
            self._remove(key)

    def put_registers(self, tenant: str, puts: Sequence[Put], /) -> None:
        for put in checked(puts):
            found = self.register(tenant, put.space, put.key)
            if found is not None and put.expected is None:
                raise AlreadyExists(REGISTER, put.key)
            if put.expected != (None if found is None else found.version):
                raise VersionConflict(REGISTER, put.key, expected=put.expected)
            self._put(key_of("register", tenant, put.space, put.key), put.stored)

    def drop_registers(self, tenant: str, drops: Sequence[Drop], /) -> None:
        for space, key, expected in drops:
            found = self.register(tenant, space, key)
            if found is None or found.version != expected:
                raise VersionConflict(REGISTER, key, expected=expected)
            self._remove(key_of("register", tenant, space, key))

    def commit(self, /) -> None:
        try:
            self._run("COMMIT")
        except StorageUnavailable as error:
            raise CommitUnknown(str(error)) from error
        finally:
            self._end()

    def rollback(self, /) -> None:
        self._end()  # closing a connection rolls back what it has not committed

    # Helpers

    def _end(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _expect(self, kind: Kind[Any], tenant: str, id_: str, version: int) -> Write:
        found = self._load(kind, tenant, id_)
        if found is None or found.row.version != version:
            raise VersionConflict(kind.name, id_, expected=version, found=None if found is None else found.row.version)
        return found

    def _store_row(self, kind: Kind[Any], tenant: str, write: Write) -> None:
        for names, values in unique_keys(kind, write):
            key = _unique_key(kind, tenant, names, values)
            if self.value(key) is not None:
                raise AlreadyExists(kind.name, ", ".join(names))
            self._put(key, write.row.id)
        self._put(key_of("row", tenant, kind.name, write.row.id), write)

    def _drop_unique(self, kind: Kind[Any], tenant: str, write: Write) -> None:
        for names, values in unique_keys(kind, write):
            self._remove(_unique_key(kind, tenant, names, values))


def _unique_key(kind: Kind[Any], tenant: str, names: tuple[str, ...], values: tuple[Stored, ...]) -> bytes:
    return key_of("unique", tenant, kind.name, "+".join(names), *map(str, values))


def _as_write(text: str) -> Write:
    row, columns, search, side = json.loads(text)
    return Write(Row(*row), tuple(columns), tuple(search), tuple(tuple(each) for each in side or ()))


def _as_change(text: str) -> Change:
    fields = json.loads(text)
    return Change(**{**fields, "operation": Operation(fields["operation"])})
