"""Pools: groups of services that have no counter in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from queue_service.branches.rules.branch import Branch

NOBODY: Final = ""
"""The team of a counter that is opened without one."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Services that are served by the same counters.

    ``limited_counters`` and ``limited_teams`` take only some of the services, so that the pool is
    assumed and not quite so. Both are empty if any counter of the pool takes all of them.
    """

    services: tuple[str, ...]
    limited_counters: tuple[str, ...] = ()
    limited_teams: tuple[str, ...] = ()

    @property
    def assumed(self) -> bool:
        """Whether a counter or a team takes only some of the services."""
        return bool(self.limited_counters or self.limited_teams)


def pools_of(branch: Branch) -> tuple[Pool, ...]:
    """The pools of a branch, in the order of its services; one at least.

    A counter counts with each team that may open it, or without one in a branch without teams.
    Services that it is lent for count as well. Services that no counter takes are with the first
    pool.
    """
    active = [service.id for service in branch.services.values() if service.active]
    taken = list(_taken(branch, active))
    groups = sorted(
        _joined([services for _, _, services in taken]),
        key=lambda group: min(map(active.index, group)),
    )
    left = [s for s in active if not any(s in group for group in groups)]
    if not groups:
        return (Pool(tuple(active)),)
    found = [_pool(branch, active, group, taken) for group in groups]
    first = tuple(s for s in active if s in found[0].services or s in left)
    return (Pool(first, found[0].limited_counters, found[0].limited_teams), *found[1:])


def pool_at(branch: Branch, pools: Sequence[Pool], counter: str, team: str | None) -> int | None:
    """The index of the pool that an open counter serves: of which it takes most services, the first
    of several; None if it takes none."""
    taken = {*branch.takes(counter, team)}
    shared = [len(taken.intersection(pool.services)) for pool in pools]
    return shared.index(max(shared)) if any(shared) else None


def counters_of(branch: Branch, pool: Pool) -> int:
    """How many counters of the branch take some of a pool's services."""
    return len(
        {counter for counter, _, taken in branch.pairs if not {*taken}.isdisjoint(pool.services)}
    )


_Taken = tuple[str, str, frozenset[str]]


def _taken(branch: Branch, active: Sequence[str]) -> Iterator[_Taken]:
    """Each counter with each team, and the services that it then takes, if any.

    Counters are opened without a team if no team takes some service.
    """
    led = {s for _, team, services in branch.pairs for s in services if team != NOBODY}
    for counter, team, services in branch.pairs:
        found = frozenset(services).intersection(active)
        if found and (team != NOBODY or not led.issuperset(active)):
            yield counter, team, found


def _joined(sets: Sequence[frozenset[str]]) -> list[set[str]]:
    groups: list[set[str]] = []
    for services in sets:
        touched = [group for group in groups if group & services]
        groups = [group for group in groups if not group & services]
        groups.append({*services}.union(*touched))
    return groups


def _pool(branch: Branch, active: Sequence[str], group: set[str], taken: Sequence[_Taken]) -> Pool:
    here = [(counter, team, services) for counter, team, services in taken if services & group]
    own = {counter: {*branch.takes(counter, None)}.intersection(group) for counter, _, _ in here}
    limited_teams = {team for counter, team, services in here if services < own[counter]}
    counters = tuple(c for c in branch.counters if c in own and own[c] != group)
    teams = tuple(team for team in branch.teams if team in limited_teams)
    return Pool(tuple(s for s in active if s in group), counters, teams)
