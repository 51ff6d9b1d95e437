"""Finds the sender of a subscription by its endpoint, and the secrets that belong to it."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from handover_core.errors import InvalidInput
from handover_core.outbox.model import Subscription
from handover_core.outbox.rules import variable
from handover_core.outbox.sending import Sender, Senders
from handover_core.texts import Lang
from handover_core_outbox.messages import Messages
from handover_core_outbox.webhook import Webhook

MESSAGES = "apprise:"
"""The endpoint of subscriptions whose address is a secret of the host."""
PREFIX = "HANDOVER_SECRET_"


def senders(secrets: Secrets | Mapping[str, str]) -> Senders:
    """Return what finds senders; ``secrets`` are those of the host, by the codes of subscriptions.

    For a webhook the secret signs (several, with a blank between them, while it is changed); for the endpoint
    ``apprise:`` it is the address itself. A sender is made anew when endpoint, language or secret have changed. What it
    returns raises `InvalidInput` for an endpoint that nobody here can send to, or whose address is not among the secrets.
    """
    made: dict[str, tuple[tuple[str, Lang, str | None], Sender]] = {}

    def find(subscription: Subscription) -> Sender:
        secret = secrets.get(subscription.code)
        like = subscription.endpoint, subscription.lang, secret
        before = made.get(subscription.code)
        if before is None or before[0] != like:
            before = made[subscription.code] = like, _made(subscription, secret)
        return before[1]

    return find


def check_endpoint(endpoint: str) -> None:
    """Raise `InvalidInput` for an endpoint that nobody here can send to."""
    if not endpoint.startswith(MESSAGES):
        Webhook(endpoint)


def secrets_in(text: str) -> dict[str, str]:
    """Return the secrets of a file: a line ``code = secret`` for each subscription; empty lines and ``#`` are passed over.

    Raises `InvalidInput` for any other line, by its number and without its words.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        code, sign, secret = (part.strip() for part in line.partition("="))
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not (code and sign and secret):
            raise InvalidInput.at(f"line {number}", "outbox.secrets", "is not CODE = SECRET", "应为“代号 = 密钥”")
        found[code] = secret
    return found


@frozen
class Secrets:
    """The secrets of a host by the codes of subscriptions: those given, then those of the environment.

    The variable of the code ``erp`` is ``HANDOVER_SECRET_ERP``; it is looked up when it is asked for, so that a
    subscription may come later than the relay.
    """

    given: Mapping[str, str]
    environment: Mapping[str, str]

    def get(self, code: str, /) -> str | None:
        """Return the secret of a subscription, or None."""
        name = PREFIX + variable(code)
        return self.given.get(code) or self.environment.get(name) or None


def _made(subscription: Subscription, secret: str | None) -> Sender:
    if not subscription.endpoint.startswith(MESSAGES):
        return Webhook(subscription.endpoint, tuple(part.encode() for part in (secret or "").split()))
    if secret is None:
        raise InvalidInput.at(
            "endpoint", "outbox.no_address", "{name} has no address among the secrets", "密钥中没有 {name} 的地址",
            name=subscription.code,
        )  # fmt: skip
    return Messages(secret, subscription.lang)
