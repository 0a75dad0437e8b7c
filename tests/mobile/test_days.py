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
from tests.mobile.machines import BUS, BusAndServer, machines
from tests.mobile.packages import here

__all__ = ["machines"]


def test_days_are_sent_and_their_figures_are_the_same_everywhere(machines: BusAndServer) -> None:
    dates = [machines.play_day(3), machines.play_day(2, people=7)]
    machines.go_live()
    done = machines.send()
    assert (done.sent, done.problem, done.unsent) == (dates, "", [])
    for date in dates:
        assert machines.figures(machines.central, date) == machines.figures(machines.bus, date)
    assert machines.counters(machines.central) == machines.counters(machines.bus) != []


def test_delivered_data_is_not_sent_again(machines: BusAndServer) -> None:
    machines.play_day(3)
    machines.go_live()
    assert machines.send().sent
    before = machines.dump(without=(":mobile",))
    assert machines.send().sent == []
    assert machines.dump(without=(":mobile",)) == before


@pytest.mark.parametrize("answered", [False, True])
def test_a_round_that_is_cut_at_any_request_leaves_nothing_half(
    machines: BusAndServer, answered: bool
) -> None:
    dates = [machines.play_day(3), machines.play_day(2)]
    machines.go_live()
    requests = 6  # a contact, a part and an end for each day, and a contact
    for cut in range(1, requests + 1):
        machines.send(cut, answered=answered)
        for date in machines.central.get(MobileStore).marks(BUS):
            assert machines.figures(machines.central, date) == machines.figures(machines.bus, date)
    machines.send()
    assert [*machines.central.get(MobileStore).marks(BUS)] == dates
    assert machines.counters(machines.central) == machines.counters(machines.bus)


def test_the_running_day_is_on_the_central_servers_board(machines: BusAndServer) -> None:
    machines.go_live()
    open_counter(machines.bus, here(), "1")
    open_counter(machines.bus, here(), "3")
    for service in ("pas", "turist", "pas", "korekort"):
        issuing.issue(machines.bus, here(), service, channel="desk")
    called = calling.call_next(machines.bus, here(), "1").answer
    assert called is not None
    served = calling.call_next(machines.bus, here(), "3").answer
    assert served is not None
    visits.start(machines.bus, here(), served.visit.id)
    visits.park(machines.bus, here(), served.visit.id)
    give_feedback(machines.bus, here(), {"help": 5})
    machines.bus.store.client.hincrby(BranchKeys(BUS).saved(machines.date(0)), "09|pas", 1)
    machines.send()
    assert shown(machines, on_central=True) == shown(machines, on_central=False)
    visits.start(machines.bus, here(), called.visit.id)
    visits.complete(machines.bus, here(), called.visit.id, "resolved")
    machines.send()
    assert shown(machines, on_central=True) == shown(machines, on_central=False)
    date = machines.date(0)
    assert (
        machines.central.get(FeedbackStore).days(BUS, [date])
        == machines.bus.get(FeedbackStore).days(BUS, [date])
        != {}
    )
    assert (
        machines.central.get(PlaybookStore).saved(BUS, [date])
        == machines.bus.get(PlaybookStore).saved(BUS, [date])
        != {}
    )
    assert machines.counters(machines.central) == machines.counters(machines.bus)


def shown(machines: BusAndServer, *, on_central: bool) -> tuple[Any, ...]:
    found = state(machines.central if on_central else machines.bus, here())
    return found.queues, found.counters, found.calls, found.today, found.goals


def test_the_central_server_requests_a_day_again(machines: BusAndServer) -> None:
    date = machines.play_day(2)
    machines.go_live()
    machines.send()
    with pytest.raises(NotFound):
        receiving.ask_again(machines.central, BUS, machines.date(5))
    receiving.ask_again(machines.central, BUS, date)
    before = machines.counters(machines.central)
    assert machines.send().sent == [date]
    assert machines.counters(machines.central) == before


def test_a_day_that_is_not_whole_yet_leaves_the_figures_whole(machines: BusAndServer) -> None:
    desk = machines.desk(1)
    desk.issue()
    machines.go_live()
    began = machines.central.store.time()
    assert machines.send().unsent == []
    assert not machines.central.get(MobileStore).marks(BUS)[machines.date(1)].whole, (
        "somebody still waits there"
    )
    assert int(machines.central.get(MobileStore).known(BUS)["complete_until"]) >= began


def test_a_press_taken_back_after_it_was_sent_is_counted_as_on_the_bus(
    machines: BusAndServer,
) -> None:
    machines.go_live()
    open_counter(machines.bus, here(), "1")
    visit = issuing.serve(machines.bus, here(), "1", "pas").visit
    visits.complete(machines.bus, here(), visit.id, "resolved")
    gone = issuing.issue(machines.bus, here(), "turist", channel="desk").visit
    visits.abandon(machines.bus, here(), gone.id)
    machines.send()
    visits.undo(machines.bus, here(), visit.id)
    visits.complete(machines.bus, here(), visit.id, "referred")
    visits.undo(machines.bus, here(), gone.id)
    visits.abandon(machines.bus, here(), gone.id)
    machines.send()
    assert machines.counters(machines.central) == machines.counters(machines.bus)
    assert shown(machines, on_central=True) == shown(machines, on_central=False)


@pytest.mark.parametrize("document", [b"\xff\xfe", b'{"id": "cut o'])
def test_a_damaged_document_on_the_central_server_is_replaced(
    machines: BusAndServer, document: bytes
) -> None:
    date = machines.play_day(2)
    machines.go_live()
    machines.send()
    before = machines.counters(machines.central)
    damaged = machines.bus.get(VisitStore).of_day(BUS, date)[0]
    machines.central.store.client.set(BranchKeys(BUS).visit(damaged.id), document)
    receiving.ask_again(machines.central, BUS, date)
    assert machines.send().sent == [date]
    assert machines.figures(machines.central, date) == machines.figures(machines.bus, date)
    assert machines.counters(machines.central) == before


def test_answers_and_saved_visits_are_sent_from_a_day_without_a_visit(
    machines: BusAndServer,
) -> None:
    machines.go_live()
    give_feedback(machines.bus, here(), {"help": 5})
    today, before = machines.date(0), machines.date(1)
    machines.bus.store.client.hincrby(BranchKeys(BUS).saved(before), "09|pas", 1)
    counted = count_contact(machines.bus, here(), Contact("pas"), "1")
    assert machines.send().sent == [before, today]
    assert (
        machines.central.get(ContactStore).days(BUS, [today])
        == machines.bus.get(ContactStore).days(BUS, [today])
        != {}
    )
    undo_contact(machines.bus, here(), counted.id)
    assert machines.send().sent == [today]
    assert machines.central.get(ContactStore).days(BUS, [today]) == machines.bus.get(
        ContactStore
    ).days(BUS, [today])
    assert (
        machines.central.get(FeedbackStore).days(BUS, [today])
        == machines.bus.get(FeedbackStore).days(BUS, [today])
        != {}
    )
    assert (
        machines.central.get(PlaybookStore).saved(BUS, [before])
        == machines.bus.get(PlaybookStore).saved(BUS, [before])
        != {}
    )


def test_notes_of_interventions_are_sent_and_stay_away_after_their_removal(
    machines: BusAndServer,
) -> None:
    machines.go_live()
    today = machines.date(0)
    add_note(machines.bus, BUS, today, "weather", "Sne")
    add_note(machines.central, BUS, today, "event", "Marked")
    wanted = Wanted("announcement", texts={"da": "Bogbussen kører klokken tre"}, screens=("kiosk",))
    begun = interventions.begin(machines.bus, here(), wanted).one
    (noted,) = (
        note for note in machines.bus.get(NoteStore).all(BUS)[today] if note.kind == "intervention"
    )
    assert machines.send().sent == [today]
    on_central = machines.central.get(NoteStore).all(BUS)[today]
    assert [note for note in on_central if note.kind == "intervention"] == [noted]
    assert {note.text for note in on_central if note.kind != "intervention"} == {"Marked"}
    # Its end is in the same note.
    interventions.end(machines.bus, here(), begun.id)
    assert machines.send().sent == [today]
    (ended,) = (
        note for note in machines.bus.get(NoteStore).all(BUS)[today] if note.kind == "intervention"
    )
    assert ended in machines.central.get(NoteStore).all(BUS)[today]
    assert machines.send().sent == []
    remove_note(machines.central, BUS, today, ended.id)
    receiving.ask_again(machines.central, BUS, today)
    assert machines.send().sent == [today]
    assert {note.text for note in machines.central.get(NoteStore).all(BUS)[today]} == {"Marked"}
    # A visit that is removed on the bus stays on the central server: the bus may only have lost #
    # it.
    interventions.begin(machines.bus, here(), wanted)
    assert machines.send().sent == [today]
    on_bus = machines.bus.get(NoteStore).all(BUS)[today]
    (gone,) = (n for n in on_bus if n.kind == "intervention" and n.id != ended.id)
    remove_note(machines.bus, BUS, today, gone.id)
    receiving.ask_again(machines.central, BUS, today)
    assert machines.send().sent == [today]
    assert gone in machines.central.get(NoteStore).all(BUS)[today]


def test_paper_tickets_are_sent_once_and_known_on_the_central_server(
    machines: BusAndServer,
) -> None:
    """The paper may be entered again on the central server, once that runs the branch."""
    machines.go_live()
    date = machines.date(1)
    times: Any = {"taken": "9:00", "called": "9:04", "started": "9:05", "done": "9:15"}
    tickets = [Written(number, "pas", "completed", times, "resolved") for number in ("1-1", "1-2")]
    take_sheets(machines.bus, BUS, 1)
    enter(machines.bus, here(), date, tickets)
    assert machines.send().sent == [date]
    assert machines.figures(machines.central, date) == machines.figures(machines.bus, date)
    assert machines.counters(machines.central) == machines.counters(machines.bus) != []
    on_central = [visit.number for visit in entered(machines.central, BUS, date)[1]]
    assert on_central == ["1-1", "1-2"]
    remove(machines.bus, here(), date, "1-2")
    enter(machines.bus, here(), date, [tickets[1]._replace(outcome="referred")])
    assert machines.send().sent == [date]
    assert machines.figures(machines.central, date) == machines.figures(machines.bus, date)
    receiving.hand_over(machines.central, BUS, "home")
    before = machines.figures(machines.central, date)
    assert not any(row.new for row in enter(machines.central, here(), date, tickets).rows)
    # A day that was sent before its paper tickets were stored with it.
    machines.central.store.client.delete(BranchKeys(BUS).paper(date))
    assert not any(row.new for row in enter(machines.central, here(), date, tickets).rows)
    assert machines.figures(machines.central, date) == before
    assert [visit.number for visit in entered(machines.central, BUS, date)[1]] == on_central


def test_open_counters_are_on_the_central_servers_board_before_any_visit(
    machines: BusAndServer,
) -> None:
    machines.go_live()
    machines.send()
    for step in (open_counter, close_counter):
        step(machines.bus, here(), "1")
        assert machines.send().sent == [machines.date(0)]
        assert shown(machines, on_central=True) == shown(machines, on_central=False)
    assert machines.send().sent == []
