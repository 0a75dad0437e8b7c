"""Push messages to browsers: encrypted for one browser (RFC 8291), signed by us (RFC 8292, VAPID).

The browser names its push service, so the endpoint is not trusted: a message is sent as a webhook
is (``notify/webhook.py``), by https to the public internet. The push service sees when a message
comes, and of the content nothing, not even its length.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from http import HTTPStatus
from typing import Final
from urllib.parse import SplitResult, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02, VapidException

from queue_service.notify import webhook
from queue_service.notify.push import PushKeys, PushSubscription, decoded, encoded
from queue_service.notify.webhook import HookRefused, HookUnavailable

SIGNED_SECONDS: Final = 3600
"""How long a signature is valid; push services accept a day at most."""
PADDED_BYTES: Final = 1024
"""The length to which contents are padded before they are encrypted."""
DEADLINE_SECONDS: Final = 3
"""For a whole request. A citizen names the server, and other deliveries wait for it."""
_TOPIC: Final = "turn"
"""A message that the browser has not fetched yet is replaced by the next one."""
_RECORD_BYTES: Final = 4096
_SALT_BYTES: Final = 16
_LAST_RECORD: Final = b"\x02"


class PushGone(HookRefused):
    """The subscription has ended: the browser has removed it."""


def new_push_keys() -> PushKeys:
    """A new key pair."""
    key = ec.generate_private_key(ec.SECP256R1())
    number = key.private_numbers().private_value
    return PushKeys(encoded(number.to_bytes(32)), encoded(_point(key.public_key())))


def send_push(
    to: PushSubscription,
    content: bytes,
    *,
    ttl_seconds: int,
    keys: PushKeys,
    contact: str,
    now: int,
    inside: Collection[str] = (),
) -> None:
    """Hand a content for a browser to its push service, which keeps it for ``ttl_seconds``.

    ``contact`` is the address for push services (``notify/push_contact.py``), ``now`` is in ms, and
    ``inside`` has push services of the own network: hosts, or hosts with the beginning of a path.
    Raises PushGone, HookUnavailable and HookRefused.
    """
    parts = urlsplit(to.endpoint)
    if parts.scheme != "https":
        raise HookRefused("The address has to begin with https://.")
    headers = {
        "Authorization": _signature(f"https://{parts.netloc}", keys, contact, now // 1000),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(ttl_seconds),
        "Topic": _TOPIC,
        "Urgency": "high",
        "User-Agent": "queue-service",
    }
    status = webhook.post(
        to.endpoint,
        headers,
        encrypted(content, to),
        [parts.hostname or ""] if _is_inside(parts, inside) else (),
        DEADLINE_SECONDS,
        setting="QUEUE_PUSH_HOSTS",
    )
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        raise PushGone(f"{parts.hostname} knows the subscription no more ({status}).")
    if status // 100 != 2:
        raise HookUnavailable(f"{parts.hostname} answered {status}.")


def encrypted(
    content: bytes,
    to: PushSubscription,
    sender: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
    length: int = PADDED_BYTES,
) -> bytes:
    """The body of a message: a content that its browser alone can read.

    ``sender`` and ``salt`` are random but in tests, and the content is padded to ``length``. Raises
    ValueError for a public key that is none.
    """
    sender = sender or ec.generate_private_key(ec.SECP256R1())
    salt = salt or secrets.token_bytes(_SALT_BYTES)
    browser = decoded(to.p256dh)
    receiver = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), browser)
    own = _point(sender.public_key())
    info = b"WebPush: info\0" + browser + own
    secret = _derived(32, decoded(to.auth), info, sender.exchange(ec.ECDH(), receiver))
    key = _derived(16, salt, b"Content-Encoding: aes128gcm\0", secret)
    nonce = _derived(12, salt, b"Content-Encoding: nonce\0", secret)
    record = (content + _LAST_RECORD).ljust(length + 1, b"\0")
    head = salt + _RECORD_BYTES.to_bytes(4) + len(own).to_bytes(1) + own
    return head + AESGCM(key).encrypt(nonce, record, None)


def _is_inside(parts: SplitResult, inside: Collection[str]) -> bool:
    """Whether the operator has named the host of an endpoint, and how its path begins.

    A path that a server could read as another one, such as ``/push/../``, begins like none.
    """
    host, path = parts.hostname or "", parts.path or "/"
    named = [place.partition("/") for place in inside if place.partition("/")[0].lower() == host]
    plain = not any(odd in path for odd in ("..", "//", "%", "\\"))
    return any(not slash or (plain and path.startswith(f"/{begins}")) for _, slash, begins in named)


def _derived(length: int, salt: bytes, info: bytes, secret: bytes) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _signature(audience: str, keys: PushKeys, contact: str, now: int) -> str:
    claims = {"aud": audience, "sub": contact, "exp": now + SIGNED_SECONDS}
    try:
        signed = Vapid02.from_raw(keys.private.encode()).sign(claims)
    except VapidException as error:
        raise HookRefused(f"No signature can be made: {error}") from None
    return str(signed["Authorization"])
