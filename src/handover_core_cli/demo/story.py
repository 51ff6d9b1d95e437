"""The story: import, notice, list, refusal, briefing from records, acceptance, verification, completion, dossier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from attrs import define, field

from handover_core.actor import Actor, Role
from handover_core.app import HandoverCore, Office, as_actor
from handover_core.handover.model import (
    CATEGORY_LABELS,
    CLOSED_STATES,
    Category,
    DepartureKind,
    Handover,
    HandoverItem,
    ItemState,
)
from handover_core.organization.kinds import EMPLOYEE, POSITION
from handover_core.organization.model import Capacity, Employee, EmployeeStatus
from handover_core.organization.rules import WORKING_CAPACITIES
from handover_core.policy import Criticality
from handover_core.policy.calendar import workdays_between
from handover_core.procedures.kinds import SOP
from handover_core.records.kinds import WORK_RECORD
from handover_core.records.model import WorkRecord
from handover_core.storage import Kind
from handover_core.texts import Text, say_day
from handover_core_cli.demo import briefing, watching, words
from handover_core_cli.demo.workbook import shipped_company, write_workbook
from handover_core_cli.state import OPERATOR, State

if TYPE_CHECKING:
    from handover_core_import import ImportReport

NOTICE = date(2026, 3, 2)
LAST_DAY = date(2026, 3, 13)
FIRST_FRIDAY = date(2026, 3, 6)
SECOND_WEEK = date(2026, 3, 11)
LEAVER = "0017"
SHOWN = 4


@define
class DemoClock:
    """Stands at nine in the morning of a day that the story sets."""

    day: date = NOTICE
    ticks: int = 0

    def __call__(self) -> datetime:
        """Return an instant of the day, each later than the one before."""
        self.ticks += 1
        morning = datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
        return (morning + timedelta(milliseconds=self.ticks)).astimezone(UTC)


@define
class Story:
    """One run of the demonstration; whom it is about and what happens follows from the data."""

    state: State
    out: Path
    leaver: str = LEAVER
    company: Path | None = None
    clock: DemoClock = field(factory=DemoClock)
    core: HandoverCore = field(init=False)
    report: ImportReport = field(init=False)

    def tell(self) -> dict[str, Any]:
        """Run the story and return what it came to."""
        self.out.mkdir(parents=True, exist_ok=True)
        self._import()
        case = self._notice()
        self._refusal(case)
        self._work(case)
        self._last_day(case)
        return self._documents(case)

    # The scenes

    def _import(self) -> None:
        from handover_core_import import Importer

        workbook, store = self.out / "company.xlsx", self.out / "handover.db"
        for old in (workbook, store, *self.out.glob("handover.db-*")):
            old.unlink(missing_ok=True)
        write_workbook(self.company or shipped_company(self.state.lang), workbook)
        driver = self.state.connect(f"sqlite:///{store}")
        driver.schema.migrate()
        rules = self.state.rules
        self.core = HandoverCore(driver, clock=self.clock, policy=rules.policy, calendar=rules.calendar)
        self.report = Importer(self.core.units, self.state.tenant, OPERATOR).run(workbook)
        office = self._operator()
        leaver = office.organization.employee(self.leaver)
        self._say(words.TITLE, company=office.organization.company().name, name=leaver.name)
        self._day(NOTICE)
        with self.core.units.unit(self.state.tenant, OPERATOR, write=False) as unit:
            counted: tuple[Kind[Any], ...] = (EMPLOYEE, POSITION, SOP, WORK_RECORD)
            stored = {kind.name: unit.repository(kind).count() for kind in counted}
        self._say(
            words.IMPORTED,
            people=stored[EMPLOYEE.name],
            positions=stored[POSITION.name],
            sops=stored[SOP.name],
            records=stored[WORK_RECORD.name],
            rejected=len(self.report.rejects),
        )
        findings = office.organization.conformance()
        if findings:
            self._say(words.GAPS, count=len(findings))
            kinds = {each.code: each for each in findings}
            for each in list(kinds.values())[:SHOWN]:
                self._line(f"  {each.where}  {each.text.say(self.state.lang, **each.params)}")

    def _notice(self) -> Handover:
        giver = self._person(self.leaver)
        hr = self._as_role(Role.HR, giver.id)
        held = hr.organization.holdings(giver.id)
        titles = [each.description.title for each in held if each.assignment.capacity in WORKING_CAPACITIES]
        with hr.together("demo.notice") as rooms:
            departure = rooms.handover.announce(giver.id, DepartureKind.RESIGNATION, NOTICE, LAST_DAY)
            rooms.handover.record_receipt(departure.id)
            case = rooms.handover.open_case(departure.id, default_receiver_id=self._stand_in(giver))
        items = hr.handover.items(case.id)
        days = workdays_between(hr.desk.calendar, NOTICE, LAST_DAY)
        self._line("")
        self._say(
            words.NOTICE,
            number=giver.number,
            name=giver.name,
            title=tuple(titles),
            last_day=self._date(LAST_DAY),
            days=days,
        )
        self._say(words.DERIVED, name=giver.name, count=len(items), weight=sum(item.weight for item in items))
        for category, count in sorted(Counter(item.category for item in items).items(), key=lambda pair: -pair[1]):
            self._say(words.COUNT, count=count, category=CATEGORY_LABELS[category])
        captures = [item for item in items if item.category is Category.CAPTURE]
        if captures:
            self._say(words.CAPTURE, count=len(captures), name=giver.name)
        for item in captures[:SHOWN]:
            self._say(words.ITEM, code=item.code, title=item.title, due=self._date(item.due_on))
        receivers = sorted({self._name(item.receiver_id) for item in items if item.receiver_id is not None})
        self._say(words.SUPERVISES, supervisor=self._name(case.supervisor_id), receivers=tuple(receivers))
        self._tell(watching.notice(hr, case, self.state.lang))
        return case

    def _refusal(self, case: Handover) -> None:
        name = self._name(case.giver_id)
        self._day(NOTICE + timedelta(days=1))
        self._say(words.ASKED, name=name)
        self._say(words.DEMAND)
        hr = self._as_role(Role.HR, case.giver_id)
        hr.handover.serve_demand(case.id, words.HOW.say(self.state.lang))
        self._day(NOTICE + timedelta(days=3))
        self._say(words.REFUSED, name=name, supervisor=self._name(case.supervisor_id))
        self._as(case.supervisor_id).handover.record_refusal(case.id, words.REFUSAL.say(self.state.lang))
        self._tell(watching.review(hr, self.state.lang))

    def _work(self, case: Handover) -> None:
        supervisor = self._as(case.supervisor_id)
        items = [item for item in supervisor.handover.items(case.id) if not item.is_closed]
        for item in items:
            supervisor.handover.brief(item.id, briefing.summary(supervisor, item, self.state.lang))
        self._say(words.BRIEFED, supervisor=self._name(case.supervisor_id), count=len(items))
        self._return_one(case, items)
        self._waive_one(case, items)
        half = len(items) // 2
        for day, part in ((FIRST_FRIDAY, items[:half]), (SECOND_WEEK, items[half:])):
            self._day(day)
            for item in part:
                self._receive(case, item)
            self._progress(case)

    def _return_one(self, case: Handover, items: list[HandoverItem]) -> None:
        supervisor = self._as(case.supervisor_id)
        critical = [item for item in items if item.criticality is Criticality.CRITICAL] or items
        if not critical:
            return
        item, reason = critical[0], words.RETURN_REASON.say(self.state.lang)
        self._as(str(item.receiver_id)).handover.return_item(item.id, reason)
        self._say(
            words.RETURNED, receiver=self._name(item.receiver_id), code=item.code, title=item.title, reason=reason
        )
        supervisor.handover.brief(item.id, briefing.summary(supervisor, item, self.state.lang, recent=8))
        self._say(words.BRIEFED_AGAIN, supervisor=self._name(case.supervisor_id))
        self._receive(case, item, aloud=True)

    def _waive_one(self, case: Handover, items: list[HandoverItem]) -> None:
        routine = [
            item for item in items if item.category is Category.RECORD and item.criticality is Criticality.ROUTINE
        ]
        if not routine:
            return
        item, reason = routine[-1], words.WAIVE_REASON.say(self.state.lang)
        approver = self._as_role(Role.APPROVER, case.giver_id)
        approver.handover.waive(item.id, reason)
        self._say(
            words.WAIVED, approver=self._name(approver.desk.actor.id), code=item.code, title=item.title, reason=reason
        )

    def _receive(self, case: Handover, item: HandoverItem, *, aloud: bool = False) -> None:
        """Let the receiver read back and accept, and the supervisor verify, unless the item is closed already."""
        supervisor = self._as(case.supervisor_id)
        if supervisor.handover.item(item.code).state is not ItemState.BRIEFED:
            return
        said = words.UNDERSTOOD.say(self.state.lang, title=item.title)
        self._as(str(item.receiver_id)).handover.accept(item.id, said, take_over=words.MINE.say(self.state.lang))
        if aloud:
            self._say(words.READ_BACK, receiver=self._name(item.receiver_id), code=item.code, words=said)
        supervisor.handover.verify(item.id, words.EVIDENCE.say(self.state.lang))

    def _last_day(self, case: Handover) -> None:
        self._day(LAST_DAY)
        name, supervisor = self._name(case.giver_id), self._as(case.supervisor_id)
        title = words.LATE_TITLE.say(self.state.lang)
        self._as(case.giver_id).records.open_record(
            WorkRecord(
                id=self.core.units.ids(), kind="communication", title=title, body=words.LATE_BODY.say(self.state.lang),
                owner_id=case.giver_id, author_id=case.giver_id, opened_on=LAST_DAY,
            )
        )  # fmt: skip
        self._say(words.LATE, name=name, title=title)
        first = supervisor.handover.complete(case.id)
        self._say(words.NOT_YET, supervisor=self._name(case.supervisor_id), count=len(first.found), name=name)
        for item in first.found:
            self._say(words.ITEM, code=item.code, title=item.title, due=self._date(item.due_on))
            supervisor.handover.brief(item.id, briefing.summary(supervisor, item, self.state.lang))
            self._receive(case, item)
        supervisor.handover.complete(case.id)
        self._say(words.COMPLETE, receiver=self._name(first.found[0].receiver_id), name=name)
        self._authorities(case)
        self._tell(watching.clearance(self._operator(), case, self.state.lang))
        status = supervisor.handover.status(case.id)
        self._say(words.NEVER, count=len(status.unexplained), name=name)

    def _authorities(self, case: Handover) -> None:
        items = self._operator().handover.items(case.id)
        moved = [item for item in items if item.verified is not None and item.verified.grant is not None]
        if moved:
            self._say(words.AUTHORITIES, day=self._date(LAST_DAY + timedelta(days=1)))
        for item in moved:
            grant = item.verified.grant if item.verified is not None else None
            if grant is None:
                continue
            said = words.FULL if grant.full else words.WAITING if grant.limit is None else words.CAPPED
            limit = "" if grant.limit is None else f"{grant.limit.amount:,} {grant.limit.unit}"
            receiver, until = self._name(item.receiver_id), self._date(grant.until)
            self._say(said, title=item.title, receiver=receiver, limit=limit, until=until)

    def _documents(self, case: Handover) -> dict[str, Any]:
        from handover_core_reports import render

        office = self._operator()
        dossier = office.dossier.handover(case.code)
        for suffix, chosen in (("html", "html"), ("md", "markdown"), ("json", "json")):
            self._write(f"dossier.{suffix}", render(dossier, chosen, self.state.lang))
        self._write_pack(office, case)
        self._line("")
        self._say(words.LOOK)
        written = {name: self.out / name for name in words.FILES if (self.out / name).exists()}
        for name, path in written.items():
            what = words.FILES[name].say(self.state.lang, path=path, number=case.code)
            self._say(words.FILE, path=path, what=what)
        status = office.handover.status(case.id)
        return {
            "case": status.case, "files": {name: str(path) for name, path in written.items()},
            "items": status.whole.items, "share": status.whole.share, "waived": status.whole.waived,
            "categories": {category: each.items for category, each in status.categories.items()},
            "never_explained": [item.code for item in status.unexplained],
            "rejected": len(self.report.rejects),
        }  # fmt: skip

    def _write_pack(self, office: Office, case: Handover) -> None:
        from handover_core_reports import render

        items = office.handover.items(case.id)
        places = Counter(
            (str(item.receiver_id), item.position_id)
            for item in items
            if item.category in {Category.DUTY, Category.CAPTURE} and item.receiver_id and item.position_id
        )
        for (receiver_id, position_id), _ in places.most_common(1):
            held = office.organization.holdings(receiver_id, LAST_DAY + timedelta(days=1))
            code = next((each.position.code for each in held if each.position.id == position_id), None)
            pack = office.dossier.newcomer(self._employee(receiver_id).number, code)
            self._write("pack.html", render(pack, "html", self.state.lang))

    # Who is who

    def _operator(self) -> Office:
        return self.core.office(self.state.tenant, OPERATOR)

    def _as(self, employee_id: str) -> Office:
        return self.core.office(self.state.tenant, as_actor(self._employee(employee_id)))

    def _as_role(self, role: Role, besides: str) -> Office:
        for person in self._people():
            if role in person.roles and person.id != besides and person.status is EmployeeStatus.ACTIVE:
                return self._as(person.id)
        return self.core.office(self.state.tenant, Actor("operator", (role,)))

    def _people(self) -> list[Employee]:
        found = self._operator().desk.ask(lambda unit: unit.repository(EMPLOYEE).list())
        return sorted(found, key=lambda person: person.number)

    def _person(self, number: str) -> Employee:
        return self._operator().organization.employee(number)

    def _employee(self, employee_id: str) -> Employee:
        return self._operator().desk.ask(lambda unit: unit.repository(EMPLOYEE).get(employee_id))

    def _name(self, employee_id: str | None) -> str:
        return "–" if employee_id is None else self._employee(employee_id).name

    def _stand_in(self, giver: Employee) -> str | None:
        """Return who receives what no backup is there for: a backup of the giver's, else a colleague of the unit."""
        office = self._operator()
        manager = office.organization.manager_of(giver.id)
        places = {each.position.id for each in office.organization.holdings(giver.id)}
        colleagues = [
            person
            for person in self._people()
            if person.status is EmployeeStatus.ACTIVE and person.id not in {giver.id, manager}
        ]
        for person in colleagues:
            held = office.organization.holdings(person.id)
            if any(each.position.id in places and each.assignment.capacity is Capacity.BACKUP for each in held):
                return person.id
        same = [person.id for person in colleagues if person.unit_id == giver.unit_id]
        return next(iter(same or [person.id for person in colleagues]), None)

    # Telling

    def _progress(self, case: Handover) -> None:
        status = self._operator().handover.status(case.id)
        whole = status.whole
        open_ = sum(count for state, count in status.states.items() if state not in CLOSED_STATES)
        share = float(whole.share or 0)
        self._say(words.PROGRESS, verified=whole.verified, counted=whole.counted, share=share, open=open_)
        self._tell(watching.pace(self._operator(), case, self.state.lang))

    def _day(self, day: date) -> None:
        self.clock.day = day
        self._line("")
        self._say(words.DAY, number=(day - NOTICE).days + 1, day=self._date(day))

    def _date(self, day: date | None) -> str:
        return say_day(day, self.state.lang)

    def _say(self, text: Text, /, **params: object) -> None:
        self.state.console.say(text, **params)

    def _tell(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._line(line)

    def _line(self, line: str) -> None:
        self.state.console.say(line)

    def _write(self, name: str, text: str) -> None:
        (self.out / name).write_text(text, encoding="utf-8")
