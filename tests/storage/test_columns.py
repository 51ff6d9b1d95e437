"""The column readers that are made once accept and refuse what the encoders do, with the same values and problems."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from handover_core.errors import InvalidInput
from handover_core.organization.model import Employee
from handover_core.storage import Codec, Field, Kind
from handover_core.storage.encoding import encoder_of, folded
from handover_core.storage.kinds import FieldType
from handover_core.testing.strategies import aggregates, kinds

CODEC = Codec()


class Word(StrEnum):
    """A word of a closed set."""

    ONE = "one"


STRANGERS = st.sampled_from(
    [None, True, 0, 2**70, 1.5, "", "x" * 300, Word.ONE, Decimal("1.5"), Decimal("NaN"), [], b"x", date(2026, 3, 2),
     datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 2)],  # noqa: DTZ001 - one without a zone is refused
)  # fmt: skip


def careful(kind: Kind[Any], aggregate: Any) -> Any:
    """Return what the encoders make of each column, or the places of all problems."""
    found, problems = [], []
    for spec in kind.columns:
        value = spec.get(aggregate)
        try:
            found.append(None if value is None else encoder_of(spec)(spec, value))
        except InvalidInput as error:
            problems += [(each.path, each.code) for each in error.problems]
    if problems:
        return problems
    searched = (spec for spec in kind.columns if spec.searchable)
    return tuple(found), tuple(None if (value := spec.get(aggregate)) is None else folded(value) for spec in searched)


def made(codec: Codec, kind: Kind[Any], aggregate: Any) -> Any:
    try:
        return codec.columns(kind, aggregate)
    except InvalidInput as error:
        return [(each.path, each.code) for each in error.problems]


@settings(max_examples=150, deadline=None)
@given(data=st.data(), kind=kinds)
def test_any_aggregate_is_read_alike(data: st.DataObject, kind: Kind[Any]) -> None:
    aggregate = data.draw(aggregates(kind))
    assert careful(kind, aggregate) == made(CODEC, kind, aggregate)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), kind=kinds)
def test_so_is_one_with_strangers_in_its_fields(data: st.DataObject, kind: Kind[Any]) -> None:
    """Whatever stands there, each of the kinds' plain fields may hold it."""
    plain = [spec for spec in kind.columns if type(spec.get).__name__ == "attrgetter"]
    odd = SimpleNamespace(**{str(spec.get.__reduce__()[1][0]): data.draw(STRANGERS) for spec in plain})
    bare = Kind(name=kind.name + " of strangers", type=kind.type, fields=tuple(plain))
    assert careful(bare, odd) == made(Codec(), bare, odd)


@given(value=STRANGERS, type_=st.sampled_from(FieldType))
def test_so_is_a_field_of_any_type(value: object, type_: FieldType) -> None:
    kind: Kind[Any] = Kind(name="any", type=Employee, fields=(Field(name="value", type=type_, max_length=9),))
    assert careful(kind, SimpleNamespace(value=value)) == made(Codec(), kind, SimpleNamespace(value=value))
