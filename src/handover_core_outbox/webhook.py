"""Webhooks: a POST of the CloudEvents envelope, signed, with an end to all patience."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from typing import Any
from urllib.parse import SplitResult, urlsplit

from handover_core.errors import InvalidInput, NotDelivered
from handover_core.outbox.signing import signed_headers

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
FINAL = frozenset((400, 413, 415, 422))
"""Answers by which a receiver says that this event, as it is, will never do."""
_FINE = range(200, 300)


class Webhook:
    """Sends envelopes to one URL; anything but a status of 200 to 299 is a failure, redirects too.

    ``secrets`` sign the request: while a secret is changed, the old one and the new one. ``now`` gives seconds since
    1970, ``ticks`` seconds of a clock that is never set. Raises `InvalidInput` for what is no http or https URL.
    """

    def __init__(
        self, url: str, secrets: Sequence[bytes] = (), *, now: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic, tls: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
        self._parts = _parts_of(url)
        self._secrets = tuple(secrets)
        self._now = now
        self._ticks = ticks
        self._tls = tls if tls is not None or self._parts.scheme == "http" else ssl.create_default_context()

    def __call__(self, envelope: Mapping[str, Any], /, *, timeout: float) -> None:
        """Send; raise `NotDelivered` with a status or the class of what failed, at the latest after ``timeout`` seconds."""
        body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
        end = self._ticks() + timeout
        connection = self._connection(timeout)
        try:
            status = self._posted(connection, body, end)
        except (OSError, HTTPException, ValueError) as error:
            word = "timeout" if self._ticks() >= end or isinstance(error, TimeoutError) else _word(error)
            raise NotDelivered(word) from error
        finally:
            connection.close()
        if status not in _FINE:
            raise NotDelivered(f"status {status}", final=status in FINAL)

    def _connection(self, timeout: float) -> HTTPConnection:
        host, port = str(self._parts.hostname), self._parts.port
        if self._parts.scheme == "http":
            return HTTPConnection(host, port, timeout=timeout)
        return HTTPSConnection(host, port, timeout=timeout, context=self._tls)

    def _posted(self, connection: HTTPConnection, body: bytes, end: float) -> int:
        connection.connect()
        left = end - self._ticks()
        if left <= 0:
            raise TimeoutError
        # The socket's own timeout begins anew with every byte; this one does not.
        watch = Timer(left, _cut, [connection.sock])
        watch.daemon = True
        watch.start()
        try:
            target = f"{self._parts.path or '/'}{'?' + self._parts.query if self._parts.query else ''}"
            connection.request("POST", target, body, self._headers(body))
            status = connection.getresponse().status
        finally:
            watch.cancel()
        if self._ticks() >= end:  # a line that was cut in the middle of the headers looks as if they had ended
            raise TimeoutError
        return status

    def _headers(self, body: bytes) -> dict[str, str]:
        signed = signed_headers(self._secrets, int(self._now()), body) if self._secrets else {}
        return {"Content-Type": CONTENT_TYPE, "User-Agent": "handover-core", "Connection": "close", **signed}


def _parts_of(url: str) -> SplitResult:
    """Return the parts of a URL; raise `InvalidInput` for what cannot stand in a request."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        fine = None
    if not fine or not url.isascii() or not url.isprintable() or " " in url:
        raise InvalidInput.at("endpoint", "outbox.url", "is not an http or https URL", "不是 http 或 https 地址")
    return parts


def _cut(line: socket.socket) -> None:
    with suppress(OSError):  # it is closed already
        line.shutdown(socket.SHUT_RDWR)


def _word(error: Exception) -> str:
    """Return what failed, in a word of ours: an error's own words may repeat what the receiver said."""
    if isinstance(error, ssl.SSLError):
        return "tls"
    if isinstance(error, socket.gaierror):
        return "unknown host"
    return "connection" if isinstance(error, OSError) else "answer"
