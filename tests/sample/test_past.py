"""The sample's past: made of whole visits, and the same whenever it is made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

import pytest

from queue_service import sample
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import hours_on
from queue_service.contacts.rules import contacts_in
from queue_service.days.rules.figures import Row
from queue_service.days.rules.period import days_after
from queue_service.days.rules.summary import stored_whole, summarise
from queue_service.feedback.rules import answers_to, read_day
from queue_service.lifeline import rules as lifelines
from queue_service.referrals import rules as referrals
from queue_service.sample import past as past_of_the_sample
from queue_service.sample.day import SampleDay, day_of
from queue_service.sample.interventions import interventions
from queue_service.sample.past import DAYS, SamplePast, pasts
from queue_service.simulation.demand import demand, posts

pytestmark = pytest.mark.slow

ASKED = ("pas", "sundhedskort")


def at(local: str) -> int:
    return (
        int(datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Europe/Copenhagen")).timestamp())
        * 1000
    )


def branches() -> Sequence[Branch]:
    return [Branch.from_document(name, "", doc) for name, doc in sample.documents().items()]


def made(now: str) -> dict[str, SamplePast]:
    return {past.branch.id: past for past in pasts(branches(), ASKED, at(now))}


@cache
def november() -> dict[str, SamplePast]:
    return made("2026-11-27T09:30")


def whole(past: SamplePast, date: str) -> Row:
    row = Row()
    row.absorb_stored(stored_whole(past.summaries[date]))
    return row


def a_day(date: str, chance: int = 1, **changes: object) -> tuple[Branch, SampleDay]:
    known = Branch.from_document("raadhuset", "", sample.documents()["raadhuset"] | changes)
    people = demand("raadhuset")
    assert people is not None
    return known, day_of(known, people, posts("raadhuset")[:3], date, Random(chance))  # noqa: S311 - no secret


def test_every_branch_but_the_practice_counter_has_a_past() -> None:
    assert sorted(november()) == ["biblioteket", "bogbussen", "raadhuset"]


@pytest.mark.parametrize("name", ["biblioteket", "bogbussen", "raadhuset"])
def test_its_days_are_those_on_which_the_branch_was_open_up_to_the_day_before(name: str) -> None:
    past = november()[name]
    assert (past.first, past.last) == ("2026-10-23", "2026-11-26")
    dates = [days_after(past.first, nth) for nth in range(DAYS)]
    assert dates[-1] == past.last
    assert list(past.summaries) == [date for date in dates if hours_on(past.branch, date)]
    assert past.since == at("2026-10-23T00:00")
    assert set(past.answers) <= set(past.summaries)
    assert set(past.saved) <= set(past.summaries)
    assert set(past.contacts) <= set(past.summaries)
    assert sum(contacts_in(counts) for counts in past.contacts.values()) > 100


def test_it_is_the_same_at_any_hour_of_a_day_and_goes_on_the_day_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(past_of_the_sample, "DAYS", 4)
    first, last, after = (
        made(now) for now in ("2026-11-27T00:00", "2026-11-27T23:59", "2026-11-28T00:00")
    )
    assert first == last
    assert after["raadhuset"].last == "2026-11-27"
    known = first["biblioteket"].summaries
    kept = {date: text for date, text in known.items() if date != "2026-11-23"}
    assert len(kept) == 3
    assert kept.items() <= after["biblioteket"].summaries.items()


def test_holidays_have_no_arrivals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past_of_the_sample, "DAYS", 8)
    christmas = made("2026-12-28T12:00")["biblioteket"].summaries
    assert [date for date in christmas if date > "2026-12-20"] == [
        "2026-12-21", "2026-12-22", "2026-12-23",
    ]  # fmt: skip


@pytest.mark.parametrize(("date", "hours"), [("2026-10-25", 25), ("2027-03-28", 23)])
def test_a_day_on_which_the_clock_changes_has_its_own_length(date: str, hours: int) -> None:
    known, day = a_day(date, opening_hours={"sun": [["00:00", "24:00"]]})
    assert day.opened.ends - day.opened.begins == hours * 3_600_000
    assert all(day.opened.begins <= visit.issued_at < day.opened.ends for visit in day.visits)
    staffed = summarise(day.visits, known.timezone, day.opened).staffed
    assert sum(staffed.values()) == 3 * hours * 3_600_000


def test_every_visit_is_valid_and_at_one_counter_at_most() -> None:
    known, day = a_day("2026-11-26")
    ((opens, closes),) = hours_on(known, day.date)
    assert len(day.visits) > 100
    ended: dict[str, int] = {}
    for visit in sorted(day.visits, key=lambda v: v.called_at or v.started_at or v.ended_at or 0):
        assert opens <= visit.issued_at < closes
        times = (visit.issued_at, visit.called_at, visit.started_at, visit.ended_at)
        there = [instant for instant in times if instant is not None]
        assert there == sorted(there)
        assert (visit.state == "completed") == (visit.inquiry.outcome is not None)
        assert visit.inquiry.judged is None or "handling-6-min" in visit.inquiry.judged
        if visit.counter:
            assert visit.service in known.takes(visit.counter, visit.team)
            assert (visit.called_at or visit.started_at or 0) >= ended.get(visit.counter, 0)
            ended[visit.counter] = visit.ended_at or 0
    assert {visit.state for visit in day.visits} == {"completed", "abandoned", "no_show"}


def test_goals_are_partly_met_and_only_some_served_citizens_answer() -> None:
    for past in november().values():
        total = Row()
        for date in past.summaries:
            total.absorb(whole(past, date))
        assert total.visits.durations.values
        assert min(total.visits.durations.values) >= 0
        for goal, least, most in (
            ("handling-6-min", 0.6, 0.88),
            ("called-10-min", 0.6, 0.97),
            ("first-contact", 0.75, 0.92),
        ):
            judged, within = total.judged(goal)
            assert least < within / judged < most, (past.branch.id, goal)
        cells = [
            cell
            for date, counts in past.answers.items()
            for cell in read_day(date, texts(counts))[0]
        ]
        rated = answers_to("task", cells)
        n, best = (sum(a.n for a in rated.values()), sum(a.counts[-1] for a in rated.values()))
        assert 0.7 < best / n < 0.9
        assert 0.1 < n / total.visits["completed"] < 0.4
        assert all(len(counts) and date in past.summaries for date, counts in past.answers.items())


def test_calls_and_referrals_are_counted_where_the_specialists_sit_as_real_ones_are() -> None:
    hall = november()["raadhuset"]
    calls = lifelines.figures(
        cell
        for date, counts in hall.calls.items()
        for cell in lifelines.read_day(date, texts(counts))
    )[""]
    assert calls.calls - calls.results["withdrawn"] == calls.judged
    assert sum(calls.seconds.values()) == calls.results["answered"] > 100
    assert 0.75 < calls.within / calls.judged < 0.98
    sent = referrals.figures(
        (
            cell
            for date, counts in hall.referrals.items()
            for cell in referrals.read_day("raadhuset", date, texts(counts))
        ),
        "sender",
    )
    assert sorted(sent) == ["biblioteket", "bogbussen", "raadhuset"]
    for row in sent.values():
        assert row.counts["sent"] >= row.counts["accepted"] >= row.counts["closed"] > 0
        assert sum(row.hours.values()) == row.counts["accepted"]
    for other in ("biblioteket", "bogbussen"):
        assert not november()[other].calls
        assert not november()[other].referrals


def texts(counts: dict[str, int]) -> dict[str, str]:
    return {name: str(n) for name, n in counts.items()}


def test_the_library_has_changed_something_for_some_hours() -> None:
    past = november()["biblioteket"]
    found = interventions(past.branch, past.summaries)
    assert {one.kind for one in found} == {"pause_service", "cap_service", "announcement"}
    assert len({one.date for one in found} - {max(past.summaries)}) == len(found)
    for one in found:
        begins, ends = hours_on(past.branch, one.date)[-1]
        assert one.date in past.summaries
        assert begins <= one.begins < one.ends <= ends
    assert interventions(november()["raadhuset"].branch, past.summaries) == []
