"""/metrics/queue over time: restarts, changed configurations, an absent store, many visits."""

from __future__ import annotations

from pathlib import Path

import pytest

from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.running import running_store
from tests.metrics.places import B, Place, collector, configuration, read, scrape


def test_a_restart_of_processes_and_store_resets_nothing(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with running_store(settings) as client:
        place = Place(Queue(RedisStore(client))).configure()
        place.open("1")
        place.serve_whole()
        before = scrape(place.queue)
    with running_store(settings) as client:
        after = scrape(Queue(RedisStore(client)))
    assert before["queue_visits_ended_total", B, "pas", "completed"] == 1
    duration = ("queue_collector_duration_seconds",)
    assert after | {duration: 0} == before | {duration: 0}


def test_counters_outlive_their_service_and_goal(place: Place) -> None:
    place.open("1")
    place.serve_whole("turist")
    asked = collector(place.queue)
    before = read(asked.collect())
    config = configuration()
    put_branch(
        place.queue, B, configuration(services=config["services"][:1], goals=config["goals"][:1])
    )
    for samples in (read(asked.collect()), scrape(place.queue)):
        fallen = [
            key
            for key, value in before.items()
            if key[0].endswith(("_total", "_count", "_sum", "_bucket"))
            and samples.get(key, 0) < value
        ]
        assert fallen == []
        assert samples["queue_goal_judged_total", B, "first-contact", "turist"] == 1
        assert ("queue_visits_waiting", B, "turist") not in samples
        assert ("queue_goal_target_ratio", B, "first-contact") not in samples


def test_a_changed_configuration_is_seen_by_a_running_process(place: Place) -> None:
    asked = collector(place.queue)
    asked.collect()
    services = configuration()["services"]
    pension = {"id": "pension", "name": {"da": "Pension"}, "prefix": "C", "active": True}
    put_branch(place.queue, B, configuration(services=[*services, pension]))
    assert read(asked.collect())["queue_visits_issued_total", B, "pension"] == 0


def test_without_the_store_it_says_so_and_nothing_else(settings: Settings) -> None:
    gone = Settings(redis_url=f"unix://{settings.data_dir}/nothing")
    with connect(gone) as client:
        samples = scrape(Queue(RedisStore(client)))
    assert samples["queue_collector_up",] == 0
    assert set(samples) == {("queue_collector_up",), ("queue_collector_duration_seconds",)}


@pytest.mark.slow
def test_the_cost_does_not_grow_with_the_visits(data_dir: Path) -> None:
    def cost() -> tuple[int, int]:
        """How many commands a scrape takes, and how many bytes the store sends for it."""
        asked.collect()  # what is kept for some seconds is asked for again
        before = client.info("stats")
        asked.collect()
        after = client.info("stats")
        commands, sent = "total_commands_processed", "total_net_output_bytes"
        return after[commands] - before[commands], after[sent] - before[sent]

    # A store without other clients.
    with running_store(Settings(data_dir=data_dir)) as client:
        place = Place(Queue(RedisStore(client))).configure()
        place.open("1")
        place.serve_whole()
        asked = collector(place.queue)
        few = cost()
        for _ in range(200):
            place.serve_whole(wait=61, handle=90)
        many = cost()
    assert many[0] == few[0]
    # The numbers have more digits, which is all that has grown.
    assert many[1] < few[1] + 500
