"""A TCP proxy that cuts connections where a test wants it: before, in the midst of, or after a message.

It knows no protocol. A test names bytes that its message holds (``COMMIT``, ``commitTransaction``), and the proxy looks
for them in what the client sends.
"""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from enum import Enum

CHUNK = 1 << 20


class When(Enum):
    """Where a connection is cut: nothing of the message arrives, half of it, or all of it but no answer comes back."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class Proxy:
    """Stands before a server. Everything that it opened is closed by `close`."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self._server = host, port
        self._lock = threading.Lock()
        self._links: set[_Link] = set()
        self._marker: bytes | None = None
        self._when = When.BEFORE
        self._passed = 0
        self._cuts = 0
        self._refusing = False
        self.done = 0
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._welcome, daemon=True).start()

    def cut(self) -> None:
        """Cut every connection now."""
        with self._lock:
            links, self._links = self._links, set()
        for link in links:
            link.cut()

    def cut_at(self, marker: bytes, when: When, *, after: int = 0, times: int = 1) -> None:
        """Cut the connection whose client sends ``marker``, ``times`` times, once ``after`` such messages have passed."""
        with self._lock:
            self._marker, self._when, self._passed, self._cuts, self.done = marker, when, -after, times, 0

    def refuse(self, *, refusing: bool) -> None:
        """Refuse new connections, or take them again."""
        self._refusing = refusing

    def close(self) -> None:
        """Close the door and cut what is open."""
        # Closing alone does not wake a thread that waits at the door.
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.cut()

    def verdict(self, chunk: bytes) -> When | None:
        """Say whether and where the connection is cut whose client sent this."""
        with self._lock:
            if self._marker is None or self._marker not in chunk or not self._cuts:
                return None
            self._passed += 1
            if self._passed <= 0:
                return None
            self._cuts -= 1
            self.done += 1
            return self._when

    def forget(self, link: _Link) -> None:
        """Let go of a connection that has ended."""
        with self._lock:
            self._links.discard(link)

    def _welcome(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            if self._refusing:
                _abort(client)
                continue
            try:
                server = socket.create_connection(self._server)
            except OSError:
                _abort(client)
                continue
            link = _Link(self, client, server)
            with self._lock:
                self._links.add(link)
            link.start()


class _Link:
    """One connection: what either side sends is handed to the other."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._deaf = False

    def start(self) -> None:
        """Begin to hand over in both directions."""
        for act in (self._forth, self._back):
            threading.Thread(target=act, daemon=True).start()

    def cut(self) -> None:
        """End both sides at once, as a broken line does: what is under way is lost."""
        for side in (self._client, self._server):
            _abort(side)

    def _forth(self) -> None:
        with suppress(OSError):
            while chunk := self._client.recv(CHUNK):
                when = self._proxy.verdict(chunk)
                if when is When.BEFORE:
                    break
                self._deaf = when is not None
                self._server.sendall(chunk[: len(chunk) // 2] if when is When.DURING else chunk)
                if when is When.DURING:
                    break
        self._end()

    def _back(self) -> None:
        with suppress(OSError):
            while chunk := self._server.recv(CHUNK):
                if self._deaf:
                    break
                self._client.sendall(chunk)
        self._end()

    def _end(self) -> None:
        self._proxy.forget(self)
        self.cut()


def _abort(side: socket.socket) -> None:
    """Close with a reset. A thread that reads from it is woken first: closing alone would leave it waiting."""
    with suppress(OSError):
        side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        side.shutdown(socket.SHUT_RDWR)
    side.close()
