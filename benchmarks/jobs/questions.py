"""What people wait for an answer to. A question of a new room adds itself here by one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import field, frozen

from benchmarks.jobs.work import GIVER, TENANT
from handover_core.actor import SYSTEM
from handover_core.app import HandoverCore, Office
from handover_core.handover.model import Handover
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core.storage import Eq, Order
from handover_core.storage.criteria import to_cursor


@frozen
class Asked:
    """A company with one open case, and what questions name."""

    core: HandoverCore
    case: Handover
    record: WorkRecord
    """A record far down the list by area."""
    office: Office = field(init=False)

    @office.default
    def _office(self) -> Office:
        return self.core.office(TENANT, SYSTEM)

    @property
    def after(self) -> str:
        """The cursor behind that record in the list by area."""
        return to_cursor(self.record.area, self.record.id)


def _page(asked: Asked) -> object:
    return asked.office.records.records(order=Order("area"), after=asked.after, limit=100)


def _of_owner(asked: Asked) -> object:
    return asked.office.records.open_of(asked.record.owner_id, limit=100)


def _search(asked: Asked) -> object:
    return asked.office.records.search(asked.record.title)


def _coverage(asked: Asked) -> object:
    return asked.office.desk.ask(lambda unit: unit.repository(WORK_RECORD).group("owner_id", "area"))


def _todo(asked: Asked) -> object:
    return asked.core.office(TENANT, asked.core.person(TENANT, GIVER)).my_todo()


def _history(asked: Asked) -> object:
    return asked.office.audit.entries(WORK_RECORD, asked.record.id)


QUESTIONS: Mapping[str, Callable[[Asked], object]] = {
    "keyset page, deep": _page,
    "open records of one person": _of_owner,
    "records of an area": lambda asked: asked.office.records.records(Eq("area", asked.record.area), limit=100),
    "search for words (scans)": _search,
    "count by owner and area (scans)": _coverage,
    "what waits for me": _todo,
    "status of a case": lambda asked: asked.office.handover.status(asked.case.id),
    "dossier of a case": lambda asked: asked.office.dossier.handover(asked.case.code),
    "newcomer's pack": lambda asked: asked.office.dossier.newcomer("0021"),
    "history of a record": _history,
}
