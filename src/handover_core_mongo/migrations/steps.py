"""What one migration does to a database. Every step may be run again, and by two processes at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import IndexModel
from pymongo.errors import OperationFailure

from handover_core_mongo.database import Collections
from handover_core_mongo.failures import NAMESPACE_EXISTS
from handover_core_mongo.layout import indexes, loosened, shared_validators, state_validator
from handover_core_mongo.migrations.filling import fill
from handover_core_mongo.migrations.plan import KindChange, Migration, Shape

Validator = Mapping[str, Any]


def run(collections: Collections, before: Shape, migration: Migration) -> None:
    """Do what a migration says; versions, history and chains of what is stored stay as they are."""
    after = before.after(migration)
    for name in migration.shared:
        put(collections, name, shared_validators()[name])
    for spec in migration.create:
        put(collections, spec.kind, state_validator(spec), indexes(spec))
    for change in migration.change:
        _change(collections, after, change)


def _change(collections: Collections, after: Shape, change: KindChange) -> None:
    spec = after.collections[change.kind]
    if change.fills:
        # What is still to be filled must be allowed to be absent until it is.
        new = [*(each.name for each in change.columns), *(each.name for each in change.search)]
        put(collections, change.kind, loosened(state_validator(spec), new))
        fill(collections[change.kind], change)
    put(collections, change.kind, state_validator(spec), indexes(spec))


def put(collections: Collections, name: str, validator: Validator, wanted: Sequence[IndexModel] = ()) -> None:
    """Give the database a collection with this validator and at least these indexes, whether it is there or not."""
    full = collections.prefix + name
    try:
        collections.database.create_collection(full, check_exists=False, validator=validator)
    except OperationFailure as error:
        if error.code != NAMESPACE_EXISTS:
            raise
        collections.database.command("collMod", full, validator=validator)
    if wanted:
        collections[name].create_indexes(wanted)
