"""The MongoDB wire protocol from a wheel: SecantusDB, a stand-in, run as its own daemon.

It is a beta, single-node server on MongoDB's own storage engine, licensed under the GPL: a dependency of the tests and
of nothing else. Set the variable below to run the same tests on a real replica set. What it does otherwise than MongoDB,
as far as these tests met it:

- It calls itself a replica set of one member; there are no elections, no rollbacks, no sharding.
- It keeps the state of transactions in memory: after a restart it knows no transaction that had been committed.
- ``snapshot`` sessions outside of transactions read what is newest. The adapter reads in transactions only.
- A range of embedded keys scans the collection, where MongoDB seeks in the index: so nothing is timed on it.
- ``transactionLifetimeLimitSeconds`` is 60 and cannot be set.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from pymongo import MongoClient

from handover_core_mongo import MongoStore
from servers.base import ServerMissing, Stores, free_port
from servers.proxy import Proxy

MONGO = "HANDOVER_TEST_MONGO_URL"
SYNCED = "--sync-on-commit"
"""Each commit is on the disk before it is answered. Servers that nobody kills do without, and answer sooner."""

_RUN = """
import os, runpy, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
runpy.run_module("secantus", run_name="__main__")
"""
"""The daemon, which ends when the tests that started it are gone, however they ended."""

_ADVICE = f"install the package SecantusDB, or set {MONGO}"


class Databases(Stores[MongoStore]):
    """Each in a database of its own."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.client: MongoClient[Any] = MongoClient(url)
        self._blanks: list[str] = []
        self._collections: list[str] = []

    def release(self) -> None:
        """Let the stores of a test be used again, and drop those that were blank."""
        super().release()
        while self._blanks:
            self.client.drop_database(self._blanks.pop())

    def blank(self) -> str:
        """Return the name of a database that has nothing in it yet; it is dropped after the test."""
        self._blanks.append(self._name())
        return self._blanks[-1]

    def address(self, name: str, *, port: int | None = None, **options: str) -> str:
        """Return the address of a database on this server, or of the same one behind a port of this machine."""
        parts = urlsplit(self.url)
        who, at, _ = parts.netloc.rpartition("@")
        netloc = parts.netloc if port is None else f"{who}{at}127.0.0.1:{port}"
        query = urlencode([*parse_qsl(parts.query), *options.items()])
        return parts._replace(netloc=netloc, path=f"/{name}", query=query).geturl()

    def proxy(self) -> Proxy:
        """Return a line to this server that can be cut."""
        self.client.admin.command("ping")
        assert self.client.address is not None
        host, port = self.client.address
        return Proxy(port, host)

    def drop(self) -> None:
        """Leave nothing behind."""
        self.release()
        for name in self._free:
            self.client.drop_database(name)
        self.client.close()

    def _made(self) -> str:
        name = self._name()
        self._opened(name).schema.migrate()
        names = self.client[name].list_collection_names()
        self._collections = [each for each in names if not each.endswith("schema")]
        return name

    def _opened(self, name: str) -> MongoStore:
        return MongoStore(self.client, name)

    def _empty(self, name: str) -> None:
        """Delete documents and keep collections, validators and indexes, which cost more to make anew."""
        database = self.client[name]
        for collection in self._collections:
            if database[collection].find_one({}, {"_id": 1}) is not None:
                database[collection].delete_many({})


class Daemon:
    """A server of its own, on a free port and in a temporary folder; `SYNCED`, what it committed survives a kill."""

    def __init__(self, *options: str) -> None:
        if find_spec("secantus") is None:
            raise ServerMissing(_ADVICE)
        self._folder = Path(tempfile.mkdtemp(prefix="handover-mongo-"))
        self.data = self._folder / "data"
        self._options = options
        self.port = free_port()
        self.url = f"mongodb://127.0.0.1:{self.port}"
        self._process = self._started()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self._process.send_signal(signal.SIGKILL)
        self._process.communicate()

    def restart(self) -> None:
        """Start it again on the same data and port, after ending it if it runs."""
        self.kill()
        self._process = self._started()

    def remove(self) -> None:
        """End it and remove its data."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _started(self) -> subprocess.Popen[str]:
        configuration = self._folder / "secantus.toml"
        configuration.touch()  # else it looks for one in the user's home
        command = [
            sys.executable, "-c", _RUN, "--config", str(configuration), "--port", str(self.port),
            "--storage-path", str(self.data), "--cache-size", "256M", *self._options,
        ]  # fmt: skip
        log = self._folder / "log"
        with log.open("w") as output:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, text=True
            )
        while not _answers(self.port):
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
                raise ServerMissing(f"the server did not start: {log.read_text()}")
        return process


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.1).close()
    except OSError:
        return False
    return True


@cache
def stores() -> Databases:
    """Return the stores on MongoDB; raise `ServerMissing` with the cure where there is no server."""
    url = os.environ.get(MONGO)
    if url:
        databases = Databases(url)
        atexit.register(databases.drop)
        return databases
    daemon = Daemon()
    databases = Databases(daemon.url)
    atexit.register(daemon.remove)
    atexit.register(databases.client.close)
    return databases
