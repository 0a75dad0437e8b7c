"""`queue-service enrol`: a link that makes a screen the kiosk or the display of a branch, or a
feedback terminal."""

from __future__ import annotations

import argparse
import sys

from queue_service.access.operations import access
from queue_service.access.operations.pairing import short_code
from queue_service.access.rules.codes import grouped
from queue_service.access.rules.credentials import SCREEN_KINDS, checked_place
from queue_service.access.store import AccessStore
from queue_service.command import Queue
from queue_service.commands.common import require_branch
from queue_service.errors import CounterNotFound, Invalid, OperatorError
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.running import require_started, running_store
from queue_service.supervisor.service_url import own_url
from queue_service.video.operations import video_counter


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command and what may follow it."""
    parser = subparsers.add_parser("enrol", help="make a link that sets up a screen")
    parser.add_argument("role", choices=SCREEN_KINDS, help="what the screen becomes")
    parser.add_argument("--branch", required=True, help="the branch it belongs to")
    parser.add_argument(
        "--counter", default="", help="the video counter whose screen a kiosk shows"
    )
    parser.add_argument("--label", default="", help="where it is, to distinguish it from others")
    parser.add_argument(
        "--address", help="the service's address as the screen sees it, if not QUEUE_HOST's"
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print the link alone on standard output; returns the exit code."""
    require_started(settings)
    address = args.address or own_url(settings)
    with running_store(settings) as client:
        queue = Queue(RedisStore(client, replicas=settings.replicas_to_wait))
        require_branch(queue, args.branch)
        if args.counter:
            _require_screen(queue, args)
        store = queue.get(AccessStore)
        place = checked_place(args.role, args.branch, args.label, args.counter)
        _, code = access.create_enrolment(
            store,
            place.role,
            place.branch,
            now=store.now(),
            label=place.label,
            counter=place.counter,
            feedback=place.feedback,
        )
        letters = grouped(short_code(store, code))
    here = address.rstrip("/")
    print(f"{here}/enrol/{code}")
    print(
        f"Open it on the screen within 15 minutes, or open {here}/pair there and type {letters}."
        " It works once.",
        file=sys.stderr,
    )
    return 0


def _require_screen(queue: Queue, args: argparse.Namespace) -> None:
    if args.role != "kiosk":
        raise OperatorError("The screen of a video counter is set up as a kiosk.")
    try:
        video_counter(queue, args.branch, args.counter)
    except (CounterNotFound, Invalid) as error:
        raise OperatorError(f"{args.counter} is no counter served by video: see /admin.") from error
