"""The one text type of all tables: compared by code point, never padded, whatever the database's own language is."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

MARIADB_COLLATION = "utf8mb4_nopad_bin"
MYSQL_COLLATION = "utf8mb4_0900_bin"


class ExactText(sa.String):
    """Text of at most ``length`` characters, or of any length where there is none."""

    inherit_cache = True


@compiles(ExactText)
def _plain(text: ExactText, _compiler: Any, **_: Any) -> str:
    return f"VARCHAR({text.length})" if text.length else "TEXT"


@compiles(ExactText, "postgresql")
def _postgresql(text: ExactText, compiler: Any, **_: Any) -> str:
    return f'{_plain(text, compiler)} COLLATE "C"'


@compiles(ExactText, "mysql", "mariadb")
def _mysql(text: ExactText, compiler: Any, **_: Any) -> str:
    # The two servers have no such collation in common, and each pads in the other one's place.
    collation = MARIADB_COLLATION if compiler.dialect.is_mariadb else MYSQL_COLLATION
    plain = f"VARCHAR({text.length})" if text.length else "LONGTEXT"
    return f"{plain} CHARACTER SET utf8mb4 COLLATE {collation}"
