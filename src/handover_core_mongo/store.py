"""The MongoDB store: a client of the host, or one made from a URL."""

from __future__ import annotations

import re
from collections import deque
from typing import Any, Self

from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.errors import (
    ConfigurationError,
    ConnectionFailure,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
)

from handover_core.errors import HandoverError, StorageUnavailable
from handover_core.storage import Capabilities
from handover_core.texts import Text
from handover_core_mongo.database import Collections
from handover_core_mongo.failures import translated
from handover_core_mongo.joined import JoinedMongo
from handover_core_mongo.schema import MongoSchema
from handover_core_mongo.transaction import MongoTransaction

PREFIX = "ho_"
NO_DATABASE = Text(
    "the address names no database; write mongodb://HOST/DATABASE",
    "地址中没有数据库名；请写成 mongodb://主机/数据库",
)


class MongoStore:
    """A store in one database of a MongoDB replica set.

    It never closes the client that it was given; the constructor touches nothing. ``prefix`` is what the names of its
    collections begin with.
    """

    capabilities = Capabilities(joins=True, savepoints=True, transaction_lost=True, bulk=1000)

    def __init__(self, client: MongoClient[Any], database: str, *, prefix: str = PREFIX) -> None:
        self._collections = Collections(client, database, prefix)
        self._owned = False
        self._doubtful: deque[ClientSession] = deque()
        self.schema = MongoSchema(self._collections)

    @classmethod
    def from_url(cls, url: str, *, prefix: str = PREFIX) -> Self:
        """Return a store on a client of its own, in the database that the address names; `close` closes that client.

        Raises `StorageUnavailable` for an address that cannot be used.
        """
        try:
            client: MongoClient[Any] = MongoClient(url, connect=False)
        except (PyMongoError, ValueError) as error:
            shown = re.sub("//[^/]*@", "//***@", url)
            raise StorageUnavailable(f"{shown!r} is not a usable database address ({error})") from error
        try:
            database = client.get_default_database().name
        except ConfigurationError as error:
            client.close()
            raise StorageUnavailable(NO_DATABASE) from error
        store = cls(client, database, prefix=prefix)
        store._owned = True
        return store

    def close(self) -> None:
        """Close the client, if it was made by `from_url`; a host that passed its own closes it itself."""
        if self._owned:
            self._collections.client.close()

    def join(self, host: ClientSession, /) -> JoinedMongo:
        """Return a driver inside the transaction that the host opened in its session; see `Joinable.join`.

        What the host's transaction promises is the host's choice: give it read concern ``snapshot`` and write concern
        ``majority``, as the store gives its own.
        """
        return JoinedMongo(self._collections, host, self.schema, self.capabilities)

    def translate(self, error: BaseException, /) -> HandoverError | None:
        """See `Driver.translate`."""
        return translated(error)

    def transaction(self, *, write: bool) -> MongoTransaction:  # noqa: ARG002 - the server decides at the first write
        """See `Driver.transaction`: nothing is sent before the first statement."""
        try:
            self._end_doubtful()
            session = self._collections.begin()
        except PyMongoError as error:
            raise translated(error) or HandoverError() from error
        return MongoTransaction(self._collections, session, self._doubtful.append)

    def _end_doubtful(self) -> None:
        """Let the server end transactions that lost their connection: they hold their rows and token until it does."""
        while (session := self._next_doubtful()) is not None:
            try:
                self._collections.client.admin.command("killSessions", [session.session_id])
            except ServerSelectionTimeoutError:
                self._doubtful.append(session)
                raise
            except ConnectionFailure:
                self._doubtful.append(session)
                return
            except OperationFailure:
                # Not allowed to this user: then the server ends them when their time is up, and nobody uses them again.
                continue
            session.end_session()

    def _next_doubtful(self) -> ClientSession | None:
        try:
            return self._doubtful.popleft()
        except IndexError:
            return None
