"""`queue-service user`: the accounts that staff log in with."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection
from getpass import getpass
from typing import Any, Final

from queue_service.access.operations import accounts
from queue_service.access.operations.passwords import make_password
from queue_service.access.rules.credentials import ACCOUNT_ROLES
from queue_service.access.store import AccessStore
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.commands.common import require_branch
from queue_service.passkeys.operations import passkeys
from queue_service.passkeys.store import PasskeyStore
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.running import require_started, running_store

_PASSWORD_HELP = (
    "the password is asked for, or read from the first line of standard input; "  # noqa: S105 - a help text
    "when that is empty one is made up and printed"
)

_ROLE_ACTIONS: Final = {
    "role": "give an account another first role; its logins end",
    "add-role": "give an account a further role or branch; its logins end",
    "remove-role": "take a further role from an account; its logins end",
}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command and what may follow it."""
    parser = subparsers.add_parser("user", help="add accounts and set their passwords")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = actions.add_parser("add", help="make an account", description=_PASSWORD_HELP)
    add.add_argument("name", help="what to log in as, such as skranke")
    add.add_argument("--role", required=True, choices=ACCOUNT_ROLES)
    add.add_argument("--branch", help="bind it to one branch; else it sees all of them")
    password = actions.add_parser(
        "password", help="set another password; its logins end", description=_PASSWORD_HELP
    )
    password.add_argument("name")
    for parser_with_password in (add, password):
        parser_with_password.add_argument(
            "--generate", action="store_true", help="ask for nothing, make a password up"
        )
        parser_with_password.add_argument(
            "--must-change",
            action="store_true",
            help="its user has to choose another one at the first login",
        )
    for action, text in _ROLE_ACTIONS.items():
        role = actions.add_parser(action, help=text)
        role.add_argument("name")
        role.add_argument("--role", required=True, choices=ACCOUNT_ROLES)
        role.add_argument("--branch", help="of one branch; else of all")
    passkeys_gone = actions.add_parser(
        "remove-passkeys", help="remove all passkeys of an account, whose user has lost them"
    )
    passkeys_gone.add_argument("name")
    ended = actions.add_parser("end-logins", help="end every login of an account, and its PINs")
    ended.add_argument("name")
    actions.add_parser("list", help="list the accounts")
    remove = actions.add_parser("remove", help="close an account; its logins end")
    remove.add_argument("name")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Carry out the command; returns the exit code.

    Raises OperatorError if no service ever ran: it would not be this one's.
    """
    require_started(settings)
    with running_store(settings) as client:
        queue = Queue(RedisStore(client, replicas=settings.replicas_to_wait))
        store = queue.get(AccessStore)
        if args.action == "list":
            _list(store)
        elif args.action == "remove":
            accounts.remove_account(store, args.name)
        elif args.action == "end-logins":
            accounts.end_logins(store, args.name)
        elif args.action == "remove-passkeys":
            removed = passkeys.remove_all(queue.get(PasskeyStore), store, args.name)
            print(f"{removed} removed")
        elif args.action in _ROLE_ACTIONS:
            _change_roles(queue, store, args)
        else:
            if args.action == "add":
                require_branch(queue, args.branch)
            _with_password(store, args, queue.get(BranchStore).names())
    return 0


def _change_roles(queue: Queue, store: AccessStore, args: argparse.Namespace) -> None:
    if args.action == "remove-role":
        accounts.remove_grant(store, args.name, args.role, args.branch)
    else:
        require_branch(queue, args.branch)
        change = accounts.add_grant if args.action == "add-role" else accounts.change_account
        change(store, args.name, args.role, args.branch)


def _with_password(store: AccessStore, args: argparse.Namespace, around: Collection[str]) -> None:
    typed = "" if args.generate else _prompt()
    password = typed or make_password()
    kept: dict[str, Any] = {"around": around, "must_change": args.must_change}
    if args.action == "add":
        accounts.add_account(
            store, args.name, password, args.role, args.branch, now=store.now(), **kept
        )
    else:
        accounts.set_password(store, args.name, password, **kept)
    if not typed:
        print(f"The password of {args.name}, shown only this once:", file=sys.stderr, flush=True)
        print(password)


def _prompt() -> str:
    if sys.stdin.isatty():
        return getpass("Password (leave empty to have one made up): ")
    return sys.stdin.readline().rstrip("\r\n")


def _list(store: AccessStore) -> None:
    print(f"{'name':<24}  {'role':<10}  branch")
    for account in accounts.list_accounts(store):
        for number, grant in enumerate(account.grants):
            name = "" if number else account.name
            print(f"{name:<24}  {grant.role:<10}  {grant.branch or '(all)'}")
