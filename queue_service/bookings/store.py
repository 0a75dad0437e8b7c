"""Bookings in the store: read, and changed by compare-and-set with the places of their slots."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final, NamedTuple

from queue_service.access.rules.caller import NO_KEY, IdempotencyKey
from queue_service.access.rules.codes import code_digest
from queue_service.bookings.keys import BookingKeys
from queue_service.bookings.rules.booking import Booking, booking_or_none
from queue_service.bookings.rules.earlier import KeptTime
from queue_service.bookings.rules.letters import BookingLetter
from queue_service.bookings.rules.off_grid import TakenTime, off_grid
from queue_service.branches.rules.branch import Branch
from queue_service.store.audit_log import AuditEntry, log_key, totals_key
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply, chunks, milliseconds

MOST_WRONG_CODES: Final = 20
"""The most unknown codes that may be tried from one address within :data:`WRONG_CODES_MS`."""
REFUSED_AFTER: Final = 5 * MOST_WRONG_CODES
"""An address with so many finds nothing, known codes neither: a guessing program is slowed down."""
WRONG_CODES_MS: Final = 300_000
HOLDS_OF_ADDRESS: Final = 30
"""How many times an address may hold within :data:`RATE_MS`: a library's visitors may share one."""
RATE_MS: Final = 600_000
OWNER_MS: Final = 24 * 3600 * 1000
"""How long the page that made a booking is known as its owner."""
KEPT_AFTER_HOLD_MS: Final = 3600 * 1000
"""How long a booking whose hold has ended can still be confirmed, if its place is free."""

LONGEST_MS: Final = 4 * 3600 * 1000
"""How long a slot lasts at most."""
LAST_INSTANT: Final = 10**15
"""Later than all bookings, in ms."""

_AT_ONCE: Final = 500
_CLOCK_SECONDS: Final = 5.0
"""How long this process reckons the store's time from the last reading."""
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class LoadedBooking(NamedTuple):
    """A booking as it was read at ``now`` (ms), ``raw`` exactly as stored; empty and None if there
    is none. ``owned`` is the code of the owner that was asked for."""

    now: int
    owned: str
    raw: str
    booking: Booking | None


class SlotUse(NamedTuple):
    """How many places of a slot are held or booked, and how many the staff have blocked."""

    taken: int
    blocked: int


@dataclass(frozen=True, slots=True)
class BookingWrite:
    """The change of a booking to its next state, ``after``; None: it is removed.

    ``capacity`` has for each slot's field how many of its places can be booked. It holds from
    ``since`` until just before ``until`` (ms). ``counts`` are of ``date``. ``letter`` waits to be
    sent. It takes over the place that was kept (``takes``), and ``keeps`` some of its own for
    others. ``owner`` is a digest, empty for none; ``address`` another, on which holds
    are counted, empty for none.
    """

    loaded: LoadedBooking
    after: Booking | None
    date: str
    since: int
    until: int
    capacity: Mapping[str, int] = field(default_factory=dict)
    event: tuple[str, Mapping[str, Any]] | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    letter: BookingLetter | None = None
    takes: KeptTime | None = None
    keeps: tuple[KeptTime, ...] = ()
    owner: str = ""
    address: str = ""
    hold_ms: int = 0
    near: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By the field of a slot: those of the times off the grid that overlap with it."""
    most: Mapping[str, int] = field(default_factory=dict)
    """By the field of a slot: how many of its places may be taken or blocked in all, for a place
    that it has already."""


@dataclass(frozen=True, slots=True)
class BlockWrite:
    """How many places of slots are blocked: by field as they were read, and as they should be.

    ``event`` is the data of the branch's event, and ``entry`` that of the audit log. ``keeps`` are
    released places for those who ask for an earlier time, as far as ``capacity`` (by field) has
    room for them; ``near`` as in :class:`BookingWrite`.
    """

    before: Mapping[str, int]
    after: Mapping[str, int]
    event: Mapping[str, Any]
    entry: AuditEntry
    keeps: tuple[KeptTime, ...] = ()
    capacity: Mapping[str, int] = field(default_factory=dict)
    near: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class BookingStore:
    """Reads and changes the bookings of all branches. Raises StoreUnavailable."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store
        self._off_grid: dict[str, tuple[str, frozenset[TakenTime]]] = {}
        self._clock = (0, -_CLOCK_SECONDS)
        """The store's time (ms) as it was last read, and when that was, by this process' clock."""

    def load(
        self, branch_id: str, at: int | None, *, code: str = "", owner: str = ""
    ) -> LoadedBooking:
        """A booking by its code, or by its owner's digest; see
        ``bookings/scripts/load_booking.lua``."""
        k = BookingKeys(branch_id)
        keys = (k.booking_prefix, k.owner(owner)) if owner else (k.booking_prefix,)
        args = (code, "" if at is None else at, "1" if owner else "")
        now, owned, raw = self._store.run("load_booking", keys, args)
        if at is None:
            self._clock = int(now), monotonic()
        return LoadedBooking(int(now), str(owned), str(raw), booking_or_none(raw))

    def load_none(self, at: int | None) -> LoadedBooking:
        """No booking, for a new one of no owner: there is nothing to read but the time.

        That is ``at``, by default the store's as this process reckons it from a reading of the last
        seconds. The script that writes compares it with the store's own.
        """
        if at is None:
            now, read_at = self._clock
            since = monotonic() - read_at
            if since >= _CLOCK_SECONDS:
                now, since = self._store.time(), 0.0
                self._clock = now, monotonic()
            at = now + int(since * 1000)
        return LoadedBooking(at, "", "", None)

    def find(self, branch_id: str, code: str, address: str) -> Reply:
        """A booking by the code that somebody typed; see ``bookings/scripts/find_booking.lua``.

        Unknown ones are counted on ``address``, a digest.
        """
        k = BookingKeys(branch_id)
        keys = (k.booking(code), k.wrong_codes(address))
        args = (MOST_WRONG_CODES, WRONG_CODES_MS, REFUSED_AFTER)
        return list(self._store.run("find_booking", keys, args))

    def wrong_codes(self, branch_ids: Iterable[str], address: str) -> int:
        """How many unknown codes came from an address (a digest) at these branches together."""
        keys = [BookingKeys(branch_id).wrong_codes(address) for branch_id in branch_ids]
        return sum(int(n or 0) for n in self._store.read(lambda p: [p.get(key) for key in keys]))

    def change(
        self,
        branch: Branch,
        write: BookingWrite,
        idempotency: IdempotencyKey | None,
        at: int | None,
    ) -> Reply:
        """Write a change if the booking is still as it was read and its places are free; see
        ``bookings/scripts/change_booking.lua``."""
        k, own, m = BranchKeys(branch.id), BookingKeys(branch.id), idempotency or NO_KEY
        after = write.after
        code = _code_of(write)
        keys = (
            k.config, own.booking(code), own.by_time, own.holds, own.places, own.blocked,
            own.changes, k.booking_day(write.date), k.events, k.idempotency(m.scope, m.key),
            own.letters, own.owner(write.owner), own.rate(write.address), own.earlier, k.coming,
            k.arriving,
        )  # fmt: skip
        held = after is not None and after.state == "held"
        args = (
            branch.revision, m.fingerprint, "" if at is None else at, write.since, write.until,
            write.loaded.raw if write.loaded.booking is not None else "",
            after.to_json() if after is not None else "",
            write.hold_ms + KEPT_AFTER_HOLD_MS if held else "", _encode(_change(write, code)),
        )  # fmt: skip
        reply = list(self._store.run("change_booking", keys, args))
        if reply[0] == "stale" and at is None:
            self._clock = int(reply[1]), monotonic()
        return reply

    def by_code(self, branch_id: str, codes: Iterable[str]) -> list[Booking]:
        """The bookings of these codes that there are, in this order."""
        k = BookingKeys(branch_id)
        found: list[Booking] = []
        for some in chunks([*codes], _AT_ONCE):
            raws = self._store.read(lambda p, some=some: [p.get(k.booking(c)) for c in some])  # type: ignore[misc]  # a lambda's default has no type
            found += [booking for booking in map(booking_or_none, raws) if booking is not None]
        return found

    def arriving(self, branch_id: str) -> dict[str, str]:
        """The visits that arrivals have issued and that their bookings do not have yet, by
        :attr:`Booking.arrival`."""
        (found,) = self._store.read(lambda p: p.hgetall(BranchKeys(branch_id).arriving))
        return dict(found)

    def end_arrival(self, branch_id: str, arrival: str) -> None:
        """Keep the visit of an arrival no longer."""
        self._store.write(lambda p: p.hdel(BranchKeys(branch_id).arriving, arrival))

    def between(self, branch_id: str, since: int, until: int) -> list[Booking]:
        """All bookings, held ones and those that are over included, whose time is from an instant
        until just before another (ms), in the order of their times."""
        key = BookingKeys(branch_id).by_time
        (codes,) = self._store.read(lambda p: p.zrangebyscore(key, since, f"({until}"))
        return self.by_code(branch_id, map(str, codes))

    def off_grid(self, branch: Branch, since: int) -> frozenset[TakenTime]:
        """The held and booked times from an instant (ms) on that are no slots of this
        configuration.

        They are read once for each configuration: none is added while it is in force.
        """
        known = self._off_grid.get(branch.id)
        if known is None or known[0] != branch.revision:
            found = off_grid(branch, self.between(branch.id, since, LAST_INSTANT))
            known = self._off_grid[branch.id] = (branch.revision, found)
        return known[1]

    def use(self, branch_id: str, fields: Sequence[str], at: int | None) -> list[SlotUse]:
        """The use of these slots (``service|starts_at``); holds that are over are
        ended before, as of ``at`` (ms), by default the store's time."""
        ended = self._read_use(branch_id, fields, at)
        if ended is None:
            self.end_holds(branch_id, at)
            ended = self._read_use(branch_id, fields, None, as_it_is=True)
        return ended or []

    def _read_use(
        self, branch_id: str, fields: Sequence[str], at: int | None, *, as_it_is: bool = False
    ) -> list[SlotUse] | None:
        """The same; None while a hold is over that has not been ended."""
        k = BookingKeys(branch_id)
        parts = chunks(fields, _AT_ONCE)
        first, clock, *found = self._store.read(
            lambda p: (
                p.zrange(k.holds, 0, 0, withscores=True),
                p.time(),
                *((p.hmget(k.places, part), p.hmget(k.blocked, part)) for part in parts),
            )
        )
        now = milliseconds(clock) if at is None else at
        if first and first[0][1] <= now and not as_it_is:
            return None
        pairs = zip(found[::2], found[1::2], strict=True)
        return [
            SlotUse(int(t or 0), int(b or 0))
            for taken, blocked in pairs
            for t, b in zip(taken, blocked, strict=True)
        ]

    def end_holds(self, branch_id: str, at: int | None = None) -> int:
        """End the holds whose time is over at ``at`` (ms), by default the store's time; returns how
        many: see ``bookings/scripts/end_holds.lua``."""
        k = BookingKeys(branch_id)
        keys = (k.holds, k.places, k.by_time, k.changes)
        (ended,) = self._store.run("end_holds", keys, ("" if at is None else at,))
        return int(ended)

    def block(self, branch: Branch, write: BlockWrite, idempotency: IdempotencyKey | None) -> Reply:
        """Block places, or release them; see ``bookings/scripts/block_places.lua``."""
        k, own, m = BranchKeys(branch.id), BookingKeys(branch.id), idempotency or NO_KEY
        keys = (
            k.config, own.blocked, own.changes, k.events, k.idempotency(m.scope, m.key),
            log_key(branch.id), totals_key(branch.id), own.holds, own.places,
        )  # fmt: skip
        keeps = [
            {
                "field": one.field,
                "hold": one.member,
                "until": one.until,
                "capacity": write.capacity[one.field],
                "near": write.near.get(one.field, ()),
            }
            for one in write.keeps
        ]
        change = {"before": write.before, "after": write.after, "offers": keeps}
        args = (
            branch.revision, m.fingerprint, _encode(change), _encode(write.event), "blocked",
            write.entry.text(),
        )  # fmt: skip
        return list(self._store.run("block_places", keys, args))

    def changes(self, branch_id: str) -> int:
        """How often the places that are held, booked or blocked have changed."""
        (found,) = self._store.read(lambda p: p.get(BookingKeys(branch_id).changes))
        return int(found or 0)

    def blocked(self, branch_id: str) -> dict[str, int]:
        """The blocked places of slots by their fields (``service|starts_at``)."""
        (found,) = self._store.read(lambda p: p.hgetall(BookingKeys(branch_id).blocked))
        return {str(name): int(places) for name, places in found.items()}

    def settled(self, branch_id: str) -> str:
        """The mark that was noted last, empty for none; see :meth:`note_settled`."""
        (found,) = self._store.read(lambda p: p.get(BookingKeys(branch_id).settled))
        return str(found or "")

    def note_settled(self, branch: Branch, mark: str) -> bool:
        """Note by which state of a branch its bookings were compared; False if it has changed: see
        ``bookings/scripts/note_settled.lua``."""
        keys = (BranchKeys(branch.id).config, BookingKeys(branch.id).settled)
        return bool(self._store.run("note_settled", keys, (branch.revision, mark)))

    def forget(self, branch_id: str, until: int) -> int:
        """Forget the bookings whose time is before an instant (ms), and the places of their slots;
        returns how many bookings. A letter that waits stays until it is sent or given up."""
        k = BookingKeys(branch_id)
        codes, places, blocked, arriving = self._store.read(
            lambda p: (
                p.zrangebyscore(k.by_time, "-inf", f"({until}"),
                p.hkeys(k.places),
                p.hkeys(k.blocked),
                p.hkeys(BranchKeys(branch_id).arriving),
            )
        )
        timed = {*places, *blocked, *arriving}
        fields = [one for one in timed if int(one.rpartition("|")[2]) < until]
        for name, gone in (("codes", codes), ("fields", fields)):
            for some in chunks(gone, _AT_ONCE):
                self._forget(branch_id, until, **{name: some})
        return len(codes)

    def _forget(
        self, branch_id: str, until: int, codes: Sequence[str] = (), fields: Sequence[str] = ()
    ) -> None:
        k = BookingKeys(branch_id)
        b = BranchKeys(branch_id)
        keys = (
            k.by_time, k.booking_prefix, k.places, k.blocked, b.arriving, b.coming, k.earlier,
        )  # fmt: skip
        gone = _encode({"codes": codes, "fields": fields})
        self._store.run("forget_bookings", keys, (gone, until))


def owner_digest(key: str) -> str:
    """The digest under which the key of a page is kept."""
    return code_digest(f"owner\n{key}") if key else ""


def _code_of(write: BookingWrite) -> str:
    if write.after is not None:
        return write.after.code
    return write.loaded.booking.code if write.loaded.booking is not None else ""


def _change(write: BookingWrite, code: str) -> dict[str, Any]:
    before, after = write.loaded.booking, write.after
    change: dict[str, Any] = {
        "code": code,
        "starts_at": after.starts_at if after is not None else 0,
        "had": [*_had(before, write.takes)],
        "wants": [*_wants(after, write)],
        "asks": after is not None and after.asks,
        "came": _comes(before),
        "comes": _comes(after),
        "arrived": after.arrival if after is not None and after.state == "arrived" else "",
        "counts": write.counts,
        "owned": write.loaded.owned,
        "owner_ms": _owner_ms(write),
        "rate": HOLDS_OF_ADDRESS if write.address else 0,
        "rate_ms": RATE_MS,
    }
    if write.event is not None:
        name, data = write.event
        change |= {"event": name, "data": _encode(data)}
    if write.letter is not None:
        change |= {"letter_id": write.letter.id, "letter": write.letter.to_json()}
    return change


def _comes(booking: Booking | None) -> str:
    """The member of a booking among the coming ones; empty for one whose citizen does not come."""
    if booking is None or booking.state != "booked":
        return ""
    return f"{booking.service}|{booking.code}"


def _owner_ms(write: BookingWrite) -> int:
    return OWNER_MS if write.owner and write.after is not None else 0


def _had(before: Booking | None, takes: KeptTime | None) -> Iterator[dict[str, Any]]:
    if before is not None:
        yield from ({"field": p.field, "hold": before.hold_of(p)} for p in before.places)
    if takes is not None:
        yield {"field": takes.field, "hold": takes.member, "needed": True}


def _wants(after: Booking | None, write: BookingWrite) -> Iterator[dict[str, Any]]:
    if after is not None:
        for place in after.places:
            yield {
                "field": place.field,
                "hold": after.hold_of(place),
                "until": place.until or 0,
                "capacity": write.capacity.get(place.field, 0),
                "most": write.most.get(place.field, 0),
                "near": write.near.get(place.field, ()),
            }
    for kept in write.keeps:
        yield {"field": kept.field, "hold": kept.member, "until": kept.until, "optional": True}
