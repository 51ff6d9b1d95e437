"""A host program on Django: its own rows and ours in one ``transaction.atomic()``.

    python examples/joined_django.py sqlite3 host.db
    python examples/joined_django.py postgresql DATABASE HOST PORT USER [PASSWORD]
    python examples/joined_django.py mysql DATABASE HOST PORT USER [PASSWORD]

PyMySQL takes the place of mysqlclient where that is not installed.
"""

from __future__ import annotations

import sys

import django
from django.conf import settings
from django.db import connection, models, transaction

from handover_core.actor import Actor, Role
from handover_core.app import HandoverCore
from handover_core.errors import AlreadyExists, StorageUnavailable
from handover_core.organization.model import Employee

TENANT = "acme"
HR = Actor("hr", frozenset((Role.HR,)))


def configure(engine: str, name: str, host: str = "", port: str = "", user: str = "", password: str = "") -> None:
    """Set Django up as a settings module would."""
    if engine == "mysql":
        try:
            import MySQLdb  # noqa: F401
        except ImportError:
            import pymysql

            pymysql.install_as_MySQLdb()
    database = {"NAME": name, "HOST": host, "PORT": port, "USER": user, "PASSWORD": password}
    settings.configure(
        DATABASES={"default": {"ENGINE": f"django.db.backends.{engine}", **database}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
    )
    django.setup()


def badge_model() -> type[models.Model]:
    """Return the host's own model: a badge that it hands out when somebody is hired."""

    class Badge(models.Model):  # noqa: DJ008 - nobody prints it
        number = models.CharField(max_length=64, primary_key=True)

        class Meta:
            app_label = "host"

    return Badge


class Host:
    """The host program."""

    def __init__(self) -> None:
        from handover_core_sql.contrib.django import store

        self.badges = badge_model()
        with connection.schema_editor() as editor:
            editor.create_model(self.badges)
        self.core = HandoverCore(store())
        self.core.store.schema.migrate()

    def hire(self, number: str, person_id: str | None = None) -> None:
        """Hand out a badge and hire somebody, in the block that is open."""
        from handover_core_sql.contrib.django import atomic_block

        self.badges.objects.create(number=f"{person_id or ''}{number}")
        organization = self.core.joined(atomic_block()).office(TENANT, HR).organization
        organization.hire(Employee(id=person_id or f"person {number}", number=number, name=f"Person {number}"))

    def counted(self) -> str:
        """Return how many badges and people are stored."""
        people = self.core.office(TENANT, HR).organization.employees().items
        return f"{self.badges.objects.count()} badges, {len(people)} people"


def main(*database: str) -> None:
    """Tell what is stored after each transaction."""
    configure(*database)
    host = Host()
    with transaction.atomic():
        host.hire("1")
        host.hire("2")
    print("committed:", host.counted())

    with transaction.atomic():
        host.hire("3")
        transaction.set_rollback(True)
    print("rolled back:", host.counted())

    with transaction.atomic():
        host.hire("4")
        try:
            with transaction.atomic():
                host.hire("1", person_id="another")
        except AlreadyExists:
            print("refused: the number is taken, the host goes on")
    print("committed:", host.counted())

    try:
        host.hire("5")
    except StorageUnavailable as error:
        print("without a transaction:", error.params["reason"])
    host.badges.objects.filter(number="5").delete()
    host.core.store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
