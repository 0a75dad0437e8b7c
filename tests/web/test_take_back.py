"""A kiosk's ways to take back and to change what it has issued, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from queue_service import sample
from queue_service.configuration.operations import put_branch
from tests.web.service import ALWAYS
from tests.web.web_app import LIBRARY, WebApp

VISITS = f"/api/v1/branches/{LIBRARY}/visits"
Header = dict[str, str]


@pytest.fixture
def open_app(web_app: WebApp) -> WebApp:
    """The library, open around the clock."""
    document = sample.documents()[LIBRARY] | {"opening_hours": ALWAYS, "hours_exceptions": []}
    put_branch(web_app.app.extensions["queue"], LIBRARY, document)
    return web_app


def post(web_app: WebApp, who: Header, path: str = "", **body: Any) -> TestResponse:
    return web_app.app.test_client().post(f"{VISITS}{path}", json=body, headers=who)


def code(answer: TestResponse) -> tuple[int, str]:
    document: Any = answer.json
    return answer.status_code, document["code"]


def test_a_kiosk_takes_back_and_changes_what_it_issued_and_nothing_else(open_app: WebApp) -> None:
    mine, other, clerk = (open_app.bearer(r, LIBRARY) for r in ("kiosk", "kiosk", "clerk"))
    issued: Any = post(open_app, mine, service="pas", language="en").json
    path = f"/{issued['id']}"

    assert code(post(open_app, other, f"{path}/abandon")) == (403, "forbidden")
    assert code(post(open_app, other, f"{path}/language", language="da")) == (403, "forbidden")
    for verb in ("recall", "start", "no-show", "park", "undo", "requeue"):
        assert code(post(open_app, mine, f"{path}/{verb}")) == (403, "forbidden")
    assert code(post(open_app, mine, f"{path}/language", language="sv")) == (422, "invalid")
    changed: Any = post(open_app, mine, f"{path}/language", language="da").json
    assert (changed["language"], changed["state"]) == ("da", "waiting")
    taken_back: Any = post(open_app, mine, f"{path}/abandon").json
    assert taken_back["state"] == "abandoned"
    assert code(post(open_app, clerk, f"{path}/language", language="en")) == (409, "wrong_state")


def test_a_ticket_is_found_by_its_key(open_app: WebApp) -> None:
    kiosk = open_app.bearer("kiosk", LIBRARY)
    issued: Any = post(open_app, {**kiosk, "Idempotency-Key": "k+1"}, service="pas").json
    browser = open_app.app.test_client()

    found: Any = browser.get(f"{VISITS}/by-key", query_string={"key": "k+1"}, headers=kiosk).json
    assert found["id"] == issued["id"]
    for key, status in (("k2", (404, "visit_not_found")), ("æ", (422, "invalid"))):
        answer = browser.get(f"{VISITS}/by-key", query_string={"key": key}, headers=kiosk)
        assert code(answer) == status
    display = open_app.bearer("display", LIBRARY)
    answer = browser.get(f"{VISITS}/by-key", query_string={"key": "k+1"}, headers=display)
    assert code(answer) == (403, "forbidden")


def test_the_key_of_what_made_no_ticket_finds_none(open_app: WebApp) -> None:
    clerk = open_app.bearer("clerk", LIBRARY)
    (counter, *_) = sample.documents()[LIBRARY]["counters"]
    browser = open_app.app.test_client()
    for verb in ("open", "close"):
        path = f"/api/v1/branches/{LIBRARY}/counters/{counter['id']}/{verb}"
        keyed = {**clerk, "Idempotency-Key": f"k-{verb}"}
        assert browser.post(path, json={}, headers=keyed).status_code == 200
        answer = browser.get(f"{VISITS}/by-key", query_string={"key": f"k-{verb}"}, headers=clerk)
        assert code(answer) == (404, "visit_not_found")
