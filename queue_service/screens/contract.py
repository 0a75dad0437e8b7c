"""Requests and responses about kiosks and displays.

New members may come; those here stay.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from queue_service.access.rules.credentials import LABEL_MAX, ScreenKind, ScreenRole
from queue_service.contract.answers import Instant
from queue_service.contract.words import Id, LanguageTag, Published, Strict, example
from queue_service.devices.rules import Sound
from queue_service.printers.rules.printer import PrinterState
from queue_service.screens.rules import ScreenProblem, ScreenState


class LinkBody(Strict):
    """A screen that will be set up. ``label`` distinguishes it from others."""

    model_config = example(role="display", label="Waiting room")

    role: ScreenRole
    label: Annotated[str, Field(max_length=LABEL_MAX)] = ""


class LinkAnswer(Published):
    """A link that sets up one screen, once, until ``expires_at``.

    Only this first answer has its ``address``, and the ``code`` that is typed at ``/pair`` on the
    screen in place of it; a repeated answer has null.
    """

    address: str | None
    code: str | None
    role: ScreenRole
    label: str
    expires_at: Instant


class ScreenSound(Published):
    """The last report of a display's sound. ``missing``: languages that have the chime alone."""

    state: Sound
    missing: list[LanguageTag]
    at: Instant


class ScreenAnswer(Published):
    """A screen and how it does.

    ``last_seen_at`` is within a minute, null for never. ``slip_at`` and ``printed_at``: when a
    kiosk last handed a slip to its browser's printer, and when the browser last printed one.
    ``counter``: the video counter that it belongs to. ``problems`` say what to do, and are empty in
    the state ``well``. ``release`` is that of its page as the page reports it, and ``current``
    whether it is the service's own. ``printer``: the last state of a kiosk's own printer.
    """

    id: str
    role: ScreenRole
    kind: ScreenKind
    state: ScreenState
    problems: list[ScreenProblem]
    release: str | None
    current: bool | None
    printer: PrinterState | None
    label: str
    counter: Id | None
    created_at: Instant
    last_seen_at: Instant | None
    sound: ScreenSound | None
    slip_at: Instant | None
    printed_at: Instant | None


class ScreensAnswer(Published):
    """The screens of a branch that were set up, the oldest first."""

    screens: list[ScreenAnswer]
