"""Matching of the services of several branches.

Services are the same by their id. If branches use different ids for one task, its number in KL
Emnesystematik matches them, as long as that is unambiguous: no branch may have two of these
services.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

KleNumbers = Mapping[str, str | None]
"""By service that a branch has or once had: its KLE number, if it is configured."""


def matched(branches: Mapping[str, KleNumbers]) -> dict[str, str]:
    """By id: the one id of this service at all of these branches.

    An id that needs no other is left out. The id that most branches use is taken.
    """
    by_number: dict[str, set[str]] = defaultdict(set)
    for services in branches.values():
        for service, number in services.items():
            if number:
                by_number[number].add(service)
    found: dict[str, str] = {}
    for number, ids in sorted(by_number.items()):
        if len(ids) > 1 and _is_plain(number, ids, branches):
            kept = min(ids, key=lambda one: (-_used(one, branches), one))
            found |= {one: kept for one in ids if one != kept}
    return found


def _is_plain(number: str, ids: set[str], branches: Mapping[str, KleNumbers]) -> bool:
    """Whether each branch has one of these services at most, and none has another number."""
    own = [[services[one] for one in ids if one in services] for services in branches.values()]
    return all(len(numbers) <= 1 and {*numbers} <= {number, None} for numbers in own)


def _used(service: str, branches: Mapping[str, KleNumbers]) -> int:
    return sum(service in services for services in branches.values())
