"""A comparison of branches over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from flask import Blueprint, Response

from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import no_branch
from queue_service.branches.visible import visible_branches
from queue_service.days.rules.period import between, days_after
from queue_service.days.rules.ranges import require_range
from queue_service.insight.contract import ComparisonAnswer, ComparisonQuery
from queue_service.insight.operations.comparison import (
    BranchComparison,
    Measure,
    comparison,
    verdict,
)
from queue_service.insight.rules.standardise import BranchStanding, ComparedBranches, Effect
from queue_service.web.commands import answer
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.requests import query

blueprint = Blueprint("comparison_api", __name__, url_prefix="/api/v1")

_USUAL_DAYS: Final = 28


@blueprint.get("/comparison")
@describe(
    "Branches compared by the same mix of services",
    query=ComparisonQuery,
    answers={200: ComparisonAnswer},
    refusals=("branch_not_found",),
)
def compare() -> Response:
    """Of the branches that the caller may see; any other is as one that does not exist."""
    wanted = query(ComparisonQuery)
    visible = {branch.id: branch for branch in visible_branches(past=True)}
    chosen = [name.strip() for name in wanted.branches.split(",") if name.strip()]
    for name in chosen:
        if name not in visible:
            raise no_branch(name)
    chosen = chosen or [branch.id for branch in visible.values() if branch.counted]
    now = queue().store.time()
    today = max((moment(visible[name], now).date for name in chosen), default="")
    last = wanted.to or today or days_after("1970-01-01", now // 86_400_000)
    first = wanted.from_ or days_after(last, 1 - _USUAL_DAYS)
    require_range(first, last)
    return answer(comparison_json(comparison(queue(), chosen, between(first, last), now=now)))


def comparison_json(found: BranchComparison) -> dict[str, Any]:
    """A comparison as the interface gives it; nothing is rounded."""
    return {
        "from": found.period.first,
        "to": found.period.last,
        "branches": [{"id": branch.id, "name": branch.name} for branch in found.branches],
        "figures": [_figure(found, *measured) for measured in found.measures.items()],
    }


def _figure(
    found: BranchComparison, measure: Measure, compared: ComparedBranches
) -> dict[str, Any]:
    return {
        "figure": measure.indicator,
        "threshold_seconds": measure.limit,
        "unit": "ratio" if measure.share else "seconds",
        "together": asdict(compared.together),
        "covered": compared.covered,
        "mix": [{"service": s, "weight": w} for s, w in compared.weights.items()],
        "missing": [
            {"service": s, "branches": list(branches)} for s, branches in compared.missing.items()
        ],
        "branches": [
            _standing(branch, measure, compared.standings[branch]) for branch in found.pasts
        ],
    }


def _standing(branch: str, measure: Measure, standing: BranchStanding) -> dict[str, Any]:
    return {
        "branch": branch,
        "raw": asdict(standing.raw),
        "standardised": standing.standardised and asdict(standing.standardised),
        "covered": standing.covered,
        "difference": standing.difference and asdict(standing.difference),
        "verdict": verdict(measure, standing),
        "mix_effect": standing.mix_effect,
        "rate_effect": standing.rate_effect,
        "services": [_effect(effect) for effect in standing.effects],
    }


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "service": effect.service,
        "share": effect.share,
        "share_of_others": effect.share_there,
        "value": effect.value,
        "value_of_others": effect.value_there,
        "mix_effect": effect.mix,
        "rate_effect": effect.rate,
    }
