"""`queue-service mobile`: the days of a branch that runs on a machine of its own."""

from __future__ import annotations

import argparse
from typing import Final

from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.commands.common import require_branch
from queue_service.errors import OperatorError
from queue_service.mobile.client import CentralServer
from queue_service.mobile.operations import receiving, sending
from queue_service.mobile.store import MobileStore
from queue_service.mobile.text import no_branch_yet, reached, sent, trouble
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.running import running_store

_NO_HOME: Final = (
    "This is no book bus: no central server is set here. On a bus, name the data folder of its"
    " service (QUEUE_DATA_DIR), and start that once with QUEUE_HOME_URL and QUEUE_HOME_TOKEN."
)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command and what may follow it."""
    parser = subparsers.add_parser("mobile", help="a mobile branch's days")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    verbs.add_parser("send", help="on the bus: send now what the central server lacks")
    verbs.add_parser(
        "status", help="on the bus: what is unsent, and when the central server was reached"
    )
    again = verbs.add_parser("ask", help="on the central server: have the bus send a day again")
    again.add_argument("branch", metavar="BRANCH")
    again.add_argument("date", metavar="DATE", help="such as 2026-11-25")
    over = verbs.add_parser(
        "hand-over", help="on the central server: set which machine runs the branch"
    )
    over.add_argument("branch", metavar="BRANCH")
    over.add_argument("to", choices=("home", "bus"))


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Carry out the command; returns 1 where the bus could not send all."""
    with running_store(settings) as client:
        queue = Queue(RedisStore(client))
        if args.verb == "send":
            return _send(queue, settings)
        if args.verb == "status":
            return _status(queue, settings)
        require_branch(queue, args.branch)
        if args.verb == "ask":
            receiving.ask_again(queue, args.branch, args.date)
            print(f"{args.date} of {args.branch} is asked for at the next contact.")
        else:
            receiving.hand_over(queue, args.branch, args.to)
            print(f"{args.branch} is run by the {args.to} now." if args.to == "bus"
                  else f"{args.branch} is run here now.")  # fmt: skip
    return 0


def _send(queue: Queue, settings: Settings) -> int:
    if not settings.home_url:
        raise OperatorError(_NO_HOME)
    done = sending.send(queue, CentralServer(settings.home_url, settings.home_token))
    if done.configured:
        print(f"{done.branch}: the configuration came from the central server")
    for date in done.sent:
        print(f"{date}: sent")
    for date, why in done.refused.items():
        print(f"{date}: refused. {why}")
    if done.problem:
        raise OperatorError(done.problem)
    print(sent(done.unsent))
    return 0


def _status(queue: Queue, settings: Settings) -> int:
    branch_id = sending.bus_branch(queue)
    if branch_id is None:
        raise OperatorError(
            no_branch_yet(queue.get(MobileStore).no_branch()) if settings.home_url else _NO_HOME
        )
    branch, known = queue.get(BranchStore).get(branch_id), queue.get(MobileStore).known(branch_id)
    print(reached(known, branch))
    for sentence in trouble(known, queue.get(MobileStore).changed_twice(branch_id)):
        print(sentence)
    print(sent(sending.lacking(queue, branch, queue.store.time())))
    return 0
