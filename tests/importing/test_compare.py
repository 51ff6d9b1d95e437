"""The three-way compare, against a model that keeps every value in a plain dictionary."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handover_core_import.compare import compare, digest, fresh

FIELDS = ("name", "phone", "children/a/title", "children/a/size", "children/b/title")
VALUES = st.sampled_from([None, "x", "y", "z"])
FILES = st.dictionaries(st.sampled_from(FIELDS), VALUES)


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
    assert (digest(one) == digest(other)) is same
