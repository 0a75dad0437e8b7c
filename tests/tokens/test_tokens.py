"""A program's token ends, its last use is known within an hour, and both are shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from redis import Redis

from queue_service.access import keys
from queue_service.access.operations import access
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import TokenRecord
from queue_service.access.rules.lifetimes import DAY_MS, USE_NOTED_MS
from queue_service.access.store import AccessStore
from queue_service.audit.store import AuditReader
from queue_service.cli import main
from queue_service.command import Queue
from queue_service.errors import Invalid, TokenExpired
from queue_service.runtime.settings import Settings
from queue_service.tokens.rules import End, standing
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp, send, text_of

NOW = 1_795_600_000_000
TOKEN = TokenRecord("d" * 64, "supervisor", None, NOW, expires_at=NOW + 365 * DAY_MS)


@pytest.fixture
def store(queue: Queue) -> AccessStore:
    """The access store on an empty server."""
    return queue.get(AccessStore)


def ended(store: AccessStore, token: TokenRecord) -> None:
    """Let the end of a token be over."""
    store.add_token(replace(token, expires_at=store.now()))


def used_at(redis_client: Redis, token: TokenRecord) -> int:
    """The last use that is kept."""
    kept: Any = redis_client.hget(keys.TOKEN_USES, token.id)
    return int(kept or 0)


@pytest.mark.parametrize("days", [1, 730])
def test_a_token_ends_after_its_days(store: AccessStore, days: int) -> None:
    token, _ = access.create_token(store, "metrics", None, now=NOW, days=days)
    assert token.expires_at == NOW + days * DAY_MS
    assert not token.has_ended(token.expires_at - 1)
    assert token.has_ended(token.expires_at)
    assert not replace(token, expires_at=0).has_ended(2 * NOW), "of a version that gave no end"


@pytest.mark.parametrize("days", [0, -1, 731])
def test_a_token_without_a_sensible_end_is_not_made(store: AccessStore, days: int) -> None:
    with pytest.raises(Invalid) as refused:
        access.create_token(store, "metrics", None, now=NOW, days=days)
    assert refused.value.extra["errors"] == [
        {"field": "days", "reason": "Choose a whole number of days from 1 to 730."}
    ]
    assert store.tokens() == []


def test_without_a_word_about_it_a_token_lasts_a_year(store: AccessStore) -> None:
    token, _ = access.create_token(store, "metrics", None, now=NOW)
    assert token.expires_at == NOW + 365 * DAY_MS


def test_a_token_that_has_ended_opens_nothing_and_holds_no_stream(store: AccessStore) -> None:
    token, secret = access.create_token(store, "display", LIBRARY, now=store.now(), days=1)
    caller = access.identify(store, secret)
    assert caller is not None
    assert access.still_valid(store, [caller]) == {caller}
    ended(store, token)
    with pytest.raises(TokenExpired):
        access.identify(store, secret)
    assert access.still_valid(store, [caller]) == set()


def test_a_token_without_an_end_goes_on(store: AccessStore) -> None:
    token, secret = access.create_token(store, "display", LIBRARY, now=store.now())
    store.add_token(replace(token, expires_at=0))
    caller = access.identify(store, secret)
    assert caller is not None
    assert access.still_valid(store, [caller]) == {caller}


def test_the_last_use_is_written_once_an_hour(store: AccessStore, redis_client: Redis) -> None:
    token, secret = access.create_token(store, "metrics", None, now=store.now())
    assert used_at(redis_client, token) == 0
    access.identify(store, secret)
    first = used_at(redis_client, token)
    assert abs(first - store.now()) < 60_000
    lately = store.now() - USE_NOTED_MS + 60_000
    store.note_use(token.id, lately)
    access.identify(store, secret)
    assert used_at(redis_client, token) == lately
    store.note_use(token.id, store.now() - USE_NOTED_MS)
    access.identify(store, secret)
    assert used_at(redis_client, token) >= first
    uses, since = store.token_uses()
    assert (list(uses), since) == ([token.id], first)
    access.revoke_token(store, token.id)
    assert store.token_uses() == ({}, first)


def test_the_use_of_a_screen_is_not_kept(store: AccessStore, redis_client: Redis) -> None:
    _, code = access.create_enrolment(store, "display", LIBRARY, now=store.now())
    _, secret = access.enrol(store, code, now=store.now())
    assert access.identify(store, secret) is not None
    assert not redis_client.exists(keys.TOKEN_USES)


@pytest.mark.parametrize(
    ("expires_in", "end", "days_left"),
    [
        (14 * DAY_MS, "later", 14),
        (14 * DAY_MS - 1, "soon", 13),
        (1, "soon", 0),
        (0, "over", None),
        (None, "none", None),
    ],
)
def test_a_token_is_marked_before_its_end(
    expires_in: int | None, end: End, days_left: int | None
) -> None:
    token = replace(TOKEN, expires_at=0 if expires_in is None else NOW + expires_in)
    found = standing(token, NOW, NOW, NOW)
    assert (found.end, found.days_left) == (end, days_left)


@pytest.mark.parametrize(
    ("created", "used", "since", "unused"),
    [
        (200, 90, 200, True),
        (200, 89, 200, False),
        (200, None, 200, True),
        (89, None, 200, False),
        (200, None, 89, False),
        (200, None, None, False),
    ],
    ids=["long ago", "lately", "never", "new", "kept for a short time", "not kept yet"],
)
def test_a_token_that_was_not_used_for_90_days_is_marked(
    created: int, used: int | None, since: int | None, unused: bool
) -> None:
    def ago(days: int | None) -> int:
        return 0 if days is None else NOW - days * DAY_MS

    token = replace(TOKEN, created_at=ago(created))
    assert standing(token, ago(used), ago(since), NOW).unused is unused


@pytest.fixture
def admin(web_app: WebApp) -> dict[str, str]:
    """The header of an administrator's program."""
    return web_app.bearer("admin")


def test_an_ended_token_is_refused_by_its_own_code_and_recorded(web_app: WebApp) -> None:
    store, browser = web_app.store, web_app.app.test_client()
    token, secret = access.create_token(
        store, "supervisor", LIBRARY, now=store.now(), label="Tal", days=1
    )
    ended(store, token)
    for _ in range(2):
        answer = browser.get("/api/v1/branches", headers={"Authorization": f"Bearer {secret}"})
        problem: Any = answer.json
        assert (answer.status_code, problem["code"]) == (401, "token_expired")
        assert problem["detail"] == "This token has ended: ask an administrator for a new one."
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    queue: Queue = web_app.app.extensions["queue"]
    assert queue.get(AuditReader).totals()["token.refused"] == 2


def test_tokens_are_listed_over_the_api_without_screens_and_other_branches(
    web_app: WebApp, admin: dict[str, str]
) -> None:
    store, browser = web_app.store, web_app.app.test_client()
    web_app.screen("kiosk")
    token, secret = access.create_token(
        store, "supervisor", LIBRARY, now=store.now(), label="Tal", days=10
    )
    store.add_token(replace(token, digest="e" * 64, label="Gammel", expires_at=0))
    browser.get("/api/v1/branches", headers={"Authorization": f"Bearer {secret}"})
    answer = browser.get("/api/v1/tokens", headers=admin)
    assert (answer.status_code, secret in answer.text) == (200, False)
    read: Any = answer.json
    known = {one["label"]: one for one in read["tokens"]}
    assert known.keys() == {"", "Tal", "Gammel"}
    assert known["Tal"].items() >= {"role": "supervisor", "branch": LIBRARY, "end": "soon"}.items()
    assert known["Tal"]["last_used_on"] is not None
    assert known["Gammel"].items() >= {"expires_at": None, "end": "none"}.items()
    assert known["Gammel"]["last_used_on"] is None
    own = browser.get("/api/v1/tokens", headers=web_app.bearer("admin", TOWN_HALL))
    seen: Any = own.json
    assert [one["branch"] for one in seen["tokens"]] == [TOWN_HALL]
    refused = browser.get("/api/v1/tokens", headers=web_app.bearer("supervisor"))
    assert refused.status_code == 403


def test_an_administrator_chooses_how_long_a_token_lasts(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    fields = {"role": "supervisor", "branch": LIBRARY, "label": "Tal", "days": "30"}
    assert send(admin_client, "/admin/screens/token", **fields).status_code == 200
    (token,) = web_app.store.tokens()
    assert token.expires_at == token.created_at + 30 * DAY_MS
    for wrong in ("x", "0", "731", "9" * 30):
        refused = send(admin_client, "/admin/screens/token", **{**fields, "days": wrong})
        assert refused.status_code == 422
        assert "aria-invalid" in refused.text or "token-days" in refused.text
    assert len(web_app.store.tokens()) == 1
    web_app.store.add_token(replace(token, expires_at=web_app.store.now() + 13 * DAY_MS + 60_000))
    web_app.store.add_token(replace(token, digest="e" * 64, expires_at=0))
    web_app.store.add_token(replace(token, digest="f" * 64, expires_at=1, created_at=1))
    web_app.store.note_use("since", 1)
    page = text_of(admin_client.get("/admin/screens"))
    for mark in ("13 dage tilbage", "Udløber aldrig", "Udløbet", "Ikke brugt i 90 dage"):
        assert mark in page, page[1000:4000]


def test_the_command_makes_a_token_with_an_end_and_shows_what_to_do(
    queue: Queue,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    store = queue.get(AccessStore)
    assert main(["token", "create", "--role", "metrics", "--days", "14", "--label", "Tal"]) == 0
    printed = capsys.readouterr()
    caller = access.identify(store, printed.out.strip())
    assert caller == Caller(store.tokens()[0].id, "metrics", None)
    assert main(["token", "create", "--role", "metrics", "--days", "731"]) == 1
    assert "from 1 to 730" in capsys.readouterr().err
    (token,) = store.tokens()
    store.add_token(replace(token, digest="e" * 64, expires_at=0, label="Gammel"))
    assert main(["token", "list"]) == 0
    said = capsys.readouterr().out
    assert "Tal  (ends in 13 days)" in said
    assert "Gammel  (no end: replace it)" in said
    assert "ends (UTC)" in said
