"""The two sides of a push message: the subscription of a browser, and the keys of this service.

Without ciphers, which web processes do not need (``notify/web_push.py`` has them). All keys are
Base64 for URLs without padding, as browsers write them.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass, field
from typing import Final

_P: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B: Final = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
"""The curve P-256 (FIPS 186-4): y² = x³ - 3x + b, modulo p."""
_UNCOMPRESSED: Final = 4
_POINT_BYTES: Final = 65


@dataclass(frozen=True, slots=True)
class PushSubscription:
    """The address of a browser at its push service, and the keys by which it reads messages.

    ``p256dh`` is its public key, ``auth`` the secret that it shares with the sender (RFC 8291).
    """

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)

    def stored(self) -> str:
        """Its stored form."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def read(cls, stored: str) -> PushSubscription:
        """The subscription with this stored form."""
        return cls(**json.loads(stored))


@dataclass(frozen=True, slots=True)
class PushKeys:
    """The key pair by which push services know the sender (RFC 8292)."""

    private: str = field(repr=False)
    public: str


def decoded(text: str) -> bytes:
    """The bytes of Base64 for URLs without padding. Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encoded(data: bytes) -> str:
    """Bytes as Base64 for URLs without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def is_public_key(text: str) -> bool:
    """Whether it is a public key of P-256: a point on the curve, in its uncompressed form."""
    try:
        point = decoded(text)
    except ValueError:
        return False
    if len(point) != _POINT_BYTES or point[0] != _UNCOMPRESSED:
        return False
    x, y = (int.from_bytes(part) for part in (point[1:33], point[33:]))
    return max(x, y) < _P and (y * y - x**3 + 3 * x - _B) % _P == 0
