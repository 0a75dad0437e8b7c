"""Passwords that are refused, each with its reason, and passwords that are good enough."""

from __future__ import annotations

import pytest

from queue_service.access.operations.strength import PASSWORD_MAX, checked_password
from queue_service.errors import Invalid

SHORT = "Use at least 10 characters."
LONG = "Use at most 200 characters."
OWN = "Leave the name of the account out of it."
NAMES = "It is little more than the name of a place or of the service."
COMMON = "It is one of the first that anybody tries: use three words."
AROUND = ("biblioteket", "Holbæk Borgerservice", "raadhuset")


@pytest.mark.parametrize(
    ("password", "name", "reason"),
    [
        ("tre korte", "bo", SHORT),
        ("x y z æ ø å" * 19, "bo", LONG),
        ("Min Skranke er her", "skranke", OWN),
        ("Min Bord er her", "bord", OWN),
        ("ti-tegn-ab", "ti-tegn-ab", OWN),
        ("Holbæk 2026!", "bo", NAMES),
        ("holbaek-12345", "bo", NAMES),
        ("H0lb4ek-12345", "bo", NAMES),
        ("Borgerservice i Holbæk", "bo", NAMES),
        ("Raadhuset99", "bo", NAMES),
        ("Queue-Service 1", "bo", NAMES),
        ("Holbæk er by", "bo", NAMES),
        ("aaaabbbbccccdddd", "bo", COMMON),
        ("qwertyuiopas", "bo", COMMON),
        ("poiuytrewq", "bo", COMMON),
        ("1234567890", "bo", COMMON),
        ("1qaz2wsx3edc", "bo", COMMON),
        ("Basketball", "bo", COMMON),
        ("P@ssw0rd2026", "bo", COMMON),
        ("Velkommen2026!", "bo", COMMON),
        ("Ad_Gangs-Kode", "bo", COMMON),
    ],
)
def test_a_password_that_is_guessed_first_is_refused_with_the_reason(
    password: str, name: str, reason: str
) -> None:
    with pytest.raises(Invalid) as refused:
        checked_password(password, name, AROUND)
    assert refused.value.extra["errors"] == [{"field": "password", "reason": reason}]


@pytest.mark.parametrize(
    "password",
    [
        "ti tegn ab",
        "syv grønne stole",
        "en lang sætning ".ljust(PASSWORD_MAX, "x"),
        "Min Bo er her",
        "abcdeabcde",
        "83749261058",
        "Holbæk er byen",
    ],
)
def test_any_other_password_is_kept(password: str) -> None:
    assert checked_password(password, "bo", AROUND) == password
