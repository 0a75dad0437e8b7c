"""Days that earlier versions stored: read whole, and what they did not keep is no figure."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.days.rules import days_by_service as months
from queue_service.days.rules.days_by_service import ServiceDay, read_services
from queue_service.days.rules.figures import Durations, Row
from queue_service.days.rules.flow import Opened
from queue_service.days.rules.shifts import Shift
from queue_service.days.rules.summary import (
    DaySummary,
    stored_half_hours,
    stored_pauses,
    stored_staffed,
    summarise,
    to_text,
)
from queue_service.history.rules.history import History, made_from, total
from queue_service.visits.rules.visit import Inquiry, Visit
from tests.days.test_flow import ZONE, at, through_everything

OLD = """4 1f6d8b0c1e2f3a4b5c6d7e8f
[[[4,2,0,2,0,2,90000],[30000,60000],[["called-10",3,2]]],[[2,0,0,0,0,0,0,120000],[200000,340000],[["six",2,2]]]]
[[["09","pas",[4,2,0,2,0,2,90000],[30000,60000],[["called-10",3,2]]]],[["09","pas","",[2,0,0,0,0,0,0,120000],[200000,340000],[["six",2,2]]]]]
[["1",[2,0,0,0,0,0,0,120000],[200000,340000],[["six",2,2]]]]
[["09",3600000]]"""
RELEASED = """1 ef78f2c1167f6213f98992f4
[[[1,1,0,0,0,1,120000,0,0,0,1,0,0,0,0,0],[300000],[]],[[2,0,0,0,0,0,1,900000,0],[240000,420000],[]],[3600000,720000,900000,900000,3600000,1]]
[[["09","pas",[1,1,0,0,0,1,120000,0,0,0,1,0,0,0,0,0],[300000],[]]],[["09","pas","",[2,0,0,0,0,0,1,900000,0],[240000,420000],[]]]]
[["1",[1,0,0,0,0,0,1,0,0],[240000],[]],["2",[1,0,0,0,0,0,0,900000,0],[420000],[]]]
[["09",3600000]]
[{"09":[3600000,720000,900000,900000,3600000,1]},{"1":[3600000,720000,900000,0,0,0]},{"library":[3600000,720000,900000,0,0,0]}]
[["kiosk","pas",2]]
[[],[]]
[[["09:00","pas",1,0],["09:30","pas",0,2]],[["09:00",1800000],["09:30",1800000]]]"""
"""A day of 0.4.0, with each duration and the counters' time besides the flow."""
NINE = 1_795_593_600_000


def new_day() -> str:
    """A visit that was completed after being parked, and one whose citizen left."""
    inquiry = Inquiry(
        "pas", "resolved", started_at=NINE, handled_ms=300_000, completed_at=NINE + 400_000,
        counter="1", judged={"six": True}, judged_parked={"six": False},
    )  # fmt: skip
    done = Visit(
        "v", "A001", "2026-11-25", "completed", "kiosk", "da", "pas", NINE - 60_000, 0, 0,
        (inquiry,), ahead=0, first_called_at=NINE, started_at=NINE, ended_at=NINE + 400_000,
    )  # fmt: skip
    left = done._replace(
        id="w", state="abandoned", first_called_at=None, started_at=None,
        ended_at=NINE - 60_000 + 480_000, inquiries=(Inquiry("pas"),),
    )  # fmt: skip
    summary = DaySummary()
    summary.add(done, "UTC")
    summary.add(left, "UTC")
    return to_text(summary)


def whole(*texts: str) -> Row:
    history = History()
    for n, text in enumerate(texts):
        history.add_day(f"2026-11-{n + 10}", text)
    return total(history.days.values())


def test_an_older_day_is_read_whole() -> None:
    row = whole(OLD)
    assert (row.visits["issued"], row.visits["abandoned"]) == (4, 2)
    assert row.judged("six") == (2, 2)
    assert row.judged("called-10") == (3, 2)
    assert row.inquiries["stood_ms"] == 120_000
    assert (row.visits["estimates"], row.visits["estimates_held"]) == (0, 0)


def test_an_older_day_counts_next_to_one_with_estimated_waits() -> None:
    older = Visit(
        "v", "A001", "2026-11-25", "called", "kiosk", "da", "pas", NINE, 0, NINE,
        (Inquiry("pas"),), ahead=0, estimate=(60, 120), first_called_at=NINE + 90_000,
    )  # fmt: skip
    summary = DaySummary()
    summary.add(older, "UTC")
    for row in (whole(OLD, to_text(summary)), whole(to_text(summary), OLD)):
        assert (row.visits["estimates"], row.visits["estimates_held"]) == (1, 1)
        assert row.visits["issued"] == 5


def test_missing_fields_are_no_figure_in_any_sum() -> None:
    for row in (whole(OLD), whole(OLD, new_day()), whole(new_day(), OLD)):
        assert row.left_spread() is None
        assert row.parked_within("six") is None


def test_a_day_of_now_keeps_both() -> None:
    row = whole(new_day())
    left = row.left_spread()
    assert left is not None
    assert (left.n, left.p50) == (1, 480.0)
    assert row.parked_within("six") == 0
    assert row.judged("six") == (1, 1)


def test_an_older_day_without_departures_lacks_no_wait() -> None:
    nobody = OLD.replace("[4,2,0,2,0,2,90000]", "[4,4,0,0,0,2,90000]")
    left = whole(nobody, new_day()).left_spread()
    assert left is not None
    assert left.n == 1


def test_the_same_without_single_durations_and_in_every_breakdown() -> None:
    history = History()
    history.add_day("2026-11-25", new_day())
    again = History()
    again.add_stored(history.to_text({}))
    for row in (total(again.days.values()), again.services["pas"]):
        left = row.left_spread()
        assert left is not None
        assert (left.n, left.mean) == (1, 480.0)
        assert row.parked_within("six") == 0
    assert again.counters["1"].parked_within("six") == 0


def test_a_day_without_half_hours_is_read_and_has_none() -> None:
    assert stored_half_hours(OLD) is None
    released = new_day().rpartition("\n")[0]
    assert stored_half_hours(released) is None
    assert stored_pauses(released) == ([], [])
    assert whole(released).visits["issued"] == 2
    assert stored_half_hours(new_day()) is not None
    history = History()
    for n, text in enumerate((OLD, new_day(), released)):
        history.add_day(f"2026-11-{25 - 7 * n}", text)
    assert history.half_hour_days == {2: 1}, "of the one Wednesday that has them"
    assert sum(half.issued for half in history.half_hours.values()) == 2


def test_a_day_of_the_version_before_is_read_as_one_of_now() -> None:
    changes = [Shift(at(0), "1", "library"), Shift(at(60), "1", None)]
    opened = Opened(changes, at(0), at(180))
    now = to_text(summarise([through_everything()], ZONE, opened))
    assert '{"09:00":{"pas":[1,0]},"09:30":{"pas":[0,2]}}' in now
    read = []
    for text in (RELEASED, now):
        history = History()
        history.add_day("2026-11-25", text)
        read.append((history, read_services(text), stored_staffed(text)))
    assert read[0] == read[1]
    assert read[1][2] == {"09": 3_600_000}
    assert read[1][1]["pas"].handled == [240_000, 420_000]


def test_a_stored_month_of_days_by_service_is_read_back() -> None:
    days = {"2026-11-25": read_services(RELEASED), "2026-11-26": read_services(new_day())}
    assert months.from_text(months.to_text(days, "x")) == days


@pytest.mark.parametrize(("n", "steps"), [(0, False), (7, False), (8, True)])
def test_many_durations_are_stored_as_steps(n: int, *, steps: bool) -> None:
    values = [240_000 - nth * nth * 1000 for nth in range(n)]
    durations, again = Durations((60,)), Durations((60,))
    for value in values:
        durations.add(value)
    stored = durations.dump()
    assert ("steps" in stored) is steps
    again.absorb_stored(stored)
    assert (again.values, again.total_ms) == (sorted(values), sum(values))
    day = ServiceDay(durations.known(), n, n, durations.known(), None)
    month = months.to_text({"2026-11-25": {"pas": day}}, "x")
    assert ('"steps"' in month) is steps
    assert months.from_text(month)["2026-11-25"]["pas"] == day


def test_a_month_stored_in_the_older_form_is_computed_again() -> None:
    heads: dict[str, Any] = {"2026-11-25": "4 abc"}
    assert not made_from('{"2026-11-25":"4 abc"}\n[]', heads)
    assert made_from(History().to_text(heads), heads)
