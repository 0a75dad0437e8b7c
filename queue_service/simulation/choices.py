"""Decisions of citizens and clerks, drawn from a demand: chance in, decision out.

All lengths are seconds of simulated time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from random import Random
from typing import Final, Literal, TypeVar

from queue_service.simulation.demand import Demand, HandlingTime
from queue_service.visits.rules.visit import FIRST_CONTACT, Channel, Outcome, UnknownOutcome

T = TypeVar("T", bound=str)
Next = Literal["complete", "continue", "transfer", "park"]

TRANSFER_SHARE: Final = 0.05
PARK_SHARE: Final = 0.05
ERRAND_SHARE: Final = 0.03
"""Of those called, how many have forgotten something and ask to be called again later."""
SLOW_SHARE: Final = 0.08
"""Of those called, how many come only after a second call."""
UNASKED_SHARE: Final = 0.06
"""How often a free clerk serves somebody without a ticket instead of calling the next one."""
PHONE_SHARE: Final = 0.5
"""Of those without a ticket, how many are on the phone."""
PASSING_SHARE: Final = 0.15
"""Of those being served, during how many somebody asks in passing or by telephone."""
FOREIGN_SHARE: Final = 0.12
RETURN_SHARE: Final = 0.4
"""Of those who missed their call, how many come back and ask."""
ANNOUNCING_SHARE: Final = 0.6
"""Of those who give up, how many inform a clerk; the others are called in vain."""

MISSED_TIME_SHARE: Final = 0.07
"""Of those who have booked, how many do not come."""
LATE_SHARE: Final = 0.04
"""Of those who have booked and come, how many come too late for their place."""

ANSWER_SHARE: Final = 0.4
"""Of those who were helped, how many answer at the terminal."""
HALF_ANSWER_SHARE: Final = 0.1
"""Of these, how many leave after the first question."""
_RATINGS: Final[Mapping[bool, Mapping[str, float]]] = {
    True: {"5": 0.86, "4": 0.1, "3": 0.02, "2": 0.01, "1": 0.01},
    False: {"5": 0.55, "4": 0.2, "3": 0.1, "2": 0.1, "1": 0.05},
}
"""The answers, by whether the inquiry was solved."""

UNKNOWN_HANDLING: Final = HandlingTime(median_seconds=240, spread=0.6)
_UNKNOWN_OUTCOMES: Final[Mapping[Outcome, float]] = {"resolved": 0.85, "follow_up": 0.15}


@dataclass(frozen=True, slots=True)
class Citizen:
    """A citizen with a ticket. ``absent``: will not answer a call; ``returns``: but asks later."""

    service: str
    language: str
    patience: float
    absent: bool
    returns: bool
    announces: bool


@dataclass(frozen=True, slots=True)
class CitizenStep:
    """The step after an inquiry was handled. A transfer without an outcome means the wrong
    service."""

    action: Next
    outcome: Outcome | None = None
    service: str | None = None


def pick(random: Random, shares: Mapping[T, float]) -> T:
    """A name by its share."""
    return random.choices(list(shares), weights=list(shares.values()))[0]


def gap(random: Random, per_hour: float) -> float:
    """How long until the next one comes, of a Poisson process with this rate above 0."""
    return random.expovariate(per_hour / 3600)


def handling(random: Random, time: HandlingTime) -> float:
    """How long an inquiry takes."""
    return random.lognormvariate(log(time.median_seconds), time.spread)


def citizen(random: Random, demand: Demand, languages: Sequence[str]) -> Citizen:
    """The arrivals."""
    foreign = len(languages) > 1 and random.random() < FOREIGN_SHARE
    return Citizen(
        service=pick(random, demand.shares),
        language=languages[1] if foreign else languages[0],
        patience=demand.gives_up_after_seconds * random.uniform(0.5, 1.5),
        absent=random.random() < demand.no_show_share,
        returns=random.random() < RETURN_SHARE,
        announces=random.random() < ANNOUNCING_SHARE,
    )


def stranger(service: str, language: str) -> Citizen:
    """A citizen whose ticket was not drawn here: a person who tries the service out."""
    return Citizen(service, language, patience=0, absent=False, returns=False, announces=False)


def gone(citizen: Citizen) -> Citizen:
    """The same one, who has left without a word."""
    return replace(citizen, absent=True, returns=False)


def after_booked_time(random: Random) -> float | None:
    """How many minutes after a booked time a citizen comes, most of them before it; None if they do
    not come."""
    if random.random() < MISSED_TIME_SHARE:
        return None
    if random.random() < LATE_SHARE:
        return random.uniform(16, 30)
    return min(14.0, max(-29.0, random.gauss(-9, 7)))


def returned(citizen: Citizen) -> Citizen:
    """The same one, who now listens for the call."""
    return replace(citizen, absent=False)


def after_handling(
    random: Random, demand: Demand, service: str, parked_before: bool
) -> CitizenStep:
    """How an inquiry goes on; a visit is parked at most once."""
    outcome = pick(random, demand.outcomes)
    other = other_service(random, demand, service)
    chance = random.random()
    if other is not None and chance < demand.second_inquiry_share:
        return CitizenStep("continue", outcome, other)
    chance -= demand.second_inquiry_share
    if other is not None and 0 <= chance < TRANSFER_SHARE:
        return CitizenStep("transfer", outcome if random.random() < 0.5 else None, other)
    if not parked_before and 0 <= chance - TRANSFER_SHARE < PARK_SHARE:
        return CitizenStep("park")
    return CitizenStep("complete", outcome)


def feedback(random: Random, outcome: Outcome | UnknownOutcome | None) -> dict[str, int]:
    """The answers at the terminal of a citizen who was helped; empty without an answer."""
    if random.random() >= ANSWER_SHARE:
        return {}
    shares = _RATINGS[outcome in FIRST_CONTACT]
    given = {"help": int(pick(random, _RATINGS[True]))}
    if random.random() >= HALF_ANSWER_SHARE:
        given["task"] = int(pick(random, shares))
    return given


def other_service(random: Random, demand: Demand, service: str) -> str | None:
    """Another thing to come for, None if there is only one."""
    others = {name: share for name, share in demand.shares.items() if name != service}
    return pick(random, others) if others else None


def unasked(random: Random) -> Channel | None:
    """The channel of a contact without a ticket at a free counter, or None."""
    if random.random() >= UNASKED_SHARE:
        return None
    return "phone" if random.random() < PHONE_SHARE else "desk"


def passing(random: Random) -> Literal["desk", "phone"] | None:
    """The channel of a contact without a ticket during a visit, or None."""
    if random.random() >= PASSING_SHARE:
        return None
    return "phone" if random.random() < PHONE_SHARE else "desk"


def team_of(index: int, teams: Mapping[str, Collection[str]]) -> str | None:
    """The team of the branch's n-th counter: the one that takes most, every third time the next."""
    widest = sorted(teams, key=lambda team: (-len(teams[team]), team))
    if not widest:
        return None
    return widest[min(1 if index % 3 == 2 else 0, len(widest) - 1)]


def fitted(demand: Demand | None, services: Sequence[str]) -> Demand:
    """The demand for the services that a branch has; even if nothing is known of any."""
    shares = {s: demand.shares[s] for s in services if s in demand.shares} if demand else {}
    if demand is not None and shares:
        return replace(demand, shares=shares)
    return Demand(
        shares=dict.fromkeys(services, 1 / len(services)),
        handling=dict.fromkeys(services, UNKNOWN_HANDLING),
        outcomes=_UNKNOWN_OUTCOMES,
        arrivals_per_hour={},
        usual_arrivals_per_hour=16,
        gives_up_after_seconds=2400,
        no_show_share=0.03,
        second_inquiry_share=0.06,
    )
