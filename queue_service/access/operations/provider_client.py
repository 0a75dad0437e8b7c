"""The provider of the town's accounts: its description, its keys, and its token endpoint.

The operator names the issuer, so its host may be of the own network; every other host that its
description names has to be of the public internet (``notify/guarded.py``). Descriptions and keys
are kept in the process for an hour, and the last ones count while the provider does not answer.
"""

from __future__ import annotations

import http.client
import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final, cast
from urllib.parse import urlsplit

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_token_request
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from queue_service.access.rules.sign_in_refusals import RefusalReason, SignInRefused
from queue_service.notify.guarded import NotAllowed, Reply, exchange
from queue_service.runtime.provider_settings import ProviderSettings

_log: Final = logging.getLogger(__name__)

KEPT_SECONDS: Final = 3600.0
"""For how long a description and keys count without being asked for again."""
ASKED_AGAIN_SECONDS: Final = 60.0
"""How long after keys were asked for an unknown key id leads to no further request."""
ANSWER_SECONDS: Final = 5.0
"""For a whole answer of the provider."""
ANSWER_BYTES: Final = 512 * 1024
"""The longest answer of the provider that is read."""
_METHODS: Final = ("client_secret_post", "client_secret_basic")
_BY_DEFAULT: Final = "client_secret_basic"
_ERROR: Final = re.compile(r"[a-z_]{1,40}")
_ENTRA_ERROR: Final = re.compile(r"AADSTS[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class ProviderDescription:
    """The description that a provider publishes of itself, as far as it is needed."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str
    auth_method: str
    takes_claims: bool
    names_itself: bool


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a person who came back from the provider; used at once and never kept."""

    id_token: str = field(repr=False)
    access_token: str = field(repr=False)


class ProviderClient:
    """Speaks with the provider. ``clock``: seconds that only ever grow.

    Each call raises SignInRefused: ``provider_away`` without an answer, and ``provider_document``
    for one that is not as it should be.
    """

    def __init__(
        self, settings: ProviderSettings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.settings: Final = settings
        self._clock = clock
        self._described: tuple[ProviderDescription, float] | None = None
        """The description, and until when it counts without being asked for again."""
        self._keys: tuple[KeySet, float] | None = None
        """The keys, and when they were last asked for."""

    def description(self) -> ProviderDescription:
        """The provider's description."""
        kept, now = self._described, self._clock()
        if kept is not None:
            if now < kept[1]:
                return kept[0]
            self._described = (kept[0], now + ASKED_AGAIN_SECONDS)  # requests meanwhile use it
        try:
            found = self._description()
        except SignInRefused:
            if kept is None:
                raise
            return kept[0]
        self._described = (found, now + KEPT_SECONDS)
        return found

    def keys(self, *, again: bool = False) -> KeySet:
        """The keys that the provider signs with; ``again``: a token named one that is not among
        them."""
        kept, now = self._keys, self._clock()
        if kept is not None:
            asked_ago = now - kept[1]
            if asked_ago < (ASKED_AGAIN_SECONDS if again else KEPT_SECONDS):
                return kept[0]
            self._keys = (kept[0], now)  # a flood of unknown keys leads to one request
        try:
            found = self._key_set()
        except SignInRefused:
            if kept is None:
                raise
            return kept[0]
        self._keys = (found, now)
        return found

    def redeem(self, code: str, verifier: str, back_to: str) -> Tokens:
        """The tokens for a code. Raises SignInRefused ``client_refused`` and ``code_refused``
        too."""
        described = self.description()
        body = prepare_token_request(
            "authorization_code", redirect_uri=back_to, code=code, code_verifier=verifier
        )
        auth = ClientAuth(
            self.settings.client_id, self.settings.client_secret, described.auth_method
        )
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        url, headers, body = auth.prepare("POST", described.token_endpoint, headers, body)
        answer = self._ask("POST", url, headers, body.encode())
        document = _document(answer)
        if answer.status != HTTPStatus.OK:
            raise SignInRefused(_refusal(document, urlsplit(url).hostname or ""))
        id_token, access_token = document.get("id_token"), document.get("access_token", "")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise SignInRefused("provider_document")
        return Tokens(id_token, access_token)

    def clock_ahead_seconds(self, now: float) -> float | None:
        """How far the provider's clock is ahead of ``now`` (s), by the header of its description;
        None without one."""
        date = self._ask("GET", self._address()).date
        try:
            return parsedate_to_datetime(date).timestamp() - now
        except ValueError:
            return None

    def _address(self) -> str:
        return self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration"

    def _description(self) -> ProviderDescription:
        document = _document(self._ok(self._address()))
        if document.get("issuer") != self.settings.issuer:
            _log.warning("the provider's description names another issuer than QUEUE_OIDC_ISSUER")
            raise SignInRefused("provider_document")
        methods = document.get("token_endpoint_auth_methods_supported")
        known = methods if isinstance(methods, list) else [_BY_DEFAULT]
        return ProviderDescription(
            issuer=self.settings.issuer,
            authorization_endpoint=self._endpoint(document, "authorization_endpoint"),
            token_endpoint=self._endpoint(document, "token_endpoint"),
            jwks_uri=self._endpoint(document, "jwks_uri"),
            end_session_endpoint=self._endpoint(document, "end_session_endpoint", needed=False),
            auth_method=next((each for each in _METHODS if each in known), _BY_DEFAULT),
            takes_claims=document.get("claims_parameter_supported") is True,
            names_itself=document.get("authorization_response_iss_parameter_supported") is True,
        )

    def _endpoint(self, document: Mapping[str, Any], name: str, *, needed: bool = True) -> str:
        """An address of the description: with encryption wherever the issuer has it."""
        value = document.get(name)
        if value is None and not needed:
            return ""
        schemes = {"https", urlsplit(self.settings.issuer).scheme}
        if not isinstance(value, str) or not _is_address(value, schemes):
            _log.warning("the provider's description has no usable %s", name)
            raise SignInRefused("provider_document")
        return value

    def _key_set(self) -> KeySet:
        document = _document(self._ok(self.description().jwks_uri))
        try:
            return KeySet.import_key_set(cast(KeySetSerialization, document))
        except (JoseError, ValueError, KeyError, TypeError):
            raise SignInRefused("provider_document") from None

    def _ok(self, url: str) -> Reply:
        answer = self._ask("GET", url)
        if answer.status != HTTPStatus.OK:
            _log.warning("the provider answered %d", answer.status)
            away = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
            raise SignInRefused("provider_away" if away else "provider_document")
        return answer

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Reply:
        inside = [urlsplit(self.settings.issuer).hostname or ""]
        sent = {"Accept": "application/json", "User-Agent": "queue-service", **(headers or {})}
        try:
            return exchange(method, url, sent, body or None, inside, ANSWER_SECONDS, ANSWER_BYTES)
        except (OSError, http.client.HTTPException, NotAllowed) as error:
            host = urlsplit(url).hostname
            _log.warning("no answer of %s: %s: %s", host, type(error).__name__, error)
            raise SignInRefused("provider_away") from None


def _document(answer: Reply) -> Mapping[str, Any]:
    try:
        document = json.loads(answer.body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise SignInRefused("provider_document")
    return document


def _is_address(value: str, schemes: set[str]) -> bool:
    if not value.isascii() or not value.isprintable() or " " in value:
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _refusal(document: Mapping[str, Any], host: str) -> RefusalReason:
    """The reason of the token endpoint; the log gets the provider's own code, and no text."""
    error, said = str(document.get("error", "")), str(document.get("error_description", ""))
    number = _ENTRA_ERROR.search(said)
    known = error if _ERROR.fullmatch(error) else "no error code"
    _log.warning("%s refused: %s %s", host, known, number[0] if number else "")
    clients = ("invalid_client", "unauthorized_client")
    return "client_refused" if error in clients else "code_refused"
