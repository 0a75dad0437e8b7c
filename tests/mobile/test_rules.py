"""Decisions about a day's package and a silent bus, without a store."""

from __future__ import annotations

import base64
import zlib
from typing import Any

import pytest

from queue_service.mobile.rules import (
    FIRST_PAUSE_MS,
    LATE_AFTER_MS,
    LONGEST_PAUSE_MS,
    MOST_BYTES,
    PART_CHARACTERS,
    SILENT_AFTER_MS,
    DayMark,
    canonical,
    clocks_differ,
    digest_of,
    is_late,
    is_same,
    is_silent,
    is_touched,
    keeps_its_end,
    mark_from_text,
    natural_wait,
    pause_after,
    reopened,
    seal,
    signature_of,
    unseal,
    version_of,
)
from queue_service.visits.rules.visit import Inquiry, Visit

KEY = "ab" * 32


def test_a_package_is_cut_and_comes_together_again() -> None:
    package = {"text": [str(hash((n, "x"))) for n in range(9000)]}
    sealed = seal(package, KEY)
    assert len(sealed.parts) > 1
    assert all(len(part) <= PART_CHARACTERS for part in sealed.parts)
    assert unseal(sealed.parts, sealed.digest, sealed.signature, KEY)
    assert unseal(sealed.parts[::-1], sealed.digest, sealed.signature, KEY) is None
    assert unseal(sealed.parts, sealed.digest, sealed.signature, "cd" * 32) is None


@pytest.mark.parametrize(("more", "taken"), [(0, True), (1, False)])
def test_a_package_does_not_unpack_without_end(more: int, taken: bool) -> None:
    text = " " * (MOST_BYTES + more)
    packed = base64.b64encode(zlib.compress(text.encode())).decode()
    found = unseal([packed], digest_of(text), signature_of(KEY, text), KEY)
    assert (found is not None) == taken


def test_a_mark_is_read_as_it_was_written() -> None:
    for mark in (DayMark(7, "ab", True), DayMark(7, "ab"), DayMark(7)):
        assert mark_from_text(mark.to_text()) == mark
    assert DayMark(7, "ab", True).is_complete
    assert not DayMark(7, "", True).is_complete, "asked for again"
    assert not DayMark(7, "ab").is_complete


@pytest.mark.parametrize(
    ("failures", "pause"),
    [(1, FIRST_PAUSE_MS), (2, 2 * FIRST_PAUSE_MS), (3, 4 * FIRST_PAUSE_MS),
     (4, LONGEST_PAUSE_MS), (10_000, LONGEST_PAUSE_MS)],
)  # fmt: skip
def test_pauses_grow_and_have_an_end(failures: int, pause: int) -> None:
    assert pause_after(failures) == pause


@pytest.mark.parametrize(("heard", "late"), [(None, False), (1, False), (0, True)])
def test_the_central_servers_data_is_late_after_three_silent_rounds(
    heard: int | None, late: bool
) -> None:
    assert is_late(heard, LATE_AFTER_MS) == late


@pytest.mark.parametrize(
    ("heard", "since", "silent"),
    [
        *((0, None, False), (None, 0, True), (0, 1, False), (0, 0, True), (1, 0, False)),
        (-86_400_000, 1, False),  # heard yesterday, and at its stop for less than an hour
        (-86_400_000, 0, True),
    ],
)
def test_a_bus_is_silent_an_hour_after_it_should_have_spoken(
    heard: int | None, since: int | None, silent: bool
) -> None:
    assert is_silent(heard, since, SILENT_AFTER_MS) == silent


@pytest.mark.parametrize(
    ("ahead_ms", "differ"),
    [(None, False), (0, False), (59_999, False), (60_000, True), (-59_999, False), (-60_000, True)],
)
def test_clocks_differ_from_a_minute_on(ahead_ms: int | None, differ: bool) -> None:
    assert clocks_differ(ahead_ms) == differ


WAITED = Visit(
    "v", "A001", "2026-11-25", "serving", "kiosk", "da", "pas", 1000, 1_000_000, 1000,
    (Inquiry("pas", started_at=9000),), ahead=2, counters_open=1, first_called_at=8000,
    called_at=8000, counter="1", started_at=9000, stamp="a",
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "wait"),
    [
        ({}, 7000),
        ({"first_called_at": None}, None),
        ({"head_start_ms": 1}, None),
        ({"counters_open": 0}, None),
        ({"counters_open": None}, None),
        ({"bound": "1"}, None),
        ({"for_team": "library"}, None),
        ({"queued_at": 1001}, None),
        ({"ahead": None}, None),
    ],
)
def test_a_wait_without_interference_is_learnt_for_later_estimates(
    changes: dict[str, Any], wait: int | None
) -> None:
    assert natural_wait(WAITED._replace(**changes)) == wait


DONE = WAITED._replace(
    state="completed", ended_at=20_000, stamp="b",
    inquiries=(Inquiry("pas", "resolved", 9000, completed_at=15_000, judged={}),
               Inquiry("turist", "resolved", 15_000, completed_at=20_000, judged={})),
)  # fmt: skip
FIRST, SECOND = DONE.inquiries


def test_a_later_package_counts_known_visits_once() -> None:
    assert reopened(DONE, DONE._replace(stamp="c")) == DONE
    assert reopened(WAITED, DONE) == WAITED


@pytest.mark.parametrize(
    ("later", "state", "inquiries"),
    [
        # Completed otherwise: both inquiries are open, or that which was taken back.
        ({"inquiries": (FIRST, SECOND._replace(completed_at=21_000)), "ended_at": 21_000},
         "serving", (FIRST, SECOND._replace(outcome=None, judged=None, completed_at=None))),
        ({"inquiries": (FIRST,), "ended_at": 15_000},
         "serving", (FIRST, SECOND._replace(outcome=None, judged=None, completed_at=None))),
        ({"state": "serving", "ended_at": None}, "serving", (FIRST, SECOND)),
        ({"state": "no_show"}, "completed", (FIRST, SECOND)),
    ],
)  # fmt: skip
def test_an_undo_on_the_bus_reopens_the_visit(
    later: dict[str, Any], state: str, inquiries: tuple[Inquiry, ...]
) -> None:
    found = reopened(DONE, DONE._replace(**later))
    assert (found.state, found.inquiries) == (state, inquiries)
    assert found == DONE._replace(state=found.state, inquiries=inquiries)


def test_a_visit_that_ended_on_the_central_server_is_not_opened_again() -> None:
    assert keeps_its_end(DONE, WAITED)
    assert not keeps_its_end(DONE, DONE)
    assert not keeps_its_end(WAITED, WAITED)
    assert not keeps_its_end(None, WAITED)


@pytest.mark.parametrize(
    ("changes", "touched"),
    [
        ({"stamp": "a", "state": "completed"}, False),
        ({"state": "serving"}, True),
        ({"state": "completed"}, True),
        ({"state": "incomplete"}, False),
        ({"state": "abandoned"}, False),
        ({"state": "abandoned", "called_at": 9500}, True),
    ],
)
def test_the_central_server_has_touched_what_it_called_or_completed(
    changes: dict[str, Any], touched: bool
) -> None:
    here = WAITED._replace(**{"stamp": "h", **changes})
    assert is_touched(here, version_of(WAITED)) == touched


def test_two_versions_that_differ_by_their_stamps_are_the_same() -> None:
    assert version_of(WAITED) == ("a", 8000)
    assert is_same(WAITED, WAITED._replace(stamp="z"))
    assert not is_same(WAITED, WAITED._replace(counter="2"))


def test_the_text_of_a_package_is_the_same_on_both_sides() -> None:
    assert canonical({"b": "ø", "a": [1, None]}) == '{"a":[1,null],"b":"\\u00f8"}'
    assert digest_of("a").startswith("ca978112ca1bbdca")
    assert len(signature_of(KEY, "a")) == 64
