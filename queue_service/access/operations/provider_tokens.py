"""Tokens that the provider signed: verified by joserfc, and their claims checked by Authlib.

A token is refused unless each of these is as it should be: the signature, by a key of the provider
and an algorithm with two keys; issuer, audience and authorized party; its times, with a leeway of
:data:`LEEWAY_SECONDS`; and what binds it to the request. ``now`` is in ms.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import (
    ClaimError,
    ExpiredTokenError,
    InvalidKeyIdError,
    JoseError,
)
from joserfc.jwt import JWTClaimsRegistry

from queue_service.access.operations.provider_client import ProviderClient
from queue_service.access.rules.sign_in_refusals import RefusalReason, SignInRefused

_log: Final = logging.getLogger(__name__)

LEEWAY_SECONDS: Final = 60
"""How far the provider's clock may be from this one; the library's own leeway is 0."""
LONGEST_TOKEN: Final = 64 * 1024
ALGORITHMS: Final = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    "Ed25519",
)  # fmt: skip
"""Signatures with a private and a public key. A shared secret and ``none`` are not among them."""
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_SECONDS: Final = 5 * 60
"""The greatest age of a logout token."""
_TIMES: Final = ("exp", "nbf", "iat")


@dataclass(frozen=True, slots=True)
class LogoutToken:
    """The end of a person's logins at the provider: a subject, a session there, or both."""

    id: str
    subject: str
    session: str


def id_claims(
    client: ProviderClient, token: str, access_token: str, nonce: str, now: int
) -> Mapping[str, Any]:
    """The claims of a person who came back. Raises SignInRefused."""
    settings = client.settings
    verified = _verified(client, token)
    claims = CodeIDToken(
        verified.claims,
        verified.header,
        {"iss": {"value": settings.issuer}, "aud": {"value": settings.client_id}},
        {"nonce": nonce, "client_id": settings.client_id, "access_token": access_token},
    )
    try:
        claims.validate(now // 1000, LEEWAY_SECONDS)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise SignInRefused(_reason(error)) from None
    if not claims["sub"]:
        raise SignInRefused("other_token")
    return dict(claims)


def logout_token(client: ProviderClient, token: str, now: int) -> LogoutToken:
    """The content of a logout token (OpenID Connect Back-Channel Logout 1.0). Raises
    SignInRefused."""
    settings = client.settings
    verified = _verified(client, token)
    claims = verified.claims
    registry = JWTClaimsRegistry(
        now // 1000,
        LEEWAY_SECONDS,
        iss={"essential": True, "value": settings.issuer},
        aud={"essential": True, "value": settings.client_id},
        iat={"essential": True},
        jti={"essential": True},
        events={"essential": True},
    )
    try:
        registry.validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise SignInRefused(_reason(error)) from None
    events, kind = claims["events"], str(verified.header.get("typ", "")).lower()
    texts = [claims.get(name, "") for name in ("sub", "sid", "jti")]
    subject, session, token_id = (text if isinstance(text, str) else "" for text in texts)
    is_logout = isinstance(events, dict) and isinstance(events.get(LOGOUT_EVENT), dict)
    # A token of another kind, such as an ID token, is never taken for one.
    if not is_logout or "nonce" in claims or kind not in ("", "jwt", "logout+jwt"):
        raise SignInRefused("other_token")
    if not token_id or not (subject or session):
        raise SignInRefused("other_token")
    if claims["iat"] < now // 1000 - LOGOUT_SECONDS - LEEWAY_SECONDS:
        raise SignInRefused("clock")
    return LogoutToken(token_id, subject, session)


def _verified(client: ProviderClient, token: str) -> jwt.Token:
    """The token, once its signature is known to be the provider's.

    A key that is not known may be new, so the keys are asked for once more.
    """
    if len(token) > LONGEST_TOKEN:
        raise SignInRefused("signature")
    for again in (False, True):
        try:
            return jwt.decode(token, client.keys(again=again), ALGORITHMS)
        except InvalidKeyIdError:
            _log.info("a token names a key that the provider does not have")
        except (JoseError, ValueError, TypeError, KeyError) as error:
            _log.warning("a token of the provider is refused: %s", type(error).__name__)
            raise SignInRefused("signature") from None
    raise SignInRefused("signature")


def _reason(error: Exception) -> RefusalReason:
    claim = error.claim if isinstance(error, ClaimError) else ""
    _log.warning("a token of the provider is refused: %s %s", type(error).__name__, claim)
    timely = isinstance(error, ExpiredTokenError) or claim in _TIMES
    return "clock" if timely else "other_token"
