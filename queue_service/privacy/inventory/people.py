"""The stored keys of accounts and accesses, and of the audit log."""

from __future__ import annotations

from typing import Final

from queue_service.access import keys as access
from queue_service.access.rules.credentials import PROVIDER_MARK
from queue_service.audit.store import SENDING, SENT
from queue_service.privacy.inventory import documents as has
from queue_service.privacy.rules.stored_key import (
    ANY,
    MARK,
    NUMBER,
    OWN_TEXT,
    REST,
    Spelling,
    StoredKey,
    document,
    hash_of,
    set_of,
    sorted_set,
    stream,
    string,
)
from queue_service.store.audit_log import REMOVED, log_key, refusals_key, refused_key, totals_key

_FAILED: Final = "queue:{access}:failed:"
_ACCOUNT: Final = document(
    "id name role branch password_hash created_at version must_change more subject used_at"
)

PEOPLE_KEYS: Final[tuple[StoredKey, ...]] = (
    hash_of(access.ACCOUNTS, "accounts", {ANY: _ACCOUNT, f"{ANY}{PROVIDER_MARK}": _ACCOUNT}),
    hash_of(
        access.TOKENS,
        "screens",
        {ANY: document("digest role branch created_at label device counter expires_at feedback")},
    ),
    hash_of(access.TOKEN_USES, "screens", {ANY: NUMBER}),
    string(
        access.session(ANY),
        "sessions",
        document(
            "digest account_name account_id version begun_at used_at browser proven_at by_pin"
        ),
    ),
    set_of(access.sessions_of(ANY), "sessions"),
    string(access.FIRST_LOGIN, "operation"),
    string(access.provider_session(ANY), "sessions", Spelling(r"[a-z0-9._-]+@sso")),
    string(
        access.sign_in(ANY),
        "operation",
        document("nonce verifier browser next begun_at again session"),
    ),
    string(access.logout_token(ANY), "operation"),
    hash_of(
        access.passkeys_of(ANY),
        "passkeys",
        {
            ANY: document(
                "credential public_key account_name rp_id number created_at sign_count used_at "
                "browser label"
            )
        },
    ),
    string("queue:{access}:challenge:*:*", "passkeys", document("challenge account name version")),
    hash_of(
        access.PEOPLE_OF_BROWSERS,
        "known_people",
        {
            name: document("name account_id version logged_in_at pin wrong attempt")
            for name in (ANY, f"{ANY}{PROVIDER_MARK}")
        },
    ),
    string(access.typed_enrolment(ANY), "screens"),
    string(
        access.enrolment(ANY), "screens", document("role branch expires_at label counter feedback")
    ),
    string(
        access.pairing(ANY), "screens", document("digest address browser asked_at expires_at token")
    ),
    string(access.idempotency(ANY, ANY) + ANY, "repeats", OWN_TEXT),
    sorted_set(f"{_FAILED}{REST}", "attempts"),
    sorted_set("queue:{access}:device:*", "attempts"),
    stream(log_key(ANY), "audit", {"entry": has.AUDIT_ENTRY}),
    hash_of(totals_key(ANY), "operation", {ANY: NUMBER}),
    hash_of(refusals_key(ANY), "operation", {ANY: NUMBER}),
    string(refused_key(ANY, ANY), "operation"),
    set_of(REMOVED, "operation"),
    hash_of(SENT, "operation", {ANY: MARK}),
    string(SENDING, "operation"),
)
