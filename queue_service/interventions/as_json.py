"""Interventions as the JSON of the outside contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from queue_service.branches.rules.interventions import Intervention
from queue_service.language.instants import rfc3339, rfc3339_or_none


def intervention_json(
    one: Intervention, now: int, issued: Mapping[str, int], carried: int | None = None
) -> dict[str, Any]:
    """An intervention at ``now`` (ms); ``issued`` is by service what a cap has counted."""
    capped = one.kind == "cap_service" and one.limit is not None
    counted = sum(issued.get(service, 0) for service in one.services) if capped else None
    return {
        "id": one.id,
        "kind": one.kind,
        "business_date": one.date,
        "begins_at": rfc3339(one.begins),
        "ends_at": rfc3339(one.ends),
        "until": one.until,
        "ended_at": rfc3339_or_none(one.ended_at),
        "in_force": one.in_force(now),
        "asked_by": one.asked_by,
        "counter": one.counter,
        "team": one.team,
        "services": list(one.services),
        "limit": one.limit,
        "texts": dict(one.texts),
        "screens": list(one.screens),
        "numbers": dict(one.numbers),
        "issued": counted,
        "full": counted is not None and counted >= (one.limit or 0),
        "carried": carried,
    }
