"""The branches that phones follow in this process, each held once for all its phones.

The first phone of a branch has its open visits read; from then on each event of the branch leads to
one reading of the changes, however many phones there are. The places of all that wait are
worked out together, and each phone gets the message of its own visit, where that has changed.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from time import monotonic
from typing import Any, Final, NamedTuple

import gevent
from gevent.event import Event as Signal
from gevent.lock import BoundedSemaphore

from queue_service.board.store import BoardStore
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.errors import BranchNotFound, StoreUnavailable
from queue_service.following.messages import Messages
from queue_service.following.rules import BranchNow, Places, is_shown
from queue_service.following.store import FollowingStore
from queue_service.history.operations.ranges_held import ranges_held_lately
from queue_service.live.stream import Live
from queue_service.runtime import process_metrics as process
from queue_service.runtime.cooperation import in_turns
from queue_service.store.redis_store import chunks
from queue_service.visits.rules.coming import ComingBooking, times_around
from queue_service.visits.rules.events import ISSUED
from queue_service.visits.rules.visit import OPEN_STATES, Visit
from queue_service.visits.store.visit_store import VisitStore

_log: Final = logging.getLogger(__name__)

TICK_SECONDS: Final = 5.0
"""How often the state is read without any event: a delay ends, and a range gets older."""
_APART_SECONDS: Final = 0.02
"""Events that follow each other this closely are read together."""
_FRESH_SECONDS: Final = 3 * TICK_SECONDS
LEARNT_SECONDS: Final = 60.0
"""How often the learnt waits are read."""
_MONTH_SECONDS: Final = 3600.0
_ISSUED_SECONDS: Final = 0.2
"""How long new tickets alone may wait: they come last, and hardly a page changes."""
_IN_A_ROW: Final = 50
"""The number of phones whose messages are made before others of the process go on."""
_IDLE_SECONDS: Final = 60.0
"""How long a branch is held without a phone."""
STREAMS_OF_A_VISIT: Final = 4
"""One more phone of the same visit ends the stream of the first."""

STALE: Final = b"event: stale\ndata: {}\n\n"
"""The message that the store does not answer: what is shown is old."""
REMOVED: Final = b"event: removed\ndata: {}\n\n"


@dataclass(eq=False, slots=True)
class PhoneSubscription:
    """One phone's share: the last message that it has not been sent, empty for none."""

    visit: str
    wake: Callable[[], None]
    ended: bool = False
    _news: bytes = b""

    def put(self, news: bytes) -> None:
        """Replace what was not sent yet: it is outdated."""
        self._news = news
        self.wake()

    def take(self) -> bytes:
        """The message to send now."""
        news, self._news = self._news, b""
        return news

    def end(self) -> None:
        """No more will come."""
        self.ended = True
        self.wake()


class _Sent(NamedTuple):
    """The last message of a visit, and its visit and place then."""

    visit: Visit | None
    ahead: int | None
    text: bytes


class SharedBranch:
    """The open visits of one branch, their places, and the phones that follow them.

    ``visits`` are the open ones; of those that have ended, ``ended`` has the ones that a phone
    asked for or that ended meanwhile, for as long as their page says so.
    """

    def __init__(
        self, queue: Queue, branch_id: str, *, learnt_seconds: float = LEARNT_SECONDS
    ) -> None:
        self._queue = queue
        self._learnt_seconds = learnt_seconds
        self.branch_id: Final = branch_id
        self.ended: dict[str, Visit] = {}
        self.used_at = monotonic()
        self._visits: dict[str, Visit] = {}
        self._position = ""
        self._read_at = float("-inf")
        self._learnt_at = self._month_at = float("-inf")
        self._estimates: dict[str, tuple[int, int]] = {}
        self._regressions: dict[str, Any] = {}
        self._held: float | None = None
        self._places: Places | None = None
        self._phones: defaultdict[str, list[PhoneSubscription]] = defaultdict(list)
        self._sent: dict[str, _Sent] = {}
        self._shown: object = None
        self._all_at = 0
        self._turn = BoundedSemaphore()

    @property
    def is_fresh(self) -> bool:
        """Whether it was read a short while ago, so that what its phones show is still true."""
        return monotonic() - self._read_at < _FRESH_SECONDS

    @property
    def is_used(self) -> bool:
        """Whether a phone follows it, or did a moment ago."""
        return bool(self._phones) or monotonic() - self.used_at < _IDLE_SECONDS

    def refresh(self, at: int | None = None) -> Places:
        """Read what has changed and work out all places. ``at`` is in ms, by default the store's
        time.

        Raises BranchNotFound and StoreUnavailable.
        """
        with self._turn:
            self._places = self._read(at)
            self._read_at = monotonic()
            return self._places

    def places(self) -> Places:
        """The places as they were read last; read now if they never were."""
        self.used_at = monotonic()
        return self._places or self.refresh()

    def _read(self, at: int | None) -> Places:
        branches = self._queue.get(BranchStore)
        branch = branches.get(self.branch_id, at)
        self._read_learnt()
        found = self._queue.get(FollowingStore).changes(branch, self._position, at)
        if found.revision != branch.revision:
            branches.forget(self.branch_id)
            branch = branches.get(self.branch_id, at)
        if found.everything:
            self._visits = {}
        for visit in found.visits:
            if visit.state in OPEN_STATES:
                self._visits[visit.id] = visit
                self.ended.pop(visit.id, None)
            else:
                self._visits.pop(visit.id, None)
                self.ended[visit.id] = visit
        self._position = found.event
        ended = self.ended.items()
        self.ended = {key: visit for key, visit in ended if is_shown(visit, branch, found.now)}
        return Places(
            BranchNow(
                branch.at(found.now),
                found.now,
                self._visits,
                found.opened,
                frozenset(found.busy),
                found.closed_at,
                found.calls,
                self._estimates,
                self._regressions,
                self._held,
                self._coming(branch, found.now),
            ),
            in_turns,
        )

    def _coming(self, branch: Branch, now: int) -> tuple[ComingBooking, ...]:
        if not branch.bookings.offers:
            return ()
        times = times_around(now * 1000, branch.bookings, now)
        return tuple(self._queue.get(VisitStore).coming(branch.id, *times)[2])

    def _read_learnt(self) -> None:
        if monotonic() - self._learnt_at < self._learnt_seconds:
            return
        board = self._queue.get(BoardStore)
        self._estimates = board.estimates(self.branch_id)
        self._regressions = board.regressions(self.branch_id)
        self._learnt_at = monotonic()

    def count_held(self) -> None:
        """Count again, at most once an hour, how many of the month's ranges held."""
        if monotonic() - self._month_at >= _MONTH_SECONDS:
            self._month_at = monotonic()
            branch, now = self._queue.get(BranchStore).get(self.branch_id), self._queue.store.time()
            found = ranges_held_lately(self._queue, branch, now)
            this_month = found and found.month == moment(branch, now).date[:7]
            self._held = found.ratio if found and this_month else None

    def visit(self, visit_id: str) -> Visit | None:
        """An open visit, or one that ended a short while ago; None for all others."""
        places = self.places()
        found = self._known(visit_id)
        if found is None:
            # Issued since the last event was heard, or ended before the branch was held here.
            found = next(iter(self._queue.get(VisitStore).many(self.branch_id, [visit_id])), None)
            if found is None or not is_shown(found, places.now.branch, places.now.now):
                return None
            if found.state in OPEN_STATES:
                places = self.refresh()
            else:
                self.ended[visit_id] = found
        return found if is_shown(found, places.now.branch, places.now.now) else None

    def subscribe(self, visit_id: str, wake: Callable[[], None]) -> PhoneSubscription:
        """Have a phone receive its messages from now on, until :meth:`unsubscribe`."""
        phones = self._phones[visit_id]
        while len(phones) >= STREAMS_OF_A_VISIT:
            former = phones[0]
            self._forget(former)
            former.end()
        phones = self._phones[visit_id]
        phone = PhoneSubscription(visit_id, wake)
        phones.append(phone)
        process.record_stream_opened()
        return phone

    def unsubscribe(self, phone: PhoneSubscription) -> None:
        """Send it no more; doing it again does nothing."""
        self.used_at = monotonic()
        self._forget(phone)

    def _forget(self, phone: PhoneSubscription) -> None:
        phones = self._phones.get(phone.visit, [])
        if phone in phones:
            phones.remove(phone)
            process.record_stream_closed()
        if not phones:
            self._phones.pop(phone.visit, None)
            self._sent.pop(phone.visit, None)

    def message(self, visit_id: str) -> bytes:
        """The message of a visit; empty for one whose code leads nowhere any more."""
        visit = self._known(visit_id)
        return Messages(self.places()).of(visit) if visit else b""

    def tag(self, visit_id: str) -> str:
        """A value that is another exactly when the message is another, for the ETag."""
        return blake2b(self.message(visit_id), digest_size=16).hexdigest()

    def hand_out(self) -> None:
        """Send each phone its message, if that is another than before.

        Between two ticks the message of a phone is made again only if its visit, its place or what
        all phones show has changed.
        """
        all_again = self._is_another(self.places().now)
        for some in in_turns(chunks(tuple(self._phones), _IN_A_ROW)):
            # Others may have read the branch again meanwhile: visits go with their own places.
            places = self.places()
            messages = Messages(places)
            for visit_id in some:
                visit, ahead = self._known(visit_id), places.ahead.get(visit_id)
                sent = self._sent.get(visit_id)
                if sent and not all_again and sent.visit is visit and sent.ahead == ahead:
                    continue
                text = messages.of(visit) if visit else REMOVED
                self._sent[visit_id] = _Sent(visit, ahead, text)
                if sent is None or text != sent.text:
                    self._put(visit_id, text)

    def _is_another(self, now: BranchNow) -> bool:
        """Whether what all phones show has changed, or a tick has passed since they were gone
        through."""
        shown = (now.opened, now.calls, now.branch.revision, now.held, now.closed_at)
        if shown == self._shown and 0 <= now.now - self._all_at < TICK_SECONDS * 1000:
            return False
        self._shown, self._all_at = shown, now.now
        return True

    def _known(self, visit_id: str) -> Visit | None:
        return self._visits.get(visit_id) or self.ended.get(visit_id)

    def broadcast(self, text: bytes) -> None:
        """Send all phones the same; the next message of each is sent again."""
        self._sent.clear()
        for visit_id in tuple(self._phones):
            self._put(visit_id, text)

    def _put(self, visit_id: str, text: bytes) -> None:
        for phone in self._phones.get(visit_id, ()):
            phone.put(text)


class Following:
    """The branches that are followed in this process; each is held while it has phones."""

    def __init__(self, queue: Queue, live: Live) -> None:
        self._queue = queue
        self._live = live
        self._held: dict[str, SharedBranch] = {}

    def branch(self, branch_id: str) -> SharedBranch:
        """The branch as this process holds it, kept up to date from now on."""
        held = self._held.get(branch_id)
        if held is None:
            held = self._held[branch_id] = SharedBranch(self._queue, branch_id)
            gevent.spawn(self._keep_up, held)
        return held

    def _keep_up(self, held: SharedBranch) -> None:
        news = Signal()
        subscription = self._live.subscribe(held.branch_id, news.set)
        stale, last = False, REMOVED
        try:
            while held.is_used and not subscription.removed:
                news.clear()
                subscription.take()  # the log has them all
                try:
                    held.refresh()
                    held.hand_out()
                    stale = False
                    held.count_held()
                except StoreUnavailable:
                    if not stale:
                        held.broadcast(STALE)
                    stale = True
                gevent.sleep(_APART_SECONDS)
                news.wait(TICK_SECONDS)
                if all(one.name == ISSUED for one in subscription.take()):
                    news.clear()
                    news.wait(_ISSUED_SECONDS)
        except BranchNotFound:
            _log.debug("a followed branch was removed")
        except Exception:
            _log.exception("the phones of a branch are not kept up to date any more")
            last = STALE  # they connect again
        finally:
            self._held.pop(held.branch_id, None)
            self._live.unsubscribe(subscription)
            with suppress(StoreUnavailable, BranchNotFound):
                held.broadcast(last)
