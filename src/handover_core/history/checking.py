"""Whether a stream is what was once written: pure, over its entries and its row."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from attrs import evolve, frozen

from handover_core.errors import Erased, Unsealable
from handover_core.history.chain import GENESIS, chained
from handover_core.history.changes import HEADER, MALFORMED, Change, Operation
from handover_core.history.redaction import attested, digest_of, digest_of_thin
from handover_core.history.sealed import MARK, Token, agrees, opened_alone, same
from handover_core.history.sealed import opened as unsealed
from handover_core.history.states import State, states, teller
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
    "the store does not say that it is sealed with the keys that were given",
    "存储未指明其信息以所提供的密钥封存",
)
UNREADABLE = Text("the entry cannot be read", "该条目无法读取")
OTHER_BULK = Text("the entry did not come with the bulk that it names", "该条目与其所指的批头不符")
UNTOLD = Text(
    "what the entry was made of cannot be told, and no seal that was given holds the entry that tells it sealed",
    "无法得知该条目的原内容，所提供的封存中也没有将其封存的条目",
)
BACKDATED = Text("the entry is dated before a seal that does not hold it", "该条目的日期早于封存，封存中却没有它")
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
    at: int
    head: str
    body: str


Opened = Callable[[Any], Any]
"""Opens the sealed values in JSON data; raises `Erased` where the keys of one are gone, `Unsealable`."""


@frozen
class OfBulk:
    """What the stream of a bulk's header says of one of its thin entries.

    ``digest`` is the one that counts for the entry, if any. ``header`` is the header itself, None where it is missing or
    not as it was written, which is a break of its own; ``rows`` is the kind of what came with it.
    """

    digest: str | None = None
    header: Change | None = None
    rows: str | None = None


Answer = Callable[[Change], OfBulk]
NO_BULK = OfBulk()
TOLD: frozenset[int] = frozenset()
ROW = frozenset((0,))
Accepts = Callable[[frozenset[int]], bool]
"""Tells whether entries of a stream, by version (0 is its row), are known not to be a stranger's."""


@frozen
class Thin:
    """What the check of a thin entry that begins a stream has found.

    ``sound`` tells whether it is as written, or as its digest says. ``content`` is what it was made of, None where that
    cannot be told: then neither head nor digest can be made again, and it is held against its header alone. Why not is
    in ``tellers``: the versions of the entries (0 is the row) that tell, sealed and no more to be opened, what was there
    in the clear; empty where it can be told.
    """

    sound: bool
    content: str | None = None
    tellers: frozenset[int] = TOLD


def _anybody(tellers: frozenset[int]) -> bool:
    del tellers
    return True


def _nobody(tellers: frozenset[int]) -> bool:
    del tellers
    return False


def check(  # noqa: PLR0913 - the stream, its row, and the ways to read them
    tenant: str, changes: Sequence[Change], row: Standing | None, dump: Callable[[object], str],
    load: Callable[[str], Any], opened: Opened | None = None, *, of_bulk: Answer = lambda _: NO_BULK,
    accepts: Accepts = _anybody,
) -> Break | None:  # fmt: skip
    """Return the first break of a stream, or None. ``changes`` are its entries in order of version, at least one.

    ``opened`` opens sealed values; without it, what is sealed is not held against the row. ``accepts`` is asked about the
    entries because of which it cannot be told what a thin one was made of: whoever appends such a one hides the row.
    """
    present = None if row is None else row.body
    found = _states(changes, present, load)
    broken = list(islice(_breaks(tenant, changes, found, dump, opened, of_bulk, accepts), 2))
    if broken:
        return broken[0] if changes[0].batch is None else _cause(broken)
    if changes[0].kind == HEADER:
        return None
    if found is None:
        return Break(changes[0].kind, changes[0].id, changes[0].version, UNREADABLE)
    return _row(found[-1], row, load, opened, accepts)


def broken_entries(
    tenant: str, changes: Sequence[Change], present: str | None, dump: Callable[[object], str],
    load: Callable[[str], Any], opened: Opened | None, of_bulk: Answer,
) -> Mapping[int, Text]:  # fmt: skip
    """Return what is wrong with entries, by version, whatever the row says, whose body is ``present``.

    What cannot be told (`UNTOLD`) is among it, whoever may vouch for it.
    """
    found = _states(changes, present, load)
    return {each.version: each.what for each in _breaks(tenant, changes, found, dump, opened, of_bulk, _nobody)}


def _cause(broken: Sequence[Break]) -> Break:
    """Return which of the first two breaks is named, in a stream that begins with a thin entry.

    What a thin entry was made of follows from later ones, so one of these may be the cause; or it hangs on the first.
    """
    first, *others = broken
    return next((each for each in others if first.version == 1 and (each.version, each.what) != (2, CHAIN)), first)


def _states(changes: Sequence[Change], present: str | None, load: Callable[[str], Any]) -> list[State] | None:
    try:
        return states(changes, present, load)
    except MALFORMED:
        return None


def content_of_thin(
    tenant: str, stream: Sequence[Change], state: Mapping[str, Any] | None, dump: Callable[[object], str],
    opened: Opened | None, bulk: OfBulk,
) -> Thin:  # fmt: skip
    """Check the thin entry that begins a stream; ``state`` is that after it, None where that does not follow."""
    change = stream[0]
    contents, tellers = _contents(stream, state, dump, opened)
    if not _as_its_header(change, bulk):
        return Thin(sound=False)
    if bulk.digest is None:
        found = next((each for each in contents if _head(tenant, GENESIS, change, each) == change.head), None)
        return Thin(sound=found is not None or bool(tellers), content=found, tellers=tellers if found is None else TOLD)
    for each in contents:
        if digest_of_thin(tenant, change, each) == bulk.digest:
            return Thin(sound=True, content=each)
    # It was made where the content could not be told either, or before redactions held the whole content.
    bare = {digest_of_thin(tenant, change, each) for each in (change.body, None)}
    return Thin(sound=bulk.digest in bare or bool(tellers), tellers=tellers)


def _as_its_header(change: Change, bulk: OfBulk) -> bool:
    """Tell whether a thin entry came with its header: all of a bulk is of one kind, by one command, for one reason.

    Where words were taken out of the reason, the digest answers for it; and the header comes last.
    """
    header = bulk.header
    if header is None:
        return True
    at_once = (change.at, change.actor, change.command) == (header.at, header.actor, header.command)
    return at_once and change.kind == bulk.rows and (bulk.digest is not None or change.reason == header.reason)


def _may_be_thin(changes: Sequence[Change], place: int) -> bool:
    """Tell whether an entry may have come in a bulk: such a one makes a row, and begins its stream.

    What a thin entry was made of cannot always be told, so a deletion or a header that passed for one would be whatever
    somebody wrote.
    """
    change = changes[place]
    makes = change.operation is Operation.INSERT and change.kind != HEADER
    return makes and place == 0 and change.batch is not None


def is_first(tenant: str, header: Change, digest: str | None) -> bool:
    """Tell whether the header of a bulk is as it was written, or as the ``digest`` of its last redaction says."""
    try:
        if digest is not None:
            return digest_of(tenant, header) == digest
        if header.body is None or header.batch is not None:
            return False
        return _head(tenant, GENESIS, header, header.body) == header.head
    except MALFORMED:
        return False


def _reads(
    body: str, expected: object, load: Callable[[str], Any], opened: Opened | None, accepts: Accepts
) -> bool:  # fmt: skip
    try:
        found = load(body)
        if same(found, expected):
            return True
        if opened is None:
            return agrees(found, expected, keyless=accepts(ROW))
        try:
            clear = opened(expected)
        except Erased:
            return agrees(_as_far(found, opened), _as_far(expected, opened))
        return same(opened(found), clear)
    except (*MALFORMED, Erased, Unsealable):
        return False


def _as_far(data: Any, opened: Opened) -> Any:
    """Return JSON data with every sealed value opened of which the keys are there; the others stay sealed."""

    def unseal(token: Token, place: tuple[str, ...]) -> Any:
        try:
            return opened_alone(token, place, opened)
        except Erased:
            return token.as_json()

    return unsealed(data, (), unseal)


def _breaks(
    tenant: str, changes: Sequence[Change], found: Sequence[State] | None, dump: Callable[[object], str],
    opened: Opened | None, of_bulk: Answer, accepts: Accepts,
) -> Iterator[Break]:  # fmt: skip
    """Yield the entries that are not as they were written, up to the first that is missing."""
    head, at = GENESIS, None
    digests = attested(changes)
    for place, change in enumerate(changes):
        if change.version != place + 1:
            yield Break(change.kind, change.id, place + 1, GAP)
            return
        state = None if found is None else found[place].body
        try:
            if at is not None and change.at < at:
                wrong: Text | None = BACKWARDS
            else:
                digest = digests.get(change.version)
                wrong = _unlike(tenant, head, changes, place, state, digest, dump, opened, of_bulk, accepts)
        except MALFORMED:
            wrong = UNREADABLE
        if wrong is not None:
            yield Break(change.kind, change.id, change.version, wrong)
        head, at = change.head, change.at


def _unlike(  # noqa: PLR0913, PLR0917 - the stream, where in it, and the ways to read it
    tenant: str, before: str, changes: Sequence[Change], place: int, state: Mapping[str, Any] | None,
    digest: str | None, dump: Callable[[object], str], opened: Opened | None, of_bulk: Answer, accepts: Accepts,
) -> Text | None:  # fmt: skip
    change = changes[place]
    if _may_be_thin(changes, place):
        bulk = of_bulk(change)
        if digest is not None:
            bulk = evolve(bulk, digest=digest)
        if not _as_its_header(change, bulk):
            return OTHER_BULK
        thin = content_of_thin(tenant, changes, state, dump, opened, bulk)
        if not thin.sound:
            return CHAIN if bulk.digest is None else REWRITTEN
        return UNTOLD if thin.tellers and not accepts(thin.tellers) else None
    if change.batch is not None or change.body is None:
        return UNREADABLE  # nothing else came in a bulk, and nothing else is without a body
    if digest is not None:
        return None if digest_of(tenant, change) == digest else REWRITTEN
    return None if _head(tenant, before, change, change.body) == change.head else CHAIN


def _head(tenant: str, before: str, change: Change, content: str) -> str:
    return chained(
        before, tenant, change.kind, change.id, change.version, change.operation.value, change.format, change.at,
        change.actor, change.command, change.reason, content,
    )  # fmt: skip


def _contents(
    stream: Sequence[Change], state: Mapping[str, Any] | None, dump: Callable[[object], str], opened: Opened | None
) -> tuple[list[str], frozenset[int]]:
    """Return what the thin entry that begins a stream may have been made of, and its `Thin.tellers` if it was not.

    A bulk from before there were keys hashed what a later entry, or a row that is sealed itself, tells only sealed: it
    takes keys to see that, and after an erasure nobody can. What no later entry has touched was never sealed there.
    """
    if state is None:
        return [], TOLD
    content = dump(state)
    own = {} if stream[0].body is None else json.loads(stream[0].body)
    rest = {name: value for name, value in state.items() if name not in own}
    if MARK not in content or len(stream) == 1 or MARK not in dump(rest):
        return [content], TOLD
    try:
        clear = None if opened is None else opened(rest)
    except Erased:
        clear = None
    except Unsealable:
        return [content], TOLD
    if clear is not None:
        return [content, dump({name: clear.get(name, value) for name, value in state.items()})], TOLD
    hidden = (name for name, value in rest.items() if _is_hidden({name: value}, dump, opened))
    tellers = frozenset(teller(stream, name) for name in hidden)
    return [content], TOLD if opened is not None and 0 in tellers else tellers


def _is_hidden(value: object, dump: Callable[[object], str], opened: Opened | None) -> bool:
    if opened is None:
        return MARK in dump(value)
    try:
        opened(value)
    except Erased:
        return True
    return False


def _row(
    last: State, row: Standing | None, load: Callable[[str], Any], opened: Opened | None, accepts: Accepts
) -> Break | None:  # fmt: skip
    change = last.change
    wrong: Text | None = None
    if change.operation is Operation.DELETE:
        wrong = None if row is None else RISEN
    elif row is None:
        wrong = VANISHED
    elif (row.version, row.head, row.format, row.at) != (change.version, change.head, change.format, change.at):
        wrong = OTHER_VERSION
    elif not _reads(row.body, last.body, load, opened, accepts):
        wrong = OTHER_STATE
    return None if wrong is None else Break(change.kind, change.id, change.version, wrong)
