"""Everything about one person is handed to them: what is personal about others is not in it."""

from __future__ import annotations

import pytest

from handover_core.retention.archive import PersonArchive
from handover_core.storage import Driver
from handover_core.storage.personal import pseudonym_of
from handover_core_keys import KeyRing
from retention.conftest import Past
from retention.test_documents import added, written

SEALED = [True, False]


def two(store: Driver, ring: KeyRing, sealed: bool) -> tuple[Past, str]:
    """Return a company, with keys or without, and a record with a document of its author and one of its owner."""
    past = Past(store, ring if sealed else None)
    record = written(past)
    added(past, record.id, "Contract", "0017")
    past.office("0017").records.change_record(record.id, title="Visit again")
    return past, record.id


def archive_of(past: Past, number: str) -> PersonArchive:
    return past.office("0006").retention.archive(past.id(number))


@pytest.mark.parametrize("sealed", SEALED)
@pytest.mark.parametrize(
    ("number", "own", "other", "others"),
    [("0024", "Passport", "Contract", "0017"), ("0017", "Contract", "Passport", "0024")],
)
def test_values_of_others_stand_as_pseudonyms_in_state_and_history(
    store: Driver, ring: KeyRing, sealed: bool, number: str, own: str, other: str, others: str
) -> None:
    past, record = two(store, ring, sealed)
    made = archive_of(past, number)
    (item,) = [each for section in made.sections for each in section.items if each.id == record]
    for said in (repr(item.fields), repr(item.history)):
        assert f"{own}.pdf" in said
        assert pseudonym_of(past.id(others)) in said
    assert other not in repr(made)
    assert "Visit again" in repr(item)


@pytest.mark.parametrize("sealed", SEALED)
def test_what_somebody_put_on_the_record_of_others_is_theirs_too(store: Driver, ring: KeyRing, sealed: bool) -> None:
    """The record names them nowhere but there."""
    past, record = two(store, ring, sealed)
    added(past, record, "Badge", "0003")
    made = archive_of(past, "0003")
    (item,) = [each for section in made.sections for each in section.items if each.id == record]
    assert "Badge.pdf" in repr(item.fields)
    assert not {"Passport.pdf", "Contract.pdf"} & set(repr(made).split("'"))
