"""Parts of the service are killed under load, and in the end all of it at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.conftest import SERVICES, Size, Target
from tests.running import descendants, eventually, is_alive, kill
from tests.supervisor.test_supervisor import BACKGROUND, WEB

pytestmark = pytest.mark.nightly


def test_web_processes_that_are_killed_lose_and_double_nothing(
    target: Callable[..., Target], size: Size
) -> None:
    here = target()
    with here.load().acting(
        SERVICES, here.counters, kiosks=size.kiosks, pause=0.05
    ) as acknowledged:
        for _ in range(size.kills):
            acknowledged.wait_for_tickets(20)
            _, *workers = here.up.children(WEB)
            kill(workers[:1])
            acknowledged.wait_for_tickets(20)
            kill(here.up.children(WEB)[:1])  # the one that started the others
        acknowledged.wait_for_tickets(20)
    here.checker().check(acknowledged)


def test_killed_background_processes_lose_no_ticket(
    target: Callable[..., Target], size: Size
) -> None:
    here = target()
    with here.load().acting(
        SERVICES, here.counters, kiosks=size.kiosks, pause=0.05
    ) as acknowledged:
        for word in BACKGROUND:
            acknowledged.wait_for_tickets(20)
            kill(here.up.children(f" {word}"))
        acknowledged.wait_for_tickets(20)
    here.checker().check(acknowledged)
    assert acknowledged.statuses.keys() <= {200, 201, 204}


def test_after_all_of_it_was_killed_at_once_the_next_start_has_everything(
    target: Callable[..., Target], size: Size
) -> None:
    first = target()
    with first.load().acting(
        SERVICES, first.counters, kiosks=size.kiosks, pause=0.05
    ) as acknowledged:
        acknowledged.wait_for_tickets(20)
        pids = [first.up.process.pid, *descendants(first.up.process.pid)]
        kill(pids)
        first.up.process.wait()
    eventually(lambda: not any(map(is_alive, pids)))
    again = target()
    with again.load().acting(SERVICES, [], kiosks=size.kiosks, pause=0.05) as after:
        after.wait_for_tickets(20)
    checker = again.checker()
    checker.check(acknowledged)
    checker.check(after)
