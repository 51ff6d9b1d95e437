"""What an event says to people: a short message, for chats and mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handover_core.command_words import say_command, say_field
from handover_core.texts import KINDS_IN_WORDS, Lang, Text

_OPERATIONS = {
    "insert": Text("new {kind}", "新建{kind}"),
    "update": Text("{kind} changed", "{kind}已变更"),
    "delete": Text("{kind} deleted", "{kind}已删除"),
    "batch": Text("{count} {kind} entries in one go", "批量写入{kind} {count} 条"),
}
_BODY = Text(
    "{id} (version {version})\nby {actor}, {command}, {time}", "{id}（版本 {version}）\n{actor}，{command}，{time}"
)
_WHY = Text("reason: {reason}", "理由：{reason}")
_FIELDS = Text("changed: {fields}", "变更字段：{fields}")
_AGAIN = Text("(may have been sent before)", "（可能是重复发送）")


def said(envelope: Mapping[str, Any], lang: Lang) -> tuple[str, str]:
    """Return title and body of the message for an event.

    It says what happened to which thing, by whom and why, and the names of changed fields: never their values, which
    may be somebody's own. People are named by their ids, since a chat is no place for what is personal.
    """
    data = envelope["data"]
    state = data.get("state") if data["operation"] == "batch" else None
    kind = (state or {}).get("kind", data["stream"]["kind"])
    title = _OPERATIONS[data["operation"]].say(
        lang, kind=KINDS_IN_WORDS.get(kind, Text(kind, kind)), count=(state or {}).get("count", "")
    )
    return title, "\n".join(_lines(envelope, lang))


def _lines(envelope: Mapping[str, Any], lang: Lang) -> list[str]:
    data, kind = envelope["data"], envelope["data"]["stream"]["kind"]
    lines = [
        _BODY.say(
            lang, id=_called(data), version=data["version"], actor=data["actor"], command=say_command(data["command"], lang),
            time=envelope["time"],
        )
    ]  # fmt: skip
    if data.get("difference"):
        lines.append(_FIELDS.say(lang, fields=tuple(say_field(kind, name, lang) for name in data["difference"])))
    if data["reason"]:
        lines.append(_WHY.say(lang, reason=data["reason"]))
    if envelope["resend"]:
        lines.append(_AGAIN.say(lang))
    return lines


def _called(data: Mapping[str, Any]) -> str:
    """Return the code of a thing where the event tells it, else its id; a person's number is somebody's own."""
    code = (data.get("state") or {}).get("code")
    return code if isinstance(code, str) else str(data["stream"]["id"])
