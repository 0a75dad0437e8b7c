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
from tests.mobile.road import BUS, STOPS, Road, road

__all__ = ["road"]


def test_days_may_come_in_any_order_and_more_than_once(road: Road) -> None:
    dates = [road.drive(4), road.drive(3), road.drive(2)]
    road.left()
    sealed = packages(road, 4, 3, 2)
    for date in (dates[2], dates[0], dates[2], dates[1], dates[0]):
        deliver(road, date, sealed[date])
    for date in dates:
        assert road.figures(road.home, date) == road.figures(road.bus, date)
    assert road.counters(road.home) == road.counters(road.bus)
    assert road.home.get(DayStore).dates(BUS) == dates


def test_a_later_package_replaces_an_earlier_one_and_not_the_other_way_round(road: Road) -> None:
    date = road.drive(2, people=2)
    road.left()
    content = content_of(road, date)
    hello(road)
    half = {**content, "visits": content["visits"][:1]}
    first = seal(package_of(road, date, half, sequence=5, whole=False), key(road))
    whole = seal(package_of(road, date, content, sequence=6), key(road))
    assert deliver(road, date, first) == "received"
    assert deliver(road, date, whole) == "received"
    assert deliver(road, date, whole) == "repeated"
    before = road.dump()
    assert deliver(road, date, first) == "older"
    assert road.dump(without=(":mobile",)) == {
        k: v for k, v in before.items() if not k.endswith(":mobile")
    }
    assert road.figures(road.home, date) == road.figures(road.bus, date)
    assert road.counters(road.home) == road.counters(road.bus)


def test_a_part_that_is_missing_is_asked_for(road: Road) -> None:
    date = road.drive(2)
    road.left()
    sealed = packages(road, 2)[date]
    with pytest.raises(PartsMissing):
        deliver(road, date, Sealed(sealed.digest, sealed.signature, ()), parts=1)
    assert deliver(road, date, sealed) == "received"


def test_of_two_packages_the_one_that_was_read_later_counts(road: Road) -> None:
    road.left()
    visit = issuing.issue(road.bus, here(), "pas", channel="desk").visit
    branch, date = road.bus.get(BranchStore).current(BUS), road.date(0)
    now = road.bus.store.time()
    assert sending.lacking(road.bus, branch, now) == [date]
    road.send()
    assert sending.lacking(road.bus, branch, now) == [], "home has the running day as it stands"
    earlier = sending.pack(road.bus, branch, date, road.bus.store.time())
    visits.abandon(road.bus, here(), visit.id)
    road.send()
    sending._send_day(road.bus, road.line(), branch, earlier, None)
    assert road.home.get(VisitStore).of_day(BUS, date)[0].state == "abandoned"


def test_two_concurrent_packages_report_one_current_state(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = road.drive(2)
    road.left()
    open_counter(road.bus, here(), "1")
    waits = issuing.issue(road.bus, here(), "pas", channel="desk").visit
    hello(road)
    sealed = packages(road, 2, 0)
    read = road.home.get(VisitStore).open_visits
    meanwhile = [road.date(0)]

    def slowly(branch: str) -> list[Visit]:
        found = read(branch)
        if meanwhile:
            date = meanwhile.pop()
            assert deliver(road, date, sealed[date]) == "received"
        return found

    monkeypatch.setattr(road.home.get(VisitStore), "open_visits", slowly)
    assert deliver(road, past, sealed[past]) == "received"
    assert [v.id for v in read(BUS)] == [waits.id]


def test_a_later_package_corrects_what_was_counted(road: Road) -> None:
    date = road.drive(2)
    road.left()
    hello(road)
    content = content_of(road, date)
    for sequence, counts in enumerate(
        [{"10|||help|5": 7, "10|||help|1": 1}, {"10|||help|5": 2}], 1
    ):
        sent = {**content, "feedback": counts, "contacts": {"10|pas||phone": counts["10|||help|5"]}}
        package = package_of(road, date, sent, sequence=sequence)
        assert deliver(road, date, seal(package, key(road))) == "received"
    assert road.home.get(FeedbackStore).days(BUS, [date])[date] == {
        "10|||help|5": "2",
        "10|||help|1": "0",
    }
    assert road.home.get(ContactStore).days(BUS, [date])[date] == {"10|pas||phone": "2"}


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
    road: Road, kind: str, counts: dict[str, int], taken: bool
) -> None:
    date = road.drive(2, people=1)
    road.left()
    hello(road)
    content = {**content_of(road, date), kind: counts}
    sealed = seal(package_of(road, date, content), key(road))
    if taken:
        assert deliver(road, date, sealed) == "received"
        return
    before = road.dump()
    with pytest.raises(Invalid) as refused:
        deliver(road, date, sealed)
    faults = cast("list[dict[str, str]]", refused.value.extra["errors"])
    assert faults[0]["field"].startswith(f"content.{kind}")
    assert road.dump() == before


def test_a_package_of_a_time_to_come_is_refused(road: Road) -> None:
    date = road.drive(2, people=1)
    road.left()
    hello(road)
    content, now = content_of(road, date), road.home.store.time()
    for sequence, taken in (
        (now + SEQUENCE_AHEAD_MS + 60_000, False),
        (now, True),
        (now + 1, True),
    ):
        package = package_of(road, date, content, sequence=sequence)
        if taken:
            assert deliver(road, date, seal(package, key(road))) == "received"
        else:
            with pytest.raises(Invalid, match="clock of the bus"):
                deliver(road, date, seal(package, key(road)))


def test_parts_of_two_packages_are_kept_and_no_more(road: Road) -> None:
    hello(road)
    date = road.date(0)
    for n in range(5):
        receiving.stage(road.home, caller(road), date, 0, PartBody(digest=f"{n:064}", data="x"))
    kept = [f"{n:064}" for n in range(5) if road.home.get(MobileStore).staged(BUS, f"{n:064}", 1)]
    assert kept == [f"{n:064}" for n in (3, 4)]
    assert road.home.store.client.ttl(BranchKeys(BUS).mobile_packages) > 0


def test_a_branch_without_stops_becomes_no_bus(road: Road) -> None:
    road.left()
    put_branch(road.home, BUS, document())
    before = road.dump()
    assert road.send().problem.startswith(f"“{BUS}” has no stops on the central server")
    assert road.dump() == before
    put_branch(road.home, BUS, document(stops=STOPS))
    hello(road)
    put_branch(road.home, BUS, document())
    assert road.send().problem == "", "one that is a bus stays one"


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
    road: Road, refusal: type[QueueError], changes: dict[str, Any]
) -> None:
    date = road.drive(2)
    road.left()
    hello(road)
    sealed = seal(package_of(road, date, content_of(road, date), **changes), key(road))
    before = road.dump()
    with pytest.raises(refusal):
        deliver(road, date, sealed)
    assert road.dump() == before
    assert road.send().sent == [date], "it is sent again by itself"


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
def test_a_visit_that_is_none_refuses_its_day(road: Road, changes: dict[str, Any]) -> None:
    date = road.drive(2)
    road.left()
    hello(road)
    content = content_of(road, date)
    content["visits"][-1] |= changes
    before = road.dump()
    with pytest.raises(Invalid):
        deliver(road, date, seal(package_of(road, date, content), key(road)))
    assert road.dump() == before


def test_a_package_that_was_altered_is_refused(road: Road) -> None:
    date = road.drive(2)
    road.left()
    hello(road)
    sealed = packages(road, 2)[date]
    other = seal(package_of(road, date, {}, branch=BUS), key(road))
    before = road.dump()
    for forged in (
        Sealed(sealed.digest, other.signature, sealed.parts),
        Sealed(sealed.digest, sealed.signature, other.parts),
        Sealed(sealed.digest, sealed.signature, ("AAAA",)),
        Sealed(sealed.digest, sealed.signature, ("no base64!",)),
        Sealed(*_signed_by_another(road, date)),
    ):
        with pytest.raises(PackageAltered):
            deliver(road, date, forged)
    assert road.dump() == before


def _signed_by_another(road: Road, date: str) -> tuple[str, str, tuple[str, ...]]:
    sealed = seal(package_of(road, date, content_of(road, date)), "ab" * 32)
    return sealed.digest, sealed.signature, sealed.parts


def test_a_visit_of_another_branch_refuses_its_day(road: Road) -> None:
    date = road.drive(2)
    road.left()
    hello(road)
    other = issuing.issue(road.home, Command("raadhuset", CLERK), "pas", channel="desk").visit
    content = content_of(road, date)
    content["visits"][0]["id"] = other.id
    before = road.dump(without=(":mobile",))
    with pytest.raises(OtherBranch):
        deliver(road, date, seal(package_of(road, date, content), key(road)))
    assert road.dump(without=(":mobile",)) == before


@pytest.mark.parametrize(("ago", "refused"), [(-1, True), (0, False), (90, False), (91, True)])
def test_days_to_come_and_days_too_old_are_refused(road: Road, ago: int, refused: bool) -> None:
    hello(road)
    date = road.date(ago)
    part = PartBody(digest="0" * 64, data="")
    if refused:
        with pytest.raises(DateOutOfRange):
            receiving.stage(road.home, caller(road), date, 0, part)
    else:
        assert receiving.stage(road.home, caller(road), date, 0, part) == 1


@pytest.mark.parametrize("text", ["no json", "[" * 100_000, "[]"])
def test_a_text_that_is_no_package_is_refused(road: Road, text: str) -> None:
    date = road.drive(2)
    road.left()
    hello(road)
    packed = base64.b64encode(zlib.compress(text.encode())).decode()
    sealed = Sealed(digest_of(text), signature_of(key(road), text), (packed,))
    with pytest.raises(PackageAltered, match="no form that can be read"):
        deliver(road, date, sealed)
