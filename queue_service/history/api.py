"""Statistics, and the visits of days that are over, over HTTP."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

from flask import Blueprint, Response

from queue_service.days.rules.figures import DurationSpread
from queue_service.goals.rules.verdicts import Share
from queue_service.history.contract import (
    GoalFigure,
    PastVisitsAnswer,
    PastVisitsQuery,
    StatisticsAnswer,
    StatisticsQuery,
)
from queue_service.history.operations.past_visits import UNKNOWN, PastVisit, past_visits
from queue_service.history.operations.statistics import (
    VISITS_COUNTED,
    Statistics,
    StatisticsLine,
    statistics,
)
from queue_service.runtime.cooperation import in_turns
from queue_service.visits.rules.wait_estimate import EstimatedWaits
from queue_service.web.commands import answer
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.requests import query

_PUBLISHED: Final = tuple(
    field.name for field in fields(Share) if field.name in GoalFigure.model_fields
)

blueprint = Blueprint("statistics", __name__, url_prefix="/api/v1/branches/<branch>")


@blueprint.get("/statistics")
@describe(
    "Figures of a range of dates",
    query=StatisticsQuery,
    answers={200: StatisticsAnswer},
)
def figures(branch: str) -> Response:
    """By day, hour or service; by counter or team in whole weeks, from Monday to Sunday, that are
    over."""
    wanted = query(StatisticsQuery)
    return answer(statistics_json(statistics(queue(), branch, wanted.from_, wanted.to, wanted.by)))


@blueprint.get("/past-visits")
@describe(
    "The visits of a day that is over",
    query=PastVisitsQuery,
    answers={200: PastVisitsAnswer},
    refusals=("day_final",),
)
def visits_of_day(branch: str) -> Response:
    """Each by the hour of its issue and with lengths to the nearest minute, without what would show
    the work of a person: the day of a counter is a person's."""
    wanted = query(PastVisitsQuery)
    found = past_visits(queue(), branch, wanted.date, queue().store.time())
    end = wanted.after + wanted.limit
    return answer(
        {
            "date": wanted.date,
            "visits": [_past_visit_json(visit) for visit in found[wanted.after : end]],
            "next": end if end < len(found) else None,
        }
    )


def _past_visit_json(visit: PastVisit) -> dict[str, Any]:
    return {
        "hour": visit.hour,
        "service": visit.service,
        "channel": visit.channel,
        "state": visit.state,
        "waiting_seconds": _seconds(visit.waited_minutes),
        "left_after_seconds": _seconds(visit.left_after_minutes),
        "inquiries": [
            {
                "service": inquiry.service,
                "outcome": inquiry.outcome or None,
                "handling_seconds": _seconds(inquiry.handled_minutes),
            }
            for inquiry in visit.inquiries
        ],
        "paper": visit.paper,
    }


def _seconds(minutes: int) -> int | None:
    return None if minutes == UNKNOWN else 60 * minutes


def statistics_json(found: Statistics) -> dict[str, Any]:
    """The figures as the interface gives them; ratios are not rounded."""
    return {
        "branch": found.branch.id,
        "from": found.first,
        "to": found.last,
        "by": found.by,
        "rows": [_line_json(line) for line in in_turns(found.rows)],
        "total": _line_json(found.total),
    }


def _line_json(line: StatisticsLine) -> dict[str, Any]:
    visits = line.visits or dict.fromkeys(VISITS_COUNTED)
    return {
        "key": line.key,
        **visits,
        "inquiries": line.inquiries,
        "contacts": line.contacts,
        "contacts_by_channel": line.channels,
        "paper_inquiries": line.paper,
        "waiting_seconds": _fields(line.waiting),
        "left_waiting_seconds": line.left and {"n": line.left.n, "p50": line.left.p50},
        "handling_seconds": _fields(line.handling),
        "estimated_waits": line.estimated and _estimates_json(line.estimated),
        "goals": [
            {"id": goal, **_share_json(share), "target_ratio": line.targets[goal]}
            for goal, share in line.goals.items()
        ],
        "pauses": None
        if line.pauses is None
        else [
            {"reason": reason, "n": found.n, "seconds": found.ms / 1000}
            for reason, found in sorted(line.pauses.items())
        ],
    }


def _estimates_json(found: EstimatedWaits) -> dict[str, Any]:
    return {
        "numbers": found.numbers,
        "shown": found.shown,
        "nobody_ahead": {"n": found.alone, "held": found.alone_held},
        "somebody_ahead": {"n": found.behind, "held": found.behind_held},
    }


def _share_json(share: Share) -> dict[str, Any]:
    """The published form of a share; its number of days is for the pages alone."""
    return {name: getattr(share, name) for name in _PUBLISHED}


def _fields(figure: DurationSpread) -> dict[str, Any]:
    """As ``asdict``, which copies each number, in a quarter of its time."""
    return {each.name: getattr(figure, each.name) for each in fields(figure)}
