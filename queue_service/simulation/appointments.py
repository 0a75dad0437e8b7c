"""The citizens of one branch who book a time, and come for it, come late or stay away."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple

from queue_service.simulation import choices
from queue_service.simulation.client import RequestRefused
from queue_service.simulation.crowd import Crowd
from queue_service.simulation.office import Office

_PER_HOUR: Final = 6.0
"""How many book a time, of all services together."""
_CANCEL_SHARE: Final = 0.05
_SOON_SHARE: Final = 0.5
"""Of those who book, how many take one of the nearest times."""
_NEAREST: Final = 8
_CHANNELS: Final = {"web": 0.7, "phone": 0.3}


class BookedTime(NamedTuple):
    """A booking of today: its code, its service, and its time (ms)."""

    code: str
    service: str
    starts_at: int


class Appointments:
    """The citizens of one branch who book. ``now`` is the time of the clock on the wall (ms)."""

    def __init__(self, office: Office, crowd: Crowd, now: Callable[[], int]) -> None:
        self._office = office
        self._crowd = crowd
        self._now = now
        offers = (office.config.get("bookings") or {}).get("offers", [])
        self._services = [offer["service"] for offer in offers]

    def expect(self, booked: Iterable[BookedTime]) -> None:
        """Plan who comes for these bookings of today, and who books next."""
        for one in booked:
            self._plan(one)
        if self._services:
            self._later()

    def _later(self) -> None:
        gap = choices.gap(self._office.random, _PER_HOUR)
        self._office.agenda.after(gap, self._book)

    def _book(self) -> None:
        """A citizen looks at the free times, and books one."""
        self._later()
        office = self._office
        service = office.random.choice(self._services)
        try:
            free = office.staff_api.get(f"/bookings/slots?service={service}")["slots"]
            if not free:
                office.happened["found no free time"] += 1
                return
            nearest = free[:_NEAREST] if office.random.random() < _SOON_SHARE else free
            starts_at = office.random.choice(nearest)["starts_at"]
            channel = choices.pick(office.random, _CHANNELS)
            path = "/bookings"
            done = office.staff_api.post(
                path, service=service, starts_at=starts_at, channel=channel
            )
        except RequestRefused as refused:
            office.happened[f"not booked ({refused.code})"] += 1
            return
        office.happened["booked"] += 1
        self._plan(_booked_time(done))

    def _plan(self, one: BookedTime) -> None:
        """The citizen comes near the booked time, or cancels before, or stays away."""
        random, agenda = self._office.random, self._office.agenda
        left = (one.starts_at - self._now()) / 1000
        if random.random() < _CANCEL_SHARE:
            agenda.after_real(max(0.0, left * random.random()), lambda: self._cancel(one))
            return
        minutes = choices.after_booked_time(random)
        if minutes is None:
            self._office.happened["will not come"] += 1
            return
        agenda.after_real(max(0.0, left + 60 * minutes), lambda: self._arrive(one))

    def _cancel(self, one: BookedTime) -> None:
        try:
            self._office.staff_api.post(f"/bookings/{one.code}/cancel")
            self._office.happened["cancelled"] += 1
        except RequestRefused as refused:
            self._office.happened[f"not cancelled ({refused.code})"] += 1

    def _arrive(self, one: BookedTime, *, anyway: bool = False) -> None:
        office = self._office
        body = {"anyway": True} if anyway else {}
        try:
            visit = office.kiosk.post(f"/bookings/{one.code}/arrive", **body)
        except RequestRefused as refused:
            if refused.code == "too_early" and not anyway:
                office.happened["came too early"] += 1
                self._arrive(one, anyway=True)
            else:
                office.happened[f"turned away ({refused.code})"] += 1
            return
        citizen = choices.citizen(office.random, office.demand, office.config["languages"])
        office.ours.add(visit["id"])
        self._crowd.wait(visit["id"], citizen)
        late = self._now() > one.starts_at
        office.happened["came late for a time" if late else "came for a time"] += 1


def _booked_time(document: Any) -> BookedTime:
    starts_at = round(datetime.fromisoformat(document["starts_at"]).timestamp() * 1000)
    return BookedTime(document["code"], document["service"], starts_at)
