"""A branch as all simulated people know it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from queue_service.goals.rules.goal import EVERYTHING
from queue_service.simulation import choices
from queue_service.simulation.agenda import Agenda
from queue_service.simulation.choices import Citizen
from queue_service.simulation.client import Api
from queue_service.simulation.demand import Demand


@dataclass
class Office:
    """A branch, its demand and who is in it.

    ``ours`` are the visits of simulated citizens; visits of people who try the service out are
    served too, and never abandoned. ``waiting`` holds our citizens who have not been called;
    ``happened`` counts what was done since the last line was printed.
    """

    branch: str
    config: Mapping[str, Any]
    demand: Demand
    kiosk: Api
    staff_api: Api
    agenda: Agenda
    random: Random
    ours: set[str] = field(default_factory=set)
    waiting: dict[str, Citizen] = field(default_factory=dict)
    happened: Counter[str] = field(default_factory=Counter)

    def services_of(self, counter: str, team: str | None) -> list[str]:
        """The services of a counter while this team works it."""
        lists = [self._listed("counters", counter)]
        if team is not None:
            lists.append(self._listed("teams", team))
        return [s for s in self.demand.shares if all(s in listed for listed in lists)]

    def is_video(self, counter: str) -> bool:
        """Whether a counter is a screen, served from elsewhere."""
        return any(c.get("video") for c in self.config["counters"] if c["id"] == counter)

    def teams(self) -> dict[str, list[str]]:
        """The services of each team."""
        return {team["id"]: self._listed("teams", team["id"]) for team in self.config["teams"]}

    def citizen_of(self, visit: Mapping[str, Any]) -> Citizen:
        """The citizen with a visit's ticket, no longer waiting."""
        known = self.waiting.pop(visit["id"], None)
        return known or choices.stranger(visit["service"], visit["language"])

    def summary(self) -> str:
        """The counts since the last summary, as one line."""
        counts = ", ".join(f"{what} {n}" for what, n in self.happened.items())
        self.happened.clear()
        return counts or "nothing happened"

    def _listed(self, part: str, wanted: str) -> list[str]:
        services = next(one["services"] for one in self.config[part] if one["id"] == wanted)
        return list(self.demand.shares) if EVERYTHING in services else services


def active_services(config: Mapping[str, Any]) -> list[str]:
    """The services a citizen can come for."""
    return [service["id"] for service in config["services"] if service["active"]]
