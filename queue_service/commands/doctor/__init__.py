"""`queue-service doctor`: check the set-up, and say what is wrong and what to do."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Final

from redis.exceptions import RedisError

from queue_service.commands.doctor.buses import check_central_server
from queue_service.commands.doctor.finding import Check, DoctorFinding, StoreAwayError
from queue_service.commands.doctor.jobs import (
    check_deliveries,
    check_files,
    check_schedule,
    check_worker,
)
from queue_service.commands.doctor.machine import (
    check_data,
    check_machine,
    check_server,
    check_settings,
)
from queue_service.commands.doctor.messages import check_messages
from queue_service.commands.doctor.provider import check_provider
from queue_service.commands.doctor.screens import (
    check_displays,
    check_printers,
    check_screens,
    check_voice,
)
from queue_service.commands.doctor.store import check_store
from queue_service.commands.doctor.web import (
    check_certificate,
    check_mail,
    check_passkeys,
    check_slips,
    check_web,
)
from queue_service.errors import OperatorError, QueueError
from queue_service.runtime.settings import Settings


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser("doctor", help="check the set-up and say what is wrong")
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"look at these alone: {', '.join(CHECKS)}"
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print what was found; returns 1 when something is wrong.

    A part that cannot be checked from here is marked ``look`` and is not counted as wrong. Raises
    OperatorError for a part that is none.
    """
    unknown = set(args.parts) - CHECKS.keys()
    if unknown:
        raise OperatorError(
            f"There is no part {min(unknown)!r} to look at: choose from {', '.join(CHECKS)}."
        )
    all_good, store_away = True, False
    for part in args.parts or CHECKS:
        check = _not_looked_at if store_away and part in _ASK_THE_STORE else CHECKS[part]
        for finding in _results(check, settings):
            all_good = all_good and finding.good is not False
            store_away = store_away or finding.store_away
            print(f"{finding.mark:<6} {part:<11} {finding.text}", flush=True)
    return 0 if all_good else 1


def _results(check: Check, settings: Settings) -> Iterator[DoctorFinding]:
    """The findings of a check; its failure is a finding, too."""
    try:
        yield from check(settings)
    except StoreAwayError as error:
        yield DoctorFinding(False, str(error), store_away=True)
    except QueueError as error:
        yield DoctorFinding(False, error.detail)
    except (OperatorError, RedisError) as error:
        yield DoctorFinding(False, str(error))


def _not_looked_at(_settings: Settings) -> Iterator[DoctorFinding]:
    """In place of a check that asks the store, which is known to be away."""
    yield DoctorFinding(None, "Not looked at, since the store cannot be asked.")


CHECKS: Final[Mapping[str, Check]] = {
    "machine": check_machine,
    "settings": check_settings,
    "data": check_data,
    "server": check_server,
    "store": check_store,
    "web": check_web,
    "certificate": check_certificate,
    "passkeys": check_passkeys,
    "slips": check_slips,
    "provider": check_provider,
    "worker": check_worker,
    "deliveries": check_deliveries,
    "files": check_files,
    "schedule": check_schedule,
    "screens": check_screens,
    "displays": check_displays,
    "voice": check_voice,
    "printers": check_printers,
    "mail": check_mail,
    "messages": check_messages,
    "home": check_central_server,
}
"""The checks, in this order."""

_ASK_THE_STORE: Final = (
    "store", "worker", "deliveries", "files", "schedule", "screens", "displays", "voice",
    "printers", "messages", "home", "slips",
)  # fmt: skip
