"""A web server on this machine that answers as it is told."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from attrs import define, field


@define
class Hook:
    """What came, and what is answered: a status, or ``silent``, ``dripping``, ``broken``."""

    server: ThreadingHTTPServer
    answer: int | str | Callable[[], int] = 204
    came: list[tuple[dict[str, str], bytes]] = field(factory=list)
    over: Event = field(factory=Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hook?x=1"


class _Handler(BaseHTTPRequestHandler):
    hook: Hook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.hook.came.append(({**self.headers, "path": self.path}, body))
        answer = self.hook.answer() if callable(self.hook.answer) else self.hook.answer
        if answer == "broken":
            self.connection.close()
        elif answer == "silent":
            self.hook.over.wait(20)
        elif answer == "dripping":
            self._drip()
        else:
            self.send_response(int(answer))
            self.send_header("Content-Length", "0")
            self.send_header("Location", "/elsewhere")
            self.end_headers()

    def _drip(self) -> None:
        end = time.monotonic() + 20
        with suppress(OSError):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
            while time.monotonic() < end and not self.hook.over.wait(0.05):
                self.wfile.write(b".")
                self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Say nothing: clients that have gone are part of the tests."""


@contextmanager
def listening() -> Iterator[Hook]:
    """Serve until the end of the with-statement."""
    handler: Any = type("Handler", (_Handler,), {})
    hook = handler.hook = Hook(_Server(("127.0.0.1", 0), handler))
    thread = Thread(target=hook.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        hook.over.set()
        hook.server.shutdown()
        hook.server.server_close()
        thread.join(10)


def closed_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
