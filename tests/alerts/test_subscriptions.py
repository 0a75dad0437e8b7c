"""What may be subscribed to, and where it may be sent."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.alerts.rules.subscriptions import (
    Subscription,
    checked_kinds,
    checked_minutes,
    checked_target,
)
from queue_service.errors import Invalid


@pytest.mark.parametrize(
    ("channel", "target"),
    [
        ("mail", "leder"),
        ("mail", "a@b.dk, c@d.dk"),
        ("mail", "a@b.dk\nBcc: c@d.dk"),
        ("mail", "Leder <a@b.dk>"),
        ("webhook", "http://example.dk/hook"),
        ("webhook", "https://user:secret@example.dk/"),
        ("webhook", "https:///hook"),
        ("webhook", "https://example.dk:99999/"),
        ("webhook", "https://example.dk/a b"),
        ("webhook", "file:///etc/passwd"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(channel: Any, target: str) -> None:
    with pytest.raises(Invalid, match=r"^Correct target"):
        checked_target(channel, target, inside=["relay.internal"])


def test_a_host_of_the_own_network_may_be_reached_without_encryption() -> None:
    url = "http://relay.internal:8080/hook"
    assert checked_target("webhook", url, inside=["relay.internal"]) == url


@pytest.mark.parametrize("minutes", ["0", "241", "-5", "1.5", "", "²"])
def test_a_wait_is_a_whole_number_of_minutes(minutes: str) -> None:
    with pytest.raises(Invalid, match=r"^Correct minutes"):
        checked_minutes(minutes)


def test_at_least_one_thing_is_subscribed_to() -> None:
    assert checked_kinds(["wait", "goal", "wait"]) == ("goal", "wait")
    for wrong in ([], ["weather"]):
        with pytest.raises(Invalid, match=r"^Correct kinds"):
            checked_kinds(wrong)


def test_an_address_is_not_in_what_is_printed() -> None:
    mine = Subscription("s", "a", ("wait",), 15, "mail", "leder@example.dk", "da", 0)
    assert "leder" not in repr(mine)
    assert mine.hint == "l…@example.dk"
