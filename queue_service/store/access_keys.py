"""Each key that access is kept under, spelled once.

They share one hash tag, so that one slot of a cluster could hold them and a script touch several.
"""

from __future__ import annotations

import hashlib
from typing import Final

TOKENS: Final = "queue:{access}:tokens"
"""Hash: token id → JSON of a TokenRecord."""

ACCOUNTS: Final = "queue:{access}:accounts"
"""Hash: login name → JSON of an Account."""


def session(session_id: str) -> str:
    """String with a time to live: JSON of a Session."""
    return f"queue:{{access}}:session:{session_id}"


def enrolment(code_digest: str) -> str:
    """String with a time to live: JSON of an Enrolment that nobody has used."""
    return f"queue:{{access}}:enrolment:{code_digest}"


def attempts(name: str, address: str) -> tuple[str, str, str, str]:
    """Where failed logins are counted, each with a time to live.

    In turn: this account from this address; the account from all addresses; the address on all
    accounts; and what is set where this address logged in to this account lately. Names and
    addresses are kept as digests only.
    """
    who, where = _blurred(name), _blurred(address)
    return (
        f"queue:{{access}}:failed:pair:{who}:{where}",
        f"queue:{{access}}:failed:account:{who}",
        f"queue:{{access}}:failed:address:{where}",
        f"queue:{{access}}:familiar:{who}:{where}",
    )


def _blurred(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
