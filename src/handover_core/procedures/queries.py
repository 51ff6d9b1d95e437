"""Questions about procedures that go beyond one SOP."""

from __future__ import annotations

from datetime import date

from handover_core.actor import Actor
from handover_core.guards import allowed
from handover_core.procedures import rules
from handover_core.procedures.kinds import SOP, SOP_RUN, SOP_VERSION
from handover_core.procedures.model import RunState, SopState
from handover_core.storage import Eq, Or, UnitOfWork, all_of
from handover_core.texts import Text
from handover_core.todo import Todo

NEXT_STEP = Text("next step: {step}", "下一步：{step}")
CLOSE = Text("all steps are closed: close the run", "步骤已全部完成：请结束")
SUBMIT = Text("finish the draft and submit it", "完成草稿并提交审核")
APPROVE = Text("review it", "审核")


def todo(unit: UnitOfWork, actor: Actor, today: date) -> list[Todo]:
    """Return the actor's running procedures with their next step, own drafts, and versions that they may approve."""
    return [*_runs(unit, actor), *_versions(unit, actor, today)]


def _runs(unit: UnitOfWork, actor: Actor) -> list[Todo]:
    runs = unit.repository(SOP_RUN).list(all_of(Eq("owner_id", actor.id), Eq("state", RunState.RUNNING)))
    versions = unit.repository(SOP_VERSION).get_many(run.version_id for run in runs)
    found: list[Todo] = []
    for run in runs:
        steps = rules.next_steps(run, versions[run.version_id])
        does = Text(NEXT_STEP.en.format(step=steps[0].key), NEXT_STEP.zh.format(step=steps[0].key)) if steps else CLOSE
        action = "do_step" if steps else "close_run"
        found.append(
            Todo(room="procedures", action=action, kind=SOP_RUN.name, id=run.id, code="", title=run.subject, does=does)
        )
    return found


def _versions(unit: UnitOfWork, actor: Actor, today: date) -> list[Todo]:
    own = all_of(Eq("author_id", actor.id), Eq("state", SopState.DRAFT))
    waiting = Eq("state", SopState.IN_REVIEW)
    versions = unit.repository(SOP_VERSION).list(Or(tuple(part for part in (own, waiting) if part is not None)))
    sops = unit.repository(SOP).get_many(version.sop_id for version in versions)
    found: list[Todo] = []
    for version in versions:
        case = rules.VersionCase(sop=sops[version.sop_id], version=version)
        may = allowed(rules.VERSION_ACTIONS, actor, case, today)
        for action, does in (("submit_version", SUBMIT), ("publish_version", APPROVE)):
            if action in may:
                found.append(
                    Todo(room="procedures", action=action, kind=SOP_VERSION.name, id=version.id, code=case.sop.code,
                         title=case.sop.title, does=does)
                )  # fmt: skip
    return found
