"""The number of people ahead of a visit: how many waiting visits would be called before it.

Counters share their services in every possible way, so "ahead in the same service" is not the
truth: a counter calls the visit with the earliest place among all that it takes, and those bound to
it or its team (``visits/scripts/offer_next.lua``). The order of the calls is therefore simulated.

* Over which counters: those that are open and take the visit's service. If none does, all that have
the service in their own list, with the whole of that list, as without a team; then it is unknown
when one of them opens, and no wait is promised. For a visit bound to a counter, that one;
  for one bound to a team, the counters that are open as that team, or else all as if they were.
* In which order: the counters come free in turn, those without a visit first and then the busy
  ones, each in the order of the configuration, round and round. With one counter the result is
  exact.
* Several errands: over the open counters that take all of them, if there are any. Other counters
  call such a visit only if no other is left to them (``leaves_to_another``), so that others may be
  called before they are counted to be.
* Delays: a visit whose delay still runs is not there yet. They come after all others, by the end of
their delay.
* Many ahead: where more than ``EXACT_UP_TO`` of those with an earlier place may be called by any
  of these counters, nothing is simulated. They are counted, and their number is an upper bound.
  It is exact where all these counters may call the same.

A counter always prefers the earlier place, and a visit the earlier turn. So it is the same to go
through the turns and ask who is called, or through the visits by place and ask which turn is
theirs. The latter gives all places at once, so lists are made that way. The script that counts for
one visit (``people_ahead`` in ``store/prelude.lua``) goes through the turns, as each service's
queue is in order already.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from queue_service.branches.rules.branch import TEAM, Branch
from queue_service.visits.rules.visit import Visit

EXACT_UP_TO: Final = 100
"""With more people than these before a visit, their number is shown as an upper bound.

The simulation takes the longer the more wait, and a ticket must hardly cost more for it
(``./dev bench --only place``). A citizen with so many people ahead does not plan by the exact
number, and waits are learnt by classes that end here (``like`` in ``store/prelude.lua``).
"""


_Kind = tuple[str, str | None, tuple[str, ...]]
"""A visit's service, the counter or team that it is bound to, and the further services."""


class AheadCounter(NamedTuple):
    """A counter as the simulation sees it."""

    counter: str
    services: frozenset[str]
    team: str = ""

    def may_call(self, visit: Visit) -> bool:
        """Whether the counter would call this visit once its turn comes."""
        if visit.bound_to:
            return self.is_meant(visit.bound_to)
        return visit.service in self.services

    def is_meant(self, bound: str) -> bool:
        """Whether a visit bound to this counter or team is for it; see ``Visit.bound_to``."""
        return bound in (self.counter, f"{TEAM}{self.team}")


def competing_counters(
    branch: Branch,
    opened: Mapping[str, str],
    busy: Collection[str],
    service: str,
    bound: str | None = None,
    also: Sequence[str] = (),
) -> tuple[AheadCounter, ...]:
    """The counters that a visit's place is counted over, in the order of their turns.

    ``opened`` is each open counter's team, empty for none; ``busy`` the counters with a visit;
    ``also`` are further services that the visit is for.
    """
    able = [
        stand
        for stand in (
            AheadCounter(c, frozenset(services), team) for c, team, services in branch.pairs
        )
        if (stand.is_meant(bound) if bound else service in stand.services)
    ]
    open_ones = [stand for stand in able if opened.get(stand.counter) == stand.team]
    if also and not bound:
        open_ones = [one for one in open_ones if one.services.issuperset(also)] or open_ones
    if open_ones:
        return tuple(sorted(open_ones, key=lambda stand: stand.counter in busy))
    team = bound.removeprefix(TEAM) if bound and bound.startswith(TEAM) else ""
    as_meant = [stand for stand in able if stand.team == team]
    return tuple(as_meant) or (AheadCounter("", frozenset((service,))),)


def order(visit: Visit, now: int) -> tuple[int, int]:
    """The order in which waiting visits are called: the end of a delay that still runs, then the
    place."""
    delay_end = visit.held_until or 0
    return delay_end if delay_end > now else 0, visit.place


def people_ahead(
    waiting: Iterable[Visit],
    branch: Branch,
    opened: Mapping[str, str],
    busy: Collection[str],
    now: int,
) -> dict[str, int]:
    """For each waiting visit, by id, how many of them would be called before it."""
    return dict(each_ahead(waiting, branch, opened, busy, now))


def each_ahead(
    waiting: Iterable[Visit],
    branch: Branch,
    opened: Mapping[str, str],
    busy: Collection[str],
    now: int,
) -> Iterator[tuple[str, int]]:
    """The same one by one, for a caller who lets others go on in between."""
    in_order = sorted(waiting, key=lambda visit: order(visit, now))
    kinds = [(visit.service, visit.bound_to, visit.also_wanted) for visit in in_order]
    by_counters: dict[tuple[AheadCounter, ...], set[_Kind]] = {}
    for kind in set(kinds):
        by_counters.setdefault(competing_counters(branch, opened, busy, *kind), set()).add(kind)
    for counters, wanted in by_counters.items():
        yield from _ahead_at(counters, zip(in_order, kinds, strict=True), wanted, now)


def leaves_to_another(
    branch: Branch, visit: Visit, counter: str, opened: Mapping[str, str]
) -> bool:
    """Whether a counter leaves a visit with several errands to another open counter, which takes
    all of them, while this one does not. It calls the visits after it first."""
    if visit.bound_to or not visit.also_wanted or counter not in opened:
        return False
    wanted = {visit.service, *visit.also_wanted}
    takes_all = {
        name
        for name, team in opened.items()
        if name in branch.counters and wanted.issubset(branch.takes(name, team or None))
    }
    return bool(takes_all) and counter not in takes_all


class Place(NamedTuple):
    """The place of a ticket issued now: ``ahead`` people would be called before, at ``counters``
    open counters that take the service; ``free``: one of them has no visit."""

    ahead: int
    counters: int
    free: bool


def next_places(
    waiting: Iterable[Visit],
    branch: Branch,
    opened: Mapping[str, str],
    busy: Collection[str],
    now: int,
) -> dict[str, Place]:
    """By service that an open counter takes: the place of a ticket issued for it now.

    Anyone who asked for a delay that still runs comes after them.
    """
    here = [v for v in sorted(waiting, key=lambda v: v.place) if (v.held_until or 0) <= now]
    found: dict[tuple[AheadCounter, ...], Place] = {}
    places: dict[str, Place] = {}
    for service in branch.services:
        counters = competing_counters(branch, opened, busy, service)
        if any(opened.get(stand.counter) != stand.team for stand in counters):
            continue  # none is open that takes it
        if counters not in found:
            free = any(stand.counter not in busy for stand in counters)
            found[counters] = Place(_called_before(counters, here), len(counters), free)
        places[service] = found[counters]
    return places


def _called_before(counters: Sequence[AheadCounter], in_order: Iterable[Visit]) -> int:
    """How many of them would be called before somebody who comes after all of them."""
    taken = [0] * len(counters)
    for visit in in_order:
        _take_turn(_able(counters, visit), taken)
    before = sum(taken)
    return before if before > EXACT_UP_TO else _next_turn(taken)


def _able(counters: Sequence[AheadCounter], visit: Visit) -> list[int]:
    """The counters, by their index, that would call a visit once their turn comes."""
    return [i for i, counter in enumerate(counters) if counter.may_call(visit)]


def _take_turn(able: Sequence[int], taken: list[int]) -> bool:
    """Give a visit to the counter of these that would call it; False if there are none."""
    if able:
        taken[min(able, key=taken.__getitem__)] += 1
    return bool(able)


def _ahead_at(
    counters: Sequence[AheadCounter],
    in_order: Iterable[tuple[Visit, _Kind]],
    wanted: Collection[_Kind],
    now: int,
) -> Iterator[tuple[str, int]]:
    taken = [0] * len(counters)
    able_of: dict[_Kind, list[int]] = {}
    before = 0
    for visit, kind in in_order:
        if kind in wanted:
            counted = before > EXACT_UP_TO or (visit.held_until or 0) > now
            yield visit.id, before if counted else _next_turn(taken)
        able = able_of.get(kind)
        if able is None:
            able = able_of[kind] = _able(counters, visit)
        before += _take_turn(able, taken)


def _next_turn(taken: Sequence[int]) -> int:
    """The number of turns before the first that is free, at whichever counter."""
    rounds = min(taken)
    return rounds * len(taken) + taken.index(rounds)
