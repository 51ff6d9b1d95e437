"""Where something personal about people stands in the records of others, or in the past alone.

No column says so: whoever put a document on a record, or proved an item, is named inside its body, and what was taken
off again, or deleted, stands sealed in the history, where it goes with the keys. So rows and history are walked over,
once for everybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from handover_core.audit.walking import Stream, streams_of
from handover_core.handover.kinds import HANDOVER, HANDOVER_ITEM, HANDOVER_QUESTION
from handover_core.history.changes import Operation
from handover_core.history.sealed import MARK
from handover_core.policy import Policy
from handover_core.records.kinds import WORK_RECORD
from handover_core.retention.categories import KINDS_OF, category_of
from handover_core.retention.model import Category, Presence
from handover_core.retention.queries import standing_holds
from handover_core.storage import In, Kind
from handover_core.storage.codec import from_json
from handover_core.storage.personal import Body, Fields, Personal, mapped
from handover_core.storage.walking import Ask

_ALSO_OF = {WORK_RECORD.name: ("owner_id",)}
"""Whose records these are, beside those whom the subject of their kind names."""
_OF_A_CASE = frozenset((HANDOVER_ITEM.name, HANDOVER_QUESTION.name))
"""What belongs to the giver of its case."""
_SEALED_FOR = re.compile(rf'{re.escape(MARK)}:\["([^"]+)"')
"""Finds for whom a value is sealed in the text of an entry."""


def presence_of(ask: Ask, policy: Policy) -> Presence:
    """Return for everybody about whom something personal stands in a record, or stood there, in which categories.

    With each category come the persons with a hold of their own whose records these are. The employees' own files are
    left out: they are always there, and nobody else's.
    """
    held = {each.employee_id for each in ask(standing_holds) if each.employee_id is not None}
    givers: dict[str, str] = {}
    if held:
        cases = ask(lambda unit: unit.repository(HANDOVER).list(In("giver_id", tuple(sorted(held)))))
        givers = {case.id: case.giver_id for case in cases}
    found: dict[str, dict[Category, frozenset[str]]] = {}
    for kind in _kinds():
        fields = _fields(ask, kind)
        inside = [f'"{each.subject}":"' for each in fields if not each.subject.startswith("/")]
        for stream in streams_of(ask, kind) if fields else ():
            body = _body(stream)
            subjects = _named(body, fields, stream.id)
            for text in (each.body for each in stream.changes if each.body):
                subjects.update(_SEALED_FOR.findall(text))
                if any(word in text for word in inside):
                    # What was put there before there were keys stands in the clear.
                    subjects.update(_named_in_entry(from_json(text), fields, stream.id))
            if subjects:
                category, whose = category_of(kind, body, policy), held.intersection(_whose(kind, body, givers))
                for subject in subjects:
                    mine = found.setdefault(subject, {})
                    mine[category] = mine.get(category, frozenset()) | whose
    return found


def _kinds() -> Iterable[Kind[Any]]:
    rest = (kinds for category, kinds in KINDS_OF.items() if category is not Category.EMPLOYEE_FILE)
    return {kind.name: kind for kinds in rest for kind in kinds}.values()


def _fields(ask: Ask, kind: Kind[Any]) -> Fields:
    found: Fields = ask(lambda unit: unit.personal(kind))
    return found


def _body(stream: Stream) -> Body:
    """Return what is stored of an aggregate, or what its deletion says of it; what is sealed stays so."""
    if stream.row is not None:
        return _plain(stream.row.body)
    # After a deletion come at most the entries that answer for redacted ones.
    gone = (each for each in stream.changes if each.operation is Operation.DELETE and each.body is not None)
    return next((_plain(each.body) for each in gone), {})


def _plain(text: str | None) -> Body:
    body = from_json(text or "{}")
    return body if isinstance(body, Mapping) else {}


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


def _whose(kind: Kind[Any], body: Body, givers: Mapping[str, str]) -> Iterator[str]:
    for name in (kind.subject[1:], *_ALSO_OF.get(kind.name, ())):
        if body.get(name):
            yield body[name]
    if kind.name in _OF_A_CASE and body.get("handover_id") in givers:
        yield givers[body["handover_id"]]
