"""The decoders that are made once accept and refuse what the careful converter does, with the same values."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from handover_core.errors import UnreadableBody
from handover_core.kinds import KINDS
from handover_core.storage import Codec, Kind
from handover_core.storage.codec import from_json, to_json
from handover_core.testing.strategies import aggregates, kinds

CODEC = Codec()
STRANGERS = st.sampled_from([None, True, 0, 1.5, "", "x", "2026-02-30", [], {}, [1], {"x": 1}, {"$date": "2026-01-01"}])


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of everything inside plain data."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield (*path, key)
        yield from places(part, (*path, key))


def damaged(body: Any, path: tuple[Any, ...], how: str, stranger: Any) -> Any:
    """Return the data with one place changed, taken out, or a stranger beside it."""
    body = copy.deepcopy(body)
    around = body
    for key in path[:-1]:
        around = around[key]
    if how == "other":
        around[path[-1]] = stranger
    elif how == "gone":
        del around[path[-1]]
    elif isinstance(around, dict):
        around["stranger"] = stranger
    else:
        around.append(stranger)
    return body


def careful(kind: Kind[Any], body: Any) -> Any:
    """Return what cattrs itself makes of the data, or None where it refuses."""
    try:
        return CODEC.structure({**body, "id": "x", "version": 3}, kind.type)
    except Exception:  # noqa: BLE001 - cattrs raises what the hooks raise, in groups
        return None


def decoded(kind: Kind[Any], body: Any) -> Any:
    """Return what the made decoder makes of the data, or None where it refuses."""
    try:
        return CODEC.load(kind, "x", 3, kind.format, to_json(body))
    except UnreadableBody:
        return None


@given(data=st.data(), kind=kinds)
def test_whole_bodies_are_decoded_alike(data: st.DataObject, kind: Kind[Any]) -> None:
    """And to what was dumped."""
    aggregate = data.draw(aggregates(kind))
    body = from_json(to_json(CODEC.dump(aggregate)))
    expected = evolve(aggregate, id="x", version=3)
    assert repr(expected) == repr(careful(kind, body)) == repr(decoded(kind, body))


@settings(max_examples=200)
@given(data=st.data(), kind=kinds, how=st.sampled_from(["other", "gone", "more"]), stranger=STRANGERS)
def test_damaged_bodies_are_refused_alike(data: st.DataObject, kind: Kind[Any], how: str, stranger: Any) -> None:
    """A value of another type, one that is missing, one that nobody declared: at any depth."""
    body = from_json(to_json(CODEC.dump(data.draw(aggregates(kind)))))
    path = data.draw(st.sampled_from(list(places(body))))
    worse = damaged(body, path, how, stranger)
    assert repr(careful(kind, worse)) == repr(decoded(kind, worse))


@pytest.mark.parametrize("kind", tuple(KINDS), ids=lambda kind: kind.name)
def test_an_unknown_field_is_refused_in_every_kind(kind: Kind[Any]) -> None:
    with pytest.raises(UnreadableBody):
        CODEC.load(kind, "x", 1, kind.format, '{"nobody declared this": 1}')
