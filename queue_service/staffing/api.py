"""Staffing advice over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, g

from queue_service.board.operations.state import state
from queue_service.command import Command
from queue_service.language.instants import rfc3339
from queue_service.staffing.contract import NotReachedAnswer, StaffingAdviceAnswer
from queue_service.staffing.operations.advice import staffing_advice
from queue_service.staffing.operations.not_reached import left_today
from queue_service.staffing.operations.today import TodaysPace, todays_pace
from queue_service.staffing.rules.advised import (
    AdvisedDay,
    AdvisedHour,
    StaffingAdvice,
    WaitingGoal,
)
from queue_service.staffing.rules.pace import DayEnd
from queue_service.staffing.rules.what_if import WhatIf
from queue_service.web.commands import answer
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe

blueprint = Blueprint("staffing_api", __name__, url_prefix="/api/v1/branches/<branch>")


@blueprint.get("/staffing-advice")
@describe(
    "Arrivals to expect in the coming two weeks, and the counters they need",
    answers={200: StaffingAdviceAnswer},
)
def advice(branch: str) -> Response:
    """Made from the same weekdays before; a replayed branch has no coming days."""
    found = staffing_advice(queue(), branch)
    return answer(advice_json(found, todays_pace(queue(), found.branch, found.today)))


@blueprint.get("/not-reached")
@describe("The waiting numbers that today does probably not reach", answers={200: NotReachedAnswer})
def not_reached(branch: str) -> Response:
    """At the pace of the last hour, by group of services with the same counters; empty if all are
    reached, and where too little is known."""
    found = left_today(queue(), state(queue(), Command(branch, g.caller)))
    return answer({"not_reached": [asdict(each) for each in found]})


def advice_json(found: StaffingAdvice, pace: TodaysPace | None) -> dict[str, Any]:
    """The advice as the interface gives it; nothing is rounded."""
    service, chosen = found.service, found.chosen
    return {
        "branch": found.branch.id,
        "goal": _goal(found.goal),
        "pace": pace and _pace(pace),
        "change": found.change,
        "held": asdict(found.held),
        "one_pool": found.pooled,
        "pools": [
            {"services": list(pool.services), "goal": _goal(goal), "one_pool": pool.assumed}
            for pool, goal in zip(found.pools, found.goals, strict=True)
        ],
        "basis": service
        and {
            "days": service.days,
            "service_seconds": service.mean,
            "patience_seconds": service.patience,
        },
        "spread": found.spread,
        "days": [_day(day) for day in found.days],
        "what_if_date": chosen.date if chosen and found.what_ifs else None,
        "what_if": [
            {"pool": pool, **_what_if(one)}
            for pool, plans in enumerate(chosen.what_ifs if chosen else ())
            for one in plans
        ],
    }


def _goal(goal: WaitingGoal) -> dict[str, Any]:
    return {
        "id": goal.goal and goal.goal.id,
        "threshold_seconds": goal.limit_seconds,
        "target_ratio": goal.target,
        "wanted_ratio": goal.wanted,
    }


def _pace(found: TodaysPace) -> dict[str, Any]:
    return {
        "at": rfc3339(found.at),
        "goal": found.goal.id,
        "counters": found.pace.counters,
        "end": _end(found.pace.end),
        "days_below": found.pace.end.below,
        "verdict": found.verdict,
        "one_more": _one_more(found),
    }


def _one_more(found: TodaysPace) -> dict[str, Any] | None:
    more, begins, ends = found.pace.more, found.begins, found.ends
    if more is None or begins is None or ends is None:
        return None
    span = {"from": rfc3339(begins), "to": rfc3339(ends)}
    return {**span, "services": list(found.services), **_end(more.end)}


def _end(end: DayEnd) -> dict[str, float]:
    return {"ratio": end.share, "low": end.low, "high": end.high}


def _day(day: AdvisedDay) -> dict[str, Any]:
    return {
        "date": day.date,
        "verdict": day.verdict,
        "special": day.special,
        "weeks": list(day.weeks),
        "arrivals": day.arrivals,
        "low": day.low,
        "high": day.high,
        "hours": [_hour(hour) for hour in day.hours],
    }


def _hour(hour: AdvisedHour) -> dict[str, Any]:
    return {
        "hour": hour.hour,
        "from": rfc3339(hour.begins),
        "to": rfc3339(hour.ends),
        "arrivals": hour.arrivals,
        "low": hour.low,
        "high": hour.high,
        "counters": hour.counters,
        "counters_by_pool": [pool.counters for pool in hour.pools],
        "counters_open": hour.opened,
    }


def _what_if(one: WhatIf) -> dict[str, Any]:
    return {
        "plan": one.plan,
        "counters": list(one.counters),
        "ratio": one.share,
        "low": one.low,
        "high": one.high,
        "days": one.days,
        "days_below": one.days_below,
        "left": one.left,
    }
