"""Senders that talk to the world: webhooks, and messages through Apprise (WeCom, DingTalk, Feishu, mail, …).

Webhooks need nothing but Python. Messages need the extra ``apprise``: importing the module is free, making their sender
raises `MissingExtra` without it.
"""

from handover_core_outbox.choosing import senders
from handover_core_outbox.messages import Messages
from handover_core_outbox.webhook import Webhook

__all__ = ["Messages", "Webhook", "senders"]
