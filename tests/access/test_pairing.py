"""Screens that are set up by a code of letters."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from redis import Redis

from queue_service.access.operations import access, accounts, pairing
from queue_service.access.operations.attempts import ACCOUNT_LIMIT, PAIR_LIMIT, WINDOW_MS, Visitor
from queue_service.access.operations.places import PlaceNames, places
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.codes import (
    LETTER_CODES,
    grouped,
    letter_code,
    typed_letters,
)
from queue_service.access.rules.credentials import ScreenPlace, TokenRecord, checked_place, digest
from queue_service.access.rules.lifetimes import PAIRING_MS
from queue_service.access.store import AccessStore
from queue_service.errors import (
    Forbidden,
    Invalid,
    NotFound,
    PreconditionFailed,
    RateLimited,
    Unauthenticated,
)
from queue_service.store.audit_log import CREDENTIALS, entry_from_text, log_key
from tests.access.test_access import everything

ADMIN = Caller("acc_1", "admin", None, kind="account", name="chef").at("10.0.0.9")
OF_HOLBAEK = replace(ADMIN, id="acc_2", branch="holbaek")
KIOSK = ScreenPlace("kiosk", "holbaek", "Indgang")


def shown(store: AccessStore, now: int, **more: str) -> tuple[str, str]:
    """The code and the secret of a screen that waits."""
    about = {"address": "10.0.0.5", "browser": "Chrome, Linux", **more}
    _, code, secret = pairing.begin_pairing(store, now=now, **about)
    return code, secret


@pytest.mark.parametrize("name", ["code of a screen", "Code of a screen", " CODE OF A SCREEN "])
def test_no_name_that_is_tried_at_a_login_slows_the_codes_of_screens_down(
    store: AccessStore, name: str
) -> None:
    now = store.now()
    for n in range(ACCOUNT_LIMIT):
        with pytest.raises(Unauthenticated):
            accounts.prove(store, name, "wrong", Visitor(f"10.1.{n}.1"), now=now)
    with pytest.raises(RateLimited):
        accounts.prove(store, name, "wrong", Visitor("10.2.0.1"), now=now)
    code, _ = shown(store, now)
    assert pairing.find_pairing(store, code, by=ADMIN, now=now)[0] == code


NAMES: PlaceNames = {"kiosk": "Kiosk {n}", "display": "Skærm {n}"}


def test_a_screen_without_a_label_has_the_first_name_that_is_free(store: AccessStore) -> None:
    now, unnamed = store.now(), replace(KIOSK, label="")

    def confirmed(place: ScreenPlace) -> tuple[str, TokenRecord]:
        _, code, _ = pairing.begin_pairing(store, now=now, address="10.0.0.7", browser="")
        by = ADMIN
        return code, pairing.confirm_pairing(store, code, place, by=by, now=now, names=NAMES)

    _, first = confirmed(unnamed)
    code, second = confirmed(unnamed)
    display = confirmed(replace(unnamed, kind="display"))[1]
    elsewhere = confirmed(replace(unnamed, branch="koege"))[1]
    booth = confirmed(replace(unnamed, counter="1"))[1]
    labels = [each.label for each in (first, second, display, elsewhere, booth)]
    assert labels == ["Kiosk 1", "Kiosk 2", "Skærm 1", "Kiosk 1", ""]
    access.revoke_token(store, first.id)
    again = pairing.confirm_pairing(store, code, unnamed, by=ADMIN, now=now, names=NAMES)
    assert again == second, "a repeated request changes nothing"
    assert confirmed(unnamed)[1].label == "Kiosk 1"
    _, link = access.create_enrolment(store, "kiosk", KIOSK.branch, now=now)
    access.enrol(store, link, now=now, names=NAMES)
    assert sorted(token.label for token in store.tokens() if token.branch == KIOSK.branch) == [
        "",
        "Kiosk 1",
        "Kiosk 2",
        "Kiosk 3",
        "Skærm 1",
    ]


def test_screens_of_earlier_versions_have_a_name_each() -> None:
    made = [
        TokenRecord(digest(str(n)), "kiosk", "holbaek", n, label=label, device=True)
        for n, label in enumerate(("", "Kiosk 1", "", "Indgang"))
    ]
    shown = places(made, NAMES)
    assert [shown[token.id] for token in made] == ["Kiosk 2", "Kiosk 1", "Kiosk 3", "Indgang"]


def test_codes_have_six_letters_without_vowels_and_each_number_has_its_own() -> None:
    assert letter_code(0) == "BBBBBB"
    assert letter_code(LETTER_CODES - 1) == "ZZZZZZ"
    some = {letter_code(number) for number in (0, 1, 19, 20, 399, 400, LETTER_CODES - 2)}
    assert len(some) == 7
    letters = {letter for number in range(20) for letter in letter_code(number)}
    assert letters == set("BCDFGHJKLMNPQRSTVWXZ")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("BCDFGH", "BCDFGH"), (" bcd-fgh ", "BCDFGH"), ("b c d f g h", "BCDFGH"),
        ("BCDFG", ""), ("BCDFGHJ", ""), ("BCDFGA", ""), ("BCDFG1", ""), ("", ""), ("ßßßßßß", ""),
    ],
)  # fmt: skip
def test_a_typed_code_is_read_as_it_was_meant(typed: str, meant: str) -> None:
    assert typed_letters(typed) == meant
    assert typed_letters(grouped("BCDFGH")) == "BCDFGH"


def test_a_confirmed_screen_has_the_access_of_its_place(store: AccessStore) -> None:
    now = store.now()
    code, secret = shown(store, now)
    assert pairing.waiting(store, code, secret, now=now) is not None
    assert access.identify(store, secret) is None
    typed = f"{code[:3]} {code[3:]}".lower()
    found, screen = pairing.find_pairing(store, typed, by=ADMIN, now=now)
    assert (found, screen.address, screen.browser, screen.asked_at) == (
        code, "10.0.0.5", "Chrome, Linux", now,
    )  # fmt: skip
    token = pairing.confirm_pairing(store, typed, KIOSK, by=ADMIN, now=now)
    assert access.identify(store, secret) == token.caller()
    assert (token.role, token.branch, token.label, token.device) == (
        "kiosk", "holbaek", "Indgang", True,
    )  # fmt: skip
    assert pairing.waiting(store, code, secret, now=now) is None


def test_a_repeated_confirmation_changes_nothing_and_another_is_refused(
    store: AccessStore, redis_client: Redis
) -> None:
    now = store.now()
    code, _ = shown(store, now)
    first = pairing.confirm_pairing(store, code, KIOSK, by=ADMIN, now=now)
    assert pairing.confirm_pairing(store, code, KIOSK, by=ADMIN, now=now + 5) == first
    for other in (replace(KIOSK, kind="display"), replace(KIOSK, label=""),
                  replace(KIOSK, kind="feedback"), replace(KIOSK, counter="1")):  # fmt: skip
        with pytest.raises(PreconditionFailed):
            pairing.confirm_pairing(store, code, other, by=ADMIN, now=now)
    assert store.tokens() == [first]
    stored: Any = redis_client.xrange(log_key(CREDENTIALS))
    (entry,) = [entry_from_text(fields["entry"]) for _, fields in stored]
    assert (entry.action, entry.target, entry.name, entry.branch) == (
        "screen.paired", first.id, "chef", "holbaek",
    )  # fmt: skip
    assert entry.details == {
        "role": "kiosk", "label": "Indgang",
        "screen_address": "10.0.0.5", "browser": "Chrome, Linux",
    }  # fmt: skip
    access.revoke_token(store, first.id)
    with pytest.raises(PreconditionFailed):
        pairing.confirm_pairing(store, code, KIOSK, by=ADMIN, now=now)


def test_of_several_administrators_who_confirm_a_code_at_once_one_does(store: AccessStore) -> None:
    now, rivals = store.now(), 4
    code, secret = shown(store, now)
    barrier = Barrier(rivals)

    def confirm(nth: int) -> bool:
        barrier.wait()
        by, place = replace(ADMIN, id=f"acc_{nth}"), replace(KIOSK, label=f"Place {nth}")
        try:
            pairing.confirm_pairing(store, code, place, by=by, now=now)
        except PreconditionFailed:
            return False
        return True

    with ThreadPoolExecutor(rivals) as pool:
        assert sum(pool.map(confirm, range(rivals))) == 1
    assert len(store.tokens()) == 1
    assert access.identify(store, secret) is not None


def test_a_code_ends_after_ten_minutes(store: AccessStore) -> None:
    now = store.now()
    code, secret = shown(store, now)
    assert pairing.waiting(store, code, secret, now=now + PAIRING_MS - 1) is not None
    assert pairing.waiting(store, code, secret, now=now + PAIRING_MS) is None
    pairing.find_pairing(store, code, by=ADMIN, now=now + PAIRING_MS - 1)
    with pytest.raises(NotFound):
        pairing.confirm_pairing(store, code, KIOSK, by=ADMIN, now=now + PAIRING_MS)
    assert store.tokens() == []


def test_a_code_opens_nothing_without_the_browsers_own_secret(store: AccessStore) -> None:
    now = store.now()
    code, secret = shown(store, now)
    _, other = shown(store, now)
    assert pairing.waiting(store, code, other, now=now) is None
    assert pairing.waiting(store, code, "", now=now) is None
    pairing.confirm_pairing(store, code, KIOSK, by=ADMIN, now=now)
    assert access.identify(store, other) is None
    assert access.identify(store, code) is None
    assert access.identify(store, secret) is not None


def test_neither_the_code_nor_the_secret_of_a_screen_is_kept(
    store: AccessStore, redis_client: Redis
) -> None:
    now = store.now()
    code, secret = shown(store, now)
    _, link = access.create_enrolment(store, "kiosk", "holbaek", now=now)
    short = pairing.short_code(store, link)
    kept = "\n".join(everything(redis_client))
    for text in (code, secret, short, link):
        assert text not in kept
    assert "10.0.0.5" in kept, "or else this test looks in the wrong place"
    assert 0 < redis_client.pttl(next(redis_client.scan_iter("*pairing*"))) <= PAIRING_MS


def test_an_administrator_of_one_branch_confirms_for_that_branch_alone(store: AccessStore) -> None:
    now = store.now()
    code, _ = shown(store, now)
    with pytest.raises(Forbidden):
        pairing.confirm_pairing(store, code, replace(KIOSK, branch="koege"), by=OF_HOLBAEK, now=now)
    assert store.tokens() == []
    assert pairing.confirm_pairing(store, code, KIOSK, by=OF_HOLBAEK, now=now).branch == "holbaek"


@pytest.mark.parametrize(
    ("place", "field"),
    [(("clerk", "holbaek"), "role"), (("kiosk", "Holbæk"), "branch"),
     (("kiosk", "holbaek", "x" * 61), "label")],
)  # fmt: skip
def test_a_place_is_checked(place: tuple[str, ...], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_place(*place)
    assert [error["field"] for error in refused.value.extra["errors"]] == [field]  # type: ignore[attr-defined]  # a list of them


def test_wrong_codes_of_an_administrator_slow_down_and_right_ones_do_not_count(
    store: AccessStore,
) -> None:
    now = store.now()
    code, _ = shown(store, now)

    def find(typed: str, at: int, by: Caller = ADMIN) -> None:
        pairing.find_pairing(store, typed, by=by, now=at)

    for _ in range(PAIR_LIMIT + 1):
        find(code, now)
    wrong_codes(find, now)
    with pytest.raises(RateLimited):
        find(code, now + 1)
    find(code, now + 1, OF_HOLBAEK)
    find(code, now + WINDOW_MS // PAIR_LIMIT)


def wrong_codes(try_out: Callable[[str, int], object], now: int) -> None:
    """As many as an address or an administrator may try before each has to wait."""
    for typed in ("BBBBBB", "", "AAAAAA", "x", "ZZZZZZ")[:PAIR_LIMIT]:
        with pytest.raises(NotFound):
            try_out(typed, now)


def test_a_short_code_sets_a_screen_up_once(store: AccessStore) -> None:
    now = store.now()
    _, link = access.create_enrolment(store, "kiosk", "holbaek", now=now, feedback=True)
    code = pairing.short_code(store, link)
    visitor = Visitor("10.0.0.5", sender="10.0.0.5")
    enrolment, secret = pairing.enrol_by_letters(store, code.lower(), visitor, now=now)
    assert (enrolment.role, enrolment.feedback) == ("kiosk", True)
    caller = access.identify(store, secret)
    assert caller is not None
    assert caller.branch == "holbaek"
    for used in (code, link):
        with pytest.raises(NotFound):
            pairing.enrol_by_letters(store, used, visitor, now=now)
    with pytest.raises(NotFound):
        access.find_enrolment(store, link, now=now)
    assert len(store.tokens()) == 1


def test_wrong_short_codes_slow_down_their_address_and_no_other(store: AccessStore) -> None:
    now = store.now()
    _, link = access.create_enrolment(store, "kiosk", "holbaek", now=now)
    code = pairing.short_code(store, link)
    here, there = Visitor("10.0.0.5"), Visitor("10.0.0.6")
    wrong_codes(lambda typed, at: pairing.enrol_by_letters(store, typed, here, now=at), now)
    with pytest.raises(RateLimited) as refused:
        pairing.enrol_by_letters(store, code, here, now=now)
    assert refused.value.extra["retry_after"] == 60
    assert pairing.enrol_by_letters(store, code, there, now=now)[0].branch == "holbaek"
