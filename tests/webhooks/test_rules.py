"""The events of an endpoint, their messages, and the retries, without a store."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from queue_service.webhooks.rules.cursors import Cursor, before, instant_of, newer
from queue_service.webhooks.rules.endpoints import OVERLAP_MS, Endpoint
from queue_service.webhooks.rules.messages import LoggedEvent, events_message, missed_message
from queue_service.webhooks.rules.messages import test_message as message_of_test
from queue_service.webhooks.rules.retries import EndpointHealth

ENDPOINT = Endpoint(
    "e1", "BI", "https://bi.example.dk/queue", ("visit.*", "branch.opened"), None,
    active=True, secret="now", created_at=0,
)  # fmt: skip
AT = 1_795_593_600_000


def test_an_endpoint_fails_since_its_first_try_and_rests_longer_each_time() -> None:
    first = EndpointHealth().failed("refused", 1000, final=False)
    assert first == EndpointHealth(1, 1000, 31_000, "refused")
    second = first.failed("gone", 7000, final=False)
    assert second == EndpointHealth(2, 1000, 127_000, "gone")
    last, later = (
        EndpointHealth(tries, 1000).failed("410", 90_000, final=True) for tries in (4, 5)
    )
    assert last == EndpointHealth(5, 1000, 3_690_000, "410", stopped=True)
    assert later == EndpointHealth(6, 1000, 3_690_000, "410", stopped=True)


def test_the_secret_that_was_replaced_signs_until_its_time_is_over() -> None:
    one = ENDPOINT.rotated("new", AT)
    assert (one.secret, one.older_secret(AT + OVERLAP_MS - 1)) == ("new", "now")
    assert one.older_secret(AT + OVERLAP_MS) == ""
    assert ENDPOINT.older_secret(-1) == ""


@pytest.mark.parametrize(
    ("event", "wanted"),
    [("visit.issued", True), ("branch.opened", True), ("branch.closed", False), ("visits", False)],
)
def test_an_endpoint_wants_names_and_families_of_events(event: str, wanted: bool) -> None:
    assert ENDPOINT.wants(event) == wanted


@pytest.mark.parametrize(("url", "host"), [("https://u@bi.dk:8443/x", "bi.dk"), ("mailto:x", "")])
def test_of_an_address_the_host_is_shown(url: str, host: str) -> None:
    assert replace(ENDPOINT, url=url).host == host


def test_a_place_in_a_log_is_read_back() -> None:
    for one in (Cursor("5-0", 3), Cursor("5-0", 3, "9-1", "6-0")):
        assert Cursor.read(one.text()) == one
    assert Cursor("5-0", 3, "9-1", "6-0").text() == "5-0|3|9-1|6-0"


@pytest.mark.parametrize(
    ("entry", "preceding"), [("5-3", "5-2"), ("5-1", "5-0"), ("5-0", "4-18446744073709551615")]
)
def test_no_id_lies_between_one_and_the_one_before(entry: str, preceding: str) -> None:
    assert before(entry) == preceding
    assert newer(entry, preceding)
    assert not newer(entry, entry)
    assert not newer(preceding, entry)
    assert newer("10-0", "9-9")
    assert instant_of("5-3") == 5


ENTRIES = [
    LoggedEvent(f"{AT}-0", "visit.issued", {"number": "Å001", "at": AT}),
    LoggedEvent(f"{AT}-1", "branch.closed", {"at": AT}),
]


def test_a_message_has_the_wanted_events_of_its_stretch() -> None:
    message = events_message(ENDPOINT, "hall", "0-0", f"{AT}-1", ENTRIES)
    event = '{"id":"1795593600000-0","event":"visit.issued","data":{"number":"Å001","at":"%s"}}'
    stamp = "2026-11-25T08:00:00.000Z"
    assert message.body.decode() == (
        f'{{"type":"branch.events","timestamp":"{stamp}",'
        f'"data":{{"branch":"hall","events":[{event % stamp}]}}}}'
    )
    assert (message.kind, message.branch, message.until, message.count) == (
        "branch.events", "hall", f"{AT}-1", 1
    )  # fmt: skip


def test_a_message_has_an_id_of_its_own_by_all_that_decides_its_body() -> None:
    def reason(endpoint: Endpoint = ENDPOINT, branch: str = "hall", after: str = "0-0") -> str:
        return events_message(endpoint, branch, after, f"{AT}-1", ENTRIES).id

    # Under an id that it knows a receiver drops what comes; after another choice that is another.
    others = [
        reason(),
        reason(replace(ENDPOINT, events=("visit.*",))),
        reason(replace(ENDPOINT, id="e2")),
        reason(branch="library"),
        reason(after="1-0"),
        events_message(ENDPOINT, "hall", "0-0", f"{AT}-0", ENTRIES).id,
        missed_message(ENDPOINT, "hall", "0-0", f"{AT}-1").id,
        missed_message(ENDPOINT, "hall", "1-0", f"{AT}-1").id,
        missed_message(ENDPOINT, "hall", "0-0", f"{AT}-2").id,
        missed_message(ENDPOINT, "library", "0-0", f"{AT}-2").id,
        message_of_test(ENDPOINT, "a", AT).id,
        message_of_test(ENDPOINT, "b", AT).id,
    ]
    assert len(set(others)) == len(others)
    assert reason() == reason()
    assert {len(one) for one in others} == {len("msg_") + 32}


def test_missing_events_are_reported_by_the_ids_around_them() -> None:
    message = missed_message(ENDPOINT, "hall", "5-0", f"{AT}-0")
    assert json.loads(message.body) == {
        "type": "events.missed",
        "timestamp": "2026-11-25T08:00:00.000Z",
        "data": {"branch": "hall", "after": "5-0", "before": f"{AT}-0"},
    }
    assert (message.kind, message.branch, message.until, message.count) == (
        "events.missed", "hall", f"{AT}-0", 0
    )  # fmt: skip


def test_a_test_names_its_endpoint() -> None:
    message = message_of_test(ENDPOINT, "a", AT)
    assert json.loads(message.body) == {
        "type": "webhook.test",
        "timestamp": "2026-11-25T08:00:00.000Z",
        "data": {"endpoint": "e1"},
    }
    assert (message.kind, message.branch, message.until) == ("webhook.test", "", "")
