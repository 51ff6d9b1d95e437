"""Strategies for single values: everything that a field can hold, the awkward ones often."""

from __future__ import annotations

from datetime import UTC, date
from decimal import Decimal

from hypothesis import strategies as st

from handover_core.values import Scalar

TRICKY = (
    *("a", "A", "a ", " a", "\u00e1", "a\u0301", "ß", "ss", "王", "王伟", "ａ", "𝒂", "😀", "İ"),
    *("%", "_", "\\", "'", '"', "\n", "\U0010ffff"),
)
"""Words that padding, case folding, normalisation, collation or quoting may confuse."""

texts = st.one_of(
    st.sampled_from(TRICKY),
    st.lists(st.sampled_from(TRICKY), min_size=1, max_size=3).map("".join),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20),
)
"""Any text that can be stored, the tricky ones often."""

days = st.one_of(st.sampled_from((date.min, date.max, date(2026, 3, 13))), st.dates())
instants = st.datetimes(timezones=st.just(UTC)).map(lambda instant: instant.replace(fold=0))
decimals = st.decimals(min_value=-(10**12), max_value=10**12, places=4, allow_nan=False, allow_infinity=False)
integers = st.integers(min_value=-(2**63), max_value=2**63 - 1)
scalars: st.SearchStrategy[Scalar] = st.one_of(st.none(), texts, integers, st.booleans(), decimals, days, instants)

BIG = Decimal("999999999999999999.9999")
"""The largest decimal that a field with the default digits holds."""
