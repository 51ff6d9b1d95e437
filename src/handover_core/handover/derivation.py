"""The list of what has to be handed over, derived from records alone: deterministic, and complete without the giver."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256

from attrs import evolve, frozen

from handover_core.handover.model import Category, Source, Why
from handover_core.organization.model import Authority, Duty, Employee, Holding, OrgUnit, Report
from handover_core.policy import Criticality
from handover_core.procedures.model import Sop, SopRun, SopVersion
from handover_core.records.model import ASSET, CREDENTIAL, Priority, WorkRecord


@frozen(kw_only=True)
class SopFact:
    """An SOP that goes with the giver: ``position_id`` is the position that ties them, ``owned`` whether it owns it."""

    sop: Sop
    version: SopVersion | None
    position_id: str
    owned: bool


@frozen(kw_only=True)
class GiverFacts:
    """Everything that the derivation looks at.

    ``holdings`` are the working assignments that end with the departure; ``others`` counts for each of those positions
    the colleagues who are qualified for it with or without this departure; ``sop_codes`` are the codes of SOPs with
    a published version.
    """

    giver: Employee
    last_day: date
    holdings: tuple[Holding, ...]
    others: Mapping[str, int]
    sops: tuple[SopFact, ...]
    sop_codes: frozenset[str]
    runs: tuple[SopRun, ...]
    records: tuple[WorkRecord, ...]
    drafts: tuple[tuple[SopVersion, Sop], ...]
    reports: tuple[Report, ...]
    headed: tuple[OrgUnit, ...] = ()


@frozen(kw_only=True)
class Planned:
    """One line of the derived list, before it became an item of a case."""

    category: Category
    title: str
    source: Source
    why: tuple[Why, ...]
    criticality: Criticality
    position_id: str | None = None
    areas: tuple[str, ...] = ()


_CATEGORY_OF_KIND = {CREDENTIAL: Category.CREDENTIAL, ASSET: Category.ASSET}
_RANK = {Criticality.CRITICAL: 0, Criticality.IMPORTANT: 1, Criticality.ROUTINE: 2}
_CATEGORY_RANK = {category: rank for rank, category in enumerate(Category)}
TITLE_LENGTH = 500


def derive(facts: GiverFacts) -> tuple[Planned, ...]:
    """Return the whole list in the order in which it is worked through: capture first, then by criticality."""
    found: dict[str, Planned] = {}
    for planned in (
        *_positions(facts), *_sops(facts), *_runs(facts), *_records(facts), *_drafts(facts), *_reports(facts),
        *_units(facts),
    ):  # fmt: skip
        found.setdefault(planned.source.key, evolve(planned, title=_shortened(planned.title)))
    return tuple(sorted(found.values(), key=_order))


def _order(planned: Planned) -> tuple[int, int, int, str, str]:
    first = 0 if planned.category is Category.CAPTURE else 1
    rank = _RANK[planned.criticality]
    return first, rank, _CATEGORY_RANK[planned.category], planned.title, planned.source.key


def _shortened(title: str) -> str:
    return title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1] + "…"


def why(code: str, /, **params: object) -> Why:
    """Return a reason with its parameters as stored text."""
    return Why(code=code, params=tuple((name, str(value)) for name, value in params.items()))


def _positions(facts: GiverFacts) -> Iterator[Planned]:
    for holding in facts.holdings:
        place = holding.position
        held = why("holds_position", code=place.code, title=holding.description.title)
        for duty in holding.description.duties:
            documented = duty.description.strip() or facts.sop_codes.intersection(duty.sop_codes)
            reasons = [held, _others(facts, place.id)]
            if not documented:
                reasons.append(why("nothing_written"))
            yield Planned(
                category=Category.DUTY if documented else Category.CAPTURE,
                title=duty.title,
                source=Source(
                    kind="position",
                    id=place.id,
                    part=f"duty:{duty.key}",
                    version=place.version,
                    digest=duty_digest(duty),
                ),
                why=tuple(reasons),
                criticality=duty.criticality if documented else _at_least(duty.criticality, Criticality.IMPORTANT),
                position_id=place.id,
                areas=duty.areas,
            )
        for authority in holding.description.authorities:
            yield Planned(
                category=Category.AUTHORITY,
                title=authority.name,
                source=Source(
                    kind="position", id=place.id, part=f"authority:{authority.key}", version=place.version,
                    digest=authority_digest(authority),
                ),
                why=(held, _others(facts, place.id)),
                criticality=Criticality.IMPORTANT,
                position_id=place.id,
            )  # fmt: skip


def _others(facts: GiverFacts, position_id: str) -> Why:
    count = facts.others.get(position_id, 0)
    return why("others_can", count=count) if count else why("nobody_else_can")


def _sops(facts: GiverFacts) -> Iterator[Planned]:
    critical = {
        code
        for holding in facts.holdings
        for duty in holding.description.duties
        if duty.criticality is Criticality.CRITICAL
        for code in duty.sop_codes
    }
    for fact in facts.sops:
        alone = not facts.others.get(fact.position_id)
        weight = Criticality.IMPORTANT if alone else Criticality.ROUTINE
        reasons = [why("owns_sop") if fact.owned else why("performs_sop"), _others(facts, fact.position_id)]
        if fact.version is None:
            reasons.append(why("never_published"))
        yield Planned(
            category=Category.SOP,
            title=f"{fact.sop.code} {fact.sop.title}",
            source=Source(
                kind="sop", id=fact.sop.id, version=fact.sop.version,
                digest=sop_digest(fact.sop),
            ),
            why=tuple(reasons),
            criticality=Criticality.CRITICAL if alone and fact.sop.code in critical else weight,
            position_id=fact.position_id,
        )  # fmt: skip


def _runs(facts: GiverFacts) -> Iterator[Planned]:
    for run in facts.runs:
        yield Planned(
            category=Category.RUN,
            title=run.subject,
            source=Source(
                kind="sop_run", id=run.id, version=run.version,
                digest=run_digest(run),
            ),
            why=(why("owns_run", started_on=run.started_on),),
            criticality=Criticality.IMPORTANT,
        )  # fmt: skip


def _records(facts: GiverFacts) -> Iterator[Planned]:
    for record in facts.records:
        reasons = [why("owns_open_record", opened_on=record.opened_on)]
        if record.due_on is not None:
            reasons.append(why("due", due_on=record.due_on))
        if record.counterparty is not None:
            reasons.append(why("counterparty", name=record.counterparty))
        urgent = record.priority is Priority.HIGH or record.kind == CREDENTIAL
        yield Planned(
            category=_CATEGORY_OF_KIND.get(record.kind, Category.RECORD),
            title=record.title,
            source=Source(kind="work_record", id=record.id, version=record.version, digest=record_digest(record)),
            why=tuple(reasons),
            criticality=Criticality.IMPORTANT if urgent else Criticality.ROUTINE,
            position_id=record.position_id,
        )


def _drafts(facts: GiverFacts) -> Iterator[Planned]:
    for version, sop in facts.drafts:
        yield Planned(
            category=Category.KNOWLEDGE,
            title=f"{sop.code} {sop.title} ({version.number})",
            source=Source(kind="sop_version", id=version.id, version=version.version, digest=version_digest(version)),
            why=(why("wrote_draft", state=version.state),),
            criticality=Criticality.IMPORTANT,
            position_id=sop.owner_position_id,
        )


def _reports(facts: GiverFacts) -> Iterator[Planned]:
    """Yield an item for each direct report, called by the position: a name would stand here in the clear for good.

    Who it is, the source says.
    """
    for report in facts.reports:
        description = report.position.on(facts.last_day) or report.position.latest
        yield Planned(
            category=Category.REPORT,
            title=f"{report.position.code} {description.title}",
            source=Source(
                kind="employee", id=report.employee.id, version=report.employee.version,
                digest=_digest(report.position.id, report.superior_id),
            ),
            why=(why("reports_to_giver", code=report.position.code),),
            criticality=Criticality.IMPORTANT,
            position_id=report.superior_id,
        )  # fmt: skip


def _units(facts: GiverFacts) -> Iterator[Planned]:
    for unit in facts.headed:
        yield Planned(
            category=Category.REPORT,
            title=f"{unit.code} {unit.name}",
            source=Source(
                kind="org_unit", id=unit.id, version=unit.version,
                digest=_digest(unit.name, unit.functions),
            ),
            why=(why("heads_unit", code=unit.code),),
            criticality=Criticality.IMPORTANT,
        )  # fmt: skip


def _at_least(one: Criticality, other: Criticality) -> Criticality:
    return min(one, other, key=_RANK.__getitem__)


# A digest names its fields one by one: a field that a later release adds must not make accepted items stale.


def duty_digest(duty: Duty) -> str:
    """Return the digest of a duty."""
    return _digest(duty.title, duty.description, duty.frequency, duty.sop_codes, duty.areas)


def authority_digest(authority: Authority) -> str:
    """Return the digest of an authority."""
    limits = [
        None if each is None else (str(each.amount), each.unit) for each in (authority.limit, authority.interim_limit)
    ]
    return _digest(authority.name, authority.conditions, *limits)


def sop_digest(sop: Sop) -> str:
    """Return the digest of an SOP."""
    return _digest(sop.title, sop.published_id, sop.owner_position_id)


def run_digest(run: SopRun) -> str:
    """Return the digest of a run: not of its owner, whom the handover itself changes."""
    return _digest(run.version_id, run.subject, run.amount, *(each.step for each in run.steps))


def version_digest(version: SopVersion) -> str:
    """Return the digest of a version of an SOP."""
    return _digest(version.state.value, *((step.key, step.instructions) for step in version.steps))


def record_digest(record: WorkRecord) -> str:
    """Return the digest of a record: not of its owner, whom the handover itself changes."""
    return _digest(
        record.kind, record.title, record.body, record.status.value, str(record.due_on), record.priority.value,
        record.counterparty, record.area, record.project_id, record.run_id,
        *((each.title, each.uri, each.sha256) for each in record.documents),
    )  # fmt: skip


def _digest(*parts: object) -> str:
    return sha256(repr(parts).encode()).hexdigest()[:16]
