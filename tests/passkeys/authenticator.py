"""An authenticator in software, and the browser in front of it.

It makes real keys, attestation objects and signatures by the forms of WebAuthn level 3, so that the
library checks what it would check of a device.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT: Final = 0x01
VERIFIED: Final = 0x04
_ATTESTED: Final = 0x40


@dataclass
class Key:
    """A passkey in the device."""

    rp_id: str
    user: str
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    count: int = 0

    @property
    def cose(self) -> bytes:
        """The public key in its form of COSE: ES256."""
        numbers = self.private.public_key().public_numbers()
        x, y = (n.to_bytes(32, "big") for n in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})


@dataclass
class Authenticator:
    """A device in a browser whose page is at ``origin``. ``flags``: what it claims of its user."""

    origin: str
    flags: int = PRESENT | VERIFIED
    counts: bool = True
    keys: list[Key] = field(default_factory=list)

    def make(self, options: str) -> str:
        """Make a passkey; the browser's answer as JSON."""
        asked = json.loads(options)
        user = base64url_to_bytes(asked["user"]["id"]).decode()
        key = Key(asked["rp"]["id"], user)
        self.keys.append(key)
        attested = bytes(16) + len(key.id).to_bytes(2, "big") + key.id + key.cose
        data = self._data(key, _ATTESTED) + attested
        parts = {
            "clientDataJSON": self._client_data("webauthn.create", asked["challenge"]),
            "attestationObject": cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}),
        }
        return _answer(key, parts)

    def answer(self, options: str, key: Key | None = None) -> str:
        """Answer with a passkey, the newest without one; the browser's answer as JSON."""
        asked, chosen = json.loads(options), key or self.keys[-1]
        if self.counts:
            chosen.count += 1
        data = self._data(chosen)
        client_data = self._client_data("webauthn.get", asked["challenge"])
        signed = chosen.private.sign(data + sha256(client_data).digest(), ec.ECDSA(SHA256()))
        parts = {
            "clientDataJSON": client_data,
            "authenticatorData": data,
            "signature": signed,
            "userHandle": chosen.user.encode(),
        }
        return _answer(chosen, parts)

    def _data(self, key: Key, flags: int = 0) -> bytes:
        head = sha256(key.rp_id.encode()).digest()
        return head + bytes([self.flags | flags]) + key.count.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()


def _answer(key: Key, parts: dict[str, bytes]) -> str:
    document: dict[str, Any] = {
        "id": bytes_to_base64url(key.id),
        "rawId": bytes_to_base64url(key.id),
        "type": "public-key",
        "clientExtensionResults": {},
        "response": {name: bytes_to_base64url(value) for name, value in parts.items()},
    }
    return json.dumps(document)
