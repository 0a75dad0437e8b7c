"""The reader of events, at its beginning."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from secrets import token_hex
from typing import Any

import gevent
import pytest
from flask import Flask
from gevent.event import Event
from redis import Redis
from redis.exceptions import ConnectionError as StoreConnectionError

from queue_service import sample
from queue_service.access.rules.caller import Caller
from queue_service.access.store import AccessStore
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations.counters import open_counter
from queue_service.live.api import Stream
from queue_service.live.messages import Message, message_of
from queue_service.live.stream import REPLAY_MOST, REPLAY_MS, Live
from queue_service.removal.store import RemovalStore
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect, open_reader
from queue_service.store.keys import BRANCHES, BranchKeys
from queue_service.store.redis_store import RedisStore
from queue_service.store.stream_reader import StreamReader
from queue_service.visits.operations import visits
from queue_service.visits.operations.calling import call
from queue_service.visits.operations.issuing import issue
from queue_service.visits.rules.events import ISSUED, SERVED, for_screens, is_heard
from queue_service.web.security.permissions import Gate
from tests.store.servers import cluster
from tests.visits.cases import VERBS

pytestmark = pytest.mark.usefixtures("cooperative")

LIBRARY = "biblioteket"
CLERK = Caller("clerk", "clerk", LIBRARY)
DISPLAY = Caller("screen", "display", LIBRARY)
NINE = 1_795_593_600_000


@pytest.fixture
def queue(redis_client: Redis) -> Queue:
    """A store with one branch, whose log has an event from before."""
    queue = Queue(RedisStore(redis_client))
    change(queue)
    return queue


@pytest.fixture
def live(settings: Settings, queue: Queue) -> Iterator[Live]:
    """A reader that has not begun; it ends with the test."""
    readers: list[Any] = []

    def reader() -> StreamReader:
        readers.append(gevent.getcurrent())
        return open_reader(settings)

    yield Live(reader, queue.store, queue.get(BranchStore))
    gevent.killall(readers)


def change(queue: Queue, branch: str = LIBRARY) -> None:
    """Let something happen in the branch: each time it has another name."""
    document = sample.documents()[LIBRARY]
    put_branch(queue, branch, {**document, "name": token_hex(4)})


def last_event(client: Redis, branch: str = LIBRARY) -> str:
    """The id of the newest event of the branch's log."""
    newest: Any = client.xrevrange(BranchKeys(branch).events, count=1)
    return str(newest[0][0])


def hears(live: Live, queue: Queue, branch: str = LIBRARY) -> str:
    """The id of the first event that a new stream is given once something happens."""
    arrived = Event()
    subscription = live.subscribe(branch, arrived.set)
    try:
        change(queue, branch)
        while True:
            assert arrived.wait(10), "nothing was heard"
            arrived.clear()
            for message in subscription.take():
                if message.id:
                    return message.id
    finally:
        live.unsubscribe(subscription)


def test_events_before_the_start_are_not_delivered(
    live: Live, queue: Queue, redis_client: Redis
) -> None:
    assert hears(live, queue) == last_event(redis_client)


def test_neither_is_it_after_a_start_that_broke_half_way(
    live: Live, queue: Queue, redis_client: Redis
) -> None:
    redis_client.rename(BRANCHES, "aside")
    redis_client.set(BRANCHES, "no set: whoever reads it is refused")
    live.ensure_running()
    with gevent.Timeout(10):
        while live.up:
            gevent.sleep(0)
    redis_client.rename("aside", BRANCHES)
    assert hears(live, queue) == last_event(redis_client)


ON_EACH_SERVER = ("biblioteket", "raadhuset", "byhuset")
"""Branches of a cluster. The second's server has also what is of no branch, as which there are."""


@pytest.mark.nightly
def test_a_start_while_one_server_of_several_is_lost_makes_no_branch_deaf_but_its_own(
    tmp_path: Path,
) -> None:
    with cluster(tmp_path, (0, 0, 0)) as spread:
        settings = Settings(data_dir=tmp_path, redis_url=spread.url)
        with connect(settings) as client, closing(open_reader(settings)) as reader:
            queue = Queue(RedisStore(client))
            for nth, branch in enumerate(ON_EACH_SERVER):
                assert spread.has(nth, BranchKeys(branch).events)
                change(queue, branch)
            live = Live(lambda: reader, queue.store, queue.get(BranchStore))
            spread.servers[0].kill()
            spread.servers[0].wait(10)
            for branch in ON_EACH_SERVER[1:]:
                assert hears(live, queue, branch) == last_event(client, branch)
            gevent.kill(live._greenlet)


def test_an_unreachable_server_at_the_start_is_read_later(
    settings: Settings, queue: Queue, redis_client: Redis
) -> None:
    with closing(open_reader(settings)) as reader:
        newest = reader.newest

        def lost(key: str) -> str:
            if key == BranchKeys(LIBRARY).events:
                raise StoreConnectionError("its server is lost")
            return newest(key)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reader, "newest", lost)
            live = Live(lambda: reader, queue.store, queue.get(BranchStore))
            assert hears(live, queue) == last_event(redis_client)
        gevent.kill(live._greenlet)


@pytest.mark.slow
def test_a_branch_made_later_is_heard_from_its_beginning(
    live: Live, queue: Queue, redis_client: Redis
) -> None:
    redis_client.delete(BRANCHES)
    heard = hears(live, queue)
    first: Any = redis_client.xrange(BranchKeys(LIBRARY).events, count=1)
    assert heard == first[0][0]


@pytest.mark.slow
def test_a_branch_that_is_removed_and_created_again_sends_events_from_its_beginning(
    live: Live, queue: Queue, redis_client: Redis, settings: Settings
) -> None:
    """One reply of the store contains the removal and, after it, of an event of the branch."""
    removals = queue.get(RemovalStore)
    revision = queue.get(BranchStore).current(LIBRARY).revision
    with closing(open_reader(settings)) as reader:
        live.follow_once(reader)
        _, mark = removals.begin(LIBRARY, revision, with_days=True)
        log_event(redis_client, queue.store.time() + 1000)
        removals.announce(LIBRARY)
        live.follow_once(reader)
        while removals.empty(LIBRARY, mark):
            continue
        removals.finish(LIBRARY, mark)
        assert hears(live, queue) == last_event(redis_client)


def log_event(client: Redis, at: int, event: str = "visit.issued", state: str = "waiting") -> str:
    """Write an event with an id of that time (ms)."""
    data = {"number": "A001", "service": "pas", "state": state, "counter": "1", "at": at}
    return str(
        client.xadd(
            BranchKeys(LIBRARY).events, {"event": event, "data": json.dumps(data)}, id=f"{at}-0"
        )
    )


def ids(found: list[Message] | None) -> list[str] | None:
    return None if found is None else [each.id for each in found]


@pytest.mark.parametrize(("late", "replayed"), [(0, True), (1, False)])
def test_missed_events_are_available_for_five_minutes(
    live: Live, redis_client: Redis, late: int, replayed: bool
) -> None:
    redis_client.delete(BranchKeys(LIBRARY).events)
    first, second = (log_event(redis_client, NINE + at) for at in (0, 1000))
    found = live.since(LIBRARY, first, NINE + REPLAY_MS + late, CLERK)
    assert ids(found) == ([second] if replayed else None)


@pytest.mark.parametrize(("more", "replayed"), [(0, True), (1, False)])
def test_missed_events_are_replayed_up_to_the_limit(
    live: Live, redis_client: Redis, more: int, replayed: bool
) -> None:
    redis_client.delete(BranchKeys(LIBRARY).events)
    first, *others = (log_event(redis_client, NINE + n) for n in range(REPLAY_MOST + 1 + more))
    found = live.since(LIBRARY, first, NINE + 60_000, CLERK)
    assert ids(found) == (others if replayed else None)


@pytest.mark.parametrize("last", ["", "x", "1-", "0-0", "99999999999999-0"])
def test_an_event_id_that_is_not_in_the_log_replays_nothing(
    live: Live, redis_client: Redis, last: str
) -> None:
    redis_client.delete(BranchKeys(LIBRARY).events)
    log_event(redis_client, NINE)
    assert live.since(LIBRARY, last, NINE, CLERK) is None


def test_a_screen_goes_on_from_what_it_has_heard_alone(live: Live, redis_client: Redis) -> None:
    redis_client.delete(BranchKeys(LIBRARY).events)
    issued = log_event(redis_client, NINE)
    completed = log_event(redis_client, NINE + 1000, "visit.completed", state="completed")
    assert ids(live.since(LIBRARY, issued, NINE + 1000, DISPLAY)) == [completed]
    for probe in (completed, f"{NINE + 999}-0", f"{NINE + 1001}-0"):
        assert live.since(LIBRARY, probe, NINE + 1000, DISPLAY) is None
    assert live.since(LIBRARY, completed, NINE + 1000, CLERK) == []


EVERY_EVENT = {ISSUED, SERVED, *(e for verb in VERBS.values() for e in verb.event_of.values())}


@pytest.mark.parametrize("event", sorted({*EVERY_EVENT, "counter.opened", "counter.closed"}))
def test_the_screen_of_a_counter_receives_all_of_its_counter_and_nothing_else(event: str) -> None:
    data = {"id": "v", "why": {}, "number": "A001", "state": "completed", "was": "serving"}
    made = message_of(
        f"{NINE}-0", {"event": event, "data": json.dumps({**data, "counter": "1", "at": NINE})}
    )
    public, private = (json.loads(text.split(b"data: ")[1]) for text in (made.own, made.private))
    name = made.own.split(b"event: ")[1].split(b"\n")[0].decode()
    assert private["counter"] == "1"
    if event.startswith("counter."):
        assert (name, public) == ("branch.state_changed", {"at": private["at"]})
        return
    assert made.text(booth("1")) == (made.own if is_heard(event, "kiosk") else b"")
    assert [made.text(caller) for caller in (booth("2"), booth(""), DISPLAY)] == [b""] * 3
    assert (name, public.keys()) == (event, private.keys() - {"id", "why", "was"})
    sent_there = event in {"visit.called", "visit.recalled", "visit.started", "visit.resumed"}
    assert public["counter"] == ("1" if sent_there else None)


def booth(counter: str) -> Caller:
    """A kiosk's token that was set up for a video counter; for none if it is empty."""
    return Caller("booth", "kiosk", LIBRARY, counter=counter)


def test_the_screen_of_a_counter_hears_of_a_visit_that_has_left_it() -> None:
    data = {"id": "v", "number": "A001", "state": "waiting", "was": "serving", "counter": None}
    fields = {"event": "visit.transferred", "data": json.dumps({**data, "left": "1", "at": NINE})}
    made = message_of(f"{NINE}-0", fields)
    assert b"event: visit.transferred" in made.text(booth("1"))
    assert b"left" not in made.text(booth("1"))
    assert made.text(booth("2")) == made.text(DISPLAY) == b""


def as_screen(name: str, state: str, was: str | None) -> tuple[str, dict[str, object]] | None:
    data = {"id": "v", "number": "A001", "state": state, "was": was, "counter": "1", "at": 1}
    return for_screens(name, data)


def test_a_screen_hears_of_a_call_and_that_it_is_over() -> None:
    called = as_screen("visit.called", "called", "waiting")
    assert called == (
        "visit.called",
        {"number": "A001", "state": "called", "counter": "1", "at": 1},
    )
    for name, state, heard in (
        ("visit.started", "serving", "over"),
        ("visit.completed", "completed", "over"),
        ("visit.no_show", "no_show", "no_show"),
        ("visit.parked", "parked", "over"),
    ):
        over = "visit.call_over", {"number": "A001", "state": heard, "at": 1}
        assert as_screen(name, state, "called") == over
    back = "visit.call_over", {"number": "A001", "state": "waiting", "at": 1}
    assert as_screen("visit.requeued", "waiting", "called") == back
    assert as_screen("visit.transferred", "waiting", "called") == back
    again = {"number": "A001", "state": "called", "counter": None, "at": 1}
    assert as_screen("visit.undone", "called", "serving") == ("visit.undone", again)


@pytest.mark.parametrize(
    ("name", "state", "was"),
    [
        ("visit.started", "serving", None),
        ("visit.completed", "completed", "serving"),
        ("visit.continued", "serving", "serving"),
        ("visit.transferred", "waiting", "serving"),
        ("visit.parked", "parked", "serving"),
        ("visit.resumed", "serving", "parked"),
        ("visit.undone", "serving", "completed"),
        ("visit.abandoned", "abandoned", "parked"),
        ("visit.incomplete", "incomplete", "serving"),
    ],
)
def test_a_screen_hears_nothing_of_a_visit_that_is_served(
    name: str, state: str, was: str | None
) -> None:
    assert as_screen(name, state, was) is None


def test_a_branch_removed_before_the_first_event_ends_the_stream_in_words(
    live: Live, queue: Queue
) -> None:
    gate = Gate(Flask("events", static_folder=None), queue.get(AccessStore), {})
    events = Stream(live, queue, gate, DISPLAY, LIBRARY).follow(None)
    assert next(events) == b"retry: 1000\n\n"
    queue.store.client.delete(BranchKeys(LIBRARY).config)
    queue.get(BranchStore).forget(LIBRARY)
    assert list(events) == [b"event: branch.removed\ndata: {}\n\n"]


def test_a_stream_begins_with_what_its_screen_has_heard(live: Live, queue: Queue) -> None:
    clerk = Command(LIBRARY, CLERK)
    gate = Gate(Flask("events", static_folder=None), queue.get(AccessStore), {})
    open_counter(queue, clerk, "1", None)
    issued = issue(queue, clerk, "pas", channel="desk").visit
    called = call(queue, clerk, issued.id, "1").visit
    visits.start(queue, clerk, called.id)

    def first(caller: Caller) -> bytes:
        events = Stream(live, queue, gate, caller, LIBRARY).follow(None)
        next(events)
        return next(events).split(b"\n")[0]

    begun = first(DISPLAY)
    assert begun == first(CLERK)
    visits.complete(queue, clerk, called.id, "resolved")
    assert first(DISPLAY) == begun
    assert first(CLERK) != begun
