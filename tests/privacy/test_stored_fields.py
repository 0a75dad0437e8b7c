"""Stored data has no field that the table of stored keys lacks; an unknown one is found.

`tests/test_library_day.py` compares the store of a whole day, `TEST_STORED=1` that of each test.
"""

from __future__ import annotations

import json
from typing import Final

import pytest
from redis import Redis

from queue_service.history.operations.days import pack_days, summarise_days
from queue_service.privacy.rules.stored_key import FIGURES, MARK, Form, document, within
from queue_service.store.keys import BranchKeys
from tests.desks import Desk
from tests.privacy.scanning import TO_DO, fits, paths_of, undescribed
from tests.web.web_app import LIBRARY, WebApp, csrf, log_in, send

VISIT: Final = {"service": "pas", "channel": "kiosk"}


def test_the_administration_stores_nothing_else(web_app: WebApp, redis_client: Redis) -> None:
    admin = web_app.staff("chef", "admin")
    visitor = web_app.app.test_client()
    assert log_in(visitor, "chef", "wrong").status_code == 401
    send(admin, "/admin/people", name="skranke", role="clerk", branch=LIBRARY, password="")
    send(admin, "/admin/screens/link", role="kiosk", branch=LIBRARY)
    web_app.screen("display")
    word = {"X-CSRF-Token": csrf(admin)["csrf_token"], "Idempotency-Key": "one"}
    hook = {"name": "Data", "url": "https://data.example.dk/in", "events": ["visit.*"]}
    assert admin.post("/api/v1/webhooks", json=hook, headers=word).status_code == 201
    closing = {"kind": "announcement", "screens": ["kiosk"], "texts": {"da": "Vi lukker kl. 14"}}
    path = f"/api/v1/branches/{LIBRARY}/interventions"
    assert admin.post(path, json=closing, headers=word).status_code == 201
    assert undescribed(redis_client) == []
    assert len(redis_client.keys("queue:*")) > 8


def test_a_day_and_its_figures_store_nothing_else(live: Desk, redis_client: Redis) -> None:
    live.open()
    for _ in range(3):
        live.issue()
    live.called()
    later = live.queue.store.time() + 40 * 86_400_000
    summarise_days(live.queue, later)
    pack_days(live.queue, later)
    assert undescribed(redis_client) == []


def test_undescribed_data_is_found(live: Desk, redis_client: Redis) -> None:
    issued = live.issue().visit
    k = BranchKeys(live.branch)
    redis_client.set("queue:citizens", "1")
    redis_client.hset(k.config, "caretaker", "Bo")
    redis_client.set(k.visit("another"), json.dumps({**issued.document(), "cpr": "0101701234"}))
    redis_client.hset(k.parked, "one", "Fru Sørensen")
    redis_client.delete(k.free_counters)
    redis_client.set(k.free_counters, "1")
    found = undescribed(redis_client)
    assert len(found) == 5
    assert all(sentence.endswith(TO_DO) for sentence in found)
    for part in ("queue:citizens", "caretaker", ": cpr.", "Fru Sørensen", "is a string and not"):
        assert any(part in sentence for sentence in found), part


@pytest.mark.parametrize(
    ("form", "value", "fitting"),
    [
        (MARK, "pas|each|0,1", True),
        (MARK, "4 54d6a490208d0654a1ce5f6d", True),
        (MARK, "bo@example.dk", False),
        (MARK, "Bo Hansen", False),
        (FIGURES, '7{"2026-11-25":"1 54d6"}\n[["pas",[1,2]]]', True),
        (FIGURES, '{"pas":"Bo Hansen"}', False),
        (document("id", within("texts", "*")), '{"id":1,"texts":{"da":"Åbent"}}', True),
        (document("id", within("texts", "*")), '[{"id":1,"texts":{"da":{"x":1}}}]', False),
        (document("content.**"), '{"content":{"steps":{"a":1}}}', False),
        (document("content content.**"), '{"content":{"steps":{"a":1}}}', True),
    ],
)
def test_a_form_takes_what_it_says(form: Form, value: str, *, fitting: bool) -> None:
    assert fits(form, value) is fitting


def test_paths_have_the_names_from_the_outermost_on() -> None:
    assert [*paths_of({"a": [{"b": 1}, {"c": {"d": 2}}]})] == ["a", "a.b", "a.c", "a.c.d"]
