"""Checks of the connection between a book bus and the central server, on either."""

from __future__ import annotations

from collections.abc import Iterator

from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.commands.doctor.finding import DoctorFinding, service_store
from queue_service.mobile.client import CentralServer, CentralServerRefused, ConnectionFailed
from queue_service.mobile.operations.sending import bus_branch, lacking
from queue_service.mobile.store import MobileStore
from queue_service.mobile.text import no_branch_yet, reached, sent, trouble
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore


def check_central_server(settings: Settings) -> Iterator[DoctorFinding]:
    """The central server of a bus; on the central server, its buses."""
    if not settings.home_url:
        yield from _buses(settings)
        return
    yield _central_server_answers(settings)
    with service_store(settings) as client:
        queue = Queue(RedisStore(client))
        branch_id, now = bus_branch(queue), queue.store.time()
        if branch_id is None:
            yield DoctorFinding(None, no_branch_yet(queue.get(MobileStore).no_branch()))
            return
        branch, known = (
            queue.get(BranchStore).get(branch_id),
            queue.get(MobileStore).known(branch_id),
        )
        left = lacking(queue, branch, now)
        found = trouble(known, queue.get(MobileStore).changed_twice(branch_id))
    looked_at = known.get("problem") or branch.taken_over
    yield DoctorFinding(None if looked_at else True, reached(known, branch))
    yield DoctorFinding(not left or None, sent(left))
    yield from (DoctorFinding(None, sentence) for sentence in found)


def _buses(settings: Settings) -> Iterator[DoctorFinding]:
    """On the central server: the problems between it and its buses."""
    with service_store(settings) as client:
        queue = Queue(RedisStore(client))
        known = queue.get(MobileStore).known_of(queue.get(BranchStore).ids())
        buses = {branch_id: found for branch_id, found in known.items() if "heard_at" in found}
        found = [
            f"{branch_id}: {sentence}"
            for branch_id, fields in buses.items()
            for sentence in trouble(fields, queue.get(MobileStore).changed_twice(branch_id))
        ]
    if not buses:
        yield DoctorFinding(True, "Not set up, since this is no book bus (QUEUE_HOME_URL).")
    elif not found:
        yield DoctorFinding(True, f"Nothing is wrong with what comes from {', '.join(buses)}.")
    yield from (DoctorFinding(None, sentence) for sentence in found)


def _central_server_answers(settings: Settings) -> DoctorFinding:
    """Whether the central server answers now, and knows the token."""
    try:
        CentralServer(settings.home_url, settings.home_token).check()
    except ConnectionFailed as error:
        return DoctorFinding(None, f"{settings.home_url}: {error} The bus goes on offline.")
    except CentralServerRefused as refusal:
        return DoctorFinding(
            False,
            f"{settings.home_url} does not take the token of this bus: {refusal.detail} An"
            " administrator makes one there, under Administration, in the branch of the bus.",
        )
    return DoctorFinding(True, f"{settings.home_url} answers, and knows the token of this bus.")
