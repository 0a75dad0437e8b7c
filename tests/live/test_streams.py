"""Open event streams hear of everything, also of events after an outage of the store."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from queue_service.store.keys import BranchKeys
from tests.web.service import Service

STREAMS = 6
"""Enough that both web processes hold some."""


class Listener:
    """A program that reads a branch's event stream."""

    def __init__(self, service: Service, branch: str, last: str | None = None) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(service.url).netloc, timeout=20)
        headers = {"Authorization": f"Bearer {service.token('display', branch)}"}
        headers |= {"Last-Event-ID": last} if last else {}
        self.connection.request("GET", f"/api/v1/branches/{branch}/events", headers=headers)
        self.response = self.connection.getresponse()
        assert self.response.status == 200

    def first(self) -> str:
        """The name of the first event."""
        while not (line := self.response.readline().decode()).startswith("event: "):
            assert line
        return line.removeprefix("event: ").strip()

    def until(self, event: str) -> tuple[str, Any]:
        """The id and data of the next event with this name."""
        fields: dict[str, str] = {}
        while line := self.response.readline().decode():
            name, _, value = line.rstrip("\n").partition(": ")
            if name:
                fields[name] = value
            elif fields.get("event") == event:
                return fields.get("id", ""), json.loads(fields["data"])
            else:
                fields = {}
        raise AssertionError(f"the stream ended before {event}")


def test_streams_hear_what_happens_after_the_store_was_away(service: Service) -> None:
    branch = service.branch()
    api = service.api()
    listeners = [Listener(service, branch) for _ in range(STREAMS)]
    for listener in listeners:
        listener.until("snapshot")
    with service.store_away():
        for listener in listeners:
            assert listener.until("store")[1] == {"up": False}
    for listener in listeners:
        assert listener.until("store")[1] == {"up": True}
    number = api.post(f"/branches/{branch}/visits", service="andet")["number"]
    for listener in listeners:
        assert listener.until("visit.issued")[1]["number"] == number
        listener.connection.close()


def test_a_stream_resumes_where_it_was(service: Service) -> None:
    branch = service.branch()
    api = service.api()
    first = Listener(service, branch)
    last, _ = first.until("snapshot")
    first.connection.close()
    numbers = [api.post(f"/branches/{branch}/visits", service="pas")["number"] for _ in range(3)]
    second = Listener(service, branch, last)
    assert [second.until("visit.issued")[1]["number"] for _ in numbers] == numbers
    second.connection.close()
    # An invalid event id gets the same response as a new page.
    for odd in ("18446744073709551616-0", "0-18446744073709551616", "x"):
        third = Listener(service, branch, odd)
        assert third.first() == "snapshot"
        third.connection.close()


def test_a_display_sees_neither_ids_nor_reasons(service: Service) -> None:
    branch = service.branch()
    api = service.api()
    listener = Listener(service, branch)
    listener.until("snapshot")
    api.post(f"/branches/{branch}/visits", service="pas")
    api.post(f"/branches/{branch}/counters/1/open")
    api.post(f"/branches/{branch}/counters/1/call-next")
    _, called = listener.until("visit.called")
    listener.connection.close()
    assert called.keys().isdisjoint({"id", "why"})
    assert (called["number"], called["state"], called["counter"]) == ("A001", "called", "1")


def test_a_late_return_gets_the_current_state_and_no_counters_hours(service: Service) -> None:
    branch = service.branch()
    api = service.api()
    events = BranchKeys(branch).events
    long_ago = f"{service.client.time()[0] * 1000 - 5 * 60_000 - 1}-0"
    service.client.delete(events)
    data = json.dumps({"counter": "1", "at": 0})
    service.client.xadd(events, {"event": "counter.opened", "data": data}, id=long_ago)
    listener = Listener(service, branch, long_ago)
    listener.until("snapshot")
    api.post(f"/branches/{branch}/visits", service="pas")
    last, _ = listener.until("visit.issued")
    api.post(f"/branches/{branch}/counters/1/open")
    assert listener.until("branch.state_changed")[1].keys() == {"at"}
    listener.connection.close()
    again = Listener(service, branch, last)
    assert again.until("branch.state_changed")[1].keys() == {"at"}
    again.connection.close()
