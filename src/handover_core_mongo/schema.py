"""The structure of one store: brought to the newest schema, and checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TypeVar

from bson import Int64
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError, PyMongoError

from handover_core.errors import HandoverError, SchemaMismatch, StorageUnavailable
from handover_core.storage import Compaction
from handover_core.texts import Text
from handover_core_mongo import cleaning
from handover_core_mongo.database import Collections
from handover_core_mongo.failures import NO_TRANSACTIONS, translated
from handover_core_mongo.layout import indexes, shared_validators, state_validator
from handover_core_mongo.migrations import MIGRATIONS
from handover_core_mongo.migrations.plan import Migration, shape_of
from handover_core_mongo.migrations.steps import Validator, put, run

OLDEST_WIRE = 17
"""The wire version of MongoDB 6.0, the oldest that is supported."""

TOO_OLD = Text("the MongoDB server is older than 6.0", "MongoDB 服务器版本低于 6.0")
_NUMBER = {"_id": "schema"}
R = TypeVar("R")


class MongoSchema:
    """The structure of one store."""

    def __init__(self, collections: Collections, migrations: Sequence[Migration] = MIGRATIONS) -> None:
        self._collections = collections
        self._migrations = migrations

    @cached_property
    def _newest(self) -> dict[str, tuple[Validator, Sequence[IndexModel]]]:
        """What the newest schema has: validator and indexes of each collection."""
        shape = shape_of(self._migrations)
        return {
            **{name: (shared_validators()[name], ()) for name in shape.shared},
            **{kind: (state_validator(spec), indexes(spec)) for kind, spec in shape.collections.items()},
        }

    def migrate(self) -> int:
        """Bring the store to the newest schema and return its number; two processes may do it at once.

        Nothing is locked: every step may be run again, and the number moves by compare-and-set, one at a time. What
        the newest schema says is compared with what is there at the end, so that a process that was held up in an
        older step leaves nothing behind. Raises `SchemaMismatch` for a store that a newer library made,
        `StorageUnavailable`.
        """
        return self._talking(self._migrate)

    def check(self) -> None:
        """Raise `SchemaMismatch` or `StorageUnavailable`, with the cure, unless the store is fit for use."""
        self._talking(self._check)

    def number(self) -> int:
        """Return the schema number of the store; 0 where there is none."""
        return self._talking(self._found)

    def compact(self) -> Compaction:
        """See `Schema.compact`; what MongoDB offers stands in the documentation of retention."""
        return self._talking(lambda: cleaning.compact(self._collections, self._newest))

    def _talking(self, act: Callable[[], R]) -> R:
        try:
            return act()
        except PyMongoError as error:
            raise translated(error) or HandoverError() from error

    def _migrate(self) -> int:
        self._fit()
        found = self._found()
        if found == 0:
            self._begin()
        while found < len(self._migrations):
            run(self._collections, shape_of(self._migrations[:found]), self._migrations[found])
            self._collections.schema.update_one(
                {**_NUMBER, "number": Int64(found)}, {"$set": {"number": Int64(found + 1)}}
            )
            found = self._found()
        if found > len(self._migrations):
            raise SchemaMismatch(found, len(self._migrations))
        for name in self._wrong():
            put(self._collections, name, *self._newest[name])
        return found

    def _begin(self) -> None:
        try:
            self._collections.schema.insert_one({**_NUMBER, "number": Int64(0)})
        except DuplicateKeyError:
            return  # another process began at the same moment

    def _found(self) -> int:
        found = self._collections.schema.find_one(_NUMBER)
        return 0 if found is None else int(found["number"])

    def _check(self) -> int:
        self._fit()
        found = self._found()
        if found != len(self._migrations):
            raise SchemaMismatch(found, len(self._migrations))
        wrong = next(self._wrong(), None)
        if wrong is not None:
            name = self._collections.prefix + wrong
            raise StorageUnavailable(
                Text(
                    f"the collection {name} lacks its validator or an index; store.schema.migrate() puts that right",
                    f"集合 {name} 缺少校验规则或索引；执行 store.schema.migrate() 即可修复",
                )
            )
        return found

    def _fit(self) -> None:
        """Raise `StorageUnavailable` for a server that is too old, or that has no transactions because it stands alone."""
        hello = self._collections.client.admin.command("hello")
        if hello["maxWireVersion"] < OLDEST_WIRE:
            raise StorageUnavailable(TOO_OLD)
        if "setName" not in hello and hello.get("msg") != "isdbgrid":
            raise StorageUnavailable(NO_TRANSACTIONS)

    def _wrong(self) -> Iterator[str]:
        """Yield the collections that are not as the newest schema has them: missing, changed, or short of an index."""
        listed = self._collections.database.list_collections()
        there = {each["name"]: each["options"] for each in listed}
        for name, (validator, wanted) in self._newest.items():
            options = there.get(self._collections.prefix + name, {})
            if options.get("validator") != validator or self._lacks(name, wanted):
                yield name

    def _lacks(self, name: str, wanted: Sequence[IndexModel]) -> bool:
        if not wanted:
            return False
        there = self._collections[name].index_information()
        return any(index.document["name"] not in there for index in wanted)
