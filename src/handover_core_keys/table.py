"""Where wrapped keys are kept: one row for each person, in a file or a database that is not the store's."""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, Self

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from handover_core.errors import KeysInUse, StorageUnavailable
from handover_core.ids import new_id

CHUNK = 500
"""How many persons one statement names."""
_WIDTH = 64
_ATTEMPTS = 5

_METADATA = sa.MetaData()
_PERSON = sa.Table(
    "handover_person_key", _METADATA,
    # A digest, since not every database tells "a" from "A" in a key.
    sa.Column("person", sa.String(64), primary_key=True),
    sa.Column("tenant", sa.String(_WIDTH), nullable=False),
    sa.Column("subject", sa.String(_WIDTH), nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("destroyed", sa.Boolean, nullable=False),
    sa.Column("wrapped", sa.Text, nullable=False),
)  # fmt: skip
_RING = sa.Table(
    "handover_key_ring", _METADATA,
    sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("id", sa.String(_WIDTH), nullable=False),
)  # fmt: skip


@frozen
class WrappedKey:
    """A key of a person as it is stored: its number, and the master key that it is wrapped with."""

    number: int
    master: str
    wrapped: bytes


@frozen
class Entry:
    """What is stored of a person's keys; ``version`` counts its changes, so that no two of them are lost."""

    version: int
    keys: tuple[WrappedKey, ...]
    destroyed: bool = False


class KeyTable:
    """Two tables behind a SQLAlchemy engine. The constructor touches nothing; they are made when first needed."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._id: str | None = None
        self._making = Lock()
        self._sql: tuple[str, bool] | None = None

    @classmethod
    def in_file(cls, path: Path) -> Self:
        """Return the tables in an SQLite file of their own, in which removed keys are overwritten; it is its owner's alone."""
        engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 10})
        sa.event.listen(engine, "do_connect", lambda *_: _made_private(path))
        sa.event.listen(engine, "connect", _settle)
        return cls(engine)

    @property
    def id(self) -> str:
        """Return the word that tells this collection of keys from every other; raise `StorageUnavailable`."""
        with self._making:
            if self._id is None:
                with _told():
                    self._id = self._made()
            return self._id

    def read(self, tenant: str, subjects: Sequence[str]) -> dict[str, Entry]:
        """Return what is stored of these persons; raise `StorageUnavailable`."""
        self.id  # noqa: B018 - the tables are there after it
        if len(subjects) == 1:
            return self._read_one(tenant, subjects[0])
        found: dict[str, Entry] = {}
        with _told(), self._engine.connect() as connection:
            for start in range(0, len(subjects), CHUNK):
                names = [_person(tenant, subject) for subject in subjects[start : start + CHUNK]]
                rows = connection.execute(sa.select(_PERSON).where(_PERSON.c.person.in_(names)))
                found.update((row.subject, _entry(row)) for row in rows)
        return found

    def _read_one(self, tenant: str, subject: str) -> dict[str, Entry]:
        """Read on the driver's own cursor: this stands in the way of every save of a person."""
        with _told_raw(self._engine), closing(self._engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute(*self._one(_person(tenant, subject)))
            row = cursor.fetchone()
            cursor.close()
        if row is None:
            return {}
        version, destroyed, wrapped = row
        return {subject: Entry(version, _keys(wrapped), bool(destroyed))}

    def _one(self, person: str) -> tuple[str, Any]:
        if self._sql is None:
            chosen = sa.select(_PERSON.c.version, _PERSON.c.destroyed, _PERSON.c.wrapped)
            compiled = chosen.where(_PERSON.c.person == sa.bindparam("person")).compile(self._engine)
            self._sql = str(compiled), bool(compiled.positional)
        sql, positional = self._sql
        return sql, (person,) if positional else {"person": person}

    def add(self, tenant: str, entries: Mapping[str, Entry]) -> bool:
        """Store what there was nothing of yet, all or none; return False where somebody came first."""
        self.id  # noqa: B018 - the tables are there after it
        rows = [
            {"person": _person(tenant, subject), "tenant": tenant, "subject": subject, **_values(entry)}
            for subject, entry in entries.items()
        ]
        try:
            with _told(), self._engine.begin() as connection:
                connection.execute(sa.insert(_PERSON), rows)
        except IntegrityError:
            return False
        return True

    def replace(self, tenant: str, subject: str, entry: Entry) -> bool:
        """Store the next version of an entry; return False where it has another one than the one before that."""
        seen = _PERSON.c.person == _person(tenant, subject), _PERSON.c.version == entry.version - 1
        with _told(), self._engine.begin() as connection:
            return connection.execute(sa.update(_PERSON).where(*seen).values(_values(entry))).rowcount == 1

    def entries(self) -> Iterator[tuple[str, str, Entry]]:
        """Yield tenant, person and entry of everything that is stored, page by page."""
        self.id  # noqa: B018 - the tables are there after it
        after = ""
        while True:
            chosen = sa.select(_PERSON).where(_PERSON.c.person > after).order_by(_PERSON.c.person).limit(CHUNK)
            with _told(), self._engine.connect() as connection:
                rows = connection.execute(chosen).all()
            yield from ((row.tenant, row.subject, _entry(row)) for row in rows)
            if len(rows) < CHUNK:
                return
            after = rows[-1].person

    def cleanse(self) -> None:
        """Let nothing of what was replaced stay in the file. A server's own log keeps it.

        Raises `KeysInUse` while somebody reads the file, who may go on seeing what was replaced; `StorageUnavailable`.
        """
        if self._engine.dialect.name == "sqlite":
            with _told(), self._engine.connect() as connection:
                busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            if busy:
                raise KeysInUse

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _made(self) -> str:
        for attempt in range(_ATTEMPTS):
            try:
                with self._engine.begin() as connection:
                    for table in _METADATA.sorted_tables:
                        connection.execute(sa.schema.CreateTable(table, if_not_exists=True))
                break
            except SQLAlchemyError:
                # Two may make them at once, of whom some databases refuse one, "if not exists" or not.
                if attempt == _ATTEMPTS - 1:
                    raise
                time.sleep(0.05 * 2**attempt)
        with suppress(IntegrityError), self._engine.begin() as connection:
            if connection.execute(sa.select(_RING.c.id)).first() is None:
                connection.execute(sa.insert(_RING).values(one=1, id=new_id()))
        with self._engine.connect() as connection:
            return str(connection.execute(sa.select(_RING.c.id)).scalar_one())


@contextmanager
def _told() -> Iterator[None]:
    """Say in the library's words what a database refuses; a key that is taken is an answer to be dealt with."""
    try:
        yield
    except IntegrityError:
        raise
    except SQLAlchemyError as error:
        raise StorageUnavailable(f"the keys: {error.__class__.__name__}: {error}") from error


def _person(tenant: str, subject: str) -> str:
    return sha256(f"{len(tenant)}:{tenant}{subject}".encode()).hexdigest()


@contextmanager
def _told_raw(engine: sa.Engine) -> Iterator[None]:
    """Say the same of what the driver itself raises."""
    try:
        with _told():
            yield
    except engine.dialect.loaded_dbapi.Error as error:
        raise StorageUnavailable(f"the keys: {error.__class__.__name__}: {error}") from error


def _entry(row: Any) -> Entry:
    return Entry(row.version, _keys(row.wrapped), bool(row.destroyed))


def _keys(text: str) -> tuple[WrappedKey, ...]:
    return tuple(WrappedKey(number, master, b64decode(wrapped)) for number, master, wrapped in json.loads(text))


def _values(entry: Entry) -> dict[str, Any]:
    keys = [[each.number, each.master, b64encode(each.wrapped).decode()] for each in entry.keys]
    return {"version": entry.version, "destroyed": entry.destroyed, "wrapped": json.dumps(keys)}


def _made_private(path: Path) -> None:
    if not path.exists():
        with suppress(OSError):  # SQLite says in its own words why there can be no file
            path.touch(mode=0o600)


def _settle(connection: Any, _: object) -> None:
    for pragma in ("secure_delete = ON", "synchronous = FULL", "journal_mode = WAL"):
        connection.execute(f"PRAGMA {pragma}")
