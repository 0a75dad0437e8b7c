"""After a simulated day every panel of Grafana's dashboards has something to show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Any

import pytest

from dashboards.grafana.__main__ import documents
from queue_service.command import Queue
from queue_service.store.connection.clients import connect_jobs
from queue_service.store.redis_store import RedisStore
from queue_service.supervisor.prometheus import configuration
from queue_service.visits.operations import visits
from tests.dashboards.day import Day, noon_zone
from tests.dashboards.grafana_lint import expressions
from tests.dashboards.past import Scrapes, backfill, exposition
from tests.live.test_streams import Listener
from tests.prometheus import Asked, prometheus
from tests.running import eventually
from tests.web.service import Service, running_service
from workers.queues import job_queue
from workers.schedule import Schedule
from workers.worker import make_worker

MINUTES_AGO = (*range(420, 10, -10), *range(10, -1, -1))
"""When it is scraped: often enough at the end for the shortest rates."""

PANELS = [
    (document["uid"], title, expression)
    for document in (json.loads(text) for _, text in documents())
    for title, expression in expressions(document)
]


class Simulation:
    """A branch's day until now: commands at past times, and the samples of that time."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.branch = service.branch(timezone=noon_zone())
        self.day = Day(Queue(RedisStore(service.client)), self.branch)
        self.kiosk = service.api("kiosk", self.branch)
        self.clerk = service.api("clerk", self.branch)
        self.metrics = service.token("metrics")

    def run(self) -> Scrapes:
        """Over seven hours people are helped; some leave, some do not come when called."""
        scrapes: Scrapes = {}
        self.day.open("1", minutes_ago=MINUTES_AGO[0])
        for step, ago in enumerate(MINUTES_AGO):
            self._deeds(step, ago)
            scrapes[self.day.now // 1000 - ago * 60] = exposition(self.service, self.metrics)
        return scrapes

    def _deeds(self, step: int, ago: int) -> None:
        took = (2.0, 3.0, 5.0, 9.0)[step % 4]
        outcome: Any = ("resolved", "self_service", "referred", "resolved")[step % 4]
        self.day.completed("pas", "1", ago, took=took, outcome=outcome)
        if step % 5 == 0:
            left = self.day.waits("korekort", ago + 20)
            visits.abandon(self.day.queue, self.day.command(ago), left.id)
        if step % 7 == 0:
            missed = self.day.called("pas", "1", ago + 1)
            visits.mark_no_show(self.day.queue, self.day.command(ago), missed.id)
            if step % 14 == 0:
                visits.requeue(self.day.queue, self.day.command(ago), missed.id)
                visits.abandon(self.day.queue, self.day.command(ago), missed.id)
        # A ticket through the web, and a slip with it.
        self.kiosk.post(f"/branches/{self.branch}/slips", printed=False)
        given = self.clerk.post(f"/branches/{self.branch}/visits", service="pas")
        self.kiosk.post(f"/branches/{self.branch}/slips", printed=True)
        if ago:
            self.clerk.post(f"/branches/{self.branch}/visits/{given['id']}/abandon")


@pytest.fixture
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of its own: a panel is not to be filled by data of other tests."""
    with running_service(tmp_path_factory.mktemp("grafana")) as running:
        yield running


@pytest.fixture
def simulated(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Simulation:
    """A day behind a Prometheus that does not run yet, with background work and open screens."""
    monkeypatch.setenv("QUEUE_DATA_DIR", str(service.settings.data_dir))
    monkeypatch.delenv("REDIS_URL", raising=False)
    simulation = Simulation(service)
    jobs = connect_jobs(service.settings)
    Schedule().enqueue_due(job_queue(jobs), simulation.day.now)
    make_worker(jobs).work(burst=True, logging_level="CRITICAL")
    display = Listener(service, simulation.branch)
    display.until("snapshot")
    scrapes = simulation.run()
    display.connection.close()
    backfill(tmp_path, scrapes)
    return simulation


def test_every_panel_shows_something_after_a_simulated_day(
    simulated: Simulation, tmp_path: Path
) -> None:
    config = configuration("http://127.0.0.1:9", tmp_path / "no-token", every="1s")
    with prometheus(tmp_path, {**config, "scrape_configs": []}) as asked:
        missing = list(PANELS)

        def all_found() -> bool:
            missing[:] = [panel for panel in missing if not _shows(asked, panel[2])]
            return not missing

        try:
            eventually(all_found, seconds=20)
        except AssertionError:
            pytest.fail("nothing to show: " + "\n".join(map(str, missing)))
        _the_goals_panel_shows_what_the_state_says(simulated, asked)


def _shows(asked: Asked, expression: str) -> bool:
    """Whether there is a figure; a quantile over nothing is none."""
    return any(isfinite(value) for _, value in asked.query(expression))


def _the_goals_panel_shows_what_the_state_says(simulated: Simulation, asked: Asked) -> None:
    state = simulated.service.api().get(f"/branches/{simulated.branch}/state")
    for goal in state["goals"]:
        of = f'{{branch="{simulated.branch}",goal="{goal["id"]}"}}'
        # Of a goal on citizens' answers there is no series, and nothing of today in the state.
        of_answers = goal["id"] == "very-satisfied"
        exposition = None if of_answers else goal["within"], None if of_answers else goal["judged"]
        totals = ("within", "judged")
        assert (
            tuple(asked.value(f"sum(queue_goal_{name}_total{of})") for name in totals) == exposition
        )
