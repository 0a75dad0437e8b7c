"""`queue-service holidays`: enter the public holidays of a year at branches."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

from queue_service.access.operations.access import OPERATOR
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.command import Queue
from queue_service.commands.common import require_branch
from queue_service.configuration.holidays import configured_here, enter_holidays, proposed
from queue_service.configuration.operations import get_branch, list_branches
from queue_service.errors import OperatorError
from queue_service.language.languages import SOURCE
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.running import running_store


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command and what may follow it."""
    parser = subparsers.add_parser("holidays", help="enter the public holidays of a year")
    parser.add_argument("year", metavar="YEAR", type=int, help="this year or one of the next two")
    parser.add_argument(
        "--branch", action="append", help="this one alone, may be given again; else every branch"
    )
    parser.add_argument(
        "--also",
        action="append",
        default=[],
        metavar="DATE",
        help="an optional day to enter too, such as 2027-12-24; may be given again",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="list the days with their marks, and change nothing"
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Carry out the command; returns the exit code. Raises OperatorError if a branch refuses."""
    with running_store(settings) as client:
        queue = Queue(RedisStore(client, replicas=settings.replicas_to_wait))
        branches = _branches(queue, args.branch)
        today = max(moment(branch, queue.store.time()).date for branch in branches)
        if args.dry_run:
            for line in listed(branches, args.year, args.also, today):
                print(line)
        else:
            enter(queue, branches, args.year, args.also, today)
    return 0


def listed(branches: Sequence[Branch], year: int, also: Sequence[str], today: str) -> Iterator[str]:
    """Each coming day of the year: a cross if it would be entered, its date and its name.

    Raises Invalid for a year that is over or far ahead.
    """
    for day in proposed(branches, year, today):
        wanted = day.holiday.date in also if day.holiday.optional else not day.weekday_off
        mark = "x" if wanted and not day.entered else "-"
        yield f"{mark} {day.holiday.date} {day.holiday.names[SOURCE]}"


def enter(
    queue: Queue, branches: Sequence[Branch], year: int, also: Sequence[str], today: str
) -> None:
    """Enter the public holidays on which a branch would be open, and the optional days named.

    Raises OperatorError if there is no day to enter or a branch refuses, and Invalid for a year
    that is over or far ahead.
    """
    days = proposed(branches, year, today)
    wanted = [d.holiday.date for d in days if not (d.holiday.optional or d.weekday_off)]
    unknown = [date for date in also if date not in {day.holiday.date for day in days}]
    if unknown:
        raise OperatorError(f"{unknown[0]} is not one of the coming days: see --dry-run.")
    if not [*wanted, *also]:
        raise OperatorError(f"No branch would be open on a public holiday left in {year}.")
    seen = {branch.id: branch.edition for branch in branches}
    done = enter_holidays(queue, seen, year, [*wanted, *also], today, by=OPERATOR)
    for each in done:
        if each.refusal is None:
            print(
                f"{each.branch}: {len(each.dates)} entered, {' '.join(each.dates) or 'nothing new'}"
            )
    refused = [f"{each.branch} was not changed: {r.detail}" for each in done if (r := each.refusal)]
    if refused:
        raise OperatorError("\n".join(refused))


def _branches(queue: Queue, chosen: Sequence[str] | None) -> list[Branch]:
    for branch in chosen or ():
        require_branch(queue, branch)
    found = [get_branch(queue, id_) for id_ in chosen] if chosen else list_branches(queue)
    branches = configured_here(queue, found)
    if not branches:
        raise OperatorError("There is no branch here whose hours can be changed.")
    return branches
