"""`queue-service config`: the configuration of branches, from a file and to one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from queue_service.audit.text import actor_word
from queue_service.command import Queue
from queue_service.configuration.closing_text import closing_lines
from queue_service.configuration.file import FileBranch, file_text, read_branches
from queue_service.configuration.operations import Configured, get_branch, list_branches, put_branch
from queue_service.configuration.plan import ChangedSince, Plan, plan_branch
from queue_service.configuration.rules.difference import FieldDifference, differences
from queue_service.configuration.text import difference_words
from queue_service.errors import OperatorError, QueueError
from queue_service.language.languages import SOURCE
from queue_service.language.wording import NOTHING, Wording, date_and_time
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.running import running_store

CHANGED_SINCE: Final = 3
"""The exit code where somebody else has changed a branch since the file was made."""
_SAY: Final = Wording(SOURCE)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command and what may follow it."""
    parser = subparsers.add_parser("config", help="apply or export a branch's configuration")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    apply = actions.add_parser("apply", help="create or replace branches from a file")
    file_help = "JSON as export writes it, or TOML; - for stdin"
    apply.add_argument("file", metavar="FILE", help=file_help)
    apply.add_argument("--branch", help="this one alone; names it where the file does not")
    apply.add_argument(
        "--dry-run", action="store_true", help="say what would change, and change nothing"
    )
    export = actions.add_parser("export", help="print the configuration of the branches")
    export.add_argument("--branch", help="this one alone; else all but the historic ones")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Carry out the command; returns the exit code."""
    wanted = _read(args.file, args.branch) if args.action == "apply" else {}
    with running_store(settings) as client:
        queue = Queue(RedisStore(client, replicas=settings.replicas_to_wait))
        if args.action == "export":
            print(exported(queue, args.branch))
            return 0
        plans = plan_all(queue, wanted)
        conflicts = [plan for plan in plans if plan.conflict]
        if conflicts:
            print(_refusal(conflicts), file=sys.stderr)
            return CHANGED_SINCE
        for line in _planned(plans) if args.dry_run else apply_all(queue, plans):
            print(line, flush=True)
    return 0


def plan_all(queue: Queue, wanted: Mapping[str, FileBranch]) -> list[Plan]:
    """The effect on each branch. Raises OperatorError naming every branch that refuses."""
    plans: list[Plan] = []
    problems: list[str] = []
    for branch_id, found in wanted.items():
        try:
            plans.append(plan_branch(queue, branch_id, found))
        except QueueError as error:
            problems.append(f"{branch_id}: {error.detail}")
    if problems:
        raise OperatorError("Nothing was changed:\n  " + "\n  ".join(problems))
    return plans


def apply_all(queue: Queue, plans: Iterable[Plan]) -> Iterator[str]:
    """Put configurations in place, and report each one that is with its changes.

    Raises OperatorError if a branch refuses that was changed in between; those before it stay
    changed, and the file can be applied again.
    """
    for plan in plans:
        try:
            done = put_branch(queue, plan.branch_id, plan.document, if_match=plan.edition)
        except QueueError as error:
            raise OperatorError(f"{plan.branch_id} was not changed: {error.detail}") from None
        yield f"{plan.branch_id}: {_done(done)}"
        if not done.unchanged:
            yield from _changes(plan.differences, plan.before or {}, plan.document)
            yield from (f"  {line}" for line in closing_lines(plan.met, _SAY))


def exported(queue: Queue, branch_id: str | None) -> str:
    """The JSON that ``apply`` reads. Raises BranchNotFound."""
    if branch_id is not None:
        return file_text([get_branch(queue, branch_id)])
    return file_text(branch for branch in list_branches(queue) if not branch.historic)


def _read(file: str, only: str | None) -> dict[str, FileBranch]:
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise OperatorError(f"{file} cannot be read: {error.strerror}.") from None
    return read_branches(file, content, only)


def _planned(plans: Iterable[Plan]) -> Iterator[str]:
    for plan in plans:
        if plan.before is None:
            yield f"{plan.branch_id}: would be created"
        elif plan.unchanged:
            yield f"{plan.branch_id}: would be unchanged"
        else:
            yield f"{plan.branch_id}: would be replaced"
            yield from _changes(plan.differences, plan.before, plan.document)
            yield from (f"  {line}" for line in closing_lines(plan.met, _SAY))


def _done(done: Configured) -> str:
    if done.unchanged:
        return "unchanged"
    kind = "created" if done.created else "replaced"
    return f"{kind}, now revision {done.branch.edition}"


def _changes(
    changed: Sequence[FieldDifference], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[str]:
    for each in changed:
        words = difference_words(each, before, after, _SAY)
        what = " · ".join(filter(None, (words.part, words.item, words.field)))
        yield f"  {what}: {words.before or NOTHING} → {words.after or NOTHING}"


def _refusal(conflicts: Iterable[Plan]) -> str:
    lines = ["Nothing was changed: somebody else has changed what the file would overwrite."]
    for plan in conflicts:
        lines += _conflict_lines(plan) if plan.conflict else ()
    return "\n".join(lines)


def _conflict_lines(plan: Plan) -> Iterator[str]:
    since, before = plan.conflict, plan.before
    if since is None or before is None:
        return
    yield f"{plan.branch_id}: {_who_and_when(since, before['timezone'])}"
    if since.made_from is not None:
        base = since.made_from.document
        yield from _changes(differences(base, before), base, before)
    command = f"`queue-service config export --branch {plan.branch_id}`"
    yield f"  To go on: {command}, make the changes of the file in its output, and apply that."


def _who_and_when(since: ChangedSince, zone: str) -> str:
    latest = since.latest
    if latest is None or latest.entry is None:
        return "the configuration in force is older than its history, and the file not made from it"
    who = _SAY(actor_word(latest.entry))
    return f"changed at {date_and_time(latest.at, zone)} by {who}, and the file was made before"
