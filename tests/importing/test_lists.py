"""Several values in one cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover_core_import.lists import join_list, split_list
from handover_core_import.readers.text import _unguarded, guarded

CELLS = st.text(st.sampled_from("ab 销;；、\"'=+-@\t\r1."), max_size=8)


@given(st.lists(CELLS, max_size=4).map(tuple))
def test_what_is_joined_is_split_again(values):
    assert split_list(join_list(values)) == values


@pytest.mark.parametrize("text", ["a;b", "a； b", " a 、b ", '"a";b', "a;;b;"])
def test_all_separators_mean_the_same(text):
    assert split_list(text) == ("a", "b")


@pytest.mark.parametrize("text", ['"a', '"a" b', '"a";"'])
def test_quotation_marks_that_do_not_close_are_no_list(text):
    assert split_list(text) is None


@given(CELLS)
def test_the_guard_against_formulas_is_taken_away_again(text):
    assert _unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-x", "@sum", "\t=1"])
def test_a_text_that_would_run_as_a_formula_is_guarded(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "+3.5", "plain", "'quoted'"])
def test_numbers_and_plain_text_are_left_alone(text):
    assert guarded(text) == text
