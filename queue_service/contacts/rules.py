"""Contacts without a ticket: a question in passing, a telephone call while somebody is served.

A contact is a count by the hour of the day, the service, the channel, the kind, the place and the
outcome. No finer time, no clerk and nothing of the citizen is kept with it. The team and the
counter are counted by the day alone, so that no hour at a counter is known.

Contacts that were taken back are counted as well, under a name of their own. So no stored count
ever falls, and a mobile branch's counts can be added on the central server by their growth.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, Literal, NamedTuple, get_args

from queue_service.branches.rules.branch import Service, ServiceKind
from queue_service.days.rules.period import period_of
from queue_service.days.rules.suppression import FEWEST_DAYS_OF_WORK, hidden_at_counters
from queue_service.visits.rules.visit import Channel as VisitChannel
from queue_service.visits.rules.visit import Outcome

ContactChannel = Literal["desk", "phone", "written", "online"]
"""How a citizen reached the branch; ``desk`` is in person."""
CHANNELS: Final[tuple[ContactChannel, ...]] = get_args(ContactChannel)
ContactPlace = Literal["counter", "floor", "self_service"]
"""The place of a contact: at a counter, out on the floor, at a computer or terminal."""
PLACES: Final[tuple[ContactPlace, ...]] = get_args(ContactPlace)
ContactBreakdown = Literal[
    "day", "hour", "service", "channel", "kind", "place", "outcome", "team", "counter"
]
UNDO_WITHIN_MS: Final = 120_000
"""For how long a contact can be taken back, as an ending of a visit can."""
_BACK: Final = "back"
"""The last part of a field that counts what was taken back."""


class Contact(NamedTuple):
    """A contact as it is counted. ``kind`` is empty for the service's own kind, ``outcome`` if none
    was given."""

    service: str
    channel: ContactChannel = "desk"
    kind: ServiceKind | Literal[""] = ""
    place: ContactPlace = "counter"
    outcome: Outcome | Literal[""] = ""


class ContactCount(NamedTuple):
    """How many contacts of one sort an hour (``09``) of a date had, less those taken back."""

    date: str
    hour: str
    service: str
    channel: str
    kind: str
    place: str
    outcome: str
    n: int

    def key(self, by: ContactBreakdown) -> str:
        """The row of a breakdown that it belongs to."""
        return self.date if by == "day" else str(getattr(self, by))


class Worked(NamedTuple):
    """How many contacts a team or counter had on a date."""

    date: str
    by: str
    key: str
    n: int


def fields_of(hour: str, contact: Contact) -> str:
    """The stored field of a contact. Its team and counter are counted by :func:`worked_field`."""
    return "|".join((hour, *contact))


def worked_field(by: Literal["team", "counter"], key: str) -> str:
    """The stored field of a team's or a counter's counts on a date."""
    return f"{by}|{key}"


def back_field(field: str) -> str:
    """The stored field that counts what was taken back of a field."""
    return f"{field}|{_BACK}"


_CELL_PARTS: Final = 6
_WORKED_PARTS: Final = 2


def read_day(date: str, stored: Mapping[str, str | int]) -> tuple[list[ContactCount], list[Worked]]:
    """A date's cells, and what its teams and counters had, each less what was taken back."""
    cells, worked = [], []
    for name, n in _net(stored).items():
        parts = name.split("|")
        if n > 0 and len(parts) == _CELL_PARTS:
            hour, service, channel, kind, place, outcome = parts
            cells.append(ContactCount(date, hour, service, channel, kind, place, outcome, n))
        elif n > 0 and len(parts) == _WORKED_PARTS:
            worked.append(Worked(date, parts[0], parts[1], n))
    return sorted(cells), sorted(worked)


def published_at(by: ContactBreakdown, worked: Iterable[Worked]) -> Counter[str]:
    """How many contacts teams or counters had in whole weeks, without what a week must not reveal.

    A week is withheld if a team or counter had fewer than five contacts, or all of them on one
    date, and so is any week that its total would reveal with it
    (:func:`queue_service.days.rules.suppression.hidden_at_counters`).
    """
    weeks: dict[str, list[Worked]] = defaultdict(list)
    for one in worked:
        if one.by == by:
            weeks[period_of("week", one.date).first].append(one)
    told: Counter[str] = Counter()
    for week in weeks.values():
        counts: Counter[str] = Counter()
        for one in week:
            counts[one.key] += one.n
        dates = Counter(one.key for one in week)
        one_shift = [key for key, n in dates.items() if n < FEWEST_DAYS_OF_WORK]
        left_out = hidden_at_counters(counts, one_shift)
        told.update({key: n for key, n in counts.items() if key not in left_out})
    return told


def contacts_in(stored: Mapping[str, str | int]) -> int:
    """How many contacts a date had."""
    return sum(n for name, n in _net(stored).items() if name.count("|") == _CELL_PARTS - 1)


def _net(stored: Mapping[str, str | int]) -> Counter[str]:
    net: Counter[str] = Counter()
    for name, n in stored.items():
        counted, mark, last = name.rpartition("|")
        if mark and last == _BACK:
            net[counted] -= int(n)
        else:
            net[name] += int(n)
    return net


def kind_of(stored: str, service: Service | None) -> str:
    """A contact's kind: the one that was given with it, else its service's; empty if neither is
    known."""
    return stored or (service.kind if service and service.kind else "")


def rows(cells: Iterable[ContactCount], by: ContactBreakdown) -> dict[str, int]:
    """How many by one part of the cells, in the order of their keys."""
    found: Counter[str] = Counter()
    for cell in cells:
        found[cell.key(by)] += cell.n
    return dict(sorted(found.items()))


def by_channel(cells: Iterable[ContactCount]) -> dict[ContactChannel, int]:
    """How many by channel, 0 if there were none."""
    found = rows(cells, "channel")
    return {channel: found.get(channel, 0) for channel in CHANNELS}


ContactTotalKind = Literal["contact", "contact_back"]
TOTAL_KINDS: Final[tuple[ContactTotalKind, ...]] = get_args(ContactTotalKind)


def total_field(kind: ContactTotalKind, service: str, channel: str) -> str:
    """The name of a count for Prometheus; :func:`read_total` reads it back."""
    return f"{kind}|{service}|{channel}"


def read_total(field: str) -> str | None:
    """The service of a count for Prometheus; None if the count is of something else."""
    kind, _, rest = field.partition("|")
    return rest.partition("|")[0] if kind in TOTAL_KINDS else None


def channel_of(channel: VisitChannel) -> ContactChannel:
    """The channel under which a visit counts among the contacts: a citizen who draws a number is
    there."""
    return "desk" if channel == "kiosk" else channel
