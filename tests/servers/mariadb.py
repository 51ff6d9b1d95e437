"""MariaDB from the system's packages, started here in a temporary folder."""

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

import sqlalchemy as sa

from handover_core_sql import SqlStore
from servers.base import ServerMissing, Stores, end_with_tests, free_port, limit_files
from servers.tables import filled_tables, migrated

MARIADB = "HANDOVER_TEST_MARIADB_URL"
_ADVICE = f"install Debian's package mariadb-server, or set {MARIADB} to mariadb+pymysql://USER:PASSWORD@HOST/"
_PLACES = "/usr/sbin:/usr/local/sbin:/usr/libexec"
# Neither the character set nor the time zone that the tests want: whatever relies on the server's is found out.
_OPTIONS = (
    "--character-set-server=latin1", "--default-time-zone=+05:45", "--bind-address=127.0.0.1", "--skip-name-resolve",
    "--skip-log-bin", "--performance-schema=OFF", "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M",
    # A commit survives the end of the server's process, not that of the machine; the tests kill processes only.
    "--innodb-flush-log-at-trx-commit=2", "--innodb-doublewrite=0", "--sync-binlog=0",
)  # fmt: skip


class MariaDbServer:
    """One server process; what was committed survives `kill` and `restart`."""

    def __init__(self, program: str, installer: str, *options: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="handover-mariadb-"))
        self.data = self._folder / "data"
        self._options = options
        self._program = program
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._user = ("--user=root",) if os.geteuid() == 0 else ()
        self.url = f"mariadb+pymysql://root@127.0.0.1:{self.port}/"
        atexit.register(self._remove)
        given = ("--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve")
        made = subprocess.run(
            [installer, "--no-defaults", *self._user, f"--datadir={self.data}", *given, *options],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        if made.returncode:
            raise ServerMissing(f"{installer} failed: {made.stdout.decode(errors='replace')[-500:]}")
        self.restart()

    def kill(self) -> None:
        """End the process with SIGKILL."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def restart(self, *, largest_file: int | None = None) -> None:
        """See `servers.base.Daemon.restart`."""
        self.kill()
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    self._program, "--no-defaults", *self._user, *_OPTIONS, *self._options, f"--datadir={self.data}",
                    f"--port={self.port}", f"--socket={self._folder / 'socket'}",
                    f"--pid-file={self._folder / 'pid'}",
                ],
                stdout=log, stderr=log, preexec_fn=limit_files(largest_file),  # noqa: PLW1509 - no other place for it
            )  # fmt: skip
        end_with_tests(self._process.pid, self._folder)
        self._answering(time.monotonic() + 60)

    def _answering(self, until: float) -> None:
        engine = sa.create_engine(self.url, poolclass=sa.NullPool)
        while True:
            try:
                engine.connect().close()
            except sa.exc.DBAPIError as error:
                if time.monotonic() > until or (self._process and self._process.poll() is not None):
                    log = (self._folder / "log").read_text(errors="replace")[-500:]
                    raise ServerMissing(f"mariadbd did not start: {log}") from error
                time.sleep(0.05)
            else:
                return

    def _remove(self) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


class Databases(Stores[SqlStore]):
    """Each in a database of its own."""

    def __init__(self, url: str, *, own: bool) -> None:
        super().__init__()
        self._own = own
        self._url = sa.make_url(url)
        self._engine = sa.create_engine(url)
        self._blank: list[str] = []

    def blank(self, *, database: bool) -> Callable[..., SqlStore]:
        """Return what opens stores in a new place that has nothing in it; it is a whole ``database`` in any case."""
        del database
        name = self._created()
        self._blank.append(name)
        return partial(self._opened, name)

    def drop(self) -> None:
        """Leave nothing behind."""
        with self._engine.begin() as connection:
            for name in {*self._free, *self._taken.values(), *self._blank}:
                connection.exec_driver_sql(f"DROP DATABASE IF EXISTS `{name}`")
        self._engine.dispose()

    def _created(self) -> str:
        name = self._name()
        with self._engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE `{name}`")
        return name

    def _opened(self, name: str, **options: str) -> SqlStore:
        store = SqlStore.from_url(self._url.set(database=name).render_as_string(hide_password=False), **options)
        if self._own:
            sa.event.listen(store._engine, "do_connect", _without_certificates)
        return store

    def _made(self) -> str:
        name = self._created()
        migrated(self._opened(name))
        return name

    def _empty(self, name: str) -> None:
        with self._engine.begin() as connection:
            for table in filled_tables(connection, name):
                connection.exec_driver_sql(f"DELETE FROM {table}")


def _without_certificates(_dialect: object, _record: object, _words: object, options: dict[str, object]) -> None:
    """Keep the driver from reading the machine's certificates for each connection: our own server has none."""
    options["ssl_disabled"] = True


@cache
def stores() -> Databases:
    """Return the stores on MariaDB; raise `ServerMissing` with the cure where there is no server."""
    url = os.environ.get(MARIADB)
    databases = Databases(url or _server().url, own=url is None)
    if url:
        atexit.register(databases.drop)
    return databases


def _server(*options: str) -> MariaDbServer:
    try:
        import pymysql  # noqa: F401 - asked for here, so that a missing one says what to install
    except ImportError as error:
        raise ServerMissing(_ADVICE) from error
    program, installer = _found("mariadbd", "mysqld"), _found("mariadb-install-db", "mysql_install_db")
    if program is None or installer is None:
        raise ServerMissing(_ADVICE)
    return MariaDbServer(program, installer, *options)


def _found(*names: str) -> str | None:
    path = f"{os.environ.get('PATH', '')}:{_PLACES}"
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


@cache
def daemon() -> MariaDbServer:
    """Return a server that tests may kill, and that is not the one with the stores of other tests."""
    return _server()


@cache
def kept_clean() -> MariaDbServer:
    """Return a server of its own whose files can be cleaned: undo tablespaces, doublewrite, and a binary log."""
    return _server("--innodb-undo-tablespaces=3", "--innodb-doublewrite=1", "--log-bin=binlog", "--server-id=1")
