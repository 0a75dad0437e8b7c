"""Lending, pausing, capping and announcing: in force from and until the right millisecond."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from redis import Redis

from dashboards.act.view import cards
from queue_service.access.rules.caller import Caller, IdempotencyKey
from queue_service.branches.rules.interventions import Intervention
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations import counters
from queue_service.days.rules.period import Period, period_of
from queue_service.errors import (
    CounterNotFound,
    IdempotencyKeyReused,
    Invalid,
    NotFound,
    Overlapping,
    QueueError,
    ServiceFull,
    ServiceNotFound,
    ServicePaused,
)
from queue_service.following.operations import FoundVisit, want
from queue_service.interventions import operations
from queue_service.interventions.rules import KEPT_MS, LONGEST_TEXT, Wanted
from queue_service.notes.operations import add_note, notes_in, remove_note
from queue_service.notes.rules import MOST_NOTES
from queue_service.store.redis_store import RedisStore
from queue_service.tables.writing import Writing
from queue_service.visits.operations import calling, issuing
from queue_service.visits.operations import visits as verbs
from queue_service.visits.operations.errands import add_errand
from queue_service.visits.rules.visit import Errand
from tests.desks import KIOSK, MORNING, Desk, document

SUPERVISOR = Caller("supervisor-account", "supervisor")
HOUR = 3600


def begin(desk: Desk, kind: Any, key: str | None = None, **wanted: Any) -> Intervention:
    """Begin an intervention now, as a supervisor."""
    kept = IdempotencyKey(SUPERVISOR.id, key, kind) if key else None
    command = desk.command()._replace(caller=SUPERVISOR, idempotency=kept)
    return operations.begin(desk.queue, command, Wanted(kind, **wanted)).one


def end(desk: Desk, one: Intervention) -> Intervention:
    """End it now."""
    command = desk.command()._replace(caller=SUPERVISOR)
    return operations.end(desk.queue, command, one.id).one


def by_kiosk(desk: Desk, service: str = "pas") -> str:
    """A ticket from a kiosk, now: its number."""
    command = desk.command()._replace(caller=KIOSK)
    return issuing.issue(desk.queue, command, service).visit.number


def noted(desk: Desk) -> list[tuple[str, str]]:
    """The notes of the day in English and Danish."""
    day: Period = period_of("day", "2026-11-25")
    return [(n.said("en"), n.said("da")) for n in notes_in(desk.queue, desk.branch, day)]


def test_a_lent_counter_takes_more_until_its_end(desk: Desk) -> None:
    desk.open("1", "library")
    desk.issue("pas")
    assert desk.next("1") is None
    lent = begin(desk, "lend_counter", counter="1", team="citizen", until="10:00")
    assert (lent.ends, lent.asked_by) == (MORNING + HOUR * 1000, "supervisor")
    view = counters.view(desk.queue, desk.command(), "1")
    assert view.services == ("pas", "korekort", "turist", "gammel")
    assert view.team == "library"  # who sits there is still who sits there
    assert desk.state().queues[0].taken
    visit = desk.called("1").visit
    verbs.start(desk.queue, desk.command(), visit.id)
    desk.issue("pas")
    # A visit that is served at the end is finished there.
    desk.later(HOUR - 0.001)
    assert desk.state().queues[0].taken
    desk.later(0.001)
    assert not desk.state().queues[0].taken
    assert desk.state().interventions == ()
    verbs.complete(desk.queue, desk.command(), visit.id, "resolved")
    assert desk.next("1") is None
    assert counters.view(desk.queue, desk.command(), "1").services == ("turist",)


def test_a_counter_lent_to_a_team_that_is_gone_takes_its_own(desk: Desk) -> None:
    desk.open("1", "library")
    begin(desk, "lend_counter", counter="1", team="citizen")
    teams = [team for team in document()["teams"] if team["id"] != "citizen"]
    put_branch(desk.queue, desk.branch, document(teams=teams, historic=True))
    assert counters.view(desk.queue, desk.command(), "1").services == ("turist",)


@pytest.mark.parametrize("other", ["turist", ""], ids=["another waits", "nobody else waits"])
def test_a_call_goes_by_the_clock_of_the_store(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    week = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    hours = {day: [["00:00", "24:00"]] for day in week}
    put_branch(queue, "bagud", document(opening_hours=hours))
    command = Command("bagud", SUPERVISOR)
    counters.open_counter(queue, command, "2")
    issuing.issue(queue, command, "korekort")
    operations.begin(queue, command, Wanted("lend_counter", counter="2", services=("korekort",)))
    if other:
        issuing.issue(queue, command, other)
    # Some seconds before, the counter was not lent.
    monkeypatch.setattr("queue_service.branches.store.time", lambda: queue.store.time() / 1000 - 5)
    answer = calling.call_next(queue, command, "2").answer
    assert answer is not None
    assert answer.visit.service == "korekort"


def test_a_counter_lent_for_services_and_taken_back(desk: Desk) -> None:
    desk.open("2")
    desk.issue("korekort")
    assert desk.next("2") is None
    lent = begin(desk, "lend_counter", counter="2", services=("korekort",))
    assert lent.until == "day"
    end(desk.later(60), lent)
    assert desk.next("2") is None
    begin(desk, "lend_counter", counter="2", services=("korekort",))
    assert desk.called("2").visit.service == "korekort"


def test_a_paused_service_gives_no_number_at_a_kiosk(desk: Desk) -> None:
    paused = begin(desk, "pause_service", services=("pas",), until="10:00")
    with pytest.raises(ServicePaused) as refused:
        by_kiosk(desk.later(HOUR - 0.001))
    assert refused.value.extra["until"] == "2026-11-25T09:00:00.000Z"
    assert desk.issue("pas").visit.number == "A001"  # the staff still may
    assert by_kiosk(desk, "turist") == "C001"
    kiosk = desk.command()._replace(caller=KIOSK)
    own = issuing.issue(desk.queue, kiosk, "turist").visit.id
    for wanted in (
        lambda: issuing.issue(desk.queue, kiosk, "turist", errands=[Errand("pas")]),
        lambda: add_errand(desk.queue, kiosk, own, "pas"),
        lambda: want(desk.queue, FoundVisit(desk.branch, own), "pas", 1, at=desk.command().at),
    ):
        with pytest.raises(ServicePaused):
            wanted()
    added = add_errand(desk.queue, desk.command(), own, "pas").visit  # the staff
    assert added.errands == (Errand("pas"),)
    want(desk.queue, FoundVisit(desk.branch, own), "pas", 0, at=desk.command().at)
    assert by_kiosk(desk.later(0.001)) == "A002"
    assert end(desk, paused) == paused  # it is over already


def test_a_cap_counts_what_kiosks_have_issued_before(desk: Desk) -> None:
    by_kiosk(desk)
    by_kiosk(desk, "turist")
    desk.issue("pas")  # by a clerk: not counted
    capped = begin(desk, "cap_service", services=("pas",), limit=3)
    assert [by_kiosk(desk), by_kiosk(desk)] == ["A003", "A004"]
    assert desk.events()[-1] == "branch.state_changed"
    events = len(desk.events())
    with pytest.raises(ServiceFull):
        by_kiosk(desk)
    assert len(desk.events()) == events
    assert desk.state().kiosk_issued["pas"] == 3
    assert desk.issue("pas").visit.number == "A005"
    end(desk, capped)
    assert by_kiosk(desk) == "A006"
    again = begin(desk, "cap_service", services=("pas",), limit=5)
    assert by_kiosk(desk) == "A007"
    with pytest.raises(ServiceFull):
        by_kiosk(desk)
    assert by_kiosk(desk.later(7 * 24 * HOUR))  # it was for the day
    assert end(desk, again).ended_at is None


@pytest.mark.parametrize(
    ("until", "reported"), [("16:59", "says when it gives more"), ("17:00", "says “no more today”")]
)
def test_a_full_cap_is_shown_as_on_the_kiosk(desk: Desk, until: str, reported: str) -> None:
    begin(desk, "cap_service", services=("pas",), limit=0, until=until)
    (card,) = cards(operations.listed(desk.queue, desk.command()), {}, Writing("en"))
    assert card.lines[0].startswith("0 is reached (0 given). The kiosk")
    assert reported in card.lines[0]


def test_a_cap_counts_a_ticket_once_for_its_own_service(desk: Desk) -> None:
    begin(desk, "cap_service", services=("pas",), limit=2)
    command = desk.command()._replace(caller=KIOSK)
    errand = (Errand("pas"),)
    issuing.issue(desk.queue, command, "turist", errands=errand)
    issuing.issue(desk.queue, command, "pas", people=2, errands=(Errand("turist"),))
    assert desk.state().kiosk_issued["pas"] == 1
    own = issuing.issue(desk.queue, command, "turist", errands=errand).visit
    assert own.errands == errand  # the last but one
    by_kiosk(desk)
    with pytest.raises(ServiceFull):
        by_kiosk(desk)
    other = issuing.issue(desk.queue, command, "turist").visit.id
    for wanted in (
        lambda: issuing.issue(desk.queue, command, "turist", errands=errand),
        lambda: add_errand(desk.queue, command, other, "pas"),
        lambda: want(desk.queue, FoundVisit(desk.branch, other), "pas", 1, at=desk.command().at),
    ):
        with pytest.raises(ServiceFull):
            wanted()
    assert desk.state().kiosk_issued["pas"] == 2
    # More people for a service that the number is for already are no further number.
    assert add_errand(desk.queue, command, own.id, "pas", 3).visit.errands == (Errand("pas", 3),)
    assert add_errand(desk.queue, desk.command(), other, "pas").visit.errands == errand  # the staff
    want(desk.queue, FoundVisit(desk.branch, other), "pas", 0, at=desk.command().at)


@pytest.mark.parametrize(
    ("after_ms", "numbers"),
    [(-1, {"pas": "A012", "turist": "C004"}), (0, {"pas": "A012"})],
    ids=["still said", "over"],
)
def test_numbers_of_other_services_are_said_on(
    desk: Desk, after_ms: int, numbers: dict[str, str]
) -> None:
    both = begin(desk, "not_today", numbers={"pas": "A010", "turist": "C004"})
    korekort = begin(desk, "not_today", numbers={"korekort": "B002"})
    if after_ms >= 0:
        end(desk, both)
    one = begin(desk.later(after_ms + 1), "not_today", numbers={"pas": "A012"})
    assert one.numbers == numbers
    assert all(number in one.texts["da"] for number in numbers.values())
    assert {i.id for i in desk.state().interventions} == {one.id, korekort.id}


def test_a_cap_of_none_is_full_at_once(desk: Desk) -> None:
    begin(desk, "cap_service", services=("pas",), limit=0)
    with pytest.raises(ServiceFull):
        by_kiosk(desk)


def test_never_one_more_than_the_cap_from_many_kiosks(desk: Desk, redis_client: Redis) -> None:
    begin(desk, "cap_service", services=("pas",), limit=10)

    def press(kiosk: int) -> bool:
        queue = Queue(RedisStore(redis_client))
        caller = Caller(f"kiosk-{kiosk}", "kiosk")
        try:
            issuing.issue(queue, Command(desk.branch, caller, None, MORNING), "pas")
        except ServiceFull:
            return False
        return True

    with ThreadPoolExecutor(32) as kiosks:
        assert sum(kiosks.map(press, range(64))) == 10
    assert desk.state().today["issued"] == 10


def test_a_counter_is_asked_to_open_until_it_is(desk: Desk) -> None:
    asked = begin(desk, "open_counter", counter="3", team="citizen", until="closing")
    assert asked.ends == MORNING + 8 * HOUR * 1000
    assert [one.id for one in desk.state().interventions] == [asked.id]
    tag = desk.state().tag
    desk.open("3", "citizen")
    assert desk.state().interventions == ()
    assert desk.state().tag != tag


def test_an_announcement_ends_with_the_day_at_the_latest(desk: Desk) -> None:
    reported = begin(desk, "announcement", texts={"da": " Elevatoren  virker ikke "})
    assert reported.texts == {"da": "Elevatoren virker ikke"}
    assert reported.screens == ("kiosk", "display")
    tag = desk.state().tag
    desk.later(15 * HOUR - 0.001)
    assert desk.state().interventions == (reported,)
    desk.later(0.001)
    assert desk.state().interventions == ()
    assert desk.state().tag != tag


@pytest.mark.parametrize(
    ("kind", "wanted", "error", "field"),
    [
        ("lend_counter", {"team": "citizen"}, Invalid, "counter"),
        ("lend_counter", {"counter": "9", "team": "citizen"}, CounterNotFound, None),
        ("lend_counter", {"counter": "1"}, Invalid, "team"),
        ("lend_counter", {"counter": "1", "team": "none"}, Invalid, "team"),
        ("lend_counter", {"counter": "1", "services": ("x",)}, ServiceNotFound, None),
        ("lend_counter", {"counter": "1", "team": "citizen", "limit": 1}, Invalid, "limit"),
        ("pause_service", {}, Invalid, "service"),
        ("pause_service", {"services": ("pas",), "until": "09:00"}, Invalid, "until"),
        ("cap_service", {"services": ("pas",)}, Invalid, "limit"),
        ("cap_service", {"services": ("pas", "turist"), "limit": 1}, Invalid, "service"),
        ("carry_over", {"until": "12:00"}, Invalid, "until"),
        ("announcement", {}, Invalid, "texts.da"),
        ("announcement", {"texts": {"da": "x" * (LONGEST_TEXT + 1)}}, Invalid, "texts.da"),
        ("announcement", {"texts": {"da": "x", "sv": "x"}}, Invalid, "texts.sv"),
    ],
)
def test_an_invalid_request_leaves_no_trace(
    desk: Desk, kind: str, wanted: dict[str, Any], error: type[QueueError], field: str | None
) -> None:
    events = desk.events()
    with pytest.raises(error) as refused:
        begin(desk, kind, **wanted)
    if field:
        faults: Any = refused.value.extra["errors"]
        assert faults[0]["field"] == field
    assert desk.events() == events
    assert noted(desk) == []


@pytest.mark.parametrize(("ms_before", "refused"), [(1, False), (0, True)])
def test_at_its_closing_a_branch_does_not_close_any_more(
    desk: Desk, ms_before: int, refused: bool
) -> None:
    desk.later(8 * HOUR - ms_before / 1000)
    if refused:
        with pytest.raises(Invalid, match="leave the end open"):
            begin(desk, "pause_service", services=("pas",), until="closing")
    else:
        one = begin(desk, "pause_service", services=("pas",), until="closing")
        assert one.ends == MORNING + 8 * HOUR * 1000


@pytest.mark.parametrize(("ms_after", "kept"), [(-1, True), (0, False)])
def test_ended_interventions_are_kept_for_a_while(desk: Desk, ms_after: int, kept: bool) -> None:
    first = end(desk, begin(desk, "pause_service", services=("pas",)))
    desk.later((KEPT_MS + ms_after) / 1000)
    second = begin(desk, "pause_service", services=("turist",))
    known = desk.queue.get(BranchStore).get(desk.branch).interventions
    assert [one.id for one in known] == ([first.id] if kept else []) + [second.id]


def test_two_of_a_kind_do_not_overlap(desk: Desk) -> None:
    first = begin(desk, "pause_service", services=("pas",))
    with pytest.raises(Overlapping) as refused:
        begin(desk, "pause_service", services=("turist", "pas"))
    assert refused.value.extra["intervention"] == first.id
    begin(desk, "pause_service", services=("turist",))
    end(desk.later(1), first)
    begin(desk, "pause_service", services=("pas",))


def test_a_repeated_request_does_nothing_twice(desk: Desk) -> None:
    first = begin(desk, "pause_service", "k", services=("pas",))
    assert begin(desk.later(1), "pause_service", "k", services=("pas",)) == first
    assert len(desk.state().interventions) == 1
    assert len(noted(desk)) == 1
    with pytest.raises(NotFound):
        operations.end(desk.queue, desk.command(), "nothing")
    end(desk, first)
    events = desk.events()
    assert end(desk.later(1), first).ended_at == MORNING + 1000
    assert desk.events() == events
    other = desk.command()._replace(idempotency=IdempotencyKey(SUPERVISOR.id, "k", "other"))
    with pytest.raises(IdempotencyKeyReused):
        operations.end(desk.queue, other, first.id)


def test_an_intervention_interrupted_after_its_commit_is_noted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_note(desk.queue, desk.branch, "2026-11-25", "weather", "Storm / blæst")
    monkeypatch.setattr(operations, "look_after", None)
    with pytest.raises(TypeError):
        begin(desk, "pause_service", services=("pas",), until="10:00")
    (one,) = desk.state().interventions
    assert [text for text, _ in noted(desk)] == [
        "No numbers from the kiosk for Pas, 9:00–10:00", "Storm / blæst",
    ]  # fmt: skip
    with pytest.raises(TypeError):
        end(desk.later(600), one)
    assert [text for text, _ in noted(desk)] == [
        "No numbers from the kiosk for Pas, 9:00–9:10", "Storm / blæst",
    ]  # fmt: skip


def test_automatic_notes_leave_room_for_written_ones(desk: Desk) -> None:
    for _ in range(MOST_NOTES):
        end(desk.later(300), begin(desk, "pause_service", services=("pas",)))
    for n in range(MOST_NOTES):
        add_note(desk.queue, desk.branch, "2026-11-25", "other", f"Nr. {n}")
    with pytest.raises(Invalid, match="Remove a note"):
        add_note(desk.queue, desk.branch, "2026-11-25", "other", "Een til")


def test_each_is_noted_on_its_day_in_every_language(desk: Desk) -> None:
    desk.later(5 * HOUR)
    paused = begin(desk, "pause_service", services=("pas",), until="15:00")
    assert noted(desk) == [
        (
            "No numbers from the kiosk for Pas, 14:00–15:00",
            "Ingen numre fra kiosken til Pas, 14.00–15.00",
        )
    ]
    end(desk.later(600), paused)
    assert noted(desk)[0][0] == "No numbers from the kiosk for Pas, 14:00–14:10"
    # Anyone who removes it has removed it.
    remove_note(desk.queue, desk.branch, "2026-11-25", paused.id)
    operations.look_after(desk.queue, desk.queue.get(BranchStore).get(desk.branch), MORNING)
    assert noted(desk) == []


@pytest.mark.parametrize(
    ("ms", "reported"),
    [(299_999, []), (300_000, ["No numbers from the kiosk for Pas, 14:00–14:05"])],
)
def test_an_intervention_undone_within_five_minutes_leaves_no_note(
    desk: Desk, ms: int, reported: list[str]
) -> None:
    desk.later(5 * HOUR)
    paused = begin(desk, "pause_service", services=("pas",), until="15:00")
    assert len(noted(desk)) == 1
    end(desk.later(ms / 1000), paused)
    assert [english for english, _ in noted(desk)] == reported
    # Notes written by people stay.
    add_note(desk.queue, desk.branch, "2026-11-25", "weather", "Storm")
    again = begin(desk, "pause_service", services=("turist",))
    end(desk.later(1), again)
    assert [english for english, _ in noted(desk)] == [*reported, "Storm"]


def test_replayed_days_are_changed_by_their_replay_alone(desk: Desk) -> None:
    here = Command(desk.branch, SUPERVISOR)
    with pytest.raises(Invalid, match="replayed days"):
        operations.begin(desk.queue, here, Wanted("pause_service", services=("pas",)))
    assert not operations.listed(desk.queue, desk.command()).interventions
    one = begin(desk, "pause_service", services=("pas",))
    with pytest.raises(Invalid, match="replayed days"):
        operations.end(desk.queue, here, one.id)
    assert not end(desk, one).in_force(MORNING)


def test_todays_kiosk_tickets_are_shown_before_a_cap(desk: Desk) -> None:
    by_kiosk(desk)
    desk.issue("pas")
    assert operations.kiosk_issued(desk.queue, desk.command()) == {"pas": 1}
