"""The calls about bookings, as programs and pages see them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from redis import Redis

from queue_service.access.rules.caller import Role
from queue_service.app import create_app
from queue_service.bookings.contract import (
    ArrivedAnswer,
    BlockAnswer,
    BookedDayAnswer,
    BookingAnswer,
    SlotsAnswer,
)
from queue_service.bookings.keys import BookingKeys
from queue_service.bookings.operations import earlier
from queue_service.bookings.store import MOST_WRONG_CODES
from queue_service.branches.rules.dates_and_hours import WEEKDAYS
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.archiving import archive
from queue_service.configuration.operations import put_branch
from queue_service.runtime.settings import Settings
from queue_service.store.keys import BranchKeys
from tests.bookings.booked import OTHER, OWNER, offer
from tests.dashboards.day import noon_zone
from tests.desks import document
from tests.web.roles import Roles

Call = Callable[..., Any]

ALWAYS = {day: [["00:00", "24:00"]] for day in WEEKDAYS}


@pytest.fixture
def call(settings: Settings, redis_client: Redis, queue: Queue) -> Call:
    """Calls in a role, and gives the response. Letters go out by text, not by mail."""
    sends = replace(settings, sms_url="https://sms.example.dk/send")
    roles = Roles(sends, redis_client)
    offers = [offer(week=ALWAYS, notice_minutes=120)]
    put_branch(queue, "raadhuset", document(opening_hours=ALWAYS, bookings={"offers": offers}))

    def calling(path: str = "", body: Any = None, role: Role = "clerk", key: str = "") -> Any:
        address, _, text = path.partition("?")
        query = dict(part.split("=") for part in text.split("&")) if text else {}
        whole = f"/branches/raadhuset/bookings{address}"
        return roles.send(role, whole, body, branch="raadhuset", key=key, query=query)

    return calling


def free(call: Call, query: str = "") -> list[dict[str, Any]]:
    """The free times that the call lists."""
    found = call(f"/slots?service=pas{query}").json
    SlotsAnswer.model_validate(found)
    slots: list[dict[str, Any]] = found["slots"]
    return slots


def test_a_free_time_is_booked_moved_and_cancelled(call: Call) -> None:
    first, second = (slot["starts_at"] for slot in free(call)[:2])
    made = call("", {"service": "pas", "starts_at": first, "channel": "phone"})
    assert made.status_code == 201
    BookingAnswer.model_validate(made.json)
    code = made.json["code"]
    shown = {"state", "service", "starts_at", "channel", "sequence", "language", "contact"}
    assert {name: made.json[name] for name in shown} == {
        "state": "booked", "service": "pas", "starts_at": first, "channel": "phone", "sequence": 0,
        "language": "da", "contact": None,
    }  # fmt: skip
    assert first not in [slot["starts_at"] for slot in free(call)]
    assert call(f"/{code.lower()}").json == made.json
    moved = call(f"/{code}/move", {"starts_at": second}).json
    assert (moved["starts_at"], moved["moved_from"], moved["sequence"]) == (second, first, 1)
    cancelled = call(f"/{code}/cancel", {}).json
    assert (cancelled["state"], cancelled["sequence"]) == ("cancelled", 2)
    assert {first, second} <= {slot["starts_at"] for slot in free(call)}
    over = call(f"/{code}/move", {"starts_at": first})
    assert (over.status_code, over.json["code"], over.json["state"]) == (
        409, "booking_over", "cancelled",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "letter", "by"),
    [({}, "cancelled", "citizen"), ({"by": "citizen"}, "cancelled", "citizen"),
     ({"by": "staff"}, "called_off", "staff")],
)  # fmt: skip
def test_a_change_says_who_wanted_it(
    call: Call, redis_client: Any, body: dict[str, str], letter: str, by: str
) -> None:
    first, second = (slot["starts_at"] for slot in free(call)[-2:])
    contact = {"contact": {"text": "22345678"}}
    code = call("", {"service": "pas", "starts_at": first, **contact}).json["code"]
    call(f"/{code}/move", {"starts_at": second, **body})
    call(f"/{code}/cancel", body)
    stream = redis_client.xrange(BranchKeys("raadhuset").events)
    data = [(e["event"], json.loads(e["data"]).get("by")) for _, e in stream]
    assert [one for one in data if one[0].startswith("booking.")] == [
        ("booking.booked", None), ("booking.moved", by), ("booking.cancelled", by),
    ]  # fmt: skip
    letters = redis_client.hkeys(BookingKeys("raadhuset").letters)
    assert [name for name in letters if "|2|" in name] == [f"{code}|2|{letter}"]
    counted: set[str] = set()
    for name in redis_client.scan_iter(BranchKeys("raadhuset").booking_day("*")):
        counted |= {field.split("|")[0] for field in redis_client.hkeys(name)}
    apart = {"rescheduled", "called_off"} if by == "staff" else set()
    assert counted == {"booked", "moved", "cancelled"} | apart
    assert call(f"/{code}/cancel", {"by": "nobody"}).status_code == 422


def test_an_earlier_time_is_asked_for_and_answered(call: Call, queue: Queue) -> None:
    at_noon = {"timezone": noon_zone(), "opening_hours": ALWAYS}
    offers = [offer(week=ALWAYS, notice_minutes=0)]
    put_branch(queue, "raadhuset", document(bookings={"offers": offers}, **at_noon))
    slots = [slot["starts_at"] for slot in free(call, "&days=9")[-4:]]
    contact = {"contact": {"text": "22345678"}}
    near, other, mine, plain = (
        call("", {"service": "pas", "starts_at": one, **more}).json["code"]
        for one, more in zip(slots, ({}, {}, contact, {}), strict=True)
    )
    assert call(f"/{mine}").json["earlier"] is False
    assert call(f"/{mine}/earlier", {"wanted": True}).json["earlier"] is True
    assert call(f"/{plain}/earlier", {"wanted": False}).json["earlier"] is False
    assert call(f"/{plain}/earlier", {"wanted": True}).json["errors"][0]["field"] == "earlier"
    assert call("/BBBBBB/earlier", {"wanted": True}).json["code"] == "unknown_code"
    assert call(f"/{mine}/earlier", {}).status_code == 422
    too_soon = call(f"/{mine}/offered", {"starts_at": slots[1], "accept": True})
    assert (too_soon.status_code, too_soon.json["code"]) == (409, "hold_ended")

    def offered(code: str, starts_at: str) -> None:
        call(f"/{code}/cancel", {})
        earlier.offer_next(queue, "raadhuset")
        found = call(f"/{mine}").json
        BookingAnswer.model_validate(found)
        assert found["offered"]["starts_at"] == starts_at
        assert starts_at not in [slot["starts_at"] for slot in free(call, "&days=9")]

    offered(other, slots[1])
    for _ in range(2):  # left to the next, and there is none
        left = call(f"/{mine}/offered", {"starts_at": slots[1], "accept": False}).json
        assert (left["offered"], left["starts_at"]) == (None, slots[2])
    offered(near, slots[0])
    for _ in range(2):
        taken = call(f"/{mine}/offered", {"starts_at": slots[0], "accept": True}).json
        assert (taken["starts_at"], taken["moved_from"], taken["sequence"]) == (*slots[::2], 1)


def test_a_hold_is_confirmed_by_its_owner_alone(call: Call) -> None:
    first = free(call)[0]["starts_at"]
    body = {"service": "pas", "starts_at": first, "hold": True, "owner": OWNER}
    hold = call("", body).json
    assert (hold["state"], hold["channel"]) == ("held", "api")
    assert hold["held_until"] > hold["created_at"]
    code = hold["code"]
    assert call(f"/{code}").json["code"] == "unknown_code"
    assert call(f"/{code}/confirm", {"owner": OTHER}).json["code"] == "hold_ended"
    taken = call("", body | {"owner": OTHER})
    assert (taken.status_code, taken.json["code"]) == (409, "slot_taken")
    contact = {"text": "22 34 56 78"}
    confirmed = {"owner": OWNER, "starts_at": first, "contact": contact, "earlier": True}
    done = call(f"/{code}/confirm", confirmed).json
    assert (done["state"], done["held_until"], done["contact"], done["earlier"]) == (
        "booked", None, "text", True,
    )  # fmt: skip
    assert "22345678" not in call(f"/{code}").text
    other = call("", body | {"starts_at": free(call)[0]["starts_at"]})
    assert (other.json["code"], other.json["booking"]) == ("already_booked", code)


def test_a_hold_is_given_back(call: Call) -> None:
    first = free(call)[0]["starts_at"]
    hold = call("", {"service": "pas", "starts_at": first, "hold": True, "owner": OWNER}).json
    for _ in range(2):
        assert call(f"/{hold['code']}/release", {"owner": OWNER}).status_code == 204
    assert free(call)[0]["starts_at"] == first


def test_a_repeated_request_is_answered_as_the_first(call: Call) -> None:
    body = {"service": "pas", "starts_at": free(call)[0]["starts_at"]}
    first, again = (call("", body, key="k") for _ in range(2))
    assert first.data == again.data
    assert again.headers["Idempotent-Replayed"] == "true"
    assert call("", body | {"channel": "desk"}, key="k").json["code"] == "idempotency_key_reused"


def test_free_times_are_those_of_the_dates(call: Call) -> None:
    day = free(call, "&days=1")
    assert len({slot["starts_at"][:10] for slot in day}) <= 2, "one date, in two of UTC"
    later = str(datetime.fromisoformat(free(call)[-1]["starts_at"]).date())
    found = free(call, f"&from={later}&days=1")
    assert found
    assert {slot["places"] for slot in found} == {1}


PLAIN = {"service": "pas", "starts_at": "2026-11-25T09:30:00Z"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"starts_at": "2026-11-25T09:30:00Z"}, "service"),
        (PLAIN | {"starts_at": "2026-11-25T09:30:00"}, "starts_at"),
        (PLAIN | {"starts_at": "tomorrow"}, "starts_at"),
        (PLAIN | {"hold": True}, "owner"),
        (PLAIN | {"owner": "short"}, "owner"),
        (PLAIN | {"channel": "fax"}, "channel"),
        (PLAIN | {"name": "Ida"}, "name"),
        (PLAIN | {"earlier": True}, "earlier"),
        (PLAIN | {"contact": {"mail": "a@example.dk"}}, "contact.mail"),
        (PLAIN | {"contact": {"text": "123"}}, "contact.text"),
        (PLAIN | {"contact": {"text": "+46123456789"}}, "contact.text"),
        (PLAIN | {"contact": {"text": "22345678", "mail": "a@example.dk"}}, "contact"),
    ],
)
def test_bad_input_names_its_field_and_leaves_no_trace(
    call: Call, redis_client: Redis, body: Any, field: str
) -> None:
    answer = call("", body)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)
    assert not redis_client.exists("q:{raadhuset}:bookings")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"service": "turist"}, 409, "not_offered"),
        ({"service": "unknown"}, 404, "service_not_found"),
        ({"service": "gammel"}, 409, "service_inactive"),
        ({"starts_at": "2020-01-01T09:30:00Z"}, 409, "too_late"),
        ({"starts_at": "2090-01-01T09:30:00Z"}, 409, "not_offered"),
        ({"starts_at": "2090-01-01T09:31:00Z"}, 409, "not_offered"),
        ({"language": "so"}, 422, "invalid"),
    ],
)
def test_an_impossible_time_is_refused(call: Call, body: Any, status: int, code: str) -> None:
    usual = {"service": "pas", "starts_at": free(call)[0]["starts_at"]}
    answer = call("", usual | body)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_free_times_need_no_token_and_a_branch_in_use(
    call: Call, settings: Settings, queue: Queue
) -> None:
    visitor = create_app(settings).test_client()
    address = "/api/v1/branches/raadhuset/bookings/slots?service=pas"
    answer = visitor.get(address)
    assert answer.status_code == 200
    assert answer.get_json()["slots"] == free(call)
    assert visitor.get(address.replace("=pas", "=turist")).get_json()["code"] == "not_offered"
    assert visitor.get(address.replace("raadhuset", "nowhere")).status_code == 404
    assert visitor.get("/api/v1/branches/raadhuset/bookings/BCDFGH").status_code == 401
    archive(queue, "raadhuset")
    queue.forget("raadhuset")
    archived = create_app(settings).test_client().get(address)
    assert (archived.status_code, archived.get_json()["code"]) == (409, "branch_archived")


def test_unknown_codes_are_slowed_down_and_known_ones_are_not(call: Call) -> None:
    code = call("", {"service": "pas", "starts_at": free(call)[0]["starts_at"]}).json["code"]
    tries = [call("/BCDFGH") for _ in range(MOST_WRONG_CODES)]
    assert {answer.status_code for answer in tries} == {404}
    limited = call("/BCDFGJ")
    assert (limited.status_code, limited.json["code"]) == (429, "rate_limited")
    assert int(limited.headers["Retry-After"]) > 0
    assert call(f"/{code}").status_code == 200
    assert call("/no-code").status_code == 404


@pytest.mark.parametrize(("role", "status"), [("clerk", 201), ("kiosk", 403), ("supervisor", 403)])
def test_clerks_and_their_programs_book(call: Call, role: Role, status: int) -> None:
    body = {"service": "pas", "starts_at": free(call)[0]["starts_at"]}
    assert call("", body, role=role).status_code == status


@pytest.fixture
def soon(call: Call, queue: Queue) -> tuple[Call, str]:
    """Times without a notice, and the code of a booking for one of the next that begin."""
    offers = [offer(week=ALWAYS, notice_minutes=0, length_minutes=5)]
    changes = {"bookings": {"offers": offers}, "timezone": noon_zone()}
    put_branch(queue, "raadhuset", document(opening_hours=ALWAYS, **changes))
    body = {"service": "pas", "starts_at": free(call)[1]["starts_at"], "channel": "desk"}
    return call, call("", body).json["code"]


def test_a_kiosk_notes_an_arrival_once(soon: tuple[Call, str]) -> None:
    call, code = soon
    first = call(f"/{code}/arrive", {"language": "da"}, role="kiosk", key="a-press")
    ArrivedAnswer.model_validate(first.json)
    assert first.status_code == 201
    assert (first.json["booking"]["code"], first.json["booking"]["arrival"]) == (code, "in_time")
    assert first.json["booked_for"] == first.json["booking"]["starts_at"]
    again = call(f"/{code.lower()}/arrive", {}, role="kiosk", key="another-press")
    assert (again.status_code, again.json["id"]) == (200, first.json["id"])
    assert (first.json["replayed"], again.json["replayed"]) == (False, True)


def test_an_arrival_with_an_unknown_code_is_refused(soon: tuple[Call, str]) -> None:
    call, _ = soon
    refused = call("/BBBBBB/arrive", {}, role="kiosk")
    assert (refused.status_code, refused.json["code"]) == (404, "unknown_code")
    assert call("/BBBBBB/arrive", {"anyway": "x"}, role="kiosk").status_code == 422
    assert call("/BBBBBB/arrive", {}, role="display").status_code == 403


def test_a_date_lists_its_bookings(call: Call) -> None:
    slot = free(call)[-1]["starts_at"]
    code = call("", {"service": "pas", "starts_at": slot}).json["code"]
    day = datetime.fromisoformat(slot).astimezone(ZoneInfo("Europe/Copenhagen")).date()
    found = call(f"?date={day}", role="supervisor").json
    BookedDayAnswer.model_validate(found)
    (service,) = found["services"]
    (one,) = (s for s in service["slots"] if s["starts_at"] == slot)
    assert [booking["code"] for booking in one["bookings"]] == [code]
    assert (one["places"], one["free"], one["blocked"]) == (1, 0, 0)
    assert call().json["date"] <= str(day)
    assert call("?date=soon").status_code == 422
    assert call("?date=9999-12-31").status_code == 422
    assert call(role="kiosk").status_code == 403


def test_places_are_blocked_after_a_preview(call: Call) -> None:
    slot = free(call)[-1]["starts_at"]
    local = datetime.fromisoformat(slot).astimezone(ZoneInfo("Europe/Copenhagen"))
    code = call("", {"service": "pas", "starts_at": slot}).json["code"]
    body: dict[str, Any] = {"service": "pas", "date": f"{local:%Y-%m-%d}", "from": f"{local:%H:%M}"}
    body |= {"until": "24:00", "places": 1}
    seen = call("/blocks", {**body, "preview": True})
    BlockAnswer.model_validate(seen.json)
    assert ([one["code"] for one in seen.json["met"]], seen.json["newly_met"]) == ([code], 1)
    for first in (1, 0):
        done = call("/blocks", {**body, "letters": True})
        assert (done.status_code, done.json["newly_met"]) == (200, first)
        assert slot in done.json["slots"]
    seen = call("/blocks", {**body, "places": 0, "preview": True}).json
    assert ([one["code"] for one in seen["fitting"]], seen["letters"]) == ([code], 0)
    done = [call("/blocks", {**body, "places": 0}, key="release") for _ in range(2)]
    assert [one.headers.get("Idempotent-Replayed") for one in done] == [None, "true"]
    assert call(f"/{code}").json["state"] == "booked"
    assert call("/blocks", {**body, "service": "turist"}).json["code"] == "not_offered"
    assert call("/blocks", {**body, "places": 2}).status_code == 422
    assert call("/blocks", {**body, "date": "9999-12-31"}).status_code == 422
    assert call("/blocks", body, role="kiosk").status_code == 403


def test_a_closing_is_refused_with_the_number_that_it_meets(
    call: Call, settings: Settings, redis_client: Redis, queue: Queue
) -> None:
    roles = Roles(settings, redis_client)
    slot = free(call)[-1]["starts_at"]
    code = call("", {"service": "pas", "starts_at": slot}).json["code"]
    config = dict(queue.get(BranchStore).current("raadhuset").document)
    config["bookings"]["offers"][0]["week"] = {}
    for agreed, status in (("0", 409), ("2", 409), ("-1", 422), ("many", 422), ("1", 200)):
        sent = roles.send(
            "admin", "/branches/raadhuset", config, method="PUT", query={"appointments": agreed}
        )
        assert sent.status_code == status
        if status == 409:
            found = {name: sent.json[name] for name in ("code", "appointments", "letters")}
            assert found == {"code": "appointments_met", "appointments": 1, "letters": 0}
    assert call(f"/{code}").json["sequence"] == 1
    today = {"kind": "carry_over", "appointments": 1}
    refused = roles.send("supervisor", "/branches/raadhuset/interventions", today)
    assert (refused.status_code, refused.json["appointments"]) == (409, 0)
