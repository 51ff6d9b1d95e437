"""A printed copy can be checked: whatever changes in a section changes its digest."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from attrs import evolve, fields

from dossier.stories import Case
from handover_core.dossier.manifest import as_data, mismatches, sealed
from handover_core.dossier.model import HandoverDossier
from handover_core.texts import Lang
from handover_core_reports import render

SECTIONS = tuple(each.name for each in fields(HandoverDossier) if each.name != "manifest")


def test_every_section_has_a_digest(quick_case: Case) -> None:
    assert list(SECTIONS) == [each.section for each in quick_case.dossier().manifest.sections]


def test_anybody_can_compute_a_digest_from_the_json(quick_case: Case) -> None:
    """With a standard library and what the documentation says, nothing else."""
    data = json.loads(render(quick_case.dossier(), "json"))

    for each in data["manifest"]["sections"]:
        text = json.dumps(data[each["section"]], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert each["digest"] == sha256(text.encode()).hexdigest()
    assert () == mismatches(data)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_changed_section_is_named(quick_case: Case, section: str) -> None:
    """A word more, an entry less: the section no longer is what the manifest says."""
    data = as_data(quick_case.dossier())
    value = data[section]
    data[section] = value[:-1] if isinstance(value, list | str) else {**value, "forged": True}

    assert (section,) == mismatches(data)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_that_is_left_out_is_named(quick_case: Case, section: str) -> None:
    data = as_data(quick_case.dossier())
    del data[section]

    assert (section,) == mismatches(data)


def test_a_manifest_that_was_adapted_to_the_forgery_differs_as_a_whole(quick_case: Case) -> None:
    """Whoever forges a section and its digest still has to forge the digest that is printed on every page."""
    dossier = quick_case.dossier()
    forged = sealed(evolve(dossier, items=dossier.items[1:]))
    data = as_data(forged)
    data["manifest"]["digest"] = dossier.manifest.digest

    assert dossier.manifest.digest != forged.manifest.digest
    assert ("manifest",) == mismatches(data)


def test_a_change_of_one_item_leaves_the_digests_of_other_sections(quick_case: Case) -> None:
    """So a copy says where it differs, not only that it does."""
    before = {each.section: each.digest for each in quick_case.dossier().manifest.sections}
    quick_case.supervisor.handover.brief(quick_case.items["Monthly report"].id, "Third working day")
    after = {each.section: each.digest for each in quick_case.dossier().manifest.sections}

    assert {"items"} == {name for name in before if before[name] != after[name]}


def test_a_later_day_changes_only_what_depends_on_the_day(quick_case: Case) -> None:
    before = {each.section: each.digest for each in quick_case.dossier().manifest.sections}
    quick_case.world.clock.move_to(quick_case.dossier().departure.last_day)
    after = {each.section: each.digest for each in quick_case.dossier().manifest.sections}

    assert {"generated_on", "progress"} == {name for name in before if before[name] != after[name]}


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("format_", ["html", "markdown"])
def test_the_digests_are_printed(quick_case: Case, format_: str, lang: Lang) -> None:
    dossier = quick_case.dossier()
    page = render(dossier, format_, lang)

    for digest in (dossier.manifest.digest, *(each.digest for each in dossier.manifest.sections)):
        assert digest in page
