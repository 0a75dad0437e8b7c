"""How screens do, from their own reports."""

from __future__ import annotations

import http.client
from typing import Any
from urllib.parse import urlsplit

import pytest

from queue_service.access.operations import access
from queue_service.access.rules.credentials import TokenRecord
from queue_service.access.store import AccessStore
from queue_service.branches.rules.dates_and_hours import WEEKDAYS
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.devices.rules import RECENT_MS, Sound, SoundReport
from queue_service.devices.store import DeviceStore, Heartbeat
from queue_service.language.wording import Wording
from queue_service.printers.rules.printer import PrinterReport
from queue_service.screens.operations import screens_of
from queue_service.screens.rules import (
    SCREEN_PROBLEMS,
    SILENT_MS,
    ScreenHealth,
    ScreenProblem,
    ScreenReports,
    health,
)
from queue_service.screens.text import PROBLEM_WORDS, problem_words
from tests.desks import document
from tests.running import eventually
from tests.web.service import Service

NOW = 1_795_600_000_000
RELEASE = "0123456789ab"
KIOSK = TokenRecord("a" * 64, "kiosk", "holbaek", NOW - 10**9, device=True)
DISPLAY = TokenRecord("b" * 64, "display", "holbaek", NOW - 10**9, device=True)


def look(screen: ScreenReports, *, is_open: bool = True) -> ScreenHealth:
    return health(screen, RELEASE, NOW, is_open=is_open)


@pytest.mark.parametrize(
    ("quiet_ms", "is_open", "state", "problems"),
    [
        (0, True, "well", ()),
        (SILENT_MS, True, "well", ()),
        (SILENT_MS + 1, True, "act", ("silent",)),
        (SILENT_MS + 1, False, "off", ()),
        (SILENT_MS, False, "well", ()),
    ],
)
def test_a_screen_that_says_nothing_while_its_branch_is_open_needs_somebody(
    quiet_ms: int, is_open: bool, state: str, problems: tuple[ScreenProblem, ...]
) -> None:
    found = look(ScreenReports(KIOSK, NOW - quiet_ms, RELEASE), is_open=is_open)
    assert (found.state, found.problems) == (state, problems)


@pytest.mark.parametrize("is_open", [True, False])
def test_a_screen_that_was_never_seen_needs_somebody_at_any_hour(is_open: bool) -> None:
    assert look(ScreenReports(KIOSK, 0), is_open=is_open).problems == ("never_seen",)


def test_nothing_is_known_of_a_feedback_terminal() -> None:
    terminal = TokenRecord("c" * 64, "kiosk", "holbaek", NOW, device=True, feedback=True)
    assert look(ScreenReports(terminal, 0)).state == "unknown"


@pytest.mark.parametrize(
    ("release", "problems"), [(RELEASE, ()), ("", ()), ("ffffffffffff", ("outdated",))]
)
def test_a_page_of_another_release_is_outdated(
    release: str, problems: tuple[ScreenProblem, ...]
) -> None:
    assert look(ScreenReports(KIOSK, NOW, release)).problems == problems


@pytest.mark.parametrize(
    ("sound", "voices", "age_ms", "problems"),
    [
        ("ok", {"da": True}, 0, ()),
        ("ok", {"da": True, "so": False}, 0, ("voice_missing",)),
        ("none", {"da": False}, 0, ("no_voice",)),
        ("blocked", {"da": False}, RECENT_MS, ("sound_blocked",)),
        ("blocked", {}, RECENT_MS + 1, ()),
        ("off", {}, 0, ()),
    ],
)
def test_sound_that_the_room_does_not_hear_is_a_problem_while_it_is_reported(
    sound: Sound, voices: dict[str, bool], age_ms: int, problems: tuple[ScreenProblem, ...]
) -> None:
    report = SoundReport(NOW - age_ms, sound, voices)
    assert look(ScreenReports(DISPLAY, NOW, RELEASE, report)).problems == problems


def test_each_problem_is_said_in_a_sentence() -> None:
    report = SoundReport(NOW, "ok", {"so": False})
    printer = PrinterReport(NOW, "paper_out")
    found = look(ScreenReports(DISPLAY, NOW, "ffffffffffff", report, printer))
    assert found.problems == ("outdated", "voice_missing", "printer")
    assert [*problem_words(found, Wording("en"))] == [
        PROBLEM_WORDS["outdated"],
        "It has no voice for: Soomaali",
        "The printer has no paper: put a new roll in.",
    ]
    assert set(PROBLEM_WORDS) == set(SCREEN_PROBLEMS)


def test_the_screens_of_a_branch_come_with_their_last_reports(queue: Queue) -> None:
    always = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
    branches = [
        put_branch(queue, name, document(opening_hours=always)).branch
        for name in ("holbaek", "koege")
    ]
    store, devices = queue.get(AccessStore), queue.get(DeviceStore)
    roles: tuple[tuple[Heartbeat, str], ...] = (
        ("kiosk", "holbaek"), ("display", "holbaek"), ("kiosk", "koege"),
    )  # fmt: skip
    ids = []
    for nth, (role, branch) in enumerate(roles):
        _, code = access.create_enrolment(store, role, branch, now=store.now() - nth)
        _, secret = access.enrol(store, code, now=store.now() + nth)
        caller = access.identify(store, secret)
        assert caller is not None
        ids.append(caller.id)
    access.create_token(store, "kiosk", "holbaek", now=store.now())
    devices.note("holbaek", ids[0], "kiosk", release=RELEASE)
    devices.note("holbaek", ids[1], "display", release="ffffffffffff")
    found = {each.screen.token.id: each for each in screens_of(queue, branches[:1], RELEASE)}
    assert {*found} == {*ids[:2]}, "no program, and no screen of another branch"
    assert [found[one].problems for one in ids[:2]] == [(), ("outdated",)]
    assert found[ids[0]].screen.seen_at > 0
    (other,) = screens_of(queue, branches[1:], RELEASE)
    assert other.problems == ("never_seen",)
    # A later page without a release changes nothing, and one with another replaces it.
    devices.note("holbaek", ids[1], "display")
    devices.note("holbaek", ids[1], "display", release=RELEASE)
    assert devices.releases(["holbaek"]) == {"holbaek": dict.fromkeys(ids[:2], RELEASE)}


def test_nothing_is_kept_of_the_screens_of_a_removed_branch(queue: Queue) -> None:
    reply = queue.get(DeviceStore).note("gone", "x", "kiosk", release=RELEASE)
    assert reply == ["gone"]
    assert queue.get(DeviceStore).releases(["gone"]) == {"gone": {}}


@pytest.mark.parametrize(("reported", "kept"), [("0123456789ab", True), ("<script>", False)])
def test_a_page_says_with_its_stream_which_release_it_is_of(
    service: Service, reported: str, kept: bool
) -> None:
    branch, store = service.branch(), service.access_store
    _, code = access.create_enrolment(store, "display", branch, now=store.now(), label="Hall")
    _, secret = access.enrol(store, code, now=store.now())
    connection = http.client.HTTPConnection(urlsplit(service.url).netloc, timeout=20)
    headers = {"Authorization": f"Bearer {secret}", "X-Page-Release": reported}
    connection.request("GET", f"/api/v1/branches/{branch}/events", headers=headers)
    stream = connection.getresponse()
    while not stream.readline().startswith(b"event: snapshot"):
        pass
    api = service.api("admin", branch)

    def shown() -> dict[str, Any]:
        (screen,) = api.get(f"/branches/{branch}/screens")["screens"]
        return dict(screen)

    eventually(lambda: shown()["problems"] != ["never_seen"])
    screen = shown()
    connection.close()
    assert (screen["kind"], screen["label"], screen["counter"]) == ("display", "Hall", None)
    assert screen["release"] == (reported if kept else None)
    assert screen["current"] == (False if kept else None)
    assert screen["problems"] == (["outdated"] if kept else [])
    assert screen["state"] == ("act" if kept else "well")
