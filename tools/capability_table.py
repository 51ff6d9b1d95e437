"""Write the table of capabilities and backends into docs/storage.md: ``python tools/capability_table.py``.

What stands there is what the drivers declare, and the contract is run with just that.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import sqlalchemy as sa
from pymongo import MongoClient

from handover_core.storage import Capabilities, MemoryStore
from handover_core_mongo import MongoStore
from handover_core_sql import SqlStore

PAGE = Path(__file__).parent.parent / "docs" / "storage.md"
BEGIN, END = "<!-- capabilities: begin -->\n", "<!-- capabilities: end -->\n"
MEANS = {
    "durable": "a committed unit survives the end of the process",
    "processes": "several processes may share the store",
    "concurrent_writers": "two units may write different rows at the same time",
    "views": "one read-only view per kind",
    "joins": "takes part in a transaction of the host",
    "savepoints": "a joined unit that fails undoes itself and nothing else",
    "transaction_lost": "some failures take the host's whole transaction along, and say so",
    "bulk": "how many rows one unit of a bulk stores at most",
}


def declared() -> dict[str, Capabilities]:
    """Return what each backend declares; nothing is connected to."""
    client: MongoClient[Any] = MongoClient("mongodb://localhost", connect=False)
    engines = {
        "SQLite": "sqlite://", "PostgreSQL": "postgresql+psycopg://localhost", "MariaDB, MySQL": "mysql+pymysql://localhost",
    }  # fmt: skip
    sql = {name: SqlStore(sa.create_engine(url)).capabilities for name, url in engines.items()}
    mongo = MongoStore(client, "handover").capabilities
    client.close()
    return {"memory": MemoryStore().capabilities, **sql, "MongoDB": mongo}


def table() -> str:
    """Return the table as Markdown."""
    backends = declared()
    rows = [f"| capability | {' | '.join(backends)} |", f"|---|{':-:|' * len(backends)}"]
    names = [each.name for each in attrs.fields(Capabilities) if each.name != "joined"]
    for name in names:
        marks = " | ".join(_mark(getattr(each, name)) for each in backends.values())
        rows.append(f"| `{name}`: {MEANS[name]} | {marks} |")
    return "\n".join(rows) + "\n"


def _mark(declared: bool | int) -> str:  # noqa: FBT001 - what a capability holds
    if isinstance(declared, bool):
        return "yes" if declared else "–"
    return f"{declared:,}"


def page() -> str:
    """Return the page with the table as it is now."""
    head, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    return f"{head}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
