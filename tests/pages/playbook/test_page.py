"""The playbook's pages without a browser: what is sent twice, or is unfit."""

from __future__ import annotations

import re
from typing import Final

import pytest

from queue_service.access.rules.caller import Caller
from queue_service.command import Queue
from queue_service.playbook.operations import approve, save_draft
from tests.playbook.entries import content, text
from tests.web.houses import House, send, text_of

EDITOR: Final = Caller("anna", "supervisor")
FORM: Final = {"owner": "Borgerservice", "review_by": "2026-12-01", "da-summary": "Nyt pas"}


@pytest.fixture
def queue(house: House) -> Queue:
    """What the application works with."""
    queue: Queue = house.app.extensions["queue"]
    return queue


def test_approving_twice_is_approving_once(house: House, queue: Queue) -> None:
    browser = house.staff("anna", "supervisor")
    form = {**FORM, "revision": "0", "action": "approve"}
    first, again = (send(browser, "/playbook/pas/edit", **form) for _ in range(2))
    assert (first.status_code, first.location) == (303, "/playbook/pas")
    assert (again.status_code, again.location) == (303, "/playbook/pas")
    assert [version.number for version in queue.playbook.versions("pas")] == [1]
    other = send(browser, "/playbook/pas/edit", **{**form, "owner": "Ydelse"})
    assert other.status_code == 412
    assert "Intet af dit er tabt" in text_of(other)


@pytest.mark.parametrize("version", ["", "0", "x", "2", "9" * 5000])
def test_a_version_that_is_none_is_refused(house: House, queue: Queue, version: str) -> None:
    approve(queue, EDITOR, "pas", save_draft(queue, EDITOR, "pas", content(), 0).revision)
    browser = house.staff("anna", "supervisor")
    refused = send(browser, "/playbook/pas/restore", version=version, revision="2")
    assert refused.status_code == 404
    assert queue.playbook.get("pas").draft is None


def test_an_owner_sees_its_own_overdue_reviews(house: House, queue: Queue) -> None:
    for service, owner, word in (("pas", "Borgerservice", "foto"), ("pension", "Ydelse", "brev")):
        found = content(owner=owner, review_by="2020-01-01", texts={"da": text(summary=word)})
        approve(queue, EDITOR, service, save_draft(queue, EDITOR, service, found, 0).revision)
    browser = house.staff("anna", "supervisor")
    assert due(browser.get("/playbook").text) == ["pas", "pension"]
    assert due(browser.get("/playbook?owner=Ydelse").text) == ["pension"]
    for search, nothing in (("brev", False), ("foto", True)):
        page = browser.get(f"/playbook?owner=Ydelse&q={search}").text
        assert bool(re.search(r'id="none"(?! hidden)', page)) is nothing


def due(page: str) -> list[str]:
    """The services on the list of overdue reviews."""
    (listed,) = re.findall(r'id="due">(.*?)</ul>', page, re.DOTALL)
    return re.findall(r'<li data-owner="[^"]*"><a href="/playbook/([a-z]+)"', listed)
