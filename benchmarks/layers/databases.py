"""The raw drivers of SQL databases, opened as durably as the library opens them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.layers.raw_sql import Database

PRAGMAS = (
    "journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "cache_size = -16000", "busy_timeout = 10000",
)  # fmt: skip
FETCHED = 500
"""How many rows a stream fetches at once, as ours does."""


def sqlite(path: Path) -> Database:
    """Return a file through `sqlite3`."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")

    def many(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        places = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)

    return Database(
        run=connection.execute,
        begin=lambda write: void(connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")),
        commit=lambda: void(connection.execute("COMMIT")),
        many=many,
        streamed=connection.execute,
        close=connection.close,
    )


def postgresql(url: sa.URL) -> Database:
    """Return a database through psycopg; many rows go by COPY."""
    import psycopg

    connection = psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    cursor = connection.cursor()

    def many(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def streamed(sql: str, values: Sequence[Any]) -> Any:
        with connection.cursor("everything") as found:
            found.itersize = FETCHED
            yield from found.execute(marked(sql), values)

    return Database(
        run=lambda sql, values: cursor.execute(marked(sql), values),
        begin=void,  # the driver begins with the first statement
        commit=connection.commit,
        many=many,
        streamed=streamed,
        hold=" FOR SHARE",
        close=connection.close,
    )


def mariadb(url: sa.URL) -> Database:
    """Return a database through PyMySQL; many rows go in statements of many rows."""
    import pymysql
    from pymysql.cursors import SSCursor

    connection = pymysql.connect(
        host=url.host or "", port=url.port or 3306, user=url.username, password=url.password or "",
        database=url.database, charset="utf8mb4", autocommit=True,
    )  # fmt: skip
    cursor = connection.cursor()
    cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")

    def run(sql: str, values: Sequence[Any]) -> Any:
        cursor.execute(marked(sql), values)
        return cursor

    def many(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        places = ", ".join(["%s"] * len(columns))
        names = ", ".join(f"`{name}`" for name in columns)
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)

    def streamed(sql: str, values: Sequence[Any]) -> Any:
        with connection.cursor(SSCursor) as found:
            found.execute(marked(sql), values)
            while rows := found.fetchmany(FETCHED):
                yield from rows

    return Database(
        run=run,
        begin=lambda write: void(cursor.execute("START TRANSACTION" if write else "START TRANSACTION READ ONLY")),
        commit=lambda: void(cursor.execute("COMMIT")),
        many=many,
        streamed=streamed,
        hold=" LOCK IN SHARE MODE",
        close=connection.close,
    )


@cache
def marked(sql: str) -> str:
    """Return a statement with the marks that these two drivers want."""
    return sql.replace("?", "%s")


def void(_: object = None) -> None:
    """Let go of what a statement returns."""
