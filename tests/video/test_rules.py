"""Visits that wait for a video counter, their order, and the servers of a page."""

from __future__ import annotations

import hmac
from base64 import b64encode
from hashlib import sha1
from typing import Any

import pytest

from queue_service.branches.rules.branch import Branch
from queue_service.video.rules import (
    CREDENTIAL_SECONDS,
    Candidate,
    IceServers,
    counters_of,
    first_of,
    in_turn,
    line_field,
    waits_for,
)
from tests.desks import MORNING, document
from tests.visits.cases import WAITING


@pytest.fixture
def branch() -> Branch:
    """A branch whose counter 2 takes two of the services."""
    return Branch.from_document("raadhuset", "1", document())


def test_the_earliest_place_comes_first_and_of_two_alike_the_first_branch() -> None:
    later, other, first = Candidate(2, "a", "1"), Candidate(1, "b", "1"), Candidate(1, "a", "2")
    assert in_turn([later, other, first]) == [first, other, later]
    assert in_turn([]) == []
    assert in_turn([Candidate(1, "a", "2"), Candidate(1, "a", "1")])[0].counter == "1"


def test_the_visits_that_wait_for_a_counter(branch: Branch) -> None:
    def waits(counter: str, team: str | None, **changes: Any) -> bool:
        one = WAITING._replace(**changes)
        return waits_for(one, branch, counter, team, MORNING)

    assert waits("2", None)
    assert not waits("2", "library")  # whose list has no passports
    assert not waits("2", None, state="called")
    # Sent to a counter or a team: to that one alone, whatever it takes.
    assert waits("2", "library", bound="2")
    assert not waits("2", None, bound="1")
    assert waits("2", "library", for_team="library")
    assert not waits("2", None, for_team="library")
    # A delayed visit waits from the end of the delay on.
    assert not waits("2", None, held_until=MORNING + 1)
    assert waits("2", None, held_until=MORNING)


def test_the_first_of_an_empty_queue_is_none() -> None:
    early, late = WAITING._replace(id="z", place=1), WAITING._replace(id="a", place=2)
    assert first_of([late, early]) is early
    assert first_of([]) is None


def test_without_servers_pages_find_each_other_in_one_network() -> None:
    assert IceServers().for_page(MORNING) == []
    assert IceServers(stun=("stun:a:1",)).for_page(MORNING) == [{"urls": ["stun:a:1"]}]


def test_credentials_of_turn_end_after_two_hours_and_are_signed() -> None:
    (server,) = IceServers(turn=("turn:a:1", "turns:a:2"), secret="shared").for_page(MORNING)
    name = str(MORNING // 1000 + CREDENTIAL_SECONDS)
    signed = b64encode(hmac.digest(b"shared", name.encode(), sha1)).decode()
    assert server == {"urls": ["turn:a:1", "turns:a:2"], "username": name, "credential": signed}
    assert CREDENTIAL_SECONDS == 7200


def test_the_results_of_connections_are_counted_by_counter() -> None:
    fields = [line_field("2", "lost"), line_field("1", "connected"), line_field("2", "connected")]
    assert fields == ["video|2|lost", "video|1|connected", "video|2|connected"]
    assert counters_of([*fields, "issued|pas"]) == ["1", "2"]


def test_without_a_turn_server_a_page_gets_no_credentials() -> None:
    stun = {"urls": ["stun:a", "stun:b"]}
    assert IceServers(("stun:a", "stun:b")).for_page(0) == [stun]
    found = IceServers(("stun:a", "stun:b"), ("turn:c",), "s").for_page(5_999)
    assert found[0] == stun
    assert (found[1]["urls"], found[1]["username"]) == (["turn:c"], str(5 + CREDENTIAL_SECONDS))
    credential = hmac.digest(b"s", found[1]["username"].encode(), sha1)
    assert found[1]["credential"] == b64encode(credential).decode()
    assert len(IceServers(turn=("turn:c",), secret="s").for_page(0)) == 1
