"""A bus' days are transferred exactly once, however often the connection breaks."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.board.operations.state import state
from queue_service.contacts.operations import count_contact, undo_contact
from queue_service.contacts.rules import Contact
from queue_service.contacts.store import ContactStore
from queue_service.counters.operations.counters import close_counter, open_counter
from queue_service.errors import NotFound
from queue_service.feedback.operations import give_feedback
from queue_service.feedback.store import FeedbackStore
from queue_service.interventions import operations as interventions
from queue_service.interventions.rules import Wanted
from queue_service.mobile.operations import receiving
from queue_service.mobile.store import MobileStore
from queue_service.notes.operations import add_note, remove_note
from queue_service.notes.store import NoteStore
from queue_service.paper.operations import enter, entered, remove, take_sheets
from queue_service.paper.rules import Written
from queue_service.playbook.store import PlaybookStore
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import calling, issuing, visits
from queue_service.visits.store.visit_store import VisitStore
from tests.mobile.packages import here
from tests.mobile.road import BUS, Road, road

__all__ = ["road"]


def test_days_are_sent_and_their_figures_are_the_same_everywhere(road: Road) -> None:
    dates = [road.drive(3), road.drive(2, people=7)]
    road.left()
    done = road.send()
    assert (done.sent, done.problem, done.unsent) == (dates, "", [])
    for date in dates:
        assert road.figures(road.home, date) == road.figures(road.bus, date)
    assert road.counters(road.home) == road.counters(road.bus) != []


def test_delivered_data_is_not_sent_again(road: Road) -> None:
    road.drive(3)
    road.left()
    assert road.send().sent
    before = road.dump(without=(":mobile",))
    assert road.send().sent == []
    assert road.dump(without=(":mobile",)) == before


@pytest.mark.parametrize("answered", [False, True])
def test_a_round_that_is_cut_at_any_request_leaves_nothing_half(road: Road, answered: bool) -> None:
    dates = [road.drive(3), road.drive(2)]
    road.left()
    requests = 6  # a contact, a part and an end for each day, and a contact
    for cut in range(1, requests + 1):
        road.send(cut, answered=answered)
        for date in road.home.get(MobileStore).marks(BUS):
            assert road.figures(road.home, date) == road.figures(road.bus, date)
    road.send()
    assert [*road.home.get(MobileStore).marks(BUS)] == dates
    assert road.counters(road.home) == road.counters(road.bus)


def test_the_running_day_is_on_the_central_servers_board(road: Road) -> None:
    road.left()
    open_counter(road.bus, here(), "1")
    open_counter(road.bus, here(), "3")
    for service in ("pas", "turist", "pas", "korekort"):
        issuing.issue(road.bus, here(), service, channel="desk")
    called = calling.call_next(road.bus, here(), "1").answer
    assert called is not None
    served = calling.call_next(road.bus, here(), "3").answer
    assert served is not None
    visits.start(road.bus, here(), served.visit.id)
    visits.park(road.bus, here(), served.visit.id)
    give_feedback(road.bus, here(), {"help": 5})
    road.bus.store.client.hincrby(BranchKeys(BUS).saved(road.date(0)), "09|pas", 1)
    road.send()
    assert shown(road, home=True) == shown(road, home=False)
    visits.start(road.bus, here(), called.visit.id)
    visits.complete(road.bus, here(), called.visit.id, "resolved")
    road.send()
    assert shown(road, home=True) == shown(road, home=False)
    date = road.date(0)
    assert (
        road.home.get(FeedbackStore).days(BUS, [date])
        == road.bus.get(FeedbackStore).days(BUS, [date])
        != {}
    )
    assert (
        road.home.get(PlaybookStore).saved(BUS, [date])
        == road.bus.get(PlaybookStore).saved(BUS, [date])
        != {}
    )
    assert road.counters(road.home) == road.counters(road.bus)


def shown(road: Road, *, home: bool) -> tuple[Any, ...]:
    found = state(road.home if home else road.bus, here())
    return found.queues, found.counters, found.calls, found.today, found.goals


def test_the_central_server_requests_a_day_again(road: Road) -> None:
    date = road.drive(2)
    road.left()
    road.send()
    with pytest.raises(NotFound):
        receiving.ask_again(road.home, BUS, road.date(5))
    receiving.ask_again(road.home, BUS, date)
    before = road.counters(road.home)
    assert road.send().sent == [date]
    assert road.counters(road.home) == before


def test_a_day_that_is_not_whole_yet_leaves_the_figures_whole(road: Road) -> None:
    desk = road.desk(1)
    desk.issue()
    road.left()
    began = road.home.store.time()
    assert road.send().unsent == []
    assert not road.home.get(MobileStore).marks(BUS)[road.date(1)].whole, (
        "somebody still waits there"
    )
    assert int(road.home.get(MobileStore).known(BUS)["complete_until"]) >= began


def test_a_press_taken_back_after_it_was_sent_is_counted_as_on_the_bus(road: Road) -> None:
    road.left()
    open_counter(road.bus, here(), "1")
    visit = issuing.serve(road.bus, here(), "1", "pas").visit
    visits.complete(road.bus, here(), visit.id, "resolved")
    gone = issuing.issue(road.bus, here(), "turist", channel="desk").visit
    visits.abandon(road.bus, here(), gone.id)
    road.send()
    visits.undo(road.bus, here(), visit.id)
    visits.complete(road.bus, here(), visit.id, "referred")
    visits.undo(road.bus, here(), gone.id)
    visits.abandon(road.bus, here(), gone.id)
    road.send()
    assert road.counters(road.home) == road.counters(road.bus)
    assert shown(road, home=True) == shown(road, home=False)


@pytest.mark.parametrize("document", [b"\xff\xfe", b'{"id": "cut o'])
def test_a_damaged_document_on_the_central_server_is_replaced(road: Road, document: bytes) -> None:
    date = road.drive(2)
    road.left()
    road.send()
    before = road.counters(road.home)
    damaged = road.bus.get(VisitStore).of_day(BUS, date)[0]
    road.home.store.client.set(BranchKeys(BUS).visit(damaged.id), document)
    receiving.ask_again(road.home, BUS, date)
    assert road.send().sent == [date]
    assert road.figures(road.home, date) == road.figures(road.bus, date)
    assert road.counters(road.home) == before


def test_answers_and_saved_visits_are_sent_from_a_day_without_a_visit(road: Road) -> None:
    road.left()
    give_feedback(road.bus, here(), {"help": 5})
    today, before = road.date(0), road.date(1)
    road.bus.store.client.hincrby(BranchKeys(BUS).saved(before), "09|pas", 1)
    counted = count_contact(road.bus, here(), Contact("pas"), "1")
    assert road.send().sent == [before, today]
    assert (
        road.home.get(ContactStore).days(BUS, [today])
        == road.bus.get(ContactStore).days(BUS, [today])
        != {}
    )
    undo_contact(road.bus, here(), counted.id)
    assert road.send().sent == [today]
    assert road.home.get(ContactStore).days(BUS, [today]) == road.bus.get(ContactStore).days(
        BUS, [today]
    )
    assert (
        road.home.get(FeedbackStore).days(BUS, [today])
        == road.bus.get(FeedbackStore).days(BUS, [today])
        != {}
    )
    assert (
        road.home.get(PlaybookStore).saved(BUS, [before])
        == road.bus.get(PlaybookStore).saved(BUS, [before])
        != {}
    )


def test_notes_of_interventions_are_sent_and_stay_away_after_their_removal(road: Road) -> None:
    road.left()
    today = road.date(0)
    add_note(road.bus, BUS, today, "weather", "Sne")
    add_note(road.home, BUS, today, "event", "Marked")
    wanted = Wanted("announcement", texts={"da": "Bogbussen kører klokken tre"}, screens=("kiosk",))
    begun = interventions.begin(road.bus, here(), wanted).one
    (noted,) = (
        note for note in road.bus.get(NoteStore).all(BUS)[today] if note.kind == "intervention"
    )
    assert road.send().sent == [today]
    at_home = road.home.get(NoteStore).all(BUS)[today]
    assert [note for note in at_home if note.kind == "intervention"] == [noted]
    assert {note.text for note in at_home if note.kind != "intervention"} == {"Marked"}
    # Its end is in the same note.
    interventions.end(road.bus, here(), begun.id)
    assert road.send().sent == [today]
    (ended,) = (
        note for note in road.bus.get(NoteStore).all(BUS)[today] if note.kind == "intervention"
    )
    assert ended in road.home.get(NoteStore).all(BUS)[today]
    assert road.send().sent == []
    remove_note(road.home, BUS, today, ended.id)
    receiving.ask_again(road.home, BUS, today)
    assert road.send().sent == [today]
    assert {note.text for note in road.home.get(NoteStore).all(BUS)[today]} == {"Marked"}
    # A visit that is removed on the bus stays on the central server: the bus may only have lost #
    # it.
    interventions.begin(road.bus, here(), wanted)
    assert road.send().sent == [today]
    on_bus = road.bus.get(NoteStore).all(BUS)[today]
    (gone,) = (n for n in on_bus if n.kind == "intervention" and n.id != ended.id)
    remove_note(road.bus, BUS, today, gone.id)
    receiving.ask_again(road.home, BUS, today)
    assert road.send().sent == [today]
    assert gone in road.home.get(NoteStore).all(BUS)[today]


def test_paper_tickets_are_sent_once_and_known_on_the_central_server(road: Road) -> None:
    """The paper may be entered again on the central server, once that runs the branch."""
    road.left()
    date = road.date(1)
    times: Any = {"taken": "9:00", "called": "9:04", "started": "9:05", "done": "9:15"}
    tickets = [Written(number, "pas", "completed", times, "resolved") for number in ("1-1", "1-2")]
    take_sheets(road.bus, BUS, 1)
    enter(road.bus, here(), date, tickets)
    assert road.send().sent == [date]
    assert road.figures(road.home, date) == road.figures(road.bus, date)
    assert road.counters(road.home) == road.counters(road.bus) != []
    at_home = [visit.number for visit in entered(road.home, BUS, date)[1]]
    assert at_home == ["1-1", "1-2"]
    remove(road.bus, here(), date, "1-2")
    enter(road.bus, here(), date, [tickets[1]._replace(outcome="referred")])
    assert road.send().sent == [date]
    assert road.figures(road.home, date) == road.figures(road.bus, date)
    receiving.hand_over(road.home, BUS, "home")
    before = road.figures(road.home, date)
    assert not any(row.new for row in enter(road.home, here(), date, tickets).rows)
    # A day that was sent before its paper tickets were stored with it.
    road.home.store.client.delete(BranchKeys(BUS).paper(date))
    assert not any(row.new for row in enter(road.home, here(), date, tickets).rows)
    assert road.figures(road.home, date) == before
    assert [visit.number for visit in entered(road.home, BUS, date)[1]] == at_home


def test_open_counters_are_on_the_central_servers_board_before_any_visit(road: Road) -> None:
    road.left()
    road.send()
    for step in (open_counter, close_counter):
        step(road.bus, here(), "1")
        assert road.send().sent == [road.date(0)]
        assert shown(road, home=True) == shown(road, home=False)
    assert road.send().sent == []
