"""How many would be called before each visit, over which counters, without a store."""

from __future__ import annotations

import pytest

from queue_service.branches.rules.branch import TEAM
from queue_service.visits.rules.ahead import (
    EXACT_UP_TO,
    AheadCounter,
    Place,
    competing_counters,
    next_places,
    people_ahead,
)
from queue_service.visits.rules.visit import Inquiry, Visit
from tests.visits.cases import BRANCH, NINE, WAITING

ALL = frozenset(("pas", "korekort", "turist", "gammel"))
TWO = frozenset(("pas", "turist"))
TOURIST = frozenset(("turist",))


def queue(*kinds: str) -> list[Visit]:
    """One visit for each service in the order of their places; ``pas>2`` is bound to counter 2,
    ``pas>>citizen`` to a team, and ``pas+5`` held for 5 ms."""
    found = []
    for nth, kind in enumerate(kinds):
        service, _, bound = kind.partition(">")
        service, _, held = service.partition("+")
        found.append(
            WAITING._replace(
                id=f"{nth}", place=NINE * 1000 + nth, inquiries=(Inquiry(service),),
                bound=None if bound.startswith(">") else bound or None,
                for_team=bound[1:] if bound.startswith(">") else None,
                held_until=NINE + int(held) if held else None,
            )
        )  # fmt: skip
    return found


def ahead(waiting: list[Visit], opened: dict[str, str], busy: tuple[str, ...] = ()) -> list[int]:
    found = people_ahead(reversed(waiting), BRANCH, opened, busy, NINE)
    assert found.keys() == {visit.id for visit in waiting}
    return [found[visit.id] for visit in waiting]


@pytest.mark.parametrize(
    ("kinds", "opened", "places"),
    [
        (("pas", "pas", "turist"), {"1": ""}, [0, 1, 2]),
        # Counter 1 comes free first, and counter 2 takes no licences.
        (("korekort", "pas", "pas"), {"1": "", "2": ""}, [0, 1, 2]),
        (("korekort", "korekort", "pas"), {"2": ""}, [0, 1, 0]),
        (("pas", "pas", "turist", "turist"), {"1": "", "2": "library"}, [0, 1, 1, 3]),
        # No counter is open: over all counters that take it with their own list.
        (("pas", "pas"), {}, [0, 1]),
        # Bound to one counter, or to a team.
        (("pas>2", "pas", "pas>2"), {"1": "", "2": ""}, [0, 0, 2]),
        (("pas>1", "pas>1", "pas"), {"2": ""}, [0, 1, 0]),
        (("pas>>citizen", "pas", "pas>>citizen"), {"1": "citizen", "2": ""}, [0, 1, 2]),
        (("pas>>citizen", "turist"), {"2": "library"}, [0, 0]),
        # Delayed visits come after all others, by the end of the delay.
        (("pas+9", "pas+5", "pas"), {"1": ""}, [2, 1, 0]),
    ],
)
def test_the_visits_called_before(
    kinds: tuple[str, ...], opened: dict[str, str], places: list[int]
) -> None:
    assert ahead(queue(*kinds), opened) == places


def test_a_free_counter_has_the_first_turn() -> None:
    # 1 has a visit, so that 2 calls first: its next visit has no one ahead.
    two = queue("korekort", "pas")
    assert ahead(two, {"1": "", "2": ""}, ("1",)) == [0, 0]
    assert ahead(two, {"1": "", "2": ""}, ("2",)) == [0, 1]


@pytest.mark.parametrize(("before", "place"), [(EXACT_UP_TO, 1), (EXACT_UP_TO + 1, 101)])
def test_of_more_than_a_hundred_all_are_counted(before: int, place: int) -> None:
    waiting = queue(*["korekort"] * before, "turist")
    assert ahead(waiting, {"1": "", "2": ""})[-1] == place


@pytest.mark.parametrize(
    ("opened", "busy", "service", "bound", "found"),
    [
        ({"1": "", "2": ""}, (), "pas", None, [("1", ALL, ""), ("2", TWO, "")]),
        ({"1": "", "2": ""}, ("1",), "pas", None, [("2", TWO, ""), ("1", ALL, "")]),
        ({"1": "library", "2": ""}, (), "pas", None, [("2", TWO, "")]),
        ({"1": "library"}, (), "turist", None, [("1", TOURIST, "library")]),
        ({}, (), "korekort", None, [("1", ALL, ""), ("3", ALL, "")]),
        ({"2": "library"}, (), "korekort", "2", [("2", TOURIST, "library")]),
        ({}, (), "korekort", "2", [("2", TWO, "")]),
        ({"1": "library"}, (), "pas", f"{TEAM}library", [("1", TOURIST, "library")]),
        (
            {"1": "citizen"}, (), "pas", f"{TEAM}library",
            [(n, TOURIST, "library") for n in ("1", "2", "3")],
        ),
        ({"1": ""}, (), "pas", f"{TEAM}gone", [("", frozenset(("pas",)), "")]),
        ({"1": ""}, (), "pas", "9", [("", frozenset(("pas",)), "")]),
    ],
)  # fmt: skip
def test_over_which_counters_a_place_is_counted(
    opened: dict[str, str],
    busy: tuple[str, ...],
    service: str,
    bound: str | None,
    found: list[tuple[str, frozenset[str], str]],
) -> None:
    expected = tuple(AheadCounter(*one) for one in found)
    assert competing_counters(BRANCH, opened, busy, service, bound) == expected


def test_a_new_ticket_comes_after_all_that_are_there() -> None:
    waiting = queue("pas", "pas", "korekort", "pas+5")
    found = next_places(waiting, BRANCH, {"1": "", "2": ""}, ("1", "2"), NINE)
    assert found == {
        "pas": Place(3, 2, False), "turist": Place(3, 2, False), "korekort": Place(3, 1, False),
        "gammel": Place(3, 1, False),
    }  # fmt: skip
    later = next_places(waiting, BRANCH, {"1": ""}, (), NINE + 5)
    assert later["pas"] == Place(4, 1, True)
