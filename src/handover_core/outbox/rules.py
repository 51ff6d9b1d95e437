"""Pure decisions about delivery: who wants what, what is due, who may send, and what follows a failure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from urllib.parse import unquote

from attrs import evolve

from handover_core.actor import Actor, Role
from handover_core.errors import Refused
from handover_core.guards import Action, first_refusal, lacks_role, only
from handover_core.outbox.model import (
    STATUS_LABELS,
    DeadLetter,
    DeadLetterStatus,
    Entry,
    Lease,
    Subscription,
    SubscriptionStatus,
)
from handover_core.outbox.refusals import (
    ACTIVE,
    ENDED,
    SETTLED,
    wrong_code,
    wrong_endpoint,
    wrong_kind,
    wrong_number,
    wrong_source,
)

OWN = frozenset({"subscription", "dead_letter"})
"""Kinds that nobody is told of: telling would never end."""
KEEPERS = (Role.OWNER, Role.HR)
"""Who decides where events go, and what becomes of those that cannot be delivered."""
READERS = (*KEEPERS, Role.AUDITOR)
"""Who may see where events go, and what could not be delivered."""

SECOND = 1_000_000
FIRST_WAIT = 5 * SECOND
LONGEST_WAIT = 3600 * SECOND
MOST_ATTEMPTS = 100
LONGEST_TIMEOUT = 300
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,47}")
_URI = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
_SECRET = re.compile(r"//[^/@]*@")
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")
_SECRETIVE = frozenset((
    "token", "accesstoken", "secret", "password", "passwd", "pwd", "passphrase", "key", "apikey", "accesskey", "credential",
    "credentials", "auth", "authorization", "sig", "sign", "signature", "jwt", "code",
))  # fmt: skip
"""Words in the name of a URL's parameter that show that a secret stands behind it."""


def check_source(source: str) -> None:
    """Raise `InvalidInput` for a source that holds what no URI reference does (RFC 3986, appendix A), or nothing."""
    if not _URI.fullmatch(source):
        raise wrong_source()


def check_subscription(wanted: Subscription, kinds: Iterable[str]) -> None:
    """Raise `InvalidInput` for a code, endpoint, kind or number that cannot be; ``kinds`` are all that there are."""
    if not _CODE.fullmatch(wanted.code):
        raise wrong_code()
    if not wanted.endpoint or holds_secret(wanted.endpoint):
        raise wrong_endpoint()
    known = {*kinds} - OWN
    unknown = sorted({*wanted.kinds} - known)
    if unknown:
        raise wrong_kind(unknown[0], known)
    for name, most in (("attempts", MOST_ATTEMPTS), ("timeout", LONGEST_TIMEOUT)):
        if not 1 <= getattr(wanted, name) <= most:
            raise wrong_number(name, most)


def holds_secret(endpoint: str) -> bool:
    """Tell whether an address holds a password, or a parameter that is called like one (``access_token``, ``apiKey``)."""
    if _SECRET.search(endpoint):
        return True
    names = [part.partition("=")[0] for part in re.split(r"[?&;#]", endpoint)[1:]]
    return any(word.lower() in _SECRETIVE for name in names for word in _WORD.findall(unquote(name)))


def alike(code: str, others: Iterable[Subscription]) -> Subscription | None:
    """Return an active subscription whose code names the same variable of the environment, or None."""
    return next(
        (each for each in others if each.is_active and each.code != code and variable(each.code) == variable(code)),
        None,
    )


def variable(code: str) -> str:
    """Return how the environment spells a code: variables know no hyphens, and on some systems no small letters."""
    return re.sub(r"[^A-Z0-9]", "_", code.upper())


# Routing


def wants(subscription: Subscription, kind: str) -> bool:
    """Tell whether a change of this kind goes to a subscription."""
    return subscription.is_active and kind not in OWN and (not subscription.kinds or kind in subscription.kinds)


# Sending


def is_due(entry: Entry, now: int) -> bool:
    """Tell whether the first entry of a stream may be tried."""
    return entry.parked is None and entry.due <= now


def may_take(lease: Lease | None, owner: str, now: int) -> bool:
    """Tell whether a lane may be taken: it is nobody's, was left, has run out, or is the owner's already."""
    return lease is None or lease.owner == owner or lease.until <= now


def may_send(lease: Lease, now: int, timeout: int) -> bool:
    """Tell whether a send that takes ``timeout`` seconds will end before the lease does."""
    return now + timeout * SECOND < lease.until


def tried(entry: Entry) -> Entry:
    """Return the entry with one more attempt on record, of which nothing is told yet."""
    return evolve(entry, attempts=entry.attempts + 1, untold=True)


def is_spent(entry: Entry, most: int) -> bool:
    """Tell whether an entry was tried as often as it may be, though nobody has told how the last attempt ended.

    Twice at the least: the first time it may only have stood beside the one that ended the relay.
    """
    return entry.attempts >= max(most, 2)


def wait_after(attempts: int, chance: float) -> int:
    """Return the microseconds until the next attempt after the one numbered ``attempts`` (from 1) failed.

    They double from `FIRST_WAIT` to `LONGEST_WAIT`; ``chance``, from 0 to 1, takes up to half of that away, so that
    what failed together does not come again together.
    """
    longest = min(LONGEST_WAIT, FIRST_WAIT << min(attempts - 1, 10))
    return longest - int(longest * chance / 2)


def after_failure(entry: Entry, now: int, chance: float, most: int, *, final: bool) -> Entry | None:
    """Return the entry as it waits for its next attempt, or None where it becomes a dead letter.

    ``final`` says that trying again is of no use; else ``most`` attempts are made.
    """
    if final or entry.attempts >= most:
        return None
    return evolve(entry, due=now + wait_after(entry.attempts, chance), untold=False)


def parked(entry: Entry, letter_id: str) -> Entry:
    """Return an entry that holds its stream up."""
    return evolve(entry, parked=letter_id, untold=False)


def released(entry: Entry) -> Entry:
    """Return a parked entry that begins again; it may have arrived before."""
    return evolve(entry, parked=None, attempts=0, due=0, resend=True, untold=False)


def overtaken(entry: Entry) -> Entry:
    """Return an entry before which another was put: if it was tried, it begins again, unless it is parked."""
    return released(entry) if entry.attempts and entry.parked is None else entry


# Guards


def _can_end(actor: Actor, subscription: Subscription, _today: date) -> Refused | None:
    ended = None if subscription.is_active else Refused(ENDED, code=subscription.code)
    return first_refusal(lacks_role(actor, *KEEPERS), ended)


def _can_settle(actor: Actor, letter: DeadLetter, _today: date) -> Refused | None:
    settled = (
        None if letter.status is DeadLetterStatus.PARKED else Refused(SETTLED, status=STATUS_LABELS[letter.status])
    )
    return first_refusal(lacks_role(actor, *KEEPERS), settled)


SUBSCRIBING = (Action[object]("subscribe", only(*KEEPERS)),)
SUBSCRIPTION_ACTIONS = (
    Action("change_subscription", _can_end), Action("unsubscribe", _can_end), Action("replay", _can_end),
)  # fmt: skip
LETTER_ACTIONS = (Action("skip", _can_settle), Action("retry", _can_settle))


def renewed(present: Subscription, wanted: Subscription) -> Subscription:
    """Return an ended subscription as it begins again; raise `Refused` for an active one."""
    if present.is_active:
        raise Refused(ACTIVE, code=present.code)
    return evolve(wanted, id=present.id, version=present.version, status=SubscriptionStatus.ACTIVE)
