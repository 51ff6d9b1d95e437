"""Steps of a clean-up on a server: each by itself, since an administrator may allow one and not another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from attrs import define, field

from handover_core.storage import Compaction
from handover_core.texts import Lang, Text

REFUSED = Text("{what}: the server refused it ({reason}). {cure}", "{what}：服务器拒绝执行（{reason}）。{cure}")


@define
class Steps:
    """Runs statements on a connection without transactions, and keeps account of what was done and what was not."""

    connection: sa.Connection
    done: list[Text] = field(factory=list, init=False)
    remains: list[Text] = field(factory=list, init=False)

    @contextmanager
    def step(self, what: Text, cure: Text) -> Iterator[None]:
        """Count what happens inside as done; where the server refuses it, as what remains, with the cure."""
        try:
            yield
        except sa.exc.DBAPIError as error:
            reason = str(error.orig).strip().replace("\n", " ")
            self.remains.append(filled(REFUSED, what=what, reason=reason, cure=cure))
        else:
            self.done.append(what)

    def all(self, statement: str, **values: object) -> list[Any]:
        """Return the rows of a question."""
        return list(self.connection.execute(sa.text(statement), values))

    def one(self, statement: str, **values: object) -> Any:
        """Return the only value of a question."""
        return self.connection.execute(sa.text(statement), values).scalar_one()

    def run(self, *statements: str) -> None:
        """Run statements one after the other."""
        for statement in statements:
            self.connection.exec_driver_sql(statement)

    def result(self) -> Compaction:
        """Return the account."""
        return Compaction(done=tuple(self.done), remains=tuple(self.remains))


def filled(text: Text, **params: object) -> Text:
    """Return a text with its parameters filled in, in both languages."""
    return Text(text.say(Lang.EN, **params), text.say(Lang.ZH, **params))
