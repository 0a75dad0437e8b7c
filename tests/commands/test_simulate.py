"""`queue-service simulate` against a whole running service."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from queue_service.access.operations import access
from queue_service.branches.rules.dates_and_hours import WEEKDAYS
from queue_service.cli import main
from queue_service.errors import OperatorError
from queue_service.simulation.agenda import Agenda
from queue_service.simulation.client import Connection
from queue_service.simulation.run import LABEL, play, shift, tokens
from tests.running import environment
from tests.simulation.fast import Fast, chance
from tests.web.service import Service


def play_in(service: Service, branch: str, seconds: float, seed: int = 1) -> Counter[str]:
    """Let a branch live so many seconds, as fast as the machine allows; what was said, counted."""
    said: list[str] = []
    fast = Fast()
    agenda = Agenda(fast.clock, fast.wait)
    line = Connection(service.url, threading.Event().wait)
    with tokens(service.access_store, [branch]) as keys:
        one = shift(line, branch, keys[branch], agenda, chance(seed), said.append)
        play([one], agenda, seconds)
    line.close()
    counted: Counter[str] = Counter()
    for text in said:
        counts = text.split(": ", 1)[1].rpartition(";")[0]
        pairs = (item.rpartition(" ") for item in counts.split(", "))
        counted.update({what: int(n) for what, _, n in pairs if n.isdigit()})
    return counted


@pytest.mark.nightly
def test_a_day_with_all_operations_ends_every_visit(service: Service) -> None:
    branch = service.branch()
    happened = play_in(service, branch, 12 * 3600)
    assert happened.keys() >= {
        "came", "called", "started", "served", "recalled", "did not come", "came back",
        "sent to the queue again", "second inquiries", "sent on", "parked", "resumed",
        "walk-ins", "phone calls", "answered", "contacts without a ticket",
    }  # fmt: skip
    assert not [what for what in happened if what.startswith(("surprised", "turned away"))]
    state = service.api().get(f"/branches/{branch}/state")
    assert {counter["state"] for counter in state["counters"]} == {"closed"}
    visits = service.api().get(f"/branches/{branch}/visits")["visits"]
    assert {visit["state"] for visit in visits} <= {"completed", "no_show", "abandoned"}
    assert state["today"]["completed"] == happened["served"]
    assert len(visits) == happened["came"] + happened["walk-ins"] + happened["phone calls"]


def test_citizens_book_and_come_for_their_times(service: Service) -> None:
    hours = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
    offer = {"service": "pas", "week": hours, "length_minutes": 5, "at_once": 9,
             "notice_minutes": 0, "days_ahead": 1}  # fmt: skip
    branch = service.branch(opening_hours=hours, bookings={"offers": [offer]})
    happened = play_in(service, branch, 3 * 3600)
    assert happened["booked"] > 5
    assert happened["came for a time"] + happened["came late for a time"] > 0
    assert not [what for what in happened if what.startswith(("surprised", "not booked"))]
    state = service.api().get(f"/branches/{branch}/state")
    assert {counter["state"] for counter in state["counters"]} == {"closed"}


def test_outside_the_opening_hours_a_clerk_hands_out_the_tickets(service: Service) -> None:
    branch = service.branch(opening_hours={})
    happened = play_in(service, branch, 3600)
    assert happened["came"] == happened["tickets from a clerk"] > 0


def test_people_who_try_it_out_keep_their_counter_and_their_ticket(service: Service) -> None:
    branch = service.branch(counters=[{"id": "1", "name": "Skranke 1"}])
    clerk = service.api("clerk")
    clerk.post(f"/branches/{branch}/counters/1/open")
    ticket = clerk.post(f"/branches/{branch}/visits", service="pas")
    play_in(service, branch, 1800)
    assert clerk.get(f"/branches/{branch}/counters/1")["open"]
    assert clerk.get(f"/branches/{branch}/visits/{ticket['id']}")["state"] == "waiting"


def test_a_counter_that_somebody_else_closes_is_left_alone(service: Service) -> None:
    branch = service.branch(counters=[{"id": "1", "name": "Skranke 1"}])
    fast = Fast()
    agenda = Agenda(fast.clock, fast.wait)
    agenda.after(1, lambda: service.api().post(f"/branches/{branch}/counters/1/close"))
    line = Connection(service.url, threading.Event().wait)
    with tokens(service.access_store, [branch]) as keys:
        one = shift(line, branch, keys[branch], agenda, chance(3), lambda _: None)
        play([one], agenda, 50)
    assert one.office.happened == {}
    assert not service.api().get(f"/branches/{branch}/counters/1")["open"]


def test_every_branch_is_closed_even_without_a_listener(service: Service) -> None:
    branches = [service.branch(), service.branch()]
    fast = Fast()
    agenda = Agenda(fast.clock, fast.wait)
    line = Connection(service.url, threading.Event().wait)

    def say(text: str) -> None:
        if "wait" in text:
            raise BrokenPipeError

    with tokens(service.access_store, branches) as keys, pytest.raises(BrokenPipeError):
        play([shift(line, b, keys[b], agenda, chance(1), say) for b in branches], agenda, 30)
    for branch in branches:
        counters = service.api().get(f"/branches/{branch}/state")["counters"]
        assert {counter["state"] for counter in counters} == {"closed"}


def test_the_command_says_what_happened_and_takes_its_tokens_back(
    service: Service, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    branch = service.branch()
    monkeypatch.setenv("REDIS_URL", f"unix://{service.settings.data_dir}/store/socket")
    arguments = ["--branch", branch, "--speed", "100", "--minutes", "0.05", "--url", service.url]
    assert main(["simulate", *arguments]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{branch}: counters opened: 3"
    assert said[-1].endswith("; 0 wait")
    labels = [token.label for token in access.list_tokens(service.access_store)]
    assert LABEL not in labels


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_what_was_opened(service: Service, number: signal.Signals) -> None:
    branch = service.branch()
    command = [sys.executable, "-m", "queue_service", "simulate", "--branch", branch]
    store = f"unix://{service.settings.data_dir}/store/socket"
    with subprocess.Popen(
        [*command, "--speed", "50", "--url", service.url],
        env=environment(service.settings.data_dir, REDIS_URL=store),
        stdout=subprocess.PIPE,
        text=True,
    ) as simulation:
        assert simulation.stdout is not None
        assert simulation.stdout.readline() == f"{branch}: counters opened: 3\n"
        simulation.send_signal(number)
        assert simulation.stdout.read().endswith("; 0 wait\n")
    assert simulation.returncode == 0
    counters = service.api().get(f"/branches/{branch}/state")["counters"]
    assert {counter["state"] for counter in counters} == {"closed"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--url", "http://127.0.0.1:1"], "No service answers at http://127.0.0.1:1:"),
        (["--url", "telegraph"], "telegraph is no address of a service"),
        ([], "QUEUE_PORT leaves the port open"),
    ],
)
def test_without_a_service_there_is_one_sentence(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("QUEUE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("QUEUE_PORT", "0")
    assert main(["simulate", *arguments]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"queue-service: {said}")
    assert error.count("\n") == 1


def test_a_store_other_than_the_services_is_reported(
    service: Service,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("QUEUE_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("REDIS_URL", raising=False)
    assert main(["simulate", "--url", service.url]) == 1
    assert "The sample's branches are not here" in capsys.readouterr().err


def test_unknown_tokens_end_it_with_a_sentence(service: Service) -> None:
    line = Connection(service.url, threading.Event().wait)
    agenda = Agenda(lambda: 0, lambda _: False)
    with pytest.raises(OperatorError, match="does not know this command's tokens"):
        shift(line, "anywhere", ("qst_x", "qst_x"), agenda, chance(1), lambda _: None)


def test_a_service_that_stays_away_ends_it_with_a_sentence() -> None:
    fast = Fast()
    line = Connection("http://127.0.0.1:1", fast.wait, attempts=4)
    with pytest.raises(OperatorError, match="does not answer any more"):
        line.ask("GET", "/", None, {})
    assert fast.now == 2
