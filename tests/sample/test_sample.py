"""The sample municipality: as the reports it follows have it."""

from __future__ import annotations

from math import erf, log, sqrt

import pytest

from queue_service import sample
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import day_bounds, hours_on
from queue_service.language.languages import LANGUAGES
from queue_service.playbook.rules import content_from
from queue_service.simulation.demand import Demand, demand


def branch(branch_id: str) -> Branch:
    return Branch.from_document(branch_id, "1", sample.documents()[branch_id])


def demand_of(branch_id: str) -> Demand:
    found = demand(branch_id)
    assert found is not None
    return found


def test_a_library_clerk_is_not_handed_a_passport() -> None:
    library = branch("biblioteket")
    assert "pas" not in library.takes("1", "library")
    assert "pas" in library.takes("1", "citizen-service")
    assert "turist" in library.takes("1", "library")


def test_the_library_opens_half_past_nine_and_on_saturdays() -> None:
    library = branch("biblioteket")
    ((friday_begin, friday_end),) = hours_on(library, "2026-11-27")
    ((saturday_begin, saturday_end),) = hours_on(library, "2026-11-28")
    assert (friday_end - friday_begin, saturday_end - saturday_begin) == (34_200_000, 14_400_000)
    assert hours_on(library, "2026-12-24") == ()


def test_the_practice_branch_is_open_around_the_clock() -> None:
    always = branch("oevelse")
    assert hours_on(always, "2026-12-25") == (day_bounds(always, "2026-12-25"),)


@pytest.mark.parametrize("branch_id", sample.BRANCHES)
def test_every_branch_has_its_goals_and_its_services_in_every_language(branch_id: str) -> None:
    found = branch(branch_id)
    goals = [("handling-6-min", 0.7), ("called-10-min", 0.8), ("first-contact", 0.8)]
    # The practice counter's citizens are made up.
    answered = [] if found.practice else [("very-satisfied", 0.8)]
    booked = [("booked-10-min", 0.9), ("free-time-5-days", 0.8)] if found.bookings.offers else []
    assert [(g.id, g.target_ratio) for g in found.goals] == goals + answered + booked
    assert bool(booked) == (branch_id == "raadhuset")
    assert found.practice == (branch_id == "oevelse")
    for service in found.services.values():
        assert set(service.name) == set(found.languages)
    others = [team.name for team in found.teams.values()]
    others += [exception.note for exception in found.hours_exceptions]
    for texts in others:
        assert set(texts) == {"da", "en"}


@pytest.mark.parametrize("branch_id", sample.BRANCHES)
def test_every_service_is_asked_for_and_taken_by_some_counter(branch_id: str) -> None:
    found, citizens = branch(branch_id), demand_of(branch_id)
    assert citizens.shares.keys() == citizens.handling.keys() == found.services.keys()
    assert sum(citizens.shares.values()) == pytest.approx(1)
    assert sum(citizens.outcomes.values()) == pytest.approx(1)
    assert {s for c in found.counters for t in found.teams for s in found.takes(c, t)} == set(
        found.services
    )


def test_passports_are_a_third_driving_licences_a_tenth_and_the_rest_is_the_largest() -> None:
    shares = demand_of("biblioteket").shares
    assert (shares["pas"], shares["korekort"]) == (0.33, 0.1)
    assert max(shares, key=lambda service: shares[service]) == "andet"


def test_the_goals_are_neither_hopeless_nor_sure() -> None:
    citizens = demand_of("biblioteket")
    within = sum(
        share * lognormal_below(360, citizens.handling[service].median_seconds, 0.6)
        for service, share in citizens.shares.items()
    )
    at_first_contact = citizens.outcomes["resolved"] + citizens.outcomes["self_service"]
    assert 0.65 < within < 0.8
    assert 0.75 < at_first_contact < 0.9


def lognormal_below(limit: float, median: float, sigma: float) -> float:
    return (1 + erf(log(limit / median) / (sigma * sqrt(2)))) / 2


def test_a_branch_outside_the_sample_has_no_demand() -> None:
    assert demand("somewhere-else") is None


def test_the_playbook_has_every_service_in_every_language_and_one_overdue_review() -> None:
    entries = {s: content_from(e) for s, e in sample.playbook("2026-11-27").items()}
    assert set(entries) == {s for name in sample.BRANCHES for s in branch(name).services}
    assert all({"da", "en"} <= set(entry.texts) for entry in entries.values())
    read = [entry for entry in entries.values() if entry.public()]
    assert all(set(entry.texts) == set(LANGUAGES) for entry in read), "what citizens read"
    assert [s for s, entry in entries.items() if entry.overdue("2026-11-27")] == ["sundhedskort"]
    assert [s for s, entry in entries.items() if entry.ask_at_kiosk] == ["pas", "sundhedskort"]
    assert entries["pas"].public()
    assert not entries["turist"].public()
