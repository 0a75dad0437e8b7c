"""What is decided about a day's package and a silent bus, by itself."""

from __future__ import annotations

import base64
import zlib

import pytest

from queue_service.mobile.rules import (
    FIRST_PAUSE_MS,
    LATE_AFTER_MS,
    LONGEST_PAUSE_MS,
    MOST_BYTES,
    PART_CHARACTERS,
    SILENT_AFTER_MS,
    DayMark,
    clocks_differ,
    digest_of,
    is_late,
    is_silent,
    mark_from_text,
    pause_after,
    seal,
    signature_of,
    unseal,
)

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
    assert DayMark(7, "ab", True).settled
    assert not DayMark(7, "", True).settled, "asked for again"
    assert not DayMark(7, "ab").settled


@pytest.mark.parametrize(
    ("failures", "pause"),
    [(1, FIRST_PAUSE_MS), (2, 2 * FIRST_PAUSE_MS), (3, 4 * FIRST_PAUSE_MS),
     (4, LONGEST_PAUSE_MS), (10_000, LONGEST_PAUSE_MS)],
)  # fmt: skip
def test_pauses_grow_and_have_an_end(failures: int, pause: int) -> None:
    assert pause_after(failures) == pause


@pytest.mark.parametrize(("heard", "late"), [(None, False), (1, False), (0, True)])
def test_what_home_shows_is_late_after_three_rounds_without_a_word(
    heard: int | None, late: bool
) -> None:
    assert is_late(heard, LATE_AFTER_MS) == late


@pytest.mark.parametrize(
    ("heard", "since", "silent"),
    [(0, None, False), (None, 0, True), (0, 1, False), (0, 0, True), (1, 0, False)],
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
