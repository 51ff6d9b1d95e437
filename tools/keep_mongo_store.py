"""Write the MongoDB store of today as a kept fixture, when a migration is released: ``python tools/keep_mongo_store.py``.

One file under tests/mongodb/fixtures: a line for each collection with its validator and indexes, and one for each
document, in extended JSON, and one with the keys that seal some of them. They are never written again: later libraries
must open them.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bson.json_util import CANONICAL_JSON_OPTIONS, dumps
from keep_store import told, with_keys  # which lets the modules of the tests be found
from pymongo.database import Database

from handover_core_mongo import MongoStore
from handover_core_mongo.migrations import MIGRATIONS
from servers import mongo

FOLDER = Path(__file__).parent.parent / "tests" / "mongodb" / "fixtures"


def lines(database: Database[dict[str, Any]]) -> Iterator[str]:
    """Yield what makes the database again."""
    listed = sorted(database.list_collections(), key=lambda each: each["name"])
    for each in listed:
        name = each["name"]
        indexes = [dict(index) for index in database[name].list_indexes() if index["name"] != "_id_"]
        yield _line({"collection": name, "options": each["options"], "indexes": indexes})
        for document in database[name].find(sort=[("_id", 1)]):
            yield _line({"collection": name, "document": document})


def _line(value: dict[str, Any]) -> str:
    return dumps(value, json_options=CANONICAL_JSON_OPTIONS, ensure_ascii=False)


def main() -> None:
    """Write the file."""
    databases = mongo.stores()
    name = databases.blank()
    store = MongoStore(databases.client, name)
    store.schema.migrate()
    told(store)
    path = FOLDER / f"m{len(MIGRATIONS):04}.jsonl"
    with tempfile.TemporaryDirectory() as folder:
        with_keys(store, Path(folder), path.with_suffix(".keys.jsonl"))
    path.write_text("\n".join(lines(databases.client[name])) + "\n", encoding="utf-8")
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
