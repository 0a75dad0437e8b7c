"""/metrics/queue: the contract's table, with values after real commands on a real store."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from itertools import product
from typing import Any

from dashboards.board.answers import board_json
from queue_service.board.as_json import state_json
from queue_service.board.operations.board import Boards
from queue_service.board.operations.state import state
from queue_service.booking_days.store import BookingDayStore
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.configuration.operations import put_branch
from queue_service.contacts.operations import count_contact, undo_contact
from queue_service.contacts.rules import CHANNELS, Contact
from queue_service.counters.operations import counters
from queue_service.days.store import DayStore
from queue_service.interventions import operations as interventions
from queue_service.interventions.rules import Wanted
from queue_service.language.instants import rfc3339, rfc3339_or_none
from queue_service.language.wording import Wording
from queue_service.metrics.store import ReadingStore
from queue_service.public.operations import public_branch
from queue_service.staffing.store import AdviceToKeep, StaffingStore
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import issuing, visits
from queue_service.visits.rules.counting import DAY_INQUIRIES, HANDLING_BUCKETS, WAITING_BUCKETS
from queue_service.visits.rules.visit import ENDED_STATES, OUTCOMES
from tests.metrics.places import (
    WEDNESDAY,
    B,
    Place,
    Samples,
    collector,
    configuration,
    read,
    scrape,
)
from tests.programs import find_program


def of_service(samples: Samples, service: str) -> dict[tuple[str, ...], float]:
    """The samples of one service, without its waiting visits."""
    return {
        key: value
        for key, value in samples.items()
        if service in key[1:] and key[0] != "queue_visits_waiting"
    }


def test_an_unused_service_has_its_tickets_metric_alone(place: Place) -> None:
    samples = scrape(place.queue)
    for service in ("pas", "turist"):
        assert of_service(samples, service) == {("queue_visits_issued_total", B, service): 0}
        assert samples["queue_visits_waiting", B, service] == 0
    assert not any(key[0] == "queue_oldest_waiting_timestamp_seconds" for key in samples)
    assert samples["queue_collector_up",] == 1
    assert samples["queue_collector_duration_seconds",] > 0


def test_from_its_first_visit_on_every_series_of_a_service_is_there_at_zero(place: Place) -> None:
    same = collector(place.queue)
    assert len(of_service(read(same.collect()), "turist")) == 1
    place.issue("turist")
    samples = read(same.collect())
    service = "turist"
    expected: list[tuple[str, ...]] = [
        (f"queue_visits_{name}_total", B, service, state)
        for name, state in product(("ended", "returned"), ENDED_STATES)
    ]
    expected += [("queue_inquiries_completed_total", B, o, service) for o in OUTCOMES]
    for name, bounds in (("waiting", WAITING_BUCKETS), ("handling", HANDLING_BUCKETS)):
        expected += [
            (f"queue_{name}_seconds_bucket", B, str(float(bound)), service) for bound in bounds
        ]
        expected += [(f"queue_{name}_seconds_bucket", B, "+Inf", service)]
        expected += [(f"queue_{name}_seconds_{part}", B, service) for part in ("sum", "count")]
    expected += [("queue_contacts_total", B, channel, service) for channel in CHANNELS]
    assert [samples[key] for key in expected] == [0] * len(expected)
    assert samples["queue_visits_issued_total", B, service] == 1
    judged = {key[2:] for key in samples if key[0] == "queue_goal_judged_total"}
    assert judged == {key[2:] for key in samples if key[0] == "queue_goal_within_total"}
    assert judged == {("called-10-min", "turist"), ("first-contact", "turist")}
    assert len(of_service(samples, "pas")) == 1


def test_a_visit_is_counted_where_it_belongs(place: Place) -> None:
    place.open("1")
    place.serve_whole("pas", wait=61, handle=360)
    place.serve_whole("pas", wait=600, handle=359.999)
    samples = scrape(place.queue)
    assert samples["queue_visits_issued_total", B, "pas"] == 2
    assert samples["queue_visits_issued_total", B, "turist"] == 0
    assert samples["queue_visits_ended_total", B, "pas", "completed"] == 2
    assert samples["queue_inquiries_completed_total", B, "resolved", "pas"] == 2
    assert samples["queue_goal_judged_total", B, "handling-6-min", "pas"] == 2
    assert samples["queue_goal_within_total", B, "handling-6-min", "pas"] == 1
    assert samples["queue_goal_judged_total", B, "called-10-min", "pas"] == 2
    assert samples["queue_goal_within_total", B, "called-10-min", "pas"] == 1
    assert samples["queue_goal_within_total", B, "first-contact", "pas"] == 2
    estimated = {
        key[1:]: n for key, n in samples.items() if key[0] == "queue_estimated_waits_total"
    }
    places = product(("nobody", "somebody"), (B,), ("held", "missed", "left", "none"))
    assert estimated == dict.fromkeys(places, 0) | {("nobody", B, "none"): 2}


def test_histograms_are_running_sums_of_seconds_with_inclusive_bounds(place: Place) -> None:
    place.open("1")
    place.serve_whole(wait=60, handle=360)
    place.serve_whole(wait=60.001, handle=7201.5)
    samples = scrape(place.queue)
    expected = {"45.0": 0, "60.0": 1, "90.0": 2, "+Inf": 2}
    waiting = {le: samples["queue_waiting_seconds_bucket", B, le, "pas"] for le in expected}
    assert waiting == expected
    assert samples["queue_waiting_seconds_sum", B, "pas"] == 120.001
    assert samples["queue_waiting_seconds_count", B, "pas"] == 2
    assert samples["queue_handling_seconds_bucket", B, "300.0", "pas"] == 0
    assert samples["queue_handling_seconds_bucket", B, "360.0", "pas"] == 1
    assert samples["queue_handling_seconds_bucket", B, "7200.0", "pas"] == 1
    assert samples["queue_handling_seconds_bucket", B, "+Inf", "pas"] == 2
    assert samples["queue_handling_seconds_sum", B, "pas"] == 7561.5


def test_a_repeated_request_is_counted_once(place: Place) -> None:
    place.open("1")
    for _ in range(3):
        visit = place.issue(key="issue")
    for _ in range(3):
        place.call(visit, key="call")
    for _ in range(3):
        place.complete(visit, key="complete")
    samples = scrape(place.queue)
    assert samples["queue_visits_issued_total", B, "pas"] == 1
    assert samples["queue_waiting_seconds_count", B, "pas"] == 1
    assert samples["queue_visits_ended_total", B, "pas", "completed"] == 1
    assert samples["queue_inquiries_completed_total", B, "resolved", "pas"] == 1
    assert samples["queue_goal_judged_total", B, "first-contact", "pas"] == 1


def test_an_undone_ending_stays_counted_and_is_counted_as_returned(place: Place) -> None:
    place.open("1")
    visit = place.serve_whole()
    visits.undo(place.queue, place.after(5).command(), visit.id)
    samples = scrape(place.queue)
    assert samples["queue_visits_ended_total", B, "pas", "completed"] == 1
    assert samples["queue_visits_returned_total", B, "pas", "completed"] == 1
    assert samples["queue_inquiries_completed_total", B, "resolved", "pas"] == 1
    for goal in ("handling-6-min", "first-contact"):
        for name in ("judged", "within"):
            assert samples[f"queue_goal_{name}_total", B, goal, "pas"] == 1
            assert samples[f"queue_goal_returned_{name}_total", B, goal, "pas"] == 1
            assert day(place)[f"{name}|{goal}"] == "0"
    assert samples["queue_goal_returned_judged_total", B, "called-10-min", "pas"] == 0
    assert day(place)["judged|called-10-min"] == "1"


def day(place: Place) -> Mapping[str, str]:
    """The counts of the place's own day, from which today's gauges are."""
    branch = place.queue.get(BranchStore).get(B)
    return place.queue.get(ReadingStore).read(branch, place.command().at).day


def test_the_day_restarts_at_midnight(place: Place) -> None:
    place.open("1")
    place.serve_whole(handle=360)
    place.serve_whole(handle=359)
    assert day(place)["judged|handling-6-min"] == "2"
    assert day(place)["within|handling-6-min"] == "1"
    assert day(place.after(86_400)) == {}
    assert scrape(place.queue)["queue_goal_judged_today", B, "handling-6-min"] == 0


def test_a_no_show_that_comes_back_is_counted_as_returned(place: Place) -> None:
    place.open("1")
    visit = place.issue()
    place.call(visit)
    visits.mark_no_show(place.queue, place.command(), visit.id)
    visits.requeue(place.queue, place.command(), visit.id)
    samples = scrape(place.queue)
    assert samples["queue_visits_ended_total", B, "pas", "no_show"] == 1
    assert samples["queue_visits_returned_total", B, "pas", "no_show"] == 1
    assert samples["queue_waiting_seconds_count", B, "pas"] == 1


def test_the_waiting_visits_and_their_times(place: Place) -> None:
    place.issue("turist")
    place.after(12.5).issue("pas")
    place.after(10).issue("pas")
    samples = scrape(place.queue)
    assert samples["queue_visits_waiting", B, "pas"] == 2
    assert samples["queue_visits_waiting", B, "turist"] == 1
    oldest = samples["queue_oldest_waiting_timestamp_seconds", B, "pas"]
    assert oldest == WEDNESDAY / 1000 + 12.5


def _passports(place: Place) -> tuple[int, str | None]:
    """How many wait, and since when the first of them does, by every way of asking."""
    found = state(place.queue, place.command())
    reading = place.queue.get(ReadingStore).read(found.branch, found.now)
    board = board_json(Boards(place.queue).board(place.command()), Wording("en"))
    queues = [state_json(found, role)["queues"][0] for role in ("admin", "kiosk", "display")]
    counts = [
        reading.waiting["pas"],
        public_branch(place.queue, found).services[0].waiting,
        board["queues"][0]["waiting"],
        *(queue["waiting"] for queue in queues),
    ]
    firsts = [
        rfc3339_or_none(reading.oldest.get("pas")),
        board["queues"][0]["since"],
        *(queue["oldest_issued_at"] for queue in queues),
    ]
    assert (len({*counts}), len({*firsts})) == (1, 1), (counts, firsts)
    return counts[0], firsts[0]


def test_a_visit_that_comes_later_waits_nowhere_until_then(place: Place) -> None:
    asks, other = place.issue(), place.after(10).issue()
    assert _passports(place) == (2, rfc3339(WEDNESDAY))
    visits.postpone(place.queue, place.after(50).command(), asks.id, "10:30")
    assert _passports(place) == (1, rfc3339(WEDNESDAY + 10_000))
    place.open("1")
    place.call(other)
    assert _passports(place.after(28 * 60)) == (0, None)
    # Then it has waited for the minute before it asked.
    assert _passports(place.after(60)) == (1, rfc3339(WEDNESDAY + 29 * 60_000))


def test_active_interventions_are_counted_by_kind(place: Place) -> None:
    def paused() -> float:
        return scrape(place.queue)["queue_interventions_in_force", B, "pause_service"]

    assert paused() == 0
    command = place.command()._replace(at=None)  # a scrape goes by the store's clock
    begun = interventions.begin(place.queue, command, Wanted("pause_service", services=("pas",)))
    assert paused() == 1
    interventions.end(place.queue, command, begun.one.id)
    assert paused() == 0


def test_counters_by_state(place: Place) -> None:
    def by_state() -> dict[str, float]:
        samples = scrape(place.queue)
        return {key[2]: value for key, value in samples.items() if key[0] == "queue_counters"}

    assert by_state() == {"closed": 2, "free": 0, "called": 0, "serving": 0, "paused": 0}
    place.open("1")
    assert by_state() == {"closed": 1, "free": 1, "called": 0, "serving": 0, "paused": 0}
    visit = place.issue()
    place.call(visit)
    assert by_state() == {"closed": 1, "free": 0, "called": 1, "serving": 0, "paused": 0}
    place.start(visit)
    assert by_state() == {"closed": 1, "free": 0, "called": 0, "serving": 1, "paused": 0}
    counters.pause_counter(place.queue, place.command(), "1", "lunch")
    assert by_state()["serving"] == 1
    place.complete(visit)
    assert by_state() == {"closed": 1, "free": 0, "called": 0, "serving": 0, "paused": 1}
    counters.resume_counter(place.queue, place.after(90).command(), "1")
    samples = scrape(place.queue)
    assert samples["queue_pauses_total", B, "lunch"] == 1
    assert samples["queue_paused_seconds_total", B, "lunch"] == 90
    assert samples["queue_paused_seconds_total", B, "meeting"] == 0
    assert samples["queue_pauses_returned_total", B, "lunch"] == 0
    now = place.after(10).command()
    counters.pause_counter(place.queue, now, "1", "lunch")
    counters.resume_counter(place.queue, now, "1")
    samples = scrape(place.queue)
    assert samples["queue_pauses_total", B, "lunch"] == 2
    assert samples["queue_pauses_returned_total", B, "lunch"] == 1


def test_a_branchs_share_of_todays_contacts_without_practice_and_replays(place: Place) -> None:
    for branch, more in (("library", {}), ("try", {"practice": True}), ("old", {"historic": True})):
        put_branch(place.queue, branch, configuration(**more))
    assert ("queue_all_contacts_share_ratio", B) not in scrape(place.queue)
    library, practice = Place(place.queue, "library"), Place(place.queue, "try")
    clock = place.queue.store.time() - WEDNESDAY
    for one in (place, library, practice):
        one.after(clock / 1000).open("1")
        visit = issuing.serve(one.queue, one.command(), "1", "pas").visit
        visits.complete(one.queue, one.command(), visit.id, "resolved")
        count_contact(one.queue, one.command(), Contact("pas", "phone"))
    undone = count_contact(library.queue, library.command(), Contact("pas"))
    undo_contact(library.queue, library.command(), undone.id)
    count_contact(library.queue, library.command(), Contact("pas"))
    samples = scrape(place.queue)
    reported = {
        key: value for key, value in samples.items() if key[0].startswith("queue_all_contacts")
    }
    assert reported == {
        ("queue_all_contacts_today", B): 2,
        ("queue_all_contacts_today", "library"): 3,
        ("queue_all_contacts_share_ratio", B): 2 / 5,
        ("queue_all_contacts_share_ratio", "library"): 3 / 5,
    }
    visits.undo(place.queue, place.command(), visit_of(place))
    assert scrape(place.queue)["queue_all_contacts_today", B] == 1
    # An undo of a completion from before an update that counts it.
    (date,) = place.queue.get(DayStore).dates(B, "2000-01-01", "2999-12-31")
    place.queue.store.client.hincrby(BranchKeys(B).day(date), DAY_INQUIRIES, -5)
    samples = scrape(place.queue)
    assert samples["queue_all_contacts_today", B] == 1
    assert samples["queue_all_contacts_share_ratio", B] == 1 / 4


def visit_of(place: Place) -> str:
    """The day's only visit."""
    (date,) = place.queue.get(DayStore).dates(place.branch, "2000-01-01", "2999-12-31")
    (visit,) = place.queue.get(DayStore).visits(place.branch, date)
    assert visit is not None
    return visit.id


def test_the_targets_of_the_goals(place: Place) -> None:
    samples = scrape(place.queue)
    goals = {key: v for key, v in samples.items() if key[0].startswith("queue_goal_t")}
    assert goals == {
        ("queue_goal_target_ratio", B, "handling-6-min"): 0.7,
        ("queue_goal_target_ratio", B, "called-10-min"): 0.8,
        ("queue_goal_target_ratio", B, "first-contact"): 0.8,
        ("queue_goal_threshold_seconds", B, "handling-6-min"): 360,
        ("queue_goal_threshold_seconds", B, "called-10-min"): 600,
    }


def test_open_or_closed_by_the_hours(place: Place) -> None:
    put_branch(place.queue, "natten", configuration(opening_hours={}))
    everyday = {
        day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    }
    put_branch(place.queue, "altid", configuration(opening_hours=everyday))
    samples = scrape(place.queue)
    assert samples["queue_branch_open", "natten"] == 0
    assert samples["queue_branch_open", "altid"] == 1
    # Neither has ever changed.
    assert samples["queue_branch_state_changed_timestamp_seconds", "natten"] == 0
    assert samples["queue_branch_state_changed_timestamp_seconds", "altid"] == 0
    changed = samples["queue_branch_state_changed_timestamp_seconds", B]
    assert 0 < place.queue.store.time() / 1000 - changed < 7 * 86400


def test_historic_branches_are_left_out(place: Place) -> None:
    put_branch(place.queue, "replay", configuration(historic=True))
    assert not any("replay" in key for key in scrape(place.queue))


def test_promtool_finds_nothing_to_say(place: Place) -> None:
    promtool = find_program("promtool", package="prometheus")
    place.open("1")
    place.serve_whole()
    place.issue()
    text = collector(place.queue).collect()
    check = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True)
    assert (check.returncode, check.stdout, check.stderr) == (0, b"", b"")


def test_the_forecast_is_what_was_kept_for_today_and_the_present_hour(place: Place) -> None:
    def names() -> Samples:
        return {k: v for k, v in scrape(place.queue).items() if k[0].startswith("queue_forecast")}

    branch = place.queue.get(BranchStore).get(place.branch)
    now = place.queue.store.time()
    today, hour = moment(branch, now).date, 3_600_000
    parts = [(-2, -1, 2), (-1, 1, 3), (1, 2, 4)]
    figures = {
        "date": today,
        "arrivals": {"tomorrow": 41.5},
        "counters": [
            {"from": now + begins * hour, "to": now + ends * hour, "needed": needed}
            for begins, ends, needed in parts
        ],
        "days": 20,
        "held": 17,
    }
    store = place.queue.get(StaffingStore)
    assert names() == {}
    store.keep(branch, AdviceToKeep("", {}, figures))
    assert names() == {
        ("queue_forecast_arrivals", B, "tomorrow"): 41.5,
        ("queue_forecast_counters_needed", B): 3,
        ("queue_forecast_held_ratio", B): 0.85,
    }
    store.keep(branch, AdviceToKeep("", {}, figures | {"days": 0, "counters": []}))
    assert names().keys() == {("queue_forecast_arrivals", B, "tomorrow")}
    store.keep(branch, AdviceToKeep("", {}, figures | {"date": "2020-01-01"}))
    assert names() == {}, "another day's"


def test_todays_bookings_and_this_mornings_free_time(place: Place) -> None:
    names = {key[0] for key in scrape(place.queue)}
    assert not names & {"queue_bookings_today", "queue_free_time_working_days"}
    date = moment(place.queue.get(BranchStore).get(B), place.queue.store.time()).date
    day = place.queue.get(BookingDayStore)
    day.keep_free_time(B, date, "pas", 4)
    day.keep_free_time(B, date, "turist", None)
    counts: Any = {"booked|pas|web|3": 2, "booked|pas|desk|0": 1, "missed|pas|web|0": 1}
    place.queue.store.write(lambda p: p.hset(BranchKeys(B).booking_day(date), mapping=counts))
    samples = scrape(place.queue)
    assert samples["queue_bookings_today", B, "booked", "pas"] == 3
    assert samples["queue_bookings_today", B, "missed", "pas"] == 1
    assert samples["queue_bookings_today", B, "arrived", "pas"] == 0
    free = {key: n for key, n in samples.items() if key[0] == "queue_free_time_working_days"}
    assert free == {("queue_free_time_working_days", B, "pas"): 4}
