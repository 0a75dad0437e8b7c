"""The expected wait of a new ticket, in words."""

from __future__ import annotations

from typing import Any, Final

from queue_service.board.operations.board import Board
from queue_service.board.rules.new_ticket import NewTicket
from queue_service.branches.rules.branch import Branch
from queue_service.language.catalogues import N_
from queue_service.language.languages import name_in
from queue_service.language.wording import Wording
from queue_service.visits.rules.wait_estimate import shown_minutes

_MOST_NAMES: Final = 3


def new_ticket_json(board: Board, say: Wording) -> dict[str, Any] | None:
    """The wait that is longest, of all services that an open counter takes; None if there are
    none. It names its services where others wait otherwise, or no open counter takes them.
    ``tone``: ``late`` from the limit on, ``safe`` below it, else ``open``."""
    if not board.new_tickets:
        return None
    worst = max(board.new_tickets, key=_severity)
    alike = {(each.wait, each.rough) for each in board.new_tickets}
    text = _text(worst, say)
    named: tuple[str, ...] = ()
    if len(alike) > 1:
        named = (worst.service,)
    elif board.untaken or any(notice.kind == "untaken" for notice in board.notices):
        named = tuple(each.service for each in board.new_tickets)
    if named:
        text = say(N_("{wait} ({service})"), wait=text, service=_some(board, named, say))
    tone = "late" if worst.is_late else "safe" if worst.is_safe else "open"
    return {"text": f"{text}.", "tone": tone}


def untaken_text(board: Board, say: Wording) -> str | None:
    """The services without waiting visits that no open counter takes; None if there are none."""
    if not board.untaken:
        return None
    shown = _some(board, board.untaken, say)
    return say(N_("No open counter takes {services}."), services=shown)


def _severity(ticket: NewTicket) -> tuple[int, int]:
    """A long wait before one that is not known while somebody is ahead, before a short one."""
    expected = ticket.expected_ms
    if ticket.is_late:
        return 3, expected or 0
    if expected is None:
        return (2 if ticket.ahead else 0), ticket.ahead
    return 1, expected


def _text(ticket: NewTicket, say: Wording) -> str:
    wait = wait_text(ticket, say)
    if wait is None:
        return say(N_("How long a citizen who takes a number now waits is not known yet"))
    if ticket.wait == (0, 0) and ticket.ahead == 0:
        return say(N_("A citizen who takes a number now is called at once"))
    return say(N_("A citizen who takes a number now waits {wait}"), wait=wait)


def wait_text(ticket: NewTicket, say: Wording) -> str | None:
    """ "35–50 min", "about 20 min" or "up to 4 min"; None if it is not known."""
    if ticket.wait is None:
        return None
    low, high = shown_minutes(*ticket.wait)
    high = max(1, high)  # a citizen behind others is not called at once
    if ticket.rough:
        return say(N_("about {n} min"), n=say.count(high))
    return say.minute_range(low, high)


def _some(board: Board, services: tuple[str, ...], say: Wording) -> str:
    shown = _names(board.state.branch, services[:_MOST_NAMES], say)
    more = len(services) - _MOST_NAMES
    if more > 0:
        shown = say(N_("{services} and {n} more"), services=shown, n=say.count(more))
    return shown


def _names(branch: Branch, services: tuple[str, ...], say: Wording) -> str:
    names = (branch.services[service].name for service in services)
    return ", ".join(name_in(name, say.language, *branch.languages) for name in names)
