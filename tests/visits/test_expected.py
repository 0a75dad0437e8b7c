"""The estimated wait, and whether it came true."""

from __future__ import annotations

import pytest

from queue_service.visits.rules.visit import Inquiry, Visit, visit_from_json
from queue_service.visits.rules.wait_estimate import came_true, expected, shown_minutes

ISSUED = 1_795_593_600_000


def estimated(low: int, high: int, waited_ms: int | None, **changes: object) -> Visit:
    """A visit with an estimated range that was called after so long."""
    visit = Visit(
        "v", "A001", "2026-11-25", "called", "kiosk", "da", "pas", ISSUED, 0, ISSUED,
        (Inquiry("pas"),), ahead=3, estimate=(low, high),
        first_called_at=None if waited_ms is None else ISSUED + waited_ms,
    )  # fmt: skip
    return visit._replace(**changes)  # type: ignore[arg-type]  # given by name, with their types


@pytest.mark.parametrize(
    ("range_", "minutes"),
    [
        ((0, 0), (0, 1)),
        ((0, 60), (0, 1)),
        ((59, 61), (0, 2)),
        ((60, 120), (1, 2)),
        ((240, 900), (4, 15)),
        ((299, 3600), (4, 60)),
        ((299, 3601), (0, 65)),
        ((3900, 4200), (65, 70)),
    ],
)
def test_a_range_is_shown_rounded_outward(
    range_: tuple[int, int], minutes: tuple[int, int]
) -> None:
    assert shown_minutes(*range_) == minutes


@pytest.mark.parametrize(
    ("waited_ms", "held"),
    [(239_999, False), (240_000, True), (900_000, True), (900_001, False)],
)
def test_both_ends_of_what_was_shown_are_in_the_range(waited_ms: int, held: bool) -> None:
    assert came_true(estimated(241, 899, waited_ms)) is held


def test_without_a_range_or_a_call_nothing_is_judged() -> None:
    assert came_true(estimated(240, 900, None)) is None
    assert came_true(estimated(240, 900, 300_000, estimate=None)) is None
    assert came_true(estimated(240, 900, 300_000, ahead=None)) is None


@pytest.mark.parametrize(("left_ms", "held"), [(900_000, None), (900_001, False)])
def test_a_departure_after_the_upper_end_counts_as_a_wrong_estimate(
    left_ms: int, held: bool | None
) -> None:
    left = estimated(241, 899, None, state="abandoned")
    assert came_true(left._replace(ended_at=left.issued_at + left_ms)) is held


def test_the_shown_estimate_is_kept_in_the_document() -> None:
    visit = estimated(240, 900, 300_000, counters_open=2, counters_busy=1)
    assert visit_from_json(visit.to_json()) == visit


KNOWN = {
    "pas|6|1": (1, 11), "pas|6|1|wide": (2, 12), "pas|6|4": (3, 13),
    "pas|6": (4, 14), "pas|6|wide": (5, 15), "pas|5|1": (6, 16),
    "pas|each|1": (1001, 1001), "pas|each|2": (2001, 2001), "pas|each|2|wide": (3001, 3001),
    "pas|each": (4001, 4001), "pas|each|wide": (5001, 5001),
    "|each": (6001, 6001), "|each|wide": (7001, 7001),
}  # fmt: skip


@pytest.mark.parametrize(
    ("ahead", "counters", "without", "found"),
    [
        (12, 1, [], (6, 16)),
        (13, 1, [], (2, 12)),  # a long queue
        (13, 2, [], (5, 15)),  # no such wait at two counters: as many people, however many counters
        (14, 5, [], (3, 13)),  # fewer than three people for each counter
        (15, 5, [], (5, 15)),
        (20, 1, ["pas|6|1|wide", "pas|6|wide"], (63, 64)),  # 21 turns of 3.001 s
        (20, 1, ["pas|6|1|wide", "pas|6|wide", "pas|each|2|wide"], (105, 106)),
        (20, 1, [k for k in KNOWN if k.endswith("wide")], (1, 11)),  # as version 0.4.0 stored it
        (3, 1, [], (4, 5)),
        (4, 1, [], (10, 11)),
        (0, 1, [], (4, 5)),  # nothing is known for no one ahead
        (0, 1, ["pas|each"], (6, 7)),  # of any service
        (0, 1, ["pas|each", "|each"], None),
        (13, 1, [k for k in KNOWN if k.startswith("pas")], (98, 99)),
    ],
)
def test_the_nearest_kind_that_is_known_is_expected(
    ahead: int, counters: int, without: list[str], found: tuple[int, int] | None
) -> None:
    known = {kind: KNOWN[kind] for kind in KNOWN if kind not in without}
    assert expected(known, "pas", ahead, counters) == found
    known.pop("|each", None)
    known.pop("|each|wide", None)
    assert expected(known, "korekort", ahead, counters) is None


@pytest.mark.parametrize(
    ("turn_ms", "ahead", "counters", "found"),
    [
        (0, 12, 1, (6, 16)),
        (1_416, 12, 1, (6, 16)),
        (1_417, 12, 1, (6, 17)),
        (4_666, 12, 2, (26, 27)),  # half the time at two counters
        (4_667, 12, 2, (26, 28)),
        (60_000, 0, 1, (4, 5)),
    ],
)
def test_the_upper_end_is_no_less_than_the_people_ahead_need_at_the_open_counters(
    turn_ms: int, ahead: int, counters: int, found: tuple[int, int]
) -> None:
    known = {**KNOWN, "pas|turn": (turn_ms, turn_ms), "korekort|turn": (90_000, 90_000)}
    assert expected(known, "pas", ahead, counters) == found
