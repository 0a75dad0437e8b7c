"""The playbook's calls, as other people's programs see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from queue_service.access.rules.caller import Role
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.playbook.contract import EntryAnswer, PlaybookAnswer, SavedAnswer
from queue_service.playbook.rules import (
    LONGEST_LIMITS,
    LONGEST_LINE,
    LONGEST_STEPS,
    LONGEST_SUMMARY,
    MOST_LINES,
)
from tests.desks import document as branch_document
from tests.playbook.entries import document, one_service, text
from tests.web.roles import Roles

Call = Callable[..., Any]


@pytest.fixture
def call(roles: Roles, queue: Queue) -> Call:
    """Calls in a role, and gives the response."""
    put_branch(queue, "raadhuset", branch_document())
    put_branch(queue, "bibliotek", one_service())

    def calling(
        method: str,
        path: str,
        body: Any = None,
        role: Role = "admin",
        branch: str | None = None,
        **headers: str,
    ) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return roles.send(role, path, body, branch=branch, method=method, headers=named)

    return calling


def in_force(call: Call, service: str = "pas", **changes: Any) -> None:
    draft = call("PUT", f"/playbook/{service}/draft", document(**changes))
    assert draft.status_code == 200
    approved = call("POST", f"/playbook/{service}/approve", {}, If_Match=draft.headers["ETag"])
    assert approved.status_code == 200


def test_a_draft_is_written_approved_and_read(call: Call) -> None:
    empty = call("GET", "/playbook/pas")
    assert (empty.json["revision"], empty.json["approved"], empty.headers["ETag"]) == (
        0,
        None,
        '"0"',
    )
    draft = call("PUT", "/playbook/pas/draft", document(), If_Match=empty.headers["ETag"])
    EntryAnswer.model_validate(draft.json)
    assert draft.json["draft"]["content"] == document()
    assert call("GET", "/playbook").json["entries"] == []
    assert call("GET", "/playbook/pas", role="clerk").json["draft"] is None
    assert call("GET", "/playbook/pas", role="supervisor", branch="raadhuset").json["draft"] is None
    approved = call("POST", "/playbook/pas/approve", {}, If_Match=draft.headers["ETag"])
    again = call("POST", "/playbook/pas/approve", {}, If_Match=draft.headers["ETag"])
    assert (again.status_code, again.json) == (200, approved.json)
    assert (approved.json["approved"]["version"], approved.json["draft"]) == (1, None)
    [entry] = call("GET", "/playbook?lang=da", role="clerk").json["entries"]
    assert entry["text"]["steps_html"].startswith("<ol>")
    assert (entry["owner"], entry["name"]) == ("Borgerservice", {"da": "Pas"})


def test_a_draft_with_a_past_review_date_is_saved_and_not_approved(call: Call) -> None:
    draft = call("PUT", "/playbook/pas/draft", document(review_by="2020-01-01"))
    assert draft.status_code == 200
    refused = call("POST", "/playbook/pas/approve", {}, If_Match=draft.headers["ETag"])
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "review_by")
    entry = call("GET", "/playbook/pas").json
    assert (entry["revision"], entry["approved"]) == (1, None)


def test_the_second_of_two_writers_gets_a_message(call: Call) -> None:
    call("PUT", "/playbook/pas/draft", document())
    late = call("PUT", "/playbook/pas/draft", document(owner="Ydelse"), If_Match='"0"')
    assert (late.status_code, late.json["code"], late.json["revision"]) == (
        412,
        "precondition_failed",
        1,
    )
    assert call("PUT", "/playbook/pas/draft", document(owner="B")).status_code == 412
    assert call("PUT", "/playbook/pas/draft", document(owner="B"), If_Match="x").status_code == 422
    assert call("POST", "/playbook/turist/approve", {}).json["code"] == "wrong_state"


def test_known_data_is_not_sent_again(call: Call) -> None:
    in_force(call)
    for path in ("/playbook", "/playbook/pas"):
        tag = call("GET", path).headers["ETag"]
        assert call("GET", path, If_None_Match=tag).status_code == 304
        assert call("GET", path, If_None_Match='"other"').status_code == 200
    tag = call("GET", "/playbook").headers["ETag"]
    in_force_again = call("PUT", "/playbook/pas/draft", document(owner="Y"), If_Match='"2"')
    assert call("GET", "/playbook", If_None_Match=tag).status_code == 304
    call("POST", "/playbook/pas/approve", {}, If_Match=in_force_again.headers["ETag"])
    assert call("GET", "/playbook", If_None_Match=tag).status_code == 200


@pytest.mark.parametrize(
    ("search", "found"),
    [("billede", ["pas"]), ("PAS politiet", ["pas"]), ("nøgle", []), ("", ["pas", "turist"])],
)
def test_the_results_of_a_search(call: Call, search: str, found: list[str]) -> None:
    in_force(call)
    in_force(call, "turist", texts={"da": {"summary": "Kort over byen"}})
    answer = call("GET", f"/playbook?lang=da&q={search}", role="clerk").json
    PlaybookAnswer.model_validate(answer)
    assert [entry["service"] for entry in answer["entries"]] == found


def test_a_kiosk_reads_what_is_public_of_its_branch(call: Call) -> None:
    in_force(call)
    in_force(call, "turist")
    [entry] = call("GET", "/playbook?lang=da", role="kiosk", branch="bibliotek").json["entries"]
    assert entry == {
        "service": "pas",
        "name": {"da": "Pas"},
        "version": 1,
        "ask_at_kiosk": True,
        "text": {"bring": text()["bring"], "self_service": text()["self_service"]},
    }
    found = call("GET", "/playbook?lang=da&q=politiet", role="kiosk", branch="bibliotek").json
    assert found["entries"] == []
    one = call("GET", "/playbook/pas", role="kiosk", branch="bibliotek").json
    assert one["approved"]["texts"]["da"] == entry["text"]
    assert "by" not in one["approved"]
    for path in ("/playbook/turist", "/playbook?branch=raadhuset"):
        assert call("GET", path, role="kiosk", branch="bibliotek").status_code == 403


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"summary": "x" * (LONGEST_SUMMARY + 1)}, "texts.da.summary"),
        ({"summary": ""}, "texts.da.summary"),
        ({"bring": ["x"] * (MOST_LINES + 1)}, "texts.da.bring"),
        ({"bring": ["x" * (LONGEST_LINE + 1)]}, "texts.da.bring[0]"),
        ({"bring": ["a\nb"]}, "texts.da.bring[0]"),
        ({"steps": "x" * (LONGEST_STEPS + 1)}, "texts.da.steps"),
        ({"limits": "x" * (LONGEST_LIMITS + 1)}, "texts.da.limits"),
        ({"steps": "turned \u202e around"}, "texts.da.steps"),
        ({"forms": [{"title": "x", "address": "http://a.dk"}]}, "texts.da.forms[0].address"),
        ({"forms": [{"title": "x", "address": "https://a dk"}]}, "texts.da.forms[0].address"),
        ({"forms": [{"title": "x", "address": "https://u:p@a.dk"}]}, "texts.da.forms[0].address"),
        # The Kelvin sign, which is no K.
        ({"forms": [{"title": "x", "address": "https://a.d\u212a"}]}, "texts.da.forms[0].address"),
        (
            {"self_service": {"text": "x", "address": "javascript:1"}},
            "texts.da.self_service.address",
        ),
    ],
)
def test_texts_that_are_too_long_or_invalid_are_named(call: Call, changes: Any, field: str) -> None:
    refused = call("PUT", "/playbook/pas/draft", document(texts={"da": text(**changes)}))
    assert (refused.status_code, [e["field"] for e in refused.json["errors"]]) == (422, [field])
    assert call("GET", "/playbook/pas").json["revision"] == 0


def test_values_at_the_limit_are_accepted(call: Call) -> None:
    full = text(
        summary="x" * LONGEST_SUMMARY,
        bring=["x" * LONGEST_LINE] * MOST_LINES,
        steps="ø" * LONGEST_STEPS,
        limits="x" * LONGEST_LIMITS,
    )
    both = document(texts={"da": full, "en": full})
    assert call("PUT", "/playbook/pas/draft", both).status_code == 200
    refused = call("PUT", "/playbook/pas/draft", document(texts={}), If_Match='"1"')
    assert refused.status_code == 422
    refused = call("PUT", "/playbook/pas/draft", document(texts={"xx": text()}), If_Match='"1"')
    assert refused.status_code == 422
    assert call("PUT", "/playbook/nothing/draft", document()).json["code"] == "not_found"


def test_a_saved_visit_is_counted_and_reported(call: Call) -> None:
    in_force(call)
    path = "/branches/raadhuset/saved-visits"
    kiosk: Any = {"role": "kiosk", "branch": "raadhuset"}
    first, again = (
        call("POST", path, {"service": "pas"}, **kiosk, Idempotency_Key="k") for _ in (1, 2)
    )
    assert (first.status_code, first.json, again.json) == (201, {"counted": True}, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert call("POST", path, {"service": "pas"}, **kiosk).json == {"counted": False}
    assert call("POST", path, {"service": "x"}, **kiosk).json["code"] == "service_not_found"
    assert call("POST", path, {"service": "turist"}, **kiosk).json["code"] == "invalid"
    found = call("GET", f"{path}?by=service", role="supervisor").json
    SavedAnswer.model_validate(found)
    assert (found["rows"], found["total"]) == ([{"key": "pas", "saved": 1}], 1)
    assert call("GET", f"{path}?by=team", role="supervisor").status_code == 422
