"""A bus' days go home exactly once, however often the line breaks."""

from __future__ import annotations

import base64
import zlib
from typing import Any

import pytest

from queue_service.access.operations import access
from queue_service.access.rules.caller import Caller
from queue_service.board.operations.state import state
from queue_service.branches.operations import put_branch
from queue_service.command import Command
from queue_service.counters.operations.closing import close_day, close_days
from queue_service.counters.operations.counters import close_counter, open_counter
from queue_service.errors import (
    BranchElsewhere,
    ConfiguredAtHome,
    DateOutOfRange,
    InUse,
    Invalid,
    NewerVersion,
    NotFound,
    OtherBranch,
    PackageAltered,
    PartsMissing,
    QueueError,
)
from queue_service.feedback.operations import give_feedback
from queue_service.mobile.contract import ContactBody, DayBody, PartBody
from queue_service.mobile.operations import playbook, receiving, sending
from queue_service.mobile.rules import FORMAT, Sealed, digest_of, seal, signature_of
from queue_service.playbook.operations import save_draft, save_visit
from queue_service.playbook.rules import Content, Entry, Texts
from queue_service.store.keys import MACHINE, BranchKeys
from queue_service.visits.operations import calling, issuing, visits
from queue_service.visits.rules.visit import Visit
from tests.desks import CLERK, document
from tests.mobile.road import BUS, STOPS, Line, Road, road

__all__ = ["road"]


def here(at: int | None = None) -> Command:
    """Of a clerk, now."""
    return Command(BUS, CLERK, None, at)


def test_days_go_home_and_their_figures_are_the_same_everywhere(road: Road) -> None:
    dates = [road.drive(3), road.drive(2, people=7)]
    road.left()
    done = road.send()
    assert (done.sent, done.problem, done.unsent) == (dates, "", [])
    for date in dates:
        assert road.figures(road.home, date) == road.figures(road.bus, date)
    assert road.counters(road.home) == road.counters(road.bus) != []


def test_what_is_home_is_not_sent_again(road: Road) -> None:
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
        for date in road.home.mobile.marks(BUS):
            assert road.figures(road.home, date) == road.figures(road.bus, date)
    road.send()
    assert [*road.home.mobile.marks(BUS)] == dates
    assert road.counters(road.home) == road.counters(road.bus)


def packages(road: Road, *agos: int) -> dict[str, Sealed]:
    """A package of each of these days, as the bus would send it."""
    branch = road.bus.branches.current(BUS)
    now = road.bus.store.time()
    found = {}
    for number, ago in enumerate(agos):
        date = road.date(ago)
        packed = sending.pack(road.bus, branch, date, now)
        found[date] = seal(package_of(road, date, packed.content, sequence=number + 1), key(road))
    return found


def package_of(road: Road, day: str, content: Any, **changes: Any) -> dict[str, Any]:
    """A day's package before it is sealed."""
    return {
        "format": FORMAT,
        "program": "0",
        "branch": BUS,
        "timezone": "Europe/Copenhagen",
        "date": day,
        "sequence": 1,
        "made_at": road.bus.store.time(),
        "whole": True,
        "content": content,
        **changes,
    }


def content_of(road: Road, date: str) -> dict[str, Any]:
    """A day's content as it stands on the bus."""
    branch = road.bus.branches.current(BUS)
    return sending.pack(road.bus, branch, date, road.bus.store.time()).content


def key(road: Road) -> str:
    """What signatures are made with."""
    return road.line().key


def caller(road: Road) -> Caller:
    """The bus, as home knows it."""
    return next(t for t in road.home.access.tokens() if t.role == "mobile").caller()


def deliver(road: Road, date: str, sealed: Sealed, **changes: Any) -> str:
    """Send a package; what became of it."""
    for number, data in enumerate(sealed.parts):
        part = PartBody(digest=sealed.digest, data=data)
        receiving.stage(road.home, caller(road), date, number, part)
    body = {"format": FORMAT, "digest": sealed.digest, "signature": sealed.signature,
            "parts": len(sealed.parts), **changes}  # fmt: skip
    return receiving.receive(road.home, caller(road), date, DayBody(**body)).outcome


def hello(road: Road) -> None:
    """The bus' first contact."""
    receiving.contact(road.home, caller(road), ContactBody(format=FORMAT, program="0"))


def test_days_may_come_in_any_order_and_more_than_once(road: Road) -> None:
    dates = [road.drive(4), road.drive(3), road.drive(2)]
    road.left()
    sealed = packages(road, 4, 3, 2)
    for date in (dates[2], dates[0], dates[2], dates[1], dates[0]):
        deliver(road, date, sealed[date])
    for date in dates:
        assert road.figures(road.home, date) == road.figures(road.bus, date)
    assert road.counters(road.home) == road.counters(road.bus)
    assert road.home.days.dates(BUS) == dates


def test_a_later_package_replaces_an_earlier_one_and_not_the_other_way_round(road: Road) -> None:
    date = road.drive(2, people=2)
    road.left()
    content = content_of(road, date)
    hello(road)
    half = {**content, "visits": content["visits"][:1]}
    first = seal(package_of(road, date, half, sequence=5, whole=False), key(road))
    whole = seal(package_of(road, date, content, sequence=6), key(road))
    assert deliver(road, date, first) == "received"
    assert deliver(road, date, whole) == "received"
    assert deliver(road, date, whole) == "repeated"
    before = road.dump()
    assert deliver(road, date, first) == "older"
    assert road.dump(without=(":mobile",)) == {
        k: v for k, v in before.items() if not k.endswith(":mobile")
    }
    assert road.figures(road.home, date) == road.figures(road.bus, date)
    assert road.counters(road.home) == road.counters(road.bus)


def test_a_part_that_is_missing_is_asked_for(road: Road) -> None:
    date = road.drive(2)
    road.left()
    sealed = packages(road, 2)[date]
    with pytest.raises(PartsMissing):
        deliver(road, date, Sealed(sealed.digest, sealed.signature, ()), parts=1)
    assert deliver(road, date, sealed) == "received"


Change = tuple[type[QueueError], dict[str, Any]]


@pytest.mark.parametrize(
    ("refusal", "changes"),
    [
        (OtherBranch, {"branch": "raadhuset"}),
        (NewerVersion, {"format": FORMAT + 1}),
        (PackageAltered, {"date": "2020-01-01"}),
        (Invalid, {"timezone": "Nowhere/Land"}),
        (Invalid, {"sequence": 0}),
        (Invalid, {"more": 1}),
    ],
)
def test_a_package_that_does_not_fit_is_refused_whole(
    road: Road, refusal: type[QueueError], changes: dict[str, Any]
) -> None:
    date = road.drive(2)
    road.left()
    hello(road)
    sealed = seal(package_of(road, date, content_of(road, date), **changes), key(road))
    before = road.dump()
    with pytest.raises(refusal):
        deliver(road, date, sealed)
    assert road.dump() == before
    assert road.send().sent == [date], "it is sent again by itself"


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "short"},
        {"date": "2020-01-01"},
        {"state": "asleep"},
        {"number": "A|1"},
        {"number": "A001\n"},
        {"ended_at": 10**30},
        {"place": 10**400},
        {"issued_service": "a|b"},
        {"issued_at": 1},
        {"inquiries": []},
        {"cpr": "0101011234"},
        {"judged": {"a|b": True}},
    ],
)
def test_a_visit_that_is_none_refuses_its_day(road: Road, changes: dict[str, Any]) -> None:
    date = road.drive(2)
    road.left()
    hello(road)
    content = content_of(road, date)
    content["visits"][-1] |= changes
    before = road.dump()
    with pytest.raises(Invalid):
        deliver(road, date, seal(package_of(road, date, content), key(road)))
    assert road.dump() == before


def test_a_package_that_was_altered_is_refused(road: Road) -> None:
    date = road.drive(2)
    road.left()
    hello(road)
    sealed = packages(road, 2)[date]
    other = seal(package_of(road, date, {}, branch=BUS), key(road))
    before = road.dump()
    for forged in (
        Sealed(sealed.digest, other.signature, sealed.parts),
        Sealed(sealed.digest, sealed.signature, other.parts),
        Sealed(sealed.digest, sealed.signature, ("AAAA",)),
        Sealed(sealed.digest, sealed.signature, ("no base64!",)),
        Sealed(*_signed_by_another(road, date)),
    ):
        with pytest.raises(PackageAltered):
            deliver(road, date, forged)
    assert road.dump() == before


def _signed_by_another(road: Road, date: str) -> tuple[str, str, tuple[str, ...]]:
    sealed = seal(package_of(road, date, content_of(road, date)), "ab" * 32)
    return sealed.digest, sealed.signature, sealed.parts


def test_a_visit_of_another_branch_refuses_its_day(road: Road) -> None:
    date = road.drive(2)
    road.left()
    hello(road)
    other = issuing.issue(road.home, Command("raadhuset", CLERK), "pas", channel="desk").visit
    content = content_of(road, date)
    content["visits"][0]["id"] = other.id
    before = road.dump(without=(":mobile",))
    with pytest.raises(OtherBranch):
        deliver(road, date, seal(package_of(road, date, content), key(road)))
    assert road.dump(without=(":mobile",)) == before


@pytest.mark.parametrize(("ago", "refused"), [(-1, True), (0, False), (90, False), (91, True)])
def test_days_to_come_and_days_too_old_are_refused(road: Road, ago: int, refused: bool) -> None:
    hello(road)
    date = road.date(ago)
    part = PartBody(digest="0" * 64, data="")
    if refused:
        with pytest.raises(DateOutOfRange):
            receiving.stage(road.home, caller(road), date, 0, part)
    else:
        assert receiving.stage(road.home, caller(road), date, 0, part) == 1


def test_the_running_day_is_on_homes_board_as_it_stands(road: Road) -> None:
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
    assert road.home.feedback.days(BUS, [date]) == road.bus.feedback.days(BUS, [date]) != {}
    assert road.home.playbook.saved(BUS, [date]) == road.bus.playbook.saved(BUS, [date]) != {}
    assert road.counters(road.home) == road.counters(road.bus)


def shown(road: Road, *, home: bool) -> tuple[Any, ...]:
    found = state(road.home if home else road.bus, here())
    return found.queues, found.counters, found.calls, found.today, found.goals


def test_home_does_not_run_what_a_bus_runs(road: Road) -> None:
    open_counter(road.home, here(), "1")
    road.left()
    assert road.send().problem.startswith("Home still has open visits or counters"), "not yet"
    close_day(road.home, here())
    assert road.send().problem == ""
    with pytest.raises(BranchElsewhere):
        issuing.issue(road.home, here(), "pas", channel="desk")
    with pytest.raises(BranchElsewhere):
        issuing.serve(road.home, here(), "1", "pas")
    with pytest.raises(BranchElsewhere):
        calling.call_next(road.home, here(), "1")
    with pytest.raises(BranchElsewhere):
        open_counter(road.home, here(), "1")
    with pytest.raises(BranchElsewhere):
        close_day(road.home, here())
    with pytest.raises(BranchElsewhere):
        give_feedback(road.home, here(), {"help": 5})
    with pytest.raises(BranchElsewhere):
        save_visit(road.home, here(), "pas")
    visit = issuing.issue(road.bus, here(), "pas", channel="desk").visit
    road.send()
    with pytest.raises(BranchElsewhere):
        visits.abandon(road.home, here(), visit.id)
    close_days(road.home)
    assert road.home.visits.open_visits(BUS) != []


def test_an_administrator_lets_home_run_it_and_the_bus_still_sends(road: Road) -> None:
    road.left()
    with pytest.raises(NotFound):
        receiving.hand_over(road.home, BUS, "home")
    kept = issuing.issue(road.bus, here(), "pas", channel="desk").visit
    road.send()
    receiving.hand_over(road.home, BUS, "home")
    visits.abandon(road.home, here(), kept.id)
    own = issuing.issue(road.home, here(), "pas", channel="desk").visit
    assert own.number == "A102", "a bus that has no line may go on giving numbers"
    more = issuing.issue(road.bus, here(), "pas", channel="desk").visit
    assert more.number == "A002"
    late = issuing.issue(road.bus, here(), "turist", channel="desk").visit
    assert road.send().sent == [road.date(0)]
    found = {v.id: v.state for v in road.home.visits.of_day(BUS, road.date(0))}
    waiting = dict.fromkeys([own.id, more.id, late.id], "waiting")
    assert found == {kept.id: "abandoned", **waiting}
    assert road.home.board.ids(BUS, road.date(0))
    visits.abandon(road.home, here(), own.id)
    receiving.hand_over(road.home, BUS, "bus")
    with pytest.raises(BranchElsewhere):
        issuing.issue(road.home, here(), "pas", channel="desk")


def test_home_asks_for_a_day_again(road: Road) -> None:
    date = road.drive(2)
    road.left()
    road.send()
    with pytest.raises(NotFound):
        receiving.ask_again(road.home, BUS, road.date(5))
    receiving.ask_again(road.home, BUS, date)
    before = road.counters(road.home)
    assert road.send().sent == [date]
    assert road.counters(road.home) == before


def test_configuration_comes_out_and_is_changed_at_home_alone(road: Road) -> None:
    road.left()
    assert road.send().configured
    assert not road.send().configured, "it is there already"
    put_branch(road.home, BUS, document(name="Bussen", stops=STOPS, goals=[]))
    assert road.send().configured
    assert road.bus.branches.current(BUS).name == "Bussen"
    assert road.bus.branches.current(BUS).goals == ()
    with pytest.raises(ConfiguredAtHome):
        put_branch(road.bus, BUS, document(name="Andet"))


def test_the_playbook_comes_out_as_it_is_approved(road: Road) -> None:
    road.left()
    texts = {"da": Texts("Pas", ("Det gamle pas",))}
    content = Content("Borgerservice", "2030-01-01", False, texts)
    drafted = Entry("pas").drafted(content, 1, "ann")
    assert road.home.playbook.put(Entry("pas"), drafted)
    road.send()
    assert road.bus.playbook.all() == {}, "a draft stays at home"
    approved = drafted.approved_by(2, "bo")
    assert road.home.playbook.put(drafted, approved)
    for _ in range(2):
        assert road.send().problem == ""
        assert road.bus.playbook.get("pas").approved == approved.approved
    assert len(road.bus.playbook.versions("pas")) == 1
    entry, admin = road.bus.playbook.get("pas"), Caller("admin-token", "admin")
    with pytest.raises(ConfiguredAtHome, match="written at home"):
        save_draft(road.bus, admin, "pas", content, entry.revision)


def test_a_pause_after_a_failure_lasts(road: Road) -> None:
    road.left()
    road.send()
    assert road.send(1).problem
    assert sending.send_when_due(road.bus, road.line()) is None
    road.bus.mobile.note(BUS, next_at=road.bus.store.time())
    done = sending.send_when_due(road.bus, road.line())
    assert done is not None
    assert done.problem == ""


def test_a_newer_bus_is_told_to_wait(road: Road) -> None:
    with pytest.raises(NewerVersion, match="update home first"):
        receiving.contact(road.home, caller(road), ContactBody(format=FORMAT + 1, program="9"))


def test_its_token_is_of_one_branch_and_opens_nothing_else(road: Road) -> None:
    with pytest.raises(Invalid):
        access.create_token(road.home.access, "mobile", None, now=0)
    bearer = {"Authorization": f"Bearer {road.token}"}
    visitor = road.app.test_client()
    for path in (f"/api/v1/branches/{BUS}", f"/api/v1/branches/{BUS}/state", "/api/v1/branches"):
        assert visitor.get(path, headers=bearer).status_code == 403


def test_what_the_bus_goes_on_with_leaves_a_home_that_took_over(road: Road) -> None:
    road.left()
    open_counter(road.bus, here(), "1")
    called = issuing.issue(road.bus, here(), "pas", channel="desk").visit
    waits = issuing.issue(road.bus, here(), "pas", channel="desk").visit
    assert calling.call_next(road.bus, here(), "1").answer
    road.send()
    receiving.hand_over(road.home, BUS, "home")
    visits.start(road.bus, here(), called.id)
    visits.complete(road.bus, here(), called.id, "resolved")
    assert calling.call_next(road.bus, here(), "1").answer
    assert road.send().problem == ""
    assert road.home.visits.open_visits(BUS) == []
    own = issuing.issue(road.home, here(), "pas", channel="desk").visit
    answer = calling.call_next(road.home, here(), "1").answer
    assert answer is not None
    assert answer.visit.id == own.id, "and nobody of the bus"
    assert waits.id not in {v.id for v in road.home.visits.open_visits(BUS)}


def test_home_gives_back_nothing_that_nobody_could_end(road: Road) -> None:
    road.left()
    road.send()
    receiving.hand_over(road.home, BUS, "home")
    own = issuing.issue(road.home, here(), "pas", channel="desk").visit
    before = road.dump()
    with pytest.raises(InUse, match="close the day there first"):
        receiving.hand_over(road.home, BUS, "bus")
    assert road.dump() == before
    visits.abandon(road.home, here(), own.id)
    open_counter(road.home, here(), "1")
    with pytest.raises(InUse):
        receiving.hand_over(road.home, BUS, "bus")
    close_day(road.home, here())
    receiving.hand_over(road.home, BUS, "bus")
    assert road.home.mobile.run_by(BUS) == "bus"


def test_a_day_that_is_not_whole_yet_leaves_the_figures_whole(road: Road) -> None:
    desk = road.desk(1)
    desk.issue()
    road.left()
    began = road.home.store.time()
    assert road.send().unsent == []
    assert not road.home.mobile.marks(BUS)[road.date(1)].whole, "somebody still waits there"
    assert int(road.home.mobile.known(BUS)["complete_until"]) >= began


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
def test_a_damaged_document_at_home_is_replaced(road: Road, document: bytes) -> None:
    date = road.drive(2)
    road.left()
    road.send()
    before = road.counters(road.home)
    damaged = road.bus.visits.of_day(BUS, date)[0]
    road.home.store.client.set(BranchKeys(BUS).visit(damaged.id), document)
    receiving.ask_again(road.home, BUS, date)
    assert road.send().sent == [date]
    assert road.figures(road.home, date) == road.figures(road.bus, date)
    assert road.counters(road.home) == before


def test_answers_and_saved_visits_go_home_from_a_day_without_a_visit(road: Road) -> None:
    road.left()
    give_feedback(road.bus, here(), {"help": 5})
    today, before = road.date(0), road.date(1)
    road.bus.store.client.hincrby(BranchKeys(BUS).saved(before), "09|pas", 1)
    assert road.send().sent == [before, today]
    assert road.home.feedback.days(BUS, [today]) == road.bus.feedback.days(BUS, [today]) != {}
    assert road.home.playbook.saved(BUS, [before]) == road.bus.playbook.saved(BUS, [before]) != {}


def test_open_counters_are_on_homes_board_before_anybody_comes(road: Road) -> None:
    road.left()
    road.send()
    for step in (open_counter, close_counter):
        step(road.bus, here(), "1")
        assert road.send().sent == [road.date(0)]
        assert shown(road, home=True) == shown(road, home=False)
    assert road.send().sent == []


def test_answers_of_a_machine_that_is_replaced_or_restored_stay(road: Road) -> None:
    road.left()
    give_feedback(road.bus, here(), {"help": 5})
    open_counter(road.bus, here(), "1")
    road.send()
    date = road.date(0)
    counts = road.home.feedback.days(BUS, [date])
    road.bus.store.client.delete(BranchKeys(BUS).feedback(date))
    assert road.send().sent == [date]
    assert road.home.feedback.days(BUS, [date]) == counts, "it was restored from a backup"
    receiving.hand_over(road.home, BUS, "home")
    close_day(road.home, here(), force=True)
    receiving.hand_over(road.home, BUS, "bus")
    road.bus.store.client.set(MACHINE, "0" * 32)  # as another machine has it
    give_feedback(road.bus, Command(BUS, Caller("other-terminal", "kiosk")), {"help": 5})
    road.send()
    twice = {f: str(2 * int(n)) for f, n in counts[date].items()}
    assert road.home.feedback.days(BUS, [date])[date] == twice


def test_two_days_that_come_at_once_tell_of_one_present(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = road.drive(2)
    road.left()
    open_counter(road.bus, here(), "1")
    waits = issuing.issue(road.bus, here(), "pas", channel="desk").visit
    hello(road)
    sealed = packages(road, 2, 0)
    read = road.home.visits.open_visits
    meanwhile = [road.date(0)]

    def slowly(branch: str) -> list[Visit]:
        found = read(branch)
        if meanwhile:
            date = meanwhile.pop()
            assert deliver(road, date, sealed[date]) == "received"
        return found

    monkeypatch.setattr(road.home.visits, "open_visits", slowly)
    assert deliver(road, past, sealed[past]) == "received"
    assert [v.id for v in read(BUS)] == [waits.id]


def test_of_two_packages_the_one_that_was_read_later_counts(road: Road) -> None:
    road.left()
    visit = issuing.issue(road.bus, here(), "pas", channel="desk").visit
    branch, date = road.bus.branches.current(BUS), road.date(0)
    now = road.bus.store.time()
    assert sending.lacking(road.bus, branch, now) == [date]
    road.send()
    assert sending.lacking(road.bus, branch, now) == [], "home has the running day as it stands"
    earlier = sending.pack(road.bus, branch, date, road.bus.store.time())
    visits.abandon(road.bus, here(), visit.id)
    road.send()
    sending._send_day(road.bus, road.line(), branch, earlier, None)
    assert road.home.visits.of_day(BUS, date)[0].state == "abandoned"


def test_a_playbook_of_a_newer_home_keeps_no_day_back(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    date = road.drive(2)
    road.left()
    newer: tuple[str, list[dict[str, Any]]] = ("0" * 64, [{"service": "pas", "form": 2}])
    monkeypatch.setattr(playbook, "approved", lambda _: newer)
    done = road.send()
    assert done.sent == [date]
    assert done.problem == "This version cannot read the playbook from home: update the bus."


def test_what_answers_in_json_and_is_not_home_is_no_line(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    road.drive(2)
    road.left()
    monkeypatch.setattr(Line, "ask", lambda *_: {"log": "in"})
    assert road.send().problem.startswith("What answered is not home")


def test_two_machines_with_one_token_are_not_mixed_up(road: Road) -> None:
    date = road.drive(2)
    road.left()
    road.send()
    road.bus.store.client.set(MACHINE, "0" * 32)  # as another machine has it
    before = road.dump()
    assert road.send().problem.startswith("Another machine sends the days of this branch.")
    assert road.dump() == before
    for to in ("home", "bus"):
        receiving.hand_over(road.home, BUS, to)
    assert road.send().problem == ""
    assert [*road.home.mobile.marks(BUS)] == [date]


@pytest.mark.parametrize("text", ["no json", "[" * 100_000, "[]"])
def test_a_text_that_is_no_package_is_refused(road: Road, text: str) -> None:
    date = road.drive(2)
    road.left()
    hello(road)
    packed = base64.b64encode(zlib.compress(text.encode())).decode()
    sealed = Sealed(digest_of(text), signature_of(key(road), text), (packed,))
    with pytest.raises(PackageAltered, match="no form that can be read"):
        deliver(road, date, sealed)
