"""`init`, `doctor` and `copy`: the store itself."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from handover_core import __version__
from handover_core.errors import InvalidInput, NotFound, OtherKeys
from handover_core.kinds import KINDS
from handover_core.organization.model import Company
from handover_core.storage import UnitOfWork
from handover_core.storage.copying import Step, copy_company
from handover_core.texts import Text
from handover_core_cli.state import OPERATOR, State, shown

READY = Text("The store {store} is ready (schema {number}).", "存储 {store} 已就绪（结构版本 {number}）。")
FOUNDED = Text("The company {name} was created.", "已创建公司 {name}。")
SOUND = Text("handover-core {version}; {store} is sound.", "handover-core {version}；{store} 状态正常。")
EMPTY = Text(
    "The company {tenant} has no data yet. Try: handover templates -o FOLDER, then handover import FOLDER",
    "公司 {tenant} 尚无数据。可先执行 handover templates -o 文件夹，填写后 handover import 文件夹",
)
KIND, COUNT = Text("kind", "种类"), Text("stored", "数量")
BACK = Text(
    "The keys of {count} erased persons are there again, as after an old backup: `handover retention apply` destroys them.",
    "{count} 名已删除人员的密钥重新出现（如恢复了旧备份）：请执行 handover retention apply 再次销毁。",
)
REVIVED = Text(
    "{count} persons may be read though their keys were destroyed, as after an old backup of the store: `handover retention "
    "apply` erases them again.",
    "{count} 名人员的密钥已销毁，其信息仍可能可读（如恢复了旧的数据库备份）：请执行 handover retention apply 再次删除。",
)
WRONG = Text("Its keys: {why} {cure}", "密钥：{why}{cure}")
PART = Text("part", "部分")
COPYING = Text("{part}: {seen} compared, {written} written", "{part}：已比对 {seen}，已写入 {written}")
SAME = Text(
    "{source} and {target} hold the same, history included; {written} entries were written.",
    "{source} 与 {target} 内容（含历史）完全一致；共写入 {written} 条。",
)


def register(application: typer.Typer) -> None:
    """Add the commands."""
    application.command("init", help="create or upgrade the store / 建立或升级存储")(init)
    application.command("doctor", help="check the store / 检查存储")(doctor)
    application.command("copy", help="move a company to another store / 将公司数据复制到另一存储")(copy)


def init(
    context: typer.Context,
    name: Annotated[str | None, typer.Option(help="the company's name / 公司名称")] = None,
    time_zone: Annotated[str, typer.Option(help="its time zone / 时区")] = "Asia/Shanghai",
    currency: Annotated[str, typer.Option(help="its currency / 货币")] = "CNY",
) -> None:
    """Create the store where there is none, bring an old one up to date, and name the company."""
    state: State = context.obj
    state.only_now()
    store = state.connect(state.store)
    number = store.schema.migrate()
    store.schema.check()
    state.console.say(READY, store=shown(state.store), number=number)
    if name is not None:
        office = state.core_over(store).office(state.tenant, OPERATOR, on=state.on)
        company = Company(id="company", name=name, time_zone=time_zone, currency=currency)
        office.organization.set_company(company)
        state.console.say(FOUNDED, name=name)
    state.console.give({"store": shown(state.store), "schema": number, "tenant": state.tenant, "company": name})


def doctor(context: typer.Context) -> None:
    """Check that the store is fit for use and show how much is in it."""
    state: State = context.obj
    state.only_now()
    core = state.core()
    with core.units.unit(state.tenant, OPERATOR, write=False) as unit:
        counts = {kind.name: unit.repository(kind).count() for kind in KINDS}
        wrong = _wrong_keys(unit)
    state.console.say(SOUND, version=__version__, store=shown(state.store))
    state.console.table((KIND, COUNT), [(name, count) for name, count in counts.items() if count])
    if not any(counts.values()):
        state.console.say(EMPTY, tenant=state.tenant)
    if wrong is not None:
        state.console.say(WRONG, why=wrong.message(state.lang), cure=wrong.remedy(state.lang))
    retention = core.office(state.tenant, OPERATOR).retention
    back, revived = (retention.restored(), retention.revived()) if wrong is None else ([], [])
    if back:
        state.console.say(BACK, count=len(back))
    if revived:
        state.console.say(REVIVED, count=len(revived))
    state.console.give({
        "version": __version__, "store": shown(state.store), "tenant": state.tenant, "stored": counts,
        "keys": None if wrong is None else wrong.code, "keys_back": [each.subject_id for each in back],
        "revived": [each.id for each in revived],
    })  # fmt: skip


def _wrong_keys(unit: UnitOfWork) -> OtherKeys | None:
    """Return what is wrong with the keys that were given; a company that is not sealed needs none."""
    try:
        if unit.personal.settings.ring:
            unit.personal.check_keys()
    except OtherKeys as error:
        return error
    return None


def copy(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FROM", help="address of the store / 来源存储地址")],
    target: Annotated[str, typer.Argument(metavar="TO", help="address of the other store / 目标存储地址")],
) -> None:
    """Copy a company with its whole history, compare both sides in full, and go on where an earlier copy stopped."""
    state: State = context.obj
    state.only_now()
    if source == target:
        raise InvalidInput.at("TO", "copy.same", "is the store to copy from", "与来源存储相同")
    origin, destination = state.connect(source), state.connect(target)
    origin.schema.check()
    destination.schema.migrate()
    destination.schema.check()
    units = state.core_over(origin).units
    with units.unit(state.tenant, OPERATOR, write=False) as unit:
        if not any(unit.repository(kind).count() for kind in KINDS):
            raise NotFound("company", state.tenant)
    done = copy_company(units, units.over(destination), state.tenant, _progress(state))
    state.console.table((PART, COUNT), [(part, count) for part, count in done.compared.items() if count])
    state.console.say(SAME, written=done.written, source=shown(source), target=shown(target))
    state.console.give({"source": shown(source), "target": shown(target), "tenant": state.tenant, "copied": done})


def _progress(state: State) -> Callable[[Step], None]:
    """Return what shows progress on a terminal; a pipe or a script sees none."""
    if state.console.as_json or not sys.stderr.isatty():
        return lambda _: None

    def show(step: Step) -> None:
        words = COPYING.say(state.lang, part=step.part, seen=step.seen, written=step.written)
        sys.stderr.write(f"\r\x1b[K{words}")
        sys.stderr.flush()

    return show
