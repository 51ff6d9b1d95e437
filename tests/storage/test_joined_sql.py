"""Joining what SQLAlchemy's users hold: connections and sessions, with rows of the host's own in the same transaction."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, scoped_session, sessionmaker

import hosts
from handover_core.actor import Actor
from handover_core.errors import AlreadyExists, StorageUnavailable
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE, ORG_UNIT
from handover_core.organization.model import Employee, OrgUnit
from handover_core.storage import UnitFactory
from handover_core_sql import SqlStore

ACTOR = Actor("tester")
TENANT = "t"


class Base(DeclarativeBase):
    """The host's own tables."""


class Invoice(Base):
    """Something that the host stores beside ours."""

    __tablename__ = "host_invoice"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class Company:
    """A host program with a table of its own beside the store's."""

    def __init__(self, opened: Callable[..., SqlStore]) -> None:
        self.store = opened()
        self.store.schema.migrate()
        self.schema = self.store.schema._number.schema
        self.engine = self.on()
        Base.metadata.create_all(self.engine)
        self.units = UnitFactory(self.store, KINDS)

    def on(self, **options: Any) -> sa.Engine:
        engine = hosts.host_engine(self.store._engine.url, **options)
        return engine.execution_options(schema_translate_map={None: self.schema}) if self.schema else engine

    def hire(self, handle: object, number: str) -> None:
        hire(self.units.over(self.store.join(handle)), number)

    def stored(self) -> tuple[set[str], int]:
        """Return who is stored, and how many invoices."""
        with self.units.unit(TENANT, ACTOR, write=False) as unit:
            people = {person.number for person in unit.repository(EMPLOYEE).list()}
        with Session(self.engine) as session:
            return people, session.scalar(sa.select(sa.func.count()).select_from(Invoice)) or 0


def hire(units: UnitFactory, number: str) -> None:
    person = Employee(id=f"id {number}", number=number, name="x")
    units.run(TENANT, ACTOR, lambda unit: unit.repository(EMPLOYEE).add(person))


@pytest.fixture
def company(blank: Callable[..., SqlStore]) -> Iterator[Company]:
    made = Company(blank)
    yield made
    made.engine.dispose()


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_a_session_with_rows_of_the_host_ends_both_alike(company: Company, end: str) -> None:
    """One transaction: the invoice and the people, before and after the unit."""
    with Session(company.engine) as session:
        session.add(Invoice(number=1))
        session.flush()
        company.hire(session, "1")
        session.add(Invoice(number=2))
        session.flush()
        company.hire(session, "2")
        getattr(session, end)()
    assert (({"1", "2"}, 2) if end == "commit" else (set(), 0)) == company.stored()


def test_a_unit_that_is_refused_leaves_the_hosts_rows_and_earlier_units(company: Company) -> None:
    with Session(company.engine) as session, session.begin():
        session.add(Invoice(number=1))
        session.flush()
        company.hire(session, "1")
        with pytest.raises(AlreadyExists):
            company.hire(session, "1")
        session.add(Invoice(number=2))
    assert ({"1"}, 2) == company.stored()


def test_a_scoped_session_and_a_nested_transaction_are_joined_too(company: Company) -> None:
    """What is done inside a savepoint of the host's goes with it."""
    session = scoped_session(sessionmaker(company.engine))
    with session.begin():
        company.hire(session, "1")
        nested = session.begin_nested()
        company.hire(session, "2")
        nested.rollback()
        company.hire(session, "3")
    session.remove()
    assert ({"1", "3"}, 0) == company.stored()


def test_a_session_that_has_begun_nothing_is_refused(company: Company) -> None:
    with Session(company.engine) as session, pytest.raises(StorageUnavailable, match="begin one"):
        company.store.join(session)


def test_the_next_transaction_must_be_joined_anew(company: Company) -> None:
    """A driver that was joined to one transaction never writes into the next."""
    with company.engine.connect() as connection:
        first = connection.begin()
        units = company.units.over(company.store.join(connection))
        hire(units, "1")
        first.commit()
        with connection.begin(), pytest.raises(StorageUnavailable, match="ended"):
            hire(units, "2")
    assert ({"1"}, 0) == company.stored()


def test_a_transaction_that_the_database_knows_nothing_of_is_refused(company: Company) -> None:
    """SQLAlchemy says that one is open; in autocommit mode, or with sqlite3 as it is by default, none is."""
    options = {} if company.engine.dialect.name == "sqlite" else {"isolation_level": "AUTOCOMMIT"}
    engine = sa.create_engine(company.store._engine.url, **options)
    with engine.connect() as connection, connection.begin(), pytest.raises(StorageUnavailable, match=r"begin|begun"):
        company.store.join(connection)
    engine.dispose()


def test_another_database_and_another_thing_are_refused(company: Company) -> None:
    other = "sqlite://" if company.engine.dialect.name != "sqlite" else "postgresql+psycopg://"
    store = SqlStore.from_url(other)
    with company.engine.begin() as connection, pytest.raises(StorageUnavailable, match="the host's database is"):
        store.join(connection)
    with pytest.raises(TypeError, match="Session"):
        company.store.join(company.engine)


def test_a_store_on_an_engine_in_autocommit_mode_still_has_transactions(company: Company) -> None:
    """The store begins and ends its own, whatever mode the host has chosen for its engine."""
    engine = sa.create_engine(company.store._engine.url, isolation_level="AUTOCOMMIT")
    units = UnitFactory(SqlStore(engine, schema=company.schema), KINDS)
    with units.unit(TENANT, ACTOR) as unit:
        unit.repository(EMPLOYEE).add(Employee(id="a", number="1", name="x"))
    assert (set(), 0) == company.stored()
    hire(units, "2")
    assert ({"2"}, 0) == company.stored()
    engine.dispose()


def test_a_store_on_the_hosts_engine_leaves_its_connections_as_they_were(company: Company) -> None:
    """What the host rolls back afterwards, on the same pooled connection, is rolled back."""
    engine = sa.create_engine(company.store._engine.url, pool_size=1, max_overflow=0)
    store = SqlStore(engine, schema=company.schema)
    store.schema.migrate()
    hire(UnitFactory(store, KINDS), "1")
    with UnitFactory(store, KINDS).unit(TENANT, ACTOR) as unit:
        unit.repository(EMPLOYEE).add(Employee(id="left", number="2", name="x"))
    host = engine.execution_options(schema_translate_map={None: company.schema}) if company.schema else engine
    with Session(host) as session:
        session.add(Invoice(number=1))
        session.flush()
        session.rollback()
    assert ({"1"}, 0) == company.stored()
    engine.dispose()


MODES = [{}, *([{"connect_args": {"autocommit": False}}] if sys.version_info >= (3, 12) else [])]


@pytest.mark.parametrize("options", MODES)
def test_sqlite_is_joined_in_each_way_that_its_driver_has(tmp_path: Path, options: dict[str, Any]) -> None:
    """With BEGIN sent by hand, and with the transactions that Python 3.12 begins by itself; the store shares the engine."""
    url = f"sqlite:///{tmp_path / 'host.db'}"
    engine = sa.create_engine(url, **options) if options else hosts.host_engine(sa.make_url(url))
    store = SqlStore(engine)
    store.schema.migrate()
    units = UnitFactory(store, KINDS)
    hire(units, "1")
    for end, number in (("commit", "2"), ("rollback", "3")):
        with engine.connect() as connection:
            connection.begin()
            hire(units.over(store.join(connection)), number)
            getattr(connection, end)()
    hire(units, "4")
    with units.unit(TENANT, ACTOR, write=False) as unit:
        assert {"1", "2", "4"} == {person.number for person in unit.repository(EMPLOYEE).list()}
    engine.dispose()


def test_threads_that_use_a_kind_for_the_first_time_at_once_do_not_disturb_each_other() -> None:
    """Its statements are compiled once."""
    for _ in range(20):
        store = SqlStore.from_url("sqlite://")
        together = threading.Barrier(4)
        found: list[object] = []

        def first(store: SqlStore = store, together: threading.Barrier = together, found: list = found) -> None:
            together.wait(30)
            found.append(store._statements.of(EMPLOYEE))

        threads = [threading.Thread(target=first) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [found[0]] * 4 == found


def test_a_host_may_delete_what_refers_and_then_what_was_referred_to(company: Company) -> None:
    """In two units of one transaction, at REPEATABLE READ too, where others still see what is deleted here."""
    with company.units.unit(TENANT, ACTOR) as unit:
        unit.repository(ORG_UNIT).add(OrgUnit(id="s", code="S", name="Sales"))
        unit.repository(EMPLOYEE).add(Employee(id="id 1", number="1", name="x", unit_id="s"))
        unit.commit()
    options = {} if company.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    engine = company.on(**options)
    with engine.begin() as connection:
        joined = company.units.over(company.store.join(connection))
        for kind, id_ in ((EMPLOYEE, "id 1"), (ORG_UNIT, "s")):
            joined.run(TENANT, ACTOR, lambda unit, kind=kind, id_=id_: delete(unit.repository(kind), id_))
    engine.dispose()
    assert (set(), 0) == company.stored()


def delete(repository: Any, id_: str) -> None:
    repository.delete(repository.get(id_))
