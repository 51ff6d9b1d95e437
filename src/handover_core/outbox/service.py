"""Use cases of the outbox room: who is told what, and what becomes of what could not be delivered."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from attrs import evolve

from handover_core.desk import Room
from handover_core.errors import AlreadyExists, Refused
from handover_core.guards import allowed, check_reason, lacks_role, unknown_kind
from handover_core.outbox import queries, queue, refusals, replaying, rules
from handover_core.outbox.kinds import DEAD_LETTER, SUBSCRIPTION
from handover_core.outbox.model import (
    DeadLetter,
    DeadLetterStatus,
    Standing,
    Subscription,
    SubscriptionStatus,
)
from handover_core.outbox.refusals import ALIKE
from handover_core.outbox.replaying import Place, Point
from handover_core.outbox.routing import kind_of
from handover_core.storage import UnitOfWork
from handover_core.storage.encoding import to_micros
from handover_core.texts import Lang

COMPANY = "company"
ACTIONS = frozenset((COMPANY, SUBSCRIPTION.name, DEAD_LETTER.name))
"""The kinds about which this room gives commands."""
_LOOKS = 5


class OutboxService(Room):
    """Subscriptions and dead letters of one company.

    Every command raises `Refused` where a rule does not allow it, `NotFound` and `InvalidInput`, and is kept in the
    history with its actor and reason like any other.
    """

    # Commands

    def subscribe(self, subscription: Subscription) -> Subscription:
        """Let changes go to an endpoint from now on; an ended subscription of the same code begins again.

        Nothing that waited for it before comes with it. What no relay has routed yet goes there; earlier changes come
        with `replay`.
        """
        rules.check_subscription(subscription, (kind.name for kind in self.desk.units.kinds))
        self._emptied(subscription)

        def decide(unit: UnitOfWork) -> Subscription:
            self.check(unit, rules.SUBSCRIBING, "subscribe", subscription)
            present = unit.repository(SUBSCRIPTION).by(code=subscription.code)
            other = rules.alike(subscription.code, queries.subscriptions(unit))
            if other is not None:
                raise Refused(ALIKE, code=subscription.code, other=other.code)
            if present is not None:
                renewed = rules.renewed(present, subscription)
                while queue.drop_page(unit, renewed.id):
                    pass  # as a rule nothing is left of its earlier life
                return unit.repository(SUBSCRIPTION).save(renewed)
            return unit.repository(SUBSCRIPTION).add(evolve(subscription, status=SubscriptionStatus.ACTIVE))

        return self.desk.do("outbox.subscribe", decide)

    def change_subscription(
        self, code: str, reason: str, *, endpoint: str | None = None, kinds: tuple[str, ...] | None = None,
        attempts: int | None = None, timeout: int | None = None, lang: Lang | None = None,
    ) -> Subscription:  # fmt: skip
        """Change where events go, which, and how; None leaves something as it is, no ``kinds`` means all of them.

        What waits goes to the new endpoint; what is of no wanted kind any more is dropped, dead letters with their
        streams at once, the rest by the relays.
        """
        given = {"endpoint": endpoint, "kinds": kinds, "attempts": attempts, "timeout": timeout, "lang": lang}
        changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        if not changes:
            raise refusals.nothing_changes()

        check_reason(reason)

        def decide(unit: UnitOfWork) -> Subscription:
            present = self._get(unit, "change_subscription", code)
            wanted = evolve(present, **changes)
            rules.check_subscription(wanted, (kind.name for kind in unit.kinds))
            for letter in queries.dead_letters(unit, present.id):
                if not rules.wants(
                    wanted, kind_of(unit.transaction, unit.tenant, letter.stream_kind, letter.stream_id)
                ):
                    _dropped(unit, letter)
            return unit.repository(SUBSCRIPTION).save(wanted)

        return self.desk.do("outbox.change_subscription", decide, reason)

    def unsubscribe(self, code: str, reason: str) -> Subscription:
        """End a subscription with its dead letters; what else still waits for it is dropped by the relays."""
        check_reason(reason)

        def decide(unit: UnitOfWork) -> Subscription:
            present = self._get(unit, "unsubscribe", code)
            for letter in queries.dead_letters(unit, present.id):
                _dropped(unit, letter)
            return unit.repository(SUBSCRIPTION).change(present, status=SubscriptionStatus.ENDED)

        return self.desk.do("outbox.unsubscribe", decide, reason)

    def replay(
        self, code: str, reason: str, *, since: datetime | None = None, stream: tuple[str, str] | None = None,
        version: int = 1, bulk: str | None = None,
    ) -> int:  # fmt: skip
        """Send again what changed since an instant, one stream ``(kind, id)`` from a version on, or the rows of a bulk.

        ``bulk`` is the id of its header, as its event names it; each row comes as it was inserted, and with all that
        became of it since. Everything is marked as a re-send. Returns how many events were queued. Interrupted, it is
        simply given again: what waits already is not queued twice. Raises `InvalidInput` also for a kind of which
        nobody is told and for a version behind the last, `NotFound` also for a stream or bulk that never was.
        """
        check_reason(reason)
        if [since, stream, bulk].count(None) != 2:  # noqa: PLR2004 - one of three
            raise refusals.no_point()
        if version < 1:
            raise refusals.wrong_version()
        point = Point(since=None if since is None else to_micros(since), stream=stream, version=version, bulk=bulk)

        def record(unit: UnitOfWork) -> Subscription:
            present = self._get(unit, "replay", code)
            replaying.check_point(unit, point)
            return unit.repository(SUBSCRIPTION).touch(present)

        subscription = self.desk.do("outbox.replay", record, reason)
        if self.desk.joined is not None:
            return replaying.all_queued(self.desk.joined, subscription, point)
        return self._replayed(subscription, point)

    def skip(self, dead_letter_id: str, reason: str) -> DeadLetter:
        """Give a dead letter up: it is never delivered, and what waits behind it in its stream goes on."""
        check_reason(reason)

        def decide(unit: UnitOfWork) -> DeadLetter:
            letter = self._parked(unit, "skip", dead_letter_id)
            _released(unit, letter)
            return unit.repository(DEAD_LETTER).change(letter, status=DeadLetterStatus.SKIPPED)

        return self.desk.do("outbox.skip", decide, reason)

    def retry(self, dead_letter_id: str, reason: str) -> DeadLetter:
        """Try a dead letter again, from the first attempt on, marked as a re-send."""
        check_reason(reason)

        def decide(unit: UnitOfWork) -> DeadLetter:
            letter = self._parked(unit, "retry", dead_letter_id)
            waiting = queue.held_by(unit.transaction, unit.tenant, letter)
            if waiting is not None:
                again = queue.put_entry(letter.subscription_id, rules.released(waiting.entry), waiting.version)
                unit.claim()
                unit.transaction.put_registers(unit.tenant, [again])
            return unit.repository(DEAD_LETTER).change(letter, status=DeadLetterStatus.RETRIED)

        return self.desk.do("outbox.retry", decide, reason)

    # Questions; `Refused` for whoever is neither owner nor HR nor auditor

    def subscriptions(self) -> list[Subscription]:
        """Return all subscriptions by code, those that have ended too."""
        self._check_reader()
        return self.desk.ask(queries.subscriptions)

    def standing(self) -> list[Standing]:
        """Return how each active subscription stands; each queue is read, a page for every 500 that wait.

        Raises `Refused` at a desk of the past, like `unrouted`.
        """
        self._check_reader()
        self._only_now()
        return self.desk.ask(queries.standing)

    def unrouted(self) -> int:
        """Return how many events no relay has routed yet."""
        self._check_reader()
        self._only_now()
        return self.desk.ask(queries.unrouted)

    def dead_letters(self, code: str | None = None) -> list[DeadLetter]:
        """Return the dead letters that hold a stream up, oldest first; raise `NotFound` for an unknown code."""
        self._check_reader()
        return self.desk.ask(lambda unit: queries.dead_letters(unit, None if code is None else _named(unit, code).id))

    def allowed_actions(self, kind: str, id: str) -> tuple[str, ...]:
        """Return the commands that the actor may give about this aggregate now."""

        def answer(unit: UnitOfWork) -> tuple[str, ...]:
            today, actor = self.desk.today(unit), self.desk.actor
            if kind == COMPANY:
                return allowed(rules.SUBSCRIBING, actor, unit.repository(unit.kinds[kind]).get(id), today)
            if kind == DEAD_LETTER.name:
                return allowed(rules.LETTER_ACTIONS, actor, unit.repository(DEAD_LETTER).get(id), today)
            if kind != SUBSCRIPTION.name:
                raise unknown_kind(kind)
            return allowed(rules.SUBSCRIPTION_ACTIONS, actor, unit.repository(SUBSCRIPTION).get(id), today)

        return self._offered(answer)

    # Helpers

    def _check_reader(self) -> None:
        refusal = lacks_role(self.desk.actor, *rules.READERS)
        if refusal is not None:
            raise refusal

    def _emptied(self, subscription: Subscription) -> None:
        """Take away what an ended subscription has left in its queue, page by page, so that no unit grows with it."""
        if self.desk.joined is not None or not self._has_ended(subscription.code):
            return

        def page(unit: UnitOfWork) -> int:
            self.check(unit, rules.SUBSCRIBING, "subscribe", subscription)
            subscriptions = unit.repository(SUBSCRIPTION)
            present = subscriptions.by(code=subscription.code)
            if present is None or present.is_active:
                return 0
            subscriptions.require(present)  # it may begin again meanwhile, and what waits then must stay
            return queue.drop_page(unit, present.id)

        while self.desk.do("outbox.subscribe", page):
            pass

    def _has_ended(self, code: str) -> bool:
        present = self.desk.ask(lambda unit: unit.repository(SUBSCRIPTION).by(code=code))
        return present is not None and not present.is_active

    def _get(self, unit: UnitOfWork, action: str, code: str) -> Subscription:
        present = _named(unit, code)
        self.check(unit, rules.SUBSCRIPTION_ACTIONS, action, present)
        return present

    def _parked(self, unit: UnitOfWork, action: str, dead_letter_id: str) -> DeadLetter:
        letter = unit.repository(DEAD_LETTER).get(dead_letter_id)
        self.check(unit, rules.LETTER_ACTIONS, action, letter)
        return letter

    def _replayed(self, subscription: Subscription, point: Point) -> int:
        total, place, more = 0, None, True
        while more:
            count, place = self._page(subscription, point, place)
            total, more = total + count, place is not None
        return total

    def _page(self, subscription: Subscription, point: Point, after: Place | None) -> tuple[int, Place | None]:
        desk = self.desk

        def page(unit: UnitOfWork) -> tuple[int, Place | None]:
            return replaying.queued(unit, subscription, point, after)

        for _ in range(_LOOKS):
            with suppress(AlreadyExists):  # a relay has routed some of it meanwhile: look again
                return desk.units.run(desk.tenant, desk.actor, page, "outbox.replay")
        return desk.units.run(desk.tenant, desk.actor, page, "outbox.replay")


def _named(unit: UnitOfWork, code: str) -> Subscription:
    return unit.repository(SUBSCRIPTION).named(code=code)


def _dropped(unit: UnitOfWork, letter: DeadLetter) -> None:
    queue.drop_stream(unit, letter)
    unit.repository(DEAD_LETTER).change(letter, status=DeadLetterStatus.DROPPED)


def _released(unit: UnitOfWork, letter: DeadLetter) -> None:
    """Take the event of a dead letter out of the queue, where it still holds its stream up."""
    waiting = queue.held_by(unit.transaction, unit.tenant, letter)
    if waiting is not None:
        place = queue.queue_of(letter.subscription_id), queue.entry_key(waiting.entry), waiting.version
        unit.claim()
        unit.transaction.drop_registers(unit.tenant, [place])
