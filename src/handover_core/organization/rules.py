"""Pure decisions about units, positions, people and assignments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import evolve, frozen

from handover_core.actor import Actor, Role
from handover_core.errors import InvalidInput, Problem, Refused
from handover_core.guards import Action, Guard, first_refusal, lacks_role, only
from handover_core.ids import pseudonym_of
from handover_core.organization.model import (
    Absence,
    Assignment,
    Capacity,
    Employee,
    EmployeeStatus,
    HeldQualification,
    Position,
    PositionStatus,
    PositionVersion,
    Qualification,
)
from handover_core.texts import Rule, Text
from handover_core.values import DateRange

KEEPERS = (Role.HR, Role.OWNER)
"""Who keeps the organization's data."""

WORKING_CAPACITIES = frozenset({Capacity.INCUMBENT, Capacity.ACTING, Capacity.CUSTODIAN})
"""Capacities whose holder does the job."""

CYCLE = Rule(
    "organization.cycle",
    Text("The line {names} runs in a circle.", "{names} 形成了循环。"),
    Text("Let one of them report to somebody outside the circle.", "请让其中一个改为向循环之外汇报。"),
)
OVERLAP = Rule(
    "organization.assignment.overlap",
    Text(
        "This person holds the position in this capacity already, from {start} to {end}.",
        "此人已以同一身份任该岗位（{start} 至 {end}）。",
    ),
    Text("End the other assignment first, or choose another range.", "请先结束已有任职，或换一个时间段。"),
)
NOT_ACTIVE = Rule(
    "organization.position.not_active",
    Text("The position {code} is {status} on {day}.", "岗位 {code} 在 {day} 的状态为 {status}。"),
    Text("Activate the position first.", "请先启用该岗位。"),
)
NOT_DESCRIBED = Rule(
    "organization.position.not_described",
    Text("The position {code} has no description on {day}.", "岗位 {code} 在 {day} 尚无岗位说明。"),
    Text("Describe the position from that day on, or choose a later day.", "请补充该日的岗位说明，或选择更晚的日期。"),
)
BACKDATED = Rule(
    "organization.position.backdated",
    Text(
        "A description from {day} exists already, up to {latest}.",
        "已有自 {latest} 起的岗位说明，不能早于或等于该日（{day}）。",
    ),
    Text("Choose a day after {latest}.", "请选择 {latest} 之后的日期。"),
)
ASSIGNMENT_ENDED = Rule(
    "organization.assignment.ended",
    Text("The assignment ended on {end}.", "该任职已于 {end} 结束。"),
    Text("Make a new assignment.", "请新建任职。"),
)
LEFT = Rule(
    "organization.employee.left",
    Text("{name} has left the company.", "{name} 已离职。"),
    Text("Choose somebody who is in the company's employ.", "请选择在职人员。"),
)
OWN_SIGN_OFF = Rule(
    "organization.assignment.own_sign_off",
    Text("Nobody signs off their own assignment.", "不能为自己的任职签字确认。"),
    Text("Let the manager or HR sign it off.", "请由上级或人事签字确认。"),
)
ALREADY_SIGNED = Rule(
    "organization.assignment.signed",
    Text("The assignment was signed off on {on}.", "该任职已于 {on} 签字确认。"),
    Text("Nothing is left to do.", "无需再做任何事。"),
)

ABSENCE_OVERLAP = Rule(
    "organization.absence.overlap",
    Text("Leave is booked already from {start} to {end}.", "{start} 至 {end} 已有休假。"),
    Text("Cancel the other leave first, or choose other days.", "请先取消已有休假，或另选日期。"),
)
NOT_LEFT = Rule(
    "organization.employee.not_left",
    Text("{name} has not left the company.", "{name} 并未离职。"),
    Text("Only somebody who has left is hired again.", "仅可重新录用已离职人员。"),
)
STILL_HERE = Rule(
    "organization.employee.still_here",
    Text("{name} was here until {left_on}.", "{name} 在职至 {left_on}。"),
    Text("Choose a first day after that.", "请选择此后的入职日期。"),
)
ERASED = Rule(
    "organization.employee.erased",
    Text("{name} was erased.", "{name} 的个人信息已被删除。"),
    Text("Hire them as a new person.", "请作为新员工入职。"),
)


def find_cycle(parents: Mapping[str, str | None]) -> tuple[str, ...] | None:
    """Return one circle among ``{child: parent}``, from a member along the parents, or None where there is none."""
    safe: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        here: str | None = start
        while here is not None and here not in safe:
            if here in path:
                names = list(path)
                return tuple(names[names.index(here) :])
            path[here] = None
            here = parents.get(here)
        safe.update(path)
    return None


def check_no_cycle(parents: Mapping[str, str | None], names: Mapping[str, str]) -> None:
    """Raise `Refused` with `CYCLE` where the parents run in a circle; ``names`` are what people read."""
    circle = find_cycle(parents)
    if circle is not None:
        raise Refused(CYCLE, names=tuple(names.get(id_, id_) for id_ in (*circle, circle[0])))


def check_no_overlap(new: Assignment, others: Iterable[Assignment]) -> None:
    """Raise `Refused` where the person holds the position in the same capacity on a day of the new range already."""
    for other in others:
        if other.id != new.id and _same_place(new, other) and other.effective.overlaps(new.effective):
            raise Refused(OVERLAP, start=other.effective.start, end=other.effective.end or "…")


def _same_place(one: Assignment, other: Assignment) -> bool:
    return (one.employee_id, one.position_id, one.capacity) == (other.employee_id, other.position_id, other.capacity)


def check_description(description: PositionVersion) -> None:
    """Raise `InvalidInput` where keys repeat, shares exceed the whole, or numbers are negative."""
    problems: list[Problem] = []
    for name in ("duties", "authorities", "qualifications"):
        keys = [part.key for part in getattr(description, name)]
        problems += [
            Problem(f"{name}.{key}", "key.repeated", Text("the key stands twice", "编号重复"))
            for key in dict.fromkeys(keys)
            if keys.count(key) > 1
        ]
    shares = [duty.share for duty in description.duties if duty.share is not None]
    if sum(shares) > 1:
        text = Text("the shares of working time add up to more than 1", "工时占比合计超过 1")
        problems.append(Problem("duties.share", "share.too_much", text))
    for name in ("headcount", "backups_required"):
        if getattr(description, name) < 0:
            problems.append(Problem(name, "number.negative", Text("is negative", "为负数")))
    if problems:
        raise InvalidInput(problems)


def zone(name: str) -> ZoneInfo:
    """Return the time zone called ``name``; raise `InvalidInput` for one that is not known."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidInput.at(
            "company.time_zone", "time_zone", "{name!r} is not a known time zone", "未知的时区 {name!r}", name=name
        ) from error


def described(position: Position, description: PositionVersion) -> Position:
    """Return the position with a further description, which takes effect after all others."""
    check_description(description)
    latest = position.latest.effective_from
    if description.effective_from <= latest:
        raise Refused(BACKDATED, day=description.effective_from, latest=latest)
    return evolve(position, descriptions=(*position.descriptions, description))


def check_assignable(assignment: Assignment, position: Position, employee: Employee) -> None:
    """Raise `Refused` unless the position can be held, and the person is there, when the assignment begins."""
    day = assignment.effective.start
    description = position.on(day)
    if description is None:
        raise Refused(NOT_DESCRIBED, code=position.code, day=day)
    if description.status is not PositionStatus.ACTIVE:
        raise Refused(NOT_ACTIVE, code=position.code, day=day, status=description.status)
    if employee.status is EmployeeStatus.LEFT and (employee.left_on is None or employee.left_on <= day):
        raise Refused(LEFT, name=employee.name)


def check_leave(new: Absence, others: Iterable[Absence]) -> None:
    """Raise `Refused` where leave of the same person is booked on one of the days already."""
    for other in others:
        if other.id != new.id and other.effective.overlaps(new.effective):
            raise Refused(ABSENCE_OVERLAP, start=other.effective.start, end=other.effective.end or "…")


def is_erased(person: Employee, *, keys_gone: bool) -> bool:
    """Tell whether somebody was erased with their keys, or in part with their file, which bears the pseudonym then."""
    return keys_gone or person.name == pseudonym_of(person.id)


def rehired(person: Employee, hired_on: date, probation_until: date | None, *, erased: bool) -> Employee:
    """Return somebody who had left as an employee again; positions and history of the first time stay as they were.

    Raises `Refused` for somebody who was ``erased``, see `is_erased`, and for a day before they left.
    """
    if erased:
        raise Refused(ERASED, name=person.name)
    if person.left_on is not None and hired_on <= person.left_on:
        raise Refused(STILL_HERE, name=person.name, left_on=person.left_on)
    return evolve(
        person, status=EmployeeStatus.ACTIVE, hired_on=hired_on, left_on=None, probation_until=probation_until
    )


def ended(assignment: Assignment, end: date) -> Assignment:
    """Return the assignment as it ends on ``end`` (the first day on which it no longer holds)."""
    return evolve(assignment, effective=DateRange(assignment.effective.start, max(assignment.effective.start, end)))


@frozen(kw_only=True)
class QualifiedAnswer:
    """Whether somebody is qualified, why, and what is missing; each as codes of the facts that decide."""

    qualified: bool
    because: tuple[Capacity, ...] = ()
    missing: tuple[Qualification, ...] = ()
    needs_sign_off: bool = False


def is_qualified(
    person: Employee, description: PositionVersion, assignments: Iterable[Assignment], day: date
) -> QualifiedAnswer:
    """Tell whether ``person`` may do the job of a position on ``day``, from facts alone.

    ``assignments`` are the person's assignments to this position. A working capacity (incumbent, acting, interim
    custodian) counts as it is, a backup (B角) only once signed off, a trainee never; and every mandatory qualification
    must be held on that day.
    """
    holding = [each for each in assignments if each.employee_id == person.id and each.effective.contains(day)]
    working = [each.capacity for each in holding if each.capacity in WORKING_CAPACITIES]
    backups = [each for each in holding if each.capacity is Capacity.BACKUP]
    signed = [each.capacity for each in backups if each.sign_off is not None and each.sign_off.on <= day]
    missing = missing_qualifications(person.qualifications, description.qualifications, day)
    because = tuple(dict.fromkeys(working + signed))
    return QualifiedAnswer(
        qualified=bool(because) and not missing,
        because=because,
        missing=missing,
        needs_sign_off=not because and bool(backups),
    )


def missing_qualifications(
    held: Iterable[HeldQualification], required: Iterable[Qualification], day: date
) -> tuple[Qualification, ...]:
    """Return the mandatory qualifications that ``held`` does not cover on ``day``."""
    held = tuple(held)
    return tuple(need for need in required if need.mandatory and not any(_covers(one, need, day) for one in held))


def _covers(held: HeldQualification, need: Qualification, day: date) -> bool:
    if (held.kind, held.name) != (need.kind, need.name) or (need.level is not None and held.level != need.level):
        return False
    if held.obtained_on is not None and held.obtained_on > day:
        return False
    last = held.expires_on
    if last is None and need.valid_months is not None and held.obtained_on is not None:
        last = months_after(held.obtained_on, need.valid_months)
    return last is None or day <= last


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day where it has none (Civil Code of the PRC, 202)."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(day.year + year, month + 1, last)
        except ValueError:
            continue
    return date(day.year + year, month + 1, day.day)


# Guards


def _can_end(actor: Actor, assignment: Assignment, today: date) -> Refused | None:
    return first_refusal(lacks_role(actor, *KEEPERS), _over(assignment, today))


def _can_sign_off(actor: Actor, assignment: Assignment, today: date) -> Refused | None:
    return first_refusal(
        lacks_role(actor, Role.MANAGER, *KEEPERS),
        Refused(OWN_SIGN_OFF) if actor.id == assignment.employee_id else None,
        Refused(ALREADY_SIGNED, on=assignment.sign_off.on) if assignment.sign_off is not None else None,
        _over(assignment, today),
    )


def _over(assignment: Assignment, today: date) -> Refused | None:
    end = assignment.effective.end
    return Refused(ASSIGNMENT_ENDED, end=end) if end is not None and end <= today else None


def _can_assign(actor: Actor, employee: Employee, _today: date) -> Refused | None:
    return first_refusal(
        lacks_role(actor, *KEEPERS),
        Refused(LEFT, name=employee.name) if employee.status is EmployeeStatus.LEFT else None,
    )


def _can_book(actor: Actor, employee: Employee, _today: date) -> Refused | None:
    return first_refusal(
        None if actor.id == employee.id else lacks_role(actor, Role.MANAGER, *KEEPERS),
        Refused(LEFT, name=employee.name) if employee.status is EmployeeStatus.LEFT else None,
    )


def _can_cancel(actor: Actor, absence: Absence, _today: date) -> Refused | None:
    return None if actor.id == absence.employee_id else lacks_role(actor, Role.MANAGER, *KEEPERS)


def _can_rehire(actor: Actor, employee: Employee, _today: date) -> Refused | None:
    return first_refusal(
        lacks_role(actor, *KEEPERS),
        None if employee.status is EmployeeStatus.LEFT else Refused(NOT_LEFT, name=employee.name),
    )


_KEEP: Guard[object] = only(*KEEPERS)

UNIT_ACTIONS = (Action[object]("change_unit", _KEEP),)
POSITION_ACTIONS = (Action[object]("describe_position", _KEEP),)
EMPLOYEE_ACTIONS = (
    Action[Employee]("change_employee", _KEEP),
    Action("assign", _can_assign),
    Action("sign_contract", _can_assign),
    Action("book_absence", _can_book),
    Action("rehire", _can_rehire),
)
ABSENCE_ACTIONS = (Action("cancel_absence", _can_cancel),)
ASSIGNMENT_ACTIONS = (Action("end_assignment", _can_end), Action("sign_off", _can_sign_off))
COMPANY_ACTIONS = (
    Action[object]("set_company", _KEEP),
    Action[object]("declare_field", _KEEP),
    Action[object]("add_unit", _KEEP),
    Action[object]("add_position", _KEEP),
    Action[object]("hire", _KEEP),
)


def is_named_in(person: Employee, text: str) -> bool:
    """Tell whether a text names a person as their file does today; a number of digits alone may count something else."""
    number = None if person.number.isdigit() else person.number
    folded = text.casefold()
    return any(each.casefold() in folded for each in (person.name, person.email, person.phone, number) if each)
