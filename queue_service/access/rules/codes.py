"""Codes that a person reads from paper or a screen, and may type."""

from __future__ import annotations

import hashlib
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without letters that are read as digits or make a word."""
BITS: Final = 5
"""The number of bits in a character of a code."""

_LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
"""The letters of RFC 8628: consonants, which make no word."""
LETTER_CODE_LENGTH: Final = 6
LETTER_CODES: Final = len(_LETTERS) ** LETTER_CODE_LENGTH
"""How many codes of letters there are: 64 million."""


def code_from(number: int, length: int) -> str:
    """A code of so many characters from a number below ``32 ** length``."""
    return "".join(_ALPHABET[number >> BITS * place & 31] for place in reversed(range(length)))


def typed_code(text: str) -> str:
    """The code that somebody means who typed this: in small letters, O for 0, I or L for 1."""
    plain = "".join(text.split()).replace("-", "").upper()
    return plain.translate(str.maketrans("OIL", "011"))


def letter_code(number: int) -> str:
    """The code of six letters from a number below :data:`LETTER_CODES`."""
    letters = ""
    for _ in range(LETTER_CODE_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        letters = _LETTERS[place] + letters
    return letters


def typed_letters(text: str) -> str:
    """The code of letters that somebody means who typed this; empty if it is none."""
    plain = "".join(text.split()).replace("-", "").upper()
    fits = len(plain) == LETTER_CODE_LENGTH and set(plain) <= set(_LETTERS)
    return plain if fits else ""


def grouped(code: str) -> str:
    """A code of letters in two groups, as it is shown and read aloud."""
    half = LETTER_CODE_LENGTH // 2
    return f"{code[:half]} {code[half:]}"


def code_digest(text: str) -> str:
    """The digest under which a code, or the address that sent one, is kept."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
