"""A receiver of events that uses nothing but what every Python has: it checks who sent them, and keeps a copy in step.

    python receive_events.py 8080 secret.txt

then `handover outbox subscribe copy http://127.0.0.1:8080/`, and `handover outbox run` with the same secret. What comes
twice is known by its version; what was sealed stays sealed here.

Rows that came in bulk, by an import, are told of by one event with their number, and what was there before the
subscription is not told at all. What is missing is asked for with the words that are printed, given to the sender:

    handover outbox replay copy --reason "the copy lacks it" --batch ID
"""

from __future__ import annotations

import hashlib
import hmac
import json
import shlex
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any

TOLERANCE = 300  # seconds


class Copy:
    """The newest state of every aggregate that was told of in full, by subject, and the version that it has.

    ``lacks`` are the options of `handover outbox replay` that bring what is missing, and how many rows each is to bring.
    An option goes away once these rows, or the version that could not be used without it, have come.
    """

    def __init__(self, secret: bytes) -> None:
        self.states: dict[str, dict[str, Any]] = {}
        self.versions: dict[str, int] = {}
        self.lacks: dict[tuple[str, ...], int] = {}
        self._needed: dict[tuple[str, ...], int] = {}  # the versions that could not be used
        self._rows: dict[str, set[str]] = {}  # what has come of bulks, as long as more is to come
        self._whole: set[str] = set()
        self._secret = secret
        self._lock = Lock()

    def take(self, timestamp: str, signatures: str, body: bytes, now: float) -> int:
        """Take what came and return the HTTP status: 401 for what nobody signed, else 204."""
        if not self._signed(timestamp, signatures, body, now):
            return 401
        with self._lock:  # a relay keeps the order of a stream; different streams may come at the same time
            self._apply(json.loads(body))
        return 204

    def _signed(self, timestamp: str, signatures: str, body: bytes, now: float) -> bool:
        if not timestamp.isdecimal() or abs(now - int(timestamp)) > TOLERANCE:
            return False
        expected = "v1=" + hmac.new(self._secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        return any(hmac.compare_digest(expected.encode(), each.strip().encode()) for each in signatures.split(","))

    def _apply(self, event: dict[str, Any]) -> None:
        subject, data = event["subject"], event["data"]
        if event["streamversion"] > self.versions.get(subject, 0):  # else it came before
            self._news(subject, event["streamversion"], data)
        if data["batch"]:
            self._came(data["batch"], subject)

    def _news(self, subject: str, version: int, data: dict[str, Any]) -> None:
        stream = ("--stream", data["stream"]["kind"], data["stream"]["id"])
        if "state" not in data and version > self.versions.get(subject, 0) + 1:
            self._needed[stream] = max(version, self._needed.get(stream, 0))
            self._ask(stream, 1)  # a difference to something that is not here
            return
        self.versions[subject] = version
        if version >= self._needed.get(stream, 0):  # one that is less would be an answer that lacks the newest
            self._needed.pop(stream, None)
            self.lacks.pop(stream, None)
        if data["operation"] == "batch":
            self._told(data["stream"]["id"], data["state"]["count"])
        elif data["operation"] == "delete":
            self.states.pop(subject, None)
        elif "state" in data:
            self.states[subject] = dict(data["state"])
        elif subject in self.states:  # the header of a bulk is none of them
            _change(self.states[subject], data["difference"])

    def _ask(self, options: tuple[str, ...], rows: int) -> None:
        if options not in self.lacks:
            self.lacks[options] = rows
            print("ask for it: handover outbox replay copy --reason '…'", shlex.join(options), file=sys.stderr)

    def _told(self, bulk: str, count: int) -> None:
        left = count - len(self._rows.setdefault(bulk, set()))
        if left:
            self._ask(("--batch", bulk), left)
        else:
            self._end(bulk)

    def _came(self, bulk: str, subject: str) -> None:
        if bulk in self._whole or subject in self._rows.setdefault(bulk, set()):
            return
        self._rows[bulk].add(subject)
        options = ("--batch", bulk)
        if options in self.lacks:  # else its header is still to come
            self.lacks[options] -= 1
            if not self.lacks[options]:
                del self.lacks[options]
                self._end(bulk)

    def _end(self, bulk: str) -> None:
        self._whole.add(bulk)
        self._rows.pop(bulk, None)


def _change(state: dict[str, Any], difference: dict[str, Any]) -> None:
    for name, (_, after) in difference.items():
        if after:
            state[name] = after[0]
        else:
            state.pop(name, None)


def handler(copy: Copy) -> type[BaseHTTPRequestHandler]:
    """Return what answers requests."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            given = (self.headers.get(name, "") for name in ("Handover-Timestamp", "Handover-Signature"))
            self.send_response(copy.take(*given, body, time.time()))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def main(port: str, secret: str) -> None:
    """Serve until the process is ended."""
    copy = Copy(Path(secret).read_bytes().strip())
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), handler(copy))
    print(f"listening on http://127.0.0.1:{server.server_port}/")
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
