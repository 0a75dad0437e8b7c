"""Two services as in production, a connection that is cut, and a bus that is killed in every
step."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.store import CounterStore
from queue_service.mobile.client import CentralServer, CentralServerRefused, ConnectionFailed
from queue_service.mobile.operations import sending
from queue_service.mobile.text import sent
from queue_service.runtime import central_server_file
from queue_service.runtime.central_server_file import CentralServerAccess
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.embedded import embedded_url
from tests.desks import document
from tests.mobile.lossy_proxy import LossyProxy, Where, lossy_proxy
from tests.running import environment
from tests.web.service import ALWAYS, Service, running_service

BUS = "bogbussen"
REQUESTS = 4  # a contact, the day's only part, its end, and a contact


@dataclass
class BusService:
    """A bus and the central server, and the connection between them."""

    bus: Service
    central: Service
    proxy: LossyProxy
    token: str

    @property
    def queue(self) -> Queue:
        """The operations on the bus."""
        return Queue(RedisStore(self.bus.client))

    def command(self, *words: str, variables: bool = True) -> subprocess.Popen[str]:
        """A command of an operator on the bus, as a process of its own, with or without the
        variables that the service was started with."""
        folder = self.bus.settings.data_dir
        central = {"QUEUE_HOME_URL": self.proxy.url, "QUEUE_HOME_TOKEN": self.token}
        settings = {"REDIS_URL": embedded_url(folder), **(central if variables else {})}
        return subprocess.Popen(
            [sys.executable, "-m", "queue_service", *words],
            env=environment(folder, **settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def send(self) -> sending.Round:
        """A round, in this process."""
        return sending.send(self.queue, CentralServer(self.proxy.url, self.token))

    def serve(self, outcome: str = "resolved") -> None:
        """One citizen comes to the bus and is helped."""
        desk = self.bus.api("clerk", BUS)
        visit = desk.post(f"/branches/{BUS}/counters/1/serve", service="pas")
        desk.post(f"/branches/{BUS}/visits/{visit['id']}/complete", outcome=outcome)

    def figures(self, service: Service) -> list[Any]:
        """Everything a program hears of the branch's day, and Prometheus' counters."""
        leader = service.api("supervisor", BUS)
        output = [leader.get(f"/branches/{BUS}/statistics?by={by}") for by in ("day", "service")]
        state = leader.get(f"/branches/{BUS}/state")
        kept = {name: state[name] for name in ("queues", "counters", "today", "goals", "calls")}
        for queue in kept["queues"]:
            queue["longest_wait_seconds"] = None
        return [*output, kept]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BusService]:
    """Both services run; the central server knows the branch, and the bus does not."""
    folders = [tmp_path_factory.mktemp(name) for name in ("bus", "home")]
    with running_service(folders[0]) as bus, running_service(folders[1]) as central:
        stops = [{"id": "torvet", "name": {"da": "Torvet"}, "hours": ALWAYS}]
        put_branch(Queue(RedisStore(central.client)), BUS, document(stops=stops))
        with lossy_proxy(central.url) as proxy:
            yield BusService(bus, central, proxy, central.token("mobile", BUS))


def test_a_day_is_sent_exactly_once(pair: BusService) -> None:
    # The first round brings the configuration out, by the command of an operator.
    begun = pair.command("mobile", "send")
    said, _ = begun.communicate(timeout=30)
    assert (begun.returncode, said) == (
        0,
        f"{BUS}: the configuration came from the central server\n{sent([])}\n",
    )
    desk = pair.bus.api("clerk", BUS)
    desk.post(f"/branches/{BUS}/counters/1/open")
    desk.post(f"/branches/{BUS}/visits", service="turist")
    pair.serve()

    # Cut before the central server has a request, and before its answer has come back.
    for where in ("asked", "answered"):
        for request in range(1, REQUESTS + 1):
            pair.serve()
            pair.proxy.arm(request, where)
            assert pair.send().problem.endswith("is not reached (RemoteDisconnected).")
    pair.proxy.whole()
    assert pair.send().problem == ""
    assert pair.figures(pair.central) == pair.figures(pair.bus)
    issued = pair.central.api("supervisor", BUS).get(f"/branches/{BUS}/state")["today"]["issued"]
    assert issued == 2 + 2 * REQUESTS


@pytest.mark.nightly
@pytest.mark.parametrize("where", ["asked", "answered"])
def test_a_bus_that_is_killed_in_any_step_loses_and_doubles_nothing(
    pair: BusService, where: Where
) -> None:
    pair.proxy.whole()
    pair.send()
    if not pair.queue.get(CounterStore).states(BUS).open:
        pair.bus.api("clerk", BUS).post(f"/branches/{BUS}/counters/1/open")
    for request in range(1, REQUESTS + 1):
        pair.serve("referred")
        pair.proxy.arm(request, where, hold=True)
        process = pair.command("mobile", "send")
        assert pair.proxy.held.wait(30)
        process.kill()
        process.communicate()
        pair.proxy.go_on.set()
    pair.proxy.whole()
    assert pair.send().problem == ""
    assert pair.figures(pair.central) == pair.figures(pair.bus)


def test_a_server_that_answers_with_something_else_is_no_central_server(pair: BusService) -> None:
    with pytest.raises(ConnectionFailed):
        CentralServer(pair.central.url + "/static", pair.token).ask("POST", "/nothing", {})
    with pytest.raises(CentralServerRefused) as refused:
        CentralServer(pair.central.url, "qst_wrong").ask("POST", "/api/v1/mobile/contact", {})
    assert refused.value.code == "unauthenticated"
    assert "qst_wrong" not in repr(CentralServer("http://127.0.0.1", "qst_wrong"))


def test_every_command_of_a_second_terminal_uses_the_same_central_server(pair: BusService) -> None:
    pair.proxy.whole()
    central_server_file.keep(
        pair.bus.settings.data_dir, CentralServerAccess(pair.proxy.url, pair.token)
    )
    for words in (("mobile", "send"), ("mobile", "status"), ("doctor", "home")):
        output = pair.command(*words, variables=False)
        said, _ = output.communicate(timeout=30)
        assert output.returncode == 0, said
        assert said.splitlines()[-1].endswith(sent([])), words
    assert f"{pair.proxy.url} answers, and knows the token of this bus." in said
    assert f"{BUS}: the central server was last reached " in said
    central_server_file.keep(
        pair.bus.settings.data_dir, CentralServerAccess(pair.proxy.url, "qst_wrong")
    )
    output = pair.command("doctor", "home", variables=False)
    said, _ = output.communicate(timeout=30)
    assert output.returncode == 1
    assert "does not take the token of this bus: This token or login is unknown" in said
