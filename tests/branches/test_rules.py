"""A branch's configuration, hours and lent counters, without any store."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules import dates_and_hours
from queue_service.branches.rules.branch import Branch, Counter, Video, counter_from_document
from queue_service.branches.rules.elsewhere import bare_document, branch_from_shown, shown_of
from queue_service.branches.rules.hours import Hour, hour_of
from queue_service.branches.rules.interventions import (
    Closure,
    Intervention,
    InterventionKind,
    capped_field,
    closures_from_text,
    in_force,
    interventions_from_text,
    interventions_to_text,
    is_told_not_today,
    kiosk_cap,
    unchanged_within,
)
from queue_service.branches.rules.lifelines import (
    answers_at,
    answers_next,
    lifeline_of,
    lifelines_of,
)
from queue_service.branches.rules.pauses import PauseReason, reasons_of
from queue_service.branches.rules.privacy import without_private
from queue_service.branches.rules.quiet import is_quiet
from queue_service.branches.rules.stops import StopTime, next_stops, stops_on
from queue_service.goals.rules.goal import week_hours
from tests.branches.test_stops import bus
from tests.desks import document

ZONE: Final = "Europe/Copenhagen"
BRANCH: Final = Branch.from_document("raadhuset", "7~3", document())


def at(text: str, zone: str = ZONE) -> int:
    """An instant by the clock of a zone, in ms."""
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return round(local.timestamp() * 1000)


def branch(**changes: Any) -> Branch:
    return Branch.from_document("raadhuset", "1", document(**changes))


NOW: Final = at("2026-11-25T10:17:42.5")


@pytest.mark.parametrize(
    ("zone", "hour", "half", "next_hour", "next_half"),
    [
        (ZONE, 10, "10:00", "2026-11-25T11:00", "2026-11-25T10:30"),
        ("Asia/Kolkata", 14, "14:30", "2026-11-25T15:00", "2026-11-25T15:00"),
    ],
)
def test_full_and_half_hours_are_those_of_the_zone(
    zone: str, hour: int, half: str, next_hour: str, next_half: str
) -> None:
    assert dates_and_hours.local_hour(zone, NOW) == hour
    assert dates_and_hours.half_hour(zone, NOW) == half
    assert dates_and_hours.next_hour(zone, NOW) == at(next_hour, zone)
    assert dates_and_hours.next_half_hour(zone, NOW) == at(next_half, zone)
    full = at("2026-11-25T10:00")
    assert dates_and_hours.next_hour(ZONE, full) == at("2026-11-25T11:00")
    assert dates_and_hours.next_half_hour(ZONE, full) == at("2026-11-25T10:30")
    assert dates_and_hours.half_hour(ZONE, at("2026-11-25T10:30")) == "10:30"
    assert hour_of(BRANCH, NOW) == Hour("2026-11-25", "10", full, full + 3_600_000)
    assert hour_of(BRANCH, full) == Hour("2026-11-25", "10", full, full + 3_600_000)


@pytest.mark.parametrize(
    ("instant", "open_"),
    [
        ("2026-11-25T09:59:59.999", False), ("2026-11-25T10:00", True),
        ("2026-11-25T11:59:59.999", True), ("2026-11-25T12:00", False), ("2026-11-26T11:00", False),
    ],
)  # fmt: skip
def test_weekly_hours_are_by_the_clock(instant: str, open_: bool) -> None:
    assert dates_and_hours.weekly({"wed": [("10:00", "12:00")]}, ZONE, at(instant)) is open_


@pytest.mark.parametrize(
    ("hour", "minutes", "part"),
    [
        ("08", 0, 1.0), ("09", 45, 0.75), ("10", 60, 1.0), ("12", 15, 0.25), ("13", 0, 1.0),
        ("09:00", 15, 0.5), ("09:30", 30, 1.0), ("12:00", 15, 0.5), ("12:30", 0, 1.0),
    ],
)  # fmt: skip
def test_how_much_of_an_hour_is_open(hour: str, minutes: int, part: float) -> None:
    week = week_hours({"wed": [["09:15", "11:00"], ["11:00", "12:15"]]})
    assert dates_and_hours.open_minutes(week, 2, hour) == minutes
    assert dates_and_hours.open_part(week, 2, hour) == part
    assert dates_and_hours.open_minutes(week, 3, hour) == 0
    assert dates_and_hours.minute_of_day("09:15") == 555
    assert dates_and_hours.weekday_of("2026-11-25") == 2


def test_the_coming_days_have_their_hours_and_notes() -> None:
    exceptions = [
        {"date": "2026-11-26", "hours": [["10:00", "11:00"]], "note": {"da": "Kursus"}},
        {"date": "2026-11-27", "hours": []},
    ]
    found = branch(hours_exceptions=exceptions)
    wednesday = (at("2026-11-25T09:00"), at("2026-11-25T17:00"))
    days = dates_and_hours.coming_days(found, NOW, 3)
    assert days == [
        {"date": "2026-11-25", "spans": (wednesday,), "note": None},
        {
            "date": "2026-11-26", "spans": ((at("2026-11-26T10:00"), at("2026-11-26T11:00")),),
            "note": {"da": "Kursus"},
        },
        {"date": "2026-11-27", "spans": (), "note": None},
    ]  # fmt: skip
    assert [day["date"] for day in dates_and_hours.coming_days(found, NOW)][-1] == "2026-12-01"
    assert [dates_and_hours.has_own_hours(found, f"2026-11-{n}") for n in (25, 26)] == [False, True]
    assert dates_and_hours.clock_on(found, "2026-11-25", "15:00") == at("2026-11-25T15:00")
    assert dates_and_hours.clock_on(found, "2026-11-25", "24:00") == at("2026-11-26T00:00")


@pytest.mark.parametrize(
    ("hours", "closed", "noted"),
    [
        ([["00:00", "24:00"]], None, True),
        ([["00:00", "24:00"]], "24:00", False),
        ([["00:00", "24:00"]], "23:59", True),  # it opens again for a minute
        ([["08:00", "09:00"]], "24:00", True),  # the hours were over before the closure
        ([], "24:00", True),
    ],
)
def test_the_note_of_a_date_goes_with_hours_that_are_closed_by_hand(
    hours: list[list[str]], closed: str | None, *, noted: bool
) -> None:
    note = {"da": "Kulturnat"}
    found = branch(hours_exceptions=[{"date": "2026-11-25", "hours": hours, "note": note}])
    if closed:
        ends = dates_and_hours.clock_on(found, "2026-11-25", closed)
        found = replace(found, closures=(Closure(NOW, ends),))
    assert dates_and_hours.coming_days(found, NOW)[0]["note"] == (note if noted else None)


def test_a_closure_shuts_in_spite_of_the_hours() -> None:
    nine, five = at("2026-11-25T09:00"), at("2026-11-25T17:00")
    closed = replace(BRANCH, closures=(Closure(NOW, NOW + 60_000),))
    assert dates_and_hours.hours_on(closed, "2026-11-25") == ((nine, NOW), (NOW + 60_000, five))
    states = [dates_and_hours.moment(closed, NOW + ms).open for ms in (-1, 0, 59_999, 60_000)]
    assert states == [True, False, False, True]
    assert dates_and_hours.next_opening(closed, NOW) == NOW + 60_000
    whole = replace(BRANCH, closures=(Closure(nine, five),))
    assert dates_and_hours.hours_on(whole, "2026-11-25") == ()


@pytest.mark.parametrize(
    ("exceptions", "now", "begins"),
    [
        ([], "2026-11-25T07:00", "2026-11-25T08:00"), ([], "2026-11-25T08:00", "2026-12-02T08:00"),
        # Christmas: the branch opens later than the specialists would sit, or not at all.
        (
            [{"date": "2026-11-25", "hours": [["10:00", "12:00"]]}], "2026-11-25T07:00",
            "2026-11-25T10:00",
        ),
        ([{"date": "2026-11-25"}], "2026-11-25T07:00", "2026-12-02T08:00"),
        (
            [{"date": f"2026-{day}"} for day in ("12-02", "12-09", "12-16")], "2026-11-25T08:00",
            None,
        ),
    ],
)  # fmt: skip
def test_when_a_lifeline_answers_next(
    exceptions: list[dict[str, Any]], now: str, begins: str | None
) -> None:
    line = {"id": "pas", "name": {"da": "Pas"}, "telephone": "+45 (44) 10",
            "hours": {"wed": [["08:00", "18:00"]]}}  # fmt: skip
    config = {"name": "R", "services": [], "opening_hours": {"wed": [["10:00", "15:00"]]}}
    found = Branch.from_document(
        "r", "1", parse_config({**config, "lifelines": [line], "hours_exceptions": exceptions})
    )
    (own,) = lifelines_of(found)
    assert answers_next(found, own, at(now)) == (at(begins) if begins else None)
    without = replace(own, hours={})
    assert answers_next(found, without, at("2026-11-25T07:00")) == dates_and_hours.next_opening(
        found, at("2026-11-25T07:00")
    )
    assert own.dialled == "+454410"
    assert own.hours == {"wed": (("08:00", "18:00"),)}
    assert (lifeline_of(found, "pas"), lifeline_of(found, "x")) == (own, None)
    assert answers_at(found, without, at("2026-12-30T10:00"))


def lending(kind: InterventionKind = "lend_counter", **more: Any) -> Intervention:
    given: dict[str, Any] = {"counter": "2", "services": ("korekort",), **more}
    return Intervention("i", kind, "2026-11-25", 100, 200, "time", "admin", **given)


def test_lent_services_are_taken_while_the_intervention_lasts() -> None:
    lent = replace(BRANCH, interventions=(lending(),))
    assert [lent.at(now).takes("2", None) for now in (99, 100, 199, 200)] == [
        ("pas", "turist"), ("pas", "korekort", "turist"), ("pas", "korekort", "turist"),
        ("pas", "turist"),
    ]  # fmt: skip
    now = lent.at(150)
    assert lent.at(160) is now
    assert now.at(150) is now
    assert now.at(250) is lent
    assert now.takes("1", "library") == ("turist",)
    assert now.takes("2", "library") == ("korekort", "turist")
    assert BRANCH.at(150) is BRANCH
    gone = replace(BRANCH, interventions=(lending(counter="9"), lending("cap_service")))
    assert gone.at(150).lent == {}
    assert lent.lent_services(lending(services=(), team="citizen")) == ("pas", "turist")
    assert lent.lent_services(lending(services=(), team="library")) == ("turist",)
    assert lent.lent_services(lending(services=(), team="gone")) == ()
    assert lent.lent_services(lending(services=("turist", "x", "pas"))) == ("pas", "turist")


def test_the_counters_that_take_a_service_by_team() -> None:
    fresh = branch()  # one that has kept no answer yet
    assert fresh.pairs[:3] == (
        ("1", "", ("pas", "korekort", "turist", "gammel")), ("1", "library", ("turist",)),
        ("1", "citizen", ("pas", "korekort", "turist", "gammel")),
    )  # fmt: skip
    assert fresh.takes("2", "gone") == ("pas", "turist")
    assert json.loads(fresh.takes_by_counter["2"]) == {
        "": ["pas", "turist"], "library": ["turist"], "citizen": ["pas", "turist"]
    }  # fmt: skip
    every = '["pas", "korekort", "turist", "gammel"]'
    assert fresh.takers("korekort") == f"*|1/=0|1/citizen=0|3/=0|3/citizen=0|;0={every};"
    assert fresh.takers("korekort", "2") == (
        '|2/=0|2/library=1|2/citizen=0|;0=["pas", "turist"];1=["turist"];'
    )
    assert fresh.takers("korekort", "team:library") == (
        '|1/library=0|2/library=0|3/library=0|;0=["turist"];'
    )
    of_first = fresh.takers("korekort")
    assert fresh.takers("korekort", also=("turist",)) == f"{of_first}\n{of_first}"
    of_second = fresh.takers("turist")
    assert fresh.takers("turist", also=("korekort",)) == f"{of_first}\n{of_second}"
    # No counter takes both, or the visit is bound: there is one text.
    assert fresh.takers("turist", also=("gone",)) == of_second
    assert fresh.takers("turist", "2", ("korekort",)) == fresh.takers("turist", "2")
    nobody = branch(counters=[])
    assert nobody.takers("pas") == '|/=0|;0=["pas"];'
    assert fresh.takers("pas") is fresh.takers("pas")


def test_the_state_of_a_branch_besides_its_configuration() -> None:
    plain = branch(quiet_exceptions=[{"date": "2026-11-25", "hours": []}])
    assert (plain.elsewhere, plain.taken_over, plain.sample_until) == (False, False, "")
    assert (plain.interventions, plain.closures, plain.quiet_exceptions[0].note) == ((), (), {})
    lent, closed = (lending(),), (Closure(1, 2),)
    found = Branch.from_document(
        "b", "1", document(), elsewhere=True, taken_over=True, sample_until="2026-11-25",
        interventions=lent, closures=closed,
    )  # fmt: skip
    assert (found.elsewhere, found.taken_over, found.sample_until) == (True, True, "2026-11-25")
    assert (found.interventions, found.closures) == (lent, closed)


def test_the_properties_of_a_branchs_configuration() -> None:
    room = {
        "id": "4", "name": {"da": "Rum 4", "en": "Room 4"}, "services": ["pas"], "kind": "room",
        "video": {"telephone": "4410"}, "accessible": True,
    }  # fmt: skip
    found = counter_from_document(room, ["en", "da"])
    assert found == Counter(
        "4", "Room 4", ("pas",), {"da": "Rum 4", "en": "Room 4"}, Video("4410"), True, "room",
        "door",
    )  # fmt: skip
    assert counter_from_document({**room, "entrance": "knock"}, ["da"]).entrance == "knock"
    desk = counter_from_document({"id": "5", "name": "Skranke 5", "services": []}, ["da"])
    assert desk == Counter("5", "Skranke 5", ())
    named = branch(counters=[room])
    assert named.counter_name("4", "en") == "Room 4"
    assert [named.counter_name(gone, "en") for gone in ("9", None)] == ["9", ""]
    assert (named.has_video, replace(named, historic=True).has_video, BRANCH.has_video) == (
        True, False, False
    )  # fmt: skip
    assert BRANCH.edition == "7"
    counted = [branch(**{name: True}).counted for name in ("historic", "practice")]
    assert [*counted, BRANCH.counted] == [False, False, True]
    secret = branch(services=[*document()["services"], SECRET])
    assert [secret.is_private(one) for one in ("samtale", "pas", "x", None)] == [
        True, False, False, False
    ]  # fmt: skip


SECRET: Final = {"id": "samtale", "name": {"da": "Samtale"}, "prefix": "S", "private": True}


def test_a_waiting_room_knows_nothing_of_a_private_service() -> None:
    plain = document()
    assert without_private(plain) == plain
    lists = [{"id": "1", "name": "1", "services": ["pas", "samtale"]}]
    private = document(
        services=[*plain["services"], SECRET], counters=lists, unsure_service="samtale"
    )
    shown = without_private(private)
    assert "samtale" not in json.dumps(shown)
    assert [s["id"] for s in shown["services"]] == [s["id"] for s in plain["services"]]
    assert shown["counters"][0]["services"] == ["pas"]
    assert shown["unsure_service"] is None
    assert shown["name"] == plain["name"]
    assert shown["teams"] == plain["teams"]
    known = without_private({**private, "unsure_service": "pas"})
    assert known["unsure_service"] == "pas"


@pytest.mark.parametrize(
    ("instant", "quiet"),
    [
        ("2026-11-25T09:59:59.999", False), ("2026-11-25T10:00", True), ("2026-11-25T11:00", False),
        ("2026-11-26T10:30", False), ("2026-12-02T10:30", False), ("2026-12-02T14:30", True),
        ("2026-12-09T10:30", False),
    ],
)  # fmt: skip
def test_an_exception_replaces_the_quiet_hours_of_its_day(instant: str, quiet: bool) -> None:
    found = branch(
        quiet_hours={"wed": [["10:00", "11:00"]]},
        quiet_exceptions=[
            {"date": "2026-12-02", "hours": [["14:00", "15:00"]]},
            {"date": "2026-12-09", "hours": []},
        ],
    )
    assert is_quiet(found, at(instant)) is quiet
    assert not is_quiet(BRANCH, at(instant))


def test_a_branch_elsewhere_is_known_by_its_name_hours_and_lifelines() -> None:
    line = {"id": "pas", "name": {"da": "Pas"}, "telephone": "4410"}
    home = Branch.from_document("raadhuset", "7", parse_config({**document(), "lifelines": [line]}))
    shown = shown_of(home)
    assert set(shown) == {
        "id", "name", "timezone", "languages", "opening_hours", "hours_exceptions", "practice",
        "lifelines", "services",
    } & {*shown}  # fmt: skip
    assert shown["services"][3] == {
        "id": "gammel", "name": {"da": "Nedlagt"}, "prefix": "D", "active": False
    }  # fmt: skip
    there = branch_from_shown(json.loads(json.dumps(shown)))
    assert (there.id, there.name, there.revision) == ("raadhuset", "Rådhuset", "")
    assert there.opening_hours == home.opening_hours
    assert there.services == home.services
    assert lifelines_of(there) == lifelines_of(home)
    bare = bare_document(timezone=ZONE)
    assert bare == {
        "name": "-", "languages": [], "opening_hours": {}, "hours_exceptions": [], "services": [],
        "counters": [], "teams": [], "goals": [], "no_show_after_seconds": 0,
        "return_window_seconds": 0, "priority_head_start_seconds": 0, "retention_days": 1,
        "timezone": ZONE,
    }  # fmt: skip


def test_a_service_for_collecting_has_a_drawing_and_is_no_part_of_a_goal_of_all() -> None:
    goal = {
        "id": "all",
        "indicator": "waiting_time_within",
        "threshold_seconds": 600,
        "target_ratio": 0.9,
        "services": ["*"],
    }
    services = [
        {"id": "pas", "name": {"da": "Pas"}, "prefix": "A"},
        {"id": "hent", "name": {"da": "Hent"}, "prefix": "B", "collects": True},
        {
            "id": "id",
            "name": {"da": "Id"},
            "prefix": "C",
            "collects": True,
            "pictogram": "identity-card",
        },
    ]
    found = branch(services=services, counters=[], goals=[goal], teams=[])
    drawings = {service.id: service.pictogram for service in found.services.values()}
    assert drawings == {"pas": None, "hent": "collect", "id": "identity-card"}
    assert [found.goals[0].judges(service) for service in ("pas", "hent")] == [True, False]


def test_the_reasons_of_a_pause_are_named_or_the_usual_ones() -> None:
    named = reasons_of({"pause_reasons": [{"id": "x", "name": {"da": "Kaffe"}}]})
    assert named == (PauseReason("x", {"da": "Kaffe"}),)
    usual = reasons_of({})
    assert [reason.id for reason in usual] == ["lunch", "meeting", "technical", "colleague"]
    assert (usual[0].name["en"], usual[0].name["da"]) == ("Lunch", "Frokost")
    assert reasons_of({"pause_reasons": []}) == usual


def test_interventions_and_closures_are_read_back() -> None:
    some = (
        lending(),
        lending("announcement", texts={"da": "Lukket på lørdag"}, screens=("kiosk",), limit=3),
    )  # fmt: skip
    text = interventions_to_text(some)
    assert interventions_from_text(text) == some
    assert "på lørdag" in text
    assert (interventions_from_text(None), closures_from_text(None)) == ((), ())
    assert closures_from_text("[[1,2]]") == (Closure(1, 2),)
    assert capped_field("pas") == "kiosk|pas"
    ended = replace(lending(), ended_at=150)
    later = replace(lending(), ended_at=250)
    assert [one.over_at for one in (lending(), ended, later)] == [200, 150, 200]
    assert in_force((ended, later), 150) == (later,)
    assert in_force(some, 150, "announcement") == some[1:]
    assert in_force(some, 150) == some


@pytest.mark.parametrize(
    ("service", "number", "now", "is_told"),
    [
        ("pas", "A008", 150, False),
        ("pas", "A009", 150, True),
        ("pas", "B010", 150, True),
        ("pas", "A009", 99, False),
        ("pas", "A009", 200, False),
        ("korekort", "A099", 150, False),
    ],
)
def test_a_number_is_not_reached_today_from_the_first_that_is_named(
    service: str, number: str, now: int, is_told: bool
) -> None:
    named = lending("not_today", numbers={"pas": "A009"})
    others = [lending("not_today"), lending("announcement", numbers={"korekort": "A001"})]
    assert is_told_not_today([*others, named], service, number, now) is is_told
    assert not is_told_not_today([], service, number, now)


def test_the_least_cap_of_a_service_counts() -> None:
    caps = [lending("cap_service", services=("pas", "id"), limit=n) for n in (9, 5, 7)]
    unlimited = lending("cap_service", services=("pas",), limit=None)
    other = lending("pause_service", services=("id",), limit=1)
    assert kiosk_cap([*caps, unlimited, other], "id", 150) == 5
    assert kiosk_cap([*caps, unlimited, other], "korekort", 150) is None
    assert kiosk_cap([unlimited], "pas", 150) is None
    assert kiosk_cap(caps, "pas", 200) is None


@pytest.mark.parametrize(
    ("now", "stretch"),
    [(50, (0, 100)), (99, (0, 100)), (100, (100, 150)), (149, (100, 150)), (150, (150, 300))],
)
def test_nothing_begins_or_ends_within_a_stretch(now: int, stretch: tuple[int, int]) -> None:
    one = replace(lending(), ended_at=150)
    assert unchanged_within([one], now, 0, 300) == stretch
    assert unchanged_within([one, one], now, 0, 300) == stretch
    assert unchanged_within([one], now, 140, 145) == (max(140, stretch[0]), min(145, stretch[1]))


def test_the_stops_of_a_date_and_how_far_ahead_the_next_are_looked_for() -> None:
    found = bus()
    ten, noon, one = (at(f"2026-11-25T{hour}:00") for hour in (10, 12, 13))
    torvet, skolen = found.stops
    assert stops_on(found, "2026-11-25") == [
        StopTime(torvet, ten, noon), StopTime(skolen, noon, one)
    ]  # fmt: skip
    assert stops_on(BRANCH, "2026-11-25") == []
    assert len(next_stops(found, ten - 1)) == 3
    # From Thursday after the last stop: two weeks ahead are six more.
    assert len(next_stops(found, at("2026-11-26T14:00"), 99)) == 6
