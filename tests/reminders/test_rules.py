"""Which message is due, and which telephone numbers there are."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.contract.addresses import dialled, is_in
from queue_service.following.rules import Followed
from queue_service.reminders.rules import Reminder, due, ttl_seconds

WISH = Reminder("text", "+4512345678", 3)


def seen(state: Any, ahead: int | None = None) -> Followed:
    return Followed(state, "A012", "pas", ahead, None, None, None, None, 0, (), ())


@pytest.mark.parametrize(
    ("state", "ahead", "reason"),
    [
        ("waiting", 4, None),
        ("waiting", 3, "place"),
        ("next", 0, "place"),
        ("waiting", None, None),
        ("untaken", 2, None),
        ("held", 2, None),
        ("called", None, "call"),
        ("missed", None, None),
        ("serving", None, None),
        ("done", None, None),
    ],
)
def test_a_message_is_due_at_the_place_and_at_the_call(
    state: str, ahead: int | None, reason: str | None
) -> None:
    assert due(WISH, seen(state, ahead)) == reason


def test_each_is_sent_once_and_none_without_an_address() -> None:
    near, called = seen("waiting", 2), seen("called")
    after = Reminder("text", WISH.to, 3, ("place",))
    assert due(after, near) is None
    assert due(after, called) == "call"
    assert due(Reminder("text", WISH.to, 3, ("place", "call")), called) is None
    assert due(Reminder("text", "", 3), called) is None


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12 34 56 78", None),  # no Danish number begins with 1
        ("22 34 56 78", "+4522345678"),
        ("2234567", None),
        ("223456789", None),
        ("+45 22-34-56-78", "+4522345678"),
        ("0046 (70) 123.45.67", "+46701234567"),
        ("+1234567", None),
        ("+12345678", "+12345678"),
        ("+123456789012345", "+123456789012345"),
        ("+1234567890123456", None),
        ("+02345678", None),
        ("+4522345678; DROP", None),
        ("+45\uff12\uff122345678", None),
        ("", None),
    ],
)
def test_a_number_is_dialled_with_its_country(typed: str, number: str | None) -> None:
    assert dialled(typed) == number


@pytest.mark.parametrize(
    ("number", "allowed"),
    [
        ("+4522345678", True),
        ("+4422345678", False),
        ("+4622345678", False),
        ("+29922345", True),
        ("+29822345", False),
        ("+14522345678", False),  # the code is at the beginning
    ],
)
def test_a_number_is_of_a_country_by_its_code(number: str, allowed: bool) -> None:
    assert is_in(number, ("45", "299")) == allowed


@pytest.mark.parametrize(
    ("reason", "no_show_after", "seconds"),
    [("place", 300, 60), ("place", 30, 60), ("call", 300, 300), ("call", 86_400, 86_400),
     ("call", 86_401, 86_400)],
)  # fmt: skip
def test_a_push_service_keeps_a_message_while_it_is_true(
    reason: Any, no_show_after: int, seconds: int
) -> None:
    assert ttl_seconds(reason, no_show_after) == seconds


def test_a_number_is_in_no_text_about_the_reminder() -> None:
    assert "12345678" not in repr(WISH)
