"""A statement that is known by its shape comes with its own values, and as it would if it were compiled for them alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects.mysql import pymysql
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.dialects.sqlite import pysqlite

from handover_core.organization.kinds import EMPLOYEE
from handover_core.storage import Eq, In, Kind, Query
from handover_core.storage.criteria import prepare, prepare_order
from handover_core.testing.strategies import criteria_of, kinds, orders_of
from handover_core_sql import SqlStore
from handover_core_sql.shapes import Parameters, Shapes
from handover_core_sql.transaction import SqlTransaction

DIALECTS: tuple[sa.Dialect, ...] = (pysqlite.dialect(), psycopg.dialect(), pymysql.dialect())


@pytest.fixture(scope="module")
def transaction() -> Iterator[SqlTransaction]:
    store = SqlStore.from_url("sqlite://")
    opened = store.transaction(write=False)
    assert isinstance(opened, SqlTransaction)
    yield opened
    opened.rollback()
    store.close()


def compiled(dialect: sa.Dialect, statement: sa.ClauseElement) -> tuple[str, Parameters]:
    made: Any = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    parameters, order = made.params, made.positiontup
    return str(made), parameters if order is None else tuple(parameters[name] for name in order)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), kind=kinds)
def test_any_questions_come_with_their_own_values(
    transaction: SqlTransaction, data: st.DataObject, kind: Kind[Any]
) -> None:
    """Several after each other, about one kind: many of them have one shape and other values."""
    shapes = Shapes()
    for where in data.draw(st.lists(criteria_of(kind, ()), min_size=2, max_size=8)):
        order = prepare_order(kind, data.draw(orders_of(kind)))
        query = Query(where=prepare(kind, where, lambda _: None), order=order, limit=data.draw(st.integers(1, 3)))
        statement = transaction._query(kind, "acme", query)
        for dialect in DIALECTS:
            assert shapes.bound(dialect.name, dialect, statement) == compiled(dialect, statement)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_list_may_have_any_length(transaction: SqlTransaction, count: int) -> None:
    shapes = Shapes()
    for ids in ([f"e{place}" for place in range(count)], ["x", "y"], ["z"]):
        statement = transaction._query(EMPLOYEE, "acme", Query(where=In("id", tuple(ids))))
        for dialect in DIALECTS:
            assert shapes.bound(dialect.name, dialect, statement) == compiled(dialect, statement)
    assert len(shapes._known) == len(DIALECTS), "one shape, whatever its length"


def test_one_shape_is_compiled_once(transaction: SqlTransaction, monkeypatch: pytest.MonkeyPatch) -> None:
    shapes, dialect = Shapes(), DIALECTS[0]
    first = shapes.bound(
        "sqlite", dialect, transaction._query(EMPLOYEE, "acme", Query(where=Eq("number", "1"), limit=9))
    )
    monkeypatch.setattr(sa.Select, "compile", None)
    second = shapes.bound("sqlite", dialect, transaction._query(EMPLOYEE, "b", Query(where=Eq("number", "2"), limit=7)))
    assert first[0] == second[0]
    assert ["b", 7] == [value for value in second[1] if value in {"b", 7}]
    assert not set(first[1]).intersection(second[1]) - {"employee", "number", 0}


def test_no_more_are_kept_than_a_bound(transaction: SqlTransaction, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handover_core_sql.shapes._KEPT", 2)
    shapes, dialect = Shapes(), DIALECTS[0]
    for name in ("id", "number", "name", "department_id"):
        statement = transaction._query(EMPLOYEE, "acme", Query(where=Eq(name, "1")))
        assert shapes.bound("sqlite", dialect, statement) == compiled(dialect, statement)
        assert len(shapes._known) <= 2
