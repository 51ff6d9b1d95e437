"""What the rules say along the way: legal dates, reviews, pace, clearance."""

from __future__ import annotations

from collections.abc import Iterator

from handover_core.app import Office
from handover_core.handover.model import Handover
from handover_core.handover.review.texts import OUTLOOK_LABELS, say_finding
from handover_core.handover.texts import SETTLEMENT_LABELS
from handover_core.policy.deadlines import earliest_last_day
from handover_core.texts import Lang, label, say_day
from handover_core_cli.demo import words

SHOWN = 3


def notice(office: Office, case: Handover, lang: Lang) -> Iterator[str]:
    """Say from when the law lets the notice end, and by which rule."""
    found = earliest_last_day(office.handover.deadlines(case.departure_id))
    if found is not None:
        yield words.LAW.say(lang, day=say_day(found.due, lang), says=found.says, citation=found.citation)


def review(hr: Office, lang: Lang) -> Iterator[str]:
    """Review all cases and say the first things that are new."""
    found = hr.handover.review()
    if found:
        yield words.REVIEW.say(lang, count=len(found))
    for each in found[:SHOWN]:
        yield f"  {say_finding(each, lang)}"


def pace(office: Office, case: Handover, lang: Lang) -> Iterator[str]:
    """Say where the case leads at the pace observed."""
    found = office.handover.projection(case.id)
    if found.required is not None and found.observed is not None:
        yield words.PACE.say(
            lang, outlook=label(OUTLOOK_LABELS, found.outlook, lang), required=f"{float(found.required):.1f}",
            observed=f"{float(found.observed):.1f}", days=found.days_left,
        )  # fmt: skip


def clearance(office: Office, case: Handover, lang: Lang) -> Iterator[str]:
    """Say what is still to be settled, and that nothing of it waits."""
    found = office.handover.clearance(case.departure_id)
    due = tuple(SETTLEMENT_LABELS[line.what] for line in found.lines if not line.done)
    waits = tuple(SETTLEMENT_LABELS[line.what] for line in found.lines if line.blocker is not None)
    yield (words.CLEARANCE_WAITS if waits else words.CLEARANCE).say(lang, due=due, waits=waits)
