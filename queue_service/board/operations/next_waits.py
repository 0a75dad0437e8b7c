"""How many are before the next ticket of each service, and the learnt range of its wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from queue_service.board.operations.state import BranchState
from queue_service.counters.rules import PAUSED
from queue_service.visits.rules.ahead import Place, next_places
from queue_service.visits.rules.postponing import is_postponed
from queue_service.visits.rules.regression import Others, Regression, regressed
from queue_service.visits.rules.visit import Visit
from queue_service.visits.rules.wait_estimate import Range, expected


@dataclass(frozen=True, slots=True)
class NextTickets:
    """The place of the next ticket of each service, where ``waiting`` wait.

    ``estimates`` has the learnt range of each kind of wait (``visits/rules/wait_estimate.py``),
    ``regressions`` that of each service, which comes before it (``visits/rules/regression.py``).
    """

    state: BranchState
    waiting: Sequence[Visit]
    estimates: Mapping[str, Range]
    regressions: Mapping[str, Regression]

    def places(self) -> dict[str, Place]:
        """By service that an open counter takes."""
        stands = [c for c in self.state.counters if c.state not in ("closed", PAUSED)]
        return next_places(
            self.waiting,
            self.state.branch,
            {c.id: c.team or "" for c in stands},
            {c.id for c in stands if c.number is not None},
            self.state.now,
        )

    def regressed(self, service: str, place: Place) -> Range | None:
        """The range by the service's regression, if it has one."""
        others = self.others(service)
        return regressed(self.regressions, service, place.ahead, place.counters, others)

    def learnt(self, service: str, place: Place) -> Range | None:
        """The range that a ticket issued now is given; None if too little is known."""
        of_service = self.regressed(service, place)
        return of_service or expected(self.estimates, service, place.ahead, place.counters)

    def others(self, service: str) -> Others:
        """The visits that come before a ticket of the service issued now, as ``expected`` in
        ``store/prelude.lua`` counts them."""
        now = self.state.now
        since = [
            visit.waits_since
            for visit in self.waiting
            if visit.service == service and not is_postponed(visit, now)
        ]
        return Others(len(since), (now - min(since)) / 1000) if since else Others()
