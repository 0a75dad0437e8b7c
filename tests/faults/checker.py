"""Reads a branch's log of events and compares everything else that is known of the day with it.

The log is written in the same step as its change. So each visit's path in it must be one that the
state machine has, each number must be given once and in order, no counter may have two visits, and
documents, counts, statistics and metrics must say what the log says.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from prometheus_client.parser import text_string_to_metric_families

from queue_service.command import Queue
from queue_service.history.operations.statistics import statistics
from queue_service.store.keys import BranchKeys
from queue_service.visits.rules import transitions
from queue_service.visits.rules.counting import Total, read_total
from queue_service.visits.rules.events import ISSUED, SERVED
from queue_service.visits.rules.visit import AT_COUNTER, ENDED_STATES, OPEN_STATES, Visit
from queue_service.visits.store.visit_store import VisitStore
from tests.faults.load import Acknowledged


def _steps() -> Mapping[str, set[tuple[str | None, str]]]:
    """Event → its possible steps: the state before, None for a ticket, and after."""
    steps: defaultdict[str, set[tuple[str | None, str]]] = defaultdict(set)
    for verb in vars(transitions).values():
        if isinstance(verb, transitions.Verb):
            for before, after in verb.leads.items():
                steps[verb.event_of[after]].add((before, after))
    steps[ISSUED].add((None, "waiting"))
    steps[SERVED].add((None, "serving"))
    return steps


STEPS: Final = _steps()
_FOLLOWED: Final = ("issued", "ended", "returned")


@dataclass
class Path:
    """A visit according to the log."""

    number: str
    service: str
    state: str
    counter: str | None = None


@dataclass
class Checker:
    """Follows one branch's log; ``faults`` has the faults it found, each in a sentence."""

    queue: Queue
    branch: str
    faults: list[str] = field(default_factory=list)
    paths: dict[str, Path] = field(default_factory=dict)
    issued: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Date → service → how many tickets."""
    endings: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Service asked for and state → how often a visit ended so."""
    returned: Counter[tuple[str, str]] = field(default_factory=Counter)
    open: dict[str, Path] = field(default_factory=dict)
    """The visits that are open now."""
    lately: deque[str] = field(default_factory=lambda: deque(maxlen=40))
    """The visits that have ended last."""
    _last: str = "-"
    _read: int = 0
    _at: dict[str, str] = field(default_factory=dict)
    _asked: dict[str, str] = field(default_factory=dict)
    _dates: dict[str, str] = field(default_factory=dict)
    _numbers: set[tuple[str, str]] = field(default_factory=set)

    def read(self) -> None:
        """Follow the log to its present end. It keeps 20,000 events: read it more often."""
        client: Any = self.queue.store.client
        key = BranchKeys(self.branch).events
        added = client.xinfo_stream(key)["entries-added"]  # first, since more may come
        while entries := client.xrange(key, f"({self._last}" if self._read else "-", "+", 1000):
            acknowledged = [(entry, fields["event"], _data(fields)) for entry, fields in entries]
            fresh = [data["id"] for _, name, data in acknowledged if self._is_fresh(name, data)]
            for visit in self.queue.get(VisitStore).many(self.branch, fresh):
                self._dates[visit.id] = visit.date
                self._asked[visit.id] = visit.issued_service
            for _, name, data in acknowledged:
                if name.startswith("visit."):
                    self._follow(name, data)
            self._last = entries[-1][0]
            self._read += len(entries)
        if added > self._read:
            self._wrong(f"{added} events were logged and {self._read} were there to be read")

    def check(self, acknowledged: Acknowledged | None = None) -> None:
        """Read on, and compare everything with the log. Raises AssertionError with all faults."""
        self.read()
        self._check_documents()
        self._check_indexes()
        self._check_totals()
        self._check_days()
        if acknowledged is not None:
            self._check_promises(acknowledged)
        assert not self.faults, "\n".join(self.faults[:20])

    def check_metrics(self, text: str) -> None:
        """Hold a scrape against the log. Raises AssertionError."""
        samples = [s for family in text_string_to_metric_families(text) for s in family.samples]
        mine = [s for s in samples if s.labels.get("branch") == self.branch]

        def total(name: str, **labels: str) -> float:
            chosen = (s for s in mine if s.name == name and labels.items() <= s.labels.items())
            return sum(s.value for s in chosen)

        assert total("queue_visits_issued_total") == len(self.paths)
        for ending in ENDED_STATES:
            ended = sum(n for (_, as_), n in self.endings.items() if as_ == ending)
            assert total("queue_visits_ended_total", state=ending) == ended, ending

    def _is_fresh(self, name: str, data: Mapping[str, Any]) -> bool:
        return name in (ISSUED, SERVED) and data["id"] not in self.paths

    def _follow(self, name: str, data: Mapping[str, Any]) -> None:
        visit_id, after = data["id"], data["state"]
        path = self.paths.get(visit_id)
        before = path.state if path else None
        if (before, after) not in STEPS[name]:
            self._wrong(f"{data['number']}: {name} led from {before} to {after}")
        if path is None:
            self._begin(visit_id, data)
        elif path.number != data["number"]:
            self._wrong(f"{path.number} became {data['number']}")
        self._count(visit_id, before, after)
        self._stand(visit_id, data)
        now = Path(data["number"], data["service"], after, data["counter"])
        self.paths[visit_id] = now
        if after in OPEN_STATES:
            self.open[visit_id] = now
        elif self.open.pop(visit_id, None):
            self.lately.append(visit_id)

    def _begin(self, visit_id: str, data: Mapping[str, Any]) -> None:
        number, date = data["number"], self._dates.get(visit_id)
        if date is None:
            self._wrong(f"{number} was logged and there is no document of it")
            return
        if (date, number) in self._numbers:
            self._wrong(f"{number} was issued twice on {date}")
        self._numbers.add((date, number))
        self.issued[date][self._asked[visit_id]] += 1

    def _count(self, visit_id: str, before: str | None, after: str) -> None:
        if before == after or visit_id not in self._asked:
            return
        asked = self._asked[visit_id]
        if before in ENDED_STATES:
            self.returned[asked, before] += 1
        if after in ENDED_STATES:
            self.endings[asked, after] += 1

    def _stand(self, visit_id: str, data: Mapping[str, Any]) -> None:
        """The visit at each counter."""
        for counter in [c for c, there in self._at.items() if there == visit_id]:
            del self._at[counter]
        if data["state"] in AT_COUNTER:
            other = self._at.get(data["counter"])
            if other is not None:
                numbers = f"{self.paths[other].number} and {data['number']}"
                self._wrong(f"counter {data['counter']} had {numbers} at once")
            self._at[data["counter"]] = visit_id

    def _check_documents(self) -> None:
        visits = {v.id: v for v in self._all_visits()}
        for visit_id, path in self.paths.items():
            visit = visits.pop(visit_id, None)
            if visit is None:
                self._wrong(f"{path.number} is in no day's list")
                continue
            is_told = (visit.number, visit.state, visit.service)
            if is_told != (path.number, path.state, path.service):
                self._wrong(f"{path.number} is {is_told}, and the log says {path}")
            if min(_lengths(visit)) < 0:
                self._wrong(f"{path.number} has a negative length: {_lengths(visit)}")
            if visit.state in AT_COUNTER and visit.counter != path.counter:
                self._wrong(f"{path.number} is at {visit.counter}, and the log says {path.counter}")
        for visit in visits.values():
            self._wrong(f"{visit.number} was never logged")

    def _all_visits(self) -> list[Visit]:
        client: Any = self.queue.store.client
        k = BranchKeys(self.branch)
        days = [str(day) for day in client.zrange(k.days, 0, -1)]
        for day in days:
            ids = client.lrange(k.index(day), 0, -1)
            if len(set(ids)) != len(ids):
                self._wrong(f"the list of {day} names a visit twice")
        return [
            visit for day in days for visit in self.queue.get(VisitStore).of_day(self.branch, day)
        ]

    def _check_indexes(self) -> None:
        client: Any = self.queue.store.client
        k = BranchKeys(self.branch)
        open_ = {path.number: i for i, path in self.paths.items() if path.state in OPEN_STATES}
        kept = client.hgetall(k.open_numbers)
        if kept != open_:
            self._wrong(
                f"open numbers differ: {sorted(set(kept.items()) ^ set(open_.items()))[:9]}"
            )
        busy = client.hgetall(k.busy_counters)
        if busy != self._at:
            self._wrong(f"counters have {busy}, and the log says {self._at}")
        waiting = Counter(p.service for p in self.paths.values() if p.state == "waiting")
        for service in {p.service for p in self.paths.values()}:
            if client.zcard(k.queue(service)) != waiting[service]:
                self._wrong(f"the queue of {service} is not the {waiting[service]} who wait")

    def _check_totals(self) -> None:
        client: Any = self.queue.store.client
        fields = client.hgetall(BranchKeys(self.branch).totals)
        counted = {read_total(name): int(number) for name, number in fields.items()}
        kept = Counter({t: n for t, n in counted.items() if t and t.kind in _FOLLOWED})
        logged = Counter(
            Total("issued", service)
            for services in self.issued.values()
            for service in services.elements()
        )
        logged.update({Total("ended", *of): n for of, n in self.endings.items()})
        logged.update({Total("returned", *of): n for of, n in self.returned.items()})
        if kept != logged:
            self._wrong(f"totals are {kept - logged} above and {logged - kept} below the log")

    def _check_days(self) -> None:
        """The counts that pages show and the statistics, each day by itself."""
        client: Any = self.queue.store.client
        for date, services in self.issued.items():
            counted = statistics(self.queue, self.branch, date, date).total.visits or {}
            states = (path.state for i, path in self.paths.items() if self._dates.get(i) == date)
            logged: dict[str, int] = {"issued": services.total(), "paper": 0, "booked": 0}
            logged.update(dict.fromkeys(ENDED_STATES, 0))
            logged.update((s, n) for s, n in Counter(states).items() if s in ENDED_STATES)
            if counted != logged:
                self._wrong(f"statistics of {date} say {counted}, and the log {logged}")
            shown = client.hgetall(BranchKeys(self.branch).day(date))
            shown = {kind: int(shown.get(kind, 0)) for kind in logged}
            if shown != logged:
                self._wrong(f"the counts of {date} are {shown}, and the log has {logged}")

    def _check_promises(self, acknowledged: Acknowledged) -> None:
        for visit_id, number in acknowledged.issued.items():
            path = self.paths.get(visit_id)
            if path is None or path.number != number:
                self._wrong(f"ticket {number} was acknowledged and is {path}")
        for (visit_id, counter), times in Counter(acknowledged.called).items():
            if times > 1:
                self._wrong(f"{self.paths[visit_id].number} was called {times} times to {counter}")
        for visit_id in acknowledged.completed:
            path = self.paths.get(visit_id)
            if path is None or path.state != "completed":
                self._wrong(f"the completion of {path} was acknowledged")

    def _wrong(self, sentence: str) -> None:
        self.faults.append(sentence)


def _lengths(visit: Visit) -> list[int]:
    """All lengths of time that figures are made of, in ms."""
    first_wait = visit.first_wait(visit.first_called_at)
    lengths = [visit.waited_ms, visit.walked_ms, first_wait or 0]
    lengths += [stay.until - stay.since for stay in visit.stays]
    for inquiry in visit.inquiries:
        lengths += [inquiry.handled_ms, inquiry.stood_ms]
    return lengths


def _data(fields: Mapping[str, str]) -> Any:
    return json.loads(fields["data"])
