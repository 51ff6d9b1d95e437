"""A work record as an aggregate of `protean`: a row with a version, through its repository and unit of work."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from protean import Domain, UnitOfWork

from benchmarks.layers.databases import PRAGMAS


class Protean:
    """The library on a database."""

    name = "protean"

    def __init__(self, url: sa.URL) -> None:
        self._domain = _domain(url)
        self._record = _record(self._domain)
        self._domain.init(traverse=False)
        self._context = self._domain.domain_context()
        self._context.__enter__()
        provider = self._domain.providers["default"]
        if url.get_backend_name() == "sqlite":
            _as_durable(provider._engine)  # noqa: SLF001 - it takes no settings of the connection
        self._domain.repository_for(self._record)._dao  # noqa: B018, SLF001 - declares the table
        provider._create_database_artifacts()  # noqa: SLF001 - its own command line does just this

    def create(self, values: dict[str, Any]) -> object:
        """Store a record and return its id."""
        with UnitOfWork():
            record = self._record(**values)
            self._domain.repository_for(self._record).add(record)
        return record.id

    def load(self, id_: Any) -> object:
        """Return a record."""
        with UnitOfWork():
            return self._domain.repository_for(self._record).get(id_).title

    def update(self, id_: Any, title: str) -> None:
        """Load a record, change it, store it under its version."""
        with UnitOfWork():
            repository = self._domain.repository_for(self._record)
            record = repository.get(id_)
            record.title = title
            repository.add(record)

    def close(self) -> None:
        """End the domain."""
        self._context.__exit__(None, None, None)


def _domain(url: sa.URL) -> Domain:
    sqlite = url.get_backend_name() == "sqlite"
    address = str(url) if sqlite else url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    provider = {"provider": "sqlite" if sqlite else "postgresql", "database_uri": address}
    return Domain(name="Bench", config={"databases": {"default": provider}})


def _record(domain: Domain) -> Any:
    from protean.fields import Date, String, Text

    @domain.aggregate
    class Record:
        kind = String(required=True)
        title = String(required=True, max_length=255)
        body = Text()
        owner_id = String(required=True, max_length=64)
        author_id = String(required=True, max_length=64)
        opened_on = Date(required=True)
        due_on = Date()
        counterparty = String(max_length=255)
        area = String(max_length=255)
        status = String(max_length=64)
        priority = String(max_length=64)

    return Record


def _as_durable(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    engine.dispose()
