"""The handover dossier says what became of every item, and what was never explained."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from dossier.stories import Case, opened
from handover_core.errors import NotFound
from handover_core.handover.model import Category, ItemState
from handover_core.organization.model import Capacity
from worlds import LAST_DAY, NOTICE, World


def test_it_names_everybody_who_took_part(case: Case) -> None:
    """Whoever stands behind an id in the document is in its list of people, by number."""
    dossier = case.dossier()

    assert ["0001", "0002", "0003", "0006", "0017", "0021", "0024"] == [each.number for each in dossier.people]
    assert ("0017", "0003") == (
        dossier.giver and dossier.giver.number,
        dossier.supervisor and dossier.supervisor.number,
    )
    assert dossier.giver is not None
    assert (("Key account manager",), "Sales") == (dossier.giver.positions, dossier.giver.unit)


def test_it_holds_every_item_with_what_happened_to_it(case: Case) -> None:
    items = {item.title: item for item in case.dossier().items}

    assert set(case.items) == set(items)
    assert ItemState.VERIFIED == items["Offer to Acme"].state
    assert ["There is no safe"] == [each.reason for each in items["Tender platform account"].returns]
    assert ["Beta has closed down"] == [each.reason for each in items["Call back Beta"].waivers]
    assert ["Backup is away"] == [each.reason for each in items["Monthly report"].receivers]
    rebates = items["Rebate scheme"]
    assert rebates.briefing is not None
    assert rebates.briefing.from_records


def test_completeness_shows_what_was_waived(case: Case) -> None:
    """Weights: 5 for the rebates, 3 for the offer; the waived item counts for nothing and is shown."""
    progress = case.dossier().progress
    records = next(each.completeness for each in progress.categories if each.category is Category.RECORD)

    assert (8, 1) == (progress.whole.verified, progress.whole.waived)
    assert Fraction(8, progress.whole.counted) == progress.whole.share
    assert (3, 3, 1) == (records.verified, records.counted, records.waived)


def test_what_was_never_explained_is_listed_for_good(case: Case) -> None:
    """What the giver told is not on that list, what was briefed from records is, verified or not."""
    codes = {title: item.code for title, item in case.items.items()}

    listed = case.dossier().progress.never_explained

    assert codes["Offer to Acme"] not in listed
    assert codes["Tender platform account"] not in listed
    assert codes["Rebate scheme"] in listed
    assert codes["Call back Beta"] in listed


def test_what_became_obsolete_never_had_to_be_explained(world: World) -> None:
    """A record that was finished before it was handed over stays in the document, but nobody owes words about it."""
    record = world.record("Offer to Acme")
    case = opened(world)
    case.giver.records.close_record(record.id)
    case.supervisor.handover.derive(case.id)

    dossier = case.dossier()

    assert ItemState.OBSOLETE == next(each.state for each in dossier.items if each.title == "Offer to Acme")
    assert case.items["Offer to Acme"].code not in dossier.progress.never_explained


def test_it_says_where_an_item_comes_from(case: Case) -> None:
    """The source's own words, documents and names in other systems; the digests of the import are left out."""
    dossier = case.dossier()
    item = next(each for each in dossier.items if each.title == "Offer to Acme")
    note = dossier.source(item.source)

    assert note is not None
    assert ("task", "Acme", "They want 30 days.") == (note.record_kind, note.counterparty, note.about)
    assert ("crm:OPP-7",) == note.references
    assert ["Offer.pdf"] == [each.title for each in note.documents]
    duty = next(each for each in dossier.items if each.title == "Lead the key accounts")
    described = dossier.source(duty.source)
    assert described is not None
    assert ("KAM", "Visit, listen, propose.") == (described.code, described.about)


def test_every_item_has_its_source(case: Case) -> None:
    dossier = case.dossier()

    assert {item.source.key for item in dossier.items} == {note.key for note in dossier.sources}


def test_it_says_who_holds_the_position_afterwards(case: Case) -> None:
    """The backup stays, and takes over as custodian; whoever does comes with the last day of that."""
    case.supervisor.handover.appoint_custodian(case.id, case.world.positions["KAM"].id, case.world.id("0024"))

    (left,) = case.dossier().positions

    assert ("KAM", "Sales", Capacity.INCUMBENT) == (left.code, left.unit, left.capacity)
    interim = (Capacity.CUSTODIAN, LAST_DAY + timedelta(days=90))
    assert [("0021", Capacity.BACKUP, None), ("0021", *interim), ("0024", *interim)] == [
        (number, each.capacity, each.until)
        for each in left.after
        for number, person in case.world.people.items()
        if person.id == each.person_id
    ]


def test_evidence_exceptions_and_questions_are_in_it(case: Case) -> None:
    dossier = case.dossier()

    assert ["registered letter"] == [each.how for each in dossier.case.demands]
    assert ["we are few"] == [each.reason for each in dossier.case.exceptions]
    assert [("Which scale is in force?", "The second one"), ("Who checks it?", None)] == [
        (each.question, each.answer) for each in dossier.questions
    ]


def test_overdue_depends_on_the_day_of_the_document(case: Case) -> None:
    """Items are due one after the other; a document of a later day lists more of them."""
    first = case.dossier()
    case.world.clock.move_to(LAST_DAY + timedelta(days=1))

    later = case.dossier()

    assert () == first.progress.overdue
    open_ = {item.code for item in later.items if not item.is_closed}
    assert open_ == set(later.progress.overdue)


def test_a_completed_case_keeps_its_giver_and_positions(world: World) -> None:
    """After the last day the giver has neither a position nor an employer, but the dossier says what they left."""
    case = opened(world)
    for item in case.items.values():
        case.through(item, by=case.giver)
    world.clock.move_to(LAST_DAY)
    assert case.supervisor.handover.complete(case.id).completed
    world.clock.move_to(LAST_DAY + timedelta(days=30))

    dossier = case.dossier()

    assert Fraction(1) == dossier.progress.whole.share
    assert ["KAM"] == [each.code for each in dossier.positions]
    assert dossier.giver is not None
    assert (("Key account manager",), False) == (dossier.giver.positions, dossier.giver.employed)
    assert () == dossier.progress.never_explained


def test_an_unknown_case_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        world.system.dossier.handover("0404")


def test_it_is_the_same_document_as_long_as_nothing_changes(case: Case) -> None:
    """No clock and no chance in it but the day it was made on."""
    assert case.dossier() == case.dossier()
    assert case.world.clock.now.date() == case.dossier().generated_on
    assert NOTICE == case.dossier().departure.notice_on
