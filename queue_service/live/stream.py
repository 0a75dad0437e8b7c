"""Events to open pages: one reader of the store per process feeds all its streams.

The reader follows the logs of all branches and remembers the last id of each, so an outage of the
store delays events and loses none. A stream starts after an id of its own choice; the events
between that and the reader's present are read from the log once.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from functools import partial
from time import time
from typing import Any, Final

import gevent
from gevent.event import Event as Signal
from gevent.pool import Pool
from redis.exceptions import RedisError

from queue_service.access.rules.caller import Caller
from queue_service.branches.store import BranchStore
from queue_service.errors import StoreUnavailable
from queue_service.live.messages import Message, message_of, parse_id, store_message
from queue_service.runtime import process_metrics as process
from queue_service.store.keys import BRANCH_REMOVED, LOG, BranchKeys
from queue_service.store.redis_store import RedisStore
from queue_service.store.stream_reader import BEGINNING, StreamReader
from queue_service.visits.rules.events import SCREENS

_log = logging.getLogger(__name__)

LONGEST_BACKLOG: Final = 1000
"""Events a stream may be behind before it is cut off; the page comes back with its last id."""
REPLAY_MS: Final = 5 * 60 * 1000
"""How far back a resumed stream receives what it missed."""
REPLAY_MOST: Final = 500
"""The maximum number of events it receives."""
_READY_SECONDS: Final = 2.0
_ASKING: Final = 32
"""How many streams are asked for at a time where they begin."""

Revoked = Callable[[str], None]


@dataclass(eq=False, slots=True)
class StreamSubscription:
    """One open stream's share of the events.

    ``cut`` when it fell too far behind, or the branch was ``removed``. ``wake`` is called when
    there is something to send, or nothing any more.
    """

    branch: str
    wake: Callable[[], None]
    cut: bool = False
    removed: bool = False
    _inbox: list[Message] = field(default_factory=list)

    def put(self, message: Message) -> None:
        """Keep an event until it is taken; a stream that is too far behind is cut off."""
        if len(self._inbox) >= LONGEST_BACKLOG:
            self.cut = True
        else:
            self._inbox.append(message)
        self.wake()

    def end(self) -> None:
        """The branch was removed."""
        self.removed = self.cut = True
        self.wake()

    def take(self) -> list[Message]:
        """The events since the last time."""
        taken, self._inbox = self._inbox, []
        return taken


class Live:
    """The reader of this process, and the streams it feeds.

    ``revoked`` receives the id of each credential that was changed anywhere.
    """

    def __init__(
        self, reader: Callable[[], StreamReader], store: RedisStore, branches: BranchStore
    ) -> None:
        self._reader = reader
        self._store = store
        self._branches = branches
        self._subscriptions: dict[str, set[StreamSubscription]] = defaultdict(set)
        self._positions: dict[str, str] = {}
        self._branch_of: dict[str, str] = {}
        self._ready = Signal()
        self._greenlet: Any = None
        self.revoked: Revoked = _nobody
        self.up = True
        self._silent: Set[str] = frozenset()
        """Branches whose server, of several, does not answer."""

    def ensure_running(self) -> None:
        """Start the reader in this process; again if it ever ended."""
        if self._greenlet is None or self._greenlet.dead:
            self._greenlet = gevent.spawn(self._follow)

    def subscribe(self, branch: str, wake: Callable[[], None]) -> StreamSubscription:
        """Receive the branch's events from now on, until :meth:`unsubscribe`."""
        self.ensure_running()
        self._ready.wait(_READY_SECONDS)
        subscription = StreamSubscription(branch, wake)
        self._subscriptions[branch].add(subscription)
        process.record_stream_opened()
        return subscription

    def unsubscribe(self, subscription: StreamSubscription) -> None:
        """Receive no more; doing it again does nothing."""
        subscriptions = self._subscriptions[subscription.branch]
        if subscription in subscriptions:
            subscriptions.discard(subscription)
            process.record_stream_closed()

    def since(self, branch: str, last: str, now: int, caller: Caller) -> list[Message] | None:
        """The events after an id; ``now`` in ms.

        None when the log does not reach back that far, and after :data:`REPLAY_MS` or
        :data:`REPLAY_MOST` events: a snapshot contains the same, and the limit keeps anyone from
        working out what each counter did in a day. None as well for an id that a screen did not
        receive: by made-up ones it would find out when something else happened.
        """
        events = BranchKeys(branch).events
        try:
            position = parse_id(last)
        except ValueError:
            return None
        first, newest, later, heard = self._store.read(
            lambda p: (
                p.xrange(events, count=1),
                p.xrevrange(events, count=1),
                p.xrange(events, min=f"({last}", count=REPLAY_MOST + 1),
                p.xrange(events, min=last, max=last),
            )
        )
        known = first and parse_id(first[0][0]) <= position <= parse_id(newest[0][0])
        if caller.role in SCREENS:
            known = any(message_of(*entry).text(caller) for entry in heard)
        if not known or now - position[0] > REPLAY_MS or len(later) > REPLAY_MOST:
            return None
        return [message_of(entry_id, fields) for entry_id, fields in later]

    def _follow(self) -> None:
        reader = self._reader()
        while True:
            try:
                self.follow_once(reader)
                if not self.up:
                    _log.warning("the store answers again")
                self._announce_store(True, self._branches_silent(reader))
            except (RedisError, StoreUnavailable) as error:
                if self.up:
                    _log.warning("the store does not answer: %s", error)
                process.record_store_error("reader")
                self._announce_store(False, self._silent)
                gevent.sleep(0.2)

    def follow_once(self, reader: StreamReader) -> None:
        """Find new streams, wait a moment for messages in any of them, and hand it out."""
        self._find_streams(reader)
        self._ready.set()
        for key, entries in reader.read(self._positions):
            self._hand_out(key, entries)

    def _branches_silent(self, reader: StreamReader) -> Set[str]:
        silent = {self._branch_of[key] for key in reader.silent if key in self._branch_of}
        if more := silent - self._silent:
            _log.warning(
                "the server of these branches does not answer: %s", ", ".join(sorted(more))
            )
        return silent

    def _find_streams(self, reader: StreamReader) -> None:
        """Follow new branches from their beginning, and those there at the start from now on."""
        if not self._ready.is_set():
            self._start(reader)
            return
        try:
            known = self._branches.ids()
        except StoreUnavailable:
            return  # those that are known may be on servers that answer
        for branch in {*self._branch_of.values()}.difference(known):
            self._unfollow(branch)
        for branch in known:
            key = BranchKeys(branch).events
            if key not in self._positions:
                self._positions[key] = BEGINNING
                self._branch_of[key] = branch

    def _start(self, reader: StreamReader) -> None:
        """Follow all from now on; they are asked for together, as a lost server takes seconds."""
        branch_of = {BranchKeys(branch).events: branch for branch in self._branches.ids()}
        keys = [LOG, *branch_of]
        found = Pool(_ASKING).map(partial(_present, reader), keys)
        self._positions = dict(zip(keys, found, strict=True))
        self._branch_of = branch_of

    def _hand_out(self, key: str, entries: Iterable[tuple[str, Mapping[str, str]]]) -> None:
        for entry_id, fields in entries:
            if key != LOG and key not in self._branch_of:
                continue  # The same reply contains the removal of the branch.
            self._positions[key] = entry_id
            if key == LOG:
                self._hear(fields)
                continue
            branch = self._branch_of.get(key, "")
            if fields["event"] == "branch.changed":
                self._branches.forget(branch)
            if self._subscriptions.get(branch):
                self._send(self._subscriptions[branch], message_of(entry_id, fields))
                process.record_fan_out(time() - parse_id(entry_id)[0] / 1000)

    def _hear(self, fields: Mapping[str, str]) -> None:
        if fields.get("event") == "access.changed":
            self.revoked(fields["id"])
        elif fields.get("event") == BRANCH_REMOVED:
            self._drop(fields["id"])

    def _drop(self, branch: str) -> None:
        """Forget a branch that was removed, and end its streams: their pages find nothing."""
        self._branches.forget(branch)
        self._unfollow(branch)
        for subscription in tuple(self._subscriptions[branch]):
            subscription.end()

    def _unfollow(self, branch: str) -> None:
        key = BranchKeys(branch).events
        self._positions.pop(key, None)
        self._branch_of.pop(key, None)

    def _announce_store(self, up: bool, silent: Set[str]) -> None:
        if up == self.up and silent == self._silent:
            return
        for branch, subscriptions in self._subscriptions.items():
            was = self.up and branch not in self._silent
            if (answers := up and branch not in silent) != was:
                self._send(subscriptions, store_message(answers))
        self.up, self._silent = up, silent

    def _send(self, subscriptions: Iterable[StreamSubscription], message: Message) -> None:
        for subscription in tuple(subscriptions):
            subscription.put(message)


def _present(reader: StreamReader, key: str) -> str:
    """The last entry of a stream; if its server does not answer, the time it was asked."""
    now = f"{int(time() * 1000)}-0"
    try:
        return reader.newest(key)
    except RedisError:
        return now


def _nobody(credential: str) -> None:
    """Ignore a change of credentials, until the application subscribes to them."""
