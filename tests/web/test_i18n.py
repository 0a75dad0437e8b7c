"""The language of a page; scripts get every language at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Blueprint, Flask, render_template_string

from queue_service import sample
from queue_service.app import create_app
from queue_service.configuration.operations import put_branch
from queue_service.runtime.settings import Settings
from queue_service.web.i18n import (
    LANGUAGE_COOKIE,
    current_language,
    gettext,
    init_i18n,
    offer_languages,
)
from queue_service.web.texts import page_texts
from tests.web.web_app import LIBRARY, WebApp


@pytest.fixture
def app() -> Flask:
    """An application that only returns its language."""
    app = Flask(__name__)
    init_i18n(app, "da")
    app.add_url_rule("/", "page", lambda: render_template_string("{{ lang }}"))
    return app


@pytest.mark.parametrize(
    ("address", "cookie", "accepted", "language"),
    [
        ("/", None, None, "da"),
        ("/", None, "de, fr", "da"),
        ("/", None, "de, en;q=0.8, da;q=0.5", "en"),
        ("/", "da", "en", "da"),
        ("/?lang=en", "da", "da", "en"),
        ("/?lang=xx", None, None, "da"),
    ],
)
def test_the_strongest_wish_counts(
    app: Flask, address: str, cookie: str | None, accepted: str | None, language: str
) -> None:
    browser = app.test_client()
    if cookie:
        browser.set_cookie(LANGUAGE_COOKIE, cookie)
    headers = {"Accept-Language": accepted} if accepted else {}

    assert browser.get(address, headers=headers).text == language


@pytest.mark.parametrize("language", ["da", "en"])
def test_before_anybody_has_chosen_the_setting_counts(settings: Settings, language: str) -> None:
    page = create_app(replace(settings, language=language)).test_client().get("/login")
    assert f'<html lang="{language}"' in page.text


def test_a_chosen_language_is_remembered(app: Flask) -> None:
    browser = app.test_client()

    browser.get("/?lang=en")

    assert browser.get("/").text == "en"


TEXTS = (
    "{{ _('Board') }}, {{ _('%(name)s can log in now', name='<Anna>') }},"
    " {{ ngettext('%(num)d day', '%(num)d days', days) }}"
)


@pytest.mark.parametrize(
    ("language", "days", "text"),
    [
        ("da", 1, "Tavle, &lt;Anna&gt; kan logge ind nu, 1 dag"),
        ("da", 2, "Tavle, &lt;Anna&gt; kan logge ind nu, 2 dage"),
        ("en", 1, "Board, &lt;Anna&gt; can log in now, 1 day"),
        ("en", 2, "Board, &lt;Anna&gt; can log in now, 2 days"),
    ],
)
def test_templates_are_translated_and_filled_in(
    app: Flask, language: str, days: int, text: str
) -> None:
    with app.test_request_context(f"/?lang={language}"):
        assert render_template_string(TEXTS, days=days) == text
        assert (
            gettext("%(name)s can log in now", name="Anna")
            == ({"da": "Anna kan logge ind nu", "en": "Anna can log in now"}[language])
        )


def test_scripts_get_every_language_at_once() -> None:
    texts = page_texts({"mine": "A text of one page"})

    assert texts["en"]["mine"] == texts["da"]["mine"] == "A text of one page"
    assert texts["en"]["error.network"] == "No connection. Try again in a moment."
    assert texts["da"].keys() == texts["en"].keys()


@pytest.mark.parametrize(("address", "language"), [("/", "da"), ("/citizen", "ar")])
def test_staff_read_two_languages_and_citizens_all(app: Flask, address: str, language: str) -> None:
    citizens = Blueprint("citizens", __name__)
    citizens.before_request(offer_languages)
    citizens.add_url_rule("/citizen", "page", lambda: render_template_string("{{ lang }}"))
    app.register_blueprint(citizens)
    browser = app.test_client()

    assert browser.get(f"{address}?lang=ar").text == language
    assert browser.get(address, headers={"Accept-Language": "ar"}).text == language


def test_a_citizens_page_is_offered_in_the_languages_of_its_branch(app: Flask) -> None:
    with app.test_request_context("/?lang=ar"):
        offer_languages(["pl", "da", "xx"])
        assert render_template_string("{{ lang }}: {{ languages | join(' ') }}") == "da: pl da"
        offer_languages(["pl", "ar"])
        assert current_language() == "ar"
    with app.test_request_context("/"):
        offer_languages(["pl", "ar"])
        assert current_language() == "pl", "its first, where the installation's is not offered"
        offer_languages([])
        assert current_language() == "da"


@pytest.mark.parametrize(
    ("kind", "title"), [("kiosk", "Nummer ziehen"), ("display", "Aufgerufene Nummern")]
)
def test_a_screen_has_its_title_in_the_first_language_of_its_branch(
    web_app: WebApp, kind: str, title: str
) -> None:
    document = sample.documents()[LIBRARY] | {"languages": ["de", "da"]}
    put_branch(web_app.app.extensions["queue"], LIBRARY, document)
    page = web_app.screen(kind).get(f"/{kind}/{LIBRARY}", headers={"Accept-Language": "da"})
    assert f"<title>{title} · {document['name']}</title>" in page.text
