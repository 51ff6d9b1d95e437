"""What the global options say, for every command alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING, overload

from attrs import field, frozen

from handover_core.actor import Actor, Role
from handover_core.app import HandoverCore, Office
from handover_core.errors import HandoverError, InvalidInput, NotFound, StorageUnavailable, UnreadableBody
from handover_core.history.finality import final_from
from handover_core.organization.kinds import EMPLOYEE
from handover_core.policy import CHINA, GENERIC, Calendar, Policy, Weekdays
from handover_core.storage import Driver, Vault
from handover_core.texts import Lang, Text
from handover_core_cli.keys import Keys
from handover_core_cli.output import Console

if TYPE_CHECKING:
    from handover_core_mongo import MongoStore
    from handover_core_sql import SqlStore

DEFAULT_STORE = "sqlite:///handover.db"
DEFAULT_TENANT = "company"
OPERATOR = Actor("operator", frozenset((Role.MANAGER, Role.HR, Role.OWNER, Role.APPROVER)))
"""Who acts where nobody is named: whoever holds the store's address keeps its data, but receives nothing."""

NOT_FINAL = Text(
    "This is not final yet: until {until} more may come to be known.",
    "该结果尚非最终：在 {until} 之前，仍可能有新的写入计入。",
)

_WITH_VALUE = (
    "--store", "--tenant", "--lang", "--as", "--on", "--rules", "--keys", "--master-key", "--known-at",
)  # fmt: skip
_FLAGS = ("--json",)


class NoCompany(NotFound):
    """Nothing was ever stored of the company."""

    cure = Text(
        "Check its name (--tenant, HANDOVER_TENANT). A new one begins with: handover init --name …",
        "请检查公司名称（--tenant、HANDOVER_TENANT）。新公司请先执行 handover init --name …",
    )


class Rules(StrEnum):
    """By which law and calendar a command works."""

    CN = "cn"
    GENERIC = "generic"

    @property
    def policy(self) -> Policy:
        """The numbers of the rules, and the law."""
        return CHINA if self is Rules.CN else GENERIC

    @property
    def calendar(self) -> Calendar:
        """The working days: those published in China, or Monday to Friday; raises `MissingExtra`."""
        if self is Rules.GENERIC:
            return Weekdays()
        from handover_core_calendar import national

        return national("CN")


@frozen(kw_only=True)
class State:
    """The global options of one call."""

    store: str
    tenant: str
    lang: Lang
    number: str | None
    on: date | None
    console: Console
    rules: Rules = Rules.CN
    vault: Vault | None = None
    known_at: str | None = None
    _opened: list[SqlStore | MongoStore] = field(factory=list, init=False)

    def connect(self, url: str) -> Driver:
        """Return the store behind an address; it is closed when the command ends."""
        store = store_from_url(url)
        self._opened.append(store)
        return store

    def close(self) -> None:
        """Close what was opened."""
        while self._opened:
            self._opened.pop().close()
        if isinstance(self.vault, Keys):
            self.vault.close()

    def open(self) -> Driver:
        """Return the store, checked; raise `StorageUnavailable` or `SchemaMismatch` with the cure."""
        store = self.connect(self.store)
        store.schema.check()
        return store

    def core(self) -> HandoverCore:
        """Return the core over the checked store."""
        return self.core_over(self.open())

    def core_over(self, store: Driver) -> HandoverCore:
        """Return the core over a store."""
        if isinstance(self.vault, Keys):
            self.vault.belong(self.tenant, lambda: self._ring_in(store))
        return HandoverCore(store, policy=self.rules.policy, calendar=self.rules.calendar, vault=self.vault)

    def _ring_in(self, store: Driver) -> str:
        with HandoverCore(store).units.unit(self.tenant, OPERATOR, write=False) as unit:
            return unit.personal.settings.ring

    def office(self) -> Office:
        """Return the office of the person given with ``--as``, else of the operator, now or as known at an instant."""
        core = self.core()
        actor = OPERATOR if self.number is None else core.person(self.tenant, self.number)
        office = core.office(self.tenant, actor, on=self.on)
        if self.known_at is None:
            return office
        zone = self.zone(office)
        instant = parse_instant(self.known_at, zone)
        past = office.known_at(instant)
        if not past.final:
            self.console.note(NOT_FINAL, until=at(final_from(instant), zone))
        return past

    def company(self) -> Office:
        """Return the office of a company of which something is stored; raise `NotFound` for any other."""
        office = self.office()
        self.check_company(office)
        return office

    def zone(self, office: Office) -> tzinfo:
        """Return the time zone of the company, in which instants are given and shown; UTC where its row cannot be read."""
        try:
            return office.desk.ask(office.desk.zone_of)
        except (UnreadableBody, InvalidInput):
            return UTC  # somebody wrote into it, which is what a verification is about to say

    def check_company(self, office: Office) -> None:
        """Raise `NotFound` where nothing was ever stored of the company: most likely its name is misspelt."""
        if not self.knows(office):
            raise NoCompany("company", self.tenant)

    @staticmethod
    def knows(office: Office) -> bool:
        """Tell whether anything was ever stored of the company."""
        desk = office.desk.present or office.desk
        return bool(desk.ask(lambda unit: unit.transaction.history(unit.tenant, None, 1)))

    def only_now(self) -> None:
        """Raise `InvalidInput` for ``--known-at`` with a command that is about the present alone."""
        if self.known_at is not None:
            raise InvalidInput.at(
                "--known-at", "past.command", "this command is about the present only", "此命令仅适用于当前状态"
            )

    def number_of(self, employee_id: str) -> str | None:
        """Return the employee number of an id; None where nobody has it, or the store does not tell."""
        with suppress(HandoverError):
            units = HandoverCore(self.open()).units
            with units.unit(self.tenant, OPERATOR, write=False) as unit:
                person = unit.repository(EMPLOYEE).peek(employee_id)
            return None if person is None else person.number
        return None

    def name_of(self, id_: str) -> str | None:
        """Return number and name of a person; None where it is nobody, or the store or the keys do not tell."""
        with suppress(HandoverError), self.core().units.unit(self.tenant, OPERATOR, write=False) as unit:
            person = unit.repository(EMPLOYEE).peek(id_)
            return None if person is None else f"{person.number} {person.name}"
        return None


def store_from_url(url: str) -> SqlStore | MongoStore:
    """Return the store behind an address; raise `StorageUnavailable` where none can be opened."""
    scheme = url.partition(":")[0].partition("+")[0]
    if scheme == "mongodb":
        from handover_core_mongo import MongoStore

        return MongoStore.from_url(url)
    if scheme not in {"sqlite", "postgres", "postgresql", "mariadb", "mysql"}:
        raise StorageUnavailable(
            f"{url!r} is not an address that this version can open; use sqlite:///FILE, postgresql+psycopg://… or"
            " mariadb+pymysql://… or mongodb://…"
        )
    from handover_core_sql import SqlStore

    return SqlStore.from_url(url)


def shown(address: str) -> str:
    """Return the address of a store as people may see it: without a password."""
    return re.sub(r"(?<=://)([^:/@]*):[^@]*@", r"\1:***@", address)


def hoisted(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with the global options in front, wherever they stood before a ``--``."""
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for word in waiting:
        if word == "--":
            rest += [word, *waiting]
        elif word in _FLAGS or word.startswith(tuple(f"{name}=" for name in _WITH_VALUE)):
            front.append(word)
        elif word in _WITH_VALUE:
            front += [word, *([value] if (value := next(waiting, None)) is not None else [])]
        else:
            rest.append(word)
    return [*front, *rest]


def required_day(name: str, value: str) -> date:
    """Return the day; raise `InvalidInput` for anything but YYYY-MM-DD, also for nothing."""
    day = parse_day(value)
    if day is None:
        raise InvalidInput.at(name, "date", "is missing", "不能为空")
    return day


def parse_day(value: str | None) -> date | None:
    """Return the day; raise `InvalidInput` for anything but YYYY-MM-DD."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise InvalidInput.at(
            "date",
            "date",
            "{value!r} is not a date such as 2026-03-13",
            "{value!r} 不是日期（例如 2026-03-13）",
            value=value,
        ) from error


def at(instant: datetime, zone: tzinfo) -> str:
    """Return an instant as people read it: to the second, in the company's time zone, with its distance from UTC."""
    try:
        return instant.astimezone(zone).isoformat(timespec="seconds")
    except OverflowError:  # the first or the last that there is
        return instant.isoformat(timespec="seconds")


@overload
def parse_instant(value: str, zone: tzinfo) -> datetime: ...
@overload
def parse_instant(value: None, zone: tzinfo) -> None: ...
@overload
def parse_instant(value: str | None, zone: tzinfo) -> datetime | None: ...
def parse_instant(value: str | None, zone: tzinfo) -> datetime | None:
    """Return the instant, in ``zone`` where none is said; raise `InvalidInput` for anything but ISO 8601."""
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
        found = found if found.tzinfo is not None else found.replace(tzinfo=zone)
        found.astimezone(UTC)  # the first and the last day that there are have no beginning or no end in UTC
    except (ValueError, OverflowError) as error:
        raise InvalidInput.at(
            "instant", "instant", "{value!r} is not an instant such as 2026-03-02T09:00:00+08:00",
            "{value!r} 不是时间（例如 2026-03-02T09:00:00+08:00）", value=value,
        ) from error  # fmt: skip
    return found
