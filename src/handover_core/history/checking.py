"""Whether a stream is what was once written: pure, over its entries and its row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import frozen

from handover_core.errors import Erased, SealBroken
from handover_core.history.chain import GENESIS, chained
from handover_core.history.changes import Change, Operation
from handover_core.history.redaction import attested, digest_of, digest_of_thin
from handover_core.history.sealed import MARK, agrees
from handover_core.history.states import State, states
from handover_core.texts import Text

GAP = Text("the entry is missing", "缺少该条目")
CHAIN = Text("the entry does not follow from the one before", "该条目与上一条不衔接")
BACKWARDS = Text("the entry is older than the one before", "该条目的时间早于上一条")
UNRECORDED = Text("the row has no history", "该行没有历史记录")
VANISHED = Text("the row is gone without an entry", "该行已消失且无记录")
RISEN = Text("the row was deleted and is there again", "该行已删除却仍存在")
OTHER_VERSION = Text("the row is at another version than its history", "该行版本与历史不符")
OTHER_STATE = Text("the row is not what its history says", "该行内容与历史不符")
REWRITTEN = Text("the redacted entry is not as its redaction left it", "已脱敏的条目与脱敏记录不符")
UNMARKED = Text(
    "the redaction bears no mark of the company's keys, and no seal that was given holds it",
    "该脱敏没有本公司密钥的印记，所提供的封存中也没有它",
)
FORGED = Text("the redaction was not made with the company's keys", "该脱敏并非以本公司密钥作出")
UNBOUND = Text(
    "there are sealed values, and the store no longer says with which keys", "存在加密信息，但存储不再指明所用的密钥"
)
UNREADABLE = Text("the entry cannot be read", "该条目无法读取")
BATCH = Text("the bulk has another number of entries than its header says", "批量条目数量与批头不符")
SEALED = Text("the sealed entry is not there any more", "已封存的条目不复存在")


@frozen
class Break:
    """The first entry of a stream that is not what was written, and what is wrong with it."""

    kind: str
    id: str
    version: int
    what: Text


@frozen(kw_only=True)
class Standing:
    """What is stored of an aggregate now: the parts of its row that its history must agree with."""

    version: int
    format: int
    head: str
    body: str


Opened = Callable[[Any], Any]
"""Opens the sealed values in JSON data; raises `Erased` where the keys of one are gone, `SealBroken`."""
OfBulk = Callable[[Change], str | None]
"""Returns the digest that the header of a bulk holds of one of its thin entries, if any."""


def check(
    tenant: str, changes: Sequence[Change], row: Standing | None, dump: Callable[[object], str],
    load: Callable[[str], Any], opened: Opened | None = None, *, of_bulk: OfBulk = lambda _: None,
) -> Break | None:  # fmt: skip
    """Return the first break of a stream, or None. ``changes`` are its entries in order of version, at least one.

    ``opened`` opens sealed values; without it, what is sealed is not held against the row.
    """
    first = changes[0]
    try:
        found = states(changes, None if row is None else row.body, load)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        broken = _chain(tenant, changes, None, dump, opened, of_bulk)
        return broken or Break(first.kind, first.id, first.version, UNREADABLE)
    broken = _chain(tenant, changes, found, dump, opened, of_bulk)
    if broken is not None or first.operation is Operation.BATCH:
        return broken
    return _row(found[-1], row, load, opened)


def content_of_thin(
    tenant: str, change: Change, state: Mapping[str, Any] | None, dump: Callable[[object], str],
    opened: Opened | None, digest: str | None,
) -> tuple[bool, str | None]:  # fmt: skip
    """Return whether a thin entry is as it was written, or as the header's ``digest`` says, and what it was made of.

    ``state`` is the state after it, None where that does not follow; the content is None where it cannot be told.
    """
    contents = _contents(change, state, dump, opened)
    if digest is None:
        found = next((each for each in contents if _head(tenant, GENESIS, change, each) == change.head), None)
        return found is not None or not contents, found
    for each in (*contents, None):
        if digest_of_thin(tenant, change, each) == digest:
            return True, each
    return False, None


def _reads(body: str, expected: object, load: Callable[[str], Any], opened: Opened | None) -> bool:
    try:
        found = load(body)
    except ValueError:
        return False
    if found == expected:
        return True
    if opened is None:
        return agrees(found, expected)
    try:
        return bool(opened(found) == opened(expected))
    except Erased:
        return agrees(found, expected)
    except SealBroken:
        return False


def _chain(
    tenant: str, changes: Sequence[Change], found: Sequence[State] | None, dump: Callable[[object], str],
    opened: Opened | None, of_bulk: OfBulk,
) -> Break | None:  # fmt: skip
    head, at = GENESIS, None
    digests = attested(changes)
    for place, change in enumerate(changes):
        if change.version != place + 1:
            return Break(change.kind, change.id, place + 1, GAP)
        if at is not None and change.at < at:
            return Break(change.kind, change.id, change.version, BACKWARDS)
        if change.version in digests:
            if digest_of(tenant, change) != digests[change.version]:
                return Break(change.kind, change.id, change.version, REWRITTEN)
            head, at = change.head, change.at
            continue
        state = None if found is None else found[place].body
        wrong = _unlike(tenant, head, change, state, dump, opened, of_bulk)
        if wrong is not None:
            return Break(change.kind, change.id, change.version, wrong)
        head, at = change.head, change.at
    return None


def _unlike(
    tenant: str, before: str, change: Change, state: Mapping[str, Any] | None, dump: Callable[[object], str],
    opened: Opened | None, of_bulk: OfBulk,
) -> Text | None:  # fmt: skip
    if change.batch is not None and (digest := of_bulk(change)) is not None:
        return None if content_of_thin(tenant, change, state, dump, opened, digest)[0] else REWRITTEN
    contents = _contents(change, state, dump, opened)
    return CHAIN if contents and change.head not in (_head(tenant, before, change, each) for each in contents) else None


def _head(tenant: str, before: str, change: Change, content: str) -> str:
    return chained(
        before, tenant, change.kind, change.id, change.version, change.operation.value, change.format, change.at,
        change.actor, change.command, change.reason, content,
    )  # fmt: skip


def _contents(
    change: Change, state: Mapping[str, Any] | None, dump: Callable[[object], str],
    opened: Opened | None,
) -> list[str]:  # fmt: skip
    """Return what an entry may have been made of; nothing where that cannot be told.

    A bulk from before there were keys hashed what a later entry tells only sealed: it takes keys to see that, and after
    an erasure nobody can.
    """
    if change.batch is None:
        return [] if change.body is None else [change.body]
    if state is None:
        return []
    content = dump(state)
    if change.body is not None or MARK not in content:
        return [content]
    try:
        return [] if opened is None else [content, dump(opened(state))]
    except Erased:
        return []


def _row(last: State, row: Standing | None, load: Callable[[str], Any], opened: Opened | None) -> Break | None:
    change = last.change
    wrong: Text | None = None
    if change.operation is Operation.DELETE:
        wrong = None if row is None else RISEN
    elif row is None:
        wrong = VANISHED
    elif (row.version, row.head, row.format) != (change.version, change.head, change.format):
        wrong = OTHER_VERSION
    elif not _reads(row.body, last.body, load, opened):
        wrong = OTHER_STATE
    return None if wrong is None else Break(change.kind, change.id, change.version, wrong)
