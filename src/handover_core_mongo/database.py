"""The collections of one store, with the concerns that everything here needs, whatever the host's client prefers."""

from __future__ import annotations

from typing import Any

from bson.codec_options import DEFAULT_CODEC_OPTIONS
from pymongo import MongoClient, ReadPreference
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from handover_core_mongo.documents import Document

DURABLE = WriteConcern("majority", j=True)
SNAPSHOT = ReadConcern("snapshot")


class Collections:
    """Hands out the collections of one database by their names without the prefix; nothing is touched."""

    def __init__(self, client: MongoClient[Any], database: str, prefix: str) -> None:
        self.client = client
        self.prefix = prefix
        self.database: Database[Document] = client.get_database(
            database,
            codec_options=DEFAULT_CODEC_OPTIONS,
            read_preference=ReadPreference.PRIMARY,
            write_concern=DURABLE,
            read_concern=ReadConcern("majority"),
        )
        self._found: dict[str, Collection[Document]] = {}
        self.change, self.outbox, self.unit, self.register, self.schema = (
            self[name] for name in ("change", "outbox", "unit", "register", "schema")
        )

    def begin(self) -> ClientSession:
        """Return a session with a transaction begun; nothing is sent before its first statement."""
        session = self.client.start_session(causal_consistency=False)
        session.start_transaction(SNAPSHOT, DURABLE, ReadPreference.PRIMARY)
        return session

    def __getitem__(self, name: str) -> Collection[Document]:
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = self.database.get_collection(self.prefix + name)
        return found
