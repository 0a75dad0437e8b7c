"""The free times of a branch as a file for everybody: one JSON object per line (NDJSON).

The fields are those of SMART Scheduling Links (HL7), so that a program that reads appointments of
other offices reads these as well: a Location, a Schedule for each service, and a Slot for each free
time with a link to the page that books it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

MIMETYPE: Final = "application/fhir+ndjson"
_DEEP_LINK: Final = "http://fhir-registry.smarthealthit.org/StructureDefinition/booking-deep-link"
_CAPACITY: Final = "http://fhir-registry.smarthealthit.org/StructureDefinition/slot-capacity"
_FITS: Final = re.compile(r"[A-Za-z0-9.-]{1,48}")
"""An id that is left as it is: the format has 64 characters, of which a slot's time takes 14."""


class ListedSlot(NamedTuple):
    """A free time in ms since the epoch, and how many can book it."""

    starts_at: int
    ends_at: int
    places: int


class ListedService(NamedTuple):
    """A service that can be booked, with its free times in their order."""

    id: str
    name: str
    slots: tuple[ListedSlot, ...]


class ListedBranch(NamedTuple):
    """A branch with its services. ``origin`` is the service's address, empty if it is not known:
    links are paths of it then. ``street_address`` is None if it is not configured."""

    id: str
    name: str
    timezone: str
    origin: str
    services: tuple[ListedService, ...]
    street_address: str | None = None


def slot_file(branch: ListedBranch) -> bytes:
    """The file: the location, then its schedules, then the slots of each."""
    lines = (json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in _lines(branch))
    return "".join(f"{line}\n" for line in lines).encode()


def slot_path(branch_id: str, service_id: str, starts_at: int) -> str:
    """The path of the page that books a time (ms)."""
    return f"/book/{branch_id}/{service_id}?time={time_text(starts_at)}"


def time_text(instant: int) -> str:
    """A time of an address and of a form: ``2026-12-01T08:15:00Z``, for an instant in ms."""
    return f"{datetime.fromtimestamp(instant // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def time_from(text: str) -> int | None:
    """The instant (ms) of :func:`time_text`; None for any other text."""
    try:
        read = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    instant = round(read.timestamp()) * 1000
    return instant if time_text(instant) == text else None


def _lines(branch: ListedBranch) -> Iterator[dict[str, Any]]:
    location = _id(branch.id)
    page = {"system": "url", "value": f"{branch.origin}/book/{branch.id}"}
    yield {
        "resourceType": "Location",
        "id": location,
        "name": branch.name,
        "telecom": [page],
        **({"address": {"text": branch.street_address}} if branch.street_address else {}),
    }
    for service in branch.services:
        yield {
            "resourceType": "Schedule",
            "id": _schedule(branch, service),
            "serviceType": [{"coding": [{"code": service.id, "display": service.name}]}],
            "actor": [{"reference": f"Location/{location}", "display": branch.name}],
        }
    for service in branch.services:
        yield from _slots(branch, service)


def _slots(branch: ListedBranch, service: ListedService) -> Iterable[dict[str, Any]]:
    schedule, zone = _schedule(branch, service), ZoneInfo(branch.timezone)
    for slot in service.slots:
        begins = datetime.fromtimestamp(slot.starts_at // 1000, UTC)
        link = branch.origin + slot_path(branch.id, service.id, slot.starts_at)
        yield {
            "resourceType": "Slot",
            "id": f"{schedule}.{begins:%Y%m%dT%H%M}",
            "schedule": {"reference": f"Schedule/{schedule}"},
            "status": "free",
            "start": _local(slot.starts_at, zone),
            "end": _local(slot.ends_at, zone),
            "extension": [
                {"url": _DEEP_LINK, "valueUrl": link},
                {"url": _CAPACITY, "valueInteger": slot.places},
            ],
        }


def _schedule(branch: ListedBranch, service: ListedService) -> str:
    return _id(f"{branch.id}.{service.id}")


def _id(text: str) -> str:
    """An id as the format has it: itself, or a digest if it is too long or has other characters."""
    fits = _FITS.fullmatch(text)
    return text if fits else blake2b(text.encode(), digest_size=16).hexdigest()


def _local(instant: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(instant // 1000, zone).isoformat(timespec="seconds")
