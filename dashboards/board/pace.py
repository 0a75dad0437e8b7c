"""Today's pace as a line of the board, where the goal ends below its target or needs a counter."""

from __future__ import annotations

from queue_service.board.operations.state import BranchState
from queue_service.command import Queue
from queue_service.language.wording import Wording
from queue_service.staffing.operations.today import may_ask, pressing_pace
from queue_service.staffing.text import PaceText


def pace_json(queue: Queue, found: BranchState, say: Wording) -> dict[str, str] | None:
    """The line as its headline, its hint, the way to act and the time until which to ask for a
    counter; None if it is not worth one. ``end`` is the line's place at the ``goal``, empty unless
    the whole range is below its target."""
    pace = pressing_pace(queue, found)
    if pace is None:
        return None
    text = PaceText(pace, found.branch, say)
    return {
        "headline": text.headline(),
        "hint": " ".join(filter(None, (text.target(), text.one_more()))),
        "until": text.until(),
        "act": "open_counter" if may_ask(pace, found) else "",
        "goal": pace.goal.id,
        "end": text.end() if pace.verdict == "below" else "",
    }
