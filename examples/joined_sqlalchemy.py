"""A host program on SQLAlchemy: its own rows and ours in one transaction, committed and rolled back together.

    python examples/joined_sqlalchemy.py sqlite:///host.db
    python examples/joined_sqlalchemy.py postgresql+psycopg://user@host/database
    python examples/joined_sqlalchemy.py mariadb+pymysql://user@host/database

On SQLite the host must make sure that BEGIN is sent where a transaction begins; sqlite3 alone waits for the first write.
"""

from __future__ import annotations

import sys

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from handover_core.actor import Actor, Role
from handover_core.app import HandoverCore
from handover_core.errors import AlreadyExists, StorageUnavailable
from handover_core.organization.model import Employee
from handover_core_sql import SqlStore

TENANT = "acme"
HR = Actor("hr", frozenset((Role.HR,)))


class Base(DeclarativeBase):
    """The host's own tables."""


class Badge(Base):
    """A badge that the host hands out when somebody is hired."""

    __tablename__ = "badge"

    number: Mapped[str] = mapped_column(sa.String(64), primary_key=True)


def engine_of(url: str) -> sa.Engine:
    """Return the host's engine."""
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def _connected(driver, _record) -> None:  # noqa: ANN001 - a sqlite3.Connection
            driver.isolation_level = None

        @sa.event.listens_for(engine, "begin")
        def _begun(connection: sa.Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


class Host:
    """The host program."""

    def __init__(self, url: str) -> None:
        self.engine = engine_of(url)
        Base.metadata.create_all(self.engine)
        self.core = HandoverCore(SqlStore(self.engine))
        self.core.store.schema.migrate()

    def hire(self, session: Session, number: str) -> None:
        """Hand out a badge and hire somebody, in the session's transaction."""
        session.add(Badge(number=number))
        session.flush()
        organization = self.core.joined(session).office(TENANT, HR).organization
        organization.hire(Employee(id=f"person {number}", number=number, name=f"Person {number}"))

    def counted(self) -> str:
        """Return how many badges and people are stored."""
        with Session(self.engine) as session:
            badges = session.scalar(sa.select(sa.func.count()).select_from(Badge))
        people = self.core.office(TENANT, HR).organization.employees().items
        return f"{badges} badges, {len(people)} people"


def main(url: str) -> None:
    """Tell what is stored after each transaction."""
    host = Host(url)
    with Session(host.engine) as session, session.begin():
        host.hire(session, "1")
        host.hire(session, "2")
    print("committed:", host.counted())

    with Session(host.engine) as session:
        host.hire(session, "3")
        session.rollback()
    print("rolled back:", host.counted())

    with Session(host.engine) as session, session.begin():
        host.hire(session, "4")
        try:
            with session.begin_nested():
                session.add(Badge(number="5"))
                session.flush()
                organization = host.core.joined(session).office(TENANT, HR).organization
                organization.hire(Employee(id="another", number="1", name="A number that is taken"))
        except AlreadyExists:
            print("refused: the number is taken, the host goes on")
    print("committed:", host.counted())

    try:
        host.core.joined(Session(host.engine))
    except StorageUnavailable as error:
        print("without a transaction:", error.params["reason"])
    host.engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1])
