"""Messages between the two pages: for one visit, for two minutes, for those concerned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from redis import Redis

from queue_service.access.operations import access
from queue_service.access.rules.caller import Role
from queue_service.access.store import AccessStore
from queue_service.app import create_app
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations.counters import open_counter
from queue_service.runtime.settings import Settings
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore
from queue_service.video.operations import call_longest
from queue_service.video.rules import (
    MESSAGES_KEPT_MS,
    MOST_MESSAGES,
    MOST_RESULTS,
    MOST_SENT,
    RESULTS_SECONDS,
    SENT_SECONDS,
    VideoCounter,
)
from queue_service.video.store import VideoStore
from queue_service.visits.operations import issuing, visits
from queue_service.visits.operations.calling import call_next
from queue_service.visits.rules.events import VIDEO_MESSAGE, for_own_counter, for_screens, is_heard
from tests.desks import CLERK, document

Call = Callable[..., Any]
HERE = Command("raadhuset", CLERK)
HELLO = {"type": "hello", "sender": "0123abcd"}
PAGE = "a-clerks-page"
MESSAGES = BranchKeys("raadhuset").video_messages("1")


@pytest.fixture
def call(settings: Settings, redis_client: Redis, queue: Queue) -> Call:
    """Calls the address of a counter's video in a role, and gives the response."""
    counters = [
        {"id": "1", "name": "Skærm 1", "services": ["*"], "video": {"telephone": "12 34 56 78"}},
        {"id": "2", "name": "Skranke 2", "services": ["*"]},
    ]
    put_branch(queue, "raadhuset", document(counters=counters))
    open_counter(queue, HERE, "1")
    store = AccessStore(RedisStore(redis_client))
    client = create_app(settings).test_client()
    secrets: dict[tuple[Role, str], str] = {}

    def calling(
        role: Role,
        body: Any = None,
        *,
        path: str = "/messages",
        counter: str = "1",
        booth: str = "1",
        page: str | None = PAGE,
        key: str | None = None,
        **query: str,
    ) -> Any:
        if (role, booth) not in secrets:
            secrets[role, booth] = secret_of(store, role, booth)
        headers = {"Authorization": f"Bearer {secrets[role, booth]}"}
        headers |= {"Idempotency-Key": key} if key else {}
        address = f"/api/v1/branches/raadhuset/counters/{counter}/video{path}"
        of_clerk = (
            {"page": page} if page and role in ("clerk", "admin") and path != "/lines" else {}
        )
        if body is None:
            more = query | (of_clerk if path == "/messages" else {})
            return client.get(address, query_string=more, headers=headers)
        return client.post(address, json=body | of_clerk, headers=headers)

    return calling


def secret_of(store: AccessStore, role: Role, booth: str) -> str:
    """A token; a kiosk's belongs to a booth, "" for one in the waiting room."""
    if role != "kiosk":
        return access.create_token(store, role, None, now=store.now())[1]
    _, code = access.create_enrolment(store, role, "raadhuset", now=store.now(), counter=booth)
    return access.enrol(store, code, now=store.now())[1]


def somebody_comes(queue: Queue) -> str:
    """Calls somebody to the screen; gives the visit."""
    issuing.issue(queue, HERE, "pas")
    answer = call_next(queue, HERE, "1").answer
    assert answer is not None
    return answer.visit.id


def received(answer: Any) -> list[str]:
    """The senders of the received messages."""
    return [message["sender"] for message in answer.json["messages"]]


def test_each_page_gets_what_the_other_has_sent(call: Call, queue: Queue) -> None:
    somebody_comes(queue)
    first = call("kiosk", HELLO)
    assert first.status_code == 201
    call("clerk", {**HELLO, "sender": "deadbeef", "to": "0123abcd"})
    assert received(call("clerk")) == ["0123abcd"]
    assert received(call("clerk", after=first.json["id"])) == []
    assert call("kiosk").json["messages"] == [
        {
            **HELLO,
            "sender": "deadbeef",
            "to": "0123abcd",
            "id": call("kiosk").json["messages"][0]["id"],
        }
    ]
    # An administrator is a clerk, and no screen.
    assert received(call("admin")) == ["0123abcd"]
    assert call("admin", party="screen").json["code"] == "forbidden"


def test_only_the_screen_of_the_booth_is_its_screen(call: Call, queue: Queue) -> None:
    somebody_comes(queue)
    in_the_hall: Any = {"booth": ""}
    for refused in (
        call("kiosk", HELLO, **in_the_hall),
        call("kiosk", **in_the_hall),
        call("kiosk", path="", **in_the_hall),
        call("kiosk", {"result": "lost"}, path="/lines", **in_the_hall),
    ):
        assert (refused.status_code, refused.json["code"]) == (403, "forbidden")
    assert call("kiosk", {"result": "lost"}, path="/lines").status_code == 204


def test_a_conversation_belongs_to_the_page_that_began_it_or_took_it_over(
    call: Call, queue: Queue
) -> None:
    other: Any = {"page": "another-page"}
    assert call("clerk", {}, path="/take-over").json["code"] == "no_conversation"
    visit = somebody_comes(queue)
    assert call("clerk", HELLO, page=None).json["code"] == "invalid"
    call("kiosk", HELLO)
    assert received(call("clerk", **other)) == []  # it is still free
    assert call("clerk", HELLO).status_code == 201
    for refused in (call("clerk", HELLO, **other), call("clerk", **other)):
        assert (refused.status_code, refused.json["code"]) == (409, "conversation_taken")
    assert call("kiosk").json["messages"][-1]["type"] == "hello"
    took = call("clerk", {}, path="/take-over", **other)
    assert took.json == {"from_another": True}
    assert call("clerk", {}, path="/take-over", **other).json == {"from_another": False}
    assert [m["type"] for m in call("kiosk").json["messages"]] == ["hello", "joined"]
    assert call("clerk").json["code"] == "conversation_taken"
    assert received(call("clerk", **other)) == [HELLO["sender"]]
    # With the visit it is over.
    visits.complete(queue, HERE, visit, "resolved")
    somebody_comes(queue)
    assert call("clerk", HELLO).status_code == 201


def test_a_call_gives_the_conversation_to_the_page_that_made_it(call: Call, queue: Queue) -> None:
    issuing.issue(queue, HERE, "pas")
    called = call_longest(queue, CLERK, [VideoCounter("raadhuset", "1")], page="the-caller")
    assert called is not None
    assert call("clerk", HELLO).json["code"] == "conversation_taken"
    assert call("clerk", HELLO, page="the-caller").status_code == 201
    # A repeat of a lost response takes it back from no one.
    call("clerk", {}, path="/take-over")
    queue.get(VideoStore).give_to("raadhuset", "1", "the-caller", "repeat")
    assert call("clerk", HELLO).status_code == 201
    # Put back and called again by somebody else it is theirs.
    visits.requeue(queue, HERE, called.answer.visit.id)
    call_longest(queue, CLERK, [VideoCounter("raadhuset", "1")], page="the-caller")
    assert call("clerk", HELLO).json["code"] == "conversation_taken"
    assert call("clerk", HELLO, page="the-caller").status_code == 201


def test_a_repeated_message_is_passed_on_once(call: Call, queue: Queue) -> None:
    visit = somebody_comes(queue)
    first, again = (call("clerk", HELLO, key="k1") for _ in range(2))
    assert (again.status_code, again.json) == (201, first.json)
    assert [a.headers.get("Idempotent-Replayed") for a in (first, again)] == [None, "true"]
    assert len(call("kiosk").json["messages"]) == 1
    other = call("clerk", {**HELLO, "type": "end"}, key="k1")
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    visits.complete(queue, HERE, visit, "resolved")
    assert call("clerk", HELLO, key="k1").json == first.json
    assert call("clerk", HELLO, key="k2").json["code"] == "no_conversation"


def test_a_repeated_take_over_takes_the_conversation_from_no_other_page(
    call: Call, queue: Queue
) -> None:
    somebody_comes(queue)
    assert call("clerk", HELLO).status_code == 201
    mine = {"path": "/take-over", "page": "another", "key": "k1"}
    first = call("clerk", {}, **mine)
    assert first.json == {"from_another": True}
    call("clerk", {}, path="/take-over")
    again = call("clerk", {}, **mine)
    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")
    assert call("clerk", HELLO).status_code == 201
    other = call("clerk", {}, path="/take-over", key="k1")
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(("path", "body", "most", "seconds"), [
    ("/messages", HELLO, MOST_SENT, SENT_SECONDS),
    ("/lines", {"result": "lost"}, MOST_RESULTS, RESULTS_SECONDS),
])  # fmt: skip
def test_a_sender_of_many_messages_has_to_wait(
    call: Call, queue: Queue, redis_client: Redis, path: str, body: Any, most: int, seconds: int
) -> None:
    somebody_comes(queue)
    key = BranchKeys("raadhuset").video_sent("1", "lines" if path == "/lines" else "screen")
    call("kiosk", body, path=path)
    redis_client.incrby(key, most - 2)
    assert call("kiosk", body, path=path).status_code in (201, 204)
    refused = call("kiosk", body, path=path)
    assert (refused.status_code, refused.json["code"]) == (429, "rate_limited")
    assert 0 < int(refused.headers["Retry-After"]) <= seconds
    assert call("clerk", HELLO).status_code == 201  # the other page has a count of its own
    redis_client.delete(key)
    assert call("kiosk", body, path=path).status_code in (201, 204)


def test_a_page_speaks_for_itself_alone(call: Call, queue: Queue) -> None:
    somebody_comes(queue)
    for role, other in (("kiosk", "clerk"), ("clerk", "screen")):
        assert call(role, {**HELLO, "party": other}).json["code"] == "forbidden"
        assert call(role, party=other).json["code"] == "forbidden"
    assert call("display").status_code == 403
    assert call("supervisor", HELLO).status_code == 403


def test_without_a_conversation_no_message_is_accepted(call: Call) -> None:
    refused = call("kiosk", HELLO)
    assert (refused.status_code, refused.json["code"]) == (409, "no_conversation")
    assert call("kiosk").json == {"messages": []}
    assert call("clerk", HELLO, counter="2").json["code"] == "invalid"
    assert call("clerk", HELLO, counter="9").json["code"] == "counter_not_found"


def test_another_visit_hears_nothing_of_it(call: Call, queue: Queue, redis_client: Redis) -> None:
    visit = somebody_comes(queue)
    call("kiosk", HELLO)
    visits.complete(queue, HERE, visit, "resolved")
    assert received(call("clerk")) == []
    somebody_comes(queue)
    call("clerk", HELLO)
    assert received(call("clerk")) == []
    call("kiosk", {**HELLO, "sender": "beefbeef"})
    assert received(call("clerk")) == ["beefbeef"]
    assert redis_client.xlen(MESSAGES) == 2


def test_the_end_of_a_conversation_leaves_only_its_message(
    call: Call, queue: Queue, redis_client: Redis
) -> None:
    somebody_comes(queue)
    call("kiosk", HELLO)
    call("kiosk", {**HELLO, "type": "end"})
    assert redis_client.xlen(MESSAGES) == 1


def test_messages_are_few_and_soon_forgotten(call: Call, queue: Queue, redis_client: Redis) -> None:
    somebody_comes(queue)
    call("clerk", HELLO)
    for _ in range(MOST_MESSAGES + 1):
        call("kiosk", HELLO)
    assert redis_client.xlen(MESSAGES) == MOST_MESSAGES
    assert 0 < redis_client.pttl(MESSAGES) <= MESSAGES_KEPT_MS == 60_000
    # A message older than that is not returned, and the next one removes it.
    seconds, micros = redis_client.time()
    now = seconds * 1000 + micros // 1000
    redis_client.delete(MESSAGES)
    busy: Any = redis_client.hget(BranchKeys("raadhuset").busy_counters, "1")
    old: Any = {"visit": busy, "party": "screen", "message": '{"type":"hello","sender":"00000000"}'}
    redis_client.xadd(MESSAGES, old, id=f"{now - MESSAGES_KEPT_MS - 1000}-0")
    redis_client.xadd(MESSAGES, old, id=f"{now - MESSAGES_KEPT_MS + 30_000}-0")
    assert len(received(call("clerk"))) == 1
    call("kiosk", HELLO)
    assert redis_client.xlen(MESSAGES) == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"type": "hello"}, "sender"),
        ({**HELLO, "sender": "X"}, "sender"),
        ({**HELLO, "name": "Anna"}, "name"),
        ({**HELLO, "type": "offer"}, ""),
        ({**HELLO, "sdp": "v=0"}, ""),
        ({**HELLO, "type": "offer", "sdp": "x" * 20_001}, "sdp"),
        ({**HELLO, "type": "candidates", "candidates": [{"candidate": "c"}] * 41}, "candidates"),
        ({**HELLO, "type": "candidates", "candidates": [{"x": 1}]}, "candidates[0].x"),
    ],
)
def test_an_invalid_message_is_refused(
    call: Call, queue: Queue, body: dict[str, Any], field: str
) -> None:
    somebody_comes(queue)
    refused = call("kiosk", body)
    assert (refused.status_code, refused.json["code"]) == (422, "invalid")
    assert field in [error["field"] for error in refused.json["errors"]]
    assert received(call("clerk")) == []


def test_the_longest_message_is_passed_on(call: Call, queue: Queue) -> None:
    somebody_comes(queue)
    offer = {**HELLO, "type": "offer", "sdp": "x" * 20_000}
    assert call("clerk", offer).status_code == 201
    candidates = [{"candidate": "c", "sdpMid": "0", "sdpMLineIndex": 0}] * 40
    call("clerk", {**HELLO, "type": "candidates", "candidates": candidates})
    first, second = call("kiosk").json["messages"]
    assert (first["sdp"], second["candidates"]) == (offer["sdp"], candidates)


def test_a_page_learns_of_servers_and_the_telephone(call: Call) -> None:
    assert call("kiosk", path="").json == {"ice_servers": [], "telephone": "12 34 56 78"}
    assert call("clerk", path="", counter="2").json["code"] == "invalid"


def test_the_receivers_of_a_messages_event(call: Call, queue: Queue, redis_client: Redis) -> None:
    somebody_comes(queue)
    call("kiosk", {**HELLO, "type": "offer", "sdp": "v=0 secret"})
    log: Any = redis_client.xrevrange(BranchKeys("raadhuset").events, count=1)
    ((_, event),) = log
    assert event["event"] == VIDEO_MESSAGE
    assert "secret" not in event["data"]
    heard = {role for role in ("kiosk", "display", "clerk", "supervisor", "admin")
             if is_heard(VIDEO_MESSAGE, role)}  # fmt: skip
    assert heard == {"kiosk", "clerk", "admin"}
    assert is_heard("visit.called", "display")
    reported = {"counter": "1", "from": "screen", "at": 1}
    assert for_screens(VIDEO_MESSAGE, reported) is None, "it is of the booth's own screen"
    assert for_own_counter(VIDEO_MESSAGE, reported)[1] == {
        "counter": None,
        "from": "screen",
        "at": 1,
    }
