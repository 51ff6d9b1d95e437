"""Sealed values: what stands for a personal value in an entry, readable only with the key of the person it is about.

A seal of the whole history, which is kept elsewhere, is another thing: see `handover_core.history.checkpoints`.

In JSON a sealed value is ``{"$sealed": [person, key number, ciphertext]}``, the ciphertext in base64. The chain hashes
it like any other content, so that it can be checked without a key, and also after the key was destroyed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from attrs import frozen

SEALED = "$sealed"
MARK = f'"{SEALED}"'
"""What a body's text holds where some value in it is sealed."""


@frozen
class Token:
    """A sealed value: whose it is, under which of the person's keys, and the ciphertext in base64."""

    subject: str
    number: int
    text: str

    def as_json(self) -> dict[str, Any]:
        """Return the token as it stands in an entry."""
        return {SEALED: [self.subject, self.number, self.text]}


def token_of(value: Any) -> Token | None:
    """Return the token that a JSON value is, or None for any other value."""
    if not isinstance(value, dict) or len(value) != 1 or SEALED not in value:
        return None
    parts = value[SEALED]
    if isinstance(parts, list) and [type(part) for part in parts] == [str, int, str]:
        return Token(*parts)
    return None


Unseal = Callable[[Token, tuple[str, ...]], Any]


Words = Callable[[str, tuple[str, ...]], str]


def _as_it_is(text: str, place: tuple[str, ...]) -> str:
    del place
    return text


def opened(value: Any, place: tuple[str, ...], unseal: Unseal, text: Words = _as_it_is) -> Any:
    """Return a JSON value with every token in it replaced by what ``unseal`` makes of it and of its place.

    The place is the path of names to the token, without positions in lists, beginning with ``place``. Every other
    text becomes what ``text`` makes of it and of its place. What does not change is returned as it is.
    """
    token = token_of(value)
    if token is not None:
        return unseal(token, place)
    if isinstance(value, dict):
        new = {name: opened(each, (*place, name), unseal, text) for name, each in value.items()}
        return new if any(new[name] is not each for name, each in value.items()) else value
    if isinstance(value, list):
        items = [opened(each, place, unseal, text) for each in value]
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    return text(value, place) if isinstance(value, str) else value


def opened_alone(token: Token, place: tuple[str, ...], open_: Callable[[Any], Any]) -> Any:
    """Return what a token says, by what opens JSON data: its place is part of the seal, so it is put there."""
    data: Any = token.as_json()
    for name in reversed(place):
        data = {name: data}
    data = open_(data)
    for name in place:
        data = data[name]
    return data


def agrees(found: Any, recorded: Any, *, keyless: bool = False) -> bool:
    """Tell whether a JSON value is what was recorded, as far as one can see: what was recorded sealed agrees with anything.

    Whoever is ``keyless`` cannot see either what was recorded in the clear and is sealed now.
    """
    if token_of(recorded) is not None:
        return True  # also with nothing: so an erasure leaves it
    if keyless and token_of(found) is not None:
        return recorded is not None
    if isinstance(recorded, dict) and isinstance(found, dict):
        return found.keys() == recorded.keys() and all(
            agrees(found[name], each, keyless=keyless) for name, each in recorded.items()
        )
    if isinstance(recorded, list) and isinstance(found, list):
        return len(found) == len(recorded) and all(map(partial(agrees, keyless=keyless), found, recorded))
    return type(found) is type(recorded) and found == recorded


def same(found: Any, recorded: Any) -> bool:
    """Tell whether two JSON values are the same, of the same types: ``1``, ``1.0`` and ``true`` are three values."""
    return bool(found == recorded) and (repr(found) == repr(recorded) or _alike(found, recorded))


def _alike(found: Any, recorded: Any) -> bool:
    if isinstance(found, dict):
        return all(_alike(each, recorded[name]) for name, each in found.items())
    if isinstance(found, list):
        return all(map(_alike, found, recorded))
    return type(found) is type(recorded)
