"""How long the proofs are, and a service that they may break."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from redis import Redis

from queue_service.access.operations.access import create_token
from queue_service.access.store import AccessStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.redis_store import RedisStore
from tests.desks import CLERK, document
from tests.faults.checker import Checker
from tests.faults.load import Load
from tests.running import Running, service
from tests.web.service import ALWAYS

LONG = os.environ.get("QUEUE_PROVE") == "long"
"""Whether `./dev prove` runs; by default the short form, as every other test."""


LONGEST_ANSWER_SECONDS = 3.0 if LONG else 6.0
"""A request waits 2 s for the store in all. Other tests run in parallel to the short form."""


class Size(NamedTuple):
    """How much of everything: the short form would find a fault that comes often."""

    kiosks: int
    clerks: int
    kills: int
    steps: int
    streams: int


STEPS = int(os.environ.get("QUEUE_PROVE_STEPS", "1500"))
SIZE = Size(32, 8, 20, STEPS, 1500) if LONG else Size(8, 3, 2, STEPS, 15)
"""As the table of faults asks for, or the short form's."""


@pytest.fixture(scope="session")
def size() -> Size:
    """How much of everything."""
    return SIZE


SERVICES = ("pas", "korekort", "turist")
BRANCH = "raadhuset"


def busy_branch(clerks: int) -> dict[str, Any]:
    """A branch that is open around the clock, with a counter for each clerk."""
    return document(
        opening_hours=ALWAYS,
        counters=[{"id": str(n + 1), "name": f"Skranke {n + 1}"} for n in range(clerks)],
        teams=[],
    )


@dataclass
class Target:
    """A running service with one busy branch, and the store behind it."""

    up: Running
    client: Redis
    size: Size
    queue: Queue = field(init=False)

    def __post_init__(self) -> None:
        self.queue = Queue(RedisStore(self.client))
        put_branch(self.queue, BRANCH, busy_branch(self.size.clerks))

    @property
    def counters(self) -> list[str]:
        """The counters, one for each clerk."""
        return [str(n + 1) for n in range(self.size.clerks)]

    def open_counters(self) -> None:
        """Let every clerk begin."""
        for counter in self.counters:
            counters.open_counter(self.queue, Command(BRANCH, CLERK), counter)

    def token(self, role: Any) -> str:
        """The secret of a new token of the branch."""
        access = self.queue.get(AccessStore)
        return create_token(access, role, BRANCH, now=access.now())[1]

    def token_for_all(self, role: Any) -> str:
        """The secret of a new token of the municipality."""
        access = self.queue.get(AccessStore)
        return create_token(access, role, None, now=access.now())[1]

    def load(self, *urls: str) -> Load:
        """Users at the service, or at other addresses of it."""
        return Load(urls or (self.up.url,), BRANCH, self.token)

    def checker(self) -> Checker:
        """A checker that follows the branch's log."""
        return Checker(self.queue, BRANCH)


@pytest.fixture
def target(data_dir: Path, size: Size) -> Iterator[Callable[..., Any]]:
    """Starts a service; what is given are its settings."""
    with ExitStack() as stack:

        @contextmanager
        def started(**settings: str) -> Iterator[Target]:
            with (
                service(
                    data_dir,
                    QUEUE_SAMPLE="0",
                    QUEUE_WEB_PROCESSES="2",
                    QUEUE_KIOSK_TICKETS_PER_MINUTE="1000000",
                    **settings,
                ) as up,
                connect(Settings(data_dir=data_dir, redis_url=settings.get("REDIS_URL"))) as client,
            ):
                found = Target(up, client, size)
                found.open_counters()
                yield found

        yield lambda **settings: stack.enter_context(started(**settings))
