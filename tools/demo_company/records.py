"""A year of work records: everyday work drawn from its tables, and the open work of the two key people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from demo_company import work_operations, work_sales, work_service
from demo_company.open_work import OPEN
from demo_company.parties import MEMBERS, NAMES, PARTIES
from demo_company.staff import Person, people, position_on
from demo_company.table import FIRST_DAY, LAST_DAY, NOTHING, ONE_DAY, Dice, Pair, rows, workday, workdays

_PER_MONTH = {"M-01": 2, "M-02": 3, "S-01": 4, "S-02": 8, "S-05": 6, "T-05": 6, "S-09": 3, "O-06": 5, "O-12": 3}
_USUALLY = 5
_WRITTEN_BY_HAND = {"0017", "0031"}
_SUCCESSORS = {"0012": "0025", "0029": "0005", "0049": "0032"}
_PREFIXES = {
    "order": "SO", "contract": "CT", "deliverable": "DL", "decision": "AP", "task": "JB", "document": "DC",
    "issue": "IS", "communication": "CM", "customer": "CU",
}  # fmt: skip
_ACCOUNTS = {"0022": ("acme", "jiahe"), "0023": ("hengze",)}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_PROJECTS = {"acme": "P-2501", "hengze": "P-2502", "jiahe": "P-2503"}
_PRODUCTS = (
    Pair('PTFE 折叠滤芯 10"', 'PTFE pleated cartridges 10"'),
    Pair('聚醚砜折叠滤芯 20"', 'PES pleated cartridges 20"'),
    Pair('大流量滤芯 40"', 'high-flow cartridges 40"'),
    Pair("聚丙烯熔喷滤芯", "melt-blown PP cartridges"),
    Pair("不锈钢袋式过滤器 BF-2", "stainless bag filter BF-2"),
    Pair("自清洗过滤器 SF-200", "self-cleaning filter SF-200"),
    Pair("保安过滤器 GF-7", "safety filter GF-7"),
    Pair("活性炭滤筒", "carbon canisters"),
    Pair("撬装超滤机组 UF-10", "ultrafiltration skid UF-10"),
)
_EQUIPMENT = tuple(each for each in _PRODUCTS if "滤芯" not in each.zh and "滤筒" not in each.zh)
"""What is assembled and tested here, not bought in."""


class Work(NamedTuple):
    """A line of the tables of everyday work."""

    kind: str
    group: str
    area: str
    days: int
    title: Pair
    body: Pair
    document: Pair


class Record(NamedTuple):
    """One work record."""

    kind: str
    title: Pair
    body: Pair
    owner: str
    author: str
    position: str
    project: str
    status: str
    opened: date
    due: date | None
    closed: date | None
    priority: str
    party: Pair
    run: str
    area: str
    document: Pair
    id: str = ""


@cache
def _tables() -> dict[str, tuple[list[Work], list[int]]]:
    found: dict[str, tuple[list[Work], list[int]]] = {}
    for table in (work_sales.WORK, work_service.WORK, work_operations.WORK):
        for position, weight, kind, group, area, days, *texts in rows(table, 12):
            works, weights = found.setdefault(position, ([], []))
            works.append(Work(kind, group, area, int(days), Pair(*texts[:2]), Pair(*texts[2:4]), Pair(*texts[4:6])))
            weights.append(int(weight))
    return found


def records() -> list[Record]:
    """Return all records by the day on which they were opened, numbered in that order; handwritten ones come last."""
    seen: set[tuple[str, str, int, int]] = set()
    drawn = [record for person in people() for record in _of_person(person, seen)]
    drawn.sort(key=lambda each: (each.opened, each.owner, each.title))
    return [each._replace(id=f"W-{number:04d}") for number, each in enumerate(drawn, 1)] + list(_by_hand())


def _of_person(person: Person, seen: set[tuple[str, str, int, int]]) -> Iterator[Record]:
    dice = Dice(f"work/{person.number}")
    last = min(LAST_DAY, person.left - ONE_DAY) if person.left else LAST_DAY
    for day in workdays(max(FIRST_DAY, person.hired + 7 * ONE_DAY), last):
        position = position_on(person.number, day)
        if position not in _tables():
            continue
        if dice.chance(_PER_MONTH.get(position, _USUALLY) / 21):
            drawn = _drawn(person, position, day, dice, seen)
            if drawn is not None:
                yield drawn


def _drawn(person: Person, position: str, day: date, dice: Dice, seen: set[tuple[str, str, int, int]]) -> Record | None:
    """Return a record whose title nobody in the position has used in that month yet."""
    for _ in range(6):
        work = dice.weighted(*_tables()[position])
        slug, party = _party(person.number, work.group, dice)
        values = _values(work, slug, party, day, dice)
        title = work.title.filled(**values)
        mark = (position, title.zh, day.year, day.month)
        if mark in seen:
            continue
        seen.add(mark)
        return _record(person, position, day, work, values, dice)
    return None


def _values(work: Work, slug: str, party: Pair, day: date, dice: Dice) -> dict[str, object]:
    """Return what the placeholders of a line stand for on a day."""
    return {
        "party": party,
        "cp": party,
        "slug": slug,
        "item": dice.pick(_PRODUCTS),
        "unit": dice.pick(_EQUIPMENT),
        "n": dice.number(2, 4),
        "m": dice.number(22, 34),
        "w": (day.day - 1) // 7 + 1,
        "month": _month(day),
        "last": _month(day.replace(day=1) - ONE_DAY),
        "no": _number(work, day, dice),
    }


def _record(person: Person, position: str, day: date, work: Work, values: dict[str, object], dice: Dice) -> Record:
    slug, party = str(values["slug"]), values["party"]
    status, closed = _outcome(person, day, work, dice)
    gone = person.left is not None and (closed is None or closed >= person.left)
    document = work.document if dice.chance(0.5) else NOTHING
    told = status == "done" and dice.chance(0.75)
    due = workday(day + timedelta(days=work.days)) if closed is None or dice.chance(0.6) else None
    return Record(
        work.kind, work.title.filled(**values), work.body.filled(**values) if told else NOTHING,
        _SUCCESSORS.get(person.number, "0005") if gone else person.number, person.number, position,
        _project(person.number, slug, day, dice), status, day, due, closed,
        dice.weighted(("normal", "high", "low"), (84, 9, 7)), party if isinstance(party, Pair) else NOTHING, "",
        work.area.format(slug=slug), document,
    )  # fmt: skip


def _outcome(person: Person, day: date, work: Work, dice: Dice) -> tuple[str, date | None]:
    closed = workday(day + timedelta(days=dice.number(0, work.days + 2)))
    by_hand = person.number in _WRITTEN_BY_HAND
    if by_hand:
        closed = min(closed, LAST_DAY - ONE_DAY)
    lingering = day > date(2025, 12, 31) and dice.chance(0.06)
    if (closed > LAST_DAY or lingering) and not by_hand:
        return ("waiting" if dice.chance(0.2) else "open"), None
    return ("cancelled" if dice.chance(0.02) else "done"), closed


def _party(person: str, group: str, dice: Dice) -> tuple[str, Pair]:
    if group == "key" and person in _ACCOUNTS:
        slug = dice.pick(_ACCOUNTS[person])
        return slug, NAMES[slug]
    if group in PARTIES:
        return dice.pick(PARTIES[group])
    return (group, NAMES[group]) if group else ("", NOTHING)


def _month(day: date) -> Pair:
    return Pair(f"{day.year}年{day.month}月", f"{_MONTHS[day.month - 1]} {day.year}")


def _number(work: Work, day: date, dice: Dice) -> str:
    return f"{_PREFIXES[work.kind]}{day:%y%m%d}-{dice.number(1, 29):02d}"


@cache
def _members() -> dict[tuple[str, str], tuple[date, date]]:
    return {
        (project, person): (date.fromisoformat(start), date.fromisoformat(end) if end else LAST_DAY)
        for project, person, start, end, *_ in rows(MEMBERS, 6)
    }


def _project(person: str, slug: str, day: date, dice: Dice) -> str:
    code = _PROJECTS.get(slug, "")
    first, last = _members().get((code, person), (LAST_DAY, FIRST_DAY))
    return code if first <= day < last and dice.chance(0.4) else ""


def _by_hand() -> Iterator[Record]:
    for id_, owner, position, kind, status, opened, due, priority, party, project, run, area, *texts in rows(OPEN, 18):
        yield Record(
            kind, Pair(*texts[:2]), Pair(*texts[2:4]), owner, owner, position, project, status,
            date.fromisoformat(opened), date.fromisoformat(due) if due else None, None, priority,
            NAMES.get(party, NOTHING), run, area, Pair(*texts[4:6]), id_,
        )  # fmt: skip
