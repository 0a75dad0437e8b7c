"""A contact without a ticket as it is sent, and the figures of contacts.

New members may come; those here stay.
"""

from __future__ import annotations

from pydantic import Field

from queue_service.branches.rules.branch import ServiceKind
from queue_service.contacts.rules import ContactBreakdown, ContactChannel, ContactPlace
from queue_service.contract.answers import Count, Instant, Ratio
from queue_service.contract.queries import DateRange
from queue_service.contract.words import DateText, Id, Published, Strict, example
from queue_service.visits.rules.visit import Outcome


class ContactBody(Strict):
    """A contact that had no ticket. Without ``kind`` it has its service's; ``counter``: where the
    clerk sits, whose team it then counts for as well."""

    model_config = example(service="pas", channel="phone")

    service: Id
    channel: ContactChannel = "desk"
    kind: ServiceKind | None = None
    counter: Id | None = None
    place: ContactPlace = "counter"
    outcome: Outcome | None = None


class ContactCounted(Published):
    """A counted contact; with its id it can be taken back until ``undo_until``."""

    id: str
    service: Id
    channel: ContactChannel
    kind: ServiceKind | None
    place: ContactPlace
    outcome: Outcome | None
    counted_at: Instant
    undo_until: Instant


class ContactsQuery(DateRange):
    """The dates, both inclusive and by default today, and what a row is about."""

    by: ContactBreakdown = Field(default="day", description="The subject of a row.")


class ContactsRow(Published):
    """How many under one key; it is empty if a kind or an outcome is not known."""

    key: str
    contacts: Count


class ContactsAnswer(Published):
    """The contacts without a ticket of a branch in a range of dates."""

    branch: Id
    from_: DateText = Field(alias="from")
    to: DateText
    by: ContactBreakdown
    rows: list[ContactsRow]
    total: Count


class AllContacts(Published):
    """Inquiries, contacts without a ticket, and both; null if a number is left out."""

    inquiries: Count | None
    contacts: Count | None
    all_contacts: Count | None


class BranchShare(AllContacts):
    """A branch's contacts and its share of the contacts of all branches; null also if all branches
    had no visits."""

    branch: Id
    name: str
    share: Ratio | None


class SharesAnswer(Published):
    """All contacts of a range of dates and each branch's share, without practice and replays.

    Groups of fewer than five are left out, with others where they would give one away.
    """

    from_: DateText = Field(alias="from")
    to: DateText
    branches: list[BranchShare]
    total: AllContacts
