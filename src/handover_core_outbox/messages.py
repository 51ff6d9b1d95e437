"""Short messages for people, through Apprise: WeCom, DingTalk, Feishu, mail and whatever else it knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handover_core.errors import InvalidInput, MissingExtra, NotDelivered
from handover_core.outbox.words import said
from handover_core.texts import Lang

WHAT = "handover_core_outbox.messages"


class Messages:
    """Sends what an event says to people, in one language, to one address of Apprise (``wecombot://…``, ``mailto://…``).

    The address holds keys, so it comes from the host and not from the subscription. Raises `MissingExtra` without the
    package, `InvalidInput` for an address that it does not know.
    """

    def __init__(self, address: str, lang: Lang = Lang.ZH) -> None:
        self._service = _service(address)
        self._lang = lang

    def __call__(self, envelope: Mapping[str, Any], /, *, timeout: float) -> None:
        """Send; raise `NotDelivered` where the service did not take it."""
        title, body = said(envelope, self._lang)
        # One waits for the connection, the other for the answer.
        self._service.socket_connect_timeout = self._service.socket_read_timeout = timeout / 3
        if not self._service.notify(title=title, body=body):
            raise NotDelivered("message refused")


def _service(address: str) -> Any:
    try:
        from apprise import Apprise
    except ImportError as error:
        raise MissingExtra(WHAT, "apprise") from error
    found = Apprise.instantiate(address, suppress_exceptions=True)
    if found is None:
        raise InvalidInput.at(
            "endpoint", "outbox.address", "is not an address that Apprise knows", "不是 Apprise 支持的地址"
        )
    return found
