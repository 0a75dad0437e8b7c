"""Swedish, added by the recipe alone: one entry of the list and a catalogue."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, Final, cast

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from playwright.sync_api import Browser, Page, expect
from redis import Redis
from werkzeug.serving import make_server

from queue_service.alerts.rules.alerts import Alert
from queue_service.alerts.rules.causes import AlertCause, Cause
from queue_service.alerts.rules.deliveries import OutgoingDelivery, delivery
from queue_service.alerts.rules.subscriptions import Subscription
from queue_service.app import create_app
from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.branch import Branch
from queue_service.configuration.operations import put_branch
from queue_service.errors import Invalid
from queue_service.language import catalogues
from queue_service.language.languages import LANGUAGES, Language
from queue_service.language.wording import Wording
from queue_service.reports import render
from queue_service.reports.report import Report
from queue_service.reports.store import ReportReader
from queue_service.runtime.settings import Settings
from queue_service.web.texts import COMMON_TEXTS
from tests.desks import document
from tests.reports.conftest import report, slow_week
from tests.web.service import ALWAYS
from tests.web.web_app import LIBRARY, WebApp
from workers.letters import letter
from workers.report_letter import letter as report_letter

__all__ = ["report", "slow_week"]

CODE: Final = "sv"
QUESTION: Final = "What can we help you with?"
WATCH: Final = "Take a number and watch this screen."
ENTRY: Final = Language("Svenska", "sv-SE", lower_within=True, staff=True)
TEXTS: Final = {
    QUESTION: "Vad kan vi hjälpa dig med?",
    WATCH: "Ta en nummerlapp och titta på skärmen.",
    "Counter": "Kassa",
    "Goal at risk: {goal}": "Ett mål är i fara: {goal}",
    "Handled in under {limit}": "Klart på under {limit}",
    "Weekly report": "Veckorapport",
}
QUARTER_PAST: Final = 1_795_593_600_000 + 15 * 60_000
"""9.15 in Copenhagen."""


@pytest.fixture
def swedish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The two steps of the recipe."""
    home = tmp_path / "translations"
    shutil.copytree(catalogues.CATALOGUES, home)
    (home / CODE / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    catalogue = Catalog(locale=CODE)
    for text, translation in TEXTS.items():
        catalogue.add(text, translation)
    with (home / CODE / "LC_MESSAGES" / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(catalogues, "CATALOGUES", home)
    monkeypatch.setitem(cast(dict[str, Language], LANGUAGES), CODE, ENTRY)
    forget()
    yield
    forget()


def forget() -> None:
    """A process' cache of the catalogues; another process would start without it."""
    catalogues.words.cache_clear()
    catalogues._places.cache_clear()
    render._environment.cache_clear()


def config(**changes: Any) -> dict[str, Any]:
    """A branch that speaks Swedish first; one of its services has no Swedish name."""
    changed = document()
    changed["services"][0]["name"] = {"da": "Pas", "sv": "Pass"}
    return parse_config({**changed, "languages": ["sv", "da"], **changes})


def blocks(page: str) -> dict[str, Any]:
    """The data that a page passes to its scripts."""
    found = re.findall(r'<script type="application/json" id="(\w+)">(.*?)</script>', page, re.S)
    return {name: json.loads(text) for name, text in found}


def test_the_contract_refuses_what_is_not_in_the_list_and_says_what_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(cast(dict[str, Language], LANGUAGES), CODE, raising=False)
    with pytest.raises(Invalid) as refused:
        config()
    assert f"languages only: {', '.join(LANGUAGES)}." in str(refused.value.extra)


@pytest.mark.usefixtures("swedish")
def test_the_contract_takes_it() -> None:
    assert config()["languages"] == ["sv", "da"]


@pytest.mark.usefixtures("swedish")
@pytest.mark.parametrize("screen", ["kiosk", "display"])
def test_a_screen_speaks_it(settings: Settings, redis_client: Redis, screen: str) -> None:
    assert redis_client.dbsize() == 0
    web_app = WebApp.open(settings)
    put_branch(web_app.app.extensions["queue"], LIBRARY, config())
    answer = web_app.screen(screen).get(f"/{screen}/{LIBRARY}")
    assert answer.status_code == 200
    assert f'<html lang="{CODE}"' in answer.text
    given = blocks(answer.text)
    assert given["languages"][CODE] == {
        "name": "Svenska", "locale": "sv-SE", "clock": ":", "lower_within": True, "staff": True,
        "direction": "ltr", "browser_dates": True, "server_voice": "",
    }  # fmt: skip
    texts = given["texts"]
    assert texts[CODE].keys() == texts["da"].keys()
    assert texts[CODE]["place.counter"] == "Kassa"
    assert texts.keys() == {CODE, "da"}, "those of the branch"
    assert texts[CODE]["error.network"] == COMMON_TEXTS["error.network"], (
        "English where it lacks one"
    )
    assert CODE in json.dumps(given["data"]["languages"])


@contextmanager
def served(web_app: WebApp) -> Iterator[str]:
    """The application in this process, where the language was added, for a browser."""
    server = make_server("127.0.0.1", 0, web_app.app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@pytest.mark.usefixtures("swedish")
def test_a_citizen_and_a_waiting_room_read_it(
    settings: Settings, redis_client: Redis, browser: Browser
) -> None:
    assert redis_client.dbsize() == 0
    web_app = WebApp.open(settings)
    put_branch(web_app.app.extensions["queue"], LIBRARY, config(opening_hours=ALWAYS))
    with served(web_app) as url:
        kiosk = screen(browser, url, web_app, "kiosk")
        expect(kiosk.locator("html")).to_have_attribute("lang", CODE)
        expect(kiosk.get_by_role("heading", name=TEXTS[QUESTION])).to_be_visible()
        expect(kiosk.get_by_role("button", name="Svenska").first).to_be_visible()
        expect(kiosk.get_by_role("button", name="Pass", exact=True)).to_be_visible()
        expect(kiosk.get_by_role("button", name="Kørekort")).to_be_visible()
        expect(kiosk.locator("#clock")).to_have_text(re.compile(r"^\d{1,2}:\d\d$"))
        display = screen(browser, url, web_app, "display")
        expect(display.locator("#welcome-lead")).to_contain_text(TEXTS[WATCH])
        expect(display.locator("#welcome-lead")).to_contain_text("Tag et nummer")
        expect(display.locator("#time")).to_have_text(re.compile(r"^\d{1,2}:\d\d$"))
        for page in (kiosk, display):
            page.context.close()


def screen(browser: Browser, url: str, web_app: WebApp, kind: str) -> Page:
    """A kiosk or a display of the library; an error of its scripts fails the test."""
    page = browser.new_context(base_url=url, reduced_motion="reduce").new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(f"/enrol/{web_app.code(kind)}")
    page.locator("main form button").click()
    page.wait_for_url(f"**/{kind}/{LIBRARY}")
    return page


@pytest.mark.usefixtures("swedish")
def test_a_page_offers_it_and_shows_it(settings: Settings) -> None:
    browser = create_app(settings).test_client()
    assert "Svenska" in browser.get("/login").text
    shown = browser.get("/login?lang=sv").text
    assert '<html lang="sv"' in shown
    assert "Log in" in shown, "English where it lacks one"


@pytest.mark.usefixtures("swedish")
def test_the_letter_of_an_alert_is_written_in_it() -> None:
    branch = Branch.from_document("raadhuset", "1", config())
    finding = AlertCause(Cause("goal", "handling-6-min"), judged=30, within=12, target=0.725)
    to = Subscription("s", "a", ("goal",), 15, "mail", "leder@example.dk", CODE, 0)
    alert = Alert("0123456789abcdef", QUARTER_PAST, finding, told=("s",))
    made = letter(OutgoingDelivery(branch, delivery("raised", alert, to, QUARTER_PAST), to), "")
    assert "Ett mål är i fara: Klart på under 6 min" in made.subject
    assert "9:15" in made.text
    assert "72,5\N{NO-BREAK SPACE}%" in made.text
    assert "12 of 30 so far" in made.text, "English where it lacks one"


@pytest.mark.usefixtures("swedish")
def test_a_report_goes_out_in_it(report: Report) -> None:
    made = report_letter(
        report, ReportReader("secret", "leder", "l@example.dk", ("week",), CODE, 1), ""
    )
    assert made.subject.startswith("Rådhuset: Veckorapport, ")
    assert f"{Wording(CODE).whole_percent(0.7)}" in made.text
    assert "What matters most" in made.text, "English where it lacks one"


@pytest.mark.usefixtures("swedish")
def test_names_fall_back_to_the_first_of_the_list_that_has_one() -> None:
    from_config = Branch.from_document("raadhuset", "1", config())
    wait = AlertCause(Cause("wait"), since=QUARTER_PAST, service="korekort", waiting=2)
    to = Subscription("s", "a", ("wait",), 15, "mail", "leder@example.dk", CODE, 0)
    alert = Alert("0123456789abcdef", QUARTER_PAST, wait, told=("s",))
    made = letter(
        OutgoingDelivery(from_config, delivery("raised", alert, to, QUARTER_PAST), to), ""
    )
    assert "Kørekort" in made.text


@pytest.mark.usefixtures("swedish")
def test_counters_are_called_so() -> None:
    assert catalogues.place_name("Skranke 1", CODE) == "Kassa 1"
    assert catalogues.place_name("Kassa 2", "da") == "Skranke 2"


@pytest.mark.usefixtures("swedish")
def test_dates_and_numbers_are_written_as_it_does() -> None:
    say = Wording(CODE)
    assert say.day("2026-11-25") == "25 nov. 2026"
    assert say.count(12345) == "12\N{NO-BREAK SPACE}345"
    assert say.within_sentence("November 2026") == "november 2026"
