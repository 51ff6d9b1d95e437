"""When two values of a JSON body are the same."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from handover_core.history.difference import difference

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["", "0", "1", "a"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=6,
)


@given(JSON, JSON, st.booleans())
def test_a_value_is_the_same_where_its_text_is(old: Any, new: Any, again: bool) -> None:
    """True is not 1, and the order of names counts, however deep."""
    new = json.loads(json.dumps(old)) if again else new
    same = json.dumps(old) == json.dumps(new)
    assert ({} if same else {"field": [[old], [new]]}) == difference({"field": old}, {"field": new})
