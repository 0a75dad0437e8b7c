"""A branch to measure, and the commands that make something to measure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from prometheus_client.parser import text_string_to_metric_families

from queue_service.access.rules.caller import Caller, IdempotencyKey
from queue_service.branches.contract.config import parse_config
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.metrics.collector import QueueCollector
from queue_service.metrics.store import ReadingStore
from queue_service.visits.operations import calling, issuing, visits
from queue_service.visits.rules.visit import Outcome, Visit

CLERK: Final = Caller("clerk", "clerk")
B: Final = "holbaek"
"""The branch that is measured."""

WEDNESDAY: Final = int(datetime(2026, 11, 25, 9, 0, tzinfo=UTC).timestamp() * 1000)
"""10:00 in Copenhagen, in ms."""

Samples = dict[tuple[str, ...], float]
"""Values by name and label values in the order of the labels' names."""


def configuration(**changes: Any) -> dict[str, Any]:
    """A branch with two services, two counters and a goal of each kind."""
    return parse_config(
        {
            "name": "Holbæk",
            "opening_hours": {"wed": [["09:30", "19:00"]]},
            "services": [
                {"id": "pas", "name": {"da": "Pas"}, "prefix": "A"},
                {"id": "turist", "name": {"da": "Turist"}, "prefix": "B"},
            ],
            "counters": [{"id": "1", "name": "Skranke 1"}, {"id": "2", "name": "Skranke 2"}],
            "goals": [
                {
                    "id": "handling-6-min",
                    "indicator": "handling_time_within",
                    "threshold_seconds": 360,
                    "target_ratio": 0.7,
                    "services": ["pas"],
                },
                {
                    "id": "called-10-min",
                    "indicator": "waiting_time_within",
                    "threshold_seconds": 600,
                    "target_ratio": 0.8,
                },
                {"id": "first-contact", "indicator": "first_contact", "target_ratio": 0.8},
            ],
            **changes,
        }
    )


@dataclass
class Place:
    """One branch at a time of its own, so many seconds after ten o'clock."""

    queue: Queue
    branch: str = B
    seconds: float = 0.0
    keys: int = field(default=0)

    def configure(self, **changes: Any) -> Place:
        """Put the configuration in place."""
        put_branch(self.queue, self.branch, configuration(**changes))
        return self

    def command(self, key: str | None = None) -> Command:
        """A clerk's command now; with a key it can be repeated."""
        idempotency = IdempotencyKey(CLERK.id, key, key) if key else None
        return Command(self.branch, CLERK, idempotency, at=WEDNESDAY + round(self.seconds * 1000))

    def after(self, seconds: float) -> Place:
        """Let time pass."""
        self.seconds += seconds
        return self

    def open(self, counter: str) -> None:
        """Open a counter."""
        counters.open_counter(self.queue, self.command(), counter)

    def issue(self, service: str = "pas", key: str | None = None) -> Visit:
        """A citizen takes a ticket."""
        return issuing.issue(self.queue, self.command(key), service).visit

    def call(self, visit: Visit, counter: str = "1", key: str | None = None) -> None:
        """Call this one."""
        calling.call(self.queue, self.command(key), visit.id, counter)

    def start(self, visit: Visit) -> None:
        """The citizen has come."""
        visits.start(self.queue, self.command(), visit.id)

    def complete(self, visit: Visit, outcome: Outcome = "resolved", key: str | None = None) -> None:
        """Done."""
        visits.complete(self.queue, self.command(key), visit.id, outcome)

    def serve_whole(self, service: str = "pas", *, wait: float = 60, handle: float = 90) -> Visit:
        """One visit from its ticket to its outcome, at counter 1."""
        visit = self.issue(service)
        self.after(wait).call(visit)
        self.start(visit)
        self.after(handle).complete(visit)
        return visit


def collector(queue: Queue) -> QueueCollector:
    """The collector of a process that has just started."""
    return QueueCollector(queue.get(BranchStore), queue.get(ReadingStore))


def scrape(queue: Queue) -> Samples:
    """The samples of a process that has just started."""
    return read(collector(queue).collect())


def read(text: bytes) -> Samples:
    """The samples, as prometheus_client's own parser reads them."""
    samples: Samples = {}
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            key = (sample.name, *(value for _, value in sorted(sample.labels.items())))
            assert key not in samples, f"{key} is told twice"
            samples[key] = sample.value
    return samples
