"""A new branch from the ready services, and its checklist."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from redis import Redis

from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import coming_days, moment
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.archiving import archive
from queue_service.configuration.operations import put_branch
from queue_service.configuration.ready import HOURS, ready_branch, ready_services
from queue_service.interventions import operations as interventions
from queue_service.interventions.rules import Wanted
from queue_service.language.languages import LANGUAGES
from queue_service.visits.operations import issuing
from tests.desks import CLERK, document
from tests.web.web_app import LIBRARY, WebApp, send, text_of

ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@pytest.fixture
def queue_of(web_app: WebApp) -> Queue:
    found: Queue = web_app.app.extensions["queue"]
    return found


def found_in(queue: Queue, branch: str) -> Branch:
    queue.get(BranchStore).forget(branch)
    return queue.get(BranchStore).get(branch)


def as_proposed(admin: FlaskClient) -> dict[str, str]:
    """The fields of the form as it is opened."""
    page = admin.get("/admin/new").text
    assert "?lang=en" in page
    assert "?lang=de" not in page, "it offers the languages of staff alone"
    ticked = re.findall(r'name="(new-(?:service|language)-[a-z]+)" value="1" checked', page)
    inputs = re.findall(r'value="([^"]*)" id="(new-(?:hours|counters)[^"]*)"', page)
    return {**dict.fromkeys(ticked, "1"), **{name: value for value, name in inputs}}


def test_every_ready_service_has_its_name_in_each_language_and_its_own_letters() -> None:
    services = ready_services()
    assert all(one.name.keys() == LANGUAGES.keys() for one in services)
    wanted = ready_branch("Alle", {one.id for one in services}, [*LANGUAGES], HOURS, 50)
    document = parse_config(wanted, "alle")
    assert len(document["services"]) == len(services)
    assert not {"O", "I"} & {one["prefix"] for one in document["services"]}


def test_the_proposal_makes_a_branch_that_lacks_only_screens(
    queue_of: Queue, admin_client: FlaskClient
) -> None:
    fields = as_proposed(admin_client) | {"name": "Borgerservice", "branch": ""}
    answer = send(admin_client, "/admin/new", **fields)
    assert answer.headers["Location"] == "/admin/branches/borgerservice/checklist"
    branch = found_in(queue_of, "borgerservice")
    ticked = [one.id for one in ready_services() if one.ticked]
    assert [*branch.services] == ticked
    assert branch.services["pas"].pictogram == "passport"
    assert branch.languages == ("da", "en")
    assert branch.services["pas"].name == {"da": "Pas", "en": "Passport"}
    assert [counter.name for counter in branch.counters.values()] == ["Skranke 1", "Skranke 2"]
    assert {
        day: [[*span] for span in spans] for day, spans in branch.opening_hours.items()
    } == HOURS
    page = admin_client.get(answer.headers["Location"]).text
    assert steps_of(page) == {
        "hours": True, "services": True, "counters": True, "kiosk": False, "display": False,
        "people": False, "ticket": False,
    }  # fmt: skip


def steps_of(page: str) -> dict[str, bool]:
    """Whether each step of a checklist is done."""
    found = re.findall(r'<li class="steps__one row( steps__one--done)?" id="step-([^"]+)"', page)
    return {step: bool(done) for done, step in found}


@pytest.mark.parametrize(
    ("fields", "id_", "reason"),
    [
        ({"new-hours-mon-0-from": "9", "new-hours-mon-0-until": "8"}, "hours-mon-0-until", "Slut "),
        ({"new-hours-mon-0-from": "soon"}, "hours-mon-0-from", "Skriv et klokkeslæt"),
        ({"new-counters": "51"}, "counters", "Skriv et helt tal fra 0 til 50."),
        ({"new-counters": "-1"}, "counters", "Skriv et helt tal fra 0 til 50."),
        ({"name": ""}, "name", "Skriv et navn."),
    ],
)
def test_a_wrong_field_is_named_and_the_form_keeps_what_was_written(
    queue_of: Queue, admin_client: FlaskClient, fields: dict[str, str], id_: str, reason: str
) -> None:
    before = queue_of.get(BranchStore).ids()
    wanted = {"name": "Ny", "branch": "ny", "new-service-laan": "1"} | fields
    answer = send(admin_client, "/admin/new", **wanted)
    assert answer.status_code == 422
    assert f'href="#new-{id_}"' in answer.text
    assert reason in text_of(answer)
    assert 'name="new-service-laan" value="1" checked' in answer.text
    assert 'name="new-service-pas" value="1" checked' not in answer.text
    assert queue_of.get(BranchStore).ids() == before


def test_services_have_their_names_in_the_chosen_languages(
    queue_of: Queue, admin_client: FlaskClient
) -> None:
    ticked = ("new-service-laan", "new-language-so", "new-language-da")
    send(admin_client, "/admin/new", name="Ny", branch="ny", **dict.fromkeys(ticked, "1"))
    branch = found_in(queue_of, "ny")
    assert branch.languages == ("da", "so")
    assert branch.services["laan"].name == {"da": "Lån af bøger", "so": "Amaahashada buugaagta"}


def test_the_most_counters_and_none_at_all(queue_of: Queue, admin_client: FlaskClient) -> None:
    for name, counters in (("mange", 50), ("ingen", 0)):
        send(admin_client, "/admin/new", name=name, branch=name, **{"new-counters": str(counters)})
        assert len(found_in(queue_of, name).counters) == counters


def test_the_checklist_ticks_off_what_is_done(
    web_app: WebApp, queue_of: Queue, admin_client: FlaskClient
) -> None:
    path = f"/admin/branches/{LIBRARY}/checklist"
    put_branch(queue_of, LIBRARY, document(opening_hours=ALWAYS))
    before = steps_of(admin_client.get(path).text)
    assert not any(before[step] for step in ("kiosk", "display", "people", "ticket"))
    for role in ("kiosk", "display"):
        web_app.screen(role)
    web_app.account("skranke", "clerk", LIBRARY)
    assert "1 trin mangler" in text_of(admin_client.get(path))
    issuing.issue(queue_of, Command(LIBRARY, CLERK), "pas")
    done = admin_client.get(path)
    assert all(steps_of(done.text).values())
    assert "Alt er sat op." in text_of(done)


def test_a_screen_is_paired_from_the_checklist(
    web_app: WebApp, admin_client: FlaskClient, visitor: FlaskClient
) -> None:
    path = f"/admin/branches/{LIBRARY}/checklist"
    assert "/pair på skærmen" in text_of(admin_client.get(path))
    code = "".join(re.findall(r"<span>([A-Z])</span>", visitor.get("/pair").text))
    query = f"code={code}&role=display&branch={LIBRARY}&back=checklist"
    question = admin_client.get(f"/admin/screens/pair?{query}").text
    assert '<option value="display" selected>' in question
    assert f'<option value="{LIBRARY}" selected>' in question
    assert 'name="back" value="checklist"' in question
    missed = admin_client.get(f"/admin/screens/pair?{query.replace(code, 'BBBBBB')}").text
    assert 'name="role" value="display"' in missed
    fields = {"code": code, "role": "display", "branch": LIBRARY, "back": "checklist"}
    assert send(admin_client, "/admin/screens/pair", **fields).headers["Location"] == path
    assert steps_of(admin_client.get(path).text)["display"]
    assert web_app.store.tokens()


def test_a_login_is_added_for_the_branch_of_the_checklist(admin_client: FlaskClient) -> None:
    page = admin_client.get(f"/admin/branches/{LIBRARY}/checklist").text
    assert f'href="/admin/people?branch={LIBRARY}#new-login"' in page
    for branch in ("biblioteket", "raadhuset"):
        form = admin_client.get(f"/admin/people?branch={branch}").text
        assert f'<option value="{branch}" selected>' in form.partition('id="add-branch"')[2]


def test_the_login_of_another_branch_is_no_help_here(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    web_app.account("anden", "clerk", "raadhuset")
    assert not steps_of(admin_client.get(f"/admin/branches/{LIBRARY}/checklist").text)["people"]


def test_a_closed_branch_is_opened_for_today_to_try_it(
    queue_of: Queue, admin_client: FlaskClient
) -> None:
    path = f"/admin/branches/{LIBRARY}/checklist"
    put_branch(queue_of, LIBRARY, document(opening_hours={}, hours_exceptions=[]))
    closed = admin_client.get(path)
    assert "Afdelingen har lukket nu" in text_of(closed)
    assert f'action="{path}/open-today"' in closed.text
    for _ in range(2):
        assert send(admin_client, f"{path}/open-today").status_code == 303
    branch = found_in(queue_of, LIBRARY)
    assert moment(branch, queue_of.store.time()).open
    assert len(branch.hours_exceptions) == 1
    assert branch.hours_exceptions[0].note["da"] == "Åbnet for at prøve"
    opened = admin_client.get(path)
    assert f'href="/kiosk/{LIBRARY}"' in opened.text
    issuing.issue(queue_of, Command(LIBRARY, CLERK), "pas")
    revision = branch.edition
    refused = send(admin_client, f"{path}/open-today")
    assert refused.status_code == 409
    assert "Afdelingen har givet numre" in text_of(refused)
    assert found_in(queue_of, LIBRARY).edition == revision


@pytest.mark.parametrize("own", [[], [{"hours": [], "note": {"da": "Juleaften"}}]])
def test_a_trial_is_taken_back_and_the_day_has_its_former_hours(
    queue_of: Queue, admin_client: FlaskClient, own: list[dict[str, Any]]
) -> None:
    path = f"/admin/branches/{LIBRARY}/checklist"
    today = moment(found_in(queue_of, LIBRARY), queue_of.store.time()).date
    dated = [{"date": "2001-02-03", "hours": []}, *({"date": today, **each} for each in own)]
    before = document(opening_hours={}, hours_exceptions=dated, languages=["da", "so"])
    put_branch(queue_of, LIBRARY, before)
    assert 'id="trial"' not in admin_client.get(path).text
    send(admin_client, f"{path}/open-today")
    put_branch(queue_of, LIBRARY, {**found_in(queue_of, LIBRARY).document, "name": "Nyt navn"})
    for address in (path, path.removesuffix("/checklist")):
        assert 'id="trial"' in admin_client.get(address).text
    for _ in range(2):
        assert send(admin_client, f"{path}/close-today").status_code == 303
        assert found_in(queue_of, LIBRARY).document == parse_config({**before, "name": "Nyt navn"})
    assert 'id="trial"' not in admin_client.get(path).text


@pytest.mark.parametrize("way", ["closed", "archived"])
def test_a_trial_is_over_once_the_branch_is_closed_by_hand_or_archived(
    queue_of: Queue, admin_client: FlaskClient, way: str
) -> None:
    path = f"/admin/branches/{LIBRARY}"
    today = moment(found_in(queue_of, LIBRARY), queue_of.store.time()).date
    dated = [{"date": today, "hours": []}]
    put_branch(queue_of, LIBRARY, document(opening_hours=ALWAYS, hours_exceptions=dated))
    send(admin_client, f"{path}/checklist/open-today")
    pages = (path, f"{path}/checklist")
    assert all('id="trial"' in admin_client.get(page).text for page in pages)
    found = found_in(queue_of, LIBRARY)
    assert coming_days(found, queue_of.store.time())[0]["note"]["da"] == "Åbnet for at prøve"
    if way == "closed":
        interventions.begin(queue_of, Command(LIBRARY, CLERK), Wanted("carry_over"))
        found = found_in(queue_of, LIBRARY)
        assert coming_days(found, queue_of.store.time())[0]["note"] is None
    else:
        archive(queue_of, LIBRARY)
    assert not any('id="trial"' in admin_client.get(page).text for page in pages)


def test_a_day_that_is_open_around_the_clock_is_no_trial(
    queue_of: Queue, admin_client: FlaskClient
) -> None:
    today = moment(found_in(queue_of, LIBRARY), queue_of.store.time()).date
    dated = [{"date": today, "hours": [["00:00", "24:00"]], "note": {"da": "Kulturnat"}}]
    put_branch(queue_of, LIBRARY, document(hours_exceptions=dated))
    path = f"/admin/branches/{LIBRARY}/checklist"
    assert 'id="trial"' not in admin_client.get(path).text
    revision = found_in(queue_of, LIBRARY).edition
    assert send(admin_client, f"{path}/close-today").status_code == 303
    assert found_in(queue_of, LIBRARY).edition == revision


def test_without_any_branch_every_page_leads_to_the_first(
    web_app: WebApp, admin_client: FlaskClient, redis_client: Redis
) -> None:
    for branch in ("biblioteket", "raadhuset"):
        for key in redis_client.scan_iter(f"*{{{branch}}}*"):
            redis_client.delete(key)
        web_app.app.extensions["queue"].get(BranchStore).forget(branch)
    for path in ("/", "/admin"):
        page: Any = admin_client.get(path)
        assert 'href="/admin/new"' in page.text
        assert "Opret den første afdeling" in text_of(page)
    assert "Opret afdelingen" in text_of(admin_client.get("/admin/new"))
