"""Decisions on a referral, field by field, without a store."""

from __future__ import annotations

import json
from typing import Any

import pytest

from queue_service.referrals.rules import (
    CATEGORIES,
    Onward,
    Referral,
    ReferralCount,
    ReferralTotals,
    accepted,
    closed,
    event_of,
    facts_of,
    figures,
    next_id,
    next_referral,
    onward_of,
    read_day,
    referral_from_json,
    referral_id,
    returned,
    sent_on,
    settled,
    shown_of_months,
    withdrawn,
)

DATE = "2026-11-25"
SENT = Referral("r", "A1", DATE, "pas", "bib", "pas", "decision", DATE, 1000, 900, "v", 3)


def test_a_second_acceptance_leaves_the_time_of_the_first() -> None:
    once = accepted(SENT, 5000)
    assert once == SENT._replace(state="accepted", accepted_at=5000)
    assert accepted(once, 9000, solvable=True) == once._replace(solvable=True)
    assert closed(once, 9000).accepted_at == 5000


def test_an_ended_conversation_shows_its_time_and_forgets_the_visit() -> None:
    assert closed(SENT, 5000) == SENT._replace(
        state="closed", accepted_at=5000, ended_at=5000, visit=""
    )
    back = returned(SENT, 5000, "incomplete")
    assert back == SENT._replace(state="returned", ended_at=5000, reason="incomplete", visit="")
    assert withdrawn(SENT, 5000) == SENT._replace(state="withdrawn", ended_at=5000, visit="")
    assert settled(back, 6000, "dropped") == back._replace(settled="dropped", settled_at=6000)


def test_a_transferred_visit_keeps_the_facts_about_its_ticket() -> None:
    to = Onward("hall", "alt", "technical")
    on = sent_on(returned(SENT, 5000, "wrong_place"), 6000, to)
    assert (on.settled, on.settled_at, onward_of(on)) == ("sent_on", 6000, to)
    assert onward_of(SENT) is None
    assert next_referral(on, to, "2026-11-26") == Referral(
        id=next_id(on), number="A1", date=DATE, service="pas", sender="bib", lifeline="alt",
        category="technical", day="2026-11-26", sent_at=6000, completed_at=900, visit="",
        inquiry=3,
    )  # fmt: skip


def test_ids_are_of_sixteen_digits_and_of_what_they_follow_from() -> None:
    ids = {referral_id("bib", "v", 0), referral_id("bib", "v", 1), referral_id("hall", "v", 0)}
    assert len({*ids, next_id(SENT)}) == 4
    assert {len(one) for one in (*ids, next_id(SENT))} == {16}


def test_its_stored_form_is_short_and_read_back() -> None:
    text = SENT.to_json()
    assert text == json.dumps(SENT._asdict(), separators=(",", ":"))
    assert referral_from_json(text) == SENT


@pytest.mark.parametrize(
    ("at", "hour"), [(999, "h0"), (3_600_999, "h0"), (3_601_000, "h1"), (7_201_000, "h2")]
)
def test_an_acceptance_counts_by_its_whole_hour(at: int, hour: str) -> None:
    assert facts_of(accepted(SENT, at)) == {"sent", "accepted", hour}
    assert facts_of(None) == facts_of(withdrawn(SENT, at)) == set()


def cell(fact: str, n: int, **changes: Any) -> ReferralCount:
    """So many referrals from the library to the town hall."""
    return ReferralCount(DATE, "hall", "bib", "pas", "decision", fact, n)._replace(**changes)


def test_a_days_cells_are_of_the_branch_that_received() -> None:
    assert read_day("hall", DATE, {"bib|pas|decision|sent": "6"}) == [cell("sent", 6)]


def test_cells_of_one_kind_add_up() -> None:
    cells = [cell("sent", 6), cell("h1", 2), cell("sent", 5), cell("h1", 3), cell("h4", 1)]
    found = figures(cells)[""]
    assert (found.counts["sent"], found.counts["closed"], found.hours) == (11, 0, {1: 5, 4: 1})
    assert list(figures([cell("sent", 1, category=one) for one in CATEGORIES], "category")) == (
        sorted(CATEGORIES)
    )


def test_months_add_up_and_a_withdrawal_leaves_no_row() -> None:
    months = [[cell("sent", 6), cell("h1", 2)], [cell("sent", 5), cell("h1", 3), cell("h4", 1)]]
    row = shown_of_months(months)["pas"]
    assert isinstance(row, ReferralTotals)
    assert (row.counts["sent"], row.hours) == (11, {1: 5, 4: 1})
    assert list(shown_of_months([[cell("sent", 6), cell("sent", 0, service="turist")]])) == ["pas"]
    assert shown_of_months([[cell("sent", 4)]]) == {"pas": None}


def test_an_event_names_both_branches_and_no_visit() -> None:
    event, data = event_of(SENT, "hall", 5000)
    assert (event, data) == (
        "referral.sent",
        {"id": "r", "number": "A1", "service": "pas", "sender": "bib", "receiver": "hall",
         "state": "sent", "at": 5000},
    )  # fmt: skip
    assert event_of(settled(SENT, 1, "dropped"), "hall", 5000)[0] == "referral.settled"
