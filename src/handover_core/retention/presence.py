"""Where something personal about people stands in the records of others, or in the past alone.

No column says so: whoever put a document on a record, or proved an item, is named inside its body, and what was taken
off again, or deleted, stands sealed in the history, where it goes with the keys. So rows and history are walked over,
once for everybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from handover_core.audit.walking import Stream, streams_of_each
from handover_core.handover.kinds import HANDOVER, HANDOVER_ITEM, HANDOVER_QUESTION
from handover_core.history.changes import MALFORMED
from handover_core.history.sealed import MARK
from handover_core.policy import Policy
from handover_core.records.kinds import WORK_RECORD
from handover_core.retention.categories import KINDS_OF, body_of, categories_of, category_of
from handover_core.retention.model import Category, Named, Presence
from handover_core.storage import Kind, Row
from handover_core.storage.codec import from_json
from handover_core.storage.personal import Body, Fields, Personal, mapped
from handover_core.storage.walking import Ask, personal_of, rows_of

_ALSO_OF = {WORK_RECORD.name: ("owner_id",)}
"""Whose records these are, beside those whom the subject of their kind names."""
_OF_A_CASE = frozenset((HANDOVER_ITEM.name, HANDOVER_QUESTION.name))
"""What belongs to the giver of its case."""
_SEALED_FOR = re.compile(rf'{re.escape(MARK)}:\["([^"]+)"')
"""Finds for whom a value is sealed in the text of an entry."""
_WORDS = re.compile(r'"((?:[^"\\]++|\\.)*+)"')
"""Finds every text of a JSON body, as it is written there: whatever is passed over shifts where the next begins."""


def presence_of(ask: Ask, policy: Policy) -> Presence:
    """Return for everybody about whom something personal stands in a record, or stood there, in which categories.

    With each category come the persons whose records these are, and what cannot be read: that may hold something about
    everybody whom its text names. The employees' own files are left out: they are always there, and nobody else's.
    """
    givers = {row.id: _giver(row) for row in rows_of(ask, HANDOVER, stored=True)}
    found: dict[str, dict[Category, Named]] = {}
    kinds = _kinds()
    personal = personal_of(ask, kinds)
    for kind, stream in streams_of_each(ask, [each for each in kinds if personal[each.name]]):
        try:
            body = body_of(stream.row, stream.changes)
            subjects = _subjects(stream, body, personal[kind.name])
            categories = frozenset((category_of(kind, body, policy),))
            here = Named(owners=frozenset(whose(kind, body, givers)))
        except MALFORMED:
            subjects, categories = named_by(stream), categories_of(kind)
            here = Named(unreadable=(f"{kind.name} {stream.id}",))
        for subject in subjects:
            mine = found.setdefault(subject, {})
            for category in categories:
                mine[category] = _both(mine.get(category), here)
    return found


def named_by(stream: Stream) -> set[str]:
    """Return every word of a stream that stands by itself: among them are the ids of all whom it may be about."""
    texts = [each.body or "" for each in stream.changes] + ([] if stream.row is None else [stream.row.body])
    return {stream.id}.union(*map(_WORDS.findall, texts))


def _both(one: Named | None, other: Named) -> Named:
    if one is None:
        return other
    return Named(owners=one.owners | other.owners, unreadable=(*one.unreadable, *other.unreadable))


def _subjects(stream: Stream, body: Body, fields: Fields) -> set[str]:
    """Return about whom something personal stands in a stream."""
    inside = [f'"{each.subject}":"' for each in fields if not each.subject.startswith("/")]
    subjects = _named(body, fields, stream.id)
    for text in (each.body for each in stream.changes if each.body):
        subjects.update(_SEALED_FOR.findall(text))
        if any(word in text for word in inside):
            # What was put there before there were keys stands in the clear.
            subjects.update(_named_in_entry(from_json(text), fields, stream.id))
    return subjects


def _kinds() -> Iterable[Kind[Any]]:
    rest = (kinds for category, kinds in KINDS_OF.items() if category is not Category.EMPLOYEE_FILE)
    return {kind.name: kind for kinds in rest for kind in kinds}.values()


def _named(body: Body, fields: Fields, id_: str) -> set[str]:
    """Return about whom something personal stands in a body."""
    found: set[str] = set()

    def note(_: Personal, subject: str, value: Any) -> Any:
        found.add(subject)
        return value

    mapped(body, fields, id_, note)
    return found


def _named_in_entry(body: Any, fields: Fields, id_: str) -> set[str]:
    """Return who is named beside their values in an entry: a state, two of them, or what a change did to each field."""
    if isinstance(body, list):
        return set().union(*(_named(each, fields, id_) for each in body))
    changed = ({name: value} for name, each in body.items() if _is_change(each) for side in each for value in side)
    return _named(body, fields, id_).union(*(_named(each, fields, id_) for each in changed))


def _is_change(value: Any) -> bool:
    """Tell whether a value of an entry's body is a difference: what was there before and after, each in a list."""
    return isinstance(value, list) and len(value) == 2 and all(isinstance(side, list) for side in value)  # noqa: PLR2004


def _giver(case: Row) -> str | None:
    """Return the giver of a case; None for one that nobody can read."""
    try:
        return str(from_json(case.body)["giver_id"])
    except MALFORMED:
        return None


def whose(kind: Kind[Any], body: Body, givers: Mapping[str, str | None]) -> Iterator[str]:
    """Yield the persons whose record a body is; ``givers`` are those of cases, None for a case that cannot be read."""
    for name in (kind.subject[1:], *_ALSO_OF.get(kind.name, ())):
        if body.get(name):
            yield body[name]
    if kind.name in _OF_A_CASE and body.get("handover_id") in givers:
        giver = givers[body["handover_id"]]
        if giver is None:
            raise ValueError("its case cannot be read")
        yield giver
