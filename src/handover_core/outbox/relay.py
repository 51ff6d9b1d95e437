"""A relay: routes what is new and delivers what is due, beside any number of other relays.

For each lane of each subscription one relay at a time holds a lease. Every write names the version of the lease that it
has seen, so a relay that was overtaken stores nothing more. An attempt is on record before it is made: whoever finds
it there knows that the event may have arrived, and marks it. Attempts that nobody has told the outcome of count too: an
event that ends every relay that sends it is parked in the end.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import TypeVar

from attrs import evolve, frozen

from handover_core.errors import AlreadyExists, CommitUnknown, Contention, VersionConflict
from handover_core.history.changes import Change
from handover_core.outbox import queue, rules
from handover_core.outbox.envelope import envelope
from handover_core.outbox.kinds import DEAD_LETTER, SUBSCRIPTION
from handover_core.outbox.model import DeadLetter, Delivered, Entry, Lease, Subscription
from handover_core.outbox.queue import Waiting
from handover_core.outbox.routing import PAGE, RELAY, active, kind_of, route, sweep
from handover_core.outbox.sending import Failure, Sender, Senders, sent
from handover_core.outbox.thin import told
from handover_core.storage import Transaction, UnitFactory, UnitOfWork
from handover_core.storage.encoding import to_micros
from handover_core.storage.recording import LANES

BATCH = 20
"""How many streams of a lane are sent between two transactions."""
LOOKED_AT = 100
"""Among how many streams of a lane these are chosen."""
LEASE = timedelta(seconds=60)
ENOUGH = 3
"""After failures in so many lanes, one after the other, a receiver is left alone until the next run."""
_TRIES = 6
_GONE = Failure("entry-missing", final=True)
_UNTOLD = Failure("outcome-unknown", final=True)

R = TypeVar("R")


@frozen(kw_only=True)
class _Held:
    """A lane that this relay holds: the lease, the version of its register, and what is to be sent under it."""

    subscription: Subscription
    lane: int
    lease: Lease
    version: int
    work: tuple[tuple[Waiting, Change | None], ...] = ()
    parked: int = 0


@frozen
class _Result:
    """What became of one entry: sent, failed, or not tried."""

    waiting: Waiting
    failure: Failure | None = None
    tried: bool = True


@frozen
class _Left:
    """How a lane was left: whether more is due in it, and how many streams were parked."""

    more: bool
    parked: int


class Relay:
    """Delivers the events of one company; ``senders`` finds the sender of a subscription.

    Relays in threads and processes share the work; each is used by one thread. ``lease`` is how long a lane is held at
    most after a relay has died (at least twice a subscription's timeout). ``chance`` gives numbers from 0 to 1.
    ``source`` is the URI of the company in the envelopes; `InvalidInput` is raised for what is none.
    """

    def __init__(
        self, units: UnitFactory, tenant: str, senders: Senders, *,
        lease: timedelta = LEASE, chance: Callable[[], float] = random.random,
        sleep: Callable[[float], None] = time.sleep, source: str | None = None,
    ) -> None:  # fmt: skip
        if source is not None:
            rules.check_source(source)
        self.name = units.ids()
        self._units = units
        self._tenant = tenant
        self._senders = senders
        self._lease = lease // timedelta(microseconds=1)
        self._chance = chance
        self._sleep = sleep
        self._source = source

    def run_once(self, *, only: str | None = None) -> Delivered:
        """Route what is new, deliver what is due and return what was done; ``only`` names one subscription's code.

        Raises `StorageUnavailable` and its kin where the store fails; nothing is lost by that.
        """
        done = Delivered(routed=self.route())
        sweep(self._units, self._tenant)
        wanted = [each for each in self._ask(active) if only in {None, each.code}]
        for delivered in self._in_turn([self._deliver(each) for each in wanted]):
            done += delivered
        return done

    def _in_turn(self, deliveries: Sequence[Iterator[Delivered]]) -> Iterator[Delivered]:
        """Yield what every delivery yields; the next step is that of whom the relay has served the shortest by then.

        So a receiver that takes its time does not hold the others up by more than a step of its own.
        """
        served = dict.fromkeys(range(len(deliveries)), timedelta())
        while served:
            turn = min(served, key=served.__getitem__)
            begun = self._units.clock()
            step = next(deliveries[turn], None)
            if step is None:
                del served[turn]
            else:
                served[turn] += self._units.clock() - begun
                yield step

    def route(self) -> int:
        """Route everything that is in the outbox now, unless another relay is at it; return how many events."""
        routed = 0
        while count := route(self._units, self._tenant):
            routed += count
            if count < PAGE:
                break
        return routed

    # Lanes

    def _deliver(self, subscription: Subscription) -> Iterator[Delivered]:
        """Deliver what is due, lane by lane; yield after each step what was done in it."""
        in_vain = 0
        lanes = self._ask(partial(_free_lanes, id_=subscription.id, name=self.name))
        first = int(self._chance() * len(lanes))  # relays that began in the same lane would wait for each other
        for lane in (*lanes[first:], *lanes[:first]):
            down = yield from self._work(subscription, lane)
            in_vain = in_vain + 1 if down else 0
            if in_vain == ENOUGH:
                break

    def _work(self, subscription: Subscription, lane: int) -> Generator[Delivered, None, bool]:
        """Deliver what is due in a lane, and yield after each step; return whether the receiver seems to be down."""
        held = self._begin(subscription, lane)
        while held is not None:
            results = self._send(held)
            left = self._settle(held, results)
            if left is None:
                break
            delivered = sum(each.tried and each.failure is None for each in results)
            failed = [each.failure for each in results if each.failure is not None]
            yield Delivered(delivered=delivered, failed=len(failed), parked=held.parked + left.parked)
            if not delivered and not all(each.final for each in failed):
                return True
            held = self._begin(subscription, lane) if left.more else None
        return False

    def _begin(self, subscription: Subscription, lane: int) -> _Held | None:
        """Take or keep the lane and record an attempt for what is due; None where there is nothing, or the lane is lost."""
        return self._stored(partial(self._taken, subscription, lane))

    def _taken(self, subscription: Subscription, lane: int, unit: UnitOfWork) -> _Held | None:
        transaction, now = unit.transaction, to_micros(unit.now)
        present = unit.repository(SUBSCRIPTION).peek(subscription.id)  # as it is now: it may have been changed
        if present is None or not present.is_active:
            return None
        subscription = present
        register = transaction.register(self._tenant, queue.leases_of(subscription.id), queue.lane_key(lane))
        if not rules.may_take(queue.lease_in(register), self.name, now):
            return None
        due = islice(_due(transaction, self._tenant, subscription.id, lane, now), LOOKED_AT)
        # What failed before comes last: sending ends with the first failure, and others in the lane must not wait for it.
        waiting = sorted(due, key=lambda each: each.entry.attempts)[:BATCH]
        if not waiting:
            return None
        lease = self._renewed(subscription, now)
        found = None if register is None else register.version
        unwanted = [each for each in waiting if not rules.wants(subscription, _kind(unit, each.entry))]
        if unwanted:  # it was changed since they were routed
            queue.drop(transaction, self._tenant, subscription.id, unwanted)
            waiting = [each for each in waiting if each not in unwanted]
        spent = [each for each in waiting if rules.is_spent(each.entry, subscription.attempts)]
        left = _to_be_sent([each for each in waiting if each not in spent])
        marks = [queue.put_entry(subscription.id, rules.tried(each.entry), each.version) for each in left]
        marks += [
            queue.put_entry(subscription.id, _parked(unit, subscription, each.entry, _UNTOLD), each.version)
            for each in spent
        ]
        transaction.put_registers(self._tenant, [queue.put_lease(subscription.id, lane, lease, found), *marks])
        work = tuple((each, _change(unit, each.entry)) for each in left)
        return _Held(
            subscription=subscription, lane=lane, lease=lease, version=(found or 0) + 1, work=work, parked=len(spent)
        )

    def _renewed(self, subscription: Subscription, now: int) -> Lease:
        return Lease(owner=self.name, until=now + max(self._lease, 2 * subscription.timeout * rules.SECOND))

    # Sending

    def _send(self, held: _Held) -> list[_Result]:
        results: list[_Result] = []
        timeout = held.subscription.timeout
        sender: Sender | Failure = self._sender(held.subscription)
        failed = False
        for waiting, change in held.work:
            now = to_micros(self._units.clock())
            if failed or not rules.may_send(held.lease, now, timeout):
                results.append(_Result(waiting, tried=False))
                continue
            failure = self._sent(sender, waiting.entry, change, timeout)
            failed = failure is not None and not failure.final
            results.append(_Result(waiting, failure))
        return results

    def _sender(self, subscription: Subscription) -> Sender | Failure:
        try:
            return self._senders(subscription)
        except Exception as error:  # noqa: BLE001 - see `sent`
            return Failure(type(error).__name__)

    def _sent(self, sender: Sender | Failure, entry: Entry, change: Change | None, timeout: float) -> Failure | None:
        if change is None:
            return _GONE
        if isinstance(sender, Failure):
            return sender
        made = envelope(self._tenant, change, resend=entry.is_resend, source=self._source)
        return sent(sender, made, timeout)

    # Settling

    def _settle(self, held: _Held, results: Sequence[_Result]) -> _Left | None:
        """Store what became of the entries; None where the lane is lost. Looks before each where that was changed meanwhile."""
        return self._stored(partial(self._settled, held, results)) or self._stored(
            partial(self._settled, held, results, careful=True)
        )

    def _settled(self, held: _Held, results: Sequence[_Result], unit: UnitOfWork, *, careful: bool = False) -> _Left:
        """Store what became of the entries, and leave the lane where nothing in it is due any more."""
        transaction, now, id_ = unit.transaction, to_micros(unit.now), held.subscription.id
        present = unit.repository(SUBSCRIPTION).peek(id_)
        if careful or present is None or present.version != held.subscription.version:
            # What a replay has put something before is sent again; and what waits since it began again is no result.
            results = [each for each in results if _stands(transaction, self._tenant, id_, each.waiting)]
        done = [each for each in results if each.tried and each.failure is None]
        left = [(each, self._left(held.subscription, each, unit)) for each in results if each not in done]
        # The register's version is one more than what was read: the attempt was recorded in between.
        transaction.drop_registers(
            self._tenant,
            [(queue.queue_of(id_), queue.entry_key(each.waiting.entry), each.waiting.version + 1) for each in done],
        )
        transaction.put_registers(
            self._tenant, [queue.put_entry(id_, entry, each.waiting.version + 1) for each, entry in left]
        )
        more = next(_due(transaction, self._tenant, id_, held.lane, now), None) is not None
        lease = self._renewed(held.subscription, now) if more else evolve(held.lease, until=0)
        transaction.put_registers(self._tenant, [queue.put_lease(id_, held.lane, lease, held.version)])
        parked = sum(entry.parked is not None for _, entry in left)
        return _Left(more, parked)

    def _left(self, subscription: Subscription, result: _Result, unit: UnitOfWork) -> Entry:
        """Return an entry that was not delivered as it goes on waiting."""
        if result.failure is None:
            return result.waiting.entry
        entry, failure = rules.tried(result.waiting.entry), result.failure
        again = rules.after_failure(
            entry, to_micros(unit.now), self._chance(), subscription.attempts, final=failure.final
        )
        return again or _parked(unit, subscription, entry, failure)

    # Both

    def _ask(self, fn: Callable[[UnitOfWork], R]) -> R:
        return self._units.read(self._tenant, RELAY, fn)

    def _stored(self, fn: Callable[[UnitOfWork], R | None]) -> R | None:
        """Return ``fn`` of a unit, committed; None where another relay came before, or that is not known.

        After a lost answer nothing is assumed: the lease runs out, and whoever comes next reads what is there.
        """
        for attempt in range(1, _TRIES + 1):
            try:
                with self._units.unit(self._tenant, RELAY, "outbox.deliver") as unit:
                    result = fn(unit)
                    if result is not None:
                        unit.commit()
                    return result
            except (VersionConflict, AlreadyExists, CommitUnknown):
                return None
            except Contention:
                self._sleep(self._chance() * min(1.0, 0.01 * 2**attempt))
        return None


def _free_lanes(unit: UnitOfWork, *, id_: str, name: str) -> list[int]:
    """Return the lanes in which something is due and that no other relay holds."""
    now, transaction, tenant = to_micros(unit.now), unit.transaction, unit.tenant
    leases = transaction.registers(tenant, queue.leases_of(id_), None, LANES)
    taken = {each.key for each in leases if not rules.may_take(queue.lease_in(each), name, now)}
    free = [lane for lane in queue.lanes(transaction, tenant, id_) if queue.lane_key(lane) not in taken]
    return [lane for lane in free if next(_due(transaction, tenant, id_, lane, now), None) is not None]


def _due(transaction: Transaction, tenant: str, id_: str, lane: int, now: int) -> Iterator[Waiting]:
    return (each for each in queue.heads(transaction, tenant, id_, lane) if rules.is_due(each.entry, now))


def _to_be_sent(waiting: list[Waiting]) -> list[Waiting]:
    """Return what is sent together: nothing beside an entry whose last attempt nobody has told the outcome of.

    It may be what ended the relay, and the others would spend their attempts with it.
    """
    untold = [each for each in waiting if each.entry.untold]
    return untold[:1] or waiting


def _stands(transaction: Transaction, tenant: str, id_: str, waiting: Waiting) -> bool:
    """Tell whether an entry is as it was when the attempt at it was recorded."""
    present = queue.waiting_like(transaction, tenant, id_, waiting.entry)
    return present is not None and (present.version, present.entry) == (waiting.version + 1, rules.tried(waiting.entry))


def _kind(unit: UnitOfWork, entry: Entry) -> str:
    return kind_of(unit.transaction, unit.tenant, entry.kind, entry.id)


def _change(unit: UnitOfWork, entry: Entry) -> Change | None:
    """Return what is told of the change that an entry stands for, or None where the history no longer has it."""
    found = unit.transaction.history(unit.tenant, (entry.kind, entry.id, entry.version - 1), 1)
    place = (entry.kind, entry.id, entry.version)
    return next((told(unit, each) for each in found if (each.kind, each.id, each.version) == place), None)


def _parked(unit: UnitOfWork, subscription: Subscription, entry: Entry, failure: Failure) -> Entry:
    """Return the entry as a dead letter holds it; one whose subscription has ended meanwhile is left to be dropped."""
    subscriptions = unit.repository(SUBSCRIPTION)
    present = subscriptions.get(subscription.id)
    subscriptions.require(present)  # which ends with its dead letters: none may come after
    if not present.is_active:
        return entry
    letter = unit.repository(DEAD_LETTER).add(
        DeadLetter(
            id=unit.new_id(), subscription_id=subscription.id, stream_kind=entry.kind, stream_id=entry.id,
            stream_version=entry.version, attempts=entry.attempts, failure=failure.word, parked_at=unit.now,
        )
    )  # fmt: skip
    return rules.parked(entry, letter.id)
