"""A branch on a real store, with the time in the test's hands."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from redis import Redis

from queue_service.access.rules.caller import Caller, IdempotencyKey
from queue_service.board.operations.state import BranchState, state
from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.language.languages import staff_languages
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore
from queue_service.visits.operations import calling, issuing
from queue_service.visits.rules.command_result import CommandResult
from queue_service.visits.rules.visit import Channel, Priority

MORNING = 1_795_593_600_000
"""2026-11-25 08:00 UTC, nine in Copenhagen."""

CLERK = Caller("clerk-token", "clerk")
KIOSK = Caller("kiosk-token", "kiosk")


def document(**changes: Any) -> dict[str, Any]:
    """A small branch: a town hall's passports and licences, a library's questions."""
    return parse_config(
        {
            "name": "Rådhuset",
            "timezone": "Europe/Copenhagen",
            "services": [
                {"id": "pas", "name": {"da": "Pas"}, "prefix": "A"},
                {"id": "korekort", "name": {"da": "Kørekort"}, "prefix": "B"},
                {"id": "turist", "name": {"da": "Turist"}, "prefix": "C"},
                {"id": "gammel", "name": {"da": "Nedlagt"}, "prefix": "D", "active": False},
            ],
            "counters": [
                {"id": "1", "name": "Skranke 1", "services": ["*"]},
                {"id": "2", "name": "Skranke 2", "services": ["pas", "turist"]},
                {"id": "3", "name": "Skranke 3", "services": ["*"]},
            ],
            "teams": [
                {"id": "library", "name": {"da": "Bibliotek"}, "services": ["turist"]},
                {"id": "citizen", "name": {"da": "Borgerservice"}, "services": ["*"]},
            ],
            "opening_hours": {"wed": [["09:00", "17:00"]]},
            "goals": [
                {
                    "id": "handling-6-min",
                    "indicator": "handling_time_within",
                    "threshold_seconds": 360,
                    "target_ratio": 0.7,
                    "services": ["*"],
                },
                {
                    "id": "called-10-min",
                    "indicator": "waiting_time_within",
                    "threshold_seconds": 600,
                    "target_ratio": 0.8,
                    "services": ["*"],
                },
                {
                    "id": "first-contact",
                    "indicator": "first_contact",
                    "target_ratio": 0.8,
                    "services": ["*"],
                },
            ],
            **changes,
        }
    )


@dataclass
class Desk:
    """A branch with a clock: commands at so many seconds after nine in the morning."""

    queue: Queue
    branch: str = "raadhuset"
    seconds: float = 0
    caller: Caller = CLERK
    keys: int = field(default=0)

    def command(self, idempotency: str | None = None, *, request: str = "same") -> Command:
        """A command at the current time, with an idempotency key if one is given."""
        kept = IdempotencyKey(self.caller.id, idempotency, request) if idempotency else None
        return Command(self.branch, self.caller, kept, MORNING + round(self.seconds * 1000))

    def later(self, seconds: float) -> Desk:
        """Let time pass."""
        self.seconds += seconds
        return self

    def issue(
        self, service: str = "pas", *, channel: Channel = "desk", priority: Priority = "normal"
    ) -> CommandResult:
        """A ticket, now."""
        return issuing.issue(
            self.queue, self.command(), service, channel=channel, priority=priority
        )

    def open(self, counter: str = "1", team: str | None = None) -> None:
        """Open a counter."""
        counters.open_counter(self.queue, self.command(), counter, team)

    def next(self, counter: str = "1") -> CommandResult | None:
        """Call the next one."""
        return calling.call_next(self.queue, self.command(), counter).answer

    def called(self, counter: str = "1") -> CommandResult:
        """Call the next one; there has to be one."""
        answer = self.next(counter)
        assert answer is not None, "nobody waits"
        return answer

    def state(self) -> BranchState:
        """The branch's state now."""
        return state(self.queue, self.command())

    def events(self) -> list[str]:
        """The names of the events, oldest first."""
        entries: Any = self.queue.store.client.xrange(f"q:{{{self.branch}}}:events")
        return [fields["event"] for _, fields in entries]


def went_live(queue: Queue, branch_id: str, *since: int) -> None:
    """Have the store take a historic branch for a live one whose days these were.

    ``since`` (ms) is when its last goals, one entry each, came into force.
    """
    client, k = queue.store.client, BranchKeys(branch_id)
    kept: Any = client.hget(k.config, "document")
    client.hset(k.config, "document", json.dumps({**json.loads(kept), "historic": False}))
    queue.get(BranchStore).forget(branch_id)
    entries: Any = client.lrange(k.goals, -len(since), -1) if since else []
    for nth, (at, entry) in enumerate(zip(since, entries, strict=True), -len(entries)):
        client.lset(k.goals, nth, f"{at}|{entry.partition('|')[2]}")


@pytest.fixture
def queue(redis_client: Redis) -> Queue:
    """The operations on an empty store."""
    return Queue(RedisStore(redis_client))


@pytest.fixture
def branch(queue: Queue) -> Branch:
    """A historic branch, so that every command brings its own time."""
    return put_branch(queue, "raadhuset", document(historic=True)).branch


@pytest.fixture
def desk(queue: Queue, branch: Branch) -> Desk:
    """Deeds in the branch."""
    return Desk(queue, branch.id)


@pytest.fixture
def live(queue: Queue) -> Desk:
    """A branch that is no replay, looked at with the times of the test."""
    put_branch(queue, "raadhuset", document())
    return Desk(queue)


def in_two_languages(document: dict[str, Any]) -> dict[str, Any]:
    """A branch of the sample in Danish and English alone, and without pictograms."""
    two = staff_languages()
    services = [
        {**one, "name": {code: name for code, name in one["name"].items() if code in two}}
        for one in document["services"]
    ]
    for one in services:
        one.pop("pictogram", None)
    return document | {"languages": list(two), "services": services}
