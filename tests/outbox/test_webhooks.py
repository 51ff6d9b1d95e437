"""Webhooks against a real server: signed, and with an end to all patience."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from time import monotonic

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event

from handover_core.errors import InvalidInput, NotDelivered
from handover_core.outbox.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, is_authentic
from handover_core.storage import Driver, MemoryStore
from handover_core_outbox import Webhook, senders
from outbox.hooks import Hook, closed_port, listening
from outbox.kit import Post

SECRET = b"a-secret-of-at-least-32-characters"
ENVELOPE = {"specversion": "1.0", "id": "1", "source": "urn:x", "type": "t", "data": {"name": "王"}}
NOW = 1_772_409_600


@pytest.fixture
def hook() -> Iterator[Hook]:
    with listening() as found:
        yield found


def test_what_arrives_is_a_signed_cloud_event(hook: Hook) -> None:
    Webhook(hook.url, (SECRET,), now=lambda: NOW)(ENVELOPE, timeout=5)
    ((headers, body),) = hook.came
    assert ENVELOPE == json.loads(body)
    assert "/hook?x=1" == headers["path"]
    assert is_authentic(SECRET, headers[TIMESTAMP_HEADER], headers[SIGNATURE_HEADER], body, now=NOW)
    assert not is_authentic(b"another", headers[TIMESTAMP_HEADER], headers[SIGNATURE_HEADER], body, now=NOW)
    assert "1" == from_http_event(HTTPMessage({"content-type": headers["Content-Type"]}, body)).get_id()


def test_without_a_secret_nothing_is_signed(hook: Hook) -> None:
    Webhook(hook.url)(ENVELOPE, timeout=5)
    assert SIGNATURE_HEADER not in hook.came[0][0]


@pytest.mark.parametrize(
    ("answer", "final"),
    [(500, False), (503, False), (429, False), (404, False), (302, False), (400, True), (422, True)],
)
def test_a_status_that_is_no_success_is_a_failure(hook: Hook, answer: int, final: bool) -> None:
    """Redirects are not followed; some answers say that the event will never do."""
    hook.answer = answer
    with pytest.raises(NotDelivered) as raised:
        Webhook(hook.url)(ENVELOPE, timeout=5)
    assert {"failure": f"status {answer}", "final": final} == dict(raised.value.params)
    assert 1 == len(hook.came)


@pytest.mark.parametrize("how", ["silent", "dripping"])
def test_a_receiver_that_does_not_come_to_an_end_is_left(hook: Hook, how: str) -> None:
    """Also one that sends a byte now and then, which would keep a socket's own timeout from ever running out."""
    hook.answer = how
    begun = monotonic()
    with pytest.raises(NotDelivered) as raised:
        Webhook(hook.url)(ENVELOPE, timeout=0.5)
    assert monotonic() - begun < 5
    assert "timeout" == raised.value.params["failure"]


def test_a_receiver_that_hangs_up_or_is_not_there(hook: Hook) -> None:
    hook.answer = "broken"
    with pytest.raises(NotDelivered) as raised:
        Webhook(hook.url)(ENVELOPE, timeout=5)
    assert "connection" == raised.value.params["failure"]
    for url, word in (
        (f"http://127.0.0.1:{closed_port()}/", "connection"), ("http://no.such.host.invalid/", "unknown host"),
        (hook.url.replace("http:", "https:"), "tls"),
    ):  # fmt: skip
        with pytest.raises(NotDelivered) as raised:
            Webhook(url, tls=ssl.create_default_context())(ENVELOPE, timeout=5)
        assert word == raised.value.params["failure"]


def test_nothing_is_sent_after_the_time_is_over(hook: Hook) -> None:
    """Where connecting took all of it."""
    ticks = iter((0.0, 6.0, 6.0, 6.0))
    with pytest.raises(NotDelivered) as raised:
        Webhook(hook.url, ticks=lambda: next(ticks))(ENVELOPE, timeout=5)
    assert "timeout" == raised.value.params["failure"]
    assert [] == hook.came


@pytest.mark.parametrize(
    "url",
    ["ftp://x/", "http:///x", "x", "", "http://x:port/", "http://x:99999/", "http://[x/", "http://x/ y", "http://x/王",
     "http://x/\n"],
)  # fmt: skip
def test_only_http_is_spoken(url: str) -> None:
    """And nothing that cannot stand in a request."""
    with pytest.raises(InvalidInput):
        Webhook(url)


# With a relay


def test_a_slow_receiver_never_blocks_a_write(store: Driver, hook: Hook) -> None:
    """Nobody waits for it but the relay: no transaction is open while it is waited for."""
    hook.answer = "silent"
    post = Post(store)
    post.subscribe(endpoint=hook.url, timeout=2)
    post.hire("a")
    relay = Thread(target=lambda: post.relay(senders({})).run_once())
    relay.start()
    while not hook.came:
        relay.join(0.01)
    written = 0
    while relay.is_alive():
        post.rename("a", f"name {written}")
        written += 1
    assert written >= 3


def test_a_receiver_gets_all_of_it_however_it_behaves(store: Driver, hook: Hook) -> None:
    """It answers 500, hangs up, falls silent; in the end everything has arrived in order, and every request is signed."""
    moods = iter([500, "broken", 204, "silent", 500, 204, "broken"])
    hook.answer = lambda: next(moods, 204)
    post = Post(store)
    post.subscribe(endpoint=hook.url, timeout=1)
    post.hire("a")
    for number in range(4):
        post.rename("a", f"name {number}")
    for _ in range(12):
        post.relay(senders({"erp": SECRET.decode()})).run_once()
        post.clock.pass_by(hours=2)
    events = [json.loads(body) for _, body in hook.came]
    assert [1, 2, 3, 4, 5] == list(dict.fromkeys(event["streamversion"] for event in events))
    seen: set[str] = set()
    for (headers, body), event in zip(hook.came, events, strict=True):
        now = int(headers[TIMESTAMP_HEADER])
        assert is_authentic(SECRET, headers[TIMESTAMP_HEADER], headers[SIGNATURE_HEADER], body, now=now)
        assert event["resend"] == (event["id"] in seen)
        seen.add(event["id"])


def test_an_answer_that_will_never_change_parks_at_once(hook: Hook) -> None:
    hook.answer = 422
    post = Post(MemoryStore())
    post.subscribe(endpoint=hook.url)
    post.hire("a")
    assert 1 == post.relay(senders({}), lease=timedelta(seconds=90)).run_once().parked
    assert ["status 422"] == [letter.failure for letter in post.office.outbox.dead_letters()]
