"""Attempts that are repeated, and the replies of scripts."""

from __future__ import annotations

import pytest

from queue_service.branches.store import BranchStore
from queue_service.command import (
    ATTEMPTS,
    Command,
    Commit,
    Queue,
    committed,
    retry,
    retry_with_time,
)
from queue_service.configuration.operations import put_branch
from queue_service.errors import CounterBusy, IdempotencyKeyReused, StoreUnavailable, VisitNotFound
from queue_service.store.redis_store import RedisStore
from tests.desks import CLERK, Desk, document

EVERY_ATTEMPT = list(range(ATTEMPTS))


@retry
def take(turns: list[int], last: int) -> int | None:
    """Give 0 at the attempt of this index."""
    turns.append(len(turns))
    return 0 if turns[-1] == last else None


@retry_with_time
def tell_time(_queue: Queue, _command: Command, now: int, seen: list[int], last: int) -> int | None:
    """Give the time at the attempt of this index."""
    seen.append(now)
    return now if len(seen) - 1 == last else None


@pytest.mark.parametrize("last", [0, 1, ATTEMPTS - 1])
def test_an_attempt_is_repeated_until_it_gives_a_result(last: int) -> None:
    turns: list[int] = []
    assert take(turns, last) == 0
    assert turns == EVERY_ATTEMPT[: last + 1]


def test_after_so_many_attempts_the_command_is_refused_as_busy() -> None:
    turns: list[int] = []
    with pytest.raises(StoreUnavailable, match="Too much is happening at once") as refused:
        take(turns, ATTEMPTS)
    assert refused.value.extra["retry_after"] == 1
    assert turns == EVERY_ATTEMPT


def test_a_command_with_a_time_of_its_own_keeps_it_in_each_attempt(queue: Queue) -> None:
    seen: list[int] = []
    assert tell_time(queue, Command("raadhuset", CLERK, at=7), seen, 1) == 7
    assert seen == [7, 7]


def test_the_clock_of_the_machine_comes_first_and_that_of_the_store_next(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queue_service.command.time", lambda: 5.0)
    seen: list[int] = []
    with pytest.raises(StoreUnavailable, match="Too much is happening at once"):
        tell_time(queue, Command("raadhuset", CLERK), seen, ATTEMPTS)
    assert len(seen) == ATTEMPTS
    assert seen[0] == 5000
    assert min(seen[1:]) > 5000


def test_the_result_of_a_script_is_read_from_its_reply(queue: Queue) -> None:
    assert committed(queue, "raadhuset", ["done", "text"]) == Commit("text", replayed=False)
    assert committed(queue, "raadhuset", ["replayed", "text"]) == Commit("text", replayed=True)


def test_a_reply_that_the_configuration_is_stale_has_it_read_again(desk: Desk) -> None:
    kept = desk.queue.get(BranchStore).get(desk.branch)
    other = Queue(RedisStore(desk.queue.store.client))
    changed = put_branch(other, desk.branch, document(name="Borgerservice", historic=True)).branch
    assert committed(desk.queue, desk.branch, ["changed"]) is None
    assert desk.queue.get(BranchStore).get(desk.branch).revision == kept.revision
    assert committed(desk.queue, desk.branch, ["stale"]) is None
    assert desk.queue.get(BranchStore).get(desk.branch).revision == changed.revision
    assert kept.revision != changed.revision


@pytest.mark.parametrize(
    ("reply", "refusal"),
    [(["busy", "v1"], CounterBusy), (["reused"], IdempotencyKeyReused), (["gone"], VisitNotFound)],
)
def test_any_other_reply_is_a_refusal(
    queue: Queue, reply: list[str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        committed(queue, "raadhuset", reply, "1")
