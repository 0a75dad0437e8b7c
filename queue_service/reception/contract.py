"""Requests and responses about calls for help, and a reception's figures.

New members may come; those here stay.
"""

from __future__ import annotations

from pydantic import Field

from queue_service.contract.answers import Count, Instant, Ratio, Seconds
from queue_service.contract.words import DateText, LanguageTag, Published, Strict
from queue_service.goals.rules.verdicts import Interval
from queue_service.reception.rules import HelpState


class HelpCallBody(Strict):
    """The language that the citizen had chosen; without: the branch's first."""

    language: LanguageTag | None = None


class HelpCallAnswer(Published):
    """A call for help. ``place`` is the name that the kiosk's access has, often empty.

    ``heard``: a page that shows it is open now, the reception's or an open counter's. ``late``:
    within the limit there was no answer.
    """

    id: str
    place: str
    language: LanguageTag
    state: HelpState
    heard: bool
    late: bool
    called_at: Instant
    taken_at: Instant | None
    ended_at: Instant | None


class OwnHelpCall(Published):
    """The call that the kiosk made last, null if none is kept."""

    at: Instant
    call: HelpCallAnswer | None


class HelpCallList(Published):
    """The calls that are open, oldest first."""

    at: Instant
    calls: list[HelpCallAnswer]


class HelpFigures(Published):
    """Calls for help by how they ended, and how many of those judged were answered in time.

    All counts are null if each month had fewer than five calls. ``low``, ``high`` and
    ``interval`` are as in the statistics of goals.
    """

    calls: Count | None
    answered: Count | None
    unanswered: Count | None
    cancelled: Count | None
    withdrawn: Count | None
    judged: Count | None
    within: Count | None
    within_seconds: Seconds
    ratio: Ratio | None
    low: Ratio | None
    high: Ratio | None
    interval: Interval
    p50_seconds: Seconds | None


class ReceptionFiguresAnswer(Published):
    """The notes of staff on visits, by need and by reason, and the calls for help.

    Fewer than five in a month are left out; null if that is so in each month that had any.
    """

    branch: str
    from_: DateText = Field(alias="from")
    to: DateText
    needs: dict[str, Count | None]
    first_in_line: dict[str, Count | None]
    help_calls: HelpFigures
