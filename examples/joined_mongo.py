"""A host program on pymongo: its own documents and ours in one transaction, committed and rolled back together.

    python examples/joined_mongo.py mongodb://HOST/DATABASE

The server must be (a member of) a replica set, since a server that stands alone has no transactions.
"""

from __future__ import annotations

import sys
from typing import Any

from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from handover_core.actor import Actor, Role
from handover_core.app import HandoverCore
from handover_core.errors import AlreadyExists, StorageUnavailable, TransactionLost
from handover_core.organization.model import Employee
from handover_core_mongo import MongoStore

TENANT = "acme"
HR = Actor("hr", frozenset((Role.HR,)))
CONCERNS: dict[str, Any] = {
    "read_concern": ReadConcern("snapshot"),
    "write_concern": WriteConcern("majority", j=True),
}
"""What the store gives its own transactions; a host's transaction has what the host gives it."""


class Host:
    """The host program."""

    def __init__(self, client: MongoClient[dict[str, Any]]) -> None:
        self.client = client
        self.database = client.get_default_database()
        self.badges = self.database["badges"]
        self.core = HandoverCore(MongoStore(client, self.database.name))
        self.core.store.schema.migrate()

    def hire(self, session: ClientSession, number: str, badge: str | None = None) -> None:
        """Hand out a badge and hire somebody, in the session's transaction."""
        self.badges.insert_one({"_id": badge or number}, session=session)
        self.employ(session, number)

    def employ(self, session: ClientSession, number: str) -> None:
        """Hire somebody, in the session's transaction."""
        organization = self.core.joined(session).office(TENANT, HR).organization
        organization.hire(Employee(id=f"person {number}", number=number, name=f"Person {number}"))

    def counted(self) -> str:
        """Return how many badges and people are stored."""
        people = self.core.office(TENANT, HR).organization.employees().items
        return f"{self.badges.count_documents({})} badges, {len(people)} people"

    def told(self) -> None:
        """Tell what is stored after each transaction."""
        with self.client.start_session() as session, session.start_transaction(**CONCERNS):
            self.hire(session, "1")
            self.hire(session, "2")
        print("committed:", self.counted())

        with self.client.start_session() as session:
            session.start_transaction(**CONCERNS)
            self.hire(session, "3")
            session.abort_transaction()
        print("rolled back:", self.counted())

        with self.client.start_session() as session, session.start_transaction(**CONCERNS):
            self.hire(session, "4")
            try:
                self.employ(session, "1")
            except AlreadyExists:
                print("refused: the number is taken, the host goes on")
        print("committed:", self.counted())
        self.lost()

    def lost(self) -> None:
        """Tell what happens when somebody else's write came first: the server takes all of it back."""
        with self.client.start_session() as session:
            session.start_transaction(**CONCERNS)
            self.hire(session, "5", badge="six")
            with self.client.start_session() as other:
                other.start_transaction(**CONCERNS)
                self.employ(other, "7")
                try:
                    self.employ(session, "7")
                except TransactionLost as error:
                    print("lost:", error.remedy())
                other.commit_transaction()
            try:
                session.commit_transaction()
            except PyMongoError:
                print("a commit all the same: refused")
        print("what is stored:", self.counted())

        with self.client.start_session() as session:
            try:
                self.employ(session, "8")
            except StorageUnavailable as error:
                print("without a transaction:", error.message())


def main(url: str) -> None:
    """Run the host on its own client, which it closes itself."""
    with MongoClient(url) as client:
        Host(client).told()


if __name__ == "__main__":
    main(sys.argv[1])
