"""The administrator's pages: screens and tokens, people, and new branches."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.test import TestResponse

from queue_service.access.operations import access
from queue_service.access.operations.attempts import PAIR_LIMIT
from queue_service.access.rules.credentials import digest
from queue_service.access.rules.lifetimes import CONFIRMED_MS
from queue_service.branches.rules.dates_and_hours import WEEKDAYS
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.archiving import archive
from queue_service.configuration.operations import put_branch
from queue_service.events.contract import GROUPS
from queue_service.runtime.settings import Settings
from queue_service.visits.operations import issuing
from queue_service.visits.store.visit_store import VisitStore
from queue_service.web.security.route_roles import rules
from tests.desks import document
from tests.web.web_app import (
    LIBRARY,
    PASSWORD,
    TOWN_HALL,
    WebApp,
    csrf,
    log_in,
    send,
    text_of,
)


@pytest.fixture
def local(web_app: WebApp, admin_client: FlaskClient) -> FlaskClient:
    """The browser of the library's own administrator."""
    assert admin_client.get("/admin").status_code == 200
    return web_app.staff("lokal", "admin", LIBRARY)


def value(page: TestResponse, field: str) -> str:
    """The value of a page's input."""
    found = re.search(f'id="{field}" value="([^"]*)"', page.text)
    assert found, f"the page has no {field}"
    return found[1]


@pytest.mark.parametrize(
    "path",
    [
        "/admin/screens/link",
        "/admin/screens/token",
        "/admin/screens/x/revoke",
        "/admin/people",
        "/admin/people/chef",
        "/admin/people/chef/password",
        "/admin/people/chef/remove",
        "/admin/new",
        f"/admin/branches/{LIBRARY}/hours",
        f"/admin/branches/{LIBRARY}/file",
    ],
)
def test_no_form_works_without_the_pages_word(admin_client: FlaskClient, path: str) -> None:
    assert admin_client.post(path).status_code == 403


def test_a_replayed_branch_is_proposed_for_no_login_and_no_screen(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    put_branch(web_app.app.extensions["queue"], "aaa", document(historic=True, name="Aaa"))
    people = admin_client.get("/admin/people").text
    add = people[people.index('id="add-branch"') :]
    chosen = re.search(r'<option value="([^"]*)" selected', add)
    assert chosen is not None
    assert chosen[1] == LIBRARY
    screens = admin_client.get("/admin/screens").text
    link = screens[screens.index('id="link-branch"') :].partition("</select>")[0]
    assert f'value="{LIBRARY}"' in link
    assert 'value="aaa"' not in link


def test_a_link_made_here_sets_a_screen_up(web_app: WebApp, admin_client: FlaskClient) -> None:
    made = send(admin_client, "/admin/screens/link", role="kiosk", branch=LIBRARY, label="Indgang")
    assert made.headers["Cache-Control"] == "no-store"
    address = value(made, "link-address")
    assert address.startswith("http://localhost/enrol/")
    screen = web_app.app.test_client()
    assert screen.post(address).headers["Location"] == f"/kiosk/{LIBRARY}"
    page = text_of(admin_client.get("/admin/screens"))
    assert "Indgang" in page
    assert "Numre herfra, der ikke er kaldt" in page
    (token,) = web_app.store.tokens()
    done = send(admin_client, f"/admin/screens/{token.id}/revoke")
    assert done.status_code == 303
    assert "Adgangen er fjernet." in text_of(admin_client.get(done.headers["Location"]))
    web_app.gate.forget(token.id)
    assert screen.get(f"/kiosk/{LIBRARY}").status_code == 401


def test_every_group_of_events_of_a_webhook_has_words(admin_client: FlaskClient) -> None:
    page = admin_client.get("/admin/webhooks").text
    labels = re.findall(r'value="([a-z]+\.\*)"[^>]*> <span>([^<]*)</span>', page)
    assert {name for name, _ in labels} == {*GROUPS}
    assert [name for name, label in labels if label == name] == []


def test_branches_that_are_all_archived_are_not_taken_for_none(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    queue = web_app.app.extensions["queue"]
    *others, last = queue.get(BranchStore).ids()
    for branch in others:
        archive(queue, branch)
    assert "Ingen afdeling er i brug" not in text_of(admin_client.get("/admin"))
    archive(queue, last)
    page = text_of(admin_client.get("/admin"))
    assert "Ingen afdeling er i brug" in page
    assert f"Alle {len(others) + 1} afdelinger er arkiveret" in page
    assert "Der er ingen afdeling endnu" not in page
    assert "Opret den første afdeling" not in page


@pytest.mark.parametrize(
    ("numbers", "left", "reported"), [("", 2, ""), ("60", 0, "2 numre er annulleret")]
)
def test_the_numbers_of_a_kiosk_that_was_misused_end_with_its_access(
    web_app: WebApp, admin_client: FlaskClient, numbers: str, left: int, reported: str
) -> None:
    token, _ = access.create_token(web_app.store, "kiosk", LIBRARY, now=web_app.store.now())
    queue = web_app.app.extensions["queue"]
    always = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
    put_branch(queue, LIBRARY, document(opening_hours=always))
    for _ in range(2):
        issuing.issue(queue, Command(LIBRARY, token.caller()), "pas")
    assert "Numre herfra" not in text_of(admin_client.get("/admin/screens")), "of screens alone"
    done = send(admin_client, f"/admin/screens/{token.id}/revoke", numbers=numbers)
    assert done.status_code == 303
    assert len(queue.get(VisitStore).open_visits(LIBRARY)) == left
    page = text_of(admin_client.get(done.headers["Location"]))
    assert reported in page
    assert ("Adgangen er fjernet." in page) == (not reported)
    assert "Adgangen er fjernet" in page


@pytest.mark.parametrize(
    ("headers", "begins"),
    [
        ({"Host": "evil.example"}, None),
        ({"Host": "evil.example", "Origin": "http://10.0.0.5:8000"}, None),
        ({"Host": "8.8.8.8"}, None),
        ({"Host": "localhost:8000", "X-Forwarded-Host": "evil.example"}, "http://localhost:8000/"),
        ({"Host": "10.0.0.5:8000"}, "http://10.0.0.5:8000/"),
        ({"Host": "[fd00::5]:8000"}, "http://[fd00::5]:8000/"),
        ({"Host": "queue.example", "Origin": "http://queue.example"}, "http://queue.example/"),
    ],
)
def test_a_forged_host_leads_nowhere(
    web_app: WebApp, headers: dict[str, str], begins: str | None
) -> None:
    made = link_at(web_app, headers)
    assert "evil.example" not in made.text
    if begins is None:
        assert made.status_code == 422
        assert "Sæt QUEUE_PUBLIC_URL" in text_of(made)
    else:
        assert value(made, "link-address").startswith(f"{begins}enrol/")


def test_the_public_address_is_that_of_a_link(settings: Settings, redis_client: Redis) -> None:
    assert redis_client.dbsize() == 0
    web_app = WebApp.open(replace(settings, public_url="https://queue.example.dk"))
    made = link_at(web_app, {"Host": "evil.example"})
    assert value(made, "link-address").startswith("https://queue.example.dk/enrol/")


def link_at(web_app: WebApp, headers: dict[str, str]) -> TestResponse:
    """Ask for a link at another host; a test's browser would keep its cookie to itself."""
    known = {**web_app.bearer("admin"), **headers}
    form = {"role": "kiosk", "branch": LIBRARY}
    return web_app.app.test_client().post("/admin/screens/link", data=form, headers=known)


def test_a_token_made_here_is_shown_once(web_app: WebApp, admin_client: FlaskClient) -> None:
    made = send(admin_client, "/admin/screens/token", role="metrics", branch="", label="Prometheus")
    secret = value(made, "token-secret")
    header = {"Authorization": f"Bearer {secret}"}
    assert web_app.app.test_client().get("/metrics", headers=header).status_code == 200
    assert secret not in admin_client.get("/admin/screens").text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/admin/screens/link", {"role": "kiosk", "branch": TOWN_HALL}),
        ("/admin/screens/token", {"role": "admin", "branch": ""}),
        ("/admin/people", {"name": "x", "role": "admin", "branch": ""}),
        ("/admin/people/lokal", {"role": "admin", "branch": ""}),
        ("/admin/people/chef/password", {"password": "a new password"}),
        ("/admin/people/chef/remove", {}),
        ("/admin/new", {"branch": "ny", "name": "Ny"}),
        (f"/admin/branches/{TOWN_HALL}/hours", {}),
        (f"/admin/branches/{TOWN_HALL}/file", {}),
    ],
)
def test_an_administrator_of_one_branch_stays_there(
    web_app: WebApp, local: FlaskClient, path: str, fields: dict[str, str]
) -> None:
    before = web_app.store.accounts(), web_app.store.tokens()
    assert send(local, path, **fields).status_code == 403
    assert (web_app.store.accounts(), web_app.store.tokens()) == before
    assert "Rådhuset" not in local.get("/admin").text
    assert "chef" not in text_of(local.get("/admin/people"))


def test_an_account_without_a_password_gets_one(web_app: WebApp, admin_client: FlaskClient) -> None:
    made = send(admin_client, "/admin/people", name="Skranke", role="clerk", branch=LIBRARY)
    password = value(made, "told-password")
    browser = web_app.app.test_client()
    assert log_in(browser, "skranke", password).status_code == 303
    again = send(admin_client, "/admin/people/skranke/password", password="a new password")
    assert "told-password" not in again.text
    assert log_in(web_app.app.test_client(), "skranke", "a new password").status_code == 303


def test_a_wrong_form_says_what_to_correct_and_changes_nothing(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    before = web_app.store.accounts()
    answer = send(
        admin_client, "/admin/people", name="leder", role="clerk", branch="", password="short"
    )
    assert answer.status_code == 422
    assert "Brug mindst 10 tegn." in text_of(answer)
    assert 'value="leder"' in answer.text
    assert "short" not in answer.text
    assert web_app.store.accounts() == before


def test_a_changed_own_password_keeps_this_login_alone(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    other = web_app.app.test_client()
    log_in(other, "chef")
    assert (
        send(admin_client, "/admin/people/chef/password", password="a new password").status_code
        == 200
    )
    (account,) = web_app.store.accounts()
    web_app.gate.forget(account.id)
    assert admin_client.get("/admin").status_code == 200
    assert other.get("/admin").status_code == 303


def test_the_last_administrator_cannot_be_closed(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    answer = send(admin_client, "/admin/people/chef/remove")
    assert answer.status_code == 409
    assert "den sidste administrator" in text_of(answer)
    assert [account.name for account in web_app.store.accounts()] == ["chef"]


def test_a_branch_is_added_empty_or_like_another_and_none_is_replaced(
    admin_client: FlaskClient,
) -> None:
    for branch, status in (("ny", 303), (TOWN_HALL, 422), ("Bad Id", 422)):
        fields = {"branch": branch, "name": "Den nye", "like": LIBRARY}
        assert send(admin_client, "/admin/new", **fields).status_code == status
    assert "Rådhuset" in text_of(admin_client.get("/admin"))
    page = text_of(admin_client.get("/admin/branches/ny"))
    assert "Den nye" in page
    assert "Pas" in page
    assert send(admin_client, "/admin/new", branch="tom", name="Tom").status_code == 303
    assert "Pas" not in text_of(admin_client.get("/admin/branches/tom"))


def test_the_id_of_a_new_branch_is_made_from_its_name_where_none_is_written(
    admin_client: FlaskClient,
) -> None:
    for expected in ("koege-bibliotek", "koege-bibliotek-2"):
        answer = send(admin_client, "/admin/new", branch="", name="Køge Bibliotek")
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"/admin/branches/{expected}/checklist"


def still_missing(admin_client: FlaskClient, branch: str) -> str:
    """The missing parts that the branch's page lists; empty if there are none."""
    page = admin_client.get(f"/admin/branches/{branch}").text
    found = re.search(r'aria-labelledby="h-missing".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def test_the_missing_parts_of_a_branch_are_listed_until_they_exist(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    def set_screens_up(branch: str) -> None:
        for role in ("kiosk", "display"):
            made = send(admin_client, "/admin/screens/link", role=role, branch=branch)
            web_app.app.test_client().post(value(made, "link-address"))

    send(admin_client, "/admin/new", branch="tom", name="Tom")
    reported = still_missing(admin_client, "tom")
    for word in ("åbningstider", "ydelse", "skranke", "nogen kiosk", "venteskærm"):
        assert word in reported, word
    set_screens_up("tom")
    reported = still_missing(admin_client, "tom")
    assert "venteskærm" not in reported
    assert "nogen kiosk" not in reported
    assert "åbningstider" in reported

    send(admin_client, "/admin/new", branch="fuld", name="Fuld", like=LIBRARY)
    reported = still_missing(admin_client, "fuld")
    assert "nogen kiosk" in reported
    assert "åbningstider" not in reported
    set_screens_up("fuld")
    reported = still_missing(admin_client, "fuld")
    assert "nogen kiosk" not in reported
    assert "ikke sat nogen skærm op til Skærm 1" in reported
    made = send(admin_client, "/admin/screens/link", screen="fuld/screen-1")
    booth = web_app.app.test_client()
    assert booth.post(value(made, "link-address")).headers["Location"] == "/screen/fuld/screen-1"
    assert booth.get("/screen/fuld/screen-1").status_code == 200
    assert still_missing(admin_client, "fuld") == ""
    assert "Videoskærm · Skærm 1" in text_of(admin_client.get("/admin/screens"))


@pytest.mark.parametrize("screen", [f"{LIBRARY}/1", f"{LIBRARY}/nowhere", "nowhere/screen-1"])
def test_only_a_video_counter_has_a_screen_of_its_own(
    web_app: WebApp, admin_client: FlaskClient, screen: str
) -> None:
    refused = send(admin_client, "/admin/screens/link", screen=screen)
    assert refused.status_code >= 400
    assert 'id="refusal-link"' in refused.text
    assert "link-address" not in refused.text
    own = web_app.staff("egen", "admin", TOWN_HALL)
    assert send(own, "/admin/screens/link", screen=f"{LIBRARY}/screen-1").status_code == 403


def test_the_screen_of_a_counter_is_found_among_the_others(admin_client: FlaskClient) -> None:
    assert f'href="/screen/{LIBRARY}/screen-1"' in admin_client.get("/").text
    page = admin_client.get("/admin/screens").text
    assert f'value="{LIBRARY}/screen-1"' in page
    branch = admin_client.get(f"/admin/branches/{LIBRARY}").text
    assert f'name="screen" value="{LIBRARY}/screen-1"' in branch


def test_the_id_of_a_service_is_in_its_form(admin_client: FlaskClient) -> None:
    page = admin_client.get(f"/admin/branches/{TOWN_HALL}/services").text
    assert "<code>pas</code>" in page


def test_everything_wrong_with_a_new_branch_or_login_is_reported_at_its_field(
    admin_client: FlaskClient,
) -> None:
    for path, fields, ids in (
        ("/admin/new", {"name": "", "branch": "Å"}, ("new-name", "new-branch")),
        (
            "/admin/people",
            {"name": "Æ!", "role": "clerk", "branch": "", "password": "x"},
            ("add-name", "add-password"),
        ),
    ):
        answer = send(admin_client, path, **fields)
        assert answer.status_code == 422
        for field in ids:
            assert f'href="#{field}"' in answer.text, "the summary leads there"
            assert re.search(
                rf'id="{field}"[^>]*aria-invalid="true"[^>]*"[^"]*{field}-fault', answer.text
            )
            assert f'id="{field}-fault"' in answer.text


@pytest.mark.parametrize("path", ["/admin/screens/link", "/admin/people/chef/password"])
def test_the_address_of_an_answer_can_be_opened_again(admin_client: FlaskClient, path: str) -> None:
    assert admin_client.get(f"{path}?lang=en").status_code == 303


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "phones have no address to answer at"),
        ({"public_url": "https://queue.example.dk"}, None),
        ({"sample": True, "redis_url": None}, "http://127.0.0.1:8000, which only this machine"),
        ({"sample": True, "redis_url": None, "host": "10.0.0.7"}, "which only phones in this"),
    ],
)
def test_the_form_says_where_the_code_on_slips_leads(
    admin_client: FlaskClient, changes: dict[str, Any], sentence: str | None
) -> None:
    extensions = admin_client.application.extensions
    extensions["queue_settings"] = replace(extensions["queue_settings"], **changes)
    text = text_of(admin_client.get(f"/admin/branches/{LIBRARY}/general?lang=en"))
    assert sentence in text if sentence else "QUEUE_PUBLIC_URL" not in text


def test_days_that_are_ticked_get_the_hours_also_where_the_form_is_saved_at_once(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    path = f"/admin/branches/{LIBRARY}/hours"
    seen = re.search(r'name="seen" value="([^"]*)"', admin_client.get(path).text)
    assert seen is not None
    answer = send(
        admin_client,
        path,
        seen=seen[1],
        **{"hours-mon-0-from": "9", "hours-mon-0-until": "15"},
        **{"copy-from": "mon", "copy-to-tue": "1", "copy-to-sun": "1"},
    )
    assert answer.status_code == 303
    queue: Queue = web_app.app.extensions["queue"]
    week = queue.get(BranchStore).get(LIBRARY).document["opening_hours"]
    assert week == {day: [["09:00", "15:00"]] for day in ("mon", "tue", "sun")}


def test_a_change_of_access_asks_for_the_password_that_was_given_long_ago(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    add = {"name": "ny", "role": "clerk", "branch": LIBRARY, "password": "tre andre ord"}
    make_unconfirmed(web_app, admin_client)
    asked = send(admin_client, "/admin/people", **add)
    assert asked.status_code == 403
    assert "Er det dig?" in text_of(asked)
    assert asked.headers["Cache-Control"] == "no-store"
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked.text))
    assert fields == {**csrf(admin_client), **add}
    wrong = send(admin_client, "/admin/people", **add, confirmation="not the password")
    assert wrong.status_code == 403
    assert "Adgangskoden er forkert" in text_of(wrong)
    assert "not the password" not in wrong.text
    assert [account.name for account in web_app.store.accounts()] == ["chef"]
    done = send(admin_client, "/admin/people", **add, confirmation=PASSWORD)
    assert done.status_code == 200
    assert send(admin_client, "/admin/people/ny/remove").status_code == 303, "once in ten minutes"


CONFIRMED = [route for route, rule in rules().items() if rule.confirmed]


@pytest.mark.parametrize("path", [path for _, path in CONFIRMED if path.startswith("/admin/")])
def test_no_change_of_access_is_made_without_the_password(
    web_app: WebApp, admin_client: FlaskClient, path: str
) -> None:
    make_unconfirmed(web_app, admin_client)
    asked = send(admin_client, path.replace("<name>", "chef"), role="kiosk", branch=LIBRARY)
    assert asked.status_code == 403
    assert 'name="confirmation"' in asked.text
    known = web_app.bearer("admin")
    program = web_app.app.test_client().post(path.replace("<name>", "chef"), headers=known)
    assert 'name="confirmation"' not in program.text, "a program has no password"


@pytest.mark.parametrize("route", [route for route in CONFIRMED if route[1].startswith("/api/")])
def test_neither_is_one_over_the_api(
    web_app: WebApp, admin_client: FlaskClient, route: tuple[str, str]
) -> None:
    make_unconfirmed(web_app, admin_client)
    method, path = route[0], route[1].replace("<branch>", LIBRARY)
    word = {"X-CSRF-Token": csrf(admin_client)["csrf_token"]}
    asked = admin_client.open(path, method=method, json={}, headers=word)
    assert (asked.status_code, asked.mimetype) == (403, "application/problem+json")
    assert "password" in asked.get_json()["detail"]
    known = web_app.bearer("admin")
    program = web_app.app.test_client().open(path, method=method, json={}, headers=known)
    assert program.status_code in (404, 422), "a program has no password"


def test_the_password_of_a_confirmation_cannot_be_guessed(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    make_unconfirmed(web_app, admin_client)
    form = {"role": "kiosk", "branch": LIBRARY, "confirmation": "wrong"}
    tried = [send(admin_client, "/admin/screens/link", **form) for _ in range(PAIR_LIMIT + 1)]
    assert [answer.status_code for answer in tried] == [403] * PAIR_LIMIT + [429]
    assert "Retry-After" in tried[-1].headers


def make_unconfirmed(web_app: WebApp, browser: FlaskClient) -> None:
    """Let ten minutes pass since the browser's login."""
    cookie = browser.get_cookie("queue_session")
    assert cookie is not None
    session = web_app.store.session(digest(cookie.value))
    assert session is not None
    web_app.store.prove_session(session, web_app.store.now() - CONFIRMED_MS)


def test_a_person_works_in_several_branches(web_app: WebApp, admin_client: FlaskClient) -> None:
    browser = web_app.staff("begge", "clerk", LIBRARY)
    assert browser.get(f"/dashboards/{TOWN_HALL}").status_code == 403
    more = {"role": "supervisor", "branch": TOWN_HALL}
    assert send(admin_client, "/admin/people/begge/roles", **more).status_code == 303
    (account,) = [each for each in web_app.store.accounts() if each.name == "begge"]
    web_app.gate.forget(account.id)
    assert browser.get("/").status_code == 303, "the logins of before end"
    log_in(browser, "begge")
    opened = {
        path: browser.get(path).status_code
        for branch in (LIBRARY, TOWN_HALL)
        for path in (f"/counter/{branch}", f"/dashboards/{branch}", f"/paper/{branch}")
    }
    assert opened == {
        f"/counter/{LIBRARY}": 200, f"/dashboards/{LIBRARY}": 403, f"/paper/{LIBRARY}": 200,
        f"/counter/{TOWN_HALL}": 403, f"/dashboards/{TOWN_HALL}": 200, f"/paper/{TOWN_HALL}": 200,
    }  # fmt: skip
    start = browser.get("/").text
    for path, status in opened.items():
        assert (f'href="{path}"' in start) == (status == 200), path
    assert browser.get("/api/v1/branches?as=staff").get_json()["branches"][1]["id"] == TOWN_HALL
    assert browser.get("/admin").status_code == 403
    remove = "/admin/people/begge/roles/remove"
    assert f'action="{remove}"' in admin_client.get("/admin/people").text
    assert send(admin_client, remove, **more).status_code == 303
    web_app.gate.forget(account.id)
    log_in(browser, "begge")
    assert browser.get(f"/dashboards/{TOWN_HALL}").status_code == 403
    assert f'action="{remove}"' not in admin_client.get("/admin/people").text
