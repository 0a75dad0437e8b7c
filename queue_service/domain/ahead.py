"""How many of those who wait would be called before a visit: what a citizen is told.

Counters share their services in every possible way, so "ahead in the same service" is not the
truth: a counter calls whoever has the earliest place among all that it takes, and those bound to it
alone (``store/scripts/pick.lua``). The order of the calls is therefore simulated.

* Over which counters: those that are open and take the visit's service. Where none does, all that
  have the service in their own list, with the whole of that list, as without a team; then nobody
  knows when one of them opens, and no wait is promised. For a visit bound to a counter, that one.
* In which order: the counters come free in turn, those without a visit first and then the busy
  ones, each in the order of the configuration, round and round. With one counter the result is
  exact.
* Delays: whoever asked for one that still runs is not there yet. They come after everybody else,
  by the end of their delay.

A counter always prefers the earlier place, and a visit the earlier turn. So it is the same to go
through the turns and ask who is called, or through the visits by place and ask which turn is
theirs. The latter needs one number for each counter: how many of its turns are taken. The script
that tells a ticket's place (``position`` in ``prelude.lua``) reckons in the same way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from queue_service.domain.branch import Branch
from queue_service.domain.visit import Visit


class Stand(NamedTuple):
    """A counter as the simulation sees it."""

    counter: str
    services: frozenset[str]

    def may_call(self, visit: Visit) -> bool:
        """Whether the counter would call this visit once its turn comes."""
        if visit.bound:
            return visit.bound == self.counter
        return visit.service in self.services


def stands(
    branch: Branch,
    opened: Mapping[str, str],
    busy: Collection[str],
    service: str,
    bound: str | None = None,
) -> tuple[Stand, ...]:
    """The counters that a visit's place is counted over, in the order of their turns.

    ``opened`` is each open counter's team, empty for none; ``busy`` the counters with a visit.
    """
    pairs = [
        (counter, team)
        for counter, team, services in branch.pairs
        if opened.get(counter) == team and (counter == bound if bound else service in services)
    ]
    if pairs:
        pairs.sort(key=lambda pair: pair[0] in busy)
        return tuple(Stand(c, frozenset(branch.takes(c, team or None))) for c, team in pairs)
    own = {c: frozenset(branch.takes(c, None)) for c in branch.counters}
    found = [Stand(c, own[c]) for c in own if (c == bound if bound else service in own[c])]
    return tuple(found) or (Stand("", frozenset((service,))),)


def order(visit: Visit, now: int) -> tuple[int, int]:
    """What waiting visits are called by: the end of a delay that still runs, then the place."""
    held = visit.held_until or 0
    return held if held > now else 0, visit.place


def people_ahead(
    waiting: Iterable[Visit],
    branch: Branch,
    opened: Mapping[str, str],
    busy: Collection[str],
    now: int,
) -> dict[str, int]:
    """For each waiting visit, by id, how many of them would be called before it."""
    in_order = sorted(waiting, key=lambda visit: order(visit, now))
    by_stands: dict[tuple[Stand, ...], list[Visit]] = {}
    for kind in {(v.service, v.bound) for v in in_order}:
        alike = [v for v in in_order if (v.service, v.bound) == kind]
        by_stands.setdefault(stands(branch, opened, busy, *kind), []).extend(alike)
    found: dict[str, int] = {}
    for counters, wanted in by_stands.items():
        found |= _ahead_at(counters, in_order, {v.id for v in wanted}, now)
    return found


def _ahead_at(
    counters: Sequence[Stand], in_order: Sequence[Visit], wanted: Collection[str], now: int
) -> dict[str, int]:
    taken = [0] * len(counters)
    found: dict[str, int] = {}
    for visit in in_order:
        if visit.id in wanted:
            held = (visit.held_until or 0) > now
            found[visit.id] = sum(taken) if held else _next_turn(taken)
        able = [i for i, counter in enumerate(counters) if counter.may_call(visit)]
        if able:
            taken[min(able, key=taken.__getitem__)] += 1
    return found


def _next_turn(taken: Sequence[int]) -> int:
    """The number of turns before the first that is free, at whichever counter."""
    rounds = min(taken)
    return rounds * len(taken) + taken.index(rounds)
