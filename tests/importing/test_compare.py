"""The three-way compare, against a model that keeps every value in a plain dictionary."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handover_core_import.compare import UNKEYED, Digests, compare, fresh, renewed

FIELDS = ("name", "phone", "children/a/title", "children/a/size", "children/b/title")
VALUES = st.sampled_from([None, "x", "y", "z"])
FILES = st.dictionaries(st.sampled_from(FIELDS), VALUES)


KEYED = Digests(b"of the company")


def default(_path: str) -> None:
    """Nothing has a default here."""


def whole(file: dict) -> dict:
    """Return a file that names a child's title wherever it names the child."""
    return {path: value for path, value in file.items() if not path.startswith("children/")}


@given(FILES.map(whole), FILES.map(whole), FILES.map(whole))
def test_each_field_follows_the_table(first, edits, second):
    """File as before: kept. Stored as before: taken. Both changed alike: fine. Both changed apart: a conflict."""
    made = fresh(first, default)
    stored = dict.fromkeys(("name", "phone")) | made.merged | edits
    result = compare(second, made.imported, stored, default)
    for path, said in second.items():
        base, kept = first.get(path), stored[path]
        if said == base:
            expected, conflict = kept, False
        elif kept == base:
            expected, conflict = said, False
        else:
            expected, conflict = kept, said != kept
        assert result.merged[path] == expected
        assert (path in {each.path for each in result.conflicts}) is conflict
    assert all(result.merged[path] == value for path, value in stored.items() if path not in second)


@given(FILES, FILES.map(whole))
def test_the_same_file_again_changes_nothing(file, edits):
    made = fresh(file, default)
    stored = made.merged | edits
    again = compare(file, made.imported, stored, default)
    assert (again.merged, again.imported, again.conflicts) == (stored, made.imported, [])


@given(FILES.map(whole), FILES.map(whole), FILES.map(whole))
def test_overwriting_takes_what_the_file_changed(first, edits, second):
    made = fresh(first, default)
    result = compare(second, made.imported, made.merged | edits, default, overwrite=True)
    assert not result.conflicts
    assert all(result.merged[path] == value for path, value in second.items() if value != first.get(path))


def test_a_child_that_was_removed_here_does_not_come_back():
    file = {"children/a/title": "x"}
    made = fresh(file, default)
    again = compare(file, made.imported, {"name": None}, default)
    assert (again.merged, again.conflicts) == ({"name": None}, [])


def test_a_child_removed_here_and_changed_in_the_file_is_a_conflict():
    made = fresh({"children/a/title": "x"}, default)
    again = compare({"children/a/title": "y"}, made.imported, {"name": None}, default)
    assert [each.finding.code for each in again.conflicts] == ["conflict.removed_here"]


def test_what_was_never_imported_is_adopted_where_it_is_equal_or_empty():
    result = compare({"name": "x", "phone": "1"}, {}, {"name": "x", "phone": None}, default)
    assert (result.merged, result.conflicts) == ({"name": "x", "phone": "1"}, [])


def test_what_was_never_imported_and_differs_is_a_conflict():
    result = compare({"name": "x"}, {}, {"name": "y"}, default)
    assert [each.path for each in result.conflicts] == ["name"]


@given(VALUES | st.booleans() | st.integers() | st.dates(), VALUES | st.booleans() | st.integers() | st.dates())
def test_equal_values_and_only_they_have_equal_digests(one, other):
    same = one == other and isinstance(one, bool) is isinstance(other, bool)
    assert (UNKEYED.of(one) == UNKEYED.of(other)) is same
    assert (KEYED.of(one) == KEYED.of(other)) is same
    assert KEYED.of(one) != Digests(b"other").of(one) != UNKEYED.of(one)


PLACES = ("name", "phone", "custom.contact", "documents/hr~1|Wang.pdf/title", f"documents/{'w' * 60}/title")
MADE = st.dictionaries(st.sampled_from(PLACES), VALUES)


def as_before(file: dict) -> dict[str, str]:
    """Return what was kept of an import when short paths stood in the clear, and nothing was keyed."""

    def place(path: str) -> str:
        return path if len(path) <= 48 else f"#{UNKEYED.of(path)}{'/' if path.endswith('/') else ''}"

    groups = {path[: path.rfind("/") + 1] for path in file} - {""}
    values = {place(path): UNKEYED.of(value) for path, value in file.items() if value is not None}
    return {"*": "1", **values, **dict.fromkeys(map(place, groups), "1")}


@given(MADE, MADE, MADE, st.sampled_from([UNKEYED, KEYED]))
def test_what_was_imported_before_is_understood(first, edits, second, digests):
    """The outcome is the same as if it had been kept as it is today, and is kept so from then on."""
    there = {path[: path.rfind("/") + 1] for path in first}
    stored = first | {path: value for path, value in edits.items() if path[: path.rfind("/") + 1] in there | {""}}
    old, new = as_before(first), fresh(first, default, digests).imported
    found, expected = (compare(second, each, stored, default, digests=digests) for each in (old, new))
    assert (found.merged, found.taken, found.conflicts) == (expected.merged, expected.taken, expected.conflicts)
    assert set(found.imported) == set(expected.imported)
    assert all("/" not in name.rstrip("/") for name in found.imported)
    assert renewed(new, digests, first, stored) == new


def test_no_value_can_be_tried_out_and_no_name_of_a_child_stands_there():
    """With the company's key; a digest without it is another one."""
    made = fresh(
        {"custom.contact": "13800001111", "documents/hr~1|Wang.pdf/title": "Wang.pdf"}, default, KEYED
    ).imported
    assert "Wang" not in repr(made)
    assert not {UNKEYED.of("13800001111"), UNKEYED.of("Wang.pdf")}.intersection(made.values())
    again = compare(
        {"custom.contact": "13800001111"}, as_before({"custom.contact": "13800001111"}), {}, default, digests=KEYED
    )
    assert UNKEYED.of("13800001111") not in again.imported.values()
