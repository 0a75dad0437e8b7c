"""The stored keys of the service as a whole: webhooks, the playbook, files and background jobs."""

from __future__ import annotations

from typing import Final

from queue_service.exports import keys as exports
from queue_service.playbook import keys as playbook
from queue_service.privacy.rules.stored_key import (
    ANY,
    MARK,
    NUMBER,
    OWN_TEXT,
    REST,
    StoredKey,
    document,
    hash_of,
    list_of,
    set_of,
    sorted_set,
    stream,
    string,
    within,
)
from queue_service.speech import keys as speech
from queue_service.store import keys as store
from queue_service.store.format import KEY
from queue_service.store.jobs.job_health import CERTIFICATE, RUNS
from queue_service.store.memos import RENAMED
from queue_service.store.redis_store import BARRIER
from queue_service.store.server.erasure import BEGUN, REWRITTEN
from queue_service.webhooks import keys as webhooks

_CONTENT: Final = "owner review_by ask_at_kiosk texts texts.**"
_VERSION: Final = f"number at by revision {within('content', _CONTENT)}"
_ENDPOINT: Final = webhooks.EndpointKeys(ANY)

_HOST: Final = f"queue:webhooks:host:{ANY}"
"""The name of ``alerts.host`` ends in a digest."""

_WEBHOOKS: Final = (
    hash_of(
        webhooks.ENDPOINTS,
        "webhooks",
        {ANY: document("id name url events branch active secret created_at old_secret old_until")},
    ),
    string(webhooks.idempotency(ANY, ANY) + "*", "webhooks", OWN_TEXT),
    hash_of(
        _ENDPOINT.state,
        "webhooks",
        {
            "branch|*": MARK,
            "health": document("tries failing_since next_at error stopped"),
            "missed": MARK,
            "delivered_at": NUMBER,
            "delivered": NUMBER,
            "failed": NUMBER,
        },
    ),
    list_of(
        _ENDPOINT.deliveries,
        "webhooks",
        document("id kind branch after passed until count at outcome seconds error final"),
    ),
    hash_of(_ENDPOINT.requests, "webhooks", {ANY: OWN_TEXT}),
    string(_ENDPOINT.sending, "operation", OWN_TEXT),
    string(_HOST, "operation"),
)

_TOWN: Final = (
    set_of(store.BRANCHES, "configuration"),
    hash_of(
        playbook.ENTRIES,
        "authors",
        {
            ANY: document(
                "service revision",
                within("draft", f"at by {within('content', _CONTENT)}"),
                within("approved", _VERSION),
            )
        },
    ),
    list_of(playbook.versions(ANY), "authors", document(_VERSION)),
    stream(store.LOG, "operation", {"event": MARK, "id": MARK}),
    string(store.MACHINE, "operation"),
    string(store.NO_BRANCH_YET, "operation", OWN_TEXT),
    string(store.PUSH_KEYS, "operation", document("private public")),
    sorted_set(store.streams(ANY), "operation"),
    string(KEY, "operation", NUMBER),
    string(RENAMED, "operation"),
    string(BARRIER, "operation"),
    string(REWRITTEN, "operation"),
    string(f"{REWRITTEN}:{REST}", "operation"),
    string(BEGUN, "operation"),
    string(f"{BEGUN}:{REST}", "operation"),
    string("queue:restoring", "operation"),
)

_FILES: Final = (
    sorted_set(exports.STORED_FILES, "files"),
    sorted_set(exports.listing(ANY), "files"),
    hash_of(
        exports.record(ANY),
        "files",
        {
            "order": document("branch branches content first last format language"),
            "state": MARK, "asked_at": NUMBER, "touched_at": NUMBER, "round": NUMBER,
            "done": NUMBER, "of": NUMBER, "size": NUMBER, "parts": NUMBER,
            "media_type": OWN_TEXT, "problem": OWN_TEXT,
        },
    ),
    string(exports.part(ANY, 0).removesuffix("0") + ANY, "files", OWN_TEXT),
    sorted_set(speech.MADE, "files"),
    hash_of(speech.SIZES, "files", {ANY: NUMBER}),
    string(speech.PROBLEM, "files", OWN_TEXT),
    string(speech.clip(ANY), "files", OWN_TEXT),
)  # fmt: skip

_JOBS: Final = (
    hash_of(RUNS, "operation", {ANY: MARK}),
    hash_of(CERTIFICATE, "operation", {ANY: NUMBER}),
)

SERVICE_KEYS: Final[tuple[StoredKey, ...]] = (*_WEBHOOKS, *_TOWN, *_FILES, *_JOBS)
