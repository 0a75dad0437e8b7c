"""The playbook's pages without a browser: what is sent twice, or is unfit."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import pytest
from redis import Redis

from queue_service.access.rules.caller import Caller
from queue_service.command import Queue
from queue_service.days.rules.period import days_after
from queue_service.playbook.operations import approve, save_draft, today
from queue_service.playbook.rules import LONGEST_LINE, LONGEST_OWNER, LONGEST_SUMMARY, MOST_LINES
from queue_service.playbook.store import PlaybookStore
from queue_service.runtime.settings import Settings
from tests.playbook.entries import content, overdue_in_force, text
from tests.web.web_app import WebApp, send, text_of

EDITOR: Final = Caller("anna", "supervisor")
FORM: Final = {"owner": "Borgerservice", "review_by": "2999-12-01", "da-summary": "Nyt pas"}


@pytest.fixture
def queue(web_app: WebApp) -> Queue:
    """The application's stores."""
    queue: Queue = web_app.app.extensions["queue"]
    return queue


def test_approving_twice_is_approving_once(web_app: WebApp, queue: Queue) -> None:
    browser = web_app.staff("anna", "supervisor")
    form = {**FORM, "revision": "0", "action": "approve"}
    first, again = (send(browser, "/playbook/pas/edit", **form) for _ in range(2))
    assert (first.status_code, first.location) == (303, "/playbook/pas?approved=1")
    assert (again.status_code, again.location) == (303, "/playbook/pas?approved=1")
    assert [version.number for version in queue.get(PlaybookStore).versions("pas")] == [1]
    assert "Version 1 gælder nu" in text_of(browser.get(first.location))
    assert "gælder nu" not in text_of(browser.get("/playbook/pas?approved=2"))
    other = send(browser, "/playbook/pas/edit", **{**form, "owner": "Ydelse"})
    assert other.status_code == 412
    assert "Intet af dit er tabt" in text_of(other)


def test_with_four_eyes_the_author_of_a_draft_does_not_approve_it(
    settings: Settings, redis_client: Redis
) -> None:
    assert redis_client.dbsize() == 0
    web_app = WebApp.open(replace(settings, playbook_four_eyes=True))
    queue: Queue = web_app.app.extensions["queue"]
    anna, bo = (web_app.staff(name, "supervisor") for name in ("anna", "bo"))
    own = send(anna, "/playbook/pas/edit", **FORM, revision="0", action="approve")
    assert (own.status_code, own.location) == (303, "/playbook/pas/edit?saved=1")
    assert queue.get(PlaybookStore).versions("pas") == []
    waits = anna.get(own.location).text
    assert 'value="approve"' not in waits
    assert "lad en kollega med et andet login" in waits
    assert 'value="approve"' in bo.get("/playbook/pas/edit").text
    # A login that changes it while approving becomes its author.
    changed = {**FORM, "owner": "Ydelse", "revision": "1", "action": "approve"}
    assert send(bo, "/playbook/pas/edit", **changed).location == "/playbook/pas/edit?saved=1"
    seen = {**changed, "revision": "2"}
    assert send(anna, "/playbook/pas/edit", **seen).location == "/playbook/pas?approved=1"


@pytest.mark.parametrize("version", ["", "0", "x", "2", "9" * 5000])
def test_a_version_that_is_none_is_refused(web_app: WebApp, queue: Queue, version: str) -> None:
    approve(queue, EDITOR, "pas", save_draft(queue, EDITOR, "pas", content(), 0).revision)
    browser = web_app.staff("anna", "supervisor")
    refused = send(browser, "/playbook/pas/restore", version=version, revision="2")
    assert refused.status_code == 404
    assert queue.get(PlaybookStore).get("pas").draft is None


def test_faults_are_reported_with_field_language_and_line(web_app: WebApp) -> None:
    browser = web_app.staff("anna", "supervisor")
    wrong = {
        "owner": "x" * (LONGEST_OWNER + 1),
        "review_by": "2020-01-01",
        "da-summary": "x" * (LONGEST_SUMMARY + 1),
        "da-bring": "\n".join(["Foto", "", "x" * (LONGEST_LINE + 1)]),
        "en-summary": "x" * LONGEST_SUMMARY,
        "en-bring": "x\n" * (MOST_LINES + 1),
        "en-forms": "Form http://unsafe.example",
    }
    refused = send(
        browser, "/playbook/pas/edit", **{**FORM, **wrong}, revision="0", action="approve"
    )
    assert refused.status_code == 422
    reported = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a>: ([^<]+)</li>', refused.text)
    assert reported == [
        ("owner", "Ansvarlig", "Det må højst være 80 tegn langt."),
        ("da-summary", "På én linje, Dansk", "Det må højst være 160 tegn langt."),
        ("da-bring", "Skal med, Dansk", "Linje 3: Det må højst være 80 tegn langt."),
        ("en-bring", "Skal med, English", "Der må højst være 6."),
        (
            "en-forms",
            "Blanketter, English",
            "Linje 1: Det skal være en adresse, der begynder med https://, for eksempel"
            " https://www.borger.dk.",
        ),
        (
            "review_by",
            "Skal gennemgås senest",
            "Dagen er gået: vælg i dag eller en senere dag.",
        ),
    ]
    # Nothing was cut: no field does it silently, and the input is kept.
    assert "maxlength" not in refused.text.partition("<form")[2].partition("</form>")[0]
    assert "x" * (LONGEST_SUMMARY + 1) in refused.text
    empty = {**FORM, "da-summary": "", "revision": "0", "action": "save"}
    assert "Skriv opslaget på mindst ét sprog" in text_of(
        send(browser, "/playbook/pas/edit", **empty)
    )


def test_a_review_is_due_today_at_the_earliest(web_app: WebApp, queue: Queue) -> None:
    browser = web_app.staff("anna", "supervisor")
    day = ""
    while day != today(queue):  # else midnight came between
        day = today(queue)
        found = [
            send(
                browser,
                "/playbook/pas/edit",
                **{**FORM, "review_by": one},
                revision=str(queue.get(PlaybookStore).get("pas").revision),
                action=act,
            )
            for one in (days_after(day, -1), day)
            for act in ("save", "approve")
        ]
    assert [one.status_code for one in found] == [303, 422, 303, 303]
    assert "vælg i dag eller en senere dag" in text_of(found[1])


def test_a_draft_with_a_past_review_date_says_what_it_needs(web_app: WebApp, queue: Queue) -> None:
    overdue_in_force(queue, "pas", content(review_by="2020-01-01"))
    browser = web_app.staff("anna", "supervisor")
    sent = {**FORM, "review_by": "2020-01-01", "revision": "2", "action": "save"}
    saved = send(browser, "/playbook/pas/edit", **sent)
    assert saved.status_code == 303
    assert "Vælg en senere dag for næste gennemgang" in text_of(browser.get(saved.location))
    refused = send(browser, "/playbook/pas/edit", **{**sent, "revision": "3", "action": "approve"})
    assert refused.status_code == 422
    entry = queue.get(PlaybookStore).get("pas")
    assert (entry.revision, entry.approved and entry.approved.number) == (3, 1)


def test_an_old_version_is_approved_with_a_new_date(web_app: WebApp, queue: Queue) -> None:
    for owner in ("Borgerservice", "Ydelse"):
        overdue_in_force(queue, "pas", content(owner=owner, review_by="2020-01-01"))
    browser = web_app.staff("anna", "supervisor")
    assert browser.get("/playbook/pas/versions?version=3").status_code == 404
    taken = send(browser, "/playbook/pas/restore", version="1", revision="4")
    form = browser.get(taken.location)
    assert "Version 1 står her som kladde" in text_of(form)
    sent = {**FORM, "review_by": "2020-01-01", "revision": "5", "action": "approve"}
    assert send(browser, "/playbook/pas/edit", **sent).status_code == 422
    assert send(browser, "/playbook/pas/edit", **{**sent, **FORM}).status_code == 303


def test_an_owner_sees_its_own_overdue_reviews(web_app: WebApp, queue: Queue) -> None:
    for service, owner, word in (("pas", "Borgerservice", "foto"), ("pension", "Ydelse", "brev")):
        found = content(owner=owner, review_by="2020-01-01", texts={"da": text(summary=word)})
        overdue_in_force(queue, service, found)
    browser = web_app.staff("anna", "supervisor")
    assert due(browser.get("/playbook").text) == ["pas", "pension"]
    assert due(browser.get("/playbook?owner=Ydelse").text) == ["pension"]
    for search, nothing in (("brev", False), ("foto", True)):
        page = browser.get(f"/playbook?owner=Ydelse&q={search}").text
        assert bool(re.search(r'id="none"(?! hidden)', page)) is nothing


def due(page: str) -> list[str]:
    """The services on the list of overdue reviews."""
    (listed,) = re.findall(r'id="due">(.*?)</ul>', page, re.DOTALL)
    return re.findall(r'<li data-owner="[^"]*"><a href="/playbook/([a-z]+)"', listed)
