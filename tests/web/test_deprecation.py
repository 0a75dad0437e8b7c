"""A route that will end says so in each answer and in the description; the policy is a year."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from flask import Flask

from queue_service.web.commands import answer
from queue_service.web.description.openapi import describe, document
from queue_service.web.problems import errors
from queue_service.web.problems.errors import STATUS_OF
from queue_service.web.security.permissions import install
from queue_service.web.security.route_roles import NOTICE_DAYS, Deprecation, Roles, Rule, rules
from tests.web.web_app import WebApp

ROLES: Final = Roles({"clerk"})
ENDS: Final = Deprecation(date(2027, 1, 1), date(2028, 1, 1), "/api/v1/new")


def test_each_answer_of_a_route_that_will_end_says_so(web_app: WebApp) -> None:
    app = Flask(__name__)
    for name in ("old", "new"):
        view = describe(name, answers={200: ""})(lambda: answer({}))
        app.add_url_rule(f"/api/v1/{name}", view_func=view, endpoint=f"monitoring.{name}")
    errors.install(app)
    table = {
        ("GET", "/static/<path:filename>"): Rule(),
        ("GET", "/api/v1/old"): Rule(ROLES, deprecated=ENDS),
        ("GET", "/api/v1/new"): Rule(ROLES),
    }
    gate = install(app, web_app.store, table)
    client = app.test_client()
    for status, headers in ((200, web_app.bearer("clerk")), (403, web_app.bearer("kiosk")),
                            (401, {})):  # fmt: skip
        old = client.get("/api/v1/old", headers=headers)
        assert old.status_code == status
        assert old.headers["Deprecation"] == "@1798761600"
        assert old.headers["Sunset"] == "Sat, 01 Jan 2028 00:00:00 GMT"
        assert old.headers.getlist("Link") == [
            '</api/v1/openapi.json>; rel="deprecation"',
            '</api/v1/new>; rel="successor-version"',
        ]
        new = client.get("/api/v1/new", headers=headers)
        assert not {"Deprecation", "Sunset", "Link"} & {*new.headers.keys()}
    paths = document(app, gate.rule_of, STATUS_OF)["paths"]
    assert paths["/api/v1/old"]["get"]["deprecated"] is True
    assert "deprecated" not in paths["/api/v1/new"]["get"]


def test_a_route_ends_a_year_after_it_was_announced_at_the_earliest() -> None:
    assert NOTICE_DAYS >= 365
    for route, rule in rules().items():
        if rule.deprecated is not None:
            notice = rule.deprecated.ends - rule.deprecated.since
            assert notice >= timedelta(days=NOTICE_DAYS), route
