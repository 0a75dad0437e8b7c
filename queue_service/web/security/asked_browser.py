"""The site of passkeys, their store, and the cookie of a browser that was asked for one."""

from __future__ import annotations

import secrets
from typing import Final

from flask import Response, request

from queue_service.errors import NotFound
from queue_service.passkeys.operations import passkeys
from queue_service.passkeys.rules import CHALLENGE_MS
from queue_service.passkeys.store import PasskeyStore
from queue_service.runtime.relying_party import RelyingParty, relying_party
from queue_service.web.context import queue, settings
from queue_service.web.security.credentials import cookie_name

_COOKIE: Final = "queue_asked"
_PREFIX: Final = "qsq_"
_LENGTH: Final = len(_PREFIX) + 43


def site() -> RelyingParty | None:
    """The site that passkeys belong to; None if there are none here."""
    return relying_party(settings().public_url)


def needed_site() -> RelyingParty:
    """The site that passkeys belong to. Raises NotFound if there are none here."""
    party = site()
    if party is None:
        raise NotFound("There are no passkeys at this address: QUEUE_PUBLIC_URL is not https://.")
    return party


def passkey_store() -> PasskeyStore:
    """The store of passkeys."""
    return queue().get(PasskeyStore)


def may_confirm(account_id: str) -> bool:
    """Whether an account has a passkey that is used here."""
    return bool(passkeys.usable(passkey_store(), site(), account_id))


def asked_browser() -> str:
    """The secret by which a browser that is asked is known until it answers; a new one if it has
    none."""
    kept = request.cookies.get(cookie_name(request, _COOKIE), "")
    if kept.startswith(_PREFIX) and len(kept) == _LENGTH:
        return kept
    return _PREFIX + secrets.token_urlsafe(32)


def keep_asked(response: Response, secret: str) -> Response:
    """Have the browser present the secret with its answer."""
    response.set_cookie(
        cookie_name(request, _COOKIE),
        secret,
        max_age=CHALLENGE_MS // 1000,
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )
    return response
