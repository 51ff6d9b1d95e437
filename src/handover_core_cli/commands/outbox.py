"""`outbox …`: who is told of changes, the relay that tells them, and what could not be delivered."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from datetime import timedelta, tzinfo
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from handover_core.errors import Contention, HandoverError, NotFound, StorageUnavailable
from handover_core.kinds import KINDS
from handover_core.outbox.model import MOST, DeadLetter, Delivered, Standing, Subscription
from handover_core.outbox.relay import Relay
from handover_core.outbox.schemas import schemas
from handover_core.outbox.sending import Senders
from handover_core.texts import Lang, Text
from handover_core_cli.naming import Names, id_of, names_of
from handover_core_cli.output import write_json
from handover_core_cli.state import State, at, parse_instant
from handover_core_outbox.choosing import Secrets, check_endpoint, secrets_in, senders

UNROUTED = Text("{count} changes wait for a relay.", "有 {count} 条变更等待投递。")
NOBODY = Text("Nobody has subscribed.", "尚无订阅。")
SUBSCRIBED = Text("{code}: changes go to {endpoint} from now on.", "{code}：此后的变更将发送至 {endpoint}。")
NOTHING_YET = Text(
    "Nothing is stored of the company {tenant} yet: look at --tenant if there should be.",
    "尚无公司 {tenant} 的任何数据：如应有数据，请核对 --tenant。",
)
UNSUBSCRIBED = Text("{code} has ended; what waited for it is dropped.", "{code} 已取消，其待投递内容将被丢弃。")
UNSIGNED = Text("{code} has no secret: its webhooks are not signed.", "{code} 没有密钥，其 webhook 不会签名。")
UNSENDABLE = Text("{code}: nothing can be sent. {why}", "{code}：无法发送。{why}")
DONE = Text(
    "{routed} routed, {delivered} delivered, {failed} failed for now, {parked} parked.",
    "分发 {routed}，送达 {delivered}，暂时失败 {failed}，搁置 {parked}。",
)
AWAY = Text("{reason} It is tried again.", "{reason} 稍后重试。")
NO_DEAD = Text("No dead letters.", "没有死信。")
SKIPPED = Text("Given up; its stream goes on.", "已放弃；该数据流继续投递。")
RETRIED = Text("It is tried again.", "将重新投递。")
REPLAYED = Text("{count} events wait to be sent again.", "{count} 个事件等待重新发送。")
WRITTEN = Text("{path}: {count} schemas", "{path}：{count} 个 Schema")
STANDING = (
    Text("subscription", "订阅"), Text("endpoint", "地址"), Text("waiting", "待投递"), Text("oldest", "最早"),
    Text("parked", "搁置"),
)  # fmt: skip
LETTERS = (
    Text("id", "编号"), Text("subscription", "订阅"), Text("stream", "数据流"), Text("version", "版本"),
    Text("attempts", "尝试次数"), Text("failure", "失败原因"), Text("since", "自"),
)  # fmt: skip

Code = Annotated[str, typer.Argument(help="the subscription's code / 订阅代号")]
Letter = Annotated[str, typer.Argument(help="the dead letter's id / 死信编号")]
Reason = Annotated[str, typer.Option(help="why / 理由")]
group = typer.Typer(help="tell other systems and people of changes / 将变更告知其他系统和人员", no_args_is_help=True)


def register(application: typer.Typer) -> None:
    """Add the commands."""
    group.command("status", help="what waits, and what is parked / 投递状态")(status)
    group.command("subscribe", help="let changes go somewhere / 订阅")(subscribe)
    group.command("change", help="change a subscription / 更改订阅")(change)
    group.command("unsubscribe", help="end a subscription / 取消订阅")(unsubscribe)
    group.command("run", help="route and deliver / 投递")(run)
    group.command("dead", help="what could not be delivered / 死信列表")(dead)
    group.command("skip", help="give a dead letter up / 跳过死信")(skip)
    group.command("retry", help="try a dead letter again / 重投死信")(retry)
    group.command("replay", help="send again what was sent before / 重发")(replay)
    group.command("schemas", help="write the JSON Schemas of all events / 导出事件的 JSON Schema")(write_schemas)
    application.add_typer(group, name="outbox")


def status(context: typer.Context) -> None:
    """Show how each subscription stands."""
    state: State = context.obj
    office = state.company()
    zone = state.zone(office)
    unrouted, standing = office.outbox.unrouted(), office.outbox.standing()
    state.console.say(UNROUTED, count=_counted(unrouted))
    if standing:
        state.console.table(STANDING, [_row(each, zone) for each in standing])
    else:
        state.console.say(NOBODY)
    state.console.give({"unrouted": unrouted, "subscriptions": standing})


def subscribe(
    context: typer.Context,
    code: Code,
    endpoint: Annotated[
        str, typer.Argument(help="an http(s) URL, or apprise: for messages / http(s) 地址，或 apprise: 表示消息")
    ],
    kind: Annotated[list[str] | None, typer.Option(help="only this kind; repeat for more / 仅此种类，可重复")] = None,
    attempts: Annotated[int, typer.Option(help="failures until an event is parked / 搁置前的尝试次数")] = 20,
    timeout: Annotated[int, typer.Option(help="seconds for one attempt / 单次超时（秒）")] = 10,
    messages: Annotated[Lang, typer.Option(help="language of messages / 消息语言")] = Lang.ZH,
) -> None:
    """Subscribe; secrets (for signing, or the address of messages) stay with the host, see `run`."""
    check_endpoint(endpoint)
    state: State = context.obj
    office = state.office()
    wanted = Subscription(
        id=office.desk.units.ids(), code=code, endpoint=endpoint, kinds=tuple(kind or ()), attempts=attempts,
        timeout=timeout, lang=messages,
    )  # fmt: skip
    known = state.knows(office)
    made = office.outbox.subscribe(wanted)
    state.console.say(SUBSCRIBED, code=code, endpoint=endpoint)
    if not known:
        state.console.note(NOTHING_YET, tenant=state.tenant)
    state.console.give(made)


def change(
    context: typer.Context,
    code: Code,
    reason: Reason,
    endpoint: Annotated[str | None, typer.Option(help="where events go from now on / 新地址")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="only this kind; repeat for more / 仅此种类，可重复")] = None,
    every_kind: Annotated[bool, typer.Option("--all-kinds", help="all kinds again / 所有种类")] = False,
    attempts: Annotated[int | None, typer.Option(help="failures until an event is parked / 搁置前的尝试次数")] = None,
    timeout: Annotated[int | None, typer.Option(help="seconds for one attempt / 单次超时（秒）")] = None,
    messages: Annotated[Lang | None, typer.Option(help="language of messages / 消息语言")] = None,
) -> None:
    """Change where events go, which, and how; what waits goes to the new endpoint, unless it is not wanted any more."""
    if endpoint is not None:
        check_endpoint(endpoint)
    if kind and every_kind:
        raise typer.BadParameter("--kind, --all-kinds")
    state: State = context.obj
    changed = state.office().outbox.change_subscription(
        code, reason, endpoint=endpoint, kinds=tuple(kind) if kind else () if every_kind else None, attempts=attempts,
        timeout=timeout, lang=messages,
    )  # fmt: skip
    state.console.say(SUBSCRIBED, code=code, endpoint=changed.endpoint)
    state.console.give(changed)


def unsubscribe(context: typer.Context, code: Code, reason: Reason) -> None:
    """End a subscription."""
    state: State = context.obj
    ended = state.office().outbox.unsubscribe(code, reason)
    state.console.say(UNSUBSCRIBED, code=code)
    state.console.give(ended)


def run(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="deliver what is due, and end / 投递一轮后结束")] = False,
    secrets: Annotated[
        Path | None, typer.Option(help="file with lines CODE = SECRET / 密钥文件，每行“代号 = 密钥”", exists=True)
    ] = None,
    only: Annotated[str | None, typer.Option(help="only this subscription / 仅此订阅")] = None,
    interval: Annotated[float, typer.Option(help="seconds between two rounds / 轮询间隔（秒）", min=0.1)] = 2.0,
    lease: Annotated[
        float, typer.Option(help="seconds until others take over from a dead relay / 租约（秒）", min=1)
    ] = 60.0,
    source: Annotated[str | None, typer.Option(help="URI of the company in envelopes / 信封中的公司 URI")] = None,
) -> None:
    """Run a relay; any number of them may run beside each other, on any machines.

    A secret signs the webhooks of a subscription, or is the address of its messages. It stands in the file, or in the
    environment variable HANDOVER_SECRET_CODE.
    """
    state: State = context.obj
    state.only_now()
    office = state.company()
    subscriptions = office.outbox.subscriptions()
    if only is not None and only not in {each.code for each in subscriptions}:
        raise NotFound("subscription", only)
    found = Secrets(_secrets(secrets), os.environ)
    find = senders(found)
    for each in subscriptions:
        if each.is_active and only in {None, each.code}:
            _warn(state, each, find, found)
    relay = Relay(office.desk.units, state.tenant, find, lease=timedelta(seconds=lease), source=source)
    if not once:
        _for_good(state, relay, only, interval)
    done = relay.run_once(only=only)
    state.console.say(DONE, **_figures(done))
    state.console.give(done)


def dead(
    context: typer.Context,
    code: Annotated[str | None, typer.Argument(help="only of this subscription / 仅此订阅")] = None,
) -> None:
    """List the dead letters that hold a stream up."""
    state: State = context.obj
    office = state.office()
    letters = office.outbox.dead_letters(code)
    if letters:
        zone = state.zone(office)
        names = names_of(office, state.lang, (), ((each.stream_kind, each.stream_id) for each in letters))
        codes = {each.id: each.code for each in office.outbox.subscriptions()}
        state.console.table(LETTERS, [_letter(each, codes[each.subscription_id], names, zone) for each in letters])
    else:
        state.console.say(NO_DEAD)
    state.console.give({"dead_letters": letters})


def skip(context: typer.Context, letter: Letter, reason: Reason) -> None:
    """Give a dead letter up, for good and on record."""
    state: State = context.obj
    settled = state.office().outbox.skip(letter, reason)
    state.console.say(SKIPPED)
    state.console.give(settled)


def retry(context: typer.Context, letter: Letter, reason: Reason) -> None:
    """Try a dead letter again, from the first attempt on."""
    state: State = context.obj
    settled = state.office().outbox.retry(letter, reason)
    state.console.say(RETRIED)
    state.console.give(settled)


def replay(
    context: typer.Context,
    code: Code,
    reason: Reason,
    since: Annotated[str | None, typer.Option(help="from this instant on / 自此时间起")] = None,
    stream: Annotated[
        tuple[str, str] | None, typer.Option(help="of this KIND and ID, number or code / 此种类与编号、工号或代码")
    ] = None,
    version: Annotated[int, typer.Option(help="from this version of it on / 自此版本起")] = 1,
    batch: Annotated[
        str | None, typer.Option(help="the rows of this bulk, as its event names it / 此批次的各行")
    ] = None,
) -> None:
    """Send again what changed since an instant, one stream from a version on, or the rows of a bulk; all of it marked."""
    state: State = context.obj
    office = state.office()
    if stream is not None:
        stream = stream[0], id_of(office, *stream)
    count = office.outbox.replay(
        code, reason, since=parse_instant(since, state.zone(office)), stream=stream, version=version, bulk=batch
    )
    state.console.say(REPLAYED, count=count)
    state.console.give({"code": code, "queued": count})


def write_schemas(
    context: typer.Context,
    out: Annotated[Path, typer.Option("-o", "--out", help="folder / 文件夹")],
) -> None:
    """Write one JSON Schema for the data of each type of event."""
    state: State = context.obj
    out.mkdir(parents=True, exist_ok=True)
    made = schemas(KINDS)
    for type_, schema in made.items():
        write_json(out / f"{type_}.json", schema)
    state.console.say(WRITTEN, path=out, count=len(made))
    state.console.give({"written": str(out), "types": sorted(made)})


def _for_good(state: State, relay: Relay, only: str | None, interval: float) -> NoReturn:
    """Deliver until the process is ended; a store that is away is waited for."""
    while True:
        try:
            done = relay.run_once(only=only)
        except (Contention, StorageUnavailable) as error:
            state.console.say(AWAY, reason=error.message(state.lang))
            done = Delivered()
        if not done.idle:
            state.console.say(DONE, **_figures(done))
        time.sleep(0 if done.routed or done.delivered else interval)


def _warn(state: State, subscription: Subscription, find: Senders, secrets: Secrets) -> None:
    """Say what is not as it should be with a subscription: nothing can be sent to it, or nothing is signed."""
    try:
        find(subscription)
    except HandoverError as error:
        state.console.say(UNSENDABLE, code=subscription.code, why=error.message(state.lang))
        return
    if subscription.endpoint.startswith("http") and secrets.get(subscription.code) is None:
        state.console.say(UNSIGNED, code=subscription.code)


def _secrets(path: Path | None) -> Mapping[str, str]:
    return {} if path is None else secrets_in(path.read_text(encoding="utf-8-sig"))


def _figures(done: Delivered) -> dict[str, int]:
    return {"routed": done.routed, "delivered": done.delivered, "failed": done.failed, "parked": done.parked}


def _row(standing: Standing, zone: tzinfo) -> tuple[object, ...]:
    oldest = "" if standing.oldest is None else at(standing.oldest, zone)
    subscription = standing.subscription
    return subscription.code, subscription.endpoint, _counted(standing.waiting), oldest, standing.parked


def _letter(letter: DeadLetter, code: str, names: Names, zone: tzinfo) -> tuple[object, ...]:
    stream = names.what(letter.stream_kind, letter.stream_id)
    since = at(letter.parked_at, zone)
    return letter.id, code, stream, letter.stream_version, letter.attempts, letter.failure, since


def _counted(count: int) -> str:
    return f"≥ {MOST}" if count >= MOST else str(count)
