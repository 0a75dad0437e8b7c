"""Webhooks: one signed POST to one address, as the Standard Webhooks have it.

Each carries ``webhook-id``, the same over all tries; ``webhook-timestamp``, the seconds since 1970
of this try; and ``webhook-signature``: ``v1,`` and the Base64 of the HMAC-SHA256, keyed with the
decoded part of the secret after ``whsec_``, of ``id.timestamp.body``.

A person chooses the address, so it is not trusted (``notify/guarded.py``): it has to be of the
public internet unless the operator has named the host in QUEUE_WEBHOOK_HOSTS.

One sentence says why nothing arrived, whatever the network said: a private address, a closed port
and a wrong certificate look the same, so that it cannot be used to explore a network. The log
knows.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import logging
import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from queue_service.notify.guarded import DEADLINE_SECONDS, NotAllowed, NotConnected, exchange

_log = logging.getLogger(__name__)

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - what every secret begins with
_GONE: Final = 410


class HookUnavailable(Exception):
    """It did not arrive, or its answer did not; another try may.

    ``timed_out``: it took all the time there is. ``unsent``: it is known not to have arrived.
    """

    def __init__(self, reason: str, *, timed_out: bool = False, unsent: bool = False) -> None:
        super().__init__(reason)
        self.timed_out = timed_out
        self.unsent = unsent


class HookRefused(Exception):
    """It must not be sent there, or is not wanted there any more."""


@dataclass(frozen=True, slots=True)
class Hook:
    """The URL of a webhook and its secret; ``inside``: hosts of the own network.

    ``older``: a secret that was replaced, with which it is signed as well.
    """

    url: str = field(repr=False)
    secret: str = field(repr=False)
    inside: Collection[str] = ()
    older: str = field(default="", repr=False)

    @property
    def host(self) -> str:
        """The name or address it goes to."""
        return urlsplit(self.url).hostname or ""


def send(
    hook: Hook, message_id: str, body: bytes, now: int, seconds: float = DEADLINE_SECONDS
) -> None:
    """Post a JSON body, within so many seconds; ``now`` is in ms.

    Raises HookUnavailable and HookRefused.
    """
    host = hook.host
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "queue-service",
        "webhook-id": message_id,
        "webhook-timestamp": str(now // 1000),
        "webhook-signature": " ".join(
            signature(secret, message_id, now // 1000, body)
            for secret in (hook.secret, hook.older)
            if secret
        ),
    }
    status = post(hook.url, headers, body, hook.inside, seconds)
    if status == _GONE:
        raise HookRefused(f"{host} wants no more messages (410).")
    if status // 100 != 2:
        raise HookUnavailable(f"{host} answered {status}.")


def post(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    inside: Collection[str],
    seconds: float = DEADLINE_SECONDS,
    setting: str = "QUEUE_WEBHOOK_HOSTS",
) -> int:
    """Post a body to an address that is not trusted; the status of the answer.

    ``inside``: hosts of the own network that may be spoken to, which ``setting`` names. Raises
    HookUnavailable, and HookRefused for an address that begins with ``http://``.
    """
    with _in_one_sentence(urlsplit(url).hostname or "", setting):
        return exchange("POST", url, headers, body, inside, seconds).status


def new_secret() -> str:
    """256 random bits, as the Standard Webhooks write them."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of a message; ``timestamp`` is in seconds."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


@contextmanager
def _in_one_sentence(host: str, setting: str) -> Iterator[None]:
    try:
        yield
    except NotAllowed as error:
        raise HookRefused(str(error)) from None
    except (OSError, http.client.HTTPException) as error:
        _log.warning("no webhook to %s: %s: %s", host, type(error).__name__, error)
        raise HookUnavailable(
            f"{host} did not answer as it should within ten seconds. It needs a public address"
            f" and a valid certificate; {setting} names hosts of your own network.",
            timed_out=isinstance(error.__cause__ or error, TimeoutError),
            unsent=isinstance(error, NotConnected),
        ) from None
