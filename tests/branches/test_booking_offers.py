"""The bookings of a configuration: what is taken, what is filled in, and how a refusal reads."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.booking_offers import BookingOffer, BookingRules
from queue_service.branches.rules.branch import Branch
from queue_service.errors import Invalid
from tests.desks import document

WEEK = {"mon": [["09:00", "12:00"]]}
OFFER: dict[str, Any] = {"service": "pas", "week": WEEK}


def refused(offer: dict[str, Any] | None = None, **rules: Any) -> list[str]:
    """The fields that are refused of a branch with this offer, or with these rules."""
    offers = [OFFER | offer] if offer is not None else [OFFER]
    with pytest.raises(Invalid) as caught:
        document(bookings={"offers": offers, **rules})
    errors: Any = caught.value.extra["errors"]
    return [error["field"] for error in errors]


def rules(config: dict[str, Any]) -> BookingRules:
    """The offers of a branch with this configuration, and their rules."""
    return Branch.from_document("raadhuset", "1", config).bookings


def test_an_offer_has_defaults() -> None:
    found = rules(document(bookings={"offers": [OFFER]}))
    week = {"mon": (("09:00", "12:00"),)}
    assert found == BookingRules({"pas": BookingOffer("pas", week)})
    assert (found.hold_ms, found.head_start_ms, found.early_ms, found.late_ms) == (
        600_000, 900_000, 1_800_000, 900_000,
    )  # fmt: skip


def test_every_member_of_an_offer_is_kept() -> None:
    whole = OFFER | {
        "exceptions": [{"date": "2026-12-24", "hours": [["10:00", "11:00"]]}],
        "length_minutes": 20, "buffer_minutes": 5, "at_once": 3, "walk_in_percent": 30,
        "same_day_percent": 20, "days_ahead": 14, "notice_minutes": 30,
    }  # fmt: skip
    config = document(bookings={"offers": [whole], "hold_seconds": 300})
    assert parse_config(config) == config
    found = rules(config)
    offer = found.offers["pas"]
    assert offer.exceptions == {"2026-12-24": (("10:00", "11:00"),)}
    assert (offer.length_ms, offer.step_ms, offer.notice_ms) == (1_200_000, 1_500_000, 1_800_000)
    assert (offer.at_once, offer.walk_in_percent, offer.same_day_percent, offer.days_ahead) == (
        3, 30, 20, 14,
    )  # fmt: skip
    assert found.hold_ms == 300_000


def test_a_configuration_without_offers_does_not_speak_of_bookings() -> None:
    assert "bookings" not in document()
    assert "bookings" not in document(bookings={"offers": [], "hold_seconds": 300})
    assert rules(document()) == BookingRules()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"service": "unknown"}, "service"),
        ({"service": "*"}, "service"),
        ({"week": {"mon": [["12:00", "09:00"]]}}, "week.mon[0]"),
        ({"week": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}, "week.mon[1]"),
        ({"week": {"day": []}}, "week.day"),
        ({"exceptions": [{"date": "2026-02-30"}]}, "exceptions[0].date"),
        ({"exceptions": [{"date": "2026-12-24"}] * 2}, "exceptions[1].date"),
        (
            {"exceptions": [{"date": "2026-12-24", "hours": [["11:00", "10:00"]]}]},
            "exceptions[0].hours[0]",
        ),
        ({"length_minutes": 4}, "length_minutes"),
        ({"length_minutes": 241}, "length_minutes"),
        ({"buffer_minutes": -1}, "buffer_minutes"),
        ({"buffer_minutes": 121}, "buffer_minutes"),
        ({"at_once": 0}, "at_once"),
        ({"at_once": 51}, "at_once"),
        ({"walk_in_percent": 101}, "walk_in_percent"),
        ({"same_day_percent": -1}, "same_day_percent"),
        ({"walk_in_percent": 60, "same_day_percent": 41}, "same_day_percent"),
        ({"days_ahead": 181}, "days_ahead"),
        ({"notice_minutes": 1441}, "notice_minutes"),
        ({"name": "Pas"}, "name"),
    ],
)
def test_a_wrong_member_of_an_offer_is_named(changes: dict[str, Any], field: str) -> None:
    (found,) = refused(changes)
    assert found == f"bookings.offers[0].{field}"


@pytest.mark.parametrize(
    "changes",
    [
        {"length_minutes": 5}, {"length_minutes": 240}, {"buffer_minutes": 120}, {"at_once": 50},
        {"walk_in_percent": 100}, {"walk_in_percent": 60, "same_day_percent": 40},
        {"days_ahead": 0}, {"days_ahead": 180}, {"notice_minutes": 0}, {"notice_minutes": 1440},
        {"week": {}}, {"service": "gammel"},
    ],
)  # fmt: skip
def test_an_offer_may_be_at_its_limits(changes: dict[str, Any]) -> None:
    assert document(bookings={"offers": [OFFER | changes]})


@pytest.mark.parametrize(
    ("field", "below", "least", "most", "above"),
    [
        ("head_start_seconds", -1, 0, 86400, 86401),
        ("early_seconds", -1, 0, 86400, 86401),
        ("late_seconds", -1, 0, 86400, 86401),
        ("hold_seconds", 59, 60, 3600, 3601),
    ],
)
def test_rules_of_all_bookings_have_limits(
    field: str, below: int, least: int, most: int, above: int
) -> None:
    for seconds in (below, above):
        changes: dict[str, Any] = {field: seconds}
        assert refused(**changes) == [f"bookings.{field}"]
    for seconds in (least, most):
        assert document(bookings={"offers": [OFFER], field: seconds})


def test_a_service_has_one_offer() -> None:
    with pytest.raises(Invalid) as caught:
        document(bookings={"offers": [OFFER, OFFER]})
    errors: Any = caught.value.extra["errors"]
    assert [error["field"] for error in errors] == ["bookings.offers[1].service"]


def test_a_branch_with_stops_offers_nothing() -> None:
    stops = [{"id": "torv", "name": {"da": "Torvet"}, "hours": WEEK}]
    assert document(stops=stops)
    with pytest.raises(Invalid) as caught:
        document(stops=stops, bookings={"offers": [OFFER]})
    errors: Any = caught.value.extra["errors"]
    assert [error["field"] for error in errors] == ["bookings"]
