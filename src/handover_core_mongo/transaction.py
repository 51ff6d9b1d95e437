"""One transaction on MongoDB, owned by the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from bson import Int64
from pymongo.client_session import ClientSession
from pymongo.errors import ConnectionFailure, PyMongoError

from handover_core.errors import AlreadyExists, CommitUnknown, HandoverError, NotFound, VersionConflict
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
from handover_core_mongo.criteria import Criteria
from handover_core_mongo.database import Collections
from handover_core_mongo.documents import (
    ID,
    ROW,
    Document,
    as_change,
    as_entry,
    as_event,
    as_kept,
    as_register,
    as_row,
    as_sent,
    assigned,
    below,
    filtered,
    inserted,
    key,
    plain,
    register_key,
    stream_key,
)
from handover_core_mongo.failures import RAISED, translated, translated_commit

CHUNK = 500
"""How many ids one statement names, and how many documents a stream fetches at once."""

AT_ONCE = 2000
"""How long a list may be to come in one answer."""

_ALL: Mapping[str, Any] = MappingProxyType({})

_GUARDED = {"$inc": {"guard": Int64(1)}}
"""A write to the document that changes nothing that anybody reads: of two transactions that write it one must go."""


class Statements:
    """Runs statements in the transaction of one session; what begins and ends it stands in the classes below."""

    def __init__(self, collections: Collections, session: ClientSession) -> None:
        self._collections = collections
        self._session = session

    # Reading

    def get(self, kind: Kind[Any], tenant: str, id: str, /) -> Row | None:
        """See `Transaction.get`."""
        with self._talking():
            found = self._collections[kind.name].find_one({"_id": key(tenant, id)}, ROW, session=self._session)
        return None if found is None else as_row(found)

    def get_many(self, kind: Kind[Any], tenant: str, ids: Sequence[str], /) -> list[Row]:
        """See `Transaction.get_many`."""
        return [
            as_row(found)
            for part in chunks(dict.fromkeys(ids), CHUNK)
            for found in self._among(kind, tenant, part, ROW)
        ]

    def find(self, kind: Kind[Any], tenant: str, query: Query, /) -> list[Row]:
        """See `Transaction.find`."""
        return list(self.stream(kind, tenant, query))

    def stream(self, kind: Kind[Any], tenant: str, query: Query, /) -> Iterator[Row]:
        """See `Transaction.stream`."""
        if query.limit == 0:  # which the server takes for "no limit"
            return
        where, order = Criteria(kind, tenant).find(query)
        with self._talking(), self._collections[kind.name].find(
            where, ROW, sort=order, limit=query.limit or 0, batch_size=_batch(query.limit), session=self._session
        ) as cursor:  # fmt: skip
            yield from map(as_row, cursor)

    def count(self, kind: Kind[Any], tenant: str, where: Criterion | None, /) -> int:
        """See `Transaction.count`."""
        with self._talking():
            matching = Criteria(kind, tenant).where(where)
            return self._collections[kind.name].count_documents(matching, session=self._session)

    def group(
        self, kind: Kind[Any], tenant: str, fields: Sequence[str], where: Criterion | None, /
    ) -> Mapping[tuple[Stored, ...], int]:
        """See `Transaction.group`."""
        by = {f"f{place}": f"${name}" for place, name in enumerate(fields)}
        stages = [
            {"$match": Criteria(kind, tenant).where(where)},
            {"$group": {"_id": by, "rows": {"$sum": 1}}},
        ]
        with self._talking(), self._collections[kind.name].aggregate(stages, session=self._session) as cursor:
            return {tuple(plain(found["_id"][name]) for name in by): int(found["rows"]) for found in cursor}

    def changes(self, tenant: str, kind: str, id: str, /) -> list[Change]:
        """See `Transaction.changes`."""
        return [as_change(found) for found in self._entries("change", below(tenant, kind, id), 0)]

    def history(
        self, tenant: str, after: tuple[str, str, int] | None, limit: int, question: LogQuestion = EVERYTHING, /
    ) -> list[Change]:
        """See `Transaction.history`."""
        parts = (
            [] if question.kind is None else [question.kind] if question.id is None else [question.kind, question.id]
        )
        where = filtered(question)
        return [as_change(found) for found in self._page("change", below(tenant, *parts), tenant, after, limit, where)]

    def events(self, tenant: str, after: tuple[str, str, int] | None, limit: int, /) -> list[Event]:
        """See `Transaction.events`."""
        return [as_event(found) for found in self._page("outbox", below(tenant), tenant, after, limit, {})]

    def register(self, tenant: str, space: str, key: str, /) -> Register | None:
        """See `Transaction.register`."""
        with self._talking():
            mine = {"_id": register_key(tenant, space, key)}
            found = self._collections.register.find_one(mine, session=self._session)
        return None if found is None else as_register(found)

    def registers(self, tenant: str, space: str, after: str | None, limit: int, /) -> list[Register]:
        """See `Transaction.registers`."""
        bounds = below(tenant, space)
        if after is not None:
            bounds["$gt"] = register_key(tenant, space, after)
        return [as_register(found) for found in self._entries("register", bounds, limit)] if limit > 0 else []

    def spaces(self, tenant: str, after: str | None, limit: int, /) -> list[str]:
        """See `Transaction.spaces`; one look into the index for each of them."""
        found: list[str] = []
        while len(found) < limit:
            bounds = below(tenant)
            if after is not None:
                bounds["$gt"] = below(tenant, after)["$lt"]
            following = self._entries("register", bounds, 1)
            if not following:
                break
            after = following[0]["space"]
            found.append(after)
        return found

    # Writing

    def insert(self, kind: Kind[Any], tenant: str, write: Write, /) -> None:
        """See `Transaction.insert`."""
        with self._unique(kind.name, write.row.id):
            self._collections[kind.name].insert_one(inserted(kind, tenant, write), session=self._session)

    def insert_many(self, kind: Kind[Any], tenant: str, writes: Iterable[Write], /) -> None:
        """See `Transaction.insert_many`."""
        self._put(kind.name, kind.name, [inserted(kind, tenant, write) for write in writes])

    def replace(self, kind: Kind[Any], tenant: str, write: Write, expected: int, /) -> None:
        """See `Transaction.replace`."""
        seen = {"_id": key(tenant, write.row.id), "version": Int64(expected)}
        with self._unique(kind.name, write.row.id):
            done = self._collections[kind.name].update_one(seen, {"$set": assigned(kind, write)}, session=self._session)
        if done.matched_count != 1:
            raise VersionConflict(kind.name, write.row.id, expected=expected)

    def delete(self, kind: Kind[Any], tenant: str, id: str, expected: int, /) -> None:
        """See `Transaction.delete`."""
        seen = {"_id": key(tenant, id), "version": Int64(expected)}
        with self._talking():
            done = self._collections[kind.name].delete_one(seen, session=self._session)
        if done.deleted_count != 1:
            raise VersionConflict(kind.name, id, expected=expected)

    def require(self, kind: Kind[Any], tenant: str, id: str, version: int, /) -> None:
        """See `Transaction.require`."""
        seen = {"_id": key(tenant, id), "version": Int64(version)}
        with self._talking():
            done = self._collections[kind.name].update_one(seen, _GUARDED, session=self._session)
        if done.matched_count != 1:
            raise VersionConflict(kind.name, id, expected=version)

    def require_many(self, kind: Kind[Any], tenant: str, ids: Sequence[str], /) -> None:
        """See `Transaction.require_many`."""
        for part in chunks(dict.fromkeys(ids), CHUNK):
            wanted = {"_id": {"$in": [key(tenant, id_) for id_ in part]}}
            with self._talking():
                done = self._collections[kind.name].update_many(wanted, _GUARDED, session=self._session)
            if done.matched_count != len(part):
                found = [each["id"] for each in self._among(kind, tenant, part, ID)]
                missing = first_missing(part, found)
                if missing is not None:
                    raise NotFound(kind.name, missing)

    def require_none(self, kind: Kind[Any], tenant: str, where: Criterion, besides: Sequence[str], /) -> None:
        """See `Transaction.require_none`; whoever refers to a row guards it, so its deletion conflicts by itself."""

    def claim(self, tenant: str, token: str, at: int, /) -> None:
        """See `Transaction.claim`: a rival that has not ended is a write conflict, so the unit runs again until it has."""
        with self._unique(TOKEN, token):
            self._collections.unit.insert_one(
                {"_id": key(tenant, token), "tenant": tenant, "token": token, "at": Int64(at)}, session=self._session
            )

    def append(self, tenant: str, changes: Sequence[Change], events: Sequence[Event], /) -> None:
        """See `Transaction.append`."""
        self._put("change", "change", [as_entry(tenant, each) for each in changes])
        self._put("outbox", "event", [as_sent(tenant, each) for each in events])

    def redact(self, tenant: str, entries: Sequence[Rewrite], /) -> None:
        """See `Transaction.redact`."""
        for old, new in entries:
            key = stream_key(tenant, old.kind, old.id, old.version)
            read = {"_id": key, "body": old.body, "reason": old.reason}
            written = {"$set": {"body": new.body, "reason": new.reason}}
            with self._talking():
                done = self._collections.change.update_one(read, written, session=self._session)
            if done.matched_count != 1:
                raise VersionConflict("change", old.id, expected=old.version)

    def drop_events(self, tenant: str, events: Sequence[Event], /) -> None:
        """See `Transaction.drop_events`."""
        keys = [stream_key(tenant, each.kind, each.id, each.version) for each in events]
        with self._talking():
            done = self._collections.outbox.delete_many({"_id": {"$in": keys}}, session=self._session)
        if done.deleted_count != len(keys):
            raise VersionConflict(EVENT, tenant)

    def put_registers(self, tenant: str, puts: Sequence[Put], /) -> None:
        """See `Transaction.put_registers`."""
        new = [as_kept(tenant, each.stored) for each in checked(puts) if each.expected is None]
        if new:
            with self._unique(REGISTER, new[0]["key"]):
                self._collections.register.insert_many(new, session=self._session)
        for each in puts:
            if each.expected is not None:
                seen = {"_id": register_key(tenant, each.space, each.key), "version": Int64(each.expected)}
                with self._talking():
                    done = self._collections.register.replace_one(
                        seen, as_kept(tenant, each.stored), session=self._session
                    )
                if done.matched_count != 1:
                    raise VersionConflict(REGISTER, each.key, expected=each.expected)

    def drop_registers(self, tenant: str, drops: Sequence[Drop], /) -> None:
        """See `Transaction.drop_registers`."""
        for space, name, expected in drops:
            seen = {"_id": register_key(tenant, space, name), "version": Int64(expected)}
            with self._talking():
                done = self._collections.register.delete_one(seen, session=self._session)
            if done.deleted_count != 1:
                raise VersionConflict(REGISTER, name, expected=expected)

    # Helpers

    def standing(self) -> None:
        """Raise where no statement can be run any more; a transaction of one's own is simply tried."""

    def _talking(self) -> _Talking:
        """Return what turns a driver's error into the library's."""
        return _Talking(self)

    def _unique(self, kind: str, id_: str | None) -> _Talking:
        """Return the same, which says of a key that is taken whose it is."""
        return _Talking(self, kind, id_)

    def _failed(self, error: Exception) -> HandoverError:
        """Return the library's error for what a statement raised."""
        return translated(error) or HandoverError()

    def raised(self, error: Exception, kind: str | None, id_: str | None) -> HandoverError:
        """Return the error to raise for a driver's; of a key that is taken it says whose it is, where ``kind`` is given."""
        ours = self._failed(error)
        if kind is None or not isinstance(ours, AlreadyExists):
            return ours
        fields = str(ours.params["key"])
        return AlreadyExists(kind, id_ if id_ is not None and fields == "id" else fields)

    def _put(self, name: str, kind: str, documents: Sequence[Document]) -> None:
        if len(documents) == 1:
            with self._unique(kind, None):
                self._collections[name].insert_one(documents[0], session=self._session)
        elif documents:
            with self._unique(kind, None):
                self._collections[name].insert_many(documents, session=self._session)

    def _among(self, kind: Kind[Any], tenant: str, ids: Sequence[str], fields: Document) -> list[Document]:
        wanted = {"_id": {"$in": [key(tenant, id_) for id_ in ids]}}
        with self._talking():
            return list(self._collections[kind.name].find(wanted, fields, session=self._session))

    def _page(
        self, name: str, bounds: Document, tenant: str, after: tuple[str, str, int] | None, limit: int, where: Document
    ) -> list[Document]:
        if after is not None:
            bounds["$gt"] = max(bounds["$gt"], stream_key(tenant, *after))
        return self._entries(name, bounds, limit, where) if limit > 0 else []

    def _entries(self, name: str, bounds: Document, limit: int, where: Mapping[str, Any] = _ALL) -> list[Document]:
        asked = {"_id": bounds, **where}
        with self._talking():
            return list(self._collections[name].find(asked, sort=[("_id", 1)], limit=limit, session=self._session))


class _Talking:
    """A statement under way; a class of its own, since a generator costs more than the rest of what is ours."""

    __slots__ = ("_id", "_kind", "_statements")

    def __init__(self, statements: Statements, kind: str | None = None, id_: str | None = None) -> None:
        self._statements = statements
        self._kind = kind
        self._id = id_

    def __enter__(self) -> None:
        self._statements.standing()

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, RAISED):
            raise self._statements.raised(error, self._kind, self._id) from error


class MongoTransaction(Statements):
    """A transaction of the store's own session; ``doubt`` takes over a session whose transaction may still be open."""

    def __init__(
        self, collections: Collections, session: ClientSession, doubt: Callable[[ClientSession], None]
    ) -> None:
        super().__init__(collections, session)
        self._doubt = doubt
        self._cut = False
        self._over = False

    def commit(self, /) -> None:
        """See `Transaction.commit`."""
        if self._over:
            return
        self._over = True
        doubtful = True
        try:
            self._session.commit_transaction()
            doubtful = False
        except PyMongoError as error:
            ours = translated_commit(error)
            doubtful = isinstance(ours, CommitUnknown)
            raise ours from error
        finally:
            self._leave(doubtful=doubtful)

    def rollback(self, /) -> None:
        """See `Transaction.rollback`."""
        if self._over:
            return
        self._over = True
        # Asking a server that is away would cost the client's whole patience.
        doubtful = self._cut
        try:
            if not doubtful and self._session.in_transaction:
                with suppress(PyMongoError):  # the server ends by itself what nobody ended
                    self._session.abort_transaction()
        finally:
            self._leave(doubtful=doubtful)

    def _leave(self, *, doubtful: bool) -> None:
        """Let go of the session. One in doubt must not be used again before its transaction has been ended."""
        if doubtful:
            self._doubt(self._session)
        else:
            self._session.end_session()

    def _failed(self, error: Exception) -> HandoverError:
        self._cut = self._cut or isinstance(error, ConnectionFailure)
        return super()._failed(error)


def _batch(limit: int | None) -> int:
    """Return how many documents an answer holds: a bounded list comes at once, where it is not long."""
    return limit if limit is not None and CHUNK < limit <= AT_ONCE else CHUNK
