"""The public page of a branch, its JSON and its RSS, for visitors without a login."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from xml.etree import ElementTree as Xml

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect
from redis import Redis

from queue_service import sample
from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.dates_and_hours import WEEKDAYS, moment, weekday_of
from queue_service.command import Queue
from queue_service.configuration.operations import get_branch, put_branch
from queue_service.public.contract import PublicServiceAnswer
from queue_service.runtime.settings import Settings
from queue_service.store.keys import BranchKeys
from tests.pages.playbook.entries import own_service, put_in_force
from tests.web.browsers import BrowserMaker, Check, each_size, first_page, fits
from tests.web.service import ALWAYS, Service
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp, text_of

PHONE = {"width": 390, "height": 844}
API = f"/api/v1/public/branches/{LIBRARY}"
FONT_SIZES = "all => all.map((one) => parseFloat(getComputedStyle(one).fontSize))"
PATHS = (API, f"/b/{LIBRARY}", f"/b/{LIBRARY}?lang=da", f"/b/{LIBRARY}/rss")


@pytest.fixture
def public(web_app: WebApp) -> FlaskClient:
    """A visitor of a library that is switched on."""
    switch_on(web_app)
    return web_app.app.test_client()


def switch_on(web_app: WebApp) -> None:
    """Switch the page of the library on, and that of the town hall off."""
    documents = sample.documents()
    library = {**documents[LIBRARY], "public_page": True, "opening_hours": ALWAYS}
    queue: Queue = web_app.app.extensions["queue"]
    put_branch(queue, LIBRARY, library)
    put_branch(queue, TOWN_HALL, {**documents[TOWN_HALL], "public_page": False})


@pytest.mark.parametrize("path", PATHS)
def test_it_is_kept_for_some_seconds_and_then_asked_for_by_its_tag(
    public: FlaskClient, path: str
) -> None:
    answer = public.get(path)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    rules = answer.cache_control
    assert rules.public
    assert 0 < (rules.max_age or 0) <= 15
    tag = answer.headers["ETag"]
    assert not tag.startswith("W/")
    again = public.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    packed = public.get(path, headers={"Accept-Encoding": "gzip"})
    assert len(packed.data) < len(answer.data)
    assert packed.headers["ETag"] != tag


@pytest.mark.parametrize("path", ["/b/{}", "/b/{}/rss", "/api/v1/public/branches/{}"])
def test_a_branch_that_is_switched_off_is_answered_as_one_that_does_not_exist(
    public: FlaskClient, path: str
) -> None:
    answers = [public.get(path.format(branch)) for branch in (TOWN_HALL, "nowhere")]
    assert [answer.status_code for answer in answers] == [404, 404]
    if path.startswith("/b/"):
        assert answers[0].data == answers[1].data
    assert answers[0].headers["Cache-Control"] == "no-store"


def test_the_overview_has_the_branches_that_are_switched_on(public: FlaskClient) -> None:
    listed = public.get("/api/v1/public/branches").json
    assert listed
    assert [line["branch"] for line in listed["branches"]] == [LIBRARY]
    assert "Rådhuset" not in text_of(public.get("/b"))
    assert "Biblioteket" in text_of(public.get("/b"))


def test_programs_of_other_sites_may_read_it(public: FlaskClient) -> None:
    assert public.get(API).headers["Access-Control-Allow-Origin"] == "*"


def test_the_page_holds_nothing_that_a_request_has_put_into_it(public: FlaskClient) -> None:
    page = public.get(f"/b/{LIBRARY}?lang=da&utm=somebody")
    assert "somebody" not in page.text
    assert page.data == public.get(f"/b/{LIBRARY}?lang=da").data
    public.set_cookie("queue_lang", "en")
    assert public.get(f"/b/{LIBRARY}?lang=da").data == page.data


def test_the_catalogue_has_what_the_profile_requires(
    settings: Settings, redis_client: Redis
) -> None:
    assert redis_client.dbsize() == 0
    web_app = WebApp.open(replace(settings, publisher="Holbæk Kommune"))
    switch_on(web_app)
    found = web_app.app.test_client().get("/b/dcat.jsonld").get_json(force=True)
    assert found["publisher"]["name"] == "Holbæk Kommune"
    (dataset,) = found["dataset"]
    for part in (found, dataset):
        assert {*part["title"]} == {*part["description"]} == {"da", "en"}
    assert [one["accessURL"] for one in dataset["distribution"]] == [API, f"/b/{LIBRARY}/rss"]


def test_without_a_publisher_there_is_no_catalogue(public: FlaskClient) -> None:
    assert public.get("/b/dcat.jsonld").status_code == 404


def test_search_engines_read_hours_and_services(public: FlaskClient) -> None:
    page = public.get(f"/b/{LIBRARY}?lang=en").text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found
    office, *services = json.loads(found[1])["@graph"]
    assert len(office["openingHoursSpecification"]) >= 7
    assert office["openingHoursSpecification"][0]["closes"] == "23:59"
    assert "Passport" in {service["name"] for service in services}


def feed(browser: FlaskClient, language: str) -> Xml.Element:
    answer = browser.get(f"/b/{LIBRARY}/rss?lang={language}")
    return Xml.fromstring(answer.data)  # noqa: S314 - our own service


def test_the_feed_keeps_its_guid_while_nothing_changes(public: FlaskClient) -> None:
    feeds = [feed(public, "en"), feed(public, "en")]
    assert [one.findtext("channel/item/title") for one in feeds] == ["Biblioteket: Open"] * 2
    assert feeds[0].findtext("channel/item/description") == "Nobody is waiting."
    assert feeds[0].findtext("channel/item/guid") == feeds[1].findtext("channel/item/guid")
    assert feed(public, "da").findtext("channel/item/title") == "Biblioteket: åbent"


def test_the_links_of_the_feed_have_a_host(settings: Settings, redis_client: Redis) -> None:
    assert redis_client.dbsize() == 0
    web_app = WebApp.open(replace(settings, public_url="https://queue.example.dk"))
    switch_on(web_app)
    found = feed(web_app.app.test_client(), "en")
    page = f"https://queue.example.dk/b/{LIBRARY}?lang=en"
    assert [found.findtext(f"channel/{each}link") for each in ("", "item/")] == [page, page]


def test_the_wait_is_the_largest_on_the_page(
    service: Service, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    own = own_service()
    counter = {"id": "1", "name": "Skranke 1"}
    branch = service.branch(
        public_page=True, services=[own], counters=[counter], teams=[], goals=[]
    )
    put_in_force(service, own["id"])
    service.client.hset(BranchKeys(branch).estimates, f"{own['id']}|each", "300000|600000")
    clerk = service.api("clerk", branch)
    clerk.post(f"/branches/{branch}/counters/1/open")
    clerk.post(f"/branches/{branch}/visits", service=own["id"])
    page = first_page(new_context(**PHONE, lang="da"))
    page.goto(f"/b/{branch}")
    answer = page.locator(".now__answer")
    expect(answer).to_have_text("10–20 min")
    expect(page.locator("#now")).to_contain_text("1 person venter")
    expect(page.locator("#updated")).to_contain_text("Opdateret kl.")
    sizes = page.locator("main *").evaluate_all(FONT_SIZES)
    assert answer.evaluate_all(FONT_SIZES) == [max(sizes)]
    page.locator(".errand summary").press("Enter")
    expect(page.get_by_role("heading", name="Tag med")).to_be_visible()
    assert_accessible(page)
    for size in each_size(page):
        assert fits(page), size
    assert_accessible(page)


def test_a_service_has_its_description_its_hours_and_its_next_opening(
    web_app: WebApp,
) -> None:
    queue: Queue = web_app.app.extensions["queue"]
    today = moment(get_branch(queue, LIBRARY), queue.store.time()).date
    another = WEEKDAYS[(weekday_of(today) + 3) % 7]  # also if midnight passes meanwhile
    switch_on(web_app)
    plain = dict(get_branch(queue, LIBRARY).document)
    first, *others = plain["services"]
    first = {**first, "hours": {another: ALWAYS[another]}, "description": {"da": "Nyt og fornyet"}}
    changes = {"services": [first, *others], "opening_hours": ALWAYS, "hours_exceptions": []}
    put_branch(queue, LIBRARY, parse_config({**plain, **changes}))
    client = web_app.app.test_client()
    found = client.get(API).json
    assert found
    services = {one["id"]: one for one in found["services"]}
    shown = PublicServiceAnswer(**services[first["id"]])
    assert (shown.issuing, shown.description) == (False, {"da": "Nyt og fornyet"})
    assert shown.opens_at
    assert sorted(len(day.hours) for day in shown.hours or ()) == [0, 0, 0, 0, 0, 0, 1]
    assert services[others[0]["id"]]["hours"] is None
    page = text_of(client.get(f"/b/{LIBRARY}?lang=da"))
    assert "Nyt og fornyet" in page
    assert re.search(r"Åbner \w+dag kl\. 0\.00", page)
