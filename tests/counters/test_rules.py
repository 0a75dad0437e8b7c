"""How a pause and its counts are stored and read, as the scripts write them."""

from __future__ import annotations

import pytest

from queue_service.counters.rules import (
    Pause,
    pause_text,
    paused_ms_field,
    pauses_back_field,
    pauses_field,
    read_pause,
    reason_of,
)


@pytest.mark.parametrize(
    ("text", "pause"),
    [
        ("7|lunch|library", Pause("lunch", 7, "library")), ("7|lunch|", Pause("lunch", 7)),
        ("0|lunch|", Pause("lunch", None)),
    ],
)  # fmt: skip
def test_a_pause_is_read_back(text: str, pause: Pause) -> None:
    assert read_pause(text) == pause
    assert pause_text(pause) == text
    assert pause.begun is (pause.since is not None)


def test_the_totals_of_pauses_are_named_by_their_reason() -> None:
    fields = [pauses_field("x"), paused_ms_field("x"), pauses_back_field("x")]
    assert fields == ["paused|x", "paused_ms|x", "paused_back|x"]
    assert [reason_of(field) for field in fields] == ["x", None, None]
    assert reason_of("paused|x|y") == "x|y"
