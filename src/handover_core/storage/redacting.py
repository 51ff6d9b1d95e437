"""What becomes of the entries of a stream when words, or everything personal about somebody, are taken out of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from handover_core.history.changes import Change, Operation, Rewrite
from handover_core.history.difference import is_field
from handover_core.history.sealed import opened, token_of
from handover_core.history.states import State, is_whole
from handover_core.storage.codec import from_json, to_json
from handover_core.storage.personal import Body, Fields, Personal, mapped, pseudonym_of
from handover_core.storage.remembered import EXTERNAL, unremembered


def reworded(stream: Sequence[Change], body: Callable[[str], str], reason: Callable[[str], str]) -> list[Change]:
    """Return the entries whose texts change, with what ``body`` and ``reason`` make of them."""
    found = (
        each._replace(
            reason=None if each.reason is None else reason(each.reason),
            body=None if each.body is None else body(each.body),
        )
        for each in stream
    )
    return [after for before, after in zip(stream, found, strict=True) if before != after]


def places_of(body: Body, replaced: Callable[[str], str]) -> frozenset[tuple[str, ...]]:
    """Return the places of a body at which a text stands in which words are replaced."""
    found: set[tuple[str, ...]] = set()

    def note(text: str, place: tuple[str, ...]) -> str:
        if replaced(text) != text:
            found.add(place)
        return text

    opened(body, (), lambda token, _: token.as_json(), note)
    return frozenset(found)


def rewrites(stream: Sequence[Change], past: Iterable[Change]) -> list[Rewrite]:
    """Return entries of a stream as they are to stand, each with what it was."""
    before = {each.version: each for each in stream}
    return [Rewrite(before[each.version], each) for each in past]


def forgotten(
    stream: Sequence[Change], found: Sequence[State], fields: Fields, subjects: frozenset[str]
) -> list[Change]:
    """Return the entries in which something personal about some persons stands in the clear, without it.

    ``found`` are the states after each entry. What is sealed stays: it goes with the keys. The persons are a set, so that
    the id of one of them, which is a sequence of texts too, is none.
    """
    return cleared(stream, found, fields, lambda whose: whose in subjects)


def cleared(
    stream: Sequence[Change], found: Sequence[State], fields: Fields, about: Callable[[str], bool]
) -> list[Change]:
    """Return the same for all whom ``about`` tells of, by their ids."""
    clear = _Clear(fields, stream[0].id, about)
    changed: list[Change] = []
    for place, change in enumerate(stream):
        if change.body is None or change.operation is Operation.BATCH:
            continue
        before, after = (found[place - 1].body or {} if place else {}), found[place].body or {}
        old = from_json(change.body)
        # What stands in a thin entry are whole fields, in which some value was sealed, and others were not personal then.
        new = (
            clear.some(old, after)
            if change.batch is not None
            else clear.entry(change, old, is_whole(stream, place), before, after)
        )
        if new != old:
            changed.append(change._replace(body=to_json(new)))
    return changed


class _Clear:
    """Takes what stands in the clear about some persons out of the bodies of one aggregate."""

    def __init__(self, fields: Fields, id_: str, about: Callable[[str], bool]) -> None:
        self._fields = fields
        self._id = id_
        self._about = about

    def entry(self, change: Change, old: Any, whole: bool, before: Body, after: Body) -> Any:  # noqa: FBT001
        """Return the body of an entry without it."""
        if isinstance(old, list):
            return [self.body(side) for side in old]
        if change.operation is Operation.DELETE or whole:
            return self.body(old)
        sides = dict(self._sides(old, (before, after)))
        return {**sides, **self._moved(sides, before, after)}

    def some(self, own: Body, state: Body) -> Body:
        """Return some fields of a state without it."""
        left = self.body({**state, **own})
        return {name: left[name] for name in own}

    def _moved(self, sides: Mapping[str, Any], before: Body, after: Body) -> Mapping[str, Any]:
        """Return what an entry has to tell of a field that stayed, and was one person's before it and another's after it.

        Without that the field would stay as the erasure of the one left it, though it says something about the other.
        """
        was, now = self.body(before), self.body(after)
        names = {EXTERNAL, *(each.steps[0] for each in self._fields)}.difference(sides)
        return {
            name: [[each[name]] if name in each else [] for each in (was, now)]
            for name in sorted(names)
            if to_json(was.get(name)) != to_json(now.get(name))
        }

    def _sides(self, old: Mapping[str, Any], states: tuple[Body, Body]) -> Iterator[tuple[str, Any]]:
        for name, sides in old.items():
            if name == EXTERNAL:
                yield (
                    name,
                    [
                        [self._remembered(state, value) for value in side]
                        for state, side in zip(states, sides, strict=True)
                    ],
                )
                continue
            fields = tuple(each for each in self._fields if each.steps[0] == name)
            if not is_field(name) or not fields:
                yield name, sides
                continue
            yield (
                name,
                [
                    [self.body({**state, name: value}, fields)[name] for value in side]
                    for state, side in zip(states, sides, strict=True)
                ],
            )

    def body(self, body: Body, fields: Fields | None = None) -> Body:
        """Return a whole state without it."""
        left = unremembered(body, self._fields, self._id, self._about) if fields is None else body
        return mapped(left, self._fields if fields is None else fields, self._id, self._make)

    def _remembered(self, state: Body, value: Any) -> Any:
        """Return the references of a state without what an import remembers of it; sealed ones stay sealed."""
        own = tuple(each for each in self._fields if each.steps[0] == EXTERNAL)
        if not isinstance(value, list):
            return value
        left = unremembered({**state, EXTERNAL: value}, self._fields, self._id, self._about)
        return mapped(left, own, self._id, self._make)[EXTERNAL]

    def _make(self, each: Personal, whose: str, value: Any) -> Any:
        if not self._about(whose) or token_of(value) is not None:
            return value
        return each.erased(value, pseudonym_of(whose))
