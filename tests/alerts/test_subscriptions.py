"""The kinds of alert that can be subscribed to, and their targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from queue_service.alerts.rules.subscriptions import (
    Subscription,
    checked_channel,
    checked_kinds,
    checked_minutes,
    checked_target,
    checked_url,
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


LONGEST = "a@" + "b" * 63 + "." + "c" * 63 + "." + "d" * 63 + "." + "e" * 57 + ".dk"
LONG_URL = "https://example.dk/" + "x" * 481


@pytest.mark.parametrize(
    ("channel", "target"),
    [
        ("mail", "leder@example.dk"), ("mail", LONGEST), ("webhook", "https://example.dk"),
        ("webhook", "https://example.dk:8443/a?b=c"), ("webhook", LONG_URL),
        ("webhook", "https://relay.internal/"),
    ],
)  # fmt: skip
def test_an_address_that_can_be_used_is_kept_as_it_is(channel: Any, target: str) -> None:
    assert checked_target(channel, target, inside=["relay.internal"]) == target
    assert checked_target("board", target, inside=[]) == ""


def fault(check: Callable[[], object]) -> object:
    with pytest.raises(Invalid) as refused:
        check()
    (error,) = cast("list[dict[str, str]]", refused.value.extra["errors"])
    return error


WHOLE = "Use a whole address, such as https://example.dk/alerts."


@pytest.mark.parametrize(
    ("check", "field", "reason"),
    [
        (lambda: checked_kinds([]), "kinds", "Choose at least one event."),
        (
            lambda: checked_minutes("0"), "minutes",
            "Use a whole number of minutes from 1 to 240.",
        ),
        (lambda: checked_channel("fax"), "channel", "Choose the board, e-mail or a webhook."),
        (
            lambda: checked_target("mail", "x" + LONGEST, []), "target",
            "Use one e-mail address, such as name@example.dk.",
        ),
        (lambda: checked_url(LONG_URL + "x", []), "target", WHOLE),
        (lambda: checked_url("https://example.dk/#x", [], "url"), "url", WHOLE),
        (lambda: checked_url("https://example.dk:0/", []), "target", WHOLE),
        (lambda: checked_url("https://[::1/", []), "target", WHOLE),
        (lambda: checked_url("https://exåmple.dk/", []), "target", WHOLE),
        (lambda: checked_url("https://example.dk/\x7f", []), "target", WHOLE),
        (
            lambda: checked_url("http://example.dk/", ["relay.internal"]), "target",
            "Use an address that begins with https://.",
        ),
        (
            lambda: checked_url("ftp://relay.internal/", ["relay.internal"]), "target",
            "Use an address that begins with https://.",
        ),
    ],
)  # fmt: skip
def test_a_refusal_names_its_field_and_what_to_do(
    check: Callable[[], object], field: str, reason: str
) -> None:
    assert fault(check) == {"field": field, "reason": reason}


def test_choices_are_read() -> None:
    assert [checked_channel(one) for one in ("board", "mail", "webhook")] == [
        "board", "mail", "webhook"
    ]  # fmt: skip
    assert [checked_minutes(one) for one in ("1", "240")] == [1, 240]
    hook = Subscription("s", "a", ("wait",), 15, "webhook", "https://x.dk:1/y?z", "da", 0)
    board = Subscription("s", "a", ("wait",), 15, "board", "", "da", 0)
    assert (hook.hint, board.hint) == ("x.dk", "")
