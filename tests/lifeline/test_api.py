"""The calls over HTTP, as a clerk's and a specialist's programs see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from queue_service.access.rules.caller import Role
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.referrals.contract import ReferralFiguresAnswer
from queue_service.visits.rules.events import is_heard
from tests.desks import document
from tests.lifeline.town_hall import LINES
from tests.web.roles import Roles
from tests.web.service import ALWAYS

Call = Callable[..., Any]


@pytest.fixture
def call(roles: Roles, queue: Queue) -> Call:
    """Calls as a clerk of one branch, and gives the response."""
    put_branch(queue, "hall", document(opening_hours=ALWAYS, lifelines=LINES))
    put_branch(queue, "shut", document(opening_hours={}, lifelines=LINES))
    put_branch(queue, "bib", document(opening_hours=ALWAYS))

    def calling(
        branch: str, path: str, body: Any = None, key: str = "", *,
        role: Role = "clerk", at: str = "",
    ) -> Any:  # fmt: skip
        return roles.send(role, f"/branches/{at or branch}{path}", body, branch=branch, key=key)

    return calling


@pytest.fixture
def visit(call: Call) -> str:
    """A visit at counter 1 of the library."""
    call("bib", "/counters/1/open", {})
    served = call("bib", "/counters/1/serve", {"service": "pas", "channel": "desk"})
    return str(served.json["id"])


def test_a_clerk_rings_and_only_the_lifelines_branch_can_take_it(call: Call, visit: str) -> None:
    found = call("bib", "/counters/1/lifelines").json
    assert [(line["branch"], line["open"]) for line in found["lifelines"]] == [
        ("hall", True), ("hall", True), ("shut", False), ("shut", False),
    ]  # fmt: skip
    unknown = call("bib", "/counters/1/lifelines?service=unheard-of")
    assert (unknown.status_code, unknown.json["code"]) == (404, "service_not_found")
    asked = {"visit": visit, "branch": "hall", "lifeline": "pas"}
    rung = call("bib", "/counters/1/lifeline-call", asked, "k")
    again = call("bib", "/counters/1/lifeline-call", asked, "k")
    assert (rung.status_code, rung.json["state"]) == (201, "ringing")
    assert (again.json["id"], again.headers["Idempotent-Replayed"]) == (rung.json["id"], "true")
    path = f"/lifeline-calls/{rung.json['id']}/take"
    assert call("bib", path, {"place": 1}, at="hall").status_code == 403
    assert call("hall", path, {"place": "Anna"}).status_code == 422
    assert call("hall", path, {"place": 1}).json["place"] == 1
    refused = call("hall", path, {"place": 2})
    assert (refused.status_code, refused.json["code"], refused.json["place"]) == (
        409, "wrong_state", 1,
    )  # fmt: skip
    (listed,) = call("hall", "/lifeline-calls").json["calls"]
    assert (listed["branch"], listed["counter_name"]) == ("bib", "Skranke 1")
    assert "visit" not in listed
    assert call("bib", "/counters/1/lifeline-call/end", {}).json["state"] == "ended"
    figures = call("hall", "/lifeline-figures", role="supervisor").json["lifelines"]
    assert [(row["lifeline"], row["judged"]) for row in figures] == [("pas", 1)]


def test_out_of_hours_it_refuses_with_the_number_to_dial(call: Call, visit: str) -> None:
    asked = {"visit": visit, "branch": "shut", "lifeline": "alt"}
    refused = call("bib", "/counters/1/lifeline-call", asked)
    assert (refused.status_code, refused.json["code"]) == (409, "branch_closed")
    assert refused.json["telephone"] == "4430"


def test_a_case_is_referred_and_returned(call: Call, visit: str) -> None:
    call("bib", f"/visits/{visit}/complete", {"outcome": "referred"})
    case = {"visit": visit, "inquiry": 0, "to": "hall", "lifeline": "pas"}
    assert call("bib", "/referrals", {**case, "category": "because"}).status_code == 422
    sent = call("bib", "/referrals", {**case, "category": "decision"})
    assert (sent.status_code, sent.json["state"]) == (201, "sent")
    (got,) = call("hall", "/referrals/received").json["referrals"]
    back = call("hall", f"/referrals/{got['id']}/return", {"reason": "wrong_place"})
    assert back.json["state"] == "returned"
    assert call("hall", f"/referrals/{got['id']}/close", {}).status_code == 409
    address = f"/referrals?number={sent.json['number'].lower()}&date={sent.json['date']}"
    assert call("bib", address).json["referrals"] == [back.json]
    figures = call("bib", "/referral-figures", role="supervisor")
    ReferralFiguresAnswer.model_validate(figures.json)
    assert figures.json["sent"] == [], "the last month that is over had none"
    today = sent.json["date"]
    refused = call("bib", f"/referral-figures?from={today}&to={today}", role="supervisor")
    assert (refused.status_code, refused.json["code"]) == (422, "invalid")


@pytest.mark.parametrize("event", ["lifeline.ringing", "referral.sent"])
def test_no_screen_hears_of_it(event: str) -> None:
    roles: tuple[Role, ...] = ("kiosk", "display", "clerk", "supervisor", "admin")
    assert [is_heard(event, role) for role in roles] == [False, False, True, True, True]
