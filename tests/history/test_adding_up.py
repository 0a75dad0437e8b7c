"""Days added up in every way: no sum differs from that of the days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_service.days.rules.figures import Row
from queue_service.days.rules.flow import Opened
from queue_service.days.rules.period import between
from queue_service.days.rules.shifts import Shift
from queue_service.days.rules.summary import stored_version, summarise, to_text
from queue_service.history.rules.history import History, made_from
from queue_service.visits.rules.visit import Visit
from tests.days.test_summary import NIGHT, ZONE, figures, visits

FIRST = date(2026, 10, 19)

day_lists = st.lists(st.lists(visits(), max_size=4), min_size=1, max_size=10)
staffings = st.dictionaries(st.sampled_from(["09", "10"]), st.integers(1, 7_200_000))


def texts(days: list[list[Visit]], staffed: dict[str, int]) -> dict[str, str]:
    summaries = [replace(summarise(day, ZONE), staffed=staffed) for day in days]
    return {
        (FIRST + timedelta(days=n)).isoformat(): to_text(summary)
        for n, summary in enumerate(summaries)
    }


def added(summaries: dict[str, str]) -> History:
    history = History()
    for day, text in summaries.items():
        history.add_day(day, text)
    return history


def values_of(rows: dict[str, Row]) -> dict[str, object]:
    return {key: figures(row) for key, row in sorted(rows.items())}


@pytest.mark.slow
@given(day_lists, staffings)
@settings(deadline=None, max_examples=40)
def test_every_breakdown_adds_up_to_the_whole(
    days: list[list[Visit]], staffed: dict[str, int]
) -> None:
    history = added(texts(days, staffed))
    visits_of = [v for day in days for v in day]
    for rows in (history.days, history.hours, history.services):
        assert sum(row.visits["issued"] for row in rows.values()) == len(visits_of)
    done = sum(i.outcome is not None for v in visits_of for i in v.inquiries)
    breakdowns = (history.days, history.hours, history.services, history.teams, history.counters)
    for rows in breakdowns:
        assert sum(row.inquiries.durations.n for row in rows.values()) == done
    assert sum(history.staffed.values()) == len(days) * sum(staffed.values())
    assert sum(history.days_by_weekday().values()) == len(days)
    assert sum(half.issued for half in history.half_hours.values()) == len(visits_of)
    assert history.half_hour_days == history.days_by_weekday()


@pytest.mark.slow
@given(day_lists, staffings)
@settings(deadline=None, max_examples=40)
def test_a_kept_history_is_read_back_whole(
    days: list[list[Visit]], staffed: dict[str, int]
) -> None:
    history, again = added(texts(days, staffed)), History()
    again.add_stored(history.to_text({}))
    for before, after in (
        (history.days, again.days),
        (history.services, again.services),
        (history.teams, again.teams),
        (history.counters, again.counters),
    ):
        assert values_of(before) == values_of(after)
    assert {k: figures(r) for k, r in history.hours.items()} == {
        k: figures(r) for k, r in again.hours.items()
    }
    assert history.staffed == again.staffed
    assert history.half_hours == again.half_hours
    assert history.half_hour_days == again.half_hour_days


def test_counters_time_of_days_with_and_without_a_flow_is_read_back_whole() -> None:
    opened = Opened([Shift(NIGHT, "1", "library")], NIGHT, NIGHT + 5_400_000)
    with_flow = summarise([], ZONE, opened)
    history, again = History(), History()
    history.add_day("2026-10-19", to_text(with_flow))
    history.add_day("2026-10-26", to_text(replace(with_flow, flow=None, staffed={"01": 7})))
    assert history.staffed == {(0, "00"): 3_600_000, (0, "01"): 1_800_007}
    again.add_stored(history.to_text({}))
    assert again == history


@pytest.mark.slow
@given(st.lists(visits(), max_size=4), st.lists(visits(), max_size=4))
def test_summaries_with_the_same_head_say_the_same(one: list[Visit], other: list[Visit]) -> None:
    first, second = to_text(summarise(one, ZONE)), to_text(summarise(other, ZONE))
    assert (stored_version(first) == stored_version(second)) == (first == second)


def test_a_stored_sum_is_valid_only_for_its_own_summaries() -> None:
    text = added(texts([[]], {})).to_text({"2026-10-19": "3 abc"})
    assert made_from(text, {"2026-10-19": "3 abc"})
    assert not made_from(text, {"2026-10-19": "3 abd"})
    assert not made_from(text, {"2026-10-19": "3 abc", "2026-10-20": "0 x"})


def test_hours_of_the_week_keep_their_weekday() -> None:
    assert [*between("2026-10-19", "2026-10-20").dates()] == ["2026-10-19", "2026-10-20"]
    history = added(texts([[], []], {"09": 5}))
    assert history.staffed == {(0, "09"): 5, (1, "09"): 5}
