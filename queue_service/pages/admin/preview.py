"""The kiosk and the display as a configuration would make them, saved or not, in a frame.

They are the pages themselves with a state made up here. Their policy lets them connect to nothing,
so that a preview issues no number, rings nowhere and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final, Literal, cast

from flask import Response, request
from flask import render_template as render
from flask.typing import ResponseReturnValue

from queue_service.board.as_json import state_json
from queue_service.board.operations.state import BranchState, CounterStand, QueueView
from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.errors import Invalid, NotFound
from queue_service.language.instants import rfc3339
from queue_service.pages.admin.branches import fresh_branch
from queue_service.pages.admin.config_form import document_of
from queue_service.pages.admin.forms import blueprint
from queue_service.pages.admin.parts import PARTS
from queue_service.pages.admin.parts.reader import FormReader
from queue_service.pages.display.page import display_page
from queue_service.pages.kiosk.page import kiosk_page
from queue_service.web.context import queue
from queue_service.web.i18n import gettext as _
from queue_service.web.problems.reasons import reason
from queue_service.web.responses import framed, uncached

Screen = Literal["kiosk", "display"]
_SCREENS: Final[tuple[Screen, ...]] = ("kiosk", "display")
_CALLED_AGO_MS: Final = 120_000
"""A call of so long ago is shown and no longer announced."""


@blueprint.get("/branches/<branch>/preview/<screen>")
def preview(branch: str, screen: str) -> ResponseReturnValue:
    """The screen by the configuration in force; ``?lang=`` shows it in one language."""
    return _shown(fresh_branch(branch), _screen(screen))


@blueprint.post("/branches/<branch>/preview/<screen>/<part>")
def preview_part(branch: str, screen: str, part: str) -> ResponseReturnValue:
    """The screen by a part's form as it is filled in. Nothing is saved."""
    found, wanted = fresh_branch(branch), _screen(screen)
    if part not in PARTS:
        raise NotFound("There is nothing at this address; check it.")
    form = FormReader({name: text.strip() for name, text in request.form.items()})
    document = document_of(found)
    proposed = {**document, **PARTS[part].take(document, form)}
    if form.faults:
        return _faulty(form.faults.values())
    try:
        checked = parse_config(proposed)
    except Invalid as refusal:
        errors = cast(list[dict[str, str]], refusal.extra["errors"])
        return _faulty(error["reason"] for error in errors)
    return _shown(Branch.from_document(found.id, found.revision, checked), wanted)


def _screen(name: str) -> Screen:
    if name not in _SCREENS:
        raise NotFound("There is nothing at this address; check it.")
    return name


def _shown(branch: Branch, screen: Screen) -> Response:
    language = request.values.get("lang", "")
    if language in branch.languages:
        # The first is that of a kiosk's start, and a display has all of them in turn.
        others = [code for code in branch.languages if code != language]
        codes = [language, *others] if screen == "kiosk" else [language]
        document = {**branch.document, "languages": codes}
        branch = Branch.from_document(branch.id, branch.revision, document)
    state = _state(branch, screen)
    page = display_page if screen == "display" else kiosk_page
    return framed(uncached(page(branch, "preview", page_state=state)))


def _faulty(reasons: Iterable[str]) -> Response:
    page = render(
        "message.html",
        icon_name="warning",
        heading=_("The preview waits for a correction"),
        sentence=_("It can be shown once this fits:"),
        steps=list(dict.fromkeys(map(reason, reasons))),
    )
    return framed(uncached(page, HTTPStatus.UNPROCESSABLE_ENTITY))


def _state(branch: Branch, screen: Screen) -> Mapping[str, Any]:
    """An open branch with open counters, and for the display two calls and some who wait."""
    now = queue().store.time()
    services = [one for one in branch.services.values() if one.active]
    # On a display for the first three, as on a usual morning.
    waiting = [*((3, 1, 2) if screen == "display" else ()), *[0] * len(services)]
    found = BranchState(
        branch=branch,
        now=now,
        event_id="0-0",
        moment=replace(moment(branch, now), open=True),
        queues=tuple(
            QueueView(one.id, waits, now - _CALLED_AGO_MS if waits else None, taken=True)
            for one, waits in zip(services, waiting, strict=False)
        ),
        counters=tuple(
            CounterStand(one.id, one.name, "free", None, None, None, None, names=one.names)
            for one in branch.counters.values()
        ),
        calls=(),
        missed=(),
        today={},
        goals=(),
    )
    document = state_json(found, screen)
    if screen == "display":
        document["calls"] = _calls(branch, now)
    return document


def _calls(branch: Branch, now: int) -> list[dict[str, Any]]:
    shown = [one for one in branch.services.values() if one.active and not one.private]
    counters = list(branch.counters)[:2]
    return [
        {
            "number": f"{service.prefix}{12 - place:03}",
            "counter": counter,
            "called_at": rfc3339(now - _CALLED_AGO_MS * (place + 1)),
            "recalls": 0,
            "language": branch.languages[0],
            "state": "called",
            "silent": True,
            "missed_at": None,
        }
        for place, (counter, service) in enumerate(zip(counters, shown * 2, strict=False))
    ]
