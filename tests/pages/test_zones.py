"""The zone of times on pages of no branch: never that of the machine or of the browser."""

from __future__ import annotations

import re
from typing import Final

import pytest
from flask.testing import FlaskClient

from queue_service import sample
from queue_service.branches.store import DEFAULT_ZONE, BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from tests.desks import in_two_languages
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp

FAR: Final = "Atlantic/Faroe"
FARTHER: Final = "America/Nuuk"


def move(web_app: WebApp, **zones: str) -> None:
    """Put branches into other zones."""
    queue: Queue = web_app.app.extensions["queue"]
    for branch, zone in zones.items():
        document = in_two_languages(sample.documents()[branch])
        put_branch(queue, branch, document | {"timezone": zone})


def zones_on(browser: FlaskClient, address: str) -> list[str]:
    """The zone of each time on a page."""
    answer = browser.get(address)
    assert answer.status_code == 200
    return re.findall(r'<time data-at="[0-9]+"[^>]* data-zone="([^"]+)"', answer.text)


@pytest.mark.parametrize(
    ("library", "town_hall", "found"),
    [
        (FAR, FAR, (FAR, FAR, FAR)),
        (FAR, FARTHER, (DEFAULT_ZONE, FAR, FARTHER)),
        (FAR, DEFAULT_ZONE, (DEFAULT_ZONE, FAR, DEFAULT_ZONE)),
    ],
)
def test_a_branchs_zone_counts_and_else_the_one_of_all_branches(
    web_app: WebApp, library: str, town_hall: str, found: tuple[str, str, str]
) -> None:
    move(web_app, **{LIBRARY: library, TOWN_HALL: town_hall})
    queue: Queue = web_app.app.extensions["queue"]
    store = queue.get(BranchStore)
    assert (store.zone_of(), store.zone_of(LIBRARY), store.zone_of(TOWN_HALL)) == found
    assert store.zone_of("gone") == store.zone_of()


def test_without_branches_it_is_the_default(queue: Queue) -> None:
    assert queue.get(BranchStore).zone_of() == DEFAULT_ZONE


def test_each_time_says_its_zone(
    web_app: WebApp, admin_client: FlaskClient, visitor: FlaskClient
) -> None:
    move(web_app, **{LIBRARY: FAR, TOWN_HALL: FARTHER})
    web_app.screen("kiosk")
    web_app.screen("display", TOWN_HALL)
    # Of a screen the page says when it was set up; it has not been seen yet.
    assert sorted(zones_on(admin_client, "/admin/screens")) == sorted([FAR, FARTHER])
    page = visitor.get("/pair").text
    code = "".join(re.findall(r"<span>([A-Z])</span>", page.split('id="code"')[1].split("</p>")[0]))
    assert zones_on(admin_client, f"/admin/screens/pair?code={code}") == [DEFAULT_ZONE] * 2
    assert zones_on(admin_client, "/logins") == [DEFAULT_ZONE] * 2
    clerk = web_app.staff("anna", "clerk", LIBRARY)
    assert zones_on(clerk, "/logins") == [FAR] * 2, "that of the clerk's own branch"
