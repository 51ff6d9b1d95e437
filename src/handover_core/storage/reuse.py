"""Says which id was used again: what had an id goes on having a history, also after its deletion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from handover_core.errors import IdUsedBefore
from handover_core.history.changes import Change, Operation
from handover_core.storage.driver import Driver


def used_before(driver: Driver, tenant: str, changes: Sequence[Change]) -> IdUsedBefore | None:
    """Return the error about the first new aggregate of a unit whose id has a history already, None where none has.

    Asks in a transaction of its own, on the way out of a failure: no write is slowed down by looking first.
    """
    new = Counter((each.kind, each.id) for each in changes if each.operation is Operation.INSERT)
    again = next((place for place, count in new.items() if count > 1), None)
    if again is None:
        transaction = driver.transaction(write=False)
        try:
            again = next((place for place in new if transaction.changes(tenant, *place)), None)
        finally:
            transaction.rollback()
    return None if again is None else IdUsedBefore(*again)
