"""The link with which the first administrator makes a login."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from redis import Redis

from queue_service.access import keys
from queue_service.access.operations.accounts import add_account
from queue_service.access.operations.first_login import (
    check_first_login,
    make_first_login,
    offer_first_login,
)
from queue_service.access.rules.lifetimes import FIRST_LOGIN_MS
from queue_service.access.store import AccessStore
from queue_service.errors import Invalid, NotFound
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore
from queue_service.supervisor.banner import say
from tests.web.web_app import LIBRARY, WebApp, text_of

WORDS = "tre gode ord"


def test_the_first_login_is_made_once_by_the_link(store: AccessStore, redis_client: Redis) -> None:
    code = offer_first_login(store)
    assert 0 < redis_client.pttl(keys.FIRST_LOGIN) <= FIRST_LOGIN_MS
    assert code not in str(redis_client.get(keys.FIRST_LOGIN))
    account = make_first_login(store, code, "Chef", WORDS)
    assert (account.name, account.role, account.branch) == ("chef", "admin", None)
    assert not account.must_change
    again: tuple[Callable[[], object], ...] = (
        lambda: check_first_login(store, code),
        lambda: _made(store, code),
    )
    for use in again:
        with pytest.raises(NotFound):
            use()
    assert [each.name for each in store.accounts()] == ["chef"]
    assert offer_first_login(store) == ""


def _made(store: AccessStore, code: str) -> object:
    return make_first_login(store, code, "anden", WORDS)


def test_a_refused_name_or_password_does_not_use_the_link_up(store: AccessStore) -> None:
    code = offer_first_login(store)
    for name, password in (("chef", "short"), ("Ingen Navn!", WORDS)):
        with pytest.raises(Invalid):
            make_first_login(store, code, name, password)
    assert not store.accounts()
    make_first_login(store, code, "chef", WORDS)


def test_only_the_newest_link_works_and_none_once_there_is_a_login(store: AccessStore) -> None:
    old, new = offer_first_login(store), offer_first_login(store)
    for wrong in (old, "", new[:-1]):
        with pytest.raises(NotFound):
            check_first_login(store, wrong)
    check_first_login(store, new)
    add_account(store, "chef", WORDS, "admin", None, now=store.now())
    with pytest.raises(NotFound):
        _made(store, new)


def test_two_who_use_the_link_at_once_make_one_login(store: AccessStore) -> None:
    code = offer_first_login(store)
    assert store.use_first_login(store.first_login() or "")
    with pytest.raises(NotFound):
        _made(store, code)
    assert not store.accounts()


def test_a_start_without_any_login_prints_the_link(
    settings: Settings, redis_client: Redis, capsys: pytest.CaptureFixture[str]
) -> None:
    own = replace(settings, sample=False, public_url="https://queue.example.dk")
    say(own, redis_client, "http://127.0.0.1:1")
    (code,) = re.findall(
        r"^  https://queue\.example\.dk/first/(\S+)$", capsys.readouterr().out, re.M
    )
    store = AccessStore(RedisStore(redis_client))
    make_first_login(store, code, "chef", WORDS)
    say(own, redis_client, "http://127.0.0.1:1")
    assert "/first/" not in capsys.readouterr().out


def test_the_page_leads_to_the_first_branch(settings: Settings, redis_client: Redis) -> None:
    web_app = WebApp.open(settings)
    visitor = web_app.app.test_client()
    assert "Ingen kan logge ind endnu" in text_of(visitor.get("/login"))
    assert redis_client.exists(keys.FIRST_LOGIN) == 0
    path = f"/first/{offer_first_login(web_app.store)}"
    assert visitor.get("/first/another").status_code == 404
    assert 'value="admin"' in visitor.get(path).text
    refused = visitor.post(path, data={"name": "chef", "password": "short"})
    assert refused.status_code == 422
    assert "Brug mindst 10 tegn." in text_of(refused)
    assert re.search(r'id="name"[^>]* value="chef"', refused.text)
    assert "short" not in refused.text
    made = visitor.post(path, data={"name": "chef", "password": WORDS})
    # This service has branches already; without any the way leads to the first.
    assert (made.status_code, made.headers["Location"]) == (303, "/admin")
    assert visitor.get(f"/admin/branches/{LIBRARY}").status_code == 200
    assert "Ingen kan logge ind endnu" not in text_of(web_app.app.test_client().get("/login"))
    assert visitor.post(path, data={"name": "x", "password": WORDS}).status_code == 404
