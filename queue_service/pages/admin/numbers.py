"""An administrator ends the waiting numbers of a kiosk that was misused."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from queue_service.access.rules.credentials import TokenRecord
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import clock_on, moment
from queue_service.branches.store import BranchStore
from queue_service.command import Command
from queue_service.errors import Invalid
from queue_service.pages.admin.forms import blueprint, show
from queue_service.pages.admin.screens import managed_kiosk
from queue_service.visits.operations.taking_back import end_numbers, to_take_back
from queue_service.web.context import queue
from queue_service.web.forms import FormRefused, attempt, form_value

_CLOCK: Final = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")


class _Span(NamedTuple):
    """A time of the present day by the branch's clock, as text and as an instant (ms)."""

    clock: str
    since: int


@blueprint.get("/screens/<token_id>/numbers")
def numbers(token_id: str) -> ResponseReturnValue:
    """How many waiting numbers of a kiosk would end, since a time of the day."""
    return _page(token_id, request.args.get("since", ""))


@blueprint.post("/screens/<token_id>/numbers")
def finish_numbers(token_id: str) -> ResponseReturnValue:
    """End them. The same again ends none, and nothing puts them back."""
    kiosk, branch_id = managed_kiosk(token_id)
    clock = form_value("since")

    def end() -> int:
        span = _span(queue().get(BranchStore).get(branch_id), clock)
        command = Command(branch_id, g.caller)
        return end_numbers(queue(), command, kiosk.id, span.since, label=kiosk.label)

    ended, refused = attempt("numbers", end)
    if refused:
        return _page(token_id, clock, refused)
    return redirect(url_for("admin.screens", numbers=ended), 303)


def _page(token_id: str, clock: str, refused: FormRefused | None = None) -> Response:
    kiosk, branch_id = managed_kiosk(token_id)
    branch = queue().get(BranchStore).get(branch_id)
    span, unread = attempt("numbers", lambda: _span(branch, clock))
    return show(
        "numbers",
        refused or unread,
        kiosk=kiosk,
        branch=branch,
        clock=span.clock if span else clock,
        waiting=_waiting(kiosk, branch_id, span.since) if span else 0,
    )


def _waiting(kiosk: TokenRecord, branch: str, since: int) -> int:
    return len(to_take_back(queue(), branch, kiosk.id, since))


def _span(branch: Branch, clock: str) -> _Span:
    """The present day from a time such as ``14:30`` on; from its beginning without one.

    Raises Invalid.
    """
    now = queue().store.time()
    today = moment(branch, now)
    if not clock:
        return _Span("00:00", today.day_begins)
    if not _CLOCK.fullmatch(clock):
        raise Invalid.at("since", "Use a time such as 14:30.")
    return _Span(clock, clock_on(branch, today.date, clock))
