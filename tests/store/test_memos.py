"""Responses kept for repeats: keys name no person, and an earlier version's keys are found."""

from __future__ import annotations

from typing import Any

from redis import Redis

from queue_service.access.rules.caller import Caller, IdempotencyKey
from queue_service.command import Command, Queue
from queue_service.store.keys import BranchKeys
from queue_service.store.memos import rename_memos
from queue_service.visits.operations import issuing
from queue_service.visits.rules.command_result import CommandResult
from tests.desks import Desk

ACCOUNT = "acc_6ccacf70999b8532"


def issue(queue: Queue, branch: str) -> CommandResult:
    """A ticket, asked for with a key."""
    key = IdempotencyKey(ACCOUNT, "page-1:2", "same")
    return issuing.issue(
        queue, Command(branch, Caller(ACCOUNT, "clerk"), key), "pas", channel="desk"
    )


def test_nothing_in_the_store_says_which_account_acted(live: Desk) -> None:
    client: Any = live.queue.store.client
    issue(live.queue, live.branch)
    for name in client.scan_iter():
        value = client.get(name) if client.type(name) == "string" else ""
        assert ACCOUNT not in f"{name} {value}"
    events = client.xrange(BranchKeys(live.branch).events)
    assert ACCOUNT not in str(events)


def test_a_repeat_across_the_update_is_recognised(live: Desk, redis_client: Redis) -> None:
    done = issue(live.queue, live.branch)
    now = BranchKeys(live.branch).idempotency(ACCOUNT, "page-1:2")
    redis_client.rename(now, f"q:{{{live.branch}}}:memo:{ACCOUNT}:page-1:2")
    rename_memos(redis_client)
    again = issue(live.queue, live.branch)
    assert (again.visit.id, again.replayed) == (done.visit.id, True)
    assert 0 < int(redis_client.ttl(now)) <= 86_400
    # It was done once; what begins so by chance later is left alone.
    redis_client.set(f"q:{{{live.branch}}}:memo:other:key", "1")
    rename_memos(redis_client)
    assert redis_client.exists(f"q:{{{live.branch}}}:memo:other:key")
