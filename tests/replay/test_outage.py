"""A replay outlives the store's outages, does nothing twice, and says how far it came."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from queue_service.branches.contract.config import parse_config
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import StoreUnavailable
from queue_service.replay.plan import document, make_plan
from queue_service.replay.retry import Retry
from queue_service.replay.rows import ReplayRow
from queue_service.replay.run import Player
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import READING, RedisStore
from tests.replay.test_replay import COLUMNS, DAY, ZONE, rows_of
from tests.running import environment
from tests.store.serving import serving


class Forgetful(RedisStore):
    """A store whose answers are lost on the way, two of every three, after it has done its part."""

    asked = 0

    def run(self, name: str, keys: Sequence[str], args: Sequence[str | int]) -> Any:
        answer = super().run(name, keys, args)
        if name in READING:
            return answer
        self.asked += 1
        if self.asked % 3:
            raise StoreUnavailable("The answer was lost.")
        return answer


def player_of(queue: Queue, folder: Path, branch_id: str, retry: Retry) -> Player:
    """Of the sample days, in a branch that was made without any trouble."""
    rows = rows_of(DAY, folder)
    plan = make_plan(row for row in rows if isinstance(row, ReplayRow))
    configured = parse_config(document("r", plan, ZONE.key), branch_id)
    untroubled = Queue(RedisStore(queue.store.client))
    return Player(queue, put_branch(untroubled, branch_id, configured).branch, plan, retry)


def test_a_change_whose_response_was_lost_is_not_made_twice(
    redis_client: Redis, tmp_path: Path
) -> None:
    retry = Retry(pause=lambda _: None)
    stores = {"quiet": RedisStore(redis_client), "broken": Forgetful(redis_client)}
    days = {
        branch_id: list(player_of(Queue(store), tmp_path, branch_id, retry).days())
        for branch_id, store in stores.items()
    }
    assert days["broken"] == days["quiet"]
    # To open a counter again is to take it over; nothing else of it is another.
    events: Any = [redis_client.xrange(BranchKeys(branch_id).events) for branch_id in stores]
    names = [[fields["event"] for _, fields in each] for each in events]
    quiet, broken = ([n for n in each if n != "counter.taken_over"] for each in names)
    assert quiet == broken
    assert not redis_client.keys("*memo*"), "keys of answers that came are of no use"


def test_a_store_that_ends_in_the_middle_is_waited_for(data_dir: Path, tmp_path: Path) -> None:
    said: list[str] = []
    with ExitStack() as stack:
        server, client = stack.enter_context(serving(data_dir))

        def bring_back(_: float) -> None:
            stack.enter_context(serving(data_dir))

        retry = Retry(said.append, bring_back)
        days = player_of(Queue(RedisStore(client)), tmp_path, "r", retry).days()
        first = next(days)
        server.kill()
        server.wait()
        second = next(days)
    assert [first.date, second.date] == ["2026-03-02", "2026-03-03"]
    assert (second.figures.visits or {})["completed"] == 2
    assert said == [
        "The store does not answer. If the service was stopped, start it again within two minutes.",
        "The store answers again; going on.",
    ]


def test_a_store_that_stays_away_is_given_up_after_two_minutes(tmp_path: Path) -> None:
    clock = count(0.0, 40.0)
    pauses: list[float] = []
    store = RedisStore(connect(Settings(data_dir=tmp_path)))
    with pytest.raises(StoreUnavailable):
        Retry(pause=pauses.append, clock=lambda: next(clock)).insist(store.time)
    assert len(pauses) == 2


def test_ctrl_c_says_how_far_the_branch_is_filled_and_so_does_the_next_try(
    data_dir: Path, tmp_path: Path
) -> None:
    file = tmp_path / "long.csv"
    first = "v0,NE,2026-03-01T09:00:00,,,,,abandoned,2026-03-01T09:10:00\n"
    many = (f"v{n},NE,2026-03-02T09:00:00,,,,,,2026-03-02T10:00:00\n" for n in range(1, 20000))
    file.write_text(f"{COLUMNS}\n{first}{''.join(many)}")
    command = [sys.executable, "-m", "queue_service", "replay", str(file)]
    process = subprocess.Popen(
        command,
        env=environment(data_dir),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    next(line for line in process.stdout if line.startswith("2026-03-01"))
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    another = (
        "Remove it with “queue-service branch remove replay-long” and replay again,"
        " or name another branch with --branch."
    )
    held = "Branch replay-long holds whole days up to 2026-03-01 only."
    assert errors == f"queue-service: Stopped. {held} {another}\n"
    again = subprocess.run(command, env=environment(data_dir), capture_output=True, text=True)
    assert again.returncode == 1
    assert again.stderr == f"queue-service: Branch replay-long is there already. {another}\n"
