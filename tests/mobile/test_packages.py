"""A day's package is taken whole, in any order and once, or refused and changes nothing."""

from __future__ import annotations

import base64
import zlib
from typing import Any, cast

import pytest

from queue_service.branches.store import BranchStore
from queue_service.command import Command
from queue_service.configuration.operations import put_branch
from queue_service.contacts.store import ContactStore
from queue_service.counters.operations.counters import open_counter
from queue_service.days.store import DayStore
from queue_service.errors import (
    DateOutOfRange,
    Invalid,
    NewerVersion,
    OtherBranch,
    PackageAltered,
    PartsMissing,
    QueueError,
)
from queue_service.feedback.store import FeedbackStore
from queue_service.mobile.contract import PartBody
from queue_service.mobile.operations import receiving, sending
from queue_service.mobile.rules import (
    FORMAT,
    MOST_COUNTED,
    SEQUENCE_AHEAD_MS,
    Sealed,
    digest_of,
    seal,
    signature_of,
)
from queue_service.mobile.store import MobileStore
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import issuing, visits
from queue_service.visits.rules.visit import Visit
from queue_service.visits.store.visit_store import VisitStore
from tests.desks import CLERK, document
from tests.mobile.machines import BUS, STOPS, BusAndServer, machines
from tests.mobile.packages import (
    caller,
    content_of,
    deliver,
    hello,
    here,
    key,
    package_of,
    packages,
)

__all__ = ["machines"]


def test_days_may_come_in_any_order_and_more_than_once(machines: BusAndServer) -> None:
    dates = [machines.play_day(4), machines.play_day(3), machines.play_day(2)]
    machines.go_live()
    sealed = packages(machines, 4, 3, 2)
    for date in (dates[2], dates[0], dates[2], dates[1], dates[0]):
        deliver(machines, date, sealed[date])
    for date in dates:
        assert machines.figures(machines.central, date) == machines.figures(machines.bus, date)
    assert machines.counters(machines.central) == machines.counters(machines.bus)
    assert machines.central.get(DayStore).dates(BUS) == dates


def test_a_later_package_replaces_an_earlier_one_and_not_the_other_way_round(
    machines: BusAndServer,
) -> None:
    date = machines.play_day(2, people=2)
    machines.go_live()
    content = content_of(machines, date)
    hello(machines)
    half = {**content, "visits": content["visits"][:1]}
    first = seal(package_of(machines, date, half, sequence=5, whole=False), key(machines))
    whole = seal(package_of(machines, date, content, sequence=6), key(machines))
    assert deliver(machines, date, first) == "received"
    assert deliver(machines, date, whole) == "received"
    assert deliver(machines, date, whole) == "repeated"
    before = machines.dump()
    assert deliver(machines, date, first) == "older"
    assert machines.dump(without=(":mobile",)) == {
        k: v for k, v in before.items() if not k.endswith(":mobile")
    }
    assert machines.figures(machines.central, date) == machines.figures(machines.bus, date)
    assert machines.counters(machines.central) == machines.counters(machines.bus)


def test_a_part_that_is_missing_is_asked_for(machines: BusAndServer) -> None:
    date = machines.play_day(2)
    machines.go_live()
    sealed = packages(machines, 2)[date]
    with pytest.raises(PartsMissing):
        deliver(machines, date, Sealed(sealed.digest, sealed.signature, ()), parts=1)
    assert deliver(machines, date, sealed) == "received"


def test_of_two_packages_the_one_that_was_read_later_counts(machines: BusAndServer) -> None:
    machines.go_live()
    visit = issuing.issue(machines.bus, here(), "pas", channel="desk").visit
    branch, date = machines.bus.get(BranchStore).current(BUS), machines.date(0)
    now = machines.bus.store.time()
    assert sending.lacking(machines.bus, branch, now) == [date]
    machines.send()
    assert sending.lacking(machines.bus, branch, now) == [], (
        "the central server has the running day"
    )
    earlier = sending.pack(machines.bus, branch, date, machines.bus.store.time())
    visits.abandon(machines.bus, here(), visit.id)
    machines.send()
    sending._send_day(machines.bus, machines.connection(), branch, earlier, None)
    assert machines.central.get(VisitStore).of_day(BUS, date)[0].state == "abandoned"


def test_two_concurrent_packages_report_one_current_state(
    machines: BusAndServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = machines.play_day(2)
    machines.go_live()
    open_counter(machines.bus, here(), "1")
    waits = issuing.issue(machines.bus, here(), "pas", channel="desk").visit
    hello(machines)
    sealed = packages(machines, 2, 0)
    read = machines.central.get(VisitStore).open_visits
    meanwhile = [machines.date(0)]

    def slowly(branch: str) -> list[Visit]:
        found = read(branch)
        if meanwhile:
            date = meanwhile.pop()
            assert deliver(machines, date, sealed[date]) == "received"
        return found

    monkeypatch.setattr(machines.central.get(VisitStore), "open_visits", slowly)
    assert deliver(machines, past, sealed[past]) == "received"
    assert [v.id for v in read(BUS)] == [waits.id]


def test_a_later_package_corrects_what_was_counted(machines: BusAndServer) -> None:
    date = machines.play_day(2)
    machines.go_live()
    hello(machines)
    content = content_of(machines, date)
    for sequence, counts in enumerate(
        [{"10|||help|5": 7, "10|||help|1": 1}, {"10|||help|5": 2}], 1
    ):
        sent = {**content, "feedback": counts, "contacts": {"10|pas||phone": counts["10|||help|5"]}}
        package = package_of(machines, date, sent, sequence=sequence)
        assert deliver(machines, date, seal(package, key(machines))) == "received"
    assert machines.central.get(FeedbackStore).days(BUS, [date])[date] == {
        "10|||help|5": "2",
        "10|||help|1": "0",
    }
    assert machines.central.get(ContactStore).days(BUS, [date])[date] == {"10|pas||phone": "2"}


@pytest.mark.parametrize(
    ("counts", "taken"),
    [
        ({"10|||help|5": MOST_COUNTED}, True),
        ({"10|||help|5": MOST_COUNTED + 1}, False),
        ({"10|||help|5": MOST_COUNTED, "10|||help|4": 1}, False),
        ({"10|||help|5": 10**30}, False),
        ({"10|||help|5": -1}, False),
        ({"10 help": 1}, False),
    ],
)
@pytest.mark.parametrize("kind", ["feedback", "saved", "contacts"])
def test_counts_have_an_upper_bound(
    machines: BusAndServer, kind: str, counts: dict[str, int], taken: bool
) -> None:
    date = machines.play_day(2, people=1)
    machines.go_live()
    hello(machines)
    content = {**content_of(machines, date), kind: counts}
    sealed = seal(package_of(machines, date, content), key(machines))
    if taken:
        assert deliver(machines, date, sealed) == "received"
        return
    before = machines.dump()
    with pytest.raises(Invalid) as refused:
        deliver(machines, date, sealed)
    faults = cast("list[dict[str, str]]", refused.value.extra["errors"])
    assert faults[0]["field"].startswith(f"content.{kind}")
    assert machines.dump() == before


def test_a_package_of_a_time_to_come_is_refused(machines: BusAndServer) -> None:
    date = machines.play_day(2, people=1)
    machines.go_live()
    hello(machines)
    content, now = content_of(machines, date), machines.central.store.time()
    for sequence, taken in (
        (now + SEQUENCE_AHEAD_MS + 60_000, False),
        (now, True),
        (now + 1, True),
    ):
        package = package_of(machines, date, content, sequence=sequence)
        if taken:
            assert deliver(machines, date, seal(package, key(machines))) == "received"
        else:
            with pytest.raises(Invalid, match="clock of the bus"):
                deliver(machines, date, seal(package, key(machines)))


def test_parts_of_two_packages_are_kept_and_no_more(machines: BusAndServer) -> None:
    hello(machines)
    date = machines.date(0)
    for n in range(5):
        receiving.stage(
            machines.central, caller(machines), date, 0, PartBody(digest=f"{n:064}", data="x")
        )
    kept = [
        f"{n:064}" for n in range(5) if machines.central.get(MobileStore).staged(BUS, f"{n:064}", 1)
    ]
    assert kept == [f"{n:064}" for n in (3, 4)]
    assert machines.central.store.client.ttl(BranchKeys(BUS).mobile_packages) > 0


def test_a_branch_without_stops_becomes_no_bus(machines: BusAndServer) -> None:
    machines.go_live()
    put_branch(machines.central, BUS, document())
    before = machines.dump()
    assert machines.send().problem.startswith(f"“{BUS}” has no stops on the central server")
    assert machines.dump() == before
    put_branch(machines.central, BUS, document(stops=STOPS))
    hello(machines)
    put_branch(machines.central, BUS, document())
    assert machines.send().problem == "", "one that is a bus stays one"


Change = tuple[type[QueueError], dict[str, Any]]


@pytest.mark.parametrize(
    ("refusal", "changes"),
    [
        (OtherBranch, {"branch": "raadhuset"}),
        (NewerVersion, {"format": FORMAT + 1}),
        (PackageAltered, {"date": "2020-01-01"}),
        (Invalid, {"timezone": "Nowhere/Land"}),
        (Invalid, {"sequence": 0}),
        (Invalid, {"more": 1}),
    ],
)
def test_a_package_that_does_not_fit_is_refused_whole(
    machines: BusAndServer, refusal: type[QueueError], changes: dict[str, Any]
) -> None:
    date = machines.play_day(2)
    machines.go_live()
    hello(machines)
    sealed = seal(package_of(machines, date, content_of(machines, date), **changes), key(machines))
    before = machines.dump()
    with pytest.raises(refusal):
        deliver(machines, date, sealed)
    assert machines.dump() == before
    assert machines.send().sent == [date], "it is sent again by itself"


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "short"},
        {"date": "2020-01-01"},
        {"state": "asleep"},
        {"number": "A|1"},
        {"number": "A001\n"},
        {"ended_at": 10**30},
        {"place": 10**400},
        {"issued_service": "a|b"},
        {"issued_at": 1},
        {"inquiries": []},
        {"cpr": "0101011234"},
        {"judged": {"a|b": True}},
    ],
)
def test_a_visit_that_is_none_refuses_its_day(
    machines: BusAndServer, changes: dict[str, Any]
) -> None:
    date = machines.play_day(2)
    machines.go_live()
    hello(machines)
    content = content_of(machines, date)
    content["visits"][-1] |= changes
    before = machines.dump()
    with pytest.raises(Invalid):
        deliver(machines, date, seal(package_of(machines, date, content), key(machines)))
    assert machines.dump() == before


def test_a_package_that_was_altered_is_refused(machines: BusAndServer) -> None:
    date = machines.play_day(2)
    machines.go_live()
    hello(machines)
    sealed = packages(machines, 2)[date]
    other = seal(package_of(machines, date, {}, branch=BUS), key(machines))
    before = machines.dump()
    for forged in (
        Sealed(sealed.digest, other.signature, sealed.parts),
        Sealed(sealed.digest, sealed.signature, other.parts),
        Sealed(sealed.digest, sealed.signature, ("AAAA",)),
        Sealed(sealed.digest, sealed.signature, ("no base64!",)),
        Sealed(*_signed_by_another(machines, date)),
    ):
        with pytest.raises(PackageAltered):
            deliver(machines, date, forged)
    assert machines.dump() == before


def _signed_by_another(machines: BusAndServer, date: str) -> tuple[str, str, tuple[str, ...]]:
    sealed = seal(package_of(machines, date, content_of(machines, date)), "ab" * 32)
    return sealed.digest, sealed.signature, sealed.parts


def test_a_visit_of_another_branch_refuses_its_day(machines: BusAndServer) -> None:
    date = machines.play_day(2)
    machines.go_live()
    hello(machines)
    other = issuing.issue(
        machines.central, Command("raadhuset", CLERK), "pas", channel="desk"
    ).visit
    content = content_of(machines, date)
    content["visits"][0]["id"] = other.id
    before = machines.dump(without=(":mobile",))
    with pytest.raises(OtherBranch):
        deliver(machines, date, seal(package_of(machines, date, content), key(machines)))
    assert machines.dump(without=(":mobile",)) == before


@pytest.mark.parametrize(("ago", "refused"), [(-2, True), (0, False), (90, False), (91, True)])
def test_days_to_come_and_days_too_old_are_refused(
    machines: BusAndServer, ago: int, refused: bool
) -> None:
    hello(machines)
    date = machines.date(ago)  # tomorrow's is taken just before midnight, as clocks may differ
    part = PartBody(digest="0" * 64, data="")
    if refused:
        with pytest.raises(DateOutOfRange):
            receiving.stage(machines.central, caller(machines), date, 0, part)
    else:
        assert receiving.stage(machines.central, caller(machines), date, 0, part) == 1


@pytest.mark.parametrize("text", ["no json", "[" * 100_000, "[]"])
def test_a_text_that_is_no_package_is_refused(machines: BusAndServer, text: str) -> None:
    date = machines.play_day(2)
    machines.go_live()
    hello(machines)
    packed = base64.b64encode(zlib.compress(text.encode())).decode()
    sealed = Sealed(digest_of(text), signature_of(key(machines), text), (packed,))
    with pytest.raises(PackageAltered, match="no form that can be read"):
        deliver(machines, date, sealed)
