"""An administrator chooses a kiosk's printer, and reads whether it answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from redis import Redis

from queue_service.command import Queue
from queue_service.printers.rules.printer import Printer
from queue_service.printers.store import PrinterStore
from queue_service.runtime.settings import Settings
from tests.printers.emulator import SocketEmulator, emulator, serial_emulator
from tests.web.web_app import LIBRARY, TOWN_HALL, WebApp, send, text_of


@pytest.fixture
def emulated() -> Iterator[SocketEmulator]:
    with emulator() as made:
        yield made


def chosen(web_app: WebApp) -> dict[str, Printer]:
    queue: Queue = web_app.app.extensions["queue"]
    return queue.get(PrinterStore).all(LIBRARY)


def enrolled(web_app: WebApp, role: str = "kiosk", branch: str = LIBRARY) -> str:
    """The id of a screen that is set up."""
    web_app.screen(role, branch)
    (found,) = (
        one.id
        for one in web_app.store.tokens()
        if one.device and (one.role, one.branch) == (role, branch)
    )
    return found


def test_a_printer_is_chosen_tried_and_removed(
    web_app: WebApp, admin_client: FlaskClient, emulated: SocketEmulator
) -> None:
    kiosk = enrolled(web_app)
    path, port = f"/admin/screens/{kiosk}/printer", str(emulated.port)
    assert "Vælg en printer" in text_of(admin_client.get("/admin/screens"))
    saved = send(admin_client, path, host="127.0.0.1", port=port, paper="80")
    assert (saved.status_code, chosen(web_app)) == (200, {kiosk: emulated.printer})
    assert "Printeren svarer og har papir." in text_of(saved)
    assert emulated.printer.address in text_of(admin_client.get("/admin/screens"))
    emulated.paper = "out"
    empty = send(admin_client, path, host="127.0.0.1", port=port, paper="80")
    assert "Printeren mangler papir" in text_of(empty)
    removed = send(admin_client, path, host="", port=port, paper="80")
    assert (removed.status_code, chosen(web_app)) == (200, {})


def test_a_kiosk_without_access_has_no_printer(
    web_app: WebApp, admin_client: FlaskClient, emulated: SocketEmulator
) -> None:
    kiosk = enrolled(web_app)
    port = str(emulated.port)
    send(admin_client, f"/admin/screens/{kiosk}/printer", host="127.0.0.1", port=port, paper="80")
    assert chosen(web_app)
    send(admin_client, f"/admin/screens/{kiosk}/revoke")
    assert not chosen(web_app)


def test_an_unfit_address_is_refused_and_shown_again(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    path = f"/admin/screens/{enrolled(web_app)}/printer"
    answer = send(admin_client, path, host="printer.local", port="9100", paper="80")
    assert answer.status_code == 422
    assert "Brug en IP-adresse" in text_of(answer)
    assert 'value="printer.local"' in answer.text
    assert not chosen(web_app)


def test_a_printer_at_a_device_of_the_service_is_chosen_from_those_of_the_operator(
    settings: Settings, redis_client: Redis, tmp_path: Path
) -> None:
    assert redis_client.dbsize() == 0
    port = str(tmp_path / "port")
    web_app = WebApp.open(replace(settings, printer_devices=(port,)))
    admin, kiosk = web_app.staff("it", "admin"), enrolled(web_app)
    path = f"/admin/screens/{kiosk}/printer"
    fields = {"device": port, "host": "", "port": "", "speed": "115200", "flow": "xonxoff"}
    with serial_emulator(tmp_path / "port") as printer:
        saved = send(admin, path, **fields, paper="80")
        assert "Printeren svarer og har papir." in text_of(saved)
        assert chosen(web_app) == {kiosk: printer.printer}
    absent = send(admin, path, **fields, paper="80")
    assert "Der er ingen forbindelse til printeren" in text_of(absent)
    before = chosen(web_app)
    for wrong, sentence in (
        ({"device": "/etc/passwd"}, "Hvor den er tilsluttet : Brug en enhed, som"),
        ({"speed": "9600"}, "En seriel ports hastighed : Brug 38400, 57600 eller 115200."),
    ):
        refused = send(admin, path, **fields | wrong, paper="80")
        assert refused.status_code == 422
        assert sentence in text_of(refused)
    assert chosen(web_app) == before
    assert send(admin, path, **fields | {"device": ""}, paper="80").status_code == 200
    assert chosen(web_app) == {}


def test_another_screen_or_another_branch_has_no_printer_to_choose(
    web_app: WebApp, admin_client: FlaskClient
) -> None:
    display, other = enrolled(web_app, "display"), enrolled(web_app, "kiosk", TOWN_HALL)
    own = web_app.staff("bibliotekschef", "admin", LIBRARY)
    for browser, screen in ((admin_client, display), (own, other), (admin_client, "x")):
        path = f"/admin/screens/{screen}/printer"
        assert send(browser, path, host="10.0.3.20", port="", paper="80").status_code == 404
    assert not chosen(web_app)
