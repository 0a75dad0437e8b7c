"""A branch as anybody may see it, without the time at which it was looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from queue_service.branches.rules.branch import Translations
from queue_service.branches.rules.dates_and_hours import Span
from queue_service.history.rules.ranges_held import RangesHeld
from queue_service.playbook.rules import Texts
from queue_service.visits.rules.wait_estimate import Range, shown_minutes


@dataclass(frozen=True, slots=True)
class PublicDay:
    """A date with its opening hours as instants (ms), and the note of an exception.

    ``other``: it has hours of its own instead of its weekday's.
    """

    date: str
    spans: tuple[Span, ...]
    note: Translations
    other: bool = False


@dataclass(frozen=True, slots=True)
class PublicStop:
    """A place where a mobile branch stops, from one instant until just before another (ms)."""

    name: Translations
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class PublicService:
    """A service of a branch, with the playbook's text for citizens.

    ``issuing``: a citizen can take a number for it now. ``waiting`` and ``wait`` (seconds) are None
    if they are unknown, and of a service that is talked about behind a closed door: they would
    reveal who came for it. With such a service in the branch ``waiting`` of all others is None as
    well: it could be subtracted from that of the branch. With hours of its own it has its ``days``,
    and ``opens_at`` (ms) while it is outside them. ``bookable``: a time of it can be booked.
    """

    id: str
    name: Translations
    issuing: bool
    waiting: int | None
    wait: Range | None
    texts: Mapping[str, Texts]
    description: Translations = field(default_factory=dict)
    days: tuple[PublicDay, ...] = ()
    opens_at: int | None = None
    bookable: bool = False

    @property
    def minutes(self) -> tuple[int, int] | None:
        """The range as it is shown, in whole minutes; a kiosk's ticket has the same."""
        return None if self.wait is None else shown_minutes(*self.wait)


@dataclass(frozen=True, slots=True)
class PublicBranch:
    """A branch before a citizen goes there. It is equal to another as long as nothing changed.

    ``closes_at`` and ``opens_at`` are in ms, None if it is not known. ``days`` are today and the
    six days after it, ``changed`` the later dates with other hours. ``waiting`` is None if it is
    run on another machine. ``announcements`` are a supervisor's, by language. ``street_address``
    is None if it is not configured.
    """

    id: str
    name: str
    timezone: str
    languages: tuple[str, ...]
    open: bool
    closes_at: int | None
    opens_at: int | None
    days: tuple[PublicDay, ...]
    changed: tuple[PublicDay, ...]
    stops: tuple[PublicStop, ...]
    waiting: int | None
    services: tuple[PublicService, ...]
    held: RangesHeld | None
    announcements: tuple[Translations, ...] = ()
    street_address: str | None = None

    @property
    def minutes(self) -> tuple[int, int] | None:
        """From the shortest to the longest wait of any service, in whole minutes."""
        known = [service.minutes for service in self.services if service.minutes]
        return (min(low for low, _ in known), max(high for _, high in known)) if known else None
