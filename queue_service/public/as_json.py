"""A public branch as JSON. Addresses in it are paths of this service."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from queue_service.language.instants import rfc3339, rfc3339_or_none
from queue_service.public.rules import PublicBranch, PublicDay, PublicService


def page_path(branch_id: str) -> str:
    """The path of a branch's public page."""
    return f"/b/{branch_id}"


def booking_path(branch_id: str, service_id: str) -> str:
    """The path of the page that books a time of a service."""
    return f"/book/{branch_id}/{service_id}"


def branches_json(branches: Iterable[PublicBranch]) -> dict[str, Any]:
    """The overview."""
    return {"branches": [_line(branch) for branch in branches]}


def branch_json(branch: PublicBranch) -> dict[str, Any]:
    """All of a branch."""
    held = branch.held
    return {
        **_line(branch),
        "timezone": branch.timezone,
        "street_address": branch.street_address,
        "days": [_day(day) for day in branch.days],
        "other_days": [_day(day) for day in branch.changed],
        "stops": [
            {"name": dict(s.name), "from": rfc3339(s.since), "until": rfc3339(s.until)}
            for s in branch.stops
        ],
        "services": [_service(branch.id, service) for service in branch.services],
        "estimates_held": held
        and {"month": held.month, "judged": held.judged, "ratio": round(held.ratio, 2)},
        "announcements": [dict(texts) for texts in branch.announcements],
    }


def _line(branch: PublicBranch) -> dict[str, Any]:
    return {
        "branch": branch.id,
        "name": branch.name,
        "page": page_path(branch.id),
        "open": branch.open,
        "closes_at": rfc3339_or_none(branch.closes_at),
        "opens_at": rfc3339_or_none(branch.opens_at),
        "waiting": branch.waiting,
    }


def _day(day: PublicDay) -> dict[str, Any]:
    hours = [{"from": rfc3339(begin), "until": rfc3339(end)} for begin, end in day.spans]
    return {"date": day.date, "hours": hours, "note": dict(day.note)}


def _service(branch_id: str, service: PublicService) -> dict[str, Any]:
    wait = service.wait
    return {
        "id": service.id,
        "name": dict(service.name),
        "description": dict(service.description),
        "issuing": service.issuing,
        "hours": [_day(day) for day in service.days] or None,
        "opens_at": rfc3339_or_none(service.opens_at),
        "waiting": service.waiting,
        "estimated_wait_seconds": wait and {"low": wait[0], "high": wait[1]},
        "bring": {code: list(text.bring) for code, text in service.texts.items() if text.bring},
        "online": {
            code: {"text": text.self_service.text, "address": text.self_service.address}
            for code, text in service.texts.items()
            if text.self_service
        },
        "booking_page": booking_path(branch_id, service.id) if service.bookable else None,
    }
