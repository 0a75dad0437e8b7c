"""Signing in with the town's accounts: OpenID Connect, by an authorization code with PKCE.

A sign-in is begun in a browser, goes on at the provider, and ends when the provider sends that
browser back. Its state is used once, within ten minutes, and only by the browser that began it. In
the same way a person confirms a sensitive change, by logging in at the provider once more.
"""

from __future__ import annotations

import hmac
import json
import logging
import math
import secrets
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from queue_service.access.audit_entries import entry_by, refused_entry
from queue_service.access.operations import provider_accounts
from queue_service.access.operations.access import new_secret
from queue_service.access.operations.logins import begin_session
from queue_service.access.operations.provider_client import ProviderClient
from queue_service.access.operations.provider_tokens import (
    LEEWAY_SECONDS,
    id_claims,
    logout_token,
)
from queue_service.access.rules.caller import Caller, Grant
from queue_service.access.rules.credentials import NEVER, Account, digest
from queue_service.access.rules.provider_claims import grants_of, name_of
from queue_service.access.rules.sign_in_refusals import SignInRefused
from queue_service.access.sign_in_store import SignIn, SignInStore
from queue_service.access.store import AccessStore

_log: Final = logging.getLogger(__name__)

BROWSER_PREFIX: Final = "qsb_"
"""Begins the secret of a browser that has begun a sign-in."""
_BROWSER_LENGTH: Final = len(BROWSER_PREFIX) + 43
_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Begun:
    """The address that the browser is led to, and the secret for its cookie."""

    url: str
    browser: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer that the provider sends back with the browser, and the secret in its cookie."""

    state: str
    code: str = field(repr=False)
    error: str
    issuer: str
    browser: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Finished:
    """A sign-in that succeeded, the path that it leads to, and the secret of the login that began.

    ``secret`` is empty if a login was confirmed.
    """

    account: Account
    next: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Provider:
    """The provider, the stores, and the address at which it sends browsers back."""

    client: ProviderClient
    access: AccessStore
    sign_ins: SignInStore
    back_to: str

    def begin(
        self, next_path: str, *, browser: str = "", again: bool = False, session: str = ""
    ) -> Begun:
        """Begin a sign-in that leads to a path. Raises SignInRefused.

        ``browser`` is the secret in its cookie, if another sign-in was begun there. ``again``: the
        person has to log in at the provider although there is a login there. ``session``: the login
        that is confirmed by it.
        """
        described, settings = self.client.description(), self.client.settings
        state, nonce = (secrets.token_urlsafe(_SECRET_BYTES) for _ in range(2))
        verifier = secrets.token_urlsafe(2 * _SECRET_BYTES)
        secret = browser if len(browser) == _BROWSER_LENGTH else new_secret(BROWSER_PREFIX)
        begun_at = self.access.now()
        kept = SignIn(nonce, verifier, digest(secret), next_path, begun_at, again, session)
        self.sign_ins.begin(state, kept)
        url = prepare_grant_uri(
            described.authorization_endpoint,
            settings.client_id,
            "code",
            redirect_uri=self.back_to,
            scope="openid profile" if settings.name else "openid",
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
            prompt="login" if again else None,
            max_age="0" if again else None,
            claims=self._claims() if described.takes_claims else None,
        )
        return Begun(str(url), secret)

    def finish(
        self,
        answer: Answer,
        branches: Container[str],
        address: str,
        *,
        browser: str = "",
        now: int | None = None,
    ) -> Finished:
        """Log the person in, or confirm the login that asked for it.

        ``branches`` are the ids of those that exist; ``address`` is the sender's, and ``browser``
        the kind of browser. Raises SignInRefused, and the audit log gets its reason.
        """
        instant = self.access.now() if now is None else now
        try:
            return self._finish(answer, branches, address, browser, instant)
        except SignInRefused as error:
            _log.warning("a sign-in by the provider was refused: %s", error.reason)
            details = {"reason": error.reason}
            self.access.audit.refusal(refused_entry("sign_in.refused", address, details=details))
            raise

    def _finish(
        self, answer: Answer, branches: Container[str], address: str, browser: str, now: int
    ) -> Finished:
        begun = self._begun(answer)
        tokens = self.client.redeem(answer.code, begun.verifier, self.back_to)
        claims = id_claims(self.client, tokens.id_token, tokens.access_token, begun.nonce, now)
        proven_at = _proven_at(claims, now)
        if begun.again and not _is_fresh(proven_at, begun):
            raise SignInRefused("no_proof")
        account = self._account(claims, branches, now)
        if begun.session:
            self._confirm(account, begun.session, now)
            return Finished(account, begun.next, "")
        by = Caller(account.id, account.role, account.branch, kind="account", name=account.name)
        entry = entry_by(
            by.at(address),
            "sign_in.accepted",
            branch=account.branch,
            target=account.name,
            details={"way": "provider"},
        )
        session = claims.get("sid")
        if isinstance(session, str) and session:
            self.sign_ins.note_session(self.client.settings.issuer, session, account.name)
        secret = begin_session(self.access, account, browser, entry, proven_at=proven_at)
        return Finished(account, begun.next, secret)

    def end_logins(self, token: str, *, now: int | None = None) -> None:
        """End the logins of the person whom a logout token of the provider names, also if it names
        one session of several. A token that was used already changes nothing. Raises
        SignInRefused."""
        instant = self.access.now() if now is None else now
        issuer = self.client.settings.issuer
        ended = logout_token(self.client, token, instant)
        if not self.sign_ins.first_use(issuer, ended.id):
            return
        account = self._of(ended.subject, ended.session)
        if account is not None:
            provider_accounts.end_logins(self.access, account)

    def logout_url(self, back_to: str) -> str:
        """The address at which the login at the provider is ended, too; empty if it has none."""
        end = self.client.description().end_session_endpoint
        if not end:
            return ""
        params = [
            ("client_id", self.client.settings.client_id),
            ("post_logout_redirect_uri", back_to),
        ]
        return str(add_params_to_uri(end, params))

    def _claims(self) -> str:
        """The claims that the ID token is to have, for providers that can be asked."""
        settings = self.client.settings
        wanted: dict[str, object] = {"auth_time": {"essential": True}, settings.roles: None}
        if settings.name:
            wanted[settings.name] = None
        return json.dumps({"id_token": wanted})

    def _begun(self, answer: Answer) -> SignIn:
        """The sign-in that is answered; from now on it is used."""
        begun = self.sign_ins.take(answer.state) if answer.state else None
        if begun is None or not hmac.compare_digest(begun.browser, digest(answer.browser)):
            raise SignInRefused("not_begun")
        issuer = self.client.settings.issuer
        if answer.issuer not in ("", issuer):
            raise SignInRefused("other_token")
        if not answer.issuer and self.client.description().names_itself:
            raise SignInRefused("other_token")
        if answer.error or not answer.code:
            raise SignInRefused("provider_refused")
        return begun

    def _account(self, claims: Mapping[str, Any], branches: Container[str], now: int) -> Account:
        settings = self.client.settings
        subject = provider_accounts.subject_of(settings.issuer, claims["sub"])
        grants = _existing(grants_of(claims, settings.roles, settings.cvr), branches)
        name = name_of(claims, settings.name)
        return provider_accounts.renewed(self.access, subject, name, grants, now=now)

    def _confirm(self, account: Account, session_id: str, now: int) -> None:
        session = self.access.session_by_id(session_id)
        if session is None or session.account_id != account.id:
            raise SignInRefused("other_person")
        self.access.prove_session(session, now)

    def _of(self, subject: str, session: str) -> Account | None:
        issuer = self.client.settings.issuer
        if subject:
            return provider_accounts.find(
                self.access, provider_accounts.subject_of(issuer, subject)
            )
        name = self.sign_ins.account_of(issuer, session)
        return self.access.account(name) if name else None


def _existing(grants: tuple[Grant, ...], branches: Container[str]) -> tuple[Grant, ...]:
    """The roles of branches that exist. Raises SignInRefused if none of them does."""
    found = tuple(each for each in grants if each.branch is None or each.branch in branches)
    if not found:
        raise SignInRefused("unknown_branch")
    return found


def _proven_at(claims: Mapping[str, Any], now: int) -> int:
    """When the person last gave a password at the provider (ms), as far as that is said."""
    value = claims.get("auth_time")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return NEVER
    if not math.isfinite(value) or value <= 0:
        return NEVER
    return int(min(value * 1000, now))


def _is_fresh(proven_at: int, begun: SignIn) -> bool:
    """Whether the person logged in at the provider for this sign-in.

    A login may do without the instant, since not every provider says it; a confirmation may not.
    """
    if proven_at == NEVER:
        return not begun.session
    return proven_at >= begun.begun_at - LEEWAY_SECONDS * 1000
