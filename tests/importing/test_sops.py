"""SOPs: a procedure comes in whole, and what was published is followed by a new version."""

from __future__ import annotations

from datetime import date

from handover_core.actor import SYSTEM
from handover_core.procedures.kinds import SOP_VERSION
from handover_core.procedures.model import SopState
from importing.kit import NOW, TENANT, codes, state

BASE = {
    "positions": [{"code": "P", "title": "p"}],
    "employees": [{"number": "1", "name": "a"}],
    "sops": [{"code": "S", "title": "客户跟进", "owner_position": "P", "author": "1"}],
}
STEPS = [
    {"sop": "S", "stage_no": "2", "stage": "需求分析", "step_no": "1", "instructions": ".. ragged:"},
    {"sop": "S", "stage_no": "1", "stage": "客户挖掘", "step_no": "2", "instructions": "second"},
    {"sop": "S", "stage_no": "1", "stage": "", "step_no": "1", "instructions": "first"},
    {"sop": "S", "stage_no": "3", "stage": "售后维护", "step_no": "", "instructions": ""},
]


def versions(units) -> dict[int, tuple[SopState, list[tuple[str, list[str]]]]]:
    """Return the versions by number: their state, and the steps of each stage."""
    return {
        each.number: (each.state, [(stage.name, [step.instructions for step in stage.steps]) for stage in each.stages])
        for each in state(units)["sop_version"].values()
    }


FIRST = [("客户挖掘", ["first", "second"]), ("需求分析", [".. ragged:"]), ("售后维护", [])]


def test_steps_are_arranged_by_their_numbers_and_a_stage_may_be_empty(bring, units):
    assert bring({**BASE, "sop_steps": STEPS}).complete
    assert versions(units) == {1: ("published", FIRST)}
    (sop,) = state(units)["sop"].values()
    assert (sop.published_id, sop.latest_number) == (next(iter(state(units)["sop_version"])), 1)


def test_steps_without_numbers_keep_the_order_of_the_file_and_that_is_said(bring, units):
    rows = [
        {"sop": "S", "stage": "a", "instructions": "1"}, {"sop": "S", "stage": "", "instructions": "2"},
        {"sop": "S", "stage": "b", "instructions": "3"},
    ]  # fmt: skip
    report = bring({**BASE, "sop_steps": rows})
    assert versions(units)[1][1] == [("a", ["1", "2"]), ("b", ["3"])]
    assert [each.finding.code for each in report.notes] == ["rows.unnumbered"]


def test_a_changed_step_of_a_published_sop_makes_the_next_version(bring, units):
    bring({**BASE, "sop_steps": STEPS})
    bring({**BASE, "sop_steps": [{**STEPS[0], "instructions": "clear"}, *STEPS[1:]]})
    changed = [FIRST[0], ("需求分析", ["clear"]), FIRST[2]]
    assert versions(units) == {1: ("superseded", FIRST), 2: ("published", changed)}
    (sop,) = state(units)["sop"].values()
    second = state(units)["sop_version"][sop.published_id]
    assert (second.number, second.published_on, sop.latest_number) == (2, date(NOW.year, NOW.month, NOW.day), 2)


def test_the_old_file_again_does_not_bring_the_old_version_back(bring, units):
    bring({**BASE, "sop_steps": STEPS})
    changed = {**BASE, "sop_steps": [{**STEPS[0], "instructions": "clear"}, *STEPS[1:]]}
    bring(changed)
    before = state(units)
    assert bring(changed).complete
    assert state(units) == before


def test_a_version_published_here_since_is_not_overwritten(bring, units):
    bring({**BASE, "sop_steps": STEPS})

    def publish(unit):
        from attrs import evolve

        repository = unit.repository(SOP_VERSION)
        (version,) = repository.list()
        repository.save(evolve(version, stages=version.stages[:1]))

    units.run(TENANT, SYSTEM, publish)
    before = versions(units)
    assert bring({**BASE, "sop_steps": STEPS}).complete
    report = bring({**BASE, "sop_steps": [{**STEPS[0], "instructions": "clear"}, *STEPS[1:]]})
    assert {each.conflict.finding.code for each in report.conflicts} == {"conflict.both_changed"}
    assert versions(units) == before


def test_a_published_version_does_not_change_in_anything_else_either(bring):
    bring({**BASE, "sop_steps": STEPS})
    report = bring({**BASE, "sops": [{**BASE["sops"][0], "change_note": "later"}]})
    assert {each.conflict.finding.code for each in report.conflicts} == {"conflict.published"}


def test_a_draft_is_changed_as_it_stands(bring, units):
    draft = {**BASE, "sops": [{**BASE["sops"][0], "state": "草稿"}]}
    bring({**draft, "sop_steps": STEPS})
    bring({**draft, "sop_steps": STEPS[1:]})
    assert versions(units) == {1: ("draft", [FIRST[0], FIRST[2]])}
    assert [each.published_id for each in state(units)["sop"].values()] == [None]


def test_one_bad_step_keeps_the_whole_procedure_out(bring, units):
    report = bring({**BASE, "sop_steps": [*STEPS, {**STEPS[0], "step_no": "2", "position": "nowhere"}]})
    assert not state(units)["sop"]
    assert codes(report)["sop_steps", 6] == ("reference.unknown",)
    assert {code for (table, row), (code,) in codes(report).items() if (table, row) != ("sop_steps", 6)} <= {
        "sop.step_rejected",
        "row.depends",
    }
    assert len(report.rejects) == 6


def test_the_same_step_twice_keeps_the_procedure_out(bring):
    report = bring({**BASE, "sop_steps": [*STEPS, STEPS[0]]})
    assert ("row.twice",) in codes(report).values()


def test_numbered_versions_are_a_history(bring, units):
    sops = [
        {**BASE["sops"][0], "version": "1", "state": "superseded"},
        {**BASE["sops"][0], "version": "2", "state": "published"},
    ]
    steps = [{**row, "version": number} for number in ("1", "2") for row in STEPS[1:3]]
    acknowledged = [{"employee": "1", "sop": "S", "version": "1", "read_on": "2024-01-05"}]
    assert bring({**BASE, "sops": sops, "sop_steps": steps, "acknowledgements": acknowledged}).complete
    assert versions(units) == {1: ("superseded", FIRST[:1]), 2: ("published", FIRST[:1])}


def test_two_published_versions_are_refused(bring):
    sops = [{**BASE["sops"][0], "version": number, "state": "published"} for number in ("1", "2")]
    assert set(codes(bring({**BASE, "sops": sops})).values()) == {("sop.two_published",)}


def test_an_acknowledgement_must_say_which_of_several_versions_was_read(bring, units):
    bring({**BASE, "sop_steps": STEPS, "acknowledgements": [{"employee": "1", "sop": "S", "read_on": "2024-01-05"}]})
    bring({**BASE, "sop_steps": STEPS[1:]})
    first = state(units)["acknowledgement"]
    again = {"acknowledgements": [{"employee": "1", "sop": "S", "read_on": "2024-01-05"}]}
    assert bring(again).complete
    assert state(units)["acknowledgement"] == first
    report = bring(
        {
            "employees": [{"number": "2", "name": "b"}],
            "acknowledgements": [{"employee": "2", "sop": "S", "read_on": "2024-01-05"}],
        }
    )
    assert codes(report) == {("acknowledgements", 2): ("version.needed",)}


def test_a_sop_that_nobody_wrote_down_has_no_version(bring, units):
    bring({"positions": BASE["positions"], "sops": [{"code": "S", "title": "t", "owner_position": "P"}]})
    assert (len(state(units)["sop"]), state(units)["sop_version"]) == (1, {})


def test_runs_come_with_their_steps_and_papers(bring, units):
    report = bring(
        {
            **BASE,
            "sop_steps": STEPS,
            "runs": [
                {
                    "external_id": "R1",
                    "sop": "S",
                    "subject": "ACME",
                    "owner": "1",
                    "started_on": "2024-01-05",
                    "amount": "10.50",
                }
            ],
            "run_steps": [{"run": "R1", "step": "1.1", "by": "1", "at": "2024-01-05 10:00"}],
            "run_documents": [{"run": "R1", "step": "1.1", "title": "paper", "uri": "file:///a"}],
        }
    )
    assert report.complete
    (run,) = state(units)["sop_run"].values()
    assert [(each.step, [paper.uri for paper in each.documents]) for each in run.steps] == [("1.1", ["file:///a"])]
