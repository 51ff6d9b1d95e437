"""The newcomer's pack says what the job is, what is still lacking, what is open, and whom to ask."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dossier.stories import Case, described, opened, published_for
from handover_core.dossier.model import NewcomersPack
from handover_core.errors import NotFound, Refused
from handover_core.organization.model import Assignment, Capacity
from handover_core.procedures.model import Sop, Stage, Step
from handover_core.records.model import Project, ProjectMember
from handover_core.values import DateRange
from handover_core_reports import render
from worlds import FOUNDED, LAST_DAY, NOTICE, RESIGNATION, World

FIRST_DAY = LAST_DAY + timedelta(days=1)


def take_up(world: World, start: date = FIRST_DAY) -> None:
    """Let number 0030 become key account manager."""
    world.system.organization.assign(
        Assignment(
            id=world.new_id(), employee_id=world.id("0030"), position_id=world.positions["KAM"].id,
            effective=DateRange(start),
        )
    )  # fmt: skip


def names(pack: NewcomersPack, ids: list[str]) -> list[str]:
    return [person.number for id_ in ids if (person := pack.person(id_)) is not None]


def test_it_is_for_the_position_taken_up_last(world: World) -> None:
    """A position that begins later counts, and the pack holds for its first day."""
    described(world)
    take_up(world)

    pack = world.system.dossier.newcomer("0030")

    assert ("KAM", Capacity.INCUMBENT, FIRST_DAY) == (pack.post.code, pack.post.capacity, pack.post.since)
    assert (NOTICE, FIRST_DAY) == (pack.generated_on, pack.day)
    assert "Keep the key accounts" == pack.post.description.purpose


def test_it_says_which_qualifications_are_lacking(world: World) -> None:
    """Only mandatory ones stand in the way; the others are shown all the same."""
    described(world)
    take_up(world)

    post = world.system.dossier.newcomer("0030").post

    assert ["Key account course"] == [each.name for each in post.lacking]
    assert [False, False] == [each.held for each in post.qualifications]


def test_it_holds_the_sops_of_the_position_and_what_must_be_read(world: World) -> None:
    """Named by a duty, owned by the position, or with a step of it; read is read."""
    followed = world.publish("FOLLOW", "DIR")
    world.publish("OWNED", "KAM")
    published_for(world, "STEP", position="DIR", steps_of="KAM")
    world.publish("OTHER", "DIR")
    take_up(world)
    world.office("0030").procedures.acknowledge(str(followed.published_id))

    found = world.system.dossier.newcomer("0030").procedures

    assert [("FOLLOW", ("duty",), False), ("OWNED", ("owner",), True), ("STEP", ("step",), True)] == [
        (each.code, each.reasons, each.must_read) for each in found
    ]
    assert ["Look twice"] == [step.instructions for stage in found[-1].stages for step in stage.steps]
    assert NOTICE == found[0].read_on


def test_a_step_says_the_name_of_the_authority_that_it_needs(world: World) -> None:
    """Even where the SOP names it by its key."""
    step = Step(key="1", instructions="Sign", position_id=world.positions["KAM"].id, authority="discount")
    sop = Sop(id=world.new_id(), code="SIGN", title="Signing", owner_position_id=world.positions["KAM"].id)
    draft = world.office("0017").procedures.add_sop(sop, (Stage(name="Only", steps=(step,)),))
    world.office("0017").procedures.submit_version(draft.id)
    world.office("0003").procedures.publish_version(draft.id)

    page = render(world.system.dossier.newcomer("0021", "KAM"), "markdown")

    assert "authority: Discounts" in page


def test_it_holds_the_predecessors_open_and_recent_work(world: World) -> None:
    """Twenty of each, and how many more there are; work of another position is nobody's business."""
    for number in range(23):
        world.record(f"Open {number:02d}", due_on=NOTICE + timedelta(days=number))
    for number in range(21):
        world.office("0017").records.close_record(world.record(f"Done {number:02d}").id)
    world.record("Elsewhere", position_id=world.positions["DIR"].id)
    opened(world)
    take_up(world)

    pack = world.system.dossier.newcomer("0030")

    assert ["0017"] == names(pack, [each.person_id for each in pack.predecessors])
    assert [f"Open {number:02d}" for number in range(20)] == [each.title for each in pack.open_records.records]
    assert (23, 3) == (pack.open_records.total, pack.open_records.further)
    assert (21, 1) == (pack.recent_records.total, pack.recent_records.further)


def test_a_colleague_in_the_same_position_is_no_predecessor(world: World) -> None:
    """Nobody leaves, so there is no work to take over."""
    world.record("Offer to Acme")
    take_up(world)

    pack = world.system.dossier.newcomer("0030")

    assert () == pack.predecessors
    assert (0, ()) == (pack.open_records.total, pack.open_records.records)


def test_it_holds_the_items_that_the_person_receives(case: Case) -> None:
    """Open ones and those taken over for good; the giver of them can be asked as long as they are there."""
    pack = case.world.system.dossier.newcomer("0021", "KAM")

    assert {"Rebate scheme", "Lead the key accounts"} <= {each.title for each in pack.received.items}
    assert "Call back Beta" not in {each.title for each in pack.received.items}
    asked = {pack.person(each.person_id): [reason.code for reason in each.reasons] for each in pack.contacts}
    assert {"0017": ["predecessor", "giver", "sop_author"], "0003": ["manager"]} == {
        person.number: codes for person, codes in asked.items() if person is not None
    }


def test_items_of_a_withdrawn_case_are_not_received(world: World) -> None:
    """Who stays keeps their work."""
    departure = world.office("0017").handover.announce(world.id("0017"), RESIGNATION, NOTICE, LAST_DAY)
    world.office("0006").handover.open_case(departure.id, default_receiver_id=world.id("0024"))
    assert world.system.dossier.newcomer("0021", "KAM").received.items
    world.office("0017").handover.withdraw(departure.id, "has changed their mind")

    assert () == world.system.dossier.newcomer("0021", "KAM").received.items


def test_it_says_whom_to_ask(world: World) -> None:
    """Manager, backup, who wrote an SOP, who works in the predecessor's projects; nobody who is gone, not oneself."""
    world.publish("OWNED", "KAM", author="0024")
    members = [
        ProjectMember(employee_id=world.id(number), part="member", effective=DateRange(FOUNDED))
        for number in ("0017", "0002", "0030")
    ]
    world.system.records.add_project(Project(id=world.new_id(), code="P", name="Channel", members=tuple(members)))
    case = opened(world)
    for item in case.items.values():
        case.through(item, by=case.giver)
    world.clock.move_to(LAST_DAY)
    case.supervisor.handover.complete(case.id)
    take_up(world)

    pack = world.system.dossier.newcomer("0030", "KAM")

    expected = {"0003": "manager", "0021": "backup", "0024": "sop_author", "0002": "project"}
    found = {
        person.number: {reason.code for reason in each.reasons}
        for each in pack.contacts
        if (person := pack.person(each.person_id)) is not None
    }
    assert expected.keys() == found.keys()
    assert all(code in found[number] for number, code in expected.items())
    assert ["Channel"] == [each.name for each in pack.projects]


def test_it_can_be_made_for_a_position_that_is_only_planned(world: World) -> None:
    """A code makes the pack of somebody who is not assigned yet."""
    pack = world.system.dossier.newcomer("0024", "KAM")

    assert ("KAM", None, None) == (pack.post.code, pack.post.capacity, pack.post.since)


def test_somebody_without_a_position_has_no_pack(world: World) -> None:
    with pytest.raises(Refused) as refused:
        world.system.dossier.newcomer("0024")

    assert "dossier.no_position" == refused.value.rule.code


@pytest.mark.parametrize(("number", "code"), [("0404", None), ("0030", "NONE")])
def test_an_unknown_number_or_code_is_not_found(world: World, number: str, code: str | None) -> None:
    with pytest.raises(NotFound):
        world.system.dossier.newcomer(number, code)
