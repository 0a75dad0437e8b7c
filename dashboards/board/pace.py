"""Today's pace as a line of the board, where one counter more would change the end of a goal."""

from __future__ import annotations

from queue_service.board.operations.state import BranchState
from queue_service.command import Queue
from queue_service.language.wording import Wording
from queue_service.staffing.operations.today import needs_a_counter, todays_pace
from queue_service.staffing.text import PaceText


def pace_json(queue: Queue, found: BranchState, say: Wording) -> dict[str, str] | None:
    """The line as its headline, its hint and the time until which to ask for a counter; None if
    it is not worth one."""
    pace = todays_pace(queue, found.branch, found.moment.date)
    if pace is None or not needs_a_counter(pace, found):
        return None
    text = PaceText(pace, found.branch, say)
    hint = f"{text.target()} {text.one_more()}"
    return {"headline": text.headline(), "hint": hint, "until": text.until()}
