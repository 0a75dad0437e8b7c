"""The PIN that opens the settings of a branch's displays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from redis import Redis

from queue_service.access.operations import display_pins
from queue_service.access.operations.attempts import PAIR_LIMIT, WINDOW_MS
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import checked_pin
from queue_service.access.store import AccessStore
from queue_service.errors import Forbidden, Invalid, RateLimited, Unauthenticated
from queue_service.store.audit_log import CREDENTIALS, AuditEntry, entry_from_text, log_key
from tests.access.test_access import everything

ADMIN = Caller("acc_1", "admin", None, kind="account", name="chef")
OF_HOLBAEK = replace(ADMIN, branch="holbaek")
SCREEN = Caller("screen-1", "display", "holbaek", kind="device", name="Hall").at("10.0.0.5")
PIN = "271828"
WRONG = "314159"


def entries(client: Redis, tag: str) -> list[AuditEntry]:
    stored: Any = client.xrange(log_key(tag))
    return [entry_from_text(fields["entry"]) for _, fields in stored]


@pytest.mark.parametrize("pin", ["271828", "112358132134", "121212", "908070"])
def test_a_pin_has_six_to_twelve_digits(pin: str) -> None:
    assert checked_pin(pin) == pin


@pytest.mark.parametrize(
    "pin",
    ["", "27182", "2718281828459", "27182a", "٢٧١٨٢٨", "111111", "123456", "987654", "890123"],
)
def test_a_short_an_odd_and_an_obvious_pin_are_refused(pin: str) -> None:
    with pytest.raises(Invalid):
        checked_pin(pin)


def test_a_pin_is_proven_in_its_branch_alone_until_it_is_removed(
    store: AccessStore, redis_client: Redis
) -> None:
    display_pins.set_pin(store, "holbaek", PIN, by=ADMIN)
    assert PIN not in "\n".join(everything(redis_client))
    now = store.now()
    for _ in range(PAIR_LIMIT + 1):
        display_pins.prove_pin(store, "holbaek", PIN, by=SCREEN, now=now)
    for branch, pin in (("holbaek", WRONG), ("koege", PIN), ("koege", "")):
        with pytest.raises(Unauthenticated):
            display_pins.prove_pin(store, branch, pin, by=SCREEN, now=now)
    display_pins.set_pin(store, "holbaek", WRONG, by=ADMIN)
    display_pins.prove_pin(store, "holbaek", WRONG, by=SCREEN, now=now)
    for _ in range(2):
        display_pins.remove_pin(store, "holbaek", by=ADMIN)
    with pytest.raises(Unauthenticated):
        display_pins.prove_pin(store, "holbaek", WRONG, by=SCREEN, now=now)
    assert [(one.action, one.name) for one in entries(redis_client, "holbaek")] == [
        ("screen.pin_set", "chef"), ("screen.pin_set", "chef"), ("screen.pin_removed", "chef"),
    ]  # fmt: skip


def test_an_administrator_of_one_branch_sets_the_pin_of_that_branch_alone(
    store: AccessStore,
) -> None:
    display_pins.set_pin(store, "holbaek", PIN, by=OF_HOLBAEK)
    display_pins.set_pin(store, "koege", PIN, by=ADMIN)
    with pytest.raises(Forbidden):
        display_pins.set_pin(store, "koege", WRONG, by=OF_HOLBAEK)
    with pytest.raises(Forbidden):
        display_pins.remove_pin(store, "koege", by=OF_HOLBAEK)
    assert store.pin("koege") is not None


def test_wrong_pins_slow_down_their_screen_and_no_other(
    store: AccessStore, redis_client: Redis
) -> None:
    display_pins.set_pin(store, "holbaek", PIN, by=ADMIN)
    now = store.now()
    for _ in range(PAIR_LIMIT):
        with pytest.raises(Unauthenticated):
            display_pins.prove_pin(store, "holbaek", WRONG, by=SCREEN, now=now)
    with pytest.raises(RateLimited):
        display_pins.prove_pin(
            store, "holbaek", PIN, by=SCREEN, now=now + WINDOW_MS // PAIR_LIMIT - 1
        )
    display_pins.prove_pin(store, "holbaek", PIN, by=replace(SCREEN, id="screen-2"), now=now)
    display_pins.prove_pin(store, "holbaek", PIN, by=SCREEN, now=now + WINDOW_MS // PAIR_LIMIT)
    (refused,) = entries(redis_client, CREDENTIALS)
    assert (refused.action, refused.result, refused.by, refused.branch) == (
        "screen.settings_opened", "refused", "screen-1", "holbaek",
    )  # fmt: skip
