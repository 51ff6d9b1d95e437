"""What a unit of work does with personal data beyond storing it: erase, redact, keep it at another level, find lost keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from handover_core.history.changes import Operation
from handover_core.storage.bulk_redactor import BulkPlace, BulkRedactor
from handover_core.storage.codec import to_json
from handover_core.storage.criteria import Query
from handover_core.storage.driver import Row, Transaction, Write
from handover_core.storage.kinds import Kind
from handover_core.storage.losing import give_up, has_lost
from handover_core.storage.personal import Fields
from handover_core.storage.privacy import Settings
from handover_core.storage.recording import Recorder
from handover_core.storage.redactor import Redactor
from handover_core.storage.sealing import erased
from handover_core.values import Aggregate

if TYPE_CHECKING:
    from handover_core.storage.safekeeping import Safekeeping
    from handover_core.storage.unit import UnitOfWork

T = TypeVar("T", bound=Aggregate)


class PersonalData:
    """The personal data in the transaction of one unit. What fails here dooms the unit, as any write does."""

    def __init__(
        self, unit: UnitOfWork, safe: Safekeeping, recorder: Recorder, writing: Callable[[], Transaction],
        written: Callable[[Kind[Any], Row], Write],
    ) -> None:  # fmt: skip
        self._unit = unit
        self._safe = safe
        self._redactor = Redactor(unit, safe, recorder, writing, written)

    def fields(self, kind: Kind[Any]) -> Fields:
        """Return the personal fields of a kind, with the tenant's custom ones."""
        return self._safe.fields(kind)

    # Keys and the level

    @property
    def settings(self) -> Settings:
        """How the company's personal data is kept: with which ring of keys, and at which level."""
        return self._safe.settings

    def keep(self, settings: Settings) -> None:
        """Keep the company's personal data otherwise from now on, in this unit too; raise `Contention`."""
        with self._unit.dooming():
            self._safe.keep(settings)

    def check_keys(self) -> None:
        """Raise `OtherKeys` where the company is sealed with other keys than those of this core, or it has none."""
        self._safe.check()

    def odd(self, kind: Kind[Any], after: str | None, limit: int) -> tuple[list[str], str | None]:
        """Return which of the next rows are not kept as the company's level of privacy says, and where to go on."""
        return self._safe.odd(kind, after, limit)

    def lost(self, kind: Kind[Any], after: str | None, limit: int) -> tuple[list[str], str | None]:
        """Return in which of the next rows something lacks its key, and the id after which to go on, if any.

        Raises `SealBroken` for what was tampered with.
        """
        query = Query(limit=limit, after=None if after is None else (None, after))
        rows = self._unit.as_stored.find(kind, self._unit.tenant, query)
        ids = [row.id for row in rows if has_lost(self._safe, kind, row)]
        return ids, rows[-1].id if len(rows) == limit else None

    def ready(self, kind: Kind[Any], old: Row, operation: Operation, content: str) -> Row:
        """Return the row that an entry follows, of which the content leaves something out; see `Redactor.ready`."""
        return self._redactor.ready(kind, old, operation, content)

    def give_up(self, kind: Kind[Any], ids: Sequence[str]) -> int:
        """Leave what lacks its key in rows as an erasure would; return in how many. It cannot be undone.

        Raises `SealBroken` for what was tampered with.
        """
        with self._unit.dooming():
            return give_up(self._redactor, kind, ids)

    # Erasure

    def erased(self, kind: Kind[T], aggregate: T, subject: str) -> T:
        """Return an aggregate in which nothing personal about one person is left; it is saved like any other."""
        codec = self._unit.codec
        fields = self._safe.fields(kind, custom=bool(aggregate.custom))
        left = erased(codec.dump(aggregate), fields, aggregate.id, subject)
        return codec.load(kind, aggregate.id, aggregate.version, kind.format, to_json(left))

    def forget(self, kind: Kind[Any], id: str, *subjects: str) -> list[int]:
        """Take what stands in the clear about persons out of an aggregate and its past; return the versions touched.

        Meant for what was written before there were keys; what is sealed is left to the destruction of these. Raises
        like `redact`.
        """
        with self._unit.dooming():
            return self._redactor.forget(kind, id, subjects)

    def gone(self, kind: Kind[T], aggregate: T) -> tuple[str, ...]:
        """Return the persons of whom something stands in an aggregate although their keys were destroyed."""
        return self._safe.gone(kind, aggregate.id, self._unit.codec.dump(aggregate))

    def is_closed(self, kind: Kind[Any], row: Aggregate | Row) -> bool:
        """Tell whether a row that was read in this unit holds what is sealed with keys that were destroyed."""
        return self._safe.is_closed(kind, row.id, row.version)

    def is_erased(self, subject: str) -> bool:
        """Tell whether a person's keys were destroyed: nothing personal can be written about them. False without a vault."""
        return self._safe.is_erased(subject)

    def in_the_clear(self, kind: Kind[Any], id: str, subject: str) -> bool:
        """Tell whether something about a person stands in the clear in the past of an aggregate; False for none."""
        return self._redactor.in_the_clear(kind, id, subject)

    # Free text

    def redact(
        self, kind: Kind[Any], id: str, replaced: Callable[[str], str], former: Callable[[str], str] | None = None
    ) -> list[int]:
        """Replace words in the free texts of an aggregate, now and in the past; return the versions touched.

        ``replaced`` is given every text that people write freely (`Kind.free_texts`) and the reasons of all entries.
        ``former`` is given every other text of the past, such as a code, where it would change nothing at that place of
        the present any more: there nothing is found by it. The state gets a new version, and its entry answers for the
        older ones; where nothing is replaced nothing is stored. Raises `NotFound`, `VersionConflict` for what this unit has
        changed, and `UnreadableBody` where a past state could not be read any more.
        """
        with self._unit.dooming():
            return self._redactor.redact(kind, id, replaced, former)

    def redact_bulk(
        self, kind: Kind[Any], batch: str, place: BulkPlace | None, replaced: Callable[[str], str]
    ) -> tuple[int, BulkPlace | None]:
        """Replace words in the reason of the next thin entries of a bulk; return of how many, and where to go on, if at all.

        ``kind`` is that of its rows, which stay as they are. The header follows last, with `redact_header`: while it
        holds the words, a redaction that was cut off can be begun again.
        """
        with self._unit.dooming():
            return BulkRedactor(self._redactor).entries(kind, batch, place, replaced)

    def redact_header(self, batch: str, replaced: Callable[[str], str]) -> list[int]:
        """Replace words in the reasons in the stream of a bulk's header; return the versions touched. Raises `NotFound`."""
        with self._unit.dooming():
            return BulkRedactor(self._redactor).header(batch, replaced)
