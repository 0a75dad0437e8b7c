"""Every key of a branch, spelled once.

All keys of a branch carry the hash tag ``{branch}``, so that a Redis Cluster holds them in one
slot, where a script may change them together. Names that cover many branches begin with ``queue:``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final

BRANCHES: Final = "queue:branches"
"""Set: ids of branches with a configuration, about to have one, or being removed."""

MACHINE: Final = "queue:machine"
"""String: distinguishes the machine of a mobile branch from another with the same token."""

NO_BRANCH_YET: Final = "queue:mobile:problem"
"""String: why a bus has no branch from the central server yet."""

PUSH_KEYS: Final = "queue:push"
"""String: the key pair by which push services know this service, as JSON (``notify/push.py``)."""

LOG: Final = "queue:log"
"""Stream: changed credentials and removed branches, for every process to hear."""

BRANCH_REMOVED: Final = "branch.removed"
"""The event of a branch that is gone, in :data:`LOG` and on its event streams."""


def streams(caller: str) -> str:
    """Sorted set: a credential's open event streams, by when they are forgotten (ms)."""
    return f"queue:streams:{caller}"


@dataclass(frozen=True, slots=True)
class BranchKeys:
    """The keys of one branch."""

    branch: str

    @property
    def prefix(self) -> str:
        """The prefix of the branch's keys, and of no others."""
        return self._key("")

    def _key(self, name: str) -> str:
        return f"q:{{{self.branch}}}:{name}"

    @property
    def config(self) -> str:
        """Hash: ``revision``, ``document`` (JSON), ``closed_at`` (ms the day was last closed).

        ``elsewhere`` is ``bus`` for a branch that another machine runs, ``home`` once that was
        ended. ``home``: in which service a branch of this machine is configured; ``taken_over`` is
        ``1`` there while the central server runs it. ``sample_until``: the last date of the
        sample's made-up past. ``interventions`` and ``closures``: JSON, see
        ``branches/rules/interventions.py``. ``removing``, the removal's mark, replaces them while
        the branch is being removed.
        """
        return self._key("config")

    @property
    def revisions(self) -> str:
        """Stream: the configurations that were put in place: ``revision``, ``document`` (JSON), and
        the ``entry`` of the audit log about it (JSON), empty if none is known."""
        return self._key("revisions")

    @property
    def visit_prefix(self) -> str:
        """The prefix before a visit's id in :meth:`visit`."""
        return self._key("visit:")

    def visit(self, visit_id: str) -> str:
        """String: a visit's document."""
        return self.visit_prefix + visit_id

    @property
    def queue_prefix(self) -> str:
        """The prefix before a service's id in :meth:`queue`."""
        return self._key("queue:")

    def queue(self, service: str) -> str:
        """Sorted set: ids of all who wait for a service, by place (microseconds)."""
        return self.queue_prefix + service

    @property
    def since_prefix(self) -> str:
        """The prefix before a service's id in :meth:`since`."""
        return self._key("since:")

    def since(self, service: str) -> str:
        """Sorted set: the same ids by when their wait began (ms), plus 0.5 once they have been
        called.

        The half distinguishes those whose first wait is still to be judged from those who wait
        again.
        """
        return self.since_prefix + service

    @property
    def holds(self) -> str:
        """Hash: visits that only one counter or team calls, or that are held back.

        id → ``bound|until|place|service``, where ``bound`` is ``Visit.bound_to`` or empty. It is
        ``bus:`` for a bus' numbers at a central server that took over, which are called by hand
        alone, and ``home:`` on the bus for those that the central server has called or moved.
        """
        return self._key("holds")

    @property
    def offers(self) -> str:
        """Hash: counter → ``until|id``, the visit that its call under way has picked.

        Until then (ms) the next visit of any other counter is another one. An offer that is over
        may stay, and means nothing.
        """
        return self._key("offers")

    @property
    def coming(self) -> str:
        """Sorted set: ``service|code`` of each booking whose citizen has not come yet, by its time
        (ms)."""
        return self._key("bookings:coming")

    @property
    def arriving(self) -> str:
        """Hash: ``code|starts_at`` of a booking → the id of the visit that its arrival has issued,
        until the booking has it itself."""
        return self._key("bookings:arriving")

    @property
    def open_counters(self) -> str:
        """Hash: open counter → its team, empty for none."""
        return self._key("counters:open")

    @property
    def busy_counters(self) -> str:
        """Hash: counter → id of the visit that is called to it or being served."""
        return self._key("counters:busy")

    @property
    def free_counters(self) -> str:
        """Hash: open counter without a visit → since when it has none (ms)."""
        return self._key("counters:free")

    @property
    def paused_counters(self) -> str:
        """Hash: counter → ``since|reason|team`` of its pause, in ms; 0 for one to come.

        A counter that is paused is in no other hash. A counter that pauses when its visit has left
        is still open.
        """
        return self._key("counters:paused")

    @property
    def counters_last_seen(self) -> str:
        """Hash: counter → when its page or clerk was last seen (ms)."""
        return self._key("counters:heard")

    @property
    def devices(self) -> str:
        """Hash: ``device|sign`` → when a screen last gave a sign of life (ms)."""
        return self._key("devices")

    @property
    def sounds(self) -> str:
        """Hash: display → when it reported its sound (ms), ``|`` and that as JSON."""
        return self._key("sounds")

    @property
    def releases(self) -> str:
        """Hash: device → the release of the page that it shows, as the page reports it."""
        return self._key("devices:releases")

    @property
    def displays_pin(self) -> str:
        """String: the Argon2id hash of the PIN that opens the settings of the branch's displays."""
        return self._key("displays:pin")

    @property
    def printers(self) -> str:
        """Hash: kiosk → the place and the paper of its printer, as JSON."""
        return self._key("printers")

    @property
    def printer_states(self) -> str:
        """Hash: kiosk → when the state of its printer was found (ms), ``|`` and the state."""
        return self._key("printers:states")

    def printing(self, address: str) -> str:
        """String for some seconds: the mark of who prints at a printer's address now."""
        return self._key(f"printers:busy:{address}")

    @property
    def parked(self) -> str:
        """Hash: id of a parked visit → the counter it was parked at."""
        return self._key("parked")

    @property
    def open_numbers(self) -> str:
        """Hash: ticket number → id, for every open visit."""
        return self._key("numbers:open")

    def numbers(self, date: str) -> str:
        """Hash: prefix → the last number issued on a business day; ``owner|prefix`` → service."""
        return self._key(f"numbers:{date}")

    def index(self, date: str) -> str:
        """List: ids of a business day's visits, as issued."""
        return self._key(f"visits:{date}")

    def day(self, date: str) -> str:
        """Hash: a business day's counts as pages show them (``visits/rules/counting.py``)."""
        return self._key(f"day:{date}")

    def summary(self, date: str) -> str:
        """String: a day's summary (``days/rules/summary.py``) until one of its visits changes.

        While it is being made, the mark of the process that makes it.
        """
        return self._key(f"summary:{date}")

    def final(self, date: str) -> str:
        """String: the summary of a business day whose visits are no longer kept."""
        return self._key(f"final:{date}")

    def month(self, month: str) -> str:
        """String: a whole month's history (``history/rules/history.py``), by ``2026-11``, or what a
        week shows of its counters, by its Monday, ``2026-11-23``."""
        return self._key(f"month:{month}")

    def service_month(self, month: str) -> str:
        """String: a whole month's days by service (``days/rules/days_by_service.py``)."""
        return self._key(f"services:{month}")

    @property
    def shifts(self) -> str:
        """Sorted set: when counters opened, paused and closed (``days/rules/shifts.py``)."""
        return self._key("shifts")

    @property
    def goals(self) -> str:
        """List: which goals were in force since when (``history/rules/goal_history.py``)."""
        return self._key("goals")

    @property
    def names(self) -> str:
        """Hash: ``service|id``, also of teams, counters and pauses → its last name, as JSON."""
        return self._key("names")

    def chart(self, digest: str) -> str:
        """Hash with a time to live: a chart as ``spec`` (JSON), and ``svg`` once drawn."""
        return self._key(f"chart:{digest}")

    @property
    def staffing(self) -> str:
        """Hash: the staffing advice as the last night made it (``staffing/store.py``): ``basis``,
        what it was made from; ``advice`` and ``figures``, as JSON."""
        return self._key("staffing")

    @property
    def forecasts(self) -> str:
        """Hash: date → what was expected of it the evening before, as JSON
        (``staffing/rules/held.py``)."""
        return self._key("forecasts")

    @property
    def pace(self) -> str:
        """String for a quarter of an hour: how today's waiting goal may end, as JSON
        (``staffing/operations/today.py``)."""
        return self._key("pace")

    @property
    def notes(self) -> str:
        """Hash: date → notes on that day, as JSON (``notes/rules.py``)."""
        return self._key("notes")

    def booking_day(self, date: str) -> str:
        """Hash: the bookings of a date as counts (``booking_days/rules.py``): field → how many."""
        return self._key(f"bookings:day:{date}")

    def feedback(self, date: str) -> str:
        """Hash: how citizens answered on a date (``feedback/rules.py``): field → how many."""
        return self._key(f"feedback:{date}")

    def feedback_terminal(self, device: str) -> str:
        """String for some minutes: ``last|since|sent|counted``: a terminal's last answer, and how
        many it has sent since (both ms) and how many of them counted."""
        return self._key(f"feedback:terminal:{device}")

    def paper(self, date: str) -> str:
        """Hash: number on paper → id of the visit that was entered for it on a business day."""
        return self._key(f"paper:{date}")

    @property
    def paper_sheets(self) -> str:
        """String: the last sheet of paper numbers that was made."""
        return self._key("paper:sheets")

    def saved(self, date: str) -> str:
        """Hash: visits that the playbook saved on a date: ``hour|service`` → how many."""
        return self._key(f"saved:{date}")

    def saved_terminal(self, device: str) -> str:
        """String for some minutes, as :meth:`feedback_terminal`: a kiosk's saved visits."""
        return self._key(f"saved:terminal:{device}")

    def contacts(self, date: str) -> str:
        """Hash: contacts without a ticket on a date (``contacts/rules.py``): field → how many."""
        return self._key(f"contacts:{date}")

    def contact(self, contact_id: str) -> str:
        """String for two minutes: a contact that can be taken back: date and fields, as JSON."""
        return self._key(f"contacts:one:{contact_id}")

    def reception(self, date: str) -> str:
        """Hash: notes of staff on a date's visits, and calls for help: field → how many
        (``visits/rules/needs.py``, ``reception/rules.py``)."""
        return self._key(f"reception:{date}")

    def video_messages(self, counter: str) -> str:
        """Stream with a time to live: the messages between the two pages of a video counter."""
        return self._key(f"video:{counter}")

    def video_clerk(self, counter: str) -> str:
        """String with a time to live: ``visit|page``, which page is the clerk's there."""
        return self._key(f"video:{counter}:clerk")

    def video_sent(self, counter: str, what: str) -> str:
        """String for minutes: how much a page of a video counter has sent: a party's messages, or
        ``lines``."""
        return self._key(f"video:{counter}:sent:{what}")

    def feedback_code(self, digest: str) -> str:
        """String with a time to live: ``expires|service|used``: a slip's code by its digest, until
        when it answers (ms), what for (empty once used), and ``0`` or ``1``."""
        return self._key(f"feedback:code:{digest}")

    def feedback_codes(self, caller: str) -> str:
        """String: slips' codes a kiosk has made in the minute that is running."""
        return self._key(f"feedback:codes:{caller}")

    def feedback_wrong_codes(self, address: str) -> str:
        """String for some minutes: how many unknown codes came from an address (a digest)."""
        return self._key(f"feedback:wrong:{address}")

    def follow_code(self, digest: str) -> str:
        """String with a time to live: the id of the visit that a code follows, by its digest."""
        return self._key(f"follow:{digest}")

    def follow_wrong_codes(self, address: str) -> str:
        """String for some minutes: how many unknown codes came from an address (a digest)."""
        return self._key(f"follow:wrong:{address}")

    @property
    def reminders(self) -> str:
        """Hash: id of a visit → JSON of its Reminder (``reminders/rules.py``), the only place that
        has a citizen's telephone number or the subscription of a browser;
        ``visits/scripts/commit_if_unchanged.lua`` removes either with the visit's end."""
        return self._key("reminders")

    @property
    def mobile(self) -> str:
        """Hash: the shared state of a mobile branch and the central server
        (``mobile/store.py``)."""
        return self._key("mobile")

    @property
    def mobile_days(self) -> str:
        """Hash: date → ``sequence|content|whole``: the central server's copy of a mobile branch's
        day."""
        return self._key("mobile:days")

    @property
    def mobile_counts(self) -> str:
        """Hash: date → what the mobile branch last sent as counted in addition to its visits, as
        JSON."""
        return self._key("mobile:counts")

    @property
    def mobile_sent(self) -> str:
        """Hash: date → the versions of its visits that the bus sent last, as JSON
        (``mobile/rules.py``)."""
        return self._key("mobile:sent")

    @property
    def mobile_twice(self) -> str:
        """Hash: date → its visits that the central server and the bus both changed: id → ``number``
        and, on the central server, the bus' ``version``, as JSON."""
        return self._key("mobile:twice")

    @property
    def mobile_packages(self) -> str:
        """Sorted set with a time to live: digests of the packages whose parts are kept, by when
        the last part came (ms)."""
        return self._key("mobile:packages")

    def mobile_parts(self, digest: str) -> str:
        """Hash with a time to live: number → a part of a day's package that is on its way."""
        return self._key(f"mobile:parts:{digest}")

    @property
    def packed_until(self) -> str:
        """String: up to which date visits are packed (``visits/rules/packing.py``)."""
        return self._key("packed")

    @property
    def days(self) -> str:
        """Sorted set: business days with visits, by date as a number (20261125)."""
        return self._key("days")

    @property
    def totals(self) -> str:
        """Hash: counts for Prometheus, which never fall (``visits/rules/counting.py``)."""
        return self._key("totals")

    @property
    def events(self) -> str:
        """Stream: the branch's log. Fields ``event`` and ``data`` (JSON)."""
        return self._key("events")

    @property
    def calls(self) -> str:
        """Sorted set: ids of the visits last called, by time of the call (ms)."""
        return self._key("calls")

    @property
    def missed(self) -> str:
        """Sorted set: ids of visits with a missed call, by when that was noted (ms), for as long as
        their place is kept."""
        return self._key("missed")

    @property
    def waits(self) -> str:
        """Hash: a kind of wait → the last hundred of them in whole seconds, by comma.

        Kinds are named ``service|ahead|open``, ``service|ahead``, ``service|each|band`` and
        ``service|each`` (``visits/rules/wait_estimate.py``); the waits of ``each`` are divided by
        the people whose turn they lasted, and in ms. ``ahead`` is a class of people ahead, whatever
        their service. (Version 0.1.0 kept ``waits`` and ``estimates`` by those of the same service,
        which say nothing about these; version 0.4.0 has the first kind alone.)
        """
        return self._key("waits:ahead")

    @property
    def estimates(self) -> str:
        """Hash: a kind of wait → ``low|high``, its 10th and 90th percentile, once there are enough.

        The field of a kind and ``|wide`` has its 5th and 95th. Units as in ``waits``. A service's
        field ``service|turn`` has the least ms that an open counter takes for one of the people
        ahead, twice.
        """
        return self._key("estimates:ahead")

    @property
    def regression(self) -> str:
        """Hash: a service → the coefficients of its wait, a list as JSON
        (``visits/rules/regression.py``).

        It is there while tickets use the regression instead of ``estimates``.
        """
        return self._key("waits:coefficients")

    @property
    def regression_by_name(self) -> str:
        """Hash: the same as objects, of versions up to 0.7.0, which cannot read lists."""
        return self._key("waits:regression")

    @property
    def fitted(self) -> str:
        """String: the coefficients that were fitted last, used or not, and how those before them
        did next to the estimates, as JSON (``waits/store.py``)."""
        return self._key("waits:fitted")

    def idempotency(self, scope: str, key: str) -> str:
        """String: the answer to a request with this idempotency key.

        The name is a digest, so that neither the store nor its log nor a backup says which account
        (``scope``) acted on the visit in the answer.
        """
        digest = blake2b(f"{scope}\n{key}".encode(), digest_size=16).hexdigest()
        return self._key(f"memo:{digest}")

    def rate(self, caller: str) -> str:
        """String: tickets a kiosk has issued in the minute that is running."""
        return self._key(f"rate:{caller}")


@lru_cache(maxsize=4096)
def issuing_keys(branch: str, service: str, date: str) -> tuple[str, ...]:
    """The keys of ``visits/scripts/issue.lua`` that all tickets for a service on a date share."""
    k = BranchKeys(branch)
    return (
        k.config, k.queue(service), k.since(service), k.holds, k.open_counters, k.busy_counters,
        k.numbers(date), k.open_numbers, k.totals, k.day(date), k.index(date), k.days, k.events,
        k.estimates, k.counters_last_seen, k.free_counters, k.queue_prefix, k.parked, k.regression,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def committing_keys(branch: str, leaves: str, joins: str, date: str) -> tuple[str, ...]:
    """The keys that all changes of a date's visits share.

    They are those of ``visits/scripts/commit_if_unchanged.lua``.

    ``leaves`` and ``joins`` are the services before and after.
    """
    k = BranchKeys(branch)
    return (
        k.queue(leaves), k.since(leaves), k.queue(joins), k.since(joins), k.open_counters,
        k.busy_counters, k.counters_last_seen, k.parked, k.open_numbers, k.totals, k.day(date),
        k.summary(date), k.events, k.calls, k.waits, k.estimates, k.holds, k.free_counters,
        k.queue_prefix, k.reception(date), k.paused_counters, k.shifts, k.missed, k.regression,
        k.offers, k.reminders,
    )  # fmt: skip
