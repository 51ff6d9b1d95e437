"""A work record as an event-sourced aggregate of `eventsourcing`: its events are stored, and loading applies them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event


class Record(Aggregate):
    """A work record."""

    @event("Created")
    def __init__(  # noqa: PLR0913, PLR0917 - the fields of the event
        self, kind: str, title: str, body: str, owner_id: str, author_id: str, opened_on: str, due_on: str,
        counterparty: str, area: str,
    ) -> None:  # fmt: skip
        self.kind = kind
        self.title = title
        self.body = body
        self.owner_id = owner_id
        self.author_id = author_id
        self.opened_on = opened_on
        self.due_on = due_on
        self.counterparty = counterparty
        self.area = area

    @event("Renamed")
    def rename(self, title: str) -> None:
        """Give it another title."""
        self.title = title


class Records(Application[UUID]):
    """The application, without snapshots and without a cache."""

    env: ClassVar[dict[str, str]] = {"AGGREGATE_CACHE_MAXSIZE": "0"}


class EventSourcing:
    """The library on a database."""

    name = "eventsourcing"

    def __init__(self, url: sa.URL) -> None:
        # It opens SQLite with WAL by itself, and what its commits wait for is FULL, the default.
        self._application = Records(_environment(url))

    def create(self, values: dict[str, Any]) -> object:
        """Store a record and return its id."""
        days = {name: values[name].isoformat() for name in ("opened_on", "due_on")}
        record = Record(**{**values, **days})
        self._application.save(record)
        return record.id

    def load(self, id_: Any) -> object:
        """Return a record."""
        found: Record = self._application.repository.get(id_)
        return found.title

    def update(self, id_: Any, title: str) -> None:
        """Load a record, change it, store it under its version."""
        record: Record = self._application.repository.get(id_)
        record.rename(title)
        self._application.save(record)

    def close(self) -> None:
        """End the application."""
        self._application.close()


def _environment(url: sa.URL) -> dict[str, str]:
    if url.get_backend_name() == "sqlite":
        return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(Path(str(url.database)))}
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(url.database),
        "POSTGRES_HOST": str(url.host),
        "POSTGRES_PORT": str(url.port),
        "POSTGRES_USER": str(url.username),
        "POSTGRES_PASSWORD": url.password or "none",
    }
