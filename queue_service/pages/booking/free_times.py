"""The file of free times for everybody, from the memory of the process.

It shows to programs what the page shows to visitors, so a program that waits for a time has no
advantage by loading pages again and again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock
from time import time
from typing import Final, NamedTuple, cast

from flask import Blueprint, Response, current_app
from flask.blueprints import BlueprintSetupState

from queue_service.bookings.operations.slots import free_slots
from queue_service.bookings.rules.slot_file import (
    MIMETYPE,
    ListedBranch,
    ListedService,
    ListedSlot,
    slot_file,
)
from queue_service.branches.rules.branch import Branch
from queue_service.command import Queue
from queue_service.language.languages import name_in
from queue_service.pages.booking.opened import branch_to_book
from queue_service.public.api import count_request
from queue_service.runtime.cooperation import in_turns
from queue_service.web.context import queue
from queue_service.web.shared_responses import Representation, shared

blueprint = Blueprint("free_times", __name__, url_prefix="/b")

KEPT_MS: Final = 15_000
"""How long a file is given again."""
_FILES: Final = "queue_free_times"


class KeptFile(NamedTuple):
    """A file with the revision of its branch, given until ``until`` (ms)."""

    file: Representation
    revision: str
    until: int


@dataclass(slots=True)
class FreeTimes:
    """The files of all branches. A process reads the free times of each at most every 15 seconds.

    Many requests at once lead to one reading.
    """

    origin: str
    kept: dict[str, KeptFile] = field(default_factory=dict)
    reading: dict[str, Lock] = field(default_factory=lambda: defaultdict(Lock))

    def known(self, branch_id: str, now: int) -> KeptFile | None:
        """The file of a branch that was read lately, without a look at the store; None if it has to
        be read at ``now`` (ms)."""
        kept = self.kept.get(branch_id)
        return kept if kept is not None and now < kept.until else None

    def file(self, queue: Queue, branch: Branch, now: int) -> KeptFile:
        """The file of a branch, read at ``now`` (ms) or lately."""
        with self.reading[branch.id]:
            kept = self.kept.get(branch.id)
            if kept is None or now >= kept.until or kept.revision != branch.revision:
                body = slot_file(listed(queue, branch, self.origin))
                found = Representation.of(body, MIMETYPE)
                kept = self.kept[branch.id] = KeptFile(found, branch.revision, now + KEPT_MS)
        return kept


def listed(queue: Queue, branch: Branch, origin: str) -> ListedBranch:
    """The branch with its free times now. ``origin``: the service's address, empty for none."""
    now = queue.store.time()
    services = tuple(_services(queue, branch, now))
    return ListedBranch(
        branch.id, branch.name, branch.timezone, origin, services, branch.street_address
    )


def _services(queue: Queue, branch: Branch, now: int) -> Iterator[ListedService]:
    for service_id in in_turns(branch.bookings.offers):
        service = branch.services[service_id]
        if service.active:
            free = free_slots(queue, branch, service_id, now)
            slots = tuple(ListedSlot(*slot) for slot in free)
            name = name_in(service.name, *branch.languages, default=service_id)
            yield ListedService(service_id, name, slots)


@blueprint.record
def _remember(setup: BlueprintSetupState) -> None:
    known = setup.app.extensions
    known[_FILES] = FreeTimes(known["queue_settings"].public_url or "")


@blueprint.get("/<branch>/slots.ndjson")
def slots(branch: str) -> Response:
    """The free times of a branch, at most 15 seconds old; pages of other sites may read them."""
    count_request()
    now = int(time() * 1000)
    files = cast(FreeTimes, current_app.extensions[_FILES])
    kept = files.known(branch, now) or files.file(queue(), branch_to_book(branch), now)
    response = shared(kept.file, (kept.until - now) // 1000)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
