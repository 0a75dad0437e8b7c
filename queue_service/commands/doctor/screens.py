"""Checks of kiosks and displays: whether they were seen today, sound and print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol, TypeVar

from queue_service.access.store import AccessStore
from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.commands.doctor.finding import DoctorFinding, service_store
from queue_service.devices.rules import SoundReport
from queue_service.devices.seen import not_seen_today
from queue_service.devices.store import DeviceStore
from queue_service.language.languages import LANGUAGES
from queue_service.language.wording import date_and_time
from queue_service.printers.device import device_trouble
from queue_service.printers.store import PrinterStore
from queue_service.printers.text import PRINTER_WORDS
from queue_service.runtime.settings import Settings
from queue_service.speech.store import ClipStore
from queue_service.speech.synthesis import lacks
from queue_service.store.connection.clients import connect_files
from queue_service.store.redis_store import RedisStore


class DeviceReport(Protocol):
    """A screen's report of a time."""

    def recent(self, now: int) -> bool:
        """Whether the report is still true."""


AnyReport = TypeVar("AnyReport", bound=DeviceReport)


def check_screens(settings: Settings) -> Iterator[DoctorFinding]:
    """Screens of an open branch that were not seen today."""
    with service_store(settings) as client:
        queue = Queue(RedisStore(client))
        now, tokens, branches = (
            queue.store.time(),
            queue.get(AccessStore).tokens(),
            queue.get(BranchStore).in_use(),
        )
        heartbeats = queue.get(DeviceStore).heartbeats(branch.id for branch in branches)
    silent = [
        DoctorFinding(
            None,
            f"{branch.id}, {token.label or token.id}: this {token.role} was last heard from on"
            f" {_when(branch, seen_at)}, and the branch is open. Is it switched on?",
        )
        for branch in branches
        for token, seen_at in not_seen_today(branch, tokens, heartbeats[branch.id], now)
    ]
    yield from silent or [
        DoctorFinding(True, "Every screen of a branch that is open was seen today.")
    ]


def _when(branch: Branch, instant: int) -> str:
    return f"{date_and_time(instant, branch.timezone)} ({branch.timezone})"


def check_displays(settings: Settings) -> Iterator[DoctorFinding]:
    """Displays that report trouble with their sound."""
    with service_store(settings) as client:
        queue = Queue(RedisStore(client))
        reports = _in_use(queue, queue.get(DeviceStore).sounds(queue.get(BranchStore).ids()))
    found = [
        DoctorFinding(None, f"{screen}: {trouble}")
        for screen, report in reports
        for trouble in _sound_trouble(report)
    ]
    yield from found or [DoctorFinding(True, "No display in use reports trouble with its sound.")]


def check_voice(settings: Settings) -> Iterator[DoctorFinding]:
    """The clips that screens speak by, and which displays speak by their browsers' voices."""
    silent = [name for name, known in LANGUAGES.items() if not known.server_voice]
    lacking = lacks()
    yield DoctorFinding(
        None if lacking else True,
        f"{lacking}. Without them on the worker's machine, browsers speak by voices of their own."
        if lacking
        else "This machine can make clips of speech, in every language but"
        f" {', '.join(silent)}, which browsers speak by voices of their own.",
    )
    with service_store(settings) as client, connect_files(settings) as files:
        queue = Queue(RedisStore(client))
        reports = _in_use(queue, queue.get(DeviceStore).sounds(queue.get(BranchStore).ids()))
        problem = ClipStore(files).problem()
    if problem:
        yield DoctorFinding(False, f"A worker could make no clip: {problem}.")
    for screen, report in reports:
        if report.voices:
            yield DoctorFinding(True, f"{screen}: {_readers(report)}.")


def _readers(report: SoundReport) -> str:
    """The reader of each language on a display: the server or its browser."""
    readers = {
        language: "clips of the server" if language in report.by_server else "its browser's voice"
        for language, there in report.voices.items()
        if there
    }
    named = [f"{language} by {reader}" for language, reader in readers.items()]
    return f"it speaks {', '.join(named)}" if named else "it speaks no language"


def _sound_trouble(report: SoundReport) -> Iterator[str]:
    if report.sound == "blocked":
        yield (
            "its browser holds the sound back. Touch the display once, or start Chromium with"
            " --autoplay-policy=no-user-gesture-required."
        )
    if report.missing:
        yield (
            f"no voice for {', '.join(report.missing)}, so these calls have the chime alone."
            " docs/screens.md says what a display needs to speak."
        )


def check_printers(settings: Settings) -> Iterator[DoctorFinding]:
    """Printers of kiosks that cannot print, or soon cannot, and devices that are not there."""
    with service_store(settings) as client:
        queue = Queue(RedisStore(client))
        reports = _in_use(queue, queue.get(PrinterStore).reports(queue.get(BranchStore).ids()))
    found = [
        DoctorFinding(None, f"{screen}: {PRINTER_WORDS[report.state]}")
        for screen, report in reports
        if report.troubled
    ]
    found += [
        DoctorFinding(None, f"{path}: {PRINTER_WORDS[trouble]}")
        for path in settings.printer_devices
        if (trouble := device_trouble(path))
    ]
    yield from found or [DoctorFinding(True, "No slip printer reports trouble.")]


def _in_use(
    queue: Queue, reports: Mapping[str, Mapping[str, AnyReport]]
) -> list[tuple[str, AnyReport]]:
    """The recent reports of screens that have access, each with its branch and its label."""
    now = queue.store.time()
    labels = {token.id: token.label or token.id for token in queue.get(AccessStore).tokens()}
    return [
        (f"{branch}, {labels[device]}", report)
        for branch, of_devices in sorted(reports.items())
        for device, report in of_devices.items()
        if device in labels and report.recent(now)
    ]
