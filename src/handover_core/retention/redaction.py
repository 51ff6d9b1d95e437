"""The redaction of one aggregate, now and in its past, unless a hold or the law keeps it as it stands."""

from __future__ import annotations

from functools import partial
from typing import Any

from handover_core.desk import Desk
from handover_core.errors import InvalidInput, Refused, UnreadableBody
from handover_core.handover.kinds import HANDOVER
from handover_core.history.changes import MALFORMED
from handover_core.organization.kinds import EMPLOYEE
from handover_core.retention import queries, refusals, rules, searching
from handover_core.retention.bulks import COMMAND
from handover_core.retention.categories import body_of, categories_of, category_of
from handover_core.retention.mentions import Identity
from handover_core.retention.model import Category
from handover_core.retention.presence import whose
from handover_core.storage import Kind, UnitOfWork
from handover_core.storage.personal import Body, pseudonym_of


def redact(desk: Desk, kind: Kind[Any], id_: str, employee_id: str, identity: Identity, reason: str) -> int:
    """Put the pseudonym in the place of every name of a person; return how many entries changed.

    Raises `Refused` where something keeps the aggregate as it stands, or nothing in it can be redacted, `NotFound`, and
    `UnreadableBody`.
    """
    pseudonym = pseudonym_of(employee_id)

    def decide(unit: UnitOfWork) -> int:
        _refuse_kept(desk, kind, id_, unit)
        past = unit.personal.redact(
            kind, id_, partial(identity.replaced, pseudonym=pseudonym),
            partial(identity.replaced_everywhere, pseudonym=pseudonym),
        )  # fmt: skip
        if not past:
            raise Refused(refusals.UNNAMED)
        return len(past)

    try:
        return desk.do(COMMAND, decide, reason)
    except InvalidInput as error:
        raise Refused(refusals.REDACT_LONG, field=", ".join(each.path for each in error.problems)) from error
    except Refused as refused:
        if refused.rule is not refusals.UNNAMED:
            raise
        if (kind.name, id_) == (EMPLOYEE.name, employee_id):
            raise Refused(refusals.OWN_FILE) from refused
        if searching.is_named(desk.ask, desk.units, desk.tenant, (kind, id_, employee_id), identity):
            raise Refused(refusals.FIXED) from refused
        raise


def _refuse_kept(desk: Desk, kind: Kind[Any], id_: str, unit: UnitOfWork) -> None:
    """Raise `Refused` where a hold covers the aggregate, or the law keeps it: an accounting record of its author."""
    if not categories_of(kind):
        return  # it is about nobody
    changes, row = unit.changes(kind, id_), unit.transaction.get(kind, unit.tenant, id_)
    try:
        body = body_of(row, changes)
        category = category_of(kind, body, desk.policy)
        owners = set(_owners(kind, id_, body, unit))
        author_id = body["author_id"] if category is Category.ACCOUNTING else None
    except MALFORMED as error:
        raise UnreadableBody(kind.name, id_, repr(error)) from error
    for hold in queries.standing_holds(unit):
        if any(hold.covers(each, category) for each in owners or {""}):
            raise Refused(refusals.REDACT_HELD, on=hold.placed_on, reason=hold.reason)
    if author_id is not None:
        _refuse_accounting(desk, author_id, unit)


def _owners(kind: Kind[Any], id_: str, body: Body, unit: UnitOfWork) -> list[str]:
    case = body.get("handover_id")
    found = None if case is None else unit.repository(HANDOVER).peek(case)
    own = [id_] if kind is EMPLOYEE else []
    return [*own, *whose(kind, body, {} if found is None else {found.id: found.giver_id})]


def _refuse_accounting(desk: Desk, author_id: str, unit: UnitOfWork) -> None:
    """Raise `Refused` as long as the shortest period runs, which begins when the author leaves."""
    keeping = desk.policy.keeping.of(Category.ACCOUNTING)
    author = unit.repository(EMPLOYEE).peek(author_id)
    since = None if author is None else rules.ended_on(author)
    until = None if keeping is None or since is None else keeping.keep_until(since, desk.calendar)
    if keeping is not None and (until is None or desk.today(unit) <= until):
        raise Refused(refusals.REDACT_KEPT, citation=keeping.least.citation)
