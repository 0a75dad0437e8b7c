"""More than one errand, or more than one person, with one number.

A visit has the inquiry at hand, and the ``errands`` that come after it, in order. Each becomes an
inquiry of its own when its turn comes, with its own handling time and outcome; a passport for four
is four inquiries of one service. The errands left when the visit ends are not counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from queue_service.errors import Invalid, TooManyErrands
from queue_service.visits.rules.visit import Errand, Visit

MOST_SERVICES: Final = 5
"""Different services of one visit."""
MOST_OF_ONE: Final = 10
"""Inquiries of one service that one number covers."""


def wanted(visit: Visit) -> tuple[Errand, ...]:
    """The errands of a visit that are not done yet, the inquiry at hand with those like it."""
    at_hand = () if visit.inquiry.outcome is not None else (Errand(visit.service),)
    return _joined((*at_hand, *visit.errands))


def with_wanted(visit: Visit, service: str, people: int) -> Visit:
    """The visit with so many inquiries of a service that are not done yet, 0 for none of it.

    Raises TooManyErrands, and Invalid for less than the inquiry at hand.
    """
    at_hand = visit.inquiry.outcome is None and service == visit.service
    if at_hand and people < 1:
        raise Invalid.at("people", "It is what the visit is for.", "Choose another service first.")
    left = people - at_hand
    others = [errand for errand in visit.errands if errand.service != service]
    if left <= 0:
        found = others
    elif at_hand:
        found = [Errand(service, left), *others]
    elif others == list(visit.errands):
        found = [*others, Errand(service, left)]
    else:
        found = [e._replace(people=left) if e.service == service else e for e in visit.errands]
    changed = visit._replace(errands=_joined(found))
    require_few(wanted(changed))
    return changed


def without_one(errands: Iterable[Errand], service: str) -> tuple[Errand, ...]:
    """The errands after one of a service has begun."""
    left: list[Errand] = []
    begun = False
    for errand in errands:
        taken = not begun and errand.service == service
        begun = begun or taken
        if errand.people > taken:
            left.append(errand._replace(people=errand.people - taken))
    return tuple(left)


def require_few(errands: Iterable[Errand]) -> None:
    """Raises TooManyErrands."""
    every = tuple(errands)
    if len(every) > MOST_SERVICES or any(errand.people > MOST_OF_ONE for errand in every):
        raise TooManyErrands(
            f"A number covers at most {MOST_SERVICES} services and {MOST_OF_ONE} inquiries of"
            " each; issue another number."
        )


def _joined(errands: Iterable[Errand]) -> tuple[Errand, ...]:
    """The same with each service once, where it comes first."""
    counts: dict[str, int] = {}
    for errand in errands:
        counts[errand.service] = counts.get(errand.service, 0) + errand.people
    return tuple(Errand(service, people) for service, people in counts.items())
