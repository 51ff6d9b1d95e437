"""What the leaving certificate (离职证明) has to state, filled in from the records."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import frozen

from handover_core.organization.model import Employee, LabourContract
from handover_core.policy import Law
from handover_core.policy.presets import Statement
from handover_core.texts import Lang, Text, say_day

LABELS = {
    Statement.TERM: Text("term of the contract", "劳动合同期限"),
    Statement.ENDED_ON: Text("day on which it ended", "解除或者终止劳动合同的日期"),
    Statement.POSITION: Text("position", "工作岗位"),
    Statement.SERVICE: Text("years of service with the employer", "在本单位的工作年限"),
}
_OPEN = Text("no fixed end", "无固定期限")
_UNKNOWN = Text("not on record", "无记录")
_SERVICE = Text("{years} years and {months} months", "{years}年{months}个月")


@frozen
class Stated:
    """One line of the certificate."""

    what: Statement
    value: Text


def certificate(
    person: Employee, contract: LabourContract | None, positions: Iterable[str], last_day: date, law: Law
) -> tuple[Stated, ...]:
    """Return the lines that the law asks for, in its order; what no record tells is said to be unknown."""
    values = {
        Statement.TERM: _UNKNOWN if contract is None else _term(contract),
        Statement.ENDED_ON: _day(last_day),
        Statement.POSITION: _titles(tuple(positions)),
        Statement.SERVICE: _UNKNOWN if person.hired_on is None else service(person.hired_on, last_day),
    }
    return tuple(Stated(what, values[what]) for what in law.certificate)


def service(hired_on: date, last_day: date) -> Text:
    """Return the full years and months from the first day to the last."""
    after = date.fromordinal(last_day.toordinal() + 1)
    months = (after.year - hired_on.year) * 12 + after.month - hired_on.month - (after.day < hired_on.day)
    years, rest = divmod(max(months, 0), 12)
    return Text(*(_SERVICE.say(lang, years=years, months=rest) for lang in (Lang.EN, Lang.ZH)))


def _term(contract: LabourContract) -> Text:
    start, end = contract.effective.start, contract.effective.end
    last = _OPEN if end is None else _day(date.fromordinal(end.toordinal() - 1))
    return Text(f"{_day(start).en} – {last.en}", f"{_day(start).zh} 至 {last.zh}")


def _day(day: date) -> Text:
    return Text(say_day(day, Lang.EN), say_day(day, Lang.ZH))


def _titles(titles: tuple[str, ...]) -> Text:
    return Text(", ".join(titles), "、".join(titles)) if titles else _UNKNOWN
