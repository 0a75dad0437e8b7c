"""The expected wait of a new ticket: its own estimate, otherwise a rough figure or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from dashboards.board.new_ticket import new_ticket_json, untaken_text
from queue_service.board.operations.board import Boards
from queue_service.board.rules.last_hour import FEWEST, Trace
from queue_service.board.rules.new_ticket import (
    Handling,
    NewTicket,
    between_calls,
    mean_handling,
    new_ticket,
)
from queue_service.configuration.operations import put_branch
from queue_service.interventions import operations as interventions
from queue_service.interventions.rules import Wanted
from queue_service.language.wording import Wording
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import visits
from queue_service.visits.rules.ahead import Place
from queue_service.visits.rules.wait_estimate import kinds_of_wait
from tests.desks import Desk, document

LIMIT = 600_000
TRACE = Trace(0, 0, 0, None, None, {}, (), False, None, False, None)
SERVICES = ("pas", "korekort", "turist", "gammel")


def ticket(
    ahead: int,
    counters: int = 1,
    *,
    free: bool = False,
    handling: float | None = 300_000,
    learnt: Mapping[str, tuple[int, int]] | None = None,
) -> NewTicket:
    return new_ticket("pas", Place(ahead, counters, free), learnt or {}, handling, LIMIT)


def test_learnt_waits_come_before_estimated_ones() -> None:
    known = {kinds_of_wait("pas", 3, 1)[0]: (240, 900)}
    found = ticket(3, learnt=known)
    assert (found.wait, found.rough) == ((240, 900), False)
    assert ticket(3, 2, learnt=known).rough, "two counters make another wait"


def test_with_too_few_waits_the_people_ahead_are_shared_among_the_counters() -> None:
    assert ticket(4, 2, free=True).wait == (600, 600)
    # A busy counter has half a visit left on average.
    assert ticket(4, 2).wait == (675, 675)
    assert ticket(0, 1).wait == (150, 150)
    assert ticket(0, 1, free=True).wait == (0, 0)
    unknown = ticket(4, handling=None)
    assert (unknown.wait, unknown.is_late, unknown.is_safe) == (None, False, False)
    assert ticket(0, handling=None).is_safe


def test_a_rough_wait_is_no_shorter_than_the_calls_of_the_present_queue_show() -> None:
    def wait(between: float | None, ahead: int = 4) -> tuple[int, int] | None:
        return new_ticket("pas", Place(ahead, 1, True), {}, 1000, LIMIT, None, between).wait

    assert wait(None) == (4, 4)
    assert wait(999) == (4, 4)
    assert wait(25_000) == (100, 100)
    assert wait(25_000, ahead=0) == (0, 0)


def test_a_queue_that_waits_after_quick_services_has_no_short_wait(desk: Desk) -> None:
    desk.open("1", "citizen")
    for _ in range(48):
        desk.issue("pas")
    for _ in range(12):  # each is served in a second
        visit = desk.called("1").visit.id
        visits.start(desk.queue, desk.command(), visit)
        visits.complete(desk.queue, desk.later(1).command(), visit, "resolved")
    board = Boards(desk.queue).board(desk.later(348).command())
    (ticket,) = (each for each in board.new_tickets if each.service == "pas")
    assert (ticket.ahead, ticket.rough) == (36, True)
    assert ticket.wait == (36 * 360 // 12,) * 2, "a call every half minute"


@pytest.mark.parametrize(
    ("calls", "since", "expected"),
    [
        (FEWEST - 1, 0, None),
        (FEWEST, 0, 1000 / FEWEST),
        (FEWEST, 1, None),
    ],
)
def test_the_time_between_calls_needs_some_since_the_first_who_waits(
    calls: int, since: int, expected: float | None
) -> None:
    called = [TRACE] * calls + [replace(TRACE, called_at=1001), replace(TRACE, called_at=None)]
    assert between_calls(called, since, 1000) == expected


@pytest.mark.parametrize(
    ("low", "high", "late", "safe"),
    [
        (0, 599, False, True),
        (0, 600, False, False),
        (600, 600, True, False),
        (500, 699, False, False),
        (500, 700, True, False),
    ],
)
def test_it_is_late_where_the_middle_reaches_the_limit_and_safe_where_all_is_below(
    low: int, high: int, late: bool, safe: bool
) -> None:
    found = ticket(1, learnt={kinds_of_wait("pas", 1, 1)[0]: (low, high)})
    assert (found.is_late, found.is_safe) == (late, safe)


def test_the_mean_of_few_is_not_reported() -> None:
    few, enough = FEWEST - 1, FEWEST
    assert mean_handling({}) == Handling({}, None)
    assert mean_handling({"pas": (few, 1000.0)}) == Handling({}, None)
    found = mean_handling({"pas": (enough, 1000.0), "turist": (1, 200.0)})
    assert found.by_service == {"pas": 1000 / enough}
    assert found.overall == 1200 / (enough + 1)
    assert found.of("turist") == found.overall
    assert Handling({}, None).of("pas", found) == 1000 / enough


@pytest.mark.parametrize("opened", [0, 1, 2, 3, 5])
def test_it_says_what_the_next_ticket_says(desk: Desk, opened: int) -> None:
    counters = [{"id": str(n), "name": f"Skranke {n}", "services": ["*"]} for n in range(1, 7)]
    put_branch(desk.queue, desk.branch, document(historic=True, counters=counters))
    for counter in range(1, opened + 1):
        desk.open(str(counter))
    band = [f"each|{people}" for people in range(3)]
    known = {
        "pas": [f"{people}|{open_}" for people in range(11) for open_ in range(5)] + band,
        "korekort": [*map(str, range(11)), *band, "each"],
        "turist": [*band, "each"] if opened % 2 else ["each"],
        "": ["each"],
    }
    if opened == 3:
        del known["turist"]
    learnt: Any = {
        f"{service}|{kind}{wide}": f"{7 * n}|{9973 * n + len(service + wide)}"
        for service, kinds in known.items()
        for n, kind in enumerate(kinds)
        for wide in (("",) if opened == 2 and kind in known["pas"][:55] else ("", "|wide"))
    }
    if opened == 5:
        learnt |= {f"{service}|turn": "240000|240000" for service in ("pas", "turist")}
    desk.queue.store.client.hset(BranchKeys(desk.branch).estimates, mapping=learnt)
    boards = Boards(desk.queue)
    for n in range(0 if not opened else 110):
        service = SERVICES[n % 3]
        # Looked at around each end of a class alone, for the test's time.
        shown = None
        if n in (0, 1, 2, 3, 4, 5, 7, 8, 12, 13, 14, 15, 20, 21, 35, 36, 60, 61, 100, 101):
            board = boards.board(desk.command())
            shown = {each.service: each for each in board.new_tickets}[service]
        answer = desk.issue(service)
        if shown is not None:
            assert (shown.ahead, shown.wait) == (answer.position, answer.estimate), n
    if not opened:
        desk.issue()
        assert boards.board(desk.command()).new_tickets == ()


def handled(desk: Desk, times: int, seconds: float) -> None:
    """So many inquiries are completed at counter 1."""
    for _ in range(times):
        desk.issue()
        visit = desk.called().visit.id
        visits.start(desk.queue, desk.command(), visit)
        visits.complete(desk.queue, desk.later(seconds).command(), visit, "resolved")


def test_the_board_is_not_well_while_a_new_ticket_would_be_late(desk: Desk) -> None:
    desk.open(team="citizen")
    boards = Boards(desk.queue)
    assert boards.board(desk.command()).is_well
    handled(desk, FEWEST, 300)
    desk.issue()
    visits.start(desk.queue, desk.command(), desk.called().visit.id)
    board = boards.board(desk.command())
    shown = new_ticket_json(board, Wording("en"))
    assert shown == {
        "text": "A citizen who takes a number now waits about 3 min.",
        "tone": "safe",
    }
    assert board.is_well
    for _ in range(2):  # 2.5 · 5 min
        desk.issue()
    board = boards.board(desk.command())
    (notice,) = board.notices
    assert (notice.kind, notice.level, notice.counter) == ("expected_wait", "watch", "3")
    assert notice.services == ("pas", "korekort", "turist")
    assert not board.is_well
    shown = new_ticket_json(board, Wording("da"))
    assert shown == {
        "text": "En borger, der tager et nummer nu, venter ca. 13 min.", "tone": "late",
    }  # fmt: skip


def test_a_ticket_with_people_ahead_is_not_called_at_once(desk: Desk) -> None:
    desk.open(team="citizen")
    boards = Boards(desk.queue)
    handled(desk, FEWEST, 0)
    shown = new_ticket_json(boards.board(desk.command()), Wording("en"))
    assert shown is not None
    assert shown["text"] == "A citizen who takes a number now is called at once."
    desk.issue()
    visits.start(desk.queue, desk.command(), desk.called().visit.id)
    desk.issue()
    shown = new_ticket_json(boards.board(desk.command()), Wording("en"))
    assert shown is not None
    assert shown["text"] == "A citizen who takes a number now waits about 1 min."


def test_days_before_determine_the_length_of_an_inquiry(desk: Desk) -> None:
    desk.open(team="citizen")
    handled(desk, FEWEST, 600)
    tomorrow = desk.later(7 * 86_400)
    desk.issue()
    (first, *_) = Boards(desk.queue).board(tomorrow.command()).new_tickets
    assert (first.wait, first.rough) == ((600, 600), True)


def test_a_service_without_an_open_counter_is_named_before_any_visit_waits(desk: Desk) -> None:
    desk.open("2")
    boards = Boards(desk.queue)
    board = boards.board(desk.command())
    assert (board.untaken, board.is_well) == (("korekort",), False)
    assert untaken_text(board, Wording("da")) == "Ingen åben skranke tager Kørekort."
    shown = new_ticket_json(board, Wording("da"))
    named = "En borger, der tager et nummer nu, bliver kaldt med det samme (Pas, Turist)."
    assert shown is not None
    assert shown["text"] == named
    interventions.begin(desk.queue, desk.command(), Wanted("pause_service", services=("korekort",)))
    board = boards.board(desk.command())
    assert (board.untaken, board.is_well) == ((), True), "kiosks give no numbers for it"
    desk.open("3", "library")
    desk.issue("korekort")
    assert untaken_text(boards.board(desk.command()), Wording("da")) is None
