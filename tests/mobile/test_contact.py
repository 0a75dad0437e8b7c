"""A contact's data for the bus, and the central server's refusals before any day is sent."""

from __future__ import annotations

import pytest

from dashboards.board.answers import board_json
from queue_service.access.operations import access
from queue_service.access.rules.caller import Caller
from queue_service.access.store import AccessStore
from queue_service.board.operations.board import Boards
from queue_service.branches.store import BranchStore
from queue_service.configuration.operations import put_branch
from queue_service.errors import ConfiguredCentrally, Invalid, NewerVersion
from queue_service.language.wording import Wording
from queue_service.lifeline.operations.reachable import lifelines_for
from queue_service.mobile.contract import MobileContactBody
from queue_service.mobile.operations import playbook, receiving, sending
from queue_service.mobile.operations.state import mobile_state
from queue_service.mobile.rules import FORMAT
from queue_service.mobile.store import MobileStore
from queue_service.mobile.text import heard, trouble, warnings
from queue_service.playbook.operations import save_draft, services
from queue_service.playbook.rules import EntryContent, PlaybookEntry, Texts
from queue_service.playbook.store import PlaybookStore
from tests.desks import document
from tests.lifeline.town_hall import LINES
from tests.mobile.machines import BUS, STOPS, BusAndServer, CutConnection, machines
from tests.mobile.packages import caller, here
from tests.web.service import ALWAYS

__all__ = ["machines"]


def test_configuration_is_received_and_is_changed_on_the_central_server_alone(
    machines: BusAndServer,
) -> None:
    machines.go_live()
    assert machines.send().configured
    assert not machines.send().configured, "it is there already"
    put_branch(machines.central, BUS, document(name="Bussen", stops=STOPS, goals=[]))
    assert machines.send().configured
    assert machines.bus.get(BranchStore).current(BUS).name == "Bussen"
    assert machines.bus.get(BranchStore).current(BUS).goals == ()
    with pytest.raises(ConfiguredCentrally):
        put_branch(machines.bus, BUS, document(name="Andet"))


def test_the_playbook_comes_out_as_it_is_approved(machines: BusAndServer) -> None:
    machines.go_live()
    texts = {"da": Texts("Pas", ("Det gamle pas",))}
    content = EntryContent("Borgerservice", "2030-01-01", False, texts)
    drafted = PlaybookEntry("pas").drafted(content, 1, "ann")
    assert machines.central.get(PlaybookStore).put(PlaybookEntry("pas"), drafted)
    machines.send()
    assert machines.bus.get(PlaybookStore).all() == {}, "a draft stays on the central server"
    approved = drafted.approved_by(2, "bo")
    assert machines.central.get(PlaybookStore).put(drafted, approved)
    for _ in range(2):
        assert machines.send().problem == ""
        assert machines.bus.get(PlaybookStore).get("pas").approved == approved.approved
    assert len(machines.bus.get(PlaybookStore).versions("pas")) == 1
    entry, admin = machines.bus.get(PlaybookStore).get("pas"), Caller("admin-token", "admin")
    with pytest.raises(ConfiguredCentrally, match="written on the central server"):
        save_draft(machines.bus, admin, "pas", content, entry.revision)


def test_a_playbook_of_a_newer_central_server_delays_no_day(
    machines: BusAndServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    date = machines.play_day(2)
    machines.go_live()
    newer = playbook.SavedChanges("0" * 64, [{"service": "pas", "form": 2}], [])
    monkeypatch.setattr(playbook, "outgoing", lambda *_: newer)
    done = machines.send()
    assert done.sent == [date]
    assert (
        done.problem
        == "This version cannot read the playbook from the central server: update the bus."
    )
    branch, now = machines.bus.get(BranchStore).current(BUS), machines.bus.store.time()
    present = mobile_state(machines.bus, branch, now)
    assert present is not None
    assert "doctor home says why" in heard(present, branch, now, Wording("en"))
    monkeypatch.undo()
    machines.send()
    present = mobile_state(machines.bus, branch, now)
    assert present is not None
    assert "doctor" not in heard(present, branch, now, Wording("en"))


def test_lifelines_and_names_of_the_central_server_are_received_with_the_playbook(
    machines: BusAndServer,
) -> None:
    machines.go_live()
    machines.send()
    assert lifelines_for(machines.bus, BUS, "pas") == []
    hall = document(
        name="Rådhuset", opening_hours=ALWAYS, lifelines=LINES,
        services=[{"id": "flytning", "name": {"da": "Flytning"}, "prefix": "F"}],
        counters=[], teams=[], goals=[],
    )  # fmt: skip
    put_branch(machines.central, "raadhuset", hall)
    machines.send()
    at_home, on_the_bus = (
        lifelines_for(queue, BUS, "pas") for queue in (machines.central, machines.bus)
    )
    assert (
        [(one.lifeline, one.open) for one in on_the_bus]
        == [(one.lifeline, one.open) for one in at_home]
        != []
    )
    assert {one.answering.name for one in on_the_bus} == {"Rådhuset"}
    assert not any(one.rings for one in on_the_bus), "there is a telephone on the bus"
    assert dict(services(machines.bus)["flytning"].name) == {"da": "Flytning"}
    put_branch(machines.central, "raadhuset", {**hall, "lifelines": []})
    machines.send()
    assert lifelines_for(machines.bus, BUS, "pas") == []


def test_a_pause_after_a_refusal_lasts_and_none_follows_a_lost_connection(
    machines: BusAndServer,
) -> None:
    machines.go_live()
    machines.send()
    assert sending.send(machines.bus, machines.connection(token="qst_wrong")).problem
    assert sending.send_when_due(machines.bus, machines.connection()) is None
    machines.bus.get(MobileStore).note(BUS, next_at=machines.bus.store.time())
    done = sending.send_when_due(machines.bus, machines.connection(1))
    assert done is not None
    assert done.lost
    done = sending.send_when_due(machines.bus, machines.connection())
    assert done is not None
    assert done.problem == ""


def test_a_newer_bus_gets_a_request_to_wait(machines: BusAndServer) -> None:
    with pytest.raises(NewerVersion, match="update the central server first"):
        receiving.contact(
            machines.central, caller(machines), MobileContactBody(format=FORMAT + 1, program="9")
        )


def test_its_token_is_of_one_branch_and_opens_nothing_else(machines: BusAndServer) -> None:
    with pytest.raises(Invalid):
        access.create_token(machines.central.get(AccessStore), "mobile", None, now=0)
    bearer = {"Authorization": f"Bearer {machines.token}"}
    visitor = machines.app.test_client()
    for path in (f"/api/v1/branches/{BUS}", f"/api/v1/branches/{BUS}/state", "/api/v1/branches"):
        assert visitor.get(path, headers=bearer).status_code == 403


def test_a_json_response_of_another_server_is_refused(
    machines: BusAndServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines.play_day(2)
    machines.go_live()
    monkeypatch.setattr(CutConnection, "ask", lambda *_: {"log": "in"})
    assert machines.send().problem.startswith("The answer is not the central server")


@pytest.mark.parametrize(
    ("ahead_ms", "says"),
    [
        (1_500_000, "The clock of the bus is 25 min ahead of the central server's. Set it."),
        (-1_500_000, "The clock of the bus is 25 min behind the central server's. Set it."),
        (30_000, ""),
    ],
)
def test_both_sides_say_that_the_clocks_differ(
    machines: BusAndServer, ahead_ms: int, says: str
) -> None:
    machines.go_live()
    assert machines.send(ahead_ms=ahead_ms).problem == ""
    for queue in (machines.bus, machines.central):
        branch, now = queue.get(BranchStore).current(BUS), queue.store.time()
        stands = mobile_state(queue, branch, now)
        assert stands is not None
        assert warnings(stands, Wording("en")) == ([says] if says else [])
        assert trouble(queue.get(MobileStore).known(BUS), {}) == ([says] if says else [])
        board = board_json(Boards(queue).board(here()), Wording("en"), stands)
        assert board["mobile"]["warnings"] == ([says] if says else [])
    assert machines.send().problem == ""
    stands = mobile_state(
        machines.central,
        machines.central.get(BranchStore).current(BUS),
        machines.central.store.time(),
    )
    assert stands is not None
    assert warnings(stands, Wording("en")) == [], "it was set"
