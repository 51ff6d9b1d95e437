"""The sheets as data: they cover the model, and their names are clear."""

from __future__ import annotations

import attrs
import pytest

from handover_core.kinds import KINDS
from handover_core_import.engine.sops import SOP_COLUMNS, VERSION_COLUMNS
from handover_core_import.engine.stages import STEP_COLUMNS
from handover_core_import.forms import FORMS, Part
from handover_core_import.sheets import MAIN, SHEETS, SOPS, CellType, folded

ITS_OWN = {"id", "version", "external", "custom"}
COMPOSED = {
    "effective": {"effective_from", "effective_to"},
    "sign_off": {"signed_off_by_id", "signed_off_on"},
    "limit": {"limit", "limit_unit"},
    "interim_limit": {"interim_limit", "interim_limit_unit"},
    "deviation": {"deviation_rule", "deviation_reason", "deviation_approver_id"},
    "document": {"document_title", "document_uri", "document_media_type", "document_size", "document_sha256"},
}


def parts(part: Part):
    """Yield a part and those that hang on it."""
    yield part
    for child in part.children:
        yield from parts(child)


ALL = [part for form in FORMS.values() for part in parts(form.root)]


@pytest.mark.parametrize("part", ALL, ids=[part.cls.__name__ for part in ALL])
def test_every_field_of_the_model_has_a_column(part):
    """Else an update would lose it."""
    covered = {column.attribute for column in part.columns} | {child.attribute for child in part.children}
    for each in attrs.fields(part.cls):
        assert each.name in ITS_OWN or COMPOSED.get(each.name, {each.name}) <= covered, each.name


def test_every_field_of_sops_and_steps_has_a_column():
    sop, version = (KINDS[name].type for name in ("sop", "sop_version"))
    derived = {"published_id", "latest_number", "sop_id", "number", "stages"}
    columns = {SOPS.by_name[name].attribute for name in SOP_COLUMNS} | {column.attribute for column in VERSION_COLUMNS}
    for cls in (sop, version):
        assert {each.name for each in attrs.fields(cls)} - ITS_OWN - derived <= columns
    step = attrs.fields(attrs.resolve_types(__import__("handover_core.procedures.model", fromlist=["Step"]).Step))
    assert {each.name for each in step} == {column.attribute for column in STEP_COLUMNS}


@pytest.mark.parametrize("sheet", SHEETS, ids=[sheet.name for sheet in SHEETS])
def test_no_two_columns_of_a_sheet_share_a_name(sheet):
    names = [name for column in sheet.columns for name in set(map(folded, column.spellings))]
    assert len(names) == len(set(names))


def test_no_two_sheets_share_a_name():
    names = [name for sheet in SHEETS for name in set(map(folded, sheet.spellings))]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("sheet", SHEETS, ids=[sheet.name for sheet in SHEETS])
def test_references_point_to_kinds_and_words_have_both_labels(sheet):
    for column in sheet.columns:
        assert (column.type is CellType.REFERENCE) <= (column.to in KINDS)
        assert column.help.en
        assert column.help.zh
        assert all(label.en and label.zh for label in (column.words.labels.values() if column.words else ()))


def test_every_kind_that_people_fill_in_has_a_sheet():
    filled_in = {kind.name for kind in KINDS} - {
        "sop_version",
        "departure",
        "handover",
        "handover_item",
        "handover_question",
        "handover_finding",
        "subscription",
        "dead_letter",
        "legal_hold",
        "erasure",
    }
    assert filled_in <= set(MAIN)
