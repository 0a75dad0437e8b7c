"""A new branch is opened for the rest of a day to be tried, and closed again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from queue_service.access.operations.access import OPERATOR
from queue_service.access.rules.caller import Caller
from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.command import Queue
from queue_service.configuration.operations import Configured, put_branch
from queue_service.configuration.store import RevisionStore
from queue_service.days.store import DayStore
from queue_service.errors import InUse
from queue_service.language.catalogues import N_, words

DatedHours = Mapping[str, Any]
"""A date with hours of its own, as it is stored."""

_NOTE: Final = N_("Opened to try it out")
_ALL_DAY: Final = [["00:00", "24:00"]]
_REVISIONS: Final = 50
"""How far back the former hours of the day are looked for."""


def trial_on(branch: Branch, date: str) -> DatedHours | None:
    """The day of a trial among a branch's dates; None if the date is none."""
    return next((each for each in _dates(branch.document, date) if _is_trial(each)), None)


def in_trial(branch: Branch, now: int) -> bool:
    """Whether a trial keeps the branch open: no longer once it is closed by hand or archived."""
    today = moment(branch, now)
    return today.open and not branch.archived and trial_on(branch, today.date) is not None


def open_for_trial(queue: Queue, branch: Branch, *, by: Caller = OPERATOR) -> Configured:
    """Open a branch that never issued a ticket until midnight. Its day has a note that says so.

    Raises InUse for a branch that issued one, ConfiguredCentrally and PreconditionFailed.
    """
    if queue.get(DayStore).dates(branch.id):
        raise InUse("The branch has issued numbers: change its opening hours instead.")
    today = moment(branch, queue.store.time()).date
    note = {code: words(code).gettext(_NOTE) for code in branch.languages}
    opened = {"date": today, "hours": _ALL_DAY, "note": note}
    return _put(queue, branch, today, [opened], by)


def end_trial(queue: Queue, branch: Branch, *, by: Caller = OPERATOR) -> Configured | None:
    """Give the present day the hours back that it had before its trial; None if it has none.

    Numbers that were issued stay valid. Raises ConfiguredCentrally and PreconditionFailed.
    """
    today = moment(branch, queue.store.time()).date
    if trial_on(branch, today) is None:
        return None
    return _put(queue, branch, today, _former(queue, branch, today), by)


def _former(queue: Queue, branch: Branch, date: str) -> list[DatedHours]:
    """The date's own hours before its trial; empty if it had those of its weekday."""
    for revision in queue.get(RevisionStore).latest(branch.id, None, _REVISIONS):
        found = _dates(revision.document, date)
        if not any(_is_trial(each) for each in found):
            return found
    return []


def _put(
    queue: Queue, branch: Branch, date: str, dated: Iterable[DatedHours], by: Caller
) -> Configured:
    others = [each for each in branch.document["hours_exceptions"] if each["date"] != date]
    document = {**branch.document, "hours_exceptions": [*others, *dated]}
    return put_branch(queue, branch.id, parse_config(document), if_match=branch.edition, by=by)


def _dates(document: Mapping[str, Any], date: str) -> list[DatedHours]:
    return [each for each in document["hours_exceptions"] if each["date"] == date]


def _is_trial(dated: DatedHours) -> bool:
    note = dated.get("note") or {}
    is_noted = any(text == words(code).gettext(_NOTE) for code, text in note.items())
    return is_noted and [[*span] for span in dated["hours"]] == _ALL_DAY
