"""A receiver of events that uses nothing but what every Python has: it checks who sent them, and keeps a copy in step.

    python receive_events.py 8080 secret.txt

then `handover outbox subscribe copy http://127.0.0.1:8080/`, and `handover outbox run` with the same secret. What comes
twice is known by its version; what was sealed stays sealed here.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any

TOLERANCE = 300  # seconds


class Copy:
    """The newest state of every aggregate that was told of, by subject, and the version that it has."""

    def __init__(self, secret: bytes) -> None:
        self.states: dict[str, dict[str, Any]] = {}
        self.versions: dict[str, int] = {}
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
        subject, version, data = event["subject"], event["streamversion"], event["data"]
        if version <= self.versions.get(subject, 0):
            return  # it came before
        self.versions[subject] = version
        if data["operation"] == "delete":
            self.states.pop(subject, None)
        elif "state" in data:
            self.states[subject] = dict(data["state"])
        else:
            state = self.states.setdefault(subject, {})  # nothing yet where it came with a bulk
            for name, (_, after) in data["difference"].items():
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
