"""What people hold in their hands: complete in both languages, and nothing in it but text."""

from __future__ import annotations

import builtins
import json
import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from attrs import evolve

from dossier.stories import EVIL, Case, described, opened
from handover_core.dossier.layout import laid_out
from handover_core.dossier.model import Dossier
from handover_core.dossier.sheet import Cards, Heading, Notice, Overall, Signatures, Table
from handover_core.errors import InvalidInput, MissingExtra
from handover_core.storage import MemoryStore
from handover_core.texts import Lang
from handover_core_reports import SUFFIXES, Format, html, render
from worlds import HIGH, LAST_DAY, World

EN, ZH = Lang.EN, Lang.ZH
STORED_WORDS = r"read_back|receipt_recorded|interim_custodian|work_record|\d{4}-\d\d-\d\d|Weight|draft"


def pack_of(case: Case) -> Dossier:
    described(case.world)
    return case.world.system.dossier.newcomer("0021", "KAM")


# Contents


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            EN,
            ("Handover dossier", "4 March 2026", "Items never explained by the giver: 7", "from records", "Read-back"),
        ),
        (ZH, ("工作交接清单", "2026年3月4日", "以下 7 项移交人从未交底", "代为交底", "接收人复述")),
    ],
)
@pytest.mark.parametrize("format_", ["html", "markdown"])
def test_a_dossier_speaks_both_languages(quick_case: Case, format_: str, lang: Lang, words: tuple[str, ...]) -> None:
    page = render(quick_case.dossier(), format_, lang)

    assert [] == [word for word in words if word not in page]
    for told in (
        "They want 30 days.",
        "There is no safe",
        "Computed March by hand",
        "Beta has closed down",
        "we are few",
    ):
        assert told in page


@pytest.mark.parametrize("lang", list(Lang))
def test_no_word_of_the_other_language_or_of_the_store_is_shown(quick_case: Case, lang: Lang) -> None:
    """Every label has been said in the reader's language; ids and stored words are for machines."""
    for document in (quick_case.dossier(), pack_of(quick_case)):
        page = render(document, "markdown", lang)
        for person in quick_case.world.people.values():
            assert person.id not in page
        if lang is EN:
            assert not re.search(r"[\u4e00-\u9fff]", page)
        else:
            assert [] == re.findall(
                r"read_back|receipt_recorded|interim_custodian|work_record|\d{4}-\d\d-\d\d|Weight|draft", page
            )


def test_the_giver_receivers_supervisor_and_hr_sign(quick_case: Case) -> None:
    sheet = laid_out(quick_case.dossier(), ZH)

    (signatures,) = (each for each in sheet.blocks if isinstance(each, Signatures))

    assert ["移交人", "接收人", "接收人", "监交人", "人事"] == [each.role for each in signatures.lines]
    assert "自 2026年3月4日 起拒绝交接" == signatures.lines[0].note


def test_each_item_is_in_the_list_and_on_a_card(quick_case: Case) -> None:
    sheet = laid_out(quick_case.dossier(), EN)
    codes = {item.code for item in quick_case.dossier().items}

    on_cards = [card.code for block in sheet.blocks if isinstance(block, Cards) for card in block.cards]
    in_tables = {row[0].text for block in sheet.blocks if isinstance(block, Table) for row in block.rows}

    assert sorted(codes) == sorted(on_cards)
    assert codes <= in_tables


def test_a_table_has_one_cell_for_each_column(quick_case: Case) -> None:
    """And the widths of its columns are the whole width."""
    for document in (quick_case.dossier(), pack_of(quick_case)):
        for block in laid_out(document, EN).blocks:
            if isinstance(block, Table):
                assert {len(block.columns)} == {len(row) for row in block.rows} | {len(block.columns)}
                assert 100 == sum(column.width for column in block.columns)


def test_nothing_to_count_is_not_applicable() -> None:
    """Everything waived is neither 0 % nor 100 %."""
    world = World(MemoryStore())
    case = opened(world)
    for item in case.items.values():
        for approver in ("0001", "0002"):
            if not world.system.handover.item(item.code).is_closed:
                world.office(approver).handover.waive(item.id, "not needed")

    for lang, said in ((EN, "n/a"), (ZH, "不适用")):
        (overall,) = (each for each in laid_out(case.dossier(), lang).blocks if isinstance(each, Overall))
        assert (said, 0) == (overall.bar.said, overall.bar.verified)
        assert overall.bar.waived > 0
    assert "n/a" in render(case.dossier(), "html", EN)


def test_what_the_giver_may_still_explain_is_not_called_never_explained() -> None:
    """Only a refusal, the last day or the end of the case makes a silence final."""
    case = opened(World(MemoryStore()))

    def notices() -> list[str]:
        return [each.title for each in laid_out(case.dossier(), EN).blocks if isinstance(each, Notice)]

    assert f"Items not explained by the giver yet: {len(case.items)}" in notices()
    case.world.clock.move_to(LAST_DAY + timedelta(days=1))
    assert f"Items never explained by the giver: {len(case.items)}" in notices()


def test_a_pack_begins_with_what_is_to_be_done_first(quick_case: Case) -> None:
    blocks = laid_out(pack_of(quick_case), EN).blocks

    assert isinstance(blocks[0], Heading)
    assert "To do first" == blocks[0].text
    assert ["Mandatory qualifications lacking: 1", "SOPs to be read and acknowledged: 1"] == [
        each.title for each in blocks if isinstance(each, Notice)
    ]


# Formats


def test_json_has_sorted_keys_and_no_language(quick_case: Case) -> None:
    page = render(quick_case.dossier(), Format.JSON, ZH)

    assert page == render(quick_case.dossier(), "json", EN)
    assert page == json.dumps(json.loads(page), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    assert {"handover_dossier": 1} == {json.loads(page)["kind"]: json.loads(page)["format"]}


def test_an_unknown_format_is_refused(quick_case: Case) -> None:
    with pytest.raises(InvalidInput, match="json, markdown, html"):
        render(quick_case.dossier(), "papyrus")


def test_every_format_has_a_suffix() -> None:
    assert set(Format) == set(SUFFIXES)


def test_without_jinja_only_html_is_missing(quick_case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the error says what to install."""
    really = builtins.__import__

    def no_jinja(name: str, *rest: Any, **more: Any) -> Any:
        if name.split(".", maxsplit=1)[0] == "jinja2":
            raise ImportError(name)
        return really(name, *rest, **more)

    html._environment.cache_clear()
    monkeypatch.setattr(builtins, "__import__", no_jinja)

    with pytest.raises(MissingExtra, match=r"handover-core\[reports\]"):
        render(quick_case.dossier(), "html")
    assert render(quick_case.dossier(), "json")
    assert render(quick_case.dossier(), "markdown")


# Malicious text


class Elements(HTMLParser):
    """Collects every element and attribute of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs


@pytest.fixture
def evil_case() -> Case:
    """Everything that people type is malicious."""
    world = World(MemoryStore())
    world.system.organization.change_employee(world.id("0021"), name=EVIL[:200])
    company = world.system.organization.company()
    world.system.organization.set_company(evolve(company, name=f"</style><script>{EVIL}"))
    world.record(EVIL, priority=HIGH, counterparty=EVIL, body=EVIL, area=EVIL)
    case = opened(world)
    for item in case.items.values():
        case.giver.handover.brief(item.id, EVIL, actions=EVIL, situation=EVIL)
        case.receiver(item).handover.ask(item.id, EVIL)
        case.receiver(item).handover.return_item(item.id, EVIL)
    return case


@pytest.mark.parametrize("lang", list(Lang))
def test_html_keeps_malicious_text_as_text(evil_case: Case, lang: Lang) -> None:
    """It is all there to be read, and none of it does anything."""
    for document in (evil_case.dossier(), pack_of(evil_case)):
        page = render(document, "html", lang)
        found = Elements(page)

        assert set() == found.tags & {"script", "img", "iframe", "object", "link", "form"}
        assert [] == [name for name, _ in found.attributes if name.startswith("on")]
        assert [] == [
            value for name, value in found.attributes if name in {"href", "src"} and "javascript" in str(value)
        ]
        assert "&lt;script&gt;alert(2)&lt;/script&gt;" in page
        assert 1 == page.count("</style>")


def test_html_reaches_for_nothing_outside(quick_case: Case) -> None:
    """One file: no script, no style sheet, no font, no picture; a policy forbids them as well."""
    for lang in Lang:
        page = render(quick_case.dossier(), "html", lang)
        assert not re.search(r"<(script|link|img|iframe)\b|url\((?!#)|@import|\bsrc=", page)
        assert "default-src 'none'" in page


def test_only_web_addresses_can_be_followed(quick_case: Case) -> None:
    """The address of a document is shown, whatever it is; a click follows http and https alone."""
    page = render(quick_case.dossier(), "html")

    assert 'href="https://files.example/offer"' in page
    assert "javascript:alert(1)" in page
    assert ["https://files.example/offer"] == [value for name, value in Elements(page).attributes if name == "href"]


@pytest.mark.parametrize("lang", list(Lang))
def test_markdown_keeps_malicious_text_as_text(evil_case: Case, lang: Lang) -> None:
    """No tag, no link, no bold, and no cell or line that it breaks out of."""
    for document in (evil_case.dossier(), pack_of(evil_case)):
        page = render(document, "markdown", lang)

        assert {"<br>"} >= set(re.findall(r"<[^>]*>?", page))
        assert "**bold**" not in page
        assert "[x](" not in page.replace("\\[x\\](", "")
        assert [] == [line for line in page.splitlines() if line.startswith("# ") and "head" in line]
        widths = {line.count("|") - line.count("\\|") for line in page.splitlines() if line.startswith("| ")}
        assert widths <= {3, 4, 5, 6, 7}


def test_a_table_of_markdown_keeps_its_columns(evil_case: Case) -> None:
    """Whatever stands in a cell, each row has as many cells as the head."""
    rows: list[int] = []
    for line in [*render(evil_case.dossier(), "markdown").splitlines(), ""]:
        if line.startswith("|"):
            rows.append(len(re.findall(r"(?<!\\)\|", line)))
        elif rows:
            assert 1 == len(set(rows))
            rows = []
