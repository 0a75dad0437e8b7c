"""The reception's counts, the ends of a call for help, and the figures of whole months."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pytest

from queue_service.reception.rules import (
    COMING_SECONDS,
    OPEN_SECONDS,
    WITHIN_SECONDS,
    HelpCall,
    ReceptionTotals,
    event_of,
    figures,
    help_field,
    monthly,
    total_fields,
)
from queue_service.staff_calls.rules import facts_of

CALL: Final = HelpCall(
    id="k-1", kiosk="k", place="By the door", language="da", date="2026-11-25", called_at=1_000
)
OPEN_MS: Final = OPEN_SECONDS * 1000


@pytest.mark.parametrize(
    ("call", "now", "state", "ended"),
    [
        (CALL, 1_000 + OPEN_MS - 1, "open", None),
        (CALL, 1_000 + OPEN_MS, "unanswered", 1_000 + OPEN_MS),
        (replace(CALL, state="coming", taken_at=5), 4 + COMING_SECONDS * 1000, "coming", None),
        (
            replace(CALL, state="coming", taken_at=5), 5 + COMING_SECONDS * 1000, "helped",
            5 + COMING_SECONDS * 1000,
        ),
    ],
)  # fmt: skip
def test_a_call_ends_by_time_alone(call: HelpCall, now: int, state: str, ended: int | None) -> None:
    assert (call.at(now).state, call.at(now).ended_at) == (state, ended)
    assert HelpCall.from_json(call.to_json()) == call


def test_the_counts_of_a_call_for_help() -> None:
    late = WITHIN_SECONDS * 1000
    taken = replace(CALL, state="coming", taken_at=1_000 + late - 1)
    assert facts_of(CALL, taken) == ("answered", "judged", "within", f"s{WITHIN_SECONDS - 1}")
    assert facts_of(CALL, replace(taken, taken_at=1_000 + late)) == (
        "answered", "judged", f"s{WITHIN_SECONDS}"
    )  # fmt: skip
    assert total_fields(("answered", "judged", "within", "s9")) == {
        "reception|help|answered": 1, "reception|help|judged": 1, "reception|help|within": 1,
    }  # fmt: skip
    assert help_field("answered") == "help|answered"
    assert event_of(taken, 7) == ("help.coming", {"id": "k-1", "state": "coming", "at": 7})
    assert (CALL.began_at, CALL.limit_ms) == (1_000, late)


DAYS: Final[dict[str, dict[str, Any]]] = {
    "2026-11-24": {
        "need|seat": "2", "first|cannot_wait": "1", "help|answered": "3", "help|judged": "4",
        "help|within": "2", "help|unanswered": "1", "need|gone": "9", "what|seat": "9",
        "help|s20": "3",
    },
    "2026-11-25": {"need|seat": 1, "need|interpreter": 2, "help|answered": 1, "help|judged": 1},
}  # fmt: skip


def test_stored_counts_of_each_date_are_added_up() -> None:
    found = figures(DAYS)
    assert {of: n for of, n in found.needs.items() if n} == {"seat": 3, "interpreter": 2}
    assert {of: n for of, n in found.first.items() if n} == {"cannot_wait": 1}
    assert (found.help.calls, found.help.judged, found.help.within) == (5, 5, 2)
    assert found.help.days == {"2026-11-24": [4, 2], "2026-11-25": [1, 0]}
    assert found.help.median_seconds() == 20
    assert figures({}).help.calls == 0


def month(help_calls: int = 0, seat: int = 0, **first: int) -> ReceptionTotals:
    stored: dict[str, Any] = {
        "help|answered": help_calls, "need|seat": seat,
        **{f"first|{of}": n for of, n in first.items()},
    }  # fmt: skip
    return figures({"2026-11-25": stored})


@pytest.mark.parametrize(
    ("months", "calls", "hidden", "seats"),
    [
        ([month()], 0, False, 0), ([month(5, 5)], 5, False, 5), ([month(4, 4)], 0, True, None),
        ([month(4, 4), month(6, 7)], 6, False, 7), ([month(4, 0), month(0, 4)], 0, True, None),
    ],
)  # fmt: skip
def test_of_a_month_no_count_below_five_is_shown(
    months: list[ReceptionTotals], calls: int, hidden: bool, seats: int | None
) -> None:
    found = monthly(months)
    assert (found.help.calls, found.help_hidden) == (calls, hidden)
    assert found.needs["seat"] == seats
    assert found.first["cannot_wait"] == 0
    assert monthly([month(cannot_wait=4), month(cannot_wait=5)]).first["cannot_wait"] == 5
