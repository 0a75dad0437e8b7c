"""Codes that a person reads from paper or a screen, and may type."""

from __future__ import annotations

import hashlib
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without letters that are read as digits or make a word."""
BITS: Final = 5
"""The number of bits in a character of a code."""


def code_from(number: int, length: int) -> str:
    """A code of so many characters from a number below ``32 ** length``."""
    return "".join(_ALPHABET[number >> BITS * place & 31] for place in reversed(range(length)))


def typed_code(text: str) -> str:
    """The code that somebody means who typed this: in small letters, O for 0, I or L for 1."""
    plain = "".join(text.split()).replace("-", "").upper()
    return plain.translate(str.maketrans("OIL", "011"))


def code_digest(text: str) -> str:
    """The digest under which a code, or the address that sent one, is kept."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
