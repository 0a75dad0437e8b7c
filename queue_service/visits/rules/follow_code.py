"""The code with which a citizen follows a number on a phone.

It begins with a tag of the branch, so that the branch is found without asking every one, and goes
on with a secret. The secret is a digest of the visit's id and of the request that issued it: a
repeated request gives the same code, and the store, which has no request's idempotency key, holds
nothing from which the code could be made.
"""

from __future__ import annotations

import hashlib
from secrets import token_hex
from typing import Final

from queue_service.access.rules.caller import IdempotencyKey
from queue_service.access.rules.codes import BITS, code_from

_TAG_LENGTH: Final = 3
_SECRET_LENGTH: Final = 13
FOLLOW_CODE_LENGTH: Final = _TAG_LENGTH + _SECRET_LENGTH
KEPT_MS: Final = 8 * 24 * 3600 * 1000
"""How long the digest of a code is kept: longer than a visit is carried over closed days. The code
ends with its visit all the same (``following/rules.py``)."""


def follow_code(branch_id: str, visit_id: str, request: IdempotencyKey | None) -> str:
    """The code of a visit that this request issues; without a key another one each time."""
    scope, key = (request.scope, request.key) if request else ("", token_hex())
    return branch_tag(branch_id) + _digits(f"{visit_id}\n{scope}\n{key}", _SECRET_LENGTH)


def branch_tag(branch_id: str) -> str:
    """The beginning of the codes of a branch; others may have the same."""
    return _digits(branch_id, _TAG_LENGTH)


def tag_of(code: str) -> str:
    """The branch's tag in a code."""
    return code[:_TAG_LENGTH]


def _digits(text: str, length: int) -> str:
    number = int.from_bytes(hashlib.sha256(f"follow\n{text}".encode()).digest())
    return code_from(number % 2 ** (BITS * length), length)
