"""What every answer tells the browser to trust."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.web.houses import LIBRARY, House


@pytest.mark.parametrize(
    "path",
    ["/login", "/healthz", f"/api/v1/branches/{LIBRARY}/state", "/nothing", "/static/css/base.css"],
)
def test_every_answer_is_hardened(visitor: FlaskClient, path: str) -> None:
    headers = visitor.get(path).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
        "object-src 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers.get("Referrer-Policy") == (None if "/api/" in path else "same-origin")
    assert "Strict-Transport-Security" not in headers
    secure = visitor.get(path, base_url="https://queue.example").headers
    assert secure["Strict-Transport-Security"] == "max-age=31536000"


def test_every_page_is_as_strict_as_its_policy(house: House) -> None:
    browser = house.staff("chef", "admin")
    for path in (
        "/",
        "/login",
        "/admin",
        "/admin/screens",
        "/admin/people",
        f"/enrol/{house.code('kiosk')}",
    ):
        page = browser.get(path).text
        assert 'style="' not in page
        assert "<style" not in page
        assert " onclick=" not in page
