"""`queue-service config`: the configuration of branches, from a file and to one."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from queue_service.branches.contract.config import parse_config
from queue_service.command import Queue
from queue_service.configuration.operations import Configured, get_branch, list_branches, put_branch
from queue_service.contract.decoding import decode
from queue_service.errors import Invalid, QueueError
from queue_service.runtime.settings import OperatorError, Settings
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.running import running_store

Documents = dict[str, dict[str, Any]]
"""Configurations by the id of their branch."""

_EXPECTED: Final = 'It must hold {"branches": {"id": {…}}}, or one branch as {"name": "…", …}.'


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command and what may follow it."""
    parser = subparsers.add_parser("config", help="apply or export a branch's configuration")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    apply = actions.add_parser("apply", help="create or replace branches from a file")
    apply.add_argument("file", metavar="FILE", help="JSON as export writes it; - for stdin")
    apply.add_argument("--branch", help="this one alone; names it where the file does not")
    apply.add_argument(
        "--dry-run", action="store_true", help="say what would change, and change nothing"
    )
    export = actions.add_parser("export", help="print the configuration of the branches")
    export.add_argument("--branch", help="this one alone; else all but the historic ones")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Carry out the command; returns the exit code."""
    documents = read(args.file, args.branch) if args.action == "apply" else {}
    with running_store(settings) as client:
        queue = Queue(RedisStore(client, replicas=settings.replicas_to_wait))
        if args.action == "apply":
            for line in (planned if args.dry_run else apply_all)(queue, documents):
                print(line, flush=True)
        else:
            print(exported(queue, args.branch))
    return 0


def read(file: str, only: str | None = None) -> Documents:
    """The configurations in a file, each validated and with its defaults filled in.

    ``only`` is the id of the one that is wanted. Raises OperatorError naming whatever is wrong in
    any of them.
    """
    try:
        content = decode(sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes())
    except OSError as error:
        raise OperatorError(f"{file} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        expected = "It must be as `queue-service config export` writes it."
        raise OperatorError(f"{file} is not readable JSON: {error}. {expected}") from None
    found: Documents = {}
    problems: list[str] = []
    for branch_id, document in _branches(file, content, only).items():
        try:
            found[branch_id] = parse_config(document, branch_id)
        except Invalid as error:
            problems += _lines(branch_id, error)
    if problems:
        raise OperatorError("Nothing was changed; correct these:\n  " + "\n  ".join(problems))
    return found


def planned(queue: Queue, documents: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The effects of applying the configurations: of a branch that is replaced, which fields."""
    known = {branch.id: branch.document for branch in list_branches(queue)}
    for branch_id, document in documents.items():
        before = known.get(branch_id)
        if before is None:
            yield f"{branch_id}: would be created"
            continue
        fields = sorted(
            name for name in {*before, *document} if before.get(name) != document.get(name)
        )
        what = f"replaced: {', '.join(fields)}" if fields else "unchanged"
        yield f"{branch_id}: would be {what}"


def apply_all(queue: Queue, documents: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Put configurations in place, and report each one that is.

    Raises OperatorError if a branch refuses; those before it stay changed.
    """
    for branch_id, document in documents.items():
        try:
            done = put_branch(queue, branch_id, document)
        except QueueError as error:
            raise OperatorError(f"{branch_id} was not changed: {error.detail}") from None
        yield f"{branch_id}: {_what(done)}"


def _what(done: Configured) -> str:
    if done.unchanged:
        return "unchanged"
    return "created" if done.created else "replaced"


def exported(queue: Queue, branch_id: str | None) -> str:
    """The JSON that ``apply`` reads. Raises BranchNotFound."""
    if branch_id is None:
        branches = [branch for branch in list_branches(queue) if not branch.historic]
    else:
        branches = [get_branch(queue, branch_id)]
    documents = {"branches": {branch.id: branch.document for branch in branches}}
    return json.dumps(documents, ensure_ascii=False, indent=2)


def _branches(file: str, content: object, only: str | None) -> dict[str, Any]:
    found = _found(file, content, only)
    if only is None:
        return found
    if only not in found:
        raise OperatorError(f"{file} holds no branch “{only}”: it holds {', '.join(found)}.")
    return {only: found[only]}


def _found(file: str, content: object, only: str | None) -> dict[str, Any]:
    match content:
        case {"branches": dict() as branches, **rest} if not rest:
            return branches
        case {"id": branch_id, **document}:
            return {str(branch_id): document}
        case {"name": _} if only is not None:
            return {only: content}
        case {"name": _}:
            raise OperatorError(
                f"{file} holds one branch without its id: name it with --branch ID."
            )
    raise OperatorError(f"{file} holds no configuration. {_EXPECTED}")


def _lines(branch_id: str, error: Invalid) -> Iterator[str]:
    faults = error.extra["errors"]
    if isinstance(faults, list):
        for fault in faults:
            yield " ".join(filter(None, (f"{branch_id}:", fault["field"], fault["reason"])))
