"""What the outbox room refuses, in the words of both languages."""

from __future__ import annotations

from collections.abc import Iterable

from handover_core.errors import InvalidInput
from handover_core.texts import Rule, Text

ENDED = Rule(
    "outbox.ended",
    Text("The subscription {code} has ended.", "订阅 {code} 已取消。"),
    Text("Subscribe again under the same code.", "请用同一代号重新订阅。"),
)
ACTIVE = Rule(
    "outbox.active",
    Text("There is an active subscription {code}.", "订阅 {code} 仍然有效。"),
    Text("End it first, or choose another code.", "请先取消该订阅，或使用其他代号。"),
)
ALIKE = Rule(
    "outbox.alike",
    Text(
        "The codes {code} and {other} would share one secret: case, - and _ make no difference there.",
        "代号 {code} 与 {other} 会共用同一密钥：其中大小写、- 与 _ 不作区分。",
    ),
    Text("Choose another code.", "请使用其他代号。"),
)
SETTLED = Rule(
    "outbox.settled",
    Text("The dead letter was settled already ({status}).", "该死信已处理（{status}）。"),
    Text("Only a parked dead letter can be skipped or tried again.", "只有搁置中的死信才能跳过或重投。"),
)


def wrong_code() -> InvalidInput:
    """Return the error for a code that is none."""
    return InvalidInput.at(
        "code", "outbox.code", "is not 1 to 48 letters, digits, - and _", "应为 1 至 48 个字母、数字、- 或 _"
    )


def wrong_endpoint() -> InvalidInput:
    """Return the error for an endpoint that is empty or holds a password, without its words."""
    return InvalidInput.at(
        "endpoint", "outbox.endpoint", "is empty or holds a password or token; keep secrets with the host",
        "为空或包含密码或令牌；密钥应由宿主另行保存",
    )  # fmt: skip


def wrong_source() -> InvalidInput:
    """Return the error for a source that is no URI reference (RFC 3986), which CloudEvents asks for."""
    return InvalidInput.at(
        "source", "outbox.source",
        "is no URI, such as https://example.com/acme; blanks and letters beyond ASCII are written in percent-encoding",
        "不是 URI（例如 https://example.com/acme）；空格与非 ASCII 字符须使用百分号编码",
    )  # fmt: skip


def wrong_kind(kind: str, known: Iterable[str]) -> InvalidInput:
    """Return the error for a kind that does not exist, or of which nobody is told; ``known`` are those that can be."""
    return InvalidInput.at(
        "kinds", "outbox.kinds", "{kind!r} is nothing that can be subscribed to; these can: {known}",
        "{kind!r} 不可订阅；可订阅：{known}", kind=kind, known=tuple(sorted(known)),
    )  # fmt: skip


def wrong_number(name: str, most: int) -> InvalidInput:
    """Return the error for a number that is not 1 to ``most``."""
    return InvalidInput.at(name, "outbox.number", "is not 1 to {most}", "应为 1 至 {most}", most=most)


def no_point() -> InvalidInput:
    """Return the error for a replay that names no point from which on, or more than one."""
    return InvalidInput.at(
        "since", "outbox.point", "give one of an instant, a stream and a bulk", "请指定时间、数据流或批次（三选一）"
    )


def wrong_beginning(last: int) -> InvalidInput:
    """Return the error for a replay that begins behind the last version of its stream."""
    return InvalidInput.at(
        "version",
        "outbox.version",
        "is behind the last version of the stream, {last}",
        "超过该流的最新版本 {last}",
        last=last,
    )


def wrong_version() -> InvalidInput:
    """Return the error for a version that no stream has."""
    return InvalidInput.at("version", "outbox.version", "is less than 1", "小于 1")


def nothing_changes() -> InvalidInput:
    """Return the error for a change of a subscription that changes nothing."""
    return InvalidInput.at(
        "endpoint", "outbox.unchanged", "name what is to change: endpoint, kinds, attempts, timeout or language",
        "请指定要更改的内容：地址、种类、尝试次数、超时或语言",
    )  # fmt: skip
