"""What a redaction leaves as it is: words by which something is found today, and what a hold or the law keeps."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from attrs import evolve

from handover_core.errors import Refused
from handover_core.kinds import KINDS
from handover_core.organization.kinds import EMPLOYEE, ORG_UNIT
from handover_core.organization.model import HeldQualification, OrgUnit, QualificationKind
from handover_core.outbox.kinds import DEAD_LETTER, SUBSCRIPTION
from handover_core.outbox.model import DeadLetter, Subscription
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import RecordStatus
from handover_core.retention import refusals
from handover_core.retention.model import ErasureState, Mention
from handover_core.storage import CUSTOM_FIELD, CustomField, UnitOfWork
from handover_core.storage.freetext import texts_of
from handover_core.storage.personal import pseudonym_of
from handover_core.storage.privacy import Level
from handover_core.texts import Lang, Rule
from handover_core.values import ExternalReference
from retention.conftest import Past
from retention.test_free_text import DUE

NAME = "Colleague of acme"
WORDS = {
    "absence": {"kind"},
    "company": {"currency", "languages", "time_zone"},
    "custom_field": {"kind", "name"},
    "dead_letter": {"failure", "stream_kind"},
    "departure": {"consents.document.media_type", "consents.document.sha256", "consents.document.uri"},
    "employee": {"number", "name", "email", "phone"},
    "erasure": {"left.field", "left.kind"},
    "handover": {"code", "demands.document.media_type", "demands.document.sha256", "demands.document.uri"},
    "handover_finding": {"code", "rungs"},
    "handover_item": {
        "briefings.documents.media_type", "briefings.documents.sha256", "briefings.documents.uri", "code",
        "reopened.documents.media_type", "reopened.documents.sha256", "reopened.documents.uri", "reopened.grant.limit.unit",
        "source.digest", "source.kind", "source.part", "verified.documents.media_type", "verified.documents.sha256",
        "verified.documents.uri", "verified.grant.limit.unit", "why.code",
    },
    "handover_question": {"passed.because", "route.because"},
    "labour_contract": {"document.media_type", "document.sha256", "document.uri", "training_bond_currency"},
    "org_unit": {"code", "functions"},
    "position": {
        "code", "descriptions.authorities.interim_limit.unit", "descriptions.authorities.key",
        "descriptions.authorities.limit.unit", "descriptions.duties.areas", "descriptions.duties.key",
        "descriptions.duties.sop_codes", "descriptions.duties.unit_function", "descriptions.qualifications.key",
    },
    "project": {"code", "members.part"},
    "sop": {"code"},
    "sop_run": {
        "currency", "steps.deviation.rule", "steps.documents.media_type", "steps.documents.sha256", "steps.documents.uri",
        "steps.step",
    },
    "sop_version": {"stages.steps.authority", "stages.steps.key"},
    "subscription": {"code", "endpoint", "kinds"},
    "work_record": {"area", "documents.media_type", "documents.sha256", "documents.uri", "kind"},
}  # fmt: skip
"""Every text that is a word, a key or an address; whoever adds a field decides whether people write there freely."""


@pytest.mark.parametrize("kind", list(KINDS), ids=lambda kind: kind.name)
def test_every_text_is_either_written_freely_or_a_word(kind: Any) -> None:
    texts = {".".join(path) for path in texts_of(kind.type)}
    assert set(kind.free_texts) <= texts
    assert texts - set(kind.free_texts) == WORDS.get(kind.name, set()) | {"external.source"}


def mentions(past: Past, number: str = "0024") -> list[Mention]:
    return list(past.office().retention.mentions(past.id(number)).found)


def refused(past: Past, kind: str, id_: str) -> Rule:
    with pytest.raises(Refused) as raised:
        past.office().retention.redact(kind, id_, past.id("0024"), "before the erasure")
    assert raised.value.message(Lang.EN) != raised.value.message(Lang.ZH)
    return raised.value.rule


def put(past: Past, kind: Any, aggregate: Any) -> Any:
    return past.world.system.desk.do("test.put", lambda unit: unit.repository(kind).save(aggregate))


def stored(past: Past, kind: Any, id_: str) -> Any:
    return past.world.system.desk.ask(lambda unit: unit.repository(kind).get(id_))


def test_no_redaction_changes_where_events_go_or_what_values_stand_under(past: Past) -> None:
    """Addresses, words of subscriptions and the stored names of custom fields: reported, and left as they are."""
    made = [
        (SUBSCRIPTION, Subscription(id="s", code="hook", endpoint="to-0024", kinds=("employee", "0024"))),
        (
            DEAD_LETTER,
            DeadLetter(
                id="d", subscription_id="s", stream_kind="0024", stream_id="x", stream_version=1, attempts=1,
                failure="0024", parked_at=past.world.core.units.clock(),
            ),
        ),
        (CUSTOM_FIELD, CustomField(id="f", kind="work_record", name="0024 note")),
    ]  # fmt: skip
    made = [
        (kind, past.world.system.desk.do("test.put", lambda unit, k=kind, a=each: unit.repository(k).add(a)))
        for kind, each in made
    ]
    for kind, each in made:
        found = [mention for mention in mentions(past) if (mention.kind, mention.id) == (kind.name, each.id)]
        assert found
        assert all(mention.fixed for mention in found)
        assert refused(past, kind.name, each.id) is refusals.FIXED
        assert stored(past, kind, each.id) == each


def test_ids_that_other_systems_made_of_names_are_reported(past: Past) -> None:
    """They are references: no redaction changes them, and no erasure waits for them."""
    record = past.world.record("Visit", owner="0017")
    put(past, WORK_RECORD, evolve(record, external=(ExternalReference("crm", f"{NAME}-001"),)))
    assert {("external.id", True)} == {(each.field, each.fixed) for each in mentions(past)}
    assert refused(past, "work_record", record.id) is refusals.FIXED
    past.gone()
    assert past.office(on=DUE).retention.apply().waiting == ()


def test_words_of_the_past_go_once_nothing_is_called_by_them(past: Past) -> None:
    """A code that named the person: after it was changed, its past can be redacted, and an erasure waits for that."""
    unit = past.world.system.organization.add_unit(OrgUnit(id="desk", code=f"{NAME}s desk 0024", name="Desk"))
    assert {True} == {each.fixed for each in mentions(past)}
    past.world.system.organization.change_unit(unit.id, code="D1")
    assert {("code", False)} == {(each.field, each.fixed) for each in mentions(past)}
    assert {None} != {each.version for each in mentions(past)}
    past.office().retention.redact("org_unit", unit.id, past.id("0024"), "before the erasure")
    assert mentions(past) == []
    assert stored(past, ORG_UNIT, unit.id).code == "D1"
    entries = past.office("0006").audit.entries(ORG_UNIT, unit.id)
    assert pseudonym_of(past.id("0024")) in repr(entries)
    assert past.office("0006").audit.verify().sound


def test_what_names_the_person_in_their_own_file_beside_name_and_number_goes(past: Past) -> None:
    """A reason, a certificate, a custom value; name and number stay, since by these everything else is found."""
    past.world.system.organization.declare_field(CustomField(id="cf", kind="employee", name="note"))
    paper = HeldQualification(kind=QualificationKind.CERTIFICATE, name=f"Accountant ({NAME})")

    def write(unit: Any) -> Any:
        person = unit.repository(EMPLOYEE).get(past.id("0024"))
        return unit.repository(EMPLOYEE).change(person, qualifications=(paper,), custom={"note": f"{NAME} is nice"})

    past.world.system.desk.do("test", write, f"said by {NAME}")
    assert {"qualifications.name", "custom.note", "reason"} == {each.field for each in mentions(past)}
    assert {False} == {each.fixed for each in mentions(past)}
    past.office().retention.redact("employee", past.id("0024"), past.id("0024"), "before the erasure")
    assert mentions(past) == []
    assert past.person().name == NAME
    assert refused(past, "employee", past.id("0024")) is refusals.OWN_FILE
    past.gone()
    assert [ErasureState.DESTROYED] == [each.state for each in past.office(on=DUE).retention.apply().erasures]
    assert past.office("0006").audit.verify().sound


def test_another_persons_name_is_never_redacted(past: Past) -> None:
    """Though the person's name stands in it."""
    other = past.id("0021")

    def rename(unit: Any) -> Any:
        return unit.repository(EMPLOYEE).change(unit.repository(EMPLOYEE).get(other), name=f"{NAME} and Sons")

    past.world.system.desk.do("test", rename, f"like {NAME}")
    past.office().retention.redact("employee", other, past.id("0024"), "before the erasure")
    assert stored(past, EMPLOYEE, other).name == f"{NAME} and Sons"


def test_a_hold_must_not_name_whom_it_is_about(past: Past) -> None:
    with pytest.raises(Refused) as raised:
        past.office().retention.place_hold(f"court case {NAME}", employee_id=past.id("0024"))
    assert raised.value.rule is refusals.NAMED_AGAIN
    assert past.office().retention.place_hold("court case 7", employee_id=past.id("0024")).stands


@pytest.mark.parametrize("level", Level)
def test_the_reason_of_a_hold_may_have_words_that_mean_somebody_or_something_else(past: Past, level: Level) -> None:
    """The longer name of a colleague, and a number of digits alone; the telephone is the person's."""
    past.world.system.privacy.set_level(level)

    def rename(unit: UnitOfWork) -> None:
        people = unit.repository(EMPLOYEE)
        people.change(people.get(past.id("0024")), name="张伟", phone="13912345678")
        people.change(people.get(past.id("0021")), name="张伟明")

    past.world.system.desk.do("test", rename)
    retention = past.office().retention
    for reason in ("张伟明诉公司案", "court case 0024"):
        assert retention.place_hold(reason, employee_id=past.id("0024")).reason == reason
    for reason in ("张伟诉公司案", "张伟明诉张伟案", "call 139 1234 5678"):
        with pytest.raises(Refused) as raised:
            retention.place_hold(reason, employee_id=past.id("0024"))
        assert raised.value.rule is refusals.NAMED_AGAIN


@pytest.mark.parametrize("whose", [None, "0017"])
def test_nothing_is_redacted_that_a_hold_keeps(past: Past, whose: str | None) -> None:
    """Everybody's, or of the person whose record it is; after its release it is redacted."""
    record = past.world.record(f"Ask {NAME}", owner="0017")
    retention = past.office().retention
    hold = retention.place_hold("court case 7", employee_id=None if whose is None else past.id(whose))
    assert refused(past, "work_record", record.id) is refusals.REDACT_HELD
    retention.release_hold(hold.id, "settled")
    retention.redact("work_record", record.id, past.id("0024"), "before the erasure")
    assert NAME not in past.world.system.records.record(record.id).title


def test_a_hold_on_somebody_else_keeps_nothing_of_a_record(past: Past) -> None:
    record = past.world.record(f"Ask {NAME}", owner="0017")
    past.office().retention.place_hold("court case 7", employee_id=past.id("0021"))
    past.office().retention.redact("work_record", record.id, past.id("0024"), "before the erasure")


def test_an_accounting_record_stays_as_it_stands_while_its_shortest_period_runs(past: Past) -> None:
    """Its author is there, or left not long enough ago; the erasure of whom it names leaves it with a reason."""
    record = past.world.record(f"Paid {NAME}", owner="0017", area="finance/accounting/ap")
    assert refused(past, "work_record", record.id) is refusals.REDACT_KEPT
    put(past, WORK_RECORD, evolve(past.world.system.records.record(record.id), status=RecordStatus.DONE))
    past.gone("0017", on=date(1990, 6, 30))
    past.gone()
    done = past.office(on=DUE).retention.erase(past.id("0024"), "asked", leave="accounting archives")
    assert record.id in {each.id for each in done.left}


def test_an_accounting_record_is_redacted_when_its_period_is_over(past: Past) -> None:
    record = past.world.record(f"Paid {NAME}", owner="0017", area="finance/accounting/ap")
    past.gone("0017", on=date(1990, 6, 30))
    past.office().retention.redact("work_record", record.id, past.id("0024"), "before the erasure")
    assert NAME not in past.world.system.records.record(record.id).title


@pytest.mark.parametrize("deleted", [False, True])
def test_words_of_what_came_in_a_bulk_or_is_gone_are_redacted_too(past: Past, *, deleted: bool) -> None:
    """What a thin entry was made of follows from the state; a deletion leaves the past alone."""
    units = [OrgUnit(id=f"u{number}", code=f"{NAME} {number}", name="Desk") for number in range(3)]
    past.world.system.desk.do("test.bulk", lambda unit: unit.repository(ORG_UNIT).add_many(units))
    past.world.system.organization.change_unit("u1", code="D1")
    if deleted:
        past.world.system.desk.do(
            "test.delete", lambda unit: unit.repository(ORG_UNIT).delete(unit.repository(ORG_UNIT).get("u1"))
        )
    mine = [each for each in mentions(past) if each.id == "u1"]
    assert mine
    assert {False} == {each.fixed for each in mine}
    past.office().retention.redact("org_unit", "u1", past.id("0024"), "before the erasure")
    assert [each for each in mentions(past) if each.id == "u1"] == []
    assert NAME not in repr(past.office("0006").audit.entries(ORG_UNIT, "u1"))
    assert {True} == {each.fixed for each in mentions(past) if each.kind == "org_unit"}
    assert past.office("0006").audit.verify().sound
