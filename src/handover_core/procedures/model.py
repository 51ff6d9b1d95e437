"""Values and aggregates of the procedures room."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from attrs import frozen

from handover_core.values import Aggregate, Document


class SopState(StrEnum):
    """Life of one version of an SOP."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


class Revision(StrEnum):
    """Whether readers have to read a version again."""

    MAJOR = "major"
    MINOR = "minor"


class RunState(StrEnum):
    """Life of one execution of an SOP."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class StepState(StrEnum):
    """How a step of a run was closed."""

    DONE = "done"
    WAIVED = "waived"
    DEVIATED = "deviated"


@frozen(kw_only=True)
class Sop(Aggregate):
    """A standard operating procedure: what stays the same over its versions."""

    code: str
    title: str
    owner_position_id: str
    published_id: str | None = None
    latest_number: int = 0


@frozen(kw_only=True)
class Step:
    """One step; ``position_id`` is responsible for it, and without one the owner of the run is."""

    key: str
    instructions: str
    position_id: str | None = None
    required_documents: tuple[str, ...] = ()
    authority: str | None = None
    duration_days: Decimal | None = None
    mandatory: bool = True
    waived_by_position_id: str | None = None


@frozen(kw_only=True)
class Stage:
    """A stage of a procedure, with its steps in order; a stage may have none."""

    name: str
    steps: tuple[Step, ...] = ()


@frozen(kw_only=True)
class SopVersion(Aggregate):
    """One version of an SOP; immutable once published."""

    sop_id: str
    number: int
    revision: Revision = Revision.MAJOR
    state: SopState = SopState.DRAFT
    stages: tuple[Stage, ...] = ()
    author_id: str | None = None
    approver_id: str | None = None
    published_on: date | None = None
    review_by: date | None = None
    change_note: str = ""

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps in order."""
        return tuple(step for stage in self.stages for step in stage.steps)


@frozen(kw_only=True)
class Deviation:
    """A departure from the procedure that somebody answered for."""

    rule: str
    reason: str
    approver_id: str


@frozen(kw_only=True)
class StepRecord:
    """How, when and by whom one step of a run was closed."""

    step: str
    state: StepState
    by_id: str
    at: datetime
    documents: tuple[Document, ...] = ()
    reason: str | None = None
    deviation: Deviation | None = None


@frozen(kw_only=True)
class SopRun(Aggregate):
    """One execution of an SOP for one subject, pinned to a version; ``amount`` is what authorities are checked against."""

    sop_id: str
    version_id: str
    subject: str
    owner_id: str
    state: RunState = RunState.RUNNING
    amount: Decimal | None = None
    currency: str | None = None
    started_on: date
    closed_on: date | None = None
    steps: tuple[StepRecord, ...] = ()

    def closed(self, step: str) -> bool:
        """Tell whether ``step`` was closed in this run."""
        return any(record.step == step for record in self.steps)


@frozen(kw_only=True)
class Acknowledgement(Aggregate):
    """That an employee has read a major version of an SOP."""

    employee_id: str
    sop_id: str
    version_id: str
    read_on: date
