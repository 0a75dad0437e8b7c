"""32 kiosks and 8 clerks at one branch, the store killed meanwhile: nothing twice or lost."""

from __future__ import annotations

import threading
from collections import Counter as Count
from collections.abc import Iterator
from typing import Final

from benchmarks.load import Driver
from benchmarks.report import Row, at_most
from benchmarks.running import Options, others
from benchmarks.stack import Stack, running
from benchmarks.users import Told, insistent_clerk, insistent_kiosk

_BRANCH: Final = "busy"
_KIOSKS: Final = 32
_CLERKS: Final = 8
_SERVICES: Final = 4
_SECONDS: Final = 12.0


def run(options: Options) -> Iterator[Row]:
    """Every promise that was made is looked up afterwards."""
    seconds = max(4.0, options.seconds(_SECONDS))
    with running() as stack, others() as pool:
        stack.add_branch(_BRANCH, _SERVICES, _CLERKS)
        stack.open_counters(_BRANCH, _CLERKS)
        tokens = stack.token("kiosk", _BRANCH), stack.token("clerk", _BRANCH)
        acting = pool.submit(act, stack.port, tokens, seconds)
        threading.Event().wait(seconds / 2)
        stack.kill_store()
        told = acting.result()
        yield from _judge(stack, told)


def act(port: int, tokens: tuple[str, str], seconds: float) -> Told:
    """All of them at once; gives what they were told."""
    told = Told()
    kiosks = [
        insistent_kiosk(tokens[0], _BRANCH, f"service-{n % _SERVICES}", told)
        for n in range(_KIOSKS)
    ]
    clerks = [insistent_clerk(tokens[1], _BRANCH, str(n + 1), told) for n in range(_CLERKS)]
    Driver(port).run([*kiosks, *clerks], seconds)
    return told


def _judge(stack: Stack, told: Told) -> Iterator[Row]:
    kept = {visit.id: visit for visit in stack.all_visits(_BRANCH)}
    numbers = Count((visit.date, visit.number) for visit in kept.values())
    at_counters = Count(v.counter for v in kept.values() if v.state in ("called", "serving"))
    calls = Count(visit for visit, _ in told.called)
    lost = [i for i, number in told.issued if i not in kept or kept[i].number != number]
    wrong = [i for i, counter in told.called if kept[i].called_to != counter]
    undone = [i for i in told.completed if kept[i].state != "completed"]
    yield Row(
        "tickets, calls and completions acknowledged",
        f"{len(told.issued)}, {len(told.called)}, {len(told.completed)}; "
        f"{told.repeated} requests repeated while the store was killed",
    )
    yield at_most("numbers issued twice", sum(n - 1 for n in numbers.values()), 0)
    yield at_most("visits called twice", sum(n - 1 for n in calls.values()) + len(wrong), 0)
    yield at_most("counters with two visits", sum(n > 1 for n in at_counters.values()), 0)
    yield at_most("acknowledged tickets and completions lost", len(lost) + len(undone), 0)
