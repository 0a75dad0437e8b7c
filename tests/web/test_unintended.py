"""Nothing is given away or done that no page and no call needs (OWASP ASVS, docs/asvs.md)."""

from __future__ import annotations

import base64
import inspect
import re
from pathlib import Path
from typing import Final

import pytest
from argon2 import Type, extract_parameters
from flask.testing import FlaskClient

from queue_service.access.operations import passwords
from queue_service.configuration.operations import put_branch
from queue_service.pages.admin.parts.reader import FormReader
from tests.desks import document
from tests.web.web_app import LIBRARY, WebApp, log_in


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.env",
        "/static/",
        "/static/css/",
        "/static/../settings.py",
        "/static/%2e%2e/app.py",
        "/static/css/..%2f..%2f..%2fapp.py",
        "/pyproject.toml",
        "/console",
    ],
)
def test_files_of_the_project_and_listings_are_not_there(visitor: FlaskClient, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_methods_that_no_address_needs_are_refused(visitor: FlaskClient) -> None:
    for method in ("TRACE", "CONNECT", "PROPFIND"):
        assert visitor.open("/login", method=method).status_code == 405


def test_each_answer_names_its_type_and_encoding(web_app: WebApp, visitor: FlaskClient) -> None:
    known = web_app.bearer("admin")
    types = {
        "/login": "text/html; charset=utf-8",
        "/static/css/base.css": "text/css; charset=utf-8",
        "/static/js/page.js": "text/javascript; charset=utf-8",
        f"/api/v1/branches/{LIBRARY}": "application/json",
        "/api/v1/nothing": "application/problem+json",
        "/robots.txt": "text/plain; charset=utf-8",
    }
    for path, expected in types.items():
        assert visitor.get(path, headers=known).headers["Content-Type"] == expected, path


PLACE: Final = r"(?:\.\w+|\[[^]]+\])"
BY_DATA: Final = r"\w\[[^]'\"0-9][^]]*\]"
"""An object that is found by a name from a variable."""
POLLUTING: Final = re.compile(
    rf"{BY_DATA}{PLACE}+ *(?:[-+*/|&?]{{0,2}})=[^=>]|Object\.assign\([\w.]*{BY_DATA}"
    r"|__proto__|\bsetPrototypeOf\b|\.prototype\b|\bdefinePropert|\bReflect\."
)
"""A write into an object that data has named, which may be the prototype of all of them."""


@pytest.mark.parametrize(
    ("script", "pollutes"),
    [
        ("found[key].text = value;", True),
        ("found[key][name] = value;", True),
        ("found[key].text ??= value;", True),
        ("Object.assign(found[key], changes);", True),
        ("Object.prototype.text = value;", True),
        ("found[key] = value;", False),
        ("found[0].text = value;", False),
        ("if (found[key].text === value) show();", False),
        ("const show = found[key].map((one) => one);", False),
    ],
)
def test_a_write_into_a_prototype_is_recognised(script: str, *, pollutes: bool) -> None:
    assert bool(POLLUTING.search(script)) == pollutes


def test_no_script_writes_into_an_object_that_data_has_named() -> None:
    root = Path(__file__).parents[2]
    scripts = [
        file for folder in ("queue_service", "dashboards") for file in (root / folder).rglob("*.js")
    ]
    assert len(scripts) > 100
    found = [
        f"{file.relative_to(root)}: {line.strip()}"
        for file in scripts
        for line in file.read_text(encoding="utf-8").splitlines()
        if POLLUTING.search(line)
    ]
    assert found == []


def test_nothing_is_debugged(web_app: WebApp) -> None:
    assert not web_app.app.debug
    assert not web_app.app.testing


def test_password_fields_hide_what_is_typed_and_take_pasted_ones(
    web_app: WebApp, visitor: FlaskClient
) -> None:
    login = visitor.get("/login").text
    change = web_app.staff("anna", "clerk").get("/login/password").text
    for page, fields in ((login, 1), (change, 2)):
        found = [field for field in re.findall(r"<input[^>]*>", page) if "password" in field]
        assert len(found) >= fields
        for field in found:
            assert 'type="password"' in field
            assert re.search(r'autocomplete="(current|new)-password"', field)
        assert "onpaste" not in page


def test_a_password_counts_exactly_as_it_is_typed(web_app: WebApp) -> None:
    web_app.account("anna", "clerk")
    for almost in ("Correct horse", "correct horse ", " correct horse", "correct  horse"):
        assert log_in(web_app.app.test_client(), "anna", almost).status_code == 401
    assert log_in(web_app.app.test_client(), "anna").status_code == 303


def test_names_of_fields_are_no_patterns() -> None:
    reader = FormReader({"services-0-id": "pas", "s.rvices-1-id": "x"})
    assert reader.rows("services") == ["services-0"]
    assert reader.rows("s.rvices") == ["s.rvices-1"]
    assert reader.rows(".*") == []


def test_a_parameter_that_comes_twice_is_refused(web_app: WebApp, visitor: FlaskClient) -> None:
    known = web_app.bearer("clerk", LIBRARY)
    path = f"/api/v1/branches/{LIBRARY}/visits?state=waiting"
    assert visitor.get(path, headers=known).status_code == 200
    assert visitor.get(f"{path}&state=called", headers=known).status_code == 422


def test_data_in_a_page_ends_no_script(web_app: WebApp) -> None:
    hostile = "</script><script>alert(1)</script>"
    put_branch(web_app.app.extensions["queue"], "rod", document(name=hostile))
    page = web_app.staff("anna", "clerk", "rod").get("/counter/rod").text
    assert "alert(1)" in page
    assert hostile not in page


def test_secrets_have_256_random_bits(web_app: WebApp) -> None:
    secrets = {web_app.token("clerk", LIBRARY).partition("_")[2] for _ in range(20)}
    assert len(secrets) == 20
    assert {len(secret) for secret in secrets} == {len(base64.urlsafe_b64encode(bytes(32))) - 1}


def test_passwords_cost_what_is_advised() -> None:
    source = inspect.getsource(passwords)  # the hasher itself is a cheap one in tests
    stored = "".join(re.findall(r'"([$A-Za-z0-9=,+/v]+)"', source.partition("NOBODYS_HASH")[2])[:2])
    found = extract_parameters(stored)
    assert (found.type, found.memory_cost, found.time_cost) == (Type.ID, 19_456, 3)
    assert "time_cost=3, memory_cost=19_456" in source
