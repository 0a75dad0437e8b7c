"""Data of earlier versions is read and stays in use; data of a later one is refused."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from queue_service.access.rules.caller import Caller
from queue_service.board.operations.state import state
from queue_service.branches.rules.branch import Service
from queue_service.branches.store import BranchStore
from queue_service.cli import main
from queue_service.command import Command, Queue
from queue_service.counters.operations.counters import view
from queue_service.history.operations.days import summarise_day
from queue_service.history.operations.statistics import statistics
from queue_service.runtime.settings import Settings
from queue_service.store.format import FORMAT, KEY
from queue_service.visits.operations import calling, issuing, visits
from queue_service.visits.rules.visit import Errand, Inquiry, Visit
from queue_service.visits.store.visit_store import VisitStore

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.json"))
"""The data that a release stored in the middle of the same day: three completed visits, one
no-show, one departure, and five open visits: parked, served, called and two waiting."""
CLERK = Caller("clerk-token", "clerk")
BRANCH, DAY = "oevelse", "2026-11-27"


@pytest.fixture(params=SAMPLES, ids=lambda file: file.stem)
def upgraded(request: pytest.FixtureRequest, redis_client: Any, queue: Queue) -> Queue:
    """The service over a release's data."""
    for key, (kind, value) in json.loads(request.param.read_text(encoding="utf-8")).items():
        if kind == "string":
            redis_client.set(key, value)
        elif kind == "hash":
            redis_client.hset(key, mapping=value)
        elif kind == "set":
            redis_client.sadd(key, *value)
        elif kind == "list":
            redis_client.rpush(key, *value)
        elif kind == "zset":
            redis_client.zadd(key, dict(value))
        else:
            for entry, fields in value:
                redis_client.xadd(key, fields, id=entry)
    return queue


def command() -> Command:
    """Something a clerk does now."""
    return Command(BRANCH, CLERK)


def test_open_visits_can_go_on_after_an_upgrade(upgraded: Queue) -> None:
    served = view(upgraded, command(), "1")
    assert served.current is not None
    (parked,) = served.parked
    done = visits.complete(upgraded, command(), served.current.id, "resolved")
    assert done.visit.state == "completed"
    assert visits.resume(upgraded, command(), parked.id, "1").visit.number == parked.number
    visits.complete(upgraded, command(), parked.id, "follow_up")
    called = view(upgraded, command(), "2").current
    assert called is not None
    visits.mark_no_show(upgraded, command(), called.id)
    next_ones = [calling.call_next(upgraded, command(), counter).answer for counter in ("1", "2")]
    assert sorted(answer.visit.priority for answer in next_ones if answer) == ["high", "normal"]
    assert state(upgraded, command()).queues[0].waiting == 0


def test_its_figures_are_what_they_were(upgraded: Queue) -> None:
    counted = statistics(upgraded, BRANCH, DAY, DAY).total
    assert counted.visits is not None
    ended = {name: counted.visits[name] for name in ("issued", "completed", "no_show", "abandoned")}
    assert ended == {"issued": 10, "completed": 3, "no_show": 1, "abandoned": 1}
    assert counted.inquiries == 3


def test_its_day_is_summarised_once_it_is_over(upgraded: Queue) -> None:
    branch = upgraded.get(BranchStore).get(BRANCH)
    for visit in upgraded.get(VisitStore).open_visits(BRANCH):
        if visit.state == "waiting" or visit.state == "parked":
            visits.abandon(upgraded, command(), visit.id)
        else:
            visits.complete(upgraded, command(), visit.id, "resolved")
    assert summarise_day(upgraded, branch, DAY, upgraded.store.time())


def test_no_number_that_somebody_holds_is_given_again(upgraded: Queue) -> None:
    held = {visit.number for visit in upgraded.get(VisitStore).open_visits(BRANCH)}
    assert len(held) == 5
    issued = {
        issuing.issue(upgraded, command(), "pas", channel="desk").visit.number for _ in range(8)
    }
    assert len(issued) == 8
    assert not issued & held


def test_a_further_field_is_a_further_form() -> None:
    # A version that does not know a field of a visit takes it for damaged, and out of its queue.
    known = [len(Visit._fields), len(Inquiry._fields), len(Errand._fields), len(fields(Service))]
    assert (FORMAT, known) == (8, [49, 10, 2, 12])


@pytest.mark.parametrize(("stored", "code"), [(FORMAT, 0), (FORMAT + 1, 1)])
def test_a_newer_store_is_refused_in_one_sentence(
    redis_client: Redis,
    settings: Settings,
    stored: int,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    redis_client.set(KEY, stored)
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    assert main(["token", "list"]) == code
    said = capsys.readouterr().err
    assert ("written by a newer version" in said) is bool(code)
    assert said.count("\n") == code
    assert redis_client.get(KEY) == str(stored)
