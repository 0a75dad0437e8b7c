"""Demand of the sample's citizens: services, frequencies and lengths, the input of a simulation.

The shares follow what Danish municipalities report: passports are a third of the inquiries,
driving licences a tenth, and all that has no name of its own is the largest group. The town hall is
asked for passports and pensions more than the library and is quicker at each service, so the two
can only be compared by the same mix of services. Handling times are drawn from log-normal
distributions, which measured ones resemble.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from queue_service.visits.rules.visit import Outcome


@dataclass(frozen=True, slots=True)
class HandlingTime:
    """A log-normal distribution: its median in seconds and the sigma of the logarithm."""

    median_seconds: float
    spread: float


@dataclass(frozen=True, slots=True)
class Demand:
    """The citizens of one branch.

    ``shares`` of the services and ``outcomes`` add up to 1. ``arrivals_per_hour`` is by the local
    hour; ``usual_arrivals_per_hour`` counts where that says nothing.
    """

    shares: Mapping[str, float]
    handling: Mapping[str, HandlingTime]
    outcomes: Mapping[Outcome, float]
    arrivals_per_hour: Mapping[int, float]
    usual_arrivals_per_hour: float
    gives_up_after_seconds: float
    no_show_share: float
    second_inquiry_share: float

    def arrivals(self, hour: int) -> float:
        """How many citizens come in the hour that begins at this local one, on average."""
        return self.arrivals_per_hour.get(hour, self.usual_arrivals_per_hour)


@dataclass(frozen=True, slots=True)
class Post:
    """A counter at which a team works in a branch's past: in all of its opening hours, or between
    two local hours; from its first day on, or so many days later."""

    counter: str
    team: str
    hours: tuple[int, int] | None = None
    after_days: int = 0


def demand(branch: str) -> Demand | None:
    """The citizens of a branch of the sample, None for any other branch."""
    everything = _everything()
    own = everything["branches"].get(branch)
    if own is None:
        return None
    return Demand(
        shares=own["shares"],
        handling={s: _handling(everything["services"][s], own) for s in own["shares"]},
        outcomes=everything["outcomes"],
        arrivals_per_hour={int(h): n for h, n in own["arrivals_per_hour"].items()},
        usual_arrivals_per_hour=everything["usual_arrivals_per_hour"],
        gives_up_after_seconds=everything["gives_up_after_seconds"],
        no_show_share=everything["no_show_share"],
        second_inquiry_share=everything["second_inquiry_share"],
    )


def posts(branch: str) -> tuple[Post, ...]:
    """The shifts in the history of a branch of the sample; empty for a branch without one."""
    own = _everything()["branches"].get(branch, {})
    return tuple(
        Post(
            p["counter"],
            p["team"],
            tuple(p["hours"]) if "hours" in p else None,
            p.get("after_days", 0),
        )
        for p in own.get("posts", ())
    )


def _handling(service: Mapping[str, float], own: Mapping[str, Any]) -> HandlingTime:
    """A service at a branch, which may be quicker than others: its ``pace`` is a factor."""
    return HandlingTime(service["median_seconds"] * own.get("pace", 1), service["spread"])


@cache
def _everything() -> dict[str, Any]:
    text = (files("queue_service.simulation") / "demand.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
