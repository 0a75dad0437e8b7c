"""Queries and responses about days that are over, and about today's figures."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from queue_service.contacts.rules import ContactChannel
from queue_service.contract.answers import Count, Ratio, Seconds
from queue_service.contract.queries import DateRange, Paged
from queue_service.contract.words import DateText, Id, Published
from queue_service.visits.rules.visit import Channel, Outcome, State

StatisticsBreakdown = Literal["day", "hour", "service", "counter", "team", "came_by"]


class StatisticsQuery(DateRange):
    """The dates, both inclusive and by default today, and what a row is about.

    By counter and team they are whole weeks that are over, from a Monday to a Sunday. By
    ``came_by`` the rows are ``booked`` and ``walk_in``, of those dates alone on which anybody came
    for a booking, so that both rows are of the same dates.
    """

    by: StatisticsBreakdown = Field(default="day", description="The subject of a row.")


class Spread(Published):
    """Nearest-rank percentiles; no figure without any durations.

    ``exact`` is false if only the buckets of the durations are left; the mean is exact always.
    """

    n: Count
    mean: Seconds | None
    p50: Seconds | None
    p90: Seconds | None
    exact: bool


class LeftSpread(Published):
    """How long those had waited who gave up before any call; ``p50`` is the median."""

    n: Count
    p50: Seconds | None


class GoalFigure(Published):
    """A goal over a range, with its 95 % interval.

    ``interval`` is the method: ``wilson`` from single inquiries; ``days`` over days, as the
    inquiries of a day go together: from five days on by their own spread, of two to four by that of
    the branch's last twelve weeks. Two to four days without known weeks have ``wilson`` and the
    verdict ``open``. Of a waiting goal ``days`` allows for days that follow each other. A day is
    compared with the goal of that day; a range in which the goal changed, against what its days
    asked for together. ``verdict``: ``met`` when all of the interval reaches the target, ``missed``
    when none of it does, else and always under ten judged ``open``. The running day is judged by
    its 99 % interval, as it is looked at all day long.
    """

    id: Id
    judged: Count
    within: Count
    ratio: Ratio | None
    low: Ratio | None
    high: Ratio | None
    interval: Literal["wilson", "days"]
    verdict: Literal["met", "missed", "open"]
    target_ratio: Ratio | None


class PausesFigure(Published):
    """Pauses of counters for one reason: how many began, and how long they lasted together."""

    reason: Id
    n: Count
    seconds: Seconds


class EstimatesHeld(Published):
    """Of ``n`` estimated waits that are over, how many lay within the range on the ticket.

    The range counts as it is shown, in whole minutes. A visit that left after its upper end counts
    as outside.
    """

    n: Count
    held: Count


class EstimatedWaitsFigure(Published):
    """How many of the ``numbers`` drawn were shown an estimated wait, and how often it held.

    Days before these were kept count nothing.
    """

    numbers: Count
    shown: Count
    nobody_ahead: EstimatesHeld
    somebody_ahead: EstimatesHeld


class StatisticsRow(Published):
    """One day, hour, service, counter or team; the total's key is null.

    A visit is issued at no counter, so the rows of counters and teams have null for its counts. The
    key of work without a team is empty. ``waiting_seconds`` is of those who were called,
    ``left_waiting_seconds`` of those who gave up; that is null in the rows of counters and teams,
    and where days of version 0.1.0 did not keep it. ``pauses`` is null by day, service and team,
    and unless the range is of whole weeks that are over. By counter and team a week in which one
    had fewer than five inquiries, or worked on one day alone, is left out of its row, and what the
    total would reveal with it; one without any week left has no row. ``contacts_by_channel`` is
    null in the rows of counters and teams, and so is ``estimated_waits``. ``paper`` counts the
    visits issued that had a number on paper, ``paper_inquiries`` the inquiries of such visits.
    ``booked`` counts the visits that came for a booking.
    """

    key: str | None
    issued: Count | None
    completed: Count | None
    no_show: Count | None
    abandoned: Count | None
    incomplete: Count | None
    paper: Count | None
    booked: Count | None
    inquiries: Count
    contacts: Count
    contacts_by_channel: dict[ContactChannel, Count] | None
    paper_inquiries: Count
    waiting_seconds: Spread
    left_waiting_seconds: LeftSpread | None
    handling_seconds: Spread
    estimated_waits: EstimatedWaitsFigure | None
    goals: list[GoalFigure]
    pauses: list[PausesFigure] | None


class StatisticsAnswer(Published):
    """Figures of a range of dates."""

    branch: Id
    from_: DateText = Field(alias="from")
    to: DateText
    by: StatisticsBreakdown
    rows: list[StatisticsRow]
    total: StatisticsRow


class PastVisitsQuery(Paged):
    """A business day that is over, of the branch's calendar, within the retention of visits."""

    date: DateText = Field(description="The business day.")


class PastInquiryAnswer(Published):
    """An inquiry that was completed. On paper the outcome and the time may be unknown."""

    service: Id
    outcome: Outcome | None
    handling_seconds: Seconds | None


class PastVisitAnswer(Published):
    """A visit by the hour of its issue, without instants, counter, team, number and id.

    ``service`` is that of the ticket. ``waiting_seconds`` is the time to the first call,
    ``left_after_seconds`` that until the citizen left before any call. Every length is to the
    nearest minute.
    """

    hour: Annotated[int, Field(ge=0, le=23)]
    service: Id
    channel: Channel
    state: State
    waiting_seconds: Seconds | None
    left_after_seconds: Seconds | None
    inquiries: list[PastInquiryAnswer]
    paper: bool


class PastVisitsAnswer(Published):
    """Visits by hour; within an hour in no order of time. ``next``: what to send as ``after`` for
    the next page; null on the last one."""

    date: DateText
    visits: list[PastVisitAnswer]
    next: int | None
