"""Signatures of webhooks: they fit their body, their secret and their moment, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover_core.outbox.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, is_authentic, signature, signed_headers

SECRET = b"a-secret-of-at-least-32-characters"
NOW = 1_772_409_600


@given(st.binary(), st.binary(min_size=1), st.integers(0, 10**10))
def test_a_signature_fits_its_body_its_secret_and_its_moment(body: bytes, secret: bytes, at: int) -> None:
    """And nothing else: one byte more, another secret or another timestamp, and it does not."""
    signed = signature(secret, at, body)

    def fits(**other: object) -> bool:
        given_ = {"secret": secret, "timestamp": str(at), "signatures": signed, "body": body, "now": at, **other}
        return is_authentic(**given_)

    assert fits()
    for wrong in (
        {"body": body + b"x"},
        {"secret": secret + b"x"},
        {"timestamp": str(at + 1)},
        {"signatures": signed[:-1]},
    ):
        assert not fits(**wrong)
    assert not fits(now=at + 301)
    assert not fits(now=at - 301)
    assert fits(now=at + 300)


@pytest.mark.parametrize(
    ("timestamp", "signatures"),
    [
        (None, "v1=x"),
        ("1", None),
        ("", ""),
        ("1.5", "v1=x"),
        ("-1", "v1=x"),
        ("١", "v1=x"),
        ("1", "v1=é"),
        ("9" * 400, "v1=x"),
    ],
)
def test_headers_that_are_none_are_refused(timestamp: str | None, signatures: str | None) -> None:
    assert is_authentic(SECRET, timestamp, signatures, b"", now=1) is False


def test_a_published_example_stays_what_it_is() -> None:
    """Other programs compute the same."""
    assert "v1=1ba6b8171186efc613e8bcc0cbdab2748f24984d7c5a84faa2637afa0e40d224" == signature(b"key", 1, b"{}")


def test_the_headers_have_the_names_that_receivers_know() -> None:
    assert {"Handover-Timestamp": "7", "Handover-Signature": signature(b"k", 7, b"x")} == signed_headers(
        (b"k",), 7, b"x"
    )


def test_a_timestamp_has_fifteen_digits_at_most() -> None:
    """What is longer is no moment, and is not even read as a number."""
    for digits, fits in ((15, True), (16, False)):
        at = 10 ** (digits - 1)
        assert fits is is_authentic(b"k", str(at), signature(b"k", at, b""), b"", now=at)


def test_an_old_signature_is_no_signature() -> None:
    assert is_authentic(b"k", "1", signature(b"k", 1, b""), b"", now=302) is False
    assert is_authentic(b"k", "1", signature(b"k", 1, b""), b"", now=302, tolerance=301) is True


def test_two_secrets_sign_while_one_is_changed() -> None:
    headers = signed_headers((b"old", b"new"), NOW, b"{}")
    for secret, fits in ((b"old", True), (b"new", True), (b"other", False)):
        found = is_authentic(secret, headers[TIMESTAMP_HEADER], headers[SIGNATURE_HEADER], b"{}", now=NOW)
        assert fits == found
