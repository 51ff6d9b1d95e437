"""Taking part in a transaction that the host opened: its units become visible in it, and it alone ends it.

MongoDB has no savepoints, and a statement that it refuses aborts the whole transaction. So a joined unit looks before
it writes, and one that fails or is left takes back what it wrote, statement by statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from attrs import evolve
from bson import Int64
from pymongo.client_session import ClientSession
from pymongo.errors import PyMongoError

from handover_core.errors import AlreadyExists, HandoverError, StorageUnavailable, TransactionLost, VersionConflict
from handover_core.storage import Capabilities, Change, Event, Kind, Put, Rewrite, Schema, Write
from handover_core.storage.chunks import chunks
from handover_core.storage.driver import TOKEN
from handover_core.storage.encoding import Stored
from handover_core.storage.registers import EVENT, REGISTER, Drop, checked
from handover_core.texts import Text
from handover_core_mongo.database import Collections
from handover_core_mongo.documents import Document, key, register_key, stored, stream_key
from handover_core_mongo.failures import translated
from handover_core_mongo.transaction import CHUNK, Statements

NOT_OPEN = Text(
    "no transaction is open in this session; begin one with session.start_transaction()",
    "该会话中没有打开的事务；请先调用 session.start_transaction()",
)
OTHER_CLIENT = Text(
    "the session belongs to another client than this store", "该会话属于另一个客户端，而不是本存储的客户端"
)


class JoinedMongo:
    """A driver inside one transaction of the host."""

    def __init__(
        self, collections: Collections, session: ClientSession, schema: Schema, capabilities: Capabilities
    ) -> None:
        if session.client is not collections.client:
            raise StorageUnavailable(OTHER_CLIENT)
        self.schema = schema
        self.capabilities = evolve(capabilities, joins=False, joined=True)
        self.lost: str | None = None
        self._collections = collections
        self._session = session
        # The client may believe in a transaction that the server has ended long ago: a read shows it.
        with JoinedTransaction(self, collections, session).statement():
            collections.schema.find_one({"_id": "schema"}, session=session)

    def transaction(self, *, write: bool) -> JoinedTransaction:  # noqa: ARG002 - the server decides at the first write
        """Begin a unit inside the host's transaction."""
        self.standing()
        return JoinedTransaction(self, self._collections, self._session)

    def translate(self, error: BaseException, /) -> HandoverError | None:
        """See `Driver.translate`."""
        return translated(error)

    def standing(self) -> None:
        """Raise `TransactionLost` or `StorageUnavailable` unless the host's transaction is still open."""
        if self.lost is not None:
            raise TransactionLost(self.lost)
        if not self._session.in_transaction:
            raise StorageUnavailable(NOT_OPEN)


class JoinedTransaction(Statements):
    """One unit in the host's transaction: it remembers how to take back what it writes."""

    def __init__(self, driver: JoinedMongo, collections: Collections, session: ClientSession) -> None:
        super().__init__(collections, session)
        self._driver = driver
        self._undo: list[Callable[[], object]] = []
        self._over = False

    # Ending

    def commit(self, /) -> None:
        """Leave the writes to the host's transaction."""
        self._driver.standing()
        self._over = True

    def rollback(self, /) -> None:
        """Take back what this unit wrote; raise `TransactionLost` where that fails."""
        if self._over:
            return
        self._over = True
        if self._driver.lost is None and self._session.in_transaction:
            with self.statement():
                while self._undo:
                    self._undo.pop()()

    # Writing: look first, remember how to take it back

    def insert(self, kind: Kind[Any], tenant: str, write: Write, /) -> None:
        """See `Transaction.insert`."""
        self._refuse_taken(kind, tenant, [write], new=True)
        super().insert(kind, tenant, write)
        self._written(kind.name, [key(tenant, write.row.id)])

    def insert_many(self, kind: Kind[Any], tenant: str, writes: Iterable[Write], /) -> None:
        """See `Transaction.insert_many`."""
        for part in chunks(writes, CHUNK):
            self._refuse_taken(kind, tenant, part, new=True)
            super().insert_many(kind, tenant, part)
            self._written(kind.name, [key(tenant, write.row.id) for write in part])

    def replace(self, kind: Kind[Any], tenant: str, write: Write, expected: int, /) -> None:
        """See `Transaction.replace`."""
        before = self._before(kind, tenant, write.row.id, expected)
        self._refuse_taken(kind, tenant, [write], new=False)
        super().replace(kind, tenant, write, expected)
        collection, session = self._collections[kind.name], self._session
        self._undo.append(lambda: collection.replace_one({"_id": before["_id"]}, before, session=session))

    def delete(self, kind: Kind[Any], tenant: str, id: str, expected: int, /) -> None:
        """See `Transaction.delete`."""
        before = self._before(kind, tenant, id, expected)
        super().delete(kind, tenant, id, expected)
        collection, session = self._collections[kind.name], self._session
        self._undo.append(lambda: collection.insert_one(before, session=session))

    def claim(self, tenant: str, token: str, at: int, /) -> None:
        """See `Transaction.claim`."""
        if self._found("unit", {"_id": key(tenant, token)}) is not None:
            raise AlreadyExists(TOKEN, token)
        super().claim(tenant, token, at)
        self._written("unit", [key(tenant, token)])

    def append(self, tenant: str, changes: Sequence[Change], events: Sequence[Event], /) -> None:
        """See `Transaction.append`."""
        keys = [stream_key(tenant, each.kind, each.id, each.version) for each in changes]
        for start in range(0, len(keys), CHUNK):
            if self._found("change", {"_id": {"$in": keys[start : start + CHUNK]}}) is not None:
                raise AlreadyExists("change", "id")
        super().append(tenant, changes, events)
        self._written("change", keys)
        self._written("outbox", [stream_key(tenant, each.kind, each.id, each.version) for each in events])

    def redact(self, tenant: str, entries: Sequence[Rewrite], /) -> None:
        """See `Transaction.redact`."""
        collection, session = self._collections.change, self._session
        for each in entries:
            old = each.before
            before = self._found("change", {"_id": stream_key(tenant, old.kind, old.id, old.version)})
            if before is None:
                raise VersionConflict("change", old.id, expected=old.version)
            super().redact(tenant, [each])
            self._undo.append(
                lambda old=before: collection.replace_one({"_id": old["_id"]}, old, session=session)  # type: ignore[misc]
            )

    def drop_events(self, tenant: str, events: Sequence[Event], /) -> None:
        """See `Transaction.drop_events`."""
        keys = [stream_key(tenant, each.kind, each.id, each.version) for each in events]
        with self.statement():
            before = list(self._collections.outbox.find({"_id": {"$in": keys}}, session=self._session))
        if len(before) != len(keys):
            raise VersionConflict(EVENT, tenant)
        super().drop_events(tenant, events)
        if before:
            self._undo.append(lambda: self._collections.outbox.insert_many(before, session=self._session))

    def put_registers(self, tenant: str, puts: Sequence[Put], /) -> None:
        """See `Transaction.put_registers`."""
        for put in checked(puts):
            place = register_key(tenant, put.space, put.key)
            before = self._found("register", {"_id": place})
            self._refuse_other(before, put.key, put.expected)
            super().put_registers(tenant, [put])
            if before is None:
                self._written("register", [place])
            else:
                self._put_back(before)

    def drop_registers(self, tenant: str, drops: Sequence[Drop], /) -> None:
        """See `Transaction.drop_registers`."""
        for drop in drops:
            before = self._found("register", {"_id": register_key(tenant, *drop[:2])})
            if before is None or before["version"] != drop[2]:
                raise VersionConflict(REGISTER, drop[1], expected=drop[2])
            super().drop_registers(tenant, [drop])
            self._put_back(before)

    # Helpers

    @staticmethod
    def _refuse_other(found: Document | None, name: str, expected: int | None) -> None:
        if expected is None and found is not None:
            raise AlreadyExists(REGISTER, name)
        if expected is not None and (found is None or found["version"] != expected):
            raise VersionConflict(REGISTER, name, expected=expected)

    def _put_back(self, before: Document) -> None:
        collection, session = self._collections.register, self._session
        place = {"_id": before["_id"]}
        self._undo.append(lambda: collection.replace_one(place, before, upsert=True, session=session))

    def statement(self) -> Any:
        """Return what a statement runs in, as long as the host's transaction stands; whatever pymongo raises has ended it."""
        return self._talking()

    def standing(self) -> None:
        """See `Statements.standing`."""
        self._driver.standing()

    def _failed(self, error: Exception) -> HandoverError:
        if not isinstance(error, PyMongoError):  # refused before it was sent: the server knows nothing of it
            return super()._failed(error)
        self._driver.lost = str(error)
        return TransactionLost(self._driver.lost)

    def _written(self, name: str, keys: Sequence[str]) -> None:
        collection, session = self._collections[name], self._session
        self._undo.append(lambda: collection.delete_many({"_id": {"$in": list(keys)}}, session=session))

    def _found(self, name: str, where: Document) -> Document | None:
        with self.statement():
            return self._collections[name].find_one(where, session=self._session)

    def _before(self, kind: Kind[Any], tenant: str, id_: str, expected: int) -> Document:
        found = self._found(kind.name, {"_id": key(tenant, id_), "version": Int64(expected)})
        if found is None:
            raise VersionConflict(kind.name, id_, expected=expected)
        return found

    def _refuse_taken(self, kind: Kind[Any], tenant: str, writes: Sequence[Write], *, new: bool) -> None:
        """Raise `AlreadyExists` where a key is taken, by a document or twice among the writes."""
        ids = [write.row.id for write in writes]
        keys = [key(tenant, id_) for id_ in ids]
        if new and self._taken(kind.name, keys, {"_id": {"$in": keys}}):
            raise AlreadyExists(kind.name, ids[0] if len(ids) == 1 else "id")
        others: Document = {"tenant": tenant} if new else {"tenant": tenant, "_id": {"$nin": keys}}
        for names in kind.unique:
            values = [value for write in writes if None not in (value := _values(kind, names, write))]
            if values and self._taken(kind.name, values, {**others, **_one_of(names, values)}):
                raise AlreadyExists(kind.name, ", ".join(names))

    def _taken(self, name: str, wanted: Sequence[Any], where: Document) -> bool:
        return len(set(wanted)) < len(wanted) or self._found(name, where) is not None


def _values(kind: Kind[Any], names: Sequence[str], write: Write) -> tuple[Stored, ...]:
    return tuple(stored(write.columns[kind.position[name]]) for name in names)


def _one_of(names: Sequence[str], values: Sequence[tuple[Stored, ...]]) -> Document:
    """Return the filter for documents that have one of the values in these fields."""
    if len(names) == 1:
        return {names[0]: {"$in": [value for (value,) in values]}}
    return {"$or": [dict(zip(names, value, strict=True)) for value in values]}
