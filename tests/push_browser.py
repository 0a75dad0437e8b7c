"""A browser for tests of push messages: it subscribes, reads messages, and checks who sent them.

It follows RFC 8291 and RFC 8292 from the receiver's side, without the code of the service.
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from queue_service.notify.push import PushSubscription

_CURVE = ec.SECP256R1()


def base64url(data: bytes) -> str:
    """Bytes as browsers write them."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unbase64url(text: str) -> bytes:
    """And back."""
    return base64.urlsafe_b64decode(text + "==")


@dataclass
class PushBrowser:
    """A browser with a subscription at an endpoint."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(_CURVE))
    auth: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    @property
    def subscription(self) -> PushSubscription:
        """The subscription, as it gives it to the page."""
        return PushSubscription(self.endpoint, base64url(self._point), base64url(self.auth))

    @property
    def _point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def read(self, body: bytes) -> bytes:
        """The content of a message. Raises InvalidTag if it was not encrypted for this browser."""
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        sender, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size, "one record"
        public = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, sender)
        shared = self.key.exchange(ec.ECDH(), public)
        secret = _hkdf(self.auth, b"WebPush: info\x00" + self._point + sender, shared, 32)
        key = _hkdf(salt, b"Content-Encoding: aes128gcm\x00", secret, 16)
        nonce = _hkdf(salt, b"Content-Encoding: nonce\x00", secret, 12)
        padded = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\x00")
        assert padded.endswith(b"\x02"), "the last record"
        return padded[:-1]


def claims_of(authorization: str, public_key: str) -> dict[str, Any]:
    """The claims of a message's sender. Raises InvalidSignature unless they are signed by it."""
    scheme, _, rest = authorization.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert (scheme, parts["k"]) == ("vapid", public_key)
    head, claims, signature = parts["t"].split(".")
    assert json.loads(unbase64url(head))["alg"] == "ES256"
    raw = unbase64url(signature)
    pair = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, unbase64url(public_key))
    key.verify(pair, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    found: dict[str, Any] = json.loads(unbase64url(claims))
    return found


def _hkdf(salt: bytes, info: bytes, secret: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
