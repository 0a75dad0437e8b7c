"""A kiosk prints on its own printer, once for each request, and its state is stored."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.test import TestResponse

from queue_service.command import Queue
from queue_service.devices.store import DeviceStore
from queue_service.printers.rules.printer import NetworkPrinter, PrinterState
from queue_service.printers.store import Exchange, PrinterStore
from queue_service.runtime.settings import Settings
from queue_service.web.security.permissions import gate
from tests.printers.emulator import SocketEmulator, emulator, serial_emulator
from tests.web.web_app import LIBRARY, WebApp

API = f"/api/v1/branches/{LIBRARY}/printer"
PICTURE = base64.b64encode(zlib.compress(b"\xf0" * 72 * 40)).decode()
SLIP: dict[str, Any] = {"width": 576, "picture": PICTURE}


@pytest.fixture
def printer() -> Iterator[SocketEmulator]:
    with emulator() as made:
        yield made


class KioskProgram:
    """A kiosk with a printer."""

    def __init__(self, web_app: WebApp, visitor: FlaskClient) -> None:
        self._visitor, self._token = visitor, web_app.bearer("kiosk", LIBRARY)
        self.queue: Queue = web_app.app.extensions["queue"]
        with web_app.app.app_context():
            (self.id,) = (one.id for one in gate().store.tokens() if one.role == "kiosk")

    @property
    def printers(self) -> PrinterStore:
        return self.queue.get(PrinterStore)

    @property
    def state(self) -> PrinterState | None:
        report = self.printers.reports([LIBRARY])[LIBRARY].get(self.id)
        return report.state if report else None

    def post(self, path: str, key: str = "", **body: Any) -> TestResponse:
        headers = self._token | ({"Idempotency-Key": key} if key else {})
        return self._visitor.post(f"{API}/{path}", json=body, headers=headers)


@pytest.fixture
def kiosk(web_app: WebApp, visitor: FlaskClient, printer: SocketEmulator) -> KioskProgram:
    made = KioskProgram(web_app, visitor)
    made.printers.set(LIBRARY, made.id, printer.printer)
    return made


def test_a_slip_is_printed_once_with_a_key(kiosk: KioskProgram, printer: SocketEmulator) -> None:
    answers = [kiosk.post("slips", "k1", **SLIP) for _ in range(2)]
    assert [a.get_json() for a in answers] == [{"printed": True, "state": "ok"}] * 2
    assert [a.headers.get("Idempotent-Replayed") for a in answers] == [None, "true"]
    (slip,) = printer.slips
    assert (slip.row_bytes, slip.height) == (72, 40)
    again = kiosk.post("slips", "k2", **SLIP)
    assert (again.get_json()["printed"], len(printer.slips)) == (True, 2)
    noted = kiosk.queue.get(DeviceStore).heartbeats([LIBRARY])[LIBRARY]
    assert {kind for device, kind in noted if device == kiosk.id} == {"slip", "printer"}


def test_a_printer_without_paper_loses_nothing(
    kiosk: KioskProgram, printer: SocketEmulator
) -> None:
    printer.paper = "out"
    refused = [kiosk.post("slips", "k1", **SLIP) for _ in range(2)]
    assert [a.get_json() for a in refused] == [{"printed": False, "state": "paper_out"}] * 2
    assert kiosk.state == "paper_out"
    printer.paper = "low"
    assert kiosk.post("check").get_json() == {"printed": False, "state": "paper_low"}
    assert (kiosk.state, printer.slips) == ("paper_low", [])
    assert kiosk.post("slips", "k2", **SLIP).get_json()["printed"]


def test_a_printer_that_is_busy_is_left_alone(kiosk: KioskProgram, printer: SocketEmulator) -> None:
    other = Exchange(LIBRARY, "another", printer.printer, "mark", None)
    assert kiosk.printers.claim(other, 60_000) == ["done", ""]
    answer = kiosk.post("slips", "k1", **SLIP)
    assert (answer.status_code, answer.get_json()["code"]) == (429, "rate_limited")
    assert printer.connections == 0
    kiosk.printers.release(other, "ok", printed=True)
    assert kiosk.post("slips", "k1", **SLIP).get_json()["printed"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"width": 384, "picture": PICTURE}, ["width"]),  # the printer's paper has 80 mm
        ({"width": 576, "picture": "?"}, ["picture"]),
        ({"width": 576, "picture": "A" * 60_001}, ["picture"]),
        ({}, ["width", "picture"]),
    ],
)
def test_an_unfit_slip_is_refused_and_nothing_is_sent(
    kiosk: KioskProgram, printer: SocketEmulator, body: dict[str, Any], fields: list[str]
) -> None:
    answer = kiosk.post("slips", **body)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.get_json()["errors"]] == fields
    assert (printer.connections, kiosk.state) == (0, None)


def test_a_kiosk_without_a_printer(kiosk: KioskProgram) -> None:
    assert kiosk.printers.get(LIBRARY, kiosk.id) is not None
    kiosk.printers.remove(LIBRARY, kiosk.id)
    for answer in (kiosk.post("slips", **SLIP), kiosk.post("check")):
        assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")


def test_a_kiosk_prints_on_a_device_that_the_operator_has_named_and_on_no_other(
    settings: Settings, redis_client: Redis, tmp_path: Path
) -> None:
    assert redis_client.dbsize() == 0
    port = tmp_path / "port"
    for named, answer in (
        ((str(port),), {"printed": True, "state": "ok"}),
        ((), {"printed": False, "state": "denied"}),
    ):
        web_app = WebApp.open(replace(settings, printer_devices=named))
        with serial_emulator(port) as printer:
            kiosk = KioskProgram(web_app, web_app.app.test_client())
            kiosk.printers.set(LIBRARY, kiosk.id, printer.printer)
            assert kiosk.post("slips", "k1", **SLIP).get_json() == answer
            assert (len(printer.slips), kiosk.state) == (int(bool(named)), answer["state"])
            assert bool(printer.received) == bool(named)
        redis_client.flushdb()


def test_another_printer_has_no_state_yet(kiosk: KioskProgram) -> None:
    kiosk.post("check")
    assert kiosk.state == "ok"
    kiosk.printers.set(LIBRARY, kiosk.id, NetworkPrinter("10.0.3.20", 9100, "58"))
    assert kiosk.state is None
