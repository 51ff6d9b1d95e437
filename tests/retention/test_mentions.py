"""Free text that names a person is found, shown covered, and redacted."""

from __future__ import annotations

import json
from typing import Any
from unicodedata import normalize

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from handover_core.retention.mentions import COVER, Identity, leaves
from handover_core.retention.people import People
from handover_core.retention.telephones import digits_of

WANG = Identity.of(("王小芳", "Wang Xiaofang", "E1001", "wang@example.com", "13800001111", "7", "42", "王", None, " "))


@pytest.mark.parametrize(
    "text",
    [
        "请联系王小芳处理",
        "ask WANG XIAOFANG about it",
        "mail wang@example.com",
        "see e1001.",
        "(E1001)",
        "call 13800001111!",
        "line\nE1001\nend",
        "call １３８００００１１１１",
        "ｗａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ",
    ],
)
def test_a_text_that_names_the_person_is_found_and_redacted(text: str) -> None:
    """In any case, in full-width characters, between any signs."""
    assert WANG.named_in(text)
    assert People({"p": WANG}).named_in(json.dumps({"a": [text]}, ensure_ascii=False)) == ["p"]
    redacted = WANG.replaced(text, "P-1")
    assert "P-1" in redacted
    assert not WANG.named_in(redacted)


@pytest.mark.parametrize(
    "text", ["E10012", "XE1001", "7 items", "42 pages", "王小明", "138000011112", "dwang@example.com", "", "王"]
)
def test_another_word_is_not_the_person(text: str) -> None:
    """Longer words and numbers, counts, other names; single characters and short numbers are never looked for."""
    assert not WANG.named_in(text)
    assert WANG.replaced(text, "P-1") == text


def test_an_excerpt_covers_every_name_and_shows_a_little_around() -> None:
    """Also a name that would be cut at its edge."""
    text = "x" * 50 + " 王小芳 and then wang@example.com " + "y" * 50
    shown = WANG.excerpt(text)
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert COVER in shown
    assert "王" not in shown
    assert "wang" not in shown
    assert len(shown) < 80


def test_nobody_is_named_by_nothing() -> None:
    """An identity without values finds nothing."""
    nobody = Identity.of(("", None, 7))
    assert not nobody.named_in("anything")
    assert People({"p": nobody}).named_in("anything") == []
    assert nobody.excerpt("anything") == ""
    assert nobody.replaced("anything", "P-1") == "anything"


BODY: dict[str, Any] = {
    "title": "for 王小芳",
    "owner_id": "E1001",
    "source": {"kind": "record", "id": "E1001"},
    "sop_ids": ["E1001"],
    "sealed": {"$sealed": ["E1001", 1, "E1001"]},
    "notes": [{"text": "E1001"}, {"text": "x"}],
    "count": 3,
}


def test_ids_and_sealed_values_name_nobody() -> None:
    """They are no text that people wrote."""
    found = [(path, text) for path, text in leaves(BODY) if WANG.named_in(text)]
    assert found == [("title", "for 王小芳"), ("notes.text", "E1001")]


_WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=4, max_size=12).filter(
    lambda word: word.strip() == word and not word.isdigit()
)


@given(word=_WORDS, before=st.text(" ,.，。", max_size=3), after=st.text(" ,.，。", max_size=3))
def test_whatever_the_name_is_it_is_found_in_text_and_in_json(word: str, before: str, after: str) -> None:
    """Quotes, backslashes, other scripts."""
    identity = Identity.of((word,))
    text = f"{before}{word}{after}"
    assert identity.named_in(text)
    assert People({"p": identity}).named_in(json.dumps([text], ensure_ascii=False)) == ["p"]
    assert word not in identity.replaced(text, "P-1") or word in "P-1"


_SIGNS = "abIiSsKkſ \t\n,.-_·'\"\\()0123456789+üüİıŞﬁ王小芳김철ǅΩÅÅﾊﾞが　Ａａ１ήςΣσµ éΐΐ"
_SEPARATORS = st.text(" \t\n\x0b\x1c·•_.-", min_size=1, max_size=3)


@settings(max_examples=300)
@given(
    value=st.text(_SIGNS, min_size=2, max_size=9) | st.text("0123456789 -+()", min_size=7, max_size=14), data=st.data()
)
def test_one_look_at_many_finds_whatever_the_pattern_of_one_does(value: str, data: st.DataObject) -> None:
    """In other cases, in compatible characters, with the surname first, with whatever joins words or groups of digits."""
    words = value.split() or [value]
    ways = {
        value, value.upper(), value.lower(), value.swapcase(), normalize("NFKC", value), normalize("NFD", value),
        data.draw(_SEPARATORS).join(words), f"{' '.join(words[1:])}, {words[0]}", f"{words[-1]} {' '.join(words[:-1])}",
    }  # fmt: skip
    text = data.draw(st.sampled_from(["", "x ", "“"])) + data.draw(st.sampled_from(sorted(ways))) + " y"
    identity = Identity.of([value])
    if identity.named_in(text):
        assert ["p"] == People({"p": identity}).named_in(json.dumps({"a": text}, ensure_ascii=False))


@pytest.mark.parametrize(
    ("name", "text"),
    [("Aylin Yılmaz", "AYLIN YILMAZ"), ("Işıl Aydın", "IŞIL AYDIN"), ("İpek", "ipek"), ("Νίκος Σ", "ΝΊΚΟΣ Σ"),
     ("3 1-4882 6919", "3_1-4882_6919"), ("a b", "A\x0bB"), ("ﾊ\nが", "ﾊ_が")],
)  # fmt: skip
def test_many_are_looked_for_in_any_case_as_one_is(name: str, text: str) -> None:
    identity = Identity.of([name])
    assert identity.named_in(text)
    assert ["p"] == People({"p": identity}).named_in(json.dumps([text], ensure_ascii=False))


_NAMES = st.lists(st.text('ab王小"\\', min_size=2, max_size=4), min_size=1, max_size=6, unique=True)


@given(names=_NAMES, text=st.text('ab王小"\\ ', max_size=20))
def test_among_many_nobody_is_left_out(names: list[str], text: str) -> None:
    """Whoever is named by a text alone is among those whom one look at its JSON finds, however names overlap."""
    wanted = {name: Identity.of((name,)) for name in names}
    found = People(wanted).named_in(json.dumps([text], ensure_ascii=False))
    assert {name for name, identity in wanted.items() if identity.named_in(text)} <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    "text",
    [
        "call 138-0000-1111", "call +86 138 0000 1111", "(138)00001111", "0086-13800001111", "+8613800001111",
        "１３８－００００－１１１１", "8613800001111",
    ],
)  # fmt: skip
def test_a_telephone_number_is_found_however_it_is_grouped(text: str) -> None:
    """With the country before it or without; and whichever of these ways stands in the file."""
    for written in ("13800001111", "+86 138 0000 1111", "138-0000-1111"):
        identity = Identity.of((written,))
        assert identity.named_in(text)
        assert People({"p": identity}).named_in(json.dumps([text], ensure_ascii=False)) == ["p"]
        assert not any(sign.isdigit() for sign in identity.replaced(text, "P-x"))


def test_a_telephone_number_is_one_also_over_lines_and_with_its_area_in_brackets() -> None:
    """As it stands in JSON too, where the end of a line is two signs."""
    for written, text in (("13912345678", "call 139\n1234\t5678"), ("(021) 6555-1234", "call 021-65551234")):
        identity = Identity.of((written,))
        assert "call P-x" == identity.replaced(text, "P-x")
        assert People({"p": identity}).named_in(json.dumps([text], ensure_ascii=False)) == ["p"]


@pytest.mark.parametrize("text", ["1380000111", "138000011112", "order 913800001111", "13800001112"])
def test_another_number_is_not_the_telephone(text: str) -> None:
    assert not Identity.of(("13800001111",)).named_in(text)


def test_all_ways_of_writing_go_at_once_and_the_rest_stays_as_it_is() -> None:
    """A text with an ordinary name and a full-width one; signs that are no name keep their form."""
    text = "Li Si（ＬＩ　ＳＩ，0138）①"
    identity = Identity.of(("Li Si",))
    assert "P-1（P-1，0138）①" == identity.replaced(text, "P-1")
    assert f"{COVER}（{COVER}，0138）①" == identity.excerpt(text)


def test_letters_and_their_accents_are_one() -> None:
    """As file names come from some systems."""
    assert "P-1, Jos" == Identity.of(("Jos\u00e9",)).replaced("Jose\u0301, Jos", "P-1")
    assert "see \ucca0" == Identity.of(("\uae40\ucca0",)).replaced("see \ucca0", "P-1")
    assert "see P-1" == Identity.of(("\uae40\ucca0",)).replaced("see \u1100\u1175\u11b7\u110e\u1165\u11af", "P-1")


def test_a_year_is_nobodys_number() -> None:
    text = "2025 price list, valid from 2025-01-01"
    assert text == Identity.of(("2025",)).replaced(text, "P-1")
    assert "P-1" == Identity.of(("2125",)).replaced("2125", "P-1")


def test_a_custom_field_may_bear_any_name() -> None:
    """Nothing is passed over because its name ends like that of a reference."""
    custom = {"wechat_id": "E1001", "id": "E1001", "mark": "E1001", "sealed": {"$sealed": ["E1001", 1, "E1001"]}}
    assert [f"custom.{name}" for name in ("wechat_id", "id", "mark")] == [
        path for path, text in leaves({"custom": custom}) if WANG.named_in(text)
    ]


@given(text=st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_whatever_a_text_is_what_is_not_a_name_stays(text: str) -> None:
    """To the letter, also where it is read in other characters."""
    assert text == Identity.of(("王小芳x",)).replaced(text, "P-1")
    around = Identity.of(("王小芳",)).replaced(f"{text}\n王小芳\n{text}", "P-1")
    assert f"{text}\nP-1\n{text}" == around or "王小芳" in text


def finds(identity: Identity, text: str) -> bool:
    """Tell whether a text names somebody; whoever it names is among those whom one look at its JSON finds."""
    among = People({"p": identity}).named_in(json.dumps([text], ensure_ascii=False)) == ["p"]
    assert among or not identity.named_in(text)
    return identity.named_in(text)


_NATIONAL = ("0170 7654321", "0170/7654321", "0170-765-43-21")
_ABROAD = ("+49 170 7654321", "+491707654321", "0049 (0)170 7654321")


@pytest.mark.parametrize("written", [*_NATIONAL, *_ABROAD])
@pytest.mark.parametrize(
    "text",
    [
        *_NATIONAL, *_ABROAD, "(0170) 7654321", "+49 (0)170 7654321", "0170–7654321", "+49-170-765-4321", "170 7654321",
        "tel:+491707654321", "0170\n7654321",
    ],
)  # fmt: skip
def test_a_telephone_number_of_any_country_is_found_from_home_and_from_abroad(written: str, text: str) -> None:
    """Whichever of these ways stands in the file, and whichever in the text; slashes and dashes of every length."""
    identity = Identity.of((written,))
    assert finds(identity, f"call {text}, please")
    assert not any(sign.isdigit() for sign in identity.replaced(f"call {text}, please", "P-x"))


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("010-88886666 ext 8001", "010-88886666 ext. 8001"),
        ("010-88886666 ext 8001", "+86 10 8888 6666, ext 8001"),
        ("010-88886666-8001", "(010) 88886666转8001"),
        ("010-88886666转8001", "010 8888 6666 分机 8001"),
        ("+86 138 0000 1111", "138/0000/1111"),
        ("13800001111", "138–0000–1111"),
        ("+1 (212) 555-1234", "212-555-1234"),
        ("+353 1 234 5678", "01 234 5678"),
    ],
)
def test_a_telephone_number_is_found_with_its_extension_and_any_dashes(written: str, text: str) -> None:
    """A number with an extension is the whole of it."""
    assert finds(Identity.of((written,)), f"call {text}!")


@pytest.mark.parametrize(
    "text", ["010-88886666", "010-88886666 ext 8002", "0170 7654322", "0171 7654321", "1701234567890"]
)
def test_a_switchboard_and_other_numbers_are_nobody(text: str) -> None:
    assert not finds(Identity.of(("010-88886666 ext 8001", "0170 7654321", "+49 170 1234567")), text)


@pytest.mark.parametrize("value", ["", "ext", "E1001", "12345", "A 123 456 78", "joerg@x.de", "2026-01-05x"])
def test_what_is_no_telephone_number_has_no_digits(value: str) -> None:
    assert digits_of(value) == ""


@pytest.mark.parametrize(
    "text",
    [
        "https://docs.test/files/W-0035.pdf", "see https://docs.test/x?no=0035 there", "W-0035", "invoice 2026-0035",
        "0035.pdf", "files/0035/a.txt", "C:\\0035\\x", "v1.0035", "A_0035", "0035-2", "10035", "00351", "È0035",
    ],
)  # fmt: skip
def test_a_bare_number_in_an_address_a_file_or_a_longer_code_names_nobody(text: str) -> None:
    """Employee numbers of digits alone count things everywhere; also those that are as long as a telephone number."""
    assert not finds(Identity.of(("0035",), numbers=("0035",)), text)
    assert not finds(Identity.of((), numbers=("20240001",)), text.replace("0035", "20240001"))


@pytest.mark.parametrize(
    "text", ["No. 0035", "(0035)", "工号:0035", "工号0035。", "#0035", "0035: called", "ask 0035.", "0035"]
)
def test_a_bare_number_by_itself_names_its_bearer(text: str) -> None:
    assert finds(Identity.of(("0035",), numbers=("0035",)), text)


def test_a_number_of_a_person_is_no_telephone() -> None:
    """Its digits in groups are another code."""
    assert not finds(Identity.of((), numbers=("20240001",)), "order 2024-0001")
    assert finds(Identity.of(("20240001",)), "call 2024-0001")


def test_a_name_in_an_address_is_found_and_stays() -> None:
    """A redaction would break the link."""
    identity = Identity.of(("Wang",))
    text = "Wang, see https://docs.test/Wang.pdf"
    assert "P-1, see https://docs.test/Wang.pdf" == identity.replaced(text, "P-1")
    assert finds(identity, "https://docs.test/Wang.pdf")
    assert identity.replaceable_in(text)
    assert not identity.replaceable_in("https://docs.test/Wang.pdf")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("René Jan", "Meeting with René Janák"), ("René Jan", "René Jané"), ("René Jan", "René Jane\u0301"),
        ("Émile", "Bémile"), ("Лев", "Левин"), ("Ян", "Яна"), ("Ιων", "Ιωνας"),
    ],
)  # fmt: skip
def test_a_longer_word_of_any_script_is_another_name(name: str, text: str) -> None:
    identity = Identity.of((name,))
    assert not finds(identity, text)
    assert text == identity.replaced(text, "P-1")


def test_where_the_longer_name_of_somebody_else_stands_they_are_meant() -> None:
    """In scripts without blanks between words nothing else tells the two apart."""
    identity = evolve(Identity.of(("张伟", "René Jan")), longer=frozenset(("张伟明", "René Jan Novák")))
    assert "请联系张伟明和P-1" == identity.replaced("请联系张伟明和张伟", "P-1")
    assert "René Jan Novák and P-1" == identity.replaced("René Jan Novák and René Jan", "P-1")
    assert not finds(identity, "请联系张 伟 明")
    assert finds(identity, "请联系张伟处理")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Jörg Müller", "ask Jörg\nMüller"), ("Jörg Müller", "ask Jörg  Müller"), ("Jörg Müller", "ask Jörg\u00a0Müller"),
        ("Jörg Müller", "Müller, Jörg"), ("Jörg Müller", "MÜLLER,JÖRG"), ("Müller, Jörg", "ask Jörg Müller"),
        ("Zhou Yiran", "Zhou_Yiran-cv.pdf"), ("Zhou Yiran", "cv_yiran-zhou.pdf"), ("Zhou Yiran", "zhou.yiran"),
        ("Pieter van der Berg", "van der Berg, Pieter"), ("Xiaofang Wang", "Wang Xiaofang"), ("Jörg Müller", "Müller,\n Jörg"),
        ("欧阳 娜娜", "请找欧阳娜娜"), ("王小芳", "王 小芳"), ("王小芳", "王\u3000小芳"), ("王小芳", "王\n小 芳"),
        ("김 철수", "김철수가"),
        ("山田 花子", "山田花子"), ("阿依古丽·买买提", "阿依古丽买买提"), ("买买提•阿不都", "买买提・阿不都"),
        ("王小芳 Wendy", "王 小芳  Wendy"),
    ],
)  # fmt: skip
def test_a_name_is_found_with_other_blanks_and_with_the_surname_first(name: str, text: str) -> None:
    identity = Identity.of((name,))
    assert finds(identity, text)
    assert "P-1" in identity.replaced(text, "P-1")
    assert not identity.named_in(identity.replaced(text, "P-1"))


@pytest.mark.parametrize(
    "text",
    [
        "Jörgmüller",
        "Herr Müller",
        "J. Müller",
        "Joerg Mueller",
        "Jorg",
        "歐陽娜娜",
        "娜娜",
        "Ивановым Иваном",
        "Иванов Иваном",
    ],
)
def test_what_the_documentation_says_is_not_found_is_not_found(text: str) -> None:
    """Surname alone, initials, other spellings, other endings of words."""
    assert not finds(Identity.of(("Jörg Müller", "欧阳娜娜", "Иванов Иван")), text)
