"""What a supervisor can say about an item when the giver says nothing: put together from records."""

from __future__ import annotations

from handover_core.app import Office
from handover_core.handover.model import Category, HandoverItem
from handover_core.handover.texts import say_why
from handover_core.organization.model import Duty
from handover_core.records.model import WorkRecord
from handover_core.storage import Eq, Or, Order, Prefix
from handover_core.texts import Lang
from handover_core_cli.demo import words

RECENT = 3


def summary(office: Office, item: HandoverItem, lang: Lang, *, recent: int = RECENT) -> str:
    """Return what the records tell about an item; ``recent`` is how many past records are named."""
    parts = [words.FROM_RECORDS.say(lang, why=say_why(item.why, lang))]
    if item.category in {Category.RECORD, Category.CREDENTIAL, Category.ASSET}:
        parts += _about_record(office.records.record(item.source.id), lang)
    elif item.category is Category.SOP:
        parts += _about_sop(office, item, lang)
    elif item.category in {Category.DUTY, Category.CAPTURE}:
        parts += _about_duty(office, item, lang, recent)
    return " ".join(part for part in parts if part)


def _about_record(record: WorkRecord, lang: Lang) -> list[str]:
    titles = tuple(document.title for document in record.documents)
    return [record.body, words.DOCUMENTS.say(lang, titles=titles) if titles else ""]


def _about_sop(office: Office, item: HandoverItem, lang: Lang) -> list[str]:
    code = item.title.partition(" ")[0]
    published = office.procedures.sop(code).published_id
    versions = [each for each in office.procedures.versions(item.source.id) if each.id == published]
    stages = tuple(stage.name for version in versions for stage in version.stages)
    return [words.STEPS.say(lang, code=code, stages=stages)] if stages else []


def _about_duty(office: Office, item: HandoverItem, lang: Lang, recent: int) -> list[str]:
    duty = _duty(office, item)
    found = [] if duty is None else _recent(office, duty, recent)
    titles = tuple(f"{record.opened_on} {record.title}" for record in found)
    told = words.RECENT.say(lang, titles=titles) if titles else words.NO_RECORDS.say(lang)
    return ["" if duty is None else duty.description, told]


def _duty(office: Office, item: HandoverItem) -> Duty | None:
    part = (item.source.part or "").removeprefix("duty:")
    for holding in office.organization.holdings(_giver(office, item), office.handover.departure_of(item).last_day):
        if holding.position.id == item.source.id:
            return next((duty for duty in holding.description.duties if duty.key == part), None)
    return None


def _giver(office: Office, item: HandoverItem) -> str:
    return office.handover.departure_of(item).employee_id


def _recent(office: Office, duty: Duty, count: int) -> list[WorkRecord]:
    areas = tuple(part for area in duty.areas for part in (Eq("area", area), Prefix("area", f"{area}/")))
    if not areas:
        return []
    return list(office.records.records(Or(areas), order=Order("opened_on", descending=True), limit=count).items)
