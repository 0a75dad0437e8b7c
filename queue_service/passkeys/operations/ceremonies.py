"""The two ceremonies of WebAuthn, by the library `webauthn`: making a passkey, and answering.

A passkey is discoverable, so that a login needs no name, and its user is verified by the
authenticator, so that it is two factors in one. Attestation is not asked for: it names the model of
a person's device.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, TypeVar

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    bytes_to_base64url,
    generate_challenge,
    parse_authentication_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from queue_service.passkeys.rules import CHALLENGE_MS, Passkey
from queue_service.runtime.relying_party import RelyingParty

_LONGEST_ANSWER: Final = 16_384
_T = TypeVar("_T")

_UNREADABLE: Final = (
    WebAuthnException, ValueError, TypeError, LookupError, AttributeError, ArithmeticError,
    RecursionError, struct.error,
)  # fmt: skip
"""The library raises its own errors for an answer that is wrong, and those of its parsers for one
that is damaged."""


class Made(NamedTuple):
    """A new passkey as its browser describes it; the first two are in base64url."""

    credential: str
    public_key: str
    sign_count: int


class RefusedAnswer(Exception):
    """The answer is not by this passkey, to this question, from this site; its text is for the
    log."""


def new_challenge() -> str:
    """A random question, in base64url."""
    return bytes_to_base64url(generate_challenge())


def options_to_make(
    party: RelyingParty, challenge: str, account_id: str, name: str, known: Sequence[Passkey]
) -> str:
    """The JSON that a browser makes a passkey from; those that are ``known`` are not made twice."""
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.id,
        user_id=account_id.encode(),
        user_name=name,
        challenge=base64url_to_bytes(challenge),
        timeout=CHALLENGE_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(known),
    )
    return options_to_json(options)


def options_to_answer(party: RelyingParty, challenge: str, allowed: Sequence[Passkey] = ()) -> str:
    """The JSON that a browser answers by one of the passkeys; any of the site's without some."""
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=base64url_to_bytes(challenge),
        timeout=CHALLENGE_MS,
        allow_credentials=_described(allowed),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def made(party: RelyingParty, challenge: str, answer: str) -> Made:
    """The passkey that a browser made for this site. Raises RefusedAnswer."""
    found = _checked(
        answer,
        lambda: verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        ),
    )
    return Made(
        bytes_to_base64url(found.credential_id),
        bytes_to_base64url(found.credential_public_key),
        found.sign_count,
    )


def named(answer: str) -> tuple[str, str]:
    """The credential id (base64url) and the account id that an answer names; it is not checked.

    Raises RefusedAnswer.
    """
    found = _checked(answer, lambda: parse_authentication_credential_json(answer))
    handle = found.response.user_handle or b""
    return found.id, handle.decode("ascii", "replace")


def answered(party: RelyingParty, challenge: str, answer: str, passkey: Passkey) -> int:
    """Check that the passkey gave the answer; its counter now. Raises RefusedAnswer, also if the
    counter has not grown: then there is a copy of the passkey."""
    found = _checked(
        answer,
        lambda: verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        ),
    )
    return found.new_sign_count


def _described(passkeys: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.credential))
        for passkey in passkeys
    ]


def _checked(answer: str, check: Callable[[], _T]) -> _T:
    if len(answer) > _LONGEST_ANSWER:
        raise RefusedAnswer("the answer is too long")
    try:
        return check()
    except _UNREADABLE as error:
        raise RefusedAnswer(type(error).__name__) from error
