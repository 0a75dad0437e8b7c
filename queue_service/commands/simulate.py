"""`queue-service simulate`: citizens and clerks use a running service, so that every page lives."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Callable
from random import Random
from time import monotonic
from typing import Final

from queue_service.access.store import AccessStore
from queue_service.bookings.store import BookingStore
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.errors import OperatorError
from queue_service.runtime.settings import Settings
from queue_service.sample import BRANCHES
from queue_service.simulation.agenda import Agenda
from queue_service.simulation.appointments import BookedTime
from queue_service.simulation.client import Connection, RequestRefused
from queue_service.simulation.run import SimulatedShift, play, shift, tokens
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.running import running_store
from queue_service.supervisor.service_url import own_url
from queue_service.supervisor.signals import signals

_SPEED_MAX: Final = 100.0


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command and what may follow it."""
    parser = subparsers.add_parser("simulate", help="let citizens and clerks use a running service")
    parser.add_argument(
        "--branch",
        action="append",
        help="this branch; may be repeated; else the sample's that are open now",
    )
    parser.add_argument(
        "--speed",
        type=_number(1, _SPEED_MAX),
        default=1.0,
        help="so many times as many citizens, served so many times as fast",
    )
    parser.add_argument(
        "--minutes", type=_number(0, 1e6), help="stop after so many; else at Ctrl-C"
    )
    parser.add_argument("--url", help="where the service is, if not where the settings say")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Simulate until the time is over or somebody stops it; nothing is left open then.

    Raises OperatorError if no service answers.
    """
    pause = threading.Event().wait
    url = args.url or own_url(settings)
    if not Connection(url, pause).is_ready():
        raise OperatorError(f"No service answers at {url}: start it first, or name it with --url.")
    with running_store(settings) as client:
        queue = Queue(RedisStore(client))
        branches = _branches(args.branch, [branch.id for branch in queue.get(BranchStore).in_use()])
        with tokens(queue.get(AccessStore), branches) as keys, signals(once=True) as waiting:
            agenda = Agenda(monotonic, waiting.is_stopped_within, args.speed)
            # Its pauses are not cut short by the stop, which still has counters to close.
            connection = Connection(url, pause)
            random = Random()  # noqa: S311 - seeded, no secret
            shifts = [shift(connection, b, keys[b], agenda, random, _say) for b in branches]
            for one in shifts:
                one.booked = _booked_today(queue, one.office.branch)
            selected = shifts if args.branch else [one for one in shifts if one.is_open()]
            _play(selected, agenda, None if args.minutes is None else 60 * args.minutes)
    return 0


def _booked_today(queue: Queue, branch_id: str) -> list[BookedTime]:
    """The bookings of the rest of the day, which the branch's citizens made before."""
    now = queue.store.time()
    ends = moment(queue.get(BranchStore).get(branch_id), now).day_ends
    found = queue.get(BookingStore).between(branch_id, now, ends)
    return [BookedTime(b.code, b.service, b.starts_at) for b in found if b.state == "booked"]


def _play(shifts: list[SimulatedShift], agenda: Agenda, seconds: float | None) -> None:
    try:
        play(shifts, agenda, seconds)
    except RequestRefused as refused:
        raise OperatorError(f"The simulation cannot go on: {refused}") from None


def _number(low: float, high: float) -> Callable[[str], float]:
    def number(text: str) -> float:
        value = float(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"it must be from {low:g} to {high:g}")
        return value

    return number


def _branches(wanted: list[str] | None, known: list[str]) -> list[str]:
    selected = list(dict.fromkeys(wanted or [branch for branch in BRANCHES if branch in known]))
    unknown = [branch for branch in selected if branch not in known]
    if unknown:
        raise OperatorError(f"There is no branch {unknown[0]}; name another with --branch.")
    if not selected:
        raise OperatorError("The sample's branches are not here: name one with --branch.")
    return selected


def _say(text: str) -> None:
    print(text, flush=True)
