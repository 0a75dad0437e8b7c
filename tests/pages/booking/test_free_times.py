"""The file of free times: the same for everybody, from memory, and never ahead of the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from redis import Redis

from queue_service.bookings.rules.slot_file import time_text
from queue_service.configuration.operations import get_branch
from queue_service.pages.booking.free_times import KEPT_MS, FreeTimes
from tests.desks import MORNING
from tests.pages.booking.visitors import (
    OTHER,
    SERVICE,
    Visitor,
    offer_nothing,
    offer_times,
    queue_of,
)
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp

PATH = f"/b/{LIBRARY}/slots.ndjson"


@pytest.fixture
def visitor(web_app: WebApp) -> Visitor:
    """A visitor of the library, where passports can be booked, one at a time."""
    offer_times(web_app)
    return Visitor.of(web_app)


def lines(body: bytes) -> Iterator[Any]:
    return (json.loads(line) for line in body.decode().splitlines())


def links(body: bytes) -> list[str]:
    return [
        line["extension"][0]["valueUrl"] for line in lines(body) if line["resourceType"] == "Slot"
    ]


def test_each_link_opens_the_page_that_books_its_time(visitor: Visitor) -> None:
    answer = visitor.client.get(PATH)
    assert answer.mimetype == "application/fhir+ndjson"
    assert f'<link rel="alternate" type="{answer.mimetype}"' in visitor.times().text
    free = visitor.free()
    found = links(answer.data)
    assert len(found) in (len(free), len(free) + 1), "a time may have begun meanwhile"
    for nth in (3, -1):
        page = visitor.get(found[nth])
        assert (
            f'name="time" value="{time_text(visitor.free()[-1].starts_at)}">Take' in page.text
            or ("The time you chose" in page.text)
        )


def test_it_is_asked_for_by_its_tag(visitor: Visitor) -> None:
    answer = visitor.client.get(PATH)
    assert answer.cache_control.public
    assert 0 <= (answer.cache_control.max_age or 0) <= KEPT_MS // 1000
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers
    tag = answer.headers["ETag"]
    assert not tag.startswith("W/")
    again = visitor.client.get(PATH, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    packed = visitor.client.get(PATH, headers={"Accept-Encoding": "gzip"})
    assert len(packed.data) < len(answer.data)


def test_it_is_read_once_in_fifteen_seconds(visitor: Visitor, redis_client: Redis) -> None:
    queue = queue_of(visitor.web_app)
    branch, files = get_branch(queue, LIBRARY), FreeTimes("")
    first = files.file(queue, branch, MORNING)
    calls: Any = redis_client.info("commandstats")
    assert files.file(queue, branch, MORNING + KEPT_MS - 1) is first
    after: Any = redis_client.info("commandstats")
    asked = {name for name in after if after[name]["calls"] != calls.get(name, {}).get("calls")}
    assert asked <= {"cmdstat_info"}
    assert files.file(queue, branch, MORNING + KEPT_MS) is not first


def test_a_request_for_a_file_that_is_known_asks_the_store_nothing(
    visitor: Visitor, redis_client: Redis
) -> None:
    first = visitor.client.get(PATH)
    before: Any = redis_client.info("stats")
    again = visitor.client.get(PATH)
    after: Any = redis_client.info("stats")
    assert again.data == first.data
    assert after["total_commands_processed"] - before["total_commands_processed"] == 1, "the look"


def test_another_configuration_is_another_file(visitor: Visitor) -> None:
    queue, files = queue_of(visitor.web_app), FreeTimes("")
    first = files.file(queue, get_branch(queue, LIBRARY), MORNING)
    offer_times(visitor.web_app, {"service": OTHER})
    second = files.file(queue, get_branch(queue, LIBRARY), MORNING)
    assert {link.split("/")[3].split("?")[0] for link in links(first.file.body)} == {SERVICE}
    assert {link.split("/")[3].split("?")[0] for link in links(second.file.body)} == {OTHER}


def test_a_booked_time_is_in_the_next_file_no_more(visitor: Visitor) -> None:
    queue, files = queue_of(visitor.web_app), FreeTimes("https://queue.example.dk")
    branch = get_branch(queue, LIBRARY)
    booking = visitor.book()
    found = links(files.file(queue, branch, MORNING).file.body)
    assert found
    assert all(link.startswith("https://queue.example.dk/book/") for link in found)
    assert not [link for link in found if time_text(booking.starts_at) in link]


@pytest.mark.parametrize("branch", [TOWN_HALL, "nowhere"])
def test_a_branch_without_offers_has_no_file(visitor: Visitor, branch: str) -> None:
    offer_nothing(visitor.web_app)
    assert visitor.client.get(f"/b/{branch}/slots.ndjson").status_code == 404
