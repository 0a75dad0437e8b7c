"""The administrator's page of screens: how each does, its numbers, and the PIN of displays."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import TokenRecord
from queue_service.access.store import AccessStore
from queue_service.branches.rules.dates_and_hours import WEEKDAYS
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.devices.store import DeviceStore
from queue_service.store.audit_log import AuditEntry, entry_from_text, log_key
from queue_service.visits.operations import issuing, visits
from queue_service.visits.store.visit_store import VisitStore
from tests.desks import document
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp, csrf, send, text_of


@pytest.fixture
def queue(web_app: WebApp) -> Queue:
    """The application's own, with a library that is always open."""
    queue: Queue = web_app.app.extensions["queue"]
    always = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
    put_branch(queue, LIBRARY, document(opening_hours=always))
    return queue


@pytest.fixture
def kiosk(web_app: WebApp, queue: Queue) -> TokenRecord:
    """A kiosk of the library that has issued three numbers."""
    web_app.screen("kiosk")
    (token,) = queue.get(AccessStore).tokens()
    for _ in range(3):
        issuing.issue(queue, Command(LIBRARY, token.caller()), "pas")
    return token


def waiting(queue: Queue) -> int:
    return len(queue.get(VisitStore).open_visits(LIBRARY))


def entries(queue: Queue, action: str) -> list[AuditEntry]:
    stored: Any = queue.store.client.xrange(log_key(LIBRARY))
    found = [entry_from_text(fields["entry"]) for _, fields in stored]
    return [entry for entry in found if entry.action == action]


def test_a_screen_is_shown_with_its_state_and_what_to_do(
    admin_client: FlaskClient, queue: Queue, kiosk: TokenRecord
) -> None:
    page = text_of(admin_client.get("/admin/screens"))
    assert "1 skærm trænger til, at nogen ser til den." in page
    assert "Den har aldrig vist sin side." in page
    assert "Alle kald er beskrevet her: /api/v1/openapi.json" in page
    queue.get(DeviceStore).note(LIBRARY, kiosk.id, "kiosk")
    page = text_of(admin_client.get("/admin/screens"))
    assert "Ingen skærm mangler noget." in page
    assert "Virker" in page


def test_the_waiting_numbers_of_a_kiosk_are_counted_and_then_end(
    admin_client: FlaskClient, queue: Queue, kiosk: TokenRecord
) -> None:
    address = f"/admin/screens/{kiosk.id}/numbers"
    other = Caller("f" * 16, "kiosk", LIBRARY)
    issuing.issue(queue, Command(LIBRARY, other), "pas")
    page = text_of(admin_client.get(address))
    assert "3 numre venter og er ikke kaldt" in page
    assert "Det kan ikke fortrydes." in page
    assert waiting(queue) == 4, "counting changes nothing"
    for ended in (3, 0):
        done = send(admin_client, address, since="00:00")
        assert done.headers["Location"].endswith(f"?numbers={ended}")
    assert "0 numre er annulleret." in text_of(admin_client.get(done.headers["Location"]))
    assert waiting(queue) == 1, "that of another kiosk"
    (entry,) = entries(queue, "screen.numbers_ended")
    assert (entry.target, entry.name, entry.details["numbers"]) == (kiosk.id, "chef", "3")
    assert "Der er ingen at annullere." in text_of(admin_client.get(address))


def test_the_question_whether_a_kiosk_loses_its_access_counts_its_waiting_numbers(
    admin_client: FlaskClient, queue: Queue, kiosk: TokenRecord
) -> None:
    assert "3 numre venter" in text_of(admin_client.get("/admin/screens"))
    (first, *_) = queue.get(VisitStore).open_visits(LIBRARY)
    visits.abandon(queue, Command(LIBRARY, kiosk.caller()), first.id)
    assert "2 numre venter" in text_of(admin_client.get("/admin/screens"))


@pytest.mark.parametrize("clock", ["24:00", "9:30", "x", "12:60", "00:00:00"])
def test_numbers_end_since_a_time_of_the_day(
    admin_client: FlaskClient, queue: Queue, kiosk: TokenRecord, clock: str
) -> None:
    address = f"/admin/screens/{kiosk.id}/numbers"
    for answer in (admin_client.get(f"{address}?since={clock}"), send(
            admin_client, address, since=clock)):  # fmt: skip
        assert answer.status_code == 422
        assert "Brug et klokkeslæt som 14:30." in text_of(answer)
    assert waiting(queue) == 3


def test_the_numbers_of_a_kiosk_elsewhere_are_not_an_administrators_of_one_branch(
    web_app: WebApp, queue: Queue, kiosk: TokenRecord
) -> None:
    local = web_app.staff("lokal", "admin", TOWN_HALL)
    address = f"/admin/screens/{kiosk.id}/numbers"
    assert local.get(address).status_code == 404
    assert send(local, address, since="00:00").status_code == 404
    assert waiting(queue) == 3


def unlock(screen: FlaskClient, **given: str) -> int:
    word = {"X-CSRF-Token": csrf(screen, "queue_display")["csrf_token"]}
    return screen.post(f"/display/{LIBRARY}/unlock", json=given, headers=word).status_code


def test_a_pin_opens_the_settings_of_a_display(
    web_app: WebApp, admin_client: FlaskClient, queue: Queue
) -> None:
    screen = web_app.screen("display")

    def asks_for_a_pin() -> bool:
        setup = screen.get(f"/display/{LIBRARY}/setup").json
        assert isinstance(setup, dict)
        return bool(setup["pin"])

    assert not asks_for_a_pin()
    assert unlock(screen, pin="271828") == 403
    weak = send(admin_client, "/admin/screens/pin", branch=LIBRARY, pin="123456")
    assert weak.status_code == 422
    assert "Den prøver alle først." in text_of(weak)
    assert not asks_for_a_pin()
    assert send(admin_client, "/admin/screens/pin", branch=LIBRARY, pin="271828").status_code == 303
    assert asks_for_a_pin()
    assert unlock(screen, pin="271829") == 403
    assert unlock(screen, pin="271828") == 200
    web_app.account("skranke", "clerk", LIBRARY)
    assert unlock(screen, name="skranke", password="correct horse") == 200
    (display,) = [one for one in web_app.store.tokens() if one.role == "display"]
    opened = entries(queue, "screen.settings_opened")
    assert [(one.target, one.by, one.kind) for one in opened] == [
        ("PIN", display.id, "device"), ("skranke", display.id, "device"),
    ]  # fmt: skip
    assert send(admin_client, "/admin/screens/pin", branch=LIBRARY, pin="").status_code == 303
    assert not asks_for_a_pin()
    assert unlock(screen, pin="271828") == 403


def test_an_administrator_of_one_branch_sets_no_pin_elsewhere(web_app: WebApp) -> None:
    local = web_app.staff("lokal", "admin", TOWN_HALL)
    for branch, status in ((LIBRARY, 403), ("ukendt", 404)):
        answer = send(local, "/admin/screens/pin", branch=branch, pin="271828")
        assert answer.status_code == status
    assert web_app.store.pin(LIBRARY) is None
