"""Whether a password is one of the first that a guesser tries.

``common_passwords.txt`` has the twenty thousand most common ones of leaked lists, in the order of
their use, as Django ships them (docs/decisions/0008-libraries.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from queue_service.errors import Invalid

PASSWORD_MIN: Final = 10
PASSWORD_MAX: Final = 200
_LEAST_OF_A_NAME: Final = 4
"""A shorter name than this may be in a password by chance."""
_LEAST_DIFFERENT: Final = 5
_LEAST_BESIDES: Final = 6
"""So many letters have to be left without the names of places."""

_LIST: Final = Path(__file__).with_name("common_passwords.txt")
_WORDS: Final = (
    "password passwort passord kodeord adgangskode hemmelig velkommen borger bibliotek biblioteket "
    "library raadhus raadhuset rådhus rådhuset kommune kommunen medarbejder skranke administrator "
    "superadmin bruger login letmein changeme fodbold sommer vinter forår efterår januar februar "
    "marts april juni juli august september oktober november december mandag tirsdag onsdag "
    "torsdag fredag danmark denmark københavn kobenhavn aarhus århus odense aalborg ålborg "
    "testtest secret skanderborg hejhej hejmeddig abcd abcdef"
)
"""Words that passwords are made of here, and that a list of the whole world lacks."""
_OF_THE_SERVICE: Final = ("queue", "queueservice", "service", "køsystem", "borgerservice", "nummer")
_KEYS: Final = ("1234567890" * 3, "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm",
                "1q2w3e4r5t6y7u8i9o0p", "qwertyuiopåasdfghjklæøzxcvbnm")  # fmt: skip
_ROWS: Final = (*_KEYS, *(row[::-1] for row in _KEYS))
_AROUND: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")
"""Digits and signs before and after a word, none of which is for a letter."""
_INSTEAD_OF_LETTERS: Final = str.maketrans("@4301$57", "aaeoisst")
_TRANSCRIBED: Final[tuple[Mapping[int, str], ...]] = (
    {},
    {ord("æ"): "ae", ord("ø"): "oe", ord("å"): "aa"},
    {ord("æ"): "a", ord("ø"): "o", ord("å"): "a"},
)


def checked_password(password: str, name: str, around: Iterable[str] = ()) -> str:
    """The password, when it is long enough and not one that is guessed first. Raises Invalid.

    ``name`` is the account's, which it must not hold. ``around`` are names of places, of which it
    must not consist.
    """
    if len(password) < PASSWORD_MIN:
        raise Invalid.at("password", "Use at least 10 characters.")
    if len(password) > PASSWORD_MAX:
        raise Invalid.at("password", "Use at most 200 characters.")
    plain = password.casefold()
    if plain == name or (len(name) >= _LEAST_OF_A_NAME and name in plain):
        raise Invalid.at("password", "Leave the name of the account out of it.")
    readings = {_letters(plain), _letters(_AROUND.sub("", plain).translate(_INSTEAD_OF_LETTERS))}
    if any(_is_of_names(letters, around) for letters in readings):
        raise Invalid.at(
            "password", "It is little more than the name of a place or of the service."
        )
    if _is_row(plain) or plain in _common() or not readings.isdisjoint(_common()):
        raise Invalid.at("password", "It is one of the first that anybody tries: use three words.")
    return password


@cache
def _common() -> frozenset[str]:
    return frozenset((*_LIST.read_text(encoding="utf-8").split(), *_WORDS.split()))


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text)


def _is_row(plain: str) -> bool:
    """Whether it is a row of keys, or little but repeated characters."""
    return len(set(plain)) < _LEAST_DIFFERENT or any(plain in row for row in _ROWS)


def _is_of_names(letters: str, names: Iterable[str]) -> bool:
    """Whether the letters are some of the names, and hardly anything else."""
    left = letters
    for word in _words_of((*_OF_THE_SERVICE, *names)):
        left = left.replace(word, "")
    return left != letters and len(left) < _LEAST_BESIDES


def _words_of(names: Iterable[str]) -> list[str]:
    """The words of the names, also without Danish letters; the longest first."""
    words = {word for name in names for word in re.findall(r"[^\W\d_]+", name.casefold())}
    written = {word.translate(each) for word in words for each in _TRANSCRIBED}
    return sorted((w for w in written if len(w) >= _LEAST_OF_A_NAME), key=len, reverse=True)
