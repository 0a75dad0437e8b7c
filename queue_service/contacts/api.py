"""Contacts without a ticket over HTTP: counted by the staff, read by supervisors with each branch's
share of all contacts."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response

from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.visible import visible_branches
from queue_service.contacts.contract import (
    ContactBody,
    ContactCounted,
    ContactsAnswer,
    ContactsQuery,
    SharesAnswer,
)
from queue_service.contacts.operations import contacts, count_contact, undo_contact
from queue_service.contacts.rules import UNDO_WITHIN_MS, Contact
from queue_service.contacts.week import SORTS, CountWeek, added, count_week
from queue_service.contract.answers import EmptyBody
from queue_service.contract.queries import DateRange
from queue_service.days.rules.period import days_after
from queue_service.days.rules.ranges import asked_range
from queue_service.language.instants import rfc3339
from queue_service.web.commands import answer, command, no_content
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.requests import body, query

blueprint = Blueprint("contact_counts", __name__, url_prefix="/api/v1")

_CONTACTS: Final = "/branches/<branch>/contacts"


@blueprint.post(_CONTACTS)
@describe(
    "Count a contact without a ticket",
    body=ContactBody,
    answers={201: ContactCounted},
    refusals=("service_not_found", "counter_not_found"),
)
def count(branch: str) -> Response:
    """A question in passing, a telephone call, help at a computer. Nothing of it is kept but the
    count; it can be taken back for two minutes."""
    payload = body(ContactBody)
    contact = Contact(
        payload.service,
        payload.channel,
        payload.kind or "",
        payload.place,
        payload.outcome or "",
    )
    done = count_contact(queue(), command(branch, payload), contact, payload.counter)
    found = {
        "id": done.id,
        "service": payload.service,
        "channel": payload.channel,
        "kind": done.kind or None,
        "place": payload.place,
        "outcome": payload.outcome,
        "counted_at": rfc3339(done.at),
        "undo_until": rfc3339(done.at + UNDO_WITHIN_MS),
    }
    return answer(found, 201, replayed=done.replayed)


@blueprint.post(f"{_CONTACTS}/<contact>/undo")
@describe("Take a contact back", body=EmptyBody, answers={204: ""}, refusals=("not_found",))
def undo(branch: str, contact: str) -> Response:
    """Within two minutes; it is then in no figure."""
    payload = body(EmptyBody)
    return no_content(replayed=undo_contact(queue(), command(branch, payload), contact))


@blueprint.get(_CONTACTS)
@describe(
    "The contacts without a ticket in a range of dates",
    query=ContactsQuery,
    answers={200: ContactsAnswer},
)
def figures(branch: str) -> Response:
    """By day, hour of the day, service, channel, kind, place or outcome; of those that were counted
    at one, by team or counter, in whole weeks, from Monday to Sunday, that are over."""
    wanted = query(ContactsQuery)
    found = contacts(queue(), branch, wanted.from_, wanted.to)
    return answer(
        {
            "branch": branch,
            "from": found.first,
            "to": found.last,
            "by": wanted.by,
            "rows": [{"key": key, "contacts": n} for key, n in found.rows(wanted.by).items()],
            "total": found.total,
        }
    )


@blueprint.get("/contact-shares")
@describe(
    "Each branch's share of all contacts",
    query=DateRange,
    answers={200: SharesAnswer},
)
def shares() -> Response:
    """Inquiries and contacts without a ticket, of the branches that the caller may see. Practice
    branches and replayed days are left out."""
    wanted, visible, now = query(DateRange), visible_branches(past=True), queue().store.time()
    counted = (moment(branch, now).date for branch in visible if branch.counted)
    today = max(counted, default="") or days_after("1970-01-01", now // 86_400_000)
    period = asked_range(wanted.from_, wanted.to, today)
    return answer(shares_json(count_week(queue(), visible, period)))


def shares_json(week: CountWeek) -> dict[str, Any]:
    """The shares as the interface gives them; nothing is rounded."""
    return {
        "from": week.period.first,
        "to": week.period.last,
        "branches": [
            {
                "branch": branch.id,
                "name": branch.name,
                **_numbers(*week.of_branch(branch.id)),
                "share": week.share(branch.id),
            }
            for branch in week.branches
        ],
        "total": _numbers(*(week.told[sort].total for sort in SORTS)),
    }


def _numbers(inquiries: int | None, without: int | None) -> dict[str, int | None]:
    both = added(inquiries, without)
    return {"inquiries": inquiries, "contacts": without, "all_contacts": both}
