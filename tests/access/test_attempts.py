"""How often a login may fail: strangers slow down strangers, never a known browser."""

from __future__ import annotations

from typing import Any

import pytest
from redis import Redis

from queue_service.access.operations import accounts
from queue_service.access.operations.attempts import (
    ACCOUNT_LIMIT,
    DEVICE_ACCOUNTS,
    DEVICE_MS,
    KNOWN_LIMIT,
    NAMES_LIMIT,
    PAIR_LIMIT,
    WINDOW_MS,
    Visitor,
)
from queue_service.access.store import AccessStore
from queue_service.errors import RateLimited, Unauthenticated

NOW = 1_795_600_000_000
PASSWORD = "correct horse"
HERE = "10.0.0.1"
THERE = "192.0.2.1"
PAIR_TURN_S = WINDOW_MS // PAIR_LIMIT // 1000
NAMES_TURN_S = WINDOW_MS // NAMES_LIMIT // 1000
ACCOUNT_TURN_S = WINDOW_MS // ACCOUNT_LIMIT // 1000


@pytest.fixture
def store(store: AccessStore) -> AccessStore:
    """The access store with two accounts."""
    for name in ("skranke", "leder"):
        accounts.add_account(store, name, PASSWORD, "clerk", None, now=NOW)
    return store


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password is compared at once, for tests that try often."""
    monkeypatch.setattr(accounts, "is_password", lambda given, _: given == PASSWORD)


def log_in(
    store: AccessStore, address: str = HERE, device: str = "", name: str = "skranke", at: int = NOW
) -> str:
    """A good login; the secret of the device cookie."""
    return accounts.log_in(store, name, PASSWORD, Visitor(address, device), now=at).device


def fail(
    store: AccessStore,
    times: int,
    address: str = HERE,
    device: str = "",
    name: str = "skranke",
    at: int = NOW,
) -> None:
    """Wrong passwords, each of which is looked at."""
    for _ in range(times):
        with pytest.raises(Unauthenticated):
            accounts.log_in(store, name, "wrong password", Visitor(address, device), now=at)


def wait(store: AccessStore, *args: Any, **more: Any) -> int:
    """The seconds that a valid login has to wait."""
    with pytest.raises(RateLimited) as refused:
        log_in(store, *args, **more)
    found = refused.value.extra["retry_after"]
    assert isinstance(found, int)
    return found


def test_five_wrong_passwords_slow_down_no_browser_that_is_known(store: AccessStore) -> None:
    device = log_in(store)
    fail(store, PAIR_LIMIT)
    assert wait(store) == PAIR_TURN_S == 60
    device = log_in(store, device=device)
    log_in(store, "10.9.9.9", device)


@pytest.mark.usefixtures("quick")
def test_neither_many_names_nor_many_addresses_block_a_login(store: AccessStore) -> None:
    """A known browser does not notice, and a stranger with the right password waits seconds."""
    device = log_in(store)
    for number in range(NAMES_LIMIT):
        fail(store, 1, name=f"made-up-{number}")
    for number in range(ACCOUNT_LIMIT // PAIR_LIMIT):
        fail(store, PAIR_LIMIT, f"198.51.100.{number}")
    assert (wait(store), wait(store, THERE)) == (NAMES_TURN_S, ACCOUNT_TURN_S) == (15, 6)
    log_in(store, device=device)
    log_in(store, THERE, at=NOW + ACCOUNT_TURN_S * 1000)
    log_in(store, at=NOW + NAMES_TURN_S * 1000)


def test_after_five_failures_a_stranger_has_a_turn_each_minute(store: AccessStore) -> None:
    turn = PAIR_TURN_S * 1000
    fail(store, PAIR_LIMIT)
    assert wait(store, at=NOW + turn - 1) == 1
    fail(store, 1, at=NOW + turn)
    assert wait(store, at=NOW + turn) == PAIR_TURN_S
    log_in(store, at=NOW + 2 * turn)


@pytest.mark.usefixtures("quick")
def test_without_a_pause_a_guesser_has_as_many_tries_as_the_limit_allows(
    store: AccessStore,
) -> None:
    tries, hour = 0, 12 * WINDOW_MS
    for at in range(NOW, NOW + hour, 5_000):
        try:
            accounts.log_in(store, "skranke", "wrong", Visitor(HERE), now=at)
        except Unauthenticated:
            tries += 1
        except RateLimited:
            continue
    assert tries == hour // WINDOW_MS * PAIR_LIMIT + PAIR_LIMIT - 1, "the first window has a burst"


def test_after_five_quiet_minutes_nothing_is_left_of_failures(store: AccessStore) -> None:
    fail(store, PAIR_LIMIT)
    fail(store, PAIR_LIMIT, at=NOW + WINDOW_MS)
    wait(store, at=NOW + WINDOW_MS)


def test_a_known_browser_bears_five_failures_of_its_own(store: AccessStore) -> None:
    device = log_in(store)
    fail(store, KNOWN_LIMIT - 1, device=device)
    device = log_in(store, device=device)
    fail(store, KNOWN_LIMIT, device=device)
    turn = WINDOW_MS // KNOWN_LIMIT
    assert wait(store, device=device) == turn // 1000
    assert wait(store, device=device, at=NOW + turn - 1) == 1
    log_in(store)
    log_in(store, device=device, at=NOW + turn)


def test_a_browser_is_known_to_the_accounts_that_it_logged_in_to_alone(store: AccessStore) -> None:
    device = log_in(store)
    fail(store, PAIR_LIMIT, name="leder", device=device)
    assert wait(store, name="leder", device=device) > 0
    device = log_in(store, THERE, device, "leder", at=NOW + WINDOW_MS)
    fail(store, PAIR_LIMIT, name="leder", address=THERE)
    device = log_in(store, THERE, device, "leder")
    log_in(store, device=device)


def test_strangers_slow_down_no_browser_of_a_colleague(store: AccessStore) -> None:
    """A clerk works at a counter for the first time, while its address is under attack."""
    device = log_in(store, name="leder")
    fail(store, PAIR_LIMIT)
    for number in range(NAMES_LIMIT - 1):
        fail(store, 1, name=f"made-up-{number}")
    wait(store)
    log_in(store, device=device)
    assert wait(store), "strangers stay slow"


def test_a_colleague_who_guesses_is_slowed_down_on_the_own_browser(store: AccessStore) -> None:
    device, other = log_in(store, name="leder"), log_in(store, name="leder")
    fail(store, KNOWN_LIMIT, device=device)
    assert wait(store, device=device) == WINDOW_MS // KNOWN_LIMIT // 1000
    log_in(store, device=other)
    log_in(store)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("tried", "refused"), [(NAMES_LIMIT - 1, False), (NAMES_LIMIT, True)])
def test_a_colleague_tries_so_many_accounts_in_vain(
    store: AccessStore, tried: int, refused: bool
) -> None:
    device = log_in(store, name="leder")
    for number in range(tried):
        fail(store, 1, name=f"made-up-{number}", device=device)
    wait(store, device=device) if refused else log_in(store, device=device)
    log_in(store)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("tried", "refused"), [(ACCOUNT_LIMIT - 1, False), (ACCOUNT_LIMIT, True)])
def test_an_account_bears_so_many_failures_of_colleagues(
    store: AccessStore, tried: int, refused: bool
) -> None:
    """A colleague who logs in again and again has a new browser each time."""
    for _ in range(tried):
        fail(store, 1, device=log_in(store, name="leder"))
    device = log_in(store, name="leder")
    wait(store, device=device) if refused else log_in(store, device=device)
    log_in(store)


@pytest.mark.parametrize(("later", "known"), [(DEVICE_MS - 1, True), (DEVICE_MS, False)])
def test_a_browser_is_known_for_sixty_days(store: AccessStore, later: int, known: bool) -> None:
    device = log_in(store)
    fail(store, PAIR_LIMIT, at=NOW + later)
    if known:
        log_in(store, device=device, at=NOW + later)
    else:
        wait(store, device=device, at=NOW + later)


def test_a_device_cookie_is_new_each_time_and_the_former_is_a_strangers(store: AccessStore) -> None:
    """So a planted or copied one is worthless once its browser logs in."""
    first = log_in(store)
    second = log_in(store, device=first)
    assert first != second
    fail(store, PAIR_LIMIT)
    wait(store, device=first)
    log_in(store, device=second)


@pytest.mark.parametrize("device", ["", "qsd_made-up", "x" * 4000, "é"])
def test_a_made_up_device_cookie_is_a_strangers(store: AccessStore, device: str) -> None:
    log_in(store)
    fail(store, PAIR_LIMIT, device=device)
    wait(store, device=device)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("tried", "refused"), [(ACCOUNT_LIMIT - 1, False), (ACCOUNT_LIMIT, True)])
def test_an_account_bears_so_many_failures_of_strangers(
    store: AccessStore, tried: int, refused: bool
) -> None:
    for number in range(tried):
        fail(store, 1, f"198.51.100.{number}")
    wait(store, THERE) if refused else log_in(store, THERE)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("tried", "refused"), [(NAMES_LIMIT - 1, False), (NAMES_LIMIT, True)])
def test_from_an_address_so_many_accounts_may_fail(
    store: AccessStore, tried: int, refused: bool
) -> None:
    for number in range(tried):
        fail(store, 2, name=f"made-up-{number}")
    if refused:
        wait(store)
        fail(store, 1, name="made-up-0")
        wait(store, at=NOW + NAMES_TURN_S * 1000 - 1)
        log_in(store, at=NOW + NAMES_TURN_S * 1000)
    else:
        log_in(store)
    log_in(store, THERE, name="leder")


@pytest.mark.slow
def test_a_branch_behind_one_address_logs_in_all_morning(store: AccessStore) -> None:
    for _ in range(2 * NAMES_LIMIT):
        log_in(store)


def test_a_success_forgets_the_failures_before_it_but_not_those_of_strangers(
    store: AccessStore,
) -> None:
    device = log_in(store)
    for _ in range(2):
        fail(store, PAIR_LIMIT - 1)
        log_in(store)
    fail(store, PAIR_LIMIT - 1)
    log_in(store, device=device)
    fail(store, 1)
    wait(store)


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_a_browser_is_known_to_so_many_accounts(store: AccessStore, redis_client: Redis) -> None:
    device = log_in(store)
    for number in range(DEVICE_ACCOUNTS):
        accounts.add_account(store, f"n{number}", PASSWORD, "clerk", None, now=NOW)
        device = log_in(store, device=device, name=f"n{number}", at=NOW + 1 + number)
    (key,) = redis_client.keys("queue:{access}:device:*")
    assert redis_client.zcard(key) == DEVICE_ACCOUNTS
    assert 0 < redis_client.pttl(key) <= DEVICE_MS


def test_stored_data_names_no_one_and_expires(store: AccessStore, redis_client: Redis) -> None:
    device = log_in(store)
    fail(store, 1)
    fail(store, 1, device=device)
    kept = [*redis_client.keys("queue:{access}:failed:*"), *redis_client.keys("*:device:*")]
    assert len(kept) >= 5
    for key in kept:
        stored = f"{key!r} {redis_client.zrange(key, 0, -1)}"
        assert not any(word in stored for word in ("skranke", HERE, device))
        assert 0 < redis_client.pttl(key) <= DEVICE_MS
