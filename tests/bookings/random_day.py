"""A random day of a branch with few times and many who want them, whose replies may be lost."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from redis import Redis

from queue_service.access.rules.caller import IdempotencyKey
from queue_service.bookings.keys import BookingKeys
from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations.arriving import arrive
from queue_service.bookings.operations.blocking import Block, block_places
from queue_service.bookings.operations.closing import plan_closing, settle
from queue_service.bookings.operations.day_end import end_day
from queue_service.bookings.operations.letters import due_letters
from queue_service.bookings.operations.slots import free_slots
from queue_service.bookings.rules.booking import OVER, Booking, BookingContact, slot_field
from queue_service.bookings.rules.letters import EXPIRES_MS
from queue_service.bookings.rules.slots import slots_on
from queue_service.bookings.store import BookingStore
from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import QueueError, StoreUnavailable
from queue_service.interventions import operations as interventions
from queue_service.interventions.rules import Wanted
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore
from queue_service.visits.store.visit_store import VisitStore
from tests.bookings.booked import HOUR, NINE, offer
from tests.desks import CLERK, document

DATE = "2026-11-25"
STEPS = 60
_BEGINS = NINE - 4 * HOUR
_LASTS = 8 * HOUR
_PAGES = 6


class LossyStore(RedisStore):
    """A store that now and then breaks off before a change, or loses the reply to one."""

    def __init__(self, client: Redis, chance: random.Random) -> None:
        super().__init__(client)
        self._chance = chance

    def run(self, name: str, keys: Any, args: Any) -> Any:
        """Run a script, unless the process is killed before it, or before it has the reply."""
        fate = self._chance.random() if name in ("change_booking", "issue") else 1.0
        if fate < 0.06:
            raise StoreUnavailable("killed before the change")
        reply = super().run(name, keys, args)
        if fate < 0.12:
            raise StoreUnavailable("killed after the change")
        return reply


@dataclass
class RandomDay:
    """Deeds in a random order, each followed by a look at the store."""

    client: Redis
    seed: int
    now: int = _BEGINS
    capacity: dict[str, int] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)
    """By code: the key of the page that holds it."""
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 - its number repeats a day
        fates = random.Random(-self.seed - 1)  # noqa: S311 - the same
        self.queue = Queue(LossyStore(self.client, fates))
        at_once = self.chance.randint(1, 3)
        one = offer(
            week={"wed": [["09:00", "10:00"]]},
            at_once=at_once,
            walk_in_percent=self.chance.choice((0, 0, 30)),
            same_day_percent=self.chance.choice((0, 20)),
            notice_minutes=self.chance.choice((0, 30)),
        )
        self.offers = {"offers": [one]}
        put_branch(self.queue, "raadhuset", self._config())
        self.slots = slots_on(self.branch(), self.branch().bookings.offers["pas"], DATE)
        self.capacity = {slot_field("pas", s.starts_at): s.ahead + s.same_day for s in self.slots}

    def _config(self, **changes: Any) -> dict[str, Any]:
        return document(historic=True, bookings=self.offers, **changes)

    def branch(self) -> Branch:
        """The branch as it is configured."""
        return self.queue.get(BranchStore).current("raadhuset")

    def play(self) -> None:
        """All of it, and its end."""
        for step in range(STEPS):
            self.now += self.chance.randrange(2 * _LASTS // STEPS)
            self._deed(step)
            self.look()
        self.now = NINE + 15 * HOUR
        while self._ends():
            continue
        self.look_at_the_end()

    def _ends(self) -> bool:
        """Whether the end of the day was broken off."""
        try:
            end_day(self.queue, self.branch(), self.now)
        except StoreUnavailable:
            return True
        return False

    def _deed(self, step: int) -> None:
        deeds: list[Callable[[Command], None]] = [
            self._hold, self._hold, self._hold, self._confirm, self._confirm, self._book,
            self._move, self._move, self._cancel, self._arrive, self._release, self._settle,
            self._open, self._block,
            self.chance.choice((self._close, self._close_today, self._open, self._open)),
        ]  # fmt: skip
        deed = self.chance.choice(deeds)
        key = IdempotencyKey(CLERK.id, f"{self.seed}-{step}", "same")
        command = Command("raadhuset", CLERK, key, self.now)
        twice = self.chance.random() < 0.2
        state = self.chance.getstate()
        for _ in range(1 + twice):  # the same request again, whatever became of the first
            self.chance.setstate(state)
            with suppress(QueueError):
                deed(command)
                self.done[deed.__name__] += 1

    def _any_slot(self) -> int:
        return self.chance.choice(self.slots).starts_at

    def _any_code(self) -> str:
        return self.chance.choice(self.codes) if self.codes else "BCDFGH"

    def _hold(self, command: Command) -> None:
        owner = f"page-{self.chance.randrange(_PAGES)}-of-{self.seed}"
        done = bookings.hold(self.queue, command, "pas", self._any_slot(), owner)
        self._known(done.booking, owner)

    def _book(self, command: Command) -> None:
        contact = self.chance.choice((None, BookingContact("mail", "a@example.dk")))
        done = bookings.book(self.queue, command, "pas", self._any_slot(), contact=contact)
        self._known(done.booking, "")

    def _known(self, booking: Booking, owner: str) -> None:
        if booking.code not in self.codes:
            self.codes.append(booking.code)
        self.owners[booking.code] = owner

    def _confirm(self, command: Command) -> None:
        code = self._any_code()
        bookings.confirm(self.queue, command, code, self.owners.get(code, ""))

    def _move(self, command: Command) -> None:
        bookings.move(self.queue, command, self._any_code(), self._any_slot())

    def _cancel(self, command: Command) -> None:
        bookings.cancel(self.queue, command, self._any_code())

    def _arrive(self, command: Command) -> None:
        """Issue the visit and note it on the booking, unless killed before either or between."""
        anyway = self.chance.random() < 0.7
        arrive(self.queue, command, self._any_code(), anyway=anyway)

    def _release(self, command: Command) -> None:
        code = self._any_code()
        bookings.release_hold(self.queue, command, code, self.owners.get(code, ""))

    def _close(self, command: Command) -> None:
        closed = self._config(hours_exceptions=[{"date": DATE, "hours": []}])
        put_branch(self.queue, "raadhuset", closed, at=command.at)
        self._look_at_times()

    def _close_today(self, command: Command) -> None:
        interventions.begin(self.queue, command, Wanted("carry_over"))
        self._look_at_times()

    def _open(self, command: Command) -> None:
        """Take every closing back."""
        put_branch(self.queue, "raadhuset", self._config(), at=command.at)
        for one in self.branch().interventions:
            plain = command._replace(idempotency=None)
            interventions.end(self.queue, plain, one.id)
        self._look_at_times()

    def _block(self, command: Command) -> None:
        block = Block("pas", DATE, "09:00", "10:00", self.chance.choice((0, 1)))
        letters = self.chance.random() < 0.5
        block_places(self.queue, command, block, letters=letters)

    def _settle(self, command: Command) -> None:
        settle(self.queue, "raadhuset", CLERK, command.at)
        self._look_at_times()

    def _look_at_times(self) -> None:
        """Each citizen without a time is asked for another one, and no other citizen."""
        planned = plan_closing(self.queue, self.branch(), self.now)
        assert (planned.met, planned.fitting) == ((), ()), f"day {self.seed}"

    def look(self) -> None:
        """Held and booked places are those of the bookings, and no more than there are."""
        client: Any = self.client
        k = BookingKeys("raadhuset")
        counted = {name: int(n) for name, n in client.hgetall(k.places).items()}
        holds = set(client.zrange(k.holds, 0, -1))
        found: Counter[str] = Counter()
        for booking in self.queue.get(BookingStore).between("raadhuset", 0, NINE + 24 * HOUR):
            for place in booking.places:
                hold = booking.hold_of(place)
                if not hold or hold in holds:
                    found[place.field] += 1
        assert counted == found, f"day {self.seed}: the count is not that of the bookings"
        for name, n in counted.items():
            assert n <= self.capacity[name], f"day {self.seed}: {name} has {n} of its places taken"

    def look_at_the_end(self) -> None:
        """Every place is free again, and nothing of a booking is left but counts."""
        client: Any = self.client
        k = BookingKeys("raadhuset")
        assert [*due_letters(self.queue, self.now + EXPIRES_MS)] == []
        for key in (k.places, k.holds, k.by_time, k.letters):
            assert not client.exists(key), f"day {self.seed}: {key} is left"
        kept = [self.queue.get(BookingStore).load("raadhuset", None, code=c) for c in self.codes]
        left = [one.booking for one in kept if one.booking and one.booking.state != "held"]
        assert left == [], f"day {self.seed}"
        again = free_slots(self.queue, self.branch(), "pas", NINE - 6 * 24 * HOUR, DATE, 1)
        assert {s.places for s in again} <= {1, 2, 3}
        counts = {
            n: int(v) for n, v in client.hgetall(BranchKeys("raadhuset").booking_day(DATE)).items()
        }
        ended = sum(n for name, n in counts.items() if name.split("|")[0] in OVER)
        booked = sum(n for name, n in counts.items() if name.startswith("booked|"))
        assert ended == booked, f"day {self.seed}: each booking ends once"
        # The queue has a visit for each arrival, however often a process was killed meanwhile.
        came = sum(n for name, n in counts.items() if name.startswith("arrived|"))
        waiting = self.queue.get(VisitStore).open_visits("raadhuset")
        assert len(waiting) == came, f"day {self.seed}: each arrival has one visit"
        assert not self.queue.get(BookingStore).arriving("raadhuset"), f"day {self.seed}"
