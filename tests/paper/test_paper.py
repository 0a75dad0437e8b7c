"""Paper tickets entered as visits: once, counted as others are, and marked."""

from __future__ import annotations

from threading import Thread
from typing import Any, cast

import pytest

from dashboards.quality.view import QualityView
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.days.rules.period import period_of
from queue_service.errors import DayFinal, Invalid, NotFound, WrongState
from queue_service.history.operations import days
from queue_service.history.operations.history import past
from queue_service.history.operations.statistics import statistics
from queue_service.paper.operations import Entered, enter, remove, take_sheets
from queue_service.paper.rules import (
    NOT_PRINTED,
    REMOVED_WITHIN_MS,
    TWICE_HERE,
    Written,
    sheet_numbers,
)
from queue_service.paper.store import PaperStore
from queue_service.store.keys import BranchKeys
from queue_service.tables.writing import Writing
from queue_service.visits.operations import visits
from queue_service.visits.rules.visit import PAPER
from tests.desks import MORNING, Desk, document

TODAY = "2026-11-25"
YESTERDAY = "2026-11-24"
DAY_MS = 86_400_000
PRINTED = 20
YESTERDAY_MORNING = MORNING - DAY_MS


def ticket(number: str = "1-1", **changes: str | None) -> Written:
    """A passport: taken at six, called after nine minutes, helped for five."""
    times = {"taken": "6:00", "called": "6:09", "started": "6:10", "done": "6:15"}
    for name in times:
        times[name] = changes.pop(name, times[name]) or ""
    made = Written(number, "pas", "completed", times, "resolved")  # type: ignore[arg-type]  # a literal of the test
    return made._replace(**changes)  # type: ignore[arg-type]  # given by name, with their types


def put(desk: Desk, *tickets: Written, date: str = TODAY, key: str | None = None) -> Entered:
    if not desk.queue.get(PaperStore).last_sheet(desk.branch):
        take_sheets(desk.queue, desk.branch, PRINTED)
    return enter(desk.queue, desk.command(key), date, tickets)


def figures(desk: Desk, date: str = TODAY) -> tuple[int, int, int, int]:
    """Of a day: issued, from paper, inquiries, and of these from paper."""
    line = statistics(desk.queue, desk.branch, date, date).total
    assert line.visits is not None
    return line.visits["issued"], line.visits["paper"], line.inquiries, line.paper


def totals(desk: Desk) -> dict[str, int]:
    found: Any = desk.queue.store.client.hgetall(f"q:{{{desk.branch}}}:totals")
    return {name: int(n) for name, n in found.items()}


def test_a_ticket_counts_as_a_visit_of_its_day_and_is_marked(live: Desk) -> None:
    live.issue()
    (row,) = put(live, ticket()).rows
    assert row.new
    assert not row.differs
    assert (row.visit.number, row.visit.source, row.visit.state) == ("1-1", PAPER, "completed")
    assert figures(live) == (2, 1, 1, 1)
    line = statistics(live.queue, live.branch, TODAY, TODAY).total
    assert (line.waiting.p50, line.handling.p50) == (540, 300)
    assert {g: (s.judged, s.within) for g, s in line.goals.items()} == {
        "handling-6-min": (1, 1), "called-10-min": (1, 1), "first-contact": (1, 1),
    }  # fmt: skip
    state = live.state()
    assert (state.today["issued"], state.today["paper"], state.today["completed"]) == (2, 1, 1)
    assert "visit.entered" in live.events()
    counted = totals(live)
    assert (counted["issued|pas"], counted["paper|pas"], counted["ended|pas|completed"]) == (
        2,
        1,
        1,
    )


def test_it_is_never_in_the_queue_nor_called_and_takes_no_number_of_ours(live: Desk) -> None:
    put(live, ticket(counter="1"))
    live.open()
    state = live.state()
    assert (state.calls, sum(queue.waiting for queue in state.queues)) == ((), 0)
    assert live.next() is None
    assert live.issue().visit.number == "A001"


def test_no_verb_changes_it(live: Desk) -> None:
    (row,) = put(live, ticket(counter="1")).rows
    live.open()
    with pytest.raises(WrongState, match="entered from paper"):
        visits.undo(live.queue, live.command(), row.visit.id)


def test_unwritten_values_are_not_judged(live: Desk) -> None:
    put(
        live,
        ticket("1-1", called=None, started=None),
        ticket("1-2", started=None, outcome=None),
        ticket("1-3", called=None, started=None, done=None, ended="abandoned", outcome=None),
        ticket("1-4", started=None, done=None, ended="no_show", outcome=None),
    )
    line = statistics(live.queue, live.branch, TODAY, TODAY).total
    assert line.visits == {
        "issued": 4, "completed": 2, "no_show": 1, "abandoned": 1, "incomplete": 0, "paper": 4,
        "booked": 0,
    }  # fmt: skip
    # The second began with its call; its outcome is unknown.
    assert (line.inquiries, line.handling.p50, sum(line.outcomes.values())) == (1, 360, 0)
    assert line.waiting.n == 2
    assert {g: (s.judged, s.within) for g, s in line.goals.items()} == {
        "handling-6-min": (1, 0), "called-10-min": (2, 2), "first-contact": (0, 0),
    }  # fmt: skip


def test_a_duplicate_number_is_reported_and_changes_nothing(live: Desk) -> None:
    put(live, ticket())
    before = figures(live), totals(live)
    same, other = (put(live, each).rows[0] for each in (ticket(), ticket(done="6:40")))
    assert (same.new, same.differs) == (False, False)
    assert (other.new, other.differs, other.visit.inquiry.handled_ms) == (False, True, 300_000)
    assert (figures(live), totals(live)) == before


def test_a_repeated_request_gets_the_first_answer(live: Desk) -> None:
    first = put(live, ticket(), key="k")
    again = put(live, ticket(), key="k")
    assert again.replayed
    assert again.rows == first.rows
    assert figures(live)[0] == 1


def test_all_rows_or_none_with_each_fault_named(live: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        put(
            live,
            ticket("1-1"),
            ticket("1-2", called="5:59"),
            ticket("1-1"),
            ticket("1-3", service="hund", done="23:59"),
        )
    errors = {e["field"]: e["reason"] for e in cast(Any, refused.value.extra["errors"])}
    assert set(errors) == {"rows[1].called", "rows[2].number", "rows[3].service", "rows[3].done"}
    assert errors["rows[2].number"] == TWICE_HERE
    assert figures(live)[0] == 0


def test_two_people_enter_the_same_sheet(live: Desk) -> None:
    """Nothing is lost and nothing doubled, in any order."""
    sheet = [ticket(number) for number in sheet_numbers(7)]
    found: list[Entered] = []

    def hand(part: list[Written]) -> None:
        found.append(put(live, *part))

    hands = [Thread(target=hand, args=(part,)) for part in (sheet[:6], sheet[2:], sheet)]
    for each in hands:
        each.start()
    for each in hands:
        each.join()
    assert sum(row.new for each in found for row in each.rows) == 8
    assert figures(live)[:2] == (8, 8)
    assert totals(live)["paper|pas"] == 8


def test_a_wrong_entry_is_removed_within_a_day_and_entered_again(live: Desk) -> None:
    put(live, ticket(), ticket("1-2"))
    assert remove(live.queue, live.command(), TODAY, "1-1") == 1
    assert figures(live) == (1, 1, 1, 1)
    assert live.state().today["completed"] == 1
    with pytest.raises(NotFound):
        remove(live.queue, live.command(), TODAY, "1-1")
    assert put(live, ticket(done="6:40")).rows[0].new
    counted = totals(live)
    assert (counted["issued|pas"], counted["paper|pas"], counted["unpaper|pas"]) == (3, 3, 1)
    assert counted["returned|pas|completed"] == 1
    live.later(REMOVED_WITHIN_MS / 1000)
    assert remove(live.queue, live.command(), TODAY, "1-2") == 1
    live.later(1)
    with pytest.raises(WrongState, match="more than a day ago"):
        remove(live.queue, live.command(), TODAY, "1-1")


def test_the_removed_ticket_is_the_one_that_was_read(
    live: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another corrects the ticket between the reading and the removing of it."""
    put(live, ticket())
    write, others = PaperStore.remove, [ticket(done="6:40")]

    def outrun(store: PaperStore, *args: Any) -> Any:
        if others:
            corrected = others.pop()
            remove(live.queue, live.command(), TODAY, "1-1")
            put(live, corrected)
        return write(store, *args)

    monkeypatch.setattr(PaperStore, "remove", outrun)
    assert remove(live.queue, live.command(), TODAY, "1-1") == 0
    assert figures(live) == (0, 0, 0, 0)
    day: Any = live.queue.store.client.hgetall(f"q:{{{live.branch}}}:day:{TODAY}")
    assert {name: n for name, n in day.items() if int(n)} == {}


def test_a_past_day_is_summarised_again(live: Desk) -> None:
    put(live, ticket(), date=YESTERDAY)
    now = MORNING
    days.summarise_days(live.queue, now)
    put(live, ticket("1-2"), date=YESTERDAY)
    assert figures(live, YESTERDAY) == (2, 2, 2, 2)
    days.summarise_days(live.queue, now)
    assert figures(live, YESTERDAY) == (2, 2, 2, 2)


def test_a_day_that_is_final_or_to_come_takes_nothing(live: Desk, queue: Queue) -> None:
    put(live, ticket(), date="2026-08-27")
    for date in ("2026-08-26", "2026-08-27"):
        if date == "2026-08-27":
            days.expire(queue, MORNING + DAY_MS)
        with pytest.raises(DayFinal, match="no longer kept"):
            put(live, ticket("1-2"), date=date)
    assert figures(live, "2026-08-27")[:2] == (1, 1)
    assert not live.queue.store.client.exists(f"q:{{{live.branch}}}:paper:2026-08-27")
    with pytest.raises(Invalid, match="still to come"):
        put(live, ticket(), date="2026-11-26")


def test_a_past_day_is_judged_by_its_own_goals(live: Desk) -> None:
    harder = [replace_limit(goal) for goal in document()["goals"]]
    put_branch(live.queue, live.branch, document(goals=harder))
    in_force_since(live, YESTERDAY_MORNING, MORNING + DAY_MS)
    live.later(2 * DAY_MS / 1000)
    put(live, ticket(), date=TODAY)
    put(live, ticket(), date="2026-11-27")
    for date, within in ((TODAY, 1), ("2026-11-27", 0)):
        line = statistics(live.queue, live.branch, date, date).total
        assert line.goals["handling-6-min"].within == within


def in_force_since(desk: Desk, *instants: int) -> None:
    """Let the goals that the branch has had be in force since then (ms): it notes the real time."""
    goals, client = BranchKeys(desk.branch).goals, desk.queue.store.client
    entries = client.lrange(goals, 0, -1)
    for place, (instant, entry) in enumerate(zip(instants, entries, strict=True)):
        client.lset(goals, place, f"{instant}|{str(entry).partition('|')[2]}")


def replace_limit(goal: dict[str, object]) -> dict[str, object]:
    return {**goal, "threshold_seconds": 60} if goal["id"] == "handling-6-min" else goal


def test_no_two_sheets_have_the_same_number(live: Desk) -> None:
    taken: list[int] = []
    for count in (3, 1, 5):
        first = take_sheets(live.queue, live.branch, count)
        taken += range(first, first + count)
    numbers = [number for sheet in taken for number in sheet_numbers(sheet)]
    assert len(set(numbers)) == len(numbers) == 72


def test_a_number_of_a_sheet_that_was_never_printed_is_refused(live: Desk) -> None:
    put(live, ticket(f"{PRINTED}-8"))
    with pytest.raises(Invalid) as refused:
        put(live, ticket("1-1"), ticket(f"{PRINTED + 1}-1"))
    faults = refused.value.extra["errors"]
    assert faults == [{"field": "rows[1].number", "reason": NOT_PRINTED}]
    assert figures(live) == (1, 1, 1, 1)
    take_sheets(live.queue, live.branch, 1)
    assert put(live, ticket(f"{PRINTED + 1}-1")).rows[0].new


def test_the_quality_page_names_a_large_share_from_paper(live: Desk) -> None:
    day = period_of("day", TODAY)

    def with_answers() -> str:
        found = past(live.queue, live.branch, day, now=live.queue.store.time())
        return QualityView(found, found, Writing("en")).paper()

    live.issue()
    assert with_answers() == ""
    put(live, ticket())
    assert with_answers().startswith("1 of 2 visits (50.0%) were entered from paper afterwards.")
