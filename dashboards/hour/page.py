"""The reasons of an hour: a plain answer, compared with the same hour of the weeks before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from dashboards.frame.context import notes_by_day, show, today_of, writing
from dashboards.hour.view import HourView
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import weekday_of
from queue_service.configuration.operations import get_branch
from queue_service.days.rules.period import between, days_after, in_reach
from queue_service.insight.operations.hours import HourStory, hour_story
from queue_service.insight.operations.worst_periods import last_worst_hour, worst_hour
from queue_service.staffing.operations.past_hour import other_counters
from queue_service.web.context import queue

blueprint = Blueprint("hour", __name__, url_prefix="/dashboards")

_HOUR: Final = re.compile(r"([01]?\d|2[0-3])(:[0-5]\d)?")


@blueprint.get("/<branch>/hour")
def hour(branch: str) -> ResponseReturnValue:
    """The page: ``?date=2026-11-25&hour=14``, or ``hour=14:30``.

    Without an hour it is the date's worst hour; without either, the worst of the last date that has
    one. A date that has none, such as a closed one, gets a sentence in place of an hour. An invalid
    choice is reported at its field.
    """
    known = get_branch(queue(), branch)
    now = queue().store.time()
    asked = _asked_for(known, now)
    if not asked.hour:
        return show("hour", known, wrong={}, date=asked.date, hour="", story=None)
    hour_match = _HOUR.fullmatch(asked.hour)
    wrong = {"date": not in_reach(asked.date), "hour": hour_match is None}
    if any(wrong.values()) or hour_match is None:
        return show("hour", known, wrong=wrong, date=asked.date, hour=asked.hour, story=None), 422
    story = hour_story(queue(), branch, asked.date, f"{int(hour_match[1]):02}", now=now)
    return _page_of(story, asked)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The date and the hour of the request, with its omissions; and how the hour was chosen as the
    worst: of the ``day``, of the ``last_day`` or of ``today``, empty if it was not. The hour is
    empty for a date without any."""

    date: str
    hour: str
    chosen: str = ""
    longer_waits: bool = False


def _asked_for(branch: Branch, now: int) -> _Asked:
    date, hour, today = request.args.get("date"), request.args.get("hour"), today_of(branch)
    if not date and not hour:
        last = last_worst_hour(queue(), branch.id, today, now=now)
        if last:
            day, worst = last
            chosen = "today" if day == today and not branch.historic else "last_day"
            return _Asked(day, worst.hour, chosen, worst.longer_waits)
    elif not hour and date and in_reach(date):
        of_day = worst_hour(queue(), branch.id, date, now=now)
        if of_day:
            return _Asked(date, of_day.hour, "day", of_day.longer_waits)
    return _Asked(date or today, hour or ("" if in_reach(date or today) else "00"))


def _page_of(story: HourStory, asked: _Asked) -> str:
    view = HourView(story, writing())
    branch = story.past.branch
    week_after = days_after(story.date, 7)
    days = between(min([story.date, *story.weeks]), story.date)
    other = other_counters(queue(), story)
    return show(
        "hour",
        branch,
        wrong={},
        other=view.other_counters(other) if other else (),
        other_basis=view.basis(other) if other else "",
        date=story.date,
        hour=story.hour,
        story=story,
        asked=asked,
        view=view,
        state=_state(story),
        span={"from": story.hour, "to": f"{int(story.hour) + 1:02}"},
        story_weekday=weekday_of(story.date),
        notes=notes_by_day(branch.id, days),
        since=days.first,
        earlier=_other_counts(story, -1),
        later=_other_counts(story, 1),
        week_before=days_after(story.date, -7),
        week_after=week_after if week_after <= story.past.today else "",
    )


def _state(story: HourStory) -> str:
    """The kind of answer: nothing, an hour that is not over, or the explanation's verdict."""
    if not story.over:
        return "running" if story.hour in story.hours else "ahead"
    return "empty" if story.figures.empty else story.explanation.verdict


def _other_counts(story: HourStory, step: int) -> str:
    """The nearest hour of the date, before or after, that holds anything; "" for none."""
    hours = [hour for hour in story.hours if (hour > story.hour) == (step > 0)]
    hours = [hour for hour in hours if hour != story.hour]
    return "" if not hours else hours[0] if step > 0 else hours[-1]
