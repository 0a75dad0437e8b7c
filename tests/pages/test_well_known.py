"""robots.txt and security.txt, as the settings of the installation have them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from queue_service.access.store import AccessStore
from queue_service.app import create_app
from queue_service.command import Queue
from queue_service.runtime.settings import Settings

SECURITY = "/.well-known/security.txt"


@pytest.fixture
def client(settings: Settings) -> FlaskClient:
    """An installation that says all it can."""
    return create_app(
        replace(
            settings,
            security_contact="mailto:sikkerhed@example.dk",
            search_engines=True,
            public_url="https://queue.example.dk",
        )
    ).test_client()


def test_a_contact_for_vulnerabilities(client: FlaskClient) -> None:
    answer = client.get(SECURITY)
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields["Contact"] == "mailto:sikkerhed@example.dk"
    assert fields["Canonical"] == f"https://queue.example.dk{SECURITY}"
    queue: Queue = client.application.extensions["queue"]
    now = datetime.fromtimestamp(queue.get(AccessStore).now() / 1000).astimezone()
    ahead = datetime.fromisoformat(fields["Expires"]) - now
    assert timedelta(days=29) < ahead <= timedelta(days=30)


def test_search_engines_are_let_in_where_that_is_set(client: FlaskClient) -> None:
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow:\n"


def test_by_default_there_is_no_contact_and_search_engines_stay_out(visitor: FlaskClient) -> None:
    assert visitor.get(SECURITY).status_code == 404
    assert visitor.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_the_accessibility_statement_is_where_the_setting_says(settings: Settings) -> None:
    address = "https://was.digst.dk/queue-example-dk"
    client = create_app(replace(settings, accessibility_url=address)).test_client()
    answer = client.get("/was")
    assert (answer.status_code, answer.headers["Location"]) == (302, address)
    assert '<a href="/was">' in client.get("/login").text


def test_without_a_statement_a_page_says_so_and_no_page_links_to_it(settings: Settings) -> None:
    client = create_app(settings).test_client()
    answer = client.get("/was?lang=en")
    assert answer.status_code == 404
    assert "There is no accessibility statement here" in answer.text
    assert '<a href="/was">' not in client.get("/login").text
