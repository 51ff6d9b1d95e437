"""The rows of all sheets, with texts in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from demo_company import duties_operations, duties_sales, duties_service
from demo_company.execution import Run, runs
from demo_company.parties import MEMBERS, PROJECTS
from demo_company.people import HELD, LAPSED
from demo_company.records import records
from demo_company.rights import AUTHORITIES, QUALIFICATIONS
from demo_company.staff import Description, Person, descriptions, people, places
from demo_company.steps import steps_of, versions
from demo_company.table import LAST_DAY, NOTHING, Dice, Pair, Word, rows, workday
from demo_company.units import COMPANY, UNITS

Value = str | Pair | Word | bool | date | list[str] | list[Pair] | list[Word] | None
Row = dict[str, Value]
FILES = "https://files.example.com"
PDF = "application/pdf"
FREQUENCIES = {
    "daily": Pair("每日", "daily"),
    "weekly": Pair("每周", "weekly"),
    "monthly": Pair("每月", "monthly"),
    "quarterly": Pair("每季度", "quarterly"),
    "yearly": Pair("每年", "yearly"),
    "asneeded": Pair("按需", "as needed"),
}


def _parts(zh: str, en: str) -> list[Pair]:
    return [Pair(one, other) for one, other in zip(_split(zh), _split(en), strict=True)]


def _split(text: str) -> list[str]:
    return [each.strip() for each in text.split(";") if each.strip()]


def _functions() -> dict[str, list[Pair]]:
    return {code: _parts(zh, en) for code, _, _, _, _, _, zh, en in rows(UNITS, 8)}


def _described() -> dict[str, Description]:
    return {each.row: each for each in descriptions()}


def _company() -> Iterator[Row]:
    yield {
        "name": COMPANY, "time_zone": "Asia/Shanghai", "languages": ["zh-CN", "en"], "currency": "CNY",
    }  # fmt: skip


def _units() -> Iterator[Row]:
    functions = _functions()
    for code, parent, head, headcount, zh, en, *_ in rows(UNITS, 8):
        yield {
            "code": code, "name": Pair(zh, en), "parent": parent, "functions": functions[code],
            "headcount": headcount, "head": head,
        }  # fmt: skip


def _positions() -> Iterator[Row]:
    for each in descriptions():
        yield {
            "code": each.code, "effective_from": each.start, "title": each.title, "unit": each.unit,
            "purpose": each.purpose, "reports_to": each.above, "headcount": each.headcount,
            "backups_required": each.backups, "status": Word("active"),
        }  # fmt: skip


def _duties() -> Iterator[Row]:
    functions, described = _functions(), _described()
    for table in (duties_sales.DUTIES, duties_service.DUTIES, duties_operations.DUTIES):
        for row, key, function, criticality, frequency, share, sops, areas, *texts in rows(table, 12):
            place = described[row]
            yield {
                "position": place.code, "effective_from": place.start, "key": key, "title": Pair(*texts[:2]),
                "description": Pair(*texts[2:4]), "unit_function": functions[place.unit][int(function) - 1],
                "criticality": Word(criticality), "frequency": FREQUENCIES[frequency], "share": share,
                "sops": _split(sops), "areas": _split(areas),
            }  # fmt: skip


def _authorities() -> Iterator[Row]:
    described = _described()
    for row, key, limit, unit, interim, delegable, zh, en, *conditions in rows(AUTHORITIES, 10):
        place = described[row]
        yield {
            "position": place.code, "effective_from": place.start, "key": key, "name": Pair(zh, en), "limit": limit,
            "limit_unit": unit, "conditions": Pair(*conditions), "delegable": delegable == "yes",
            "interim_limit": interim, "interim_limit_unit": unit if interim else "",
        }  # fmt: skip


def _qualifications() -> Iterator[Row]:
    described = _described()
    for row, key, kind, mandatory, months, zh, en, *level in rows(QUALIFICATIONS, 9):
        place = described[row]
        yield {
            "position": place.code, "effective_from": place.start, "key": key, "kind": Word(kind),
            "name": Pair(zh, en), "level": Pair(*level), "mandatory": mandatory == "yes", "valid_months": months,
        }  # fmt: skip


def _employees() -> Iterator[Row]:
    units = {each.code: each.unit for each in descriptions()}
    for each in people():
        yield {
            "number": each.number, "name": each.name, "unit": units[each.position], "hired_on": each.hired,
            "probation_until": _later(each.hired, 3) - timedelta(days=1), "status": Word("left" if each.left else "active"),
            "left_on": each.left, "email": each.mail, "phone": f"8{each.number[1:]}",
            "roles": [Word(role) for role in each.roles],
        }  # fmt: skip


def _held() -> Iterator[Row]:
    asked = {f"{cells[0]}.{cells[1]}": cells for cells in rows(QUALIFICATIONS, 9)}
    lapsed = {(number, key): (obtained, last) for number, key, obtained, last in rows(LAPSED, 4)}
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for place in places():
        for key, cells in asked.items():
            if cells[0].partition("/")[0] == place.position and place.capacity == "incumbent":
                found[place.person, key] = lapsed.get((place.person, key)) or _obtained(place.person, key, place.start)
    found.update({(number, key): (obtained, last) for number, key, obtained, last in rows(HELD, 4)})
    told: set[tuple[str, Pair]] = set()
    for (number, key), (obtained, last) in sorted(found.items()):
        _, _, kind, _, _, zh, en, *level = asked[key]
        if (number, Pair(zh, en)) in told:
            continue
        told.add((number, Pair(zh, en)))
        yield {
            "employee": number, "kind": Word(kind), "name": Pair(zh, en), "level": Pair(*level),
            "obtained_on": obtained, "expires_on": last,
        }  # fmt: skip


def _obtained(number: str, key: str, since: date) -> tuple[str, str]:
    """Return when a qualification was obtained or last renewed, and an end where the position asks for renewal."""
    months = next(cells[4] for cells in rows(QUALIFICATIONS, 9) if f"{cells[0]}.{cells[1]}" == key)
    day = since - timedelta(days=Dice(f"held/{number}/{key}").number(5, 90))
    if not months:
        return day.isoformat(), ""
    while _later(day, int(months)) <= LAST_DAY + timedelta(days=75):
        day = _later(day, int(months)) - timedelta(days=20)
    return day.isoformat(), (_later(day, int(months)) - timedelta(days=1)).isoformat()


def _later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    return date(day.year + year, month + 1, min(day.day, 28))


def _contracts() -> Iterator[Row]:
    for each in people():
        start = each.hired
        for number in range(1, 4):
            end = _later(start, 36)
            open_ended = number == 3  # noqa: PLR2004 - the third contract has no end (Labour Contract Law, article 14)
            yield _contract(each, number, start, None if open_ended else end)
            start = end
            if start > (each.left or LAST_DAY):
                break


def _contract(person: Person, number: int, start: date, end: date | None) -> Row:
    last = person.left if person.left and (end is None or person.left < end) else end
    key, bond = person.number in {"0003", "0008", "0010", "0017", "0031"}, person.number in {"0017", "0031"}
    current = key and start <= LAST_DAY and (end is None or end > LAST_DAY)
    return {
        "employee": person.number, "kind": Word("open_ended" if end is None else "fixed_term"),
        "effective_from": start, "effective_to": last,
        "probation_until": _later(start, 3) - timedelta(days=1) if number == 1 else None,
        "non_compete_months": "12" if current else "", "training_bond": "20000" if current and bond else "",
        "training_bond_currency": "CNY" if current and bond else "",
        "training_bond_until": date(2026, 8, 31) if current and bond else None,
        "document_title": Pair(f"劳动合同 {person.number}-{number}", f"Labour contract {person.number}-{number}"),
        "document_uri": f"{FILES}/hr/contracts/{person.number}-{number}.pdf", "document_media_type": PDF,
    }  # fmt: skip


def _assignments() -> Iterator[Row]:
    for each in places():
        yield {
            "employee": each.person, "position": each.position, "capacity": Word(each.capacity),
            "effective_from": each.start, "effective_to": each.end, "signed_off_by": each.signed_by,
            "signed_off_on": each.signed_on,
        }  # fmt: skip


def _sops() -> Iterator[Row]:
    for each in versions():
        yield {
            "code": each.code, "title": each.title, "owner_position": each.owner, "version": each.number,
            "state": Word(each.state), "revision": Word(each.revision), "author": each.author,
            "approver": each.approver, "published_on": each.published_on, "review_by": each.review_by,
            "change_note": each.note,
        }  # fmt: skip


def _sop_steps() -> Iterator[Row]:
    for version in versions():
        for each in steps_of(version.row):
            yield {
                "sop": version.code, "version": version.number, "stage_no": str(each.stage_number),
                "stage": each.stage, "step_no": str(each.number), "key": each.key, "instructions": each.instructions,
                "position": each.position, "required_documents": _parts(*each.documents),
                "authority": each.authority, "duration_days": each.days, "mandatory": each.mandatory,
                "waived_by": each.waived_by,
            }  # fmt: skip


def _runs() -> Iterator[Row]:
    for each in runs():
        sop, _, version = each.sop.partition("/")
        yield {
            "external_id": each.id, "sop": sop, "version": version, "subject": each.subject, "owner": each.owner,
            "state": Word(each.state), "amount": each.amount, "currency": "CNY" if each.amount else "",
            "started_on": each.started, "closed_on": each.closed,
        }  # fmt: skip


def _run_steps() -> Iterator[Row]:
    for run in runs():
        for each in run.steps:
            rule, approver = each.deviation or ("", "")
            yield {
                "run": run.id, "step": each.step.key, "state": Word(each.state), "by": each.by, "at": each.at,
                "reason": each.reason if each.state == "waived" else None, "deviation_rule": rule,
                "deviation_reason": each.reason if rule else None, "deviation_approver": approver,
            }  # fmt: skip


def _run_documents() -> Iterator[Row]:
    for run in runs():
        yield from _documents_of(run)


def _documents_of(run: Run) -> Iterator[Row]:
    for each in run.steps:
        if each.state != "done":
            continue
        for place, title in enumerate(_parts(*each.step.documents), 1):
            yield {
                "run": run.id, "step": each.step.key, "title": title,
                "uri": f"{FILES}/runs/{run.id}/{each.step.key}-{place}.pdf", "media_type": PDF,
            }  # fmt: skip


def _acknowledgements() -> Iterator[Row]:
    for version in versions():
        if version.state != "published":
            continue
        readers = {version.owner, *(each.position for each in steps_of(version.row) if each.position)}
        readers |= {"S-05", "S-03"} if version.code in {"SOP-S01", "SOP-O02"} else set()
        for person in people():
            mine = [each.start for each in places() if each.person == person.number and each.position in readers]
            dice = Dice(f"read/{version.row}/{person.number}")
            if not mine or dice.chance(0.15):
                continue
            read = workday(max(min(mine), date.fromisoformat(version.published_on)) + timedelta(dice.number(1, 21)))
            if read <= LAST_DAY and (person.left is None or read < person.left):
                yield {"employee": person.number, "sop": version.code, "version": version.number, "read_on": read}


def _projects() -> Iterator[Row]:
    for code, status, zh, en in rows(PROJECTS, 4):
        yield {"code": code, "name": Pair(zh, en), "status": Word(status)}


def _members() -> Iterator[Row]:
    for project, employee, start, end, zh, en in rows(MEMBERS, 6):
        yield {
            "project": project, "employee": employee, "part": Pair(zh, en), "effective_from": start,
            "effective_to": end,
        }  # fmt: skip


def _records() -> Iterator[Row]:
    for each in records():
        yield {
            "external_id": each.id, "kind": Word(each.kind), "title": each.title, "body": each.body,
            "owner": each.owner, "author": each.author, "position": each.position, "project": each.project,
            "status": Word(each.status), "opened_on": each.opened, "due_on": each.due, "closed_on": each.closed,
            "priority": Word(each.priority), "counterparty": each.party, "run": each.run, "area": each.area,
        }  # fmt: skip


def _documents() -> Iterator[Row]:
    for each in records():
        if each.document != NOTHING:
            yield {
                "record": each.id, "title": each.document, "uri": f"{FILES}/{each.area}/{each.id}.pdf",
                "media_type": PDF,
            }  # fmt: skip


SHEETS: Mapping[str, Callable[[], Iterator[Row]]] = {
    "company": _company,
    "units": _units,
    "positions": _positions,
    "duties": _duties,
    "authorities": _authorities,
    "qualifications": _qualifications,
    "employees": _employees,
    "held_qualifications": _held,
    "contracts": _contracts,
    "assignments": _assignments,
    "sops": _sops,
    "sop_steps": _sop_steps,
    "runs": _runs,
    "run_steps": _run_steps,
    "run_documents": _run_documents,
    "acknowledgements": _acknowledgements,
    "projects": _projects,
    "project_members": _members,
    "records": _records,
    "documents": _documents,
}
"""By sheet, what makes its rows."""
