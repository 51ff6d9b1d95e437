"""Pure decisions about SOPs, their versions and their runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from attrs import evolve, frozen

from handover_core.actor import Actor, Role
from handover_core.errors import InvalidInput, Problem, Refused
from handover_core.guards import Action, anybody, first_refusal, lacks_role
from handover_core.organization.model import Authority, Capacity, Holding
from handover_core.procedures.model import (
    Deviation,
    Revision,
    RunState,
    Sop,
    SopRun,
    SopState,
    SopVersion,
    Step,
    StepRecord,
    StepState,
)
from handover_core.texts import Rule, Text
from handover_core.values import Document

APPROVERS = (Role.APPROVER, Role.MANAGER, Role.OWNER)
"""Who may publish an SOP, unless they wrote it."""

WRONG_STATE = Rule(
    "procedures.version.state",
    Text("The version is {state}.", "该版本的状态为 {state}。"),
    Text("It must be {needed}.", "状态必须为 {needed}。"),
)
AUTHOR_APPROVES = Rule(
    "procedures.version.author_approves",
    Text("The author may not approve their own version.", "编写人不能批准自己的版本。"),
    Text("Let somebody else approve it.", "请由他人批准。"),
)
NOT_AUTHOR = Rule(
    "procedures.version.not_author",
    Text("Only its author changes or submits a draft.", "只有编写人可以修改或提交草稿。"),
    Text("Ask the author, or start a version of your own.", "请联系编写人，或自行新建版本。"),
)
OPEN_VERSION = Rule(
    "procedures.version.open",
    Text("Version {number} is still {state}.", "第 {number} 版仍为 {state}。"),
    Text("Publish or retire that one first.", "请先发布或废止该版本。"),
)
NO_PUBLISHED = Rule(
    "procedures.sop.unpublished",
    Text("The SOP {code} has no published version.", "SOP {code} 没有已发布的版本。"),
    Text("Publish a version first.", "请先发布一个版本。"),
)
RUN_CLOSED = Rule(
    "procedures.run.closed",
    Text("The run is {state}.", "该流程执行已为 {state}。"),
    Text("Start a new run.", "请新建一次执行。"),
)
UNKNOWN_STEP = Rule(
    "procedures.step.unknown",
    Text("This version has no step {step}.", "该版本没有步骤 {step}。"),
    Text("Choose one of {steps}.", "请选择：{steps}。"),
)
STEP_CLOSED = Rule(
    "procedures.step.closed",
    Text("The step {step} is closed already.", "步骤 {step} 已关闭。"),
    Text("Go on with the next step.", "请继续下一步。"),
)
EARLIER_OPEN = Rule(
    "procedures.step.earlier_open",
    Text("Before {step} these must be done or waived: {open}.", "{step} 之前须先完成或豁免：{open}。"),
    Text("Close {open} first.", "请先完成 {open}。"),
)
NOT_RESPONSIBLE = Rule(
    "procedures.step.not_responsible",
    Text("You are not responsible for the step {step}.", "你不负责步骤 {step}。"),
    Text("Somebody who holds the position {position} must do it.", "须由任 {position} 岗位的人完成。"),
)
NO_AUTHORITY = Rule(
    "procedures.step.no_authority",
    Text("The step {step} needs the authority {authority}.", "步骤 {step} 需要权限 {authority}。"),
    Text("Let somebody who holds it do the step.", "请由拥有该权限的人完成。"),
)
ABOVE_LIMIT = Rule(
    "procedures.step.above_limit",
    Text(
        "{amount} {currency} is above the limit of {limit} {unit}.", "{amount} {currency} 超出权限上限 {limit} {unit}。"
    ),
    Text("Let somebody with a higher limit do the step.", "请由权限更高的人完成。"),
)
DOCUMENTS_MISSING = Rule(
    "procedures.step.documents",
    Text("The step {step} lacks: {documents}.", "步骤 {step} 缺少：{documents}。"),
    Text("Attach {documents}.", "请附上 {documents}。"),
)
MAY_NOT_WAIVE = Rule(
    "procedures.step.may_not_waive",
    Text("You may not waive the step {step}.", "你不能豁免步骤 {step}。"),
    Text("Ask {who}.", "请找 {who}。"),
)
STEPS_OPEN = Rule(
    "procedures.run.steps_open",
    Text("Mandatory steps are still open: {open}.", "仍有必做步骤未完成：{open}。"),
    Text("Do or waive them first.", "请先完成或豁免。"),
)
DEVIATION_NOT_NEEDED = Rule(
    "procedures.step.deviation_not_needed",
    Text("Nothing stands against doing the step {step} as written.", "步骤 {step} 可以正常完成，无需记为偏差。"),
    Text("Do the step.", "请正常完成该步骤。"),
)
OWN_DEVIATION = Rule(
    "procedures.step.own_deviation",
    Text("Nobody approves their own deviation.", "不能批准自己的偏差。"),
    Text("Let another approver record it.", "请由其他审批人记录。"),
)
NOT_RUN_OWNER = Rule(
    "procedures.run.not_owner",
    Text("The run belongs to somebody else.", "该流程执行属于他人。"),
    Text("Its owner or a manager must do this.", "须由其负责人或经理操作。"),
)


@frozen(kw_only=True)
class StepFacts:
    """Who stands where for one step: the positions the actor may act for today, and their authorities."""

    positions: frozenset[str]
    authorities: tuple[Authority, ...]


@frozen(kw_only=True)
class SopCase:
    """An SOP together with its open version, as guards see it."""

    sop: Sop
    open_version: SopVersion | None = None


@frozen(kw_only=True)
class VersionCase:
    """A version together with its SOP, as guards see it."""

    sop: Sop
    version: SopVersion


@frozen(kw_only=True)
class RunCase:
    """A run together with the version that it follows, as guards see it."""

    run: SopRun
    version: SopVersion
    manages: bool = False


# Versions


def check_stages(version: SopVersion) -> None:
    """Raise `InvalidInput` where a step's key stands twice."""
    keys = [step.key for step in version.steps]
    problems = [
        Problem(f"steps.{key}", "key.repeated", Text("the key stands twice", "编号重复"))
        for key in dict.fromkeys(keys)
        if keys.count(key) > 1
    ]
    if problems:
        raise InvalidInput(problems)


def published(case: VersionCase, approver: str, day: date, review_by: date) -> tuple[SopVersion, Sop]:
    """Return the version as published by ``approver``, and its SOP pointing at it."""
    version = evolve(
        case.version, state=SopState.PUBLISHED, approver_id=approver, published_on=day, review_by=review_by
    )
    return version, evolve(case.sop, published_id=version.id)


@frozen(kw_only=True)
class StepChange:
    """What happened to one step between two versions."""

    step: str
    before: Step | None
    after: Step | None


def diff(old: SopVersion, new: SopVersion) -> tuple[StepChange, ...]:
    """Return the steps that came, went or changed, in the order of the new version, then those that went."""
    before = {step.key: step for step in old.steps}
    after = {step.key: step for step in new.steps}
    return tuple(
        StepChange(step=key, before=before.get(key), after=after.get(key))
        for key in {**after, **before}
        if before.get(key) != after.get(key)
    )


# Runs


def step_of(version: SopVersion, key: str) -> Step:
    """Return the step; raise `Refused` with `UNKNOWN_STEP`."""
    for step in version.steps:
        if step.key == key:
            return step
    raise Refused(UNKNOWN_STEP, step=key, steps=tuple(step.key for step in version.steps))


def open_before(run: SopRun, version: SopVersion, key: str) -> tuple[str, ...]:
    """Return the mandatory steps before ``key`` that are neither done nor waived."""
    found: list[str] = []
    for step in version.steps:
        if step.key == key:
            break
        if step.mandatory and not run.closed(step.key):
            found.append(step.key)
    return tuple(found)


def next_steps(run: SopRun, version: SopVersion) -> tuple[Step, ...]:
    """Return the open steps that no earlier mandatory step blocks."""
    return tuple(step for step in version.steps if not run.closed(step.key) and not open_before(run, version, step.key))


def why_not(
    case: RunCase, step: Step, actor: str, facts: StepFacts, documents: Iterable[Document], names: Mapping[str, str]
) -> Refused | None:
    """Return what stands against ``actor`` doing ``step`` as written, or None."""
    run = case.run
    open_ = open_before(run, case.version, step.key)
    if open_:
        return Refused(EARLIER_OPEN, step=step.key, open=open_)
    responsible = run.owner_id == actor if step.position_id is None else step.position_id in facts.positions
    if not responsible:
        position = (
            Text("run owner", "流程负责人")
            if step.position_id is None
            else names.get(step.position_id, step.position_id)
        )
        return Refused(NOT_RESPONSIBLE, step=step.key, position=position)
    missing = [title for title in step.required_documents if title not in {each.title for each in documents}]
    if missing:
        return Refused(DOCUMENTS_MISSING, step=step.key, documents=tuple(missing))
    return _lacks_authority(run, step, facts)


def _lacks_authority(run: SopRun, step: Step, facts: StepFacts) -> Refused | None:
    if step.authority is None:
        return None
    held = [each for each in facts.authorities if step.authority in {each.key, each.name}]
    if not held:
        return Refused(NO_AUTHORITY, step=step.key, authority=step.authority)
    if run.amount is None or any(_reaches(each, run.amount, run.currency) for each in held):
        return None
    limits = [each.limit for each in held if each.limit is not None]
    best = max(limits, key=lambda limit: limit.amount)
    return Refused(ABOVE_LIMIT, amount=run.amount, currency=run.currency or "", limit=best.amount, unit=best.unit)


def authorities_of(holding: Holding) -> tuple[Authority, ...]:
    """Return the authorities that come with a position held; an interim custodian's reach up to the interim limits."""
    authorities = holding.description.authorities
    if holding.assignment.capacity is not Capacity.CUSTODIAN:
        return authorities
    return tuple(evolve(each, limit=each.interim_limit) for each in authorities if each.interim_limit is not None)


def _reaches(authority: Authority, amount: Decimal, currency: str | None) -> bool:
    limit = authority.limit
    if limit is None:
        return True
    return (currency is None or limit.unit == currency) and amount <= limit.amount


def with_step(run: SopRun, record: StepRecord) -> SopRun:
    """Return the run with one more closed step."""
    return evolve(run, steps=(*run.steps, record))


def step_done(step: str, actor: str, at: datetime, documents: tuple[Document, ...], note: str | None) -> StepRecord:
    """Return the record of a step that was done as written."""
    return StepRecord(step=step, state=StepState.DONE, by_id=actor, at=at, documents=documents, reason=note)


def step_deviated(
    step: str, actor: str, at: datetime, documents: tuple[Document, ...], against: Refused, reason: str, approver: str
) -> StepRecord:
    """Return the record of a step that was done although a rule stood against it."""
    deviation = Deviation(rule=against.rule.code, reason=reason, approver_id=approver)
    return StepRecord(
        step=step, state=StepState.DEVIATED, by_id=actor, at=at, documents=documents, reason=reason, deviation=deviation
    )


def still_open(run: SopRun, version: SopVersion) -> tuple[str, ...]:
    """Return the mandatory steps that are not closed."""
    return tuple(step.key for step in version.steps if step.mandatory and not run.closed(step.key))


def needs_reading(versions: Iterable[SopVersion], published: SopVersion) -> SopVersion:
    """Return the version that readers must have acknowledged: the last major one up to the published one."""
    majors = [each for each in versions if each.number <= published.number and each.revision is Revision.MAJOR]
    return max(majors, key=lambda each: each.number, default=published)


# Guards


def _is_state(version: SopVersion, *states: SopState) -> Refused | None:
    return None if version.state in states else Refused(WRONG_STATE, state=version.state, needed=states)


def _by_author(actor: Actor, version: SopVersion) -> Refused | None:
    return None if actor.id == version.author_id or actor.has(Role.OWNER) else Refused(NOT_AUTHOR)


def _can_edit(actor: Actor, case: VersionCase, _today: date) -> Refused | None:
    return first_refusal(_is_state(case.version, SopState.DRAFT), _by_author(actor, case.version))


def _can_approve(actor: Actor, case: VersionCase, _today: date) -> Refused | None:
    return first_refusal(
        lacks_role(actor, *APPROVERS),
        _is_state(case.version, SopState.IN_REVIEW),
        Refused(AUTHOR_APPROVES) if actor.id == case.version.author_id else None,
    )


def _can_return(actor: Actor, case: VersionCase, _today: date) -> Refused | None:
    return first_refusal(lacks_role(actor, *APPROVERS), _is_state(case.version, SopState.IN_REVIEW))


def _can_retire(actor: Actor, case: VersionCase, _today: date) -> Refused | None:
    return first_refusal(
        lacks_role(actor, *APPROVERS), _is_state(case.version, SopState.PUBLISHED, SopState.DRAFT, SopState.IN_REVIEW)
    )


def _can_acknowledge(_actor: Actor, case: VersionCase, _today: date) -> Refused | None:
    return _is_state(case.version, SopState.PUBLISHED, SopState.SUPERSEDED)


def _can_start(_actor: Actor, case: SopCase, _today: date) -> Refused | None:
    return Refused(NO_PUBLISHED, code=case.sop.code) if case.sop.published_id is None else None


def _can_draft(_actor: Actor, case: SopCase, _today: date) -> Refused | None:
    version = case.open_version
    return None if version is None else Refused(OPEN_VERSION, number=version.number, state=version.state)


def _running(run: SopRun) -> Refused | None:
    return None if run.state is RunState.RUNNING else Refused(RUN_CLOSED, state=run.state)


def _can_close(actor: Actor, case: RunCase, _today: date) -> Refused | None:
    open_ = still_open(case.run, case.version)
    return first_refusal(
        _running(case.run),
        _owns(actor, case.run),
        Refused(STEPS_OPEN, open=open_) if open_ else None,
    )


def _can_cancel(actor: Actor, case: RunCase, _today: date) -> Refused | None:
    return first_refusal(_running(case.run), _owns(actor, case.run))


def _owns(actor: Actor, run: SopRun) -> Refused | None:
    return None if actor.id == run.owner_id or actor.has(Role.MANAGER, Role.OWNER) else Refused(NOT_RUN_OWNER)


OPENING = (Action[object]("add_sop", anybody),)
SOP_ACTIONS = (
    Action("start_run", _can_start),
    Action("draft_version", _can_draft),
)
VERSION_ACTIONS = (
    Action("edit_version", _can_edit),
    Action("submit_version", _can_edit),
    Action("publish_version", _can_approve),
    Action("return_version", _can_return),
    Action("retire_version", _can_retire),
    Action("acknowledge", _can_acknowledge),
)
RUN_ACTIONS = (Action("close_run", _can_close), Action("cancel_run", _can_cancel))
