"""A bus' branch runs on the bus, or on the central server after a take-over, and never long on
both."""

from __future__ import annotations

import pytest
from redis import Redis

from queue_service.access.rules.caller import Caller
from queue_service.alerts.operations.alerts import check_branch
from queue_service.alerts.operations.subscriptions import subscribe
from queue_service.alerts.store import AlertStore
from queue_service.audit.store import AuditReader, Search
from queue_service.board.operations.board import Boards
from queue_service.board.store import BoardStore
from queue_service.branches.store import BranchStore
from queue_service.closing.operations.automatic_closing import close_days
from queue_service.closing.operations.day_end import close_day
from queue_service.command import Command, Queue
from queue_service.configuration.archiving import archive
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations.counters import close_counter, open_counter
from queue_service.counters.store import CounterStore
from queue_service.errors import BranchArchived, BranchElsewhere, BranchTakenOver, InUse, NotFound
from queue_service.feedback.operations import give_feedback
from queue_service.feedback.store import FeedbackStore
from queue_service.language.wording import Wording
from queue_service.mobile.operations import receiving, sending
from queue_service.mobile.operations.state import mobile_state
from queue_service.mobile.store import MobileStore
from queue_service.mobile.text import heard, no_branch_yet, reached, trouble, warnings
from queue_service.playbook.operations import save_visit
from queue_service.runtime.settings import Settings
from queue_service.store.keys import MACHINE, BranchKeys
from queue_service.store.redis_store import RedisStore
from queue_service.visits.operations import calling, issuing, visits
from queue_service.visits.operations.listing import visits_of_today
from queue_service.visits.store.visit_store import VisitStore
from tests.alerts.alerting import LEADER, MAIL
from tests.desks import document
from tests.mobile.machines import BUS, BusAndServer, machines
from tests.mobile.packages import here
from tests.web.service import ALWAYS

__all__ = ["machines"]

ADMIN = Caller("acc_1", "admin", kind="account", name="chef")
LATER = 9_999_999_999_999


def test_the_central_server_does_not_run_what_a_bus_runs(machines: BusAndServer) -> None:
    open_counter(machines.central, here(), "1")
    machines.go_live()
    assert machines.send().problem.startswith(
        "The central server still has open visits or counters"
    ), "not yet"
    close_day(machines.central, here())
    assert machines.send().problem == ""
    with pytest.raises(BranchElsewhere):
        issuing.issue(machines.central, here(), "pas", channel="desk")
    with pytest.raises(BranchElsewhere):
        issuing.serve(machines.central, here(), "1", "pas")
    with pytest.raises(BranchElsewhere):
        calling.call_next(machines.central, here(), "1")
    with pytest.raises(BranchElsewhere):
        open_counter(machines.central, here(), "1")
    with pytest.raises(BranchElsewhere):
        close_day(machines.central, here())
    with pytest.raises(BranchElsewhere):
        give_feedback(machines.central, here(), {"help": 5})
    with pytest.raises(BranchElsewhere):
        save_visit(machines.central, here(), "pas")
    visit = issuing.issue(machines.bus, here(), "pas", channel="desk").visit
    machines.send()
    with pytest.raises(BranchElsewhere):
        visits.abandon(machines.central, here(), visit.id)
    close_days(machines.central)
    assert machines.central.get(VisitStore).open_visits(BUS) != []


def test_an_administrator_hands_the_branch_to_the_central_server_and_the_bus_still_sends(
    machines: BusAndServer,
) -> None:
    machines.go_live()
    with pytest.raises(NotFound):
        receiving.hand_over(machines.central, BUS, "home")
    kept = issuing.issue(machines.bus, here(), "pas", channel="desk").visit
    machines.send()
    receiving.hand_over(machines.central, BUS, "home")
    visits.abandon(machines.central, here(), kept.id)
    own = issuing.issue(machines.central, here(), "pas", channel="desk").visit
    assert own.number == "A102", "a bus that has no line may go on giving numbers"
    more = issuing.issue(machines.bus, here(), "pas", channel="desk").visit
    assert more.number == "A002"
    late = issuing.issue(machines.bus, here(), "turist", channel="desk").visit
    assert machines.send().sent == [machines.date(0)]
    found = {v.id: v.state for v in machines.central.get(VisitStore).of_day(BUS, machines.date(0))}
    waiting = dict.fromkeys([own.id, more.id, late.id], "waiting")
    assert found == {kept.id: "abandoned", **waiting}
    assert machines.central.get(BoardStore).ids(BUS, machines.date(0))
    visits.abandon(machines.central, here(), own.id)
    receiving.hand_over(machines.central, BUS, "bus")
    with pytest.raises(BranchElsewhere):
        issuing.issue(machines.central, here(), "pas", channel="desk")


def test_a_branch_is_archived_on_the_central_server_once_it_runs_there(
    machines: BusAndServer,
) -> None:
    machines.go_live()
    machines.send()
    with pytest.raises(BranchElsewhere):
        archive(machines.central, BUS)
    receiving.hand_over(machines.central, BUS, "home")
    assert archive(machines.central, BUS).branch.archived
    machines.send()
    with pytest.raises(BranchArchived):
        issuing.issue(machines.bus, here(), "pas", channel="desk")


def test_each_handing_over_is_in_the_audit_log_once(machines: BusAndServer) -> None:
    machines.go_live()
    with pytest.raises(NotFound):
        receiving.hand_over(machines.central, BUS, "home", by=ADMIN)
    machines.send()
    for to in ("home", "home", "bus"):
        receiving.hand_over(machines.central, BUS, to, by=ADMIN)
    found = machines.central.get(AuditReader).latest(Search(0, LATER), None)
    entries = [each.entry for each in found if each.entry.action == "branch.handed_over"]
    assert [(e.target, e.name, e.branch, e.result) for e in entries] == [
        ("bus", "chef", BUS, "done"),
        ("home", "chef", BUS, "done"),
    ]


def test_a_bus_that_was_taken_over_learns_it_at_the_next_contact_and_issues_no_more(
    machines: BusAndServer,
) -> None:
    machines.go_live()
    open_counter(machines.bus, here(), "1")
    issuing.issue(machines.bus, here(), "turist", channel="desk")
    kept = issuing.issue(machines.bus, here(), "korekort", channel="desk").visit
    machines.send()
    receiving.hand_over(machines.central, BUS, "home")
    own = issuing.issue(machines.central, here(), "pas", channel="desk").visit
    meanwhile = [issuing.issue(machines.bus, here(), "pas", channel="desk").visit for _ in range(2)]
    assert machines.send().sent == [machines.date(0)]
    present = mobile_state(
        machines.bus, machines.bus.get(BranchStore).current(BUS), machines.bus.store.time()
    )
    assert present is not None
    sentence = "The central server runs this branch now: new numbers are issued there."
    branch = machines.bus.get(BranchStore).current(BUS)
    assert heard(present, branch, machines.bus.store.time(), Wording("en")).endswith(
        f". {sentence}"
    )
    assert reached(machines.bus.get(MobileStore).known(BUS), branch).endswith(f". {sentence}")
    with pytest.raises(BranchTakenOver, match="is run on the central server now"):
        issuing.issue(machines.bus, here(), "pas", channel="desk")
    with pytest.raises(BranchTakenOver):
        issuing.serve(machines.bus, here(), "1", "pas")
    # Citizens with a number there are served there to the end, and the central server receives
    # that.
    called = calling.call_next(machines.bus, here(), "1").answer
    assert called is not None
    visits.start(machines.bus, here(), called.visit.id)
    visits.complete(machines.bus, here(), called.visit.id, "resolved")
    visits.abandon(machines.bus, here(), meanwhile[1].id)
    machines.send()
    found = {
        v.number: v.state for v in machines.central.get(VisitStore).of_day(BUS, machines.date(0))
    }
    assert found == {
        "C001": "completed", "B001": "waiting",
        "A001": "waiting", "A002": "abandoned", own.number: "waiting",
    }  # fmt: skip
    close_day(machines.central, here(), force=True)
    receiving.hand_over(machines.central, BUS, "bus")
    assert machines.send().sent == [machines.date(0)], (
        "the central server has ended visits of the bus"
    )
    waiting = {kept.id, meanwhile[0].id}
    assert {v.id for v in machines.central.get(VisitStore).open_visits(BUS)} == waiting
    assert issuing.issue(machines.bus, here(), "pas", channel="desk").visit.number == "A003"


def test_visits_continued_on_the_bus_leave_a_central_server_that_took_over(
    machines: BusAndServer,
) -> None:
    machines.go_live()
    open_counter(machines.bus, here(), "1")
    called = issuing.issue(machines.bus, here(), "pas", channel="desk").visit
    waits = issuing.issue(machines.bus, here(), "pas", channel="desk").visit
    assert calling.call_next(machines.bus, here(), "1").answer
    machines.send()
    receiving.hand_over(machines.central, BUS, "home")
    visits.start(machines.bus, here(), called.id)
    visits.complete(machines.bus, here(), called.id, "resolved")
    assert calling.call_next(machines.bus, here(), "1").answer
    assert machines.send().problem == ""
    assert machines.central.get(VisitStore).open_visits(BUS) == []
    own = issuing.issue(machines.central, here(), "pas", channel="desk").visit
    answer = calling.call_next(machines.central, here(), "1").answer
    assert answer is not None
    assert answer.visit.id == own.id, "and nobody of the bus"
    assert waits.id not in {v.id for v in machines.central.get(VisitStore).open_visits(BUS)}


def test_the_central_server_gives_back_no_visit_that_is_at_a_counter(
    machines: BusAndServer,
) -> None:
    machines.go_live()
    machines.send()
    receiving.hand_over(machines.central, BUS, "home")
    own = issuing.issue(machines.central, here(), "pas", channel="desk").visit
    before = machines.dump()
    with pytest.raises(InUse, match="close the day there first"):
        receiving.hand_over(machines.central, BUS, "bus")
    assert machines.dump() == before
    visits.abandon(machines.central, here(), own.id)
    open_counter(machines.central, here(), "1")
    with pytest.raises(InUse):
        receiving.hand_over(machines.central, BUS, "bus")
    close_day(machines.central, here())
    receiving.hand_over(machines.central, BUS, "bus")
    assert machines.central.get(MobileStore).run_by(BUS) == "bus"


def test_two_machines_with_one_token_are_not_mixed_up(machines: BusAndServer) -> None:
    date = machines.play_day(2)
    machines.go_live()
    machines.send()
    machines.bus.store.client.set(MACHINE, "0" * 32)  # as another machine has it
    before = machines.dump()
    assert machines.send().problem.startswith("Another machine sends the days of this branch.")
    assert machines.dump() == before
    for to in ("home", "bus"):
        receiving.hand_over(machines.central, BUS, to)
    assert machines.send().problem == ""
    assert [*machines.central.get(MobileStore).marks(BUS)] == [date]


def test_answers_of_a_machine_that_is_replaced_or_restored_stay(machines: BusAndServer) -> None:
    machines.go_live()
    give_feedback(machines.bus, here(), {"help": 5})
    open_counter(machines.bus, here(), "1")
    machines.send()
    date = machines.date(0)
    counts = machines.central.get(FeedbackStore).days(BUS, [date])
    machines.bus.store.client.delete(BranchKeys(BUS).feedback(date))
    machines.bus.get(MobileStore).note(BUS, restored_on=date)
    assert machines.send().sent == [date]
    assert machines.central.get(FeedbackStore).days(BUS, [date]) == counts, (
        "it was restored from a backup"
    )
    receiving.hand_over(machines.central, BUS, "home")
    close_day(machines.central, here(), force=True)
    receiving.hand_over(machines.central, BUS, "bus")
    machines.bus.store.client.set(MACHINE, "0" * 32)  # as another machine has it
    give_feedback(machines.bus, Command(BUS, Caller("other-terminal", "kiosk")), {"help": 5})
    machines.send()
    twice = {f: str(2 * int(n)) for f, n in counts[date].items()}
    assert machines.central.get(FeedbackStore).days(BUS, [date])[date] == twice


def test_a_number_of_the_bus_is_called_on_the_central_server_only_by_choice(
    machines: BusAndServer,
) -> None:
    stop = {"id": "torvet", "name": {"da": "Torvet"}, "hours": ALWAYS}
    put_branch(machines.central, BUS, document(name="Bogbussen", stops=[stop]))
    machines.go_live()
    known = issuing.issue(machines.bus, here(), "pas", channel="desk").visit
    machines.send()
    receiving.hand_over(machines.central, BUS, "home")
    later = issuing.issue(machines.bus, here(), "pas", channel="desk").visit
    last = issuing.issue(machines.bus, here(), "pas", channel="desk").visit
    machines.send()
    open_counter(machines.central, here(), "1")
    assert calling.call_next(machines.central, here(), "1").answer is None
    # No counter on the central server may call these three, so that no free counter keeps them
    # waiting.
    subscribe(machines.central, BUS, LEADER, MAIL)
    check_branch(machines.central, here())
    assert Boards(machines.central).board(here()).notices == ()
    assert machines.central.get(AlertStore).read(BUS)[0].holds == {}
    assert {ticket.ahead for ticket in Boards(machines.central).board(here()).new_tickets} == {0}
    own = issuing.issue(machines.central, here(), "pas", channel="desk").visit
    positions = {
        a.visit.id: a.position for a in visits_of_today(machines.central, BUS, state="waiting")
    }
    assert positions == {known.id: None, later.id: None, last.id: None, own.id: 0}
    check_branch(machines.central, here())
    assert [*machines.central.get(AlertStore).read(BUS)[0].holds] == ["wait:"]
    assert {ticket.ahead for ticket in Boards(machines.central).board(here()).new_tickets} == {1}
    answer = calling.call_next(machines.central, here(), "1").answer
    assert answer is not None
    assert answer.visit.id == own.id
    visits.complete(machines.central, here(), own.id, "resolved")
    for visit in (later, known, last):
        calling.call(machines.central, here(), visit.id, "1")
        visits.complete(machines.central, here(), visit.id, "resolved")
    close_counter(machines.central, here(), "1")
    receiving.hand_over(machines.central, BUS, "bus")


def test_the_bus_keeps_visits_called_by_the_central_server(machines: BusAndServer) -> None:
    machines.go_live()
    open_counter(machines.bus, here(), "1")
    called, moved, kept = (issuing.issue(machines.bus, here(), "pas", channel="desk").visit
                           for _ in range(3))  # fmt: skip
    machines.send()
    receiving.hand_over(machines.central, BUS, "home")
    open_counter(machines.central, here(), "1")
    calling.call(machines.central, here(), called.id, "1")
    visits.prioritise(machines.central, here(), moved.id, "returning")
    machines.send()
    with pytest.raises(BranchTakenOver, match="The central server has called this number"):
        calling.call(machines.bus, here(), called.id, "1")
    positions = {
        a.visit.id: a.position for a in visits_of_today(machines.bus, BUS, state="waiting")
    }
    assert positions == {called.id: None, moved.id: None, kept.id: 0}
    answer = calling.call_next(machines.bus, here(), "1").answer
    assert answer is not None
    assert answer.visit.id == kept.id
    visits.complete(machines.bus, here(), kept.id, "resolved")
    assert calling.call_next(machines.bus, here(), "1").answer is None

    # A visit that ends on the central server ends on the bus, and the figures of both are equal.
    visits.complete(machines.central, here(), called.id, "referred")
    assert calling.call_next(machines.central, here(), "1").answer
    visits.mark_no_show(machines.central, here(), moved.id)
    for _ in range(2):
        assert machines.send().problem == ""
    assert machines.bus.get(VisitStore).open_visits(BUS) == []
    date = machines.date(0)
    on_the_bus, at_home = (
        {v.id: v._replace(stamp="") for v in queue.get(VisitStore).of_day(BUS, date)}
        for queue in (machines.bus, machines.central)
    )
    assert on_the_bus == at_home
    day = BranchKeys(BUS).day(date)
    counts = [
        {name: n for name, n in queue.store.client.hgetall(day).items() if n != "0"}
        for queue in (machines.bus, machines.central)
    ]
    assert counts[0] == counts[1]
    assert machines.central.get(MobileStore).changed_twice(BUS) == {}
    assert machines.send().sent == []


def test_a_visit_at_a_counter_of_the_bus_that_ended_on_the_central_server_leaves_it(
    machines: BusAndServer,
) -> None:
    machines.go_live()
    open_counter(machines.bus, here(), "1")
    called = issuing.issue(machines.bus, here(), "pas", channel="desk").visit
    assert calling.call_next(machines.bus, here(), "1").answer
    machines.send()
    receiving.hand_over(machines.central, BUS, "home")
    visits.complete(machines.central, here(), called.id, "resolved")
    own = issuing.issue(machines.central, here(), "pas", channel="desk").visit
    for _ in range(2):
        assert machines.send().problem == ""
    assert machines.bus.get(VisitStore).open_visits(BUS) == []
    assert machines.bus.get(CounterStore).states(BUS).busy == {}
    (on_the_bus,) = machines.bus.get(VisitStore).of_day(BUS, machines.date(0))
    assert on_the_bus.inquiry.outcome == "resolved"
    assert [v.id for v in machines.central.get(VisitStore).open_visits(BUS)] == [own.id]
    assert machines.central.get(MobileStore).changed_twice(BUS) == {}


def test_a_visit_changed_on_both_sides_is_kept_twice_and_shown(machines: BusAndServer) -> None:
    machines.go_live()
    open_counter(machines.bus, here(), "1")
    visit = issuing.issue(machines.bus, here(), "pas", channel="desk").visit
    machines.send()
    receiving.hand_over(machines.central, BUS, "home")
    open_counter(machines.central, here(), "1")
    calling.call(machines.central, here(), visit.id, "1")
    visits.complete(machines.central, here(), visit.id, "resolved")
    # Offline the bus has not received it.
    assert calling.call_next(machines.bus, here(), "1").answer
    visits.complete(machines.bus, here(), visit.id, "unresolved")
    for _ in range(2):
        assert machines.send().problem == ""
    date = machines.date(0)
    (at_home,) = machines.central.get(VisitStore).of_day(BUS, date)
    assert at_home.inquiry.outcome == "resolved", "the bus overwrites nothing"
    (on_the_bus,) = machines.bus.get(VisitStore).of_day(BUS, date)
    kept = machines.central.get(MobileStore).changed_twice(BUS)[date][visit.id]
    assert kept == {"number": visit.number, "version": on_the_bus.document()}
    assert machines.bus.get(MobileStore).changed_twice(BUS) == {
        date: {visit.id: {"number": visit.number}}
    }
    sentence = (
        f"Changed both on the central server and on the bus: {visit.number}."
        " The central server's version counts."
    )
    for queue in (machines.central, machines.bus):
        branch, now = queue.get(BranchStore).current(BUS), queue.store.time()
        stands = mobile_state(queue, branch, now)
        assert stands is not None
        assert warnings(stands, Wording("en")) == [sentence]
        (found,) = trouble(
            queue.get(MobileStore).known(BUS), queue.get(MobileStore).changed_twice(BUS)
        )
        assert found.startswith(
            f"Changed both on the central server and on the bus on {date}: {visit.number}."
        )
    close_counter(machines.central, here(), "1")
    receiving.hand_over(machines.central, BUS, "bus")
    assert machines.send().problem == ""
    (at_home,) = machines.central.get(VisitStore).of_day(BUS, date)
    assert at_home.inquiry.outcome == "resolved", "nor after it has the branch back"


def test_the_central_servers_closing_of_the_day_is_no_touch(machines: BusAndServer) -> None:
    machines.go_live()
    open_counter(machines.bus, here(), "1")
    waits, served = (issuing.issue(machines.bus, here(), "pas", channel="desk").visit for _ in "12")
    calling.call(machines.bus, here(), served.id, "1")
    machines.send()
    receiving.hand_over(machines.central, BUS, "home")
    close_day(machines.central, here(), force=True)
    visits.complete(machines.bus, here(), served.id, "resolved")
    machines.send()
    found = {v.id: v.state for v in machines.central.get(VisitStore).of_day(BUS, machines.date(0))}
    assert found == {waits.id: "abandoned", served.id: "completed"}
    assert machines.central.get(MobileStore).changed_twice(BUS) == {}
    receiving.hand_over(machines.central, BUS, "bus")
    machines.send()
    assert [v.id for v in machines.central.get(VisitStore).open_visits(BUS)] == [waits.id]


def test_a_second_machine_knows_why_it_gets_no_branch(
    machines: BusAndServer, settings: Settings
) -> None:
    machines.go_live()
    machines.send()
    with Redis.from_url(f"{settings.redis_url}?db=2", decode_responses=True) as client:
        client.flushdb()
        second = Queue(RedisStore(client))
        refused = sending.send(second, machines.connection()).problem
        assert refused.startswith("Another machine sends the days of this branch.")
        sentence = no_branch_yet(second.get(MobileStore).no_branch())
        assert sentence.startswith(
            f"The branch of this bus has not come from the central server yet. {refused} A"
        )
        client.flushdb()
