"""`queue-service token`: tokens for programs, and the screens that were enrolled."""

from __future__ import annotations

import argparse
import sys

from queue_service.access.operations import access
from queue_service.access.rules.credentials import ROLES, TokenRecord, credential_id, digest
from queue_service.access.rules.lifetimes import LONGEST_TOKEN_DAYS, TOKEN_DAYS, UNUSED_DAYS
from queue_service.access.store import AccessStore
from queue_service.command import Command, Queue
from queue_service.commands.common import require_branch
from queue_service.language.wording import date_and_time
from queue_service.printers.operations import remove_printer
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.running import require_started, running_store
from queue_service.tokens.operations import standings
from queue_service.tokens.rules import TokenStanding
from queue_service.visits.operations.taking_back import end_numbers


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command and what may follow it."""
    parser = subparsers.add_parser("token", help="create, list and revoke access tokens")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    create = actions.add_parser("create", help="make a token and print it, this once")
    create.add_argument("--role", required=True, choices=ROLES)
    create.add_argument("--branch", help="bind it to one branch; else it sees all of them")
    create.add_argument(
        "--days",
        type=int,
        default=TOKEN_DAYS,
        help=f"how long it lasts, up to {LONGEST_TOKEN_DAYS} days; without it {TOKEN_DAYS}",
    )
    create.add_argument("--label", default="", help="what it is for, to distinguish it from others")
    actions.add_parser("list", help="list tokens and screens, the oldest first")
    revoke = actions.add_parser("revoke", help="take a token back; open pages end within 5 s")
    revoke.add_argument("token", help="the id that the list shows, or the token itself")
    revoke.add_argument(
        "--end-numbers",
        metavar="MINUTES",
        type=int,
        help="of a kiosk that was misused: numbers of that time that were not called end, too",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Carry out the command; returns the exit code.

    Raises OperatorError if no service ever ran: it would not be this one's.
    """
    require_started(settings)
    with running_store(settings) as client:
        queue = Queue(RedisStore(client, replicas=settings.replicas_to_wait))
        store = queue.get(AccessStore)
        if args.action == "create":
            require_branch(queue, args.branch)
            _create(store, args)
        elif args.action == "list":
            _list(store)
        else:
            _revoke(queue, args)
    return 0


def _revoke(queue: Queue, args: argparse.Namespace) -> None:
    token = access.revoke_token(queue.get(AccessStore), _id(args.token))
    if token.branch is not None:
        remove_printer(queue, token.branch, token.id)
    if args.end_numbers is not None and token.branch is not None:
        since = queue.store.time() - args.end_numbers * 60_000
        command = Command(token.branch, access.OPERATOR)
        ended = end_numbers(queue, command, token.id, since, label=token.label)
        print(f"Numbers that have ended: {ended}.")


def _create(store: AccessStore, args: argparse.Namespace) -> None:
    token, secret = access.create_token(
        store, args.role, args.branch, now=store.now(), label=args.label, days=args.days
    )
    bound = f"for {args.branch}" if args.branch else "for all branches"
    until = date_and_time(token.expires_at, "UTC")
    notice = f"A token of role {args.role}, {bound}, until {until} UTC, shown only this once:"
    print(notice, file=sys.stderr, flush=True)
    print(secret)


def _id(reference: str) -> str:
    return (
        credential_id(digest(reference)) if reference.startswith(access.KEY_PREFIX) else reference
    )


def _list(store: AccessStore) -> None:
    print(
        f"{'id':<16}  {'role':<10}  {'branch':<16}  {'made (UTC)':<16}  {'ends (UTC)':<16}"
        f"  {'last used':<10}  label"
    )
    programs = {one.token.id: one for one in standings(store)}
    for token in access.list_tokens(store):
        print(_line(token, programs.get(token.id)).rstrip())


def _line(token: TokenRecord, program: TokenStanding | None) -> str:
    """A token or screen; only a program's has an end and a last use."""
    created = date_and_time(token.created_at, "UTC")
    ends, used = _end_and_use(program) if program else ("–", "–")
    marks = f"  ({program_marks})" if program and (program_marks := _marks(program)) else ""
    return (
        f"{token.id}  {token.role:<10}  {token.branch or '(all)':<16}  {created}  {ends:<16}"
        f"  {used:<10}  {token.label}{marks}"
    )


def _end_and_use(program: TokenStanding) -> tuple[str, str]:
    ends = program.token.expires_at
    used = program.used_at
    return (
        date_and_time(ends, "UTC") if ends else "none",
        date_and_time(used, "UTC")[:10] if used else "–",
    )


def _marks(program: TokenStanding) -> str:
    """The marks of a token that an operator has to look at."""
    ends = {
        "later": "",
        "soon": f"ends in {program.days_left} days",
        "over": "has ended",
        "none": "no end: replace it",
    }[program.end]
    return ", ".join(filter(None, (ends, f"not used for {UNUSED_DAYS} days" * program.unused)))
