"""After a day, all outputs agree, to the last digit shown."""

from __future__ import annotations

import csv
import io
import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import pytest

from queue_service.command import Queue
from queue_service.days.rules.period import Period, between
from queue_service.exports.csv_file import DIGITS, RATIO_DIGITS
from queue_service.exports.make import make
from queue_service.exports.order import new_order
from queue_service.history.operations.history import past
from queue_service.reports.build import build
from queue_service.reports.report import Report
from queue_service.store.redis_store import RedisStore
from queue_service.supervisor.prometheus import configuration
from queue_service.tables.build import table
from queue_service.visits.operations import visits
from queue_service.visits.rules.visit import OUTCOMES
from tests.dashboards.day import Day, noon_zone
from tests.prometheus import Asked, prometheus
from tests.running import eventually
from tests.web.service import Service, running_service

SERVICES: Final = ("sundhedskort", "pas", "andet")
ENDINGS: Final = ("completed", "no_show", "abandoned", "incomplete")
GOALS: Final = [
    {
        "id": "handled",
        "indicator": "handling_time_within",
        "threshold_seconds": 75,
        "target_ratio": 0.7,
    },
    {
        "id": "called",
        "indicator": "waiting_time_within",
        "threshold_seconds": 300,
        "target_ratio": 0.8,
    },
    {"id": "first", "indicator": "first_contact", "target_ratio": 0.8},
]


@dataclass
class Outputs:
    """The figures that each of them shows of one day of one branch."""

    branch: str
    asked: Asked
    statistics: Any
    board: Any
    export: dict[str, str]
    report: Report

    def prometheus(self, name: str, **labels: str) -> float:
        """A sum over the branch's series."""
        chosen = ",".join(f'{k}="{v}"' for k, v in {"branch": self.branch, **labels}.items())
        return self.asked.value(f"sum({name}{{{chosen}}})") or 0.0


def spend(day: Day) -> None:
    """Sixty citizens in three hours, with every ending; one leaves unexpectedly."""
    chance = Random(20261125)  # noqa: S311 - seeded, no secret
    day.open("1")
    for turn in range(60):
        ago = 190 - 3 * turn
        service = chance.choice(SERVICES)
        waited = chance.uniform(0, 8)
        if turn % 9 == 4:
            visits.abandon(day.queue, day.command(ago), day.waits(service, ago + waited).id)
        elif turn % 9 == 7:
            called = day.called(service, "1", ago, waited)
            visits.mark_no_show(day.queue, day.command(ago - 1), called.id)
        else:
            day.completed(
                service,
                "1",
                ago - 2.9,
                took=chance.uniform(0.1, 2.9) * chance.choice([0.5, 1]),
                waited=waited,
                outcome=chance.choice(OUTCOMES),
            )
    for minutes in (9, 4):
        day.waits("pas", minutes)


def in_csv(queue: Queue, branch: str, date: str) -> dict[str, str]:
    """The exported line of the day, by the columns' keys."""
    wish = {"content": "days", "from": date, "to": date, "format": "csv", "language": "en"}
    text = make(queue, new_order(branch, (branch,), wish)).content.decode("utf-8-sig")
    heading, line, *_ = csv.reader(io.StringIO(text))
    columns = table(past(queue, branch, between(date, date)), "days", "en").columns
    assert heading == [column.heading for column in columns]
    return dict(zip([column.key for column in columns], line, strict=True))


def on_the_board(service: Service, branch: str) -> Any:
    """The data of the board."""
    request = urllib.request.Request(  # noqa: S310 - our own service
        f"{service.url}/dashboards/{branch}/now",
        headers={"Authorization": f"Bearer {service.token('supervisor', branch)}"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own service
        return json.load(answer)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of its own: a scrape takes as long as there are branches, and has a second."""
    with running_service(tmp_path_factory.mktemp("scraped")) as running:
        yield running


@pytest.fixture(scope="module")
def outputs(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outputs]:
    """A day, and its outputs."""
    folder = tmp_path_factory.mktemp("prometheus")
    token = folder / "token"
    token.write_text(service.token("metrics"))
    branch = service.branch(goals=GOALS, timezone=noon_zone())
    queue = Queue(RedisStore(service.client))
    spend(Day(queue, branch))
    board = on_the_board(service, branch)
    date = board["business_date"]
    with prometheus(folder, configuration(service.url, token, every="1s")) as asked:
        issued = f'sum(queue_visits_issued_total{{branch="{branch}"}})'
        eventually(lambda: asked.value(issued) == 62, seconds=20)
        yield Outputs(
            branch=branch,
            asked=asked,
            statistics=service.api("supervisor", branch).get(
                f"/branches/{branch}/statistics?from={date}&to={date}"
            )["total"],
            board=board,
            export=in_csv(queue, branch, date),
            report=build(queue, branch, "week", Period("week", date, date), queue.store.time()),
        )


def test_counts_agree(outputs: Outputs) -> None:
    state = outputs.statistics
    assert state["issued"] == 62
    assert outputs.prometheus("queue_visits_issued_total") == 62
    assert outputs.board["day"]["issued"] == int(outputs.export["issued"]) == 62
    assert outputs.report.now["issued"] == 62
    for ending in ENDINGS:
        assert outputs.prometheus("queue_visits_ended_total", state=ending) == state[ending]
    assert state["abandoned"] == int(outputs.export["abandoned"]) > 0
    done = outputs.prometheus("queue_inquiries_completed_total")
    assert done == state["inquiries"] == int(outputs.export["inquiries"]) > 30
    assert outputs.report.now["inquiries"] == outputs.board["day"]["completed"] == done


@pytest.mark.parametrize("kind", ["waiting", "handling"])
def test_means_agree(outputs: Outputs, kind: str) -> None:
    total = outputs.prometheus(f"queue_{kind}_seconds_sum")
    n = outputs.prometheus(f"queue_{kind}_seconds_count")
    figures = outputs.statistics[f"{kind}_seconds"]
    assert n == figures["n"]
    assert total / n == pytest.approx(figures["mean"], rel=1e-12)
    assert outputs.report.now[f"{kind}_mean"] == figures["mean"]
    assert float(outputs.export[f"{kind}_mean"]) == round(figures["mean"], DIGITS)


@pytest.mark.parametrize("goal", [str(goal["id"]) for goal in GOALS])
def test_goals_agree(outputs: Outputs, goal: str) -> None:
    (figure,) = (g for g in outputs.statistics["goals"] if g["id"] == goal)
    (drawn,) = (g for g in outputs.board["goals"] if g["id"] == goal)
    (line,) = (g for g in outputs.report.goals if g.goal.id == goal)
    judged = outputs.prometheus("queue_goal_judged_total", goal=goal)
    within = outputs.prometheus("queue_goal_within_total", goal=goal)
    assert 0 < within < judged
    assert (judged, within) == (figure["judged"], figure["within"])
    assert outputs.prometheus("queue_goal_judged_today", goal=goal) == judged
    assert outputs.prometheus("queue_goal_within_today", goal=goal) == within
    assert within / judged == figure["ratio"] == drawn["today"]["ratio"] == line.ratio
    assert (figure["low"], figure["high"]) == (drawn["today"]["low"], drawn["today"]["high"])
    assert figure["verdict"] == drawn["today"]["verdict"] == line.verdict
    assert line.beyond is not None
    assert int(outputs.export[f"{goal}:over"]) == max(0, line.beyond)
    assert float(outputs.export[f"{goal}:share"]) == round(figure["ratio"], RATIO_DIGITS)


def test_percentiles_agree_within_their_bucket(outputs: Outputs) -> None:
    of = f'queue_handling_seconds_bucket{{branch="{outputs.branch}"}}'
    scraped = outputs.asked.value(f"histogram_quantile(0.9, sum by (le) ({of}))")
    exact = outputs.statistics["handling_seconds"]["p90"]
    bounds = [0, 15, 30, 60, 90, 120, 180, 240]
    bucket = next(i for i, bound in enumerate(bounds) if exact <= bound)
    assert scraped is not None
    assert bounds[bucket - 1] <= scraped <= bounds[bucket]


def test_the_day_is_one_day(outputs: Outputs) -> None:
    assert (
        between(outputs.report.first, outputs.report.last).first == outputs.board["business_date"]
    )
