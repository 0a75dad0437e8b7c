"""The figures of bookings over HTTP."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from queue_service.booking_days.rules import REPORTED, SOON
from queue_service.booking_figures.contract import BookingFiguresAnswer, BookingFiguresQuery
from queue_service.booking_figures.operations import BookingRow, booking_figures
from queue_service.goals.rules.verdicts import Share
from queue_service.web.commands import answer
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.requests import query

blueprint = Blueprint("booking_figures", __name__, url_prefix="/api/v1/branches/<branch>")


@blueprint.get("/booking-figures")
@describe(
    "The figures of bookings in a range of dates",
    query=BookingFiguresQuery,
    answers={200: BookingFiguresAnswer},
)
def figures(branch: str) -> Response:
    """By day, service or channel: how many were booked, moved and cancelled, how many came and how
    many did not, and how soon a time was free each morning."""
    wanted = query(BookingFiguresQuery)
    found = booking_figures(queue(), branch, wanted.from_, wanted.to)
    return answer(
        {
            "branch": branch,
            "from": found.period.first,
            "to": found.period.last,
            "by": wanted.by,
            "rows": [_row_json(key, row) for key, row in found.rows(wanted.by).items()],
            "total": _row_json(None, found.total),
            "free_times": [
                {"date": date, "service": service, "working_days": working_days}
                for date, service, working_days in found.free_times()
            ],
        }
    )


def _row_json(key: str | None, row: BookingRow) -> dict[str, Any]:
    return {
        "key": key,
        **{kind: row.counts[kind] for kind in (*REPORTED, SOON)},
        "soon_share": _share_json(row.soon),
        "missed_share": _share_json(row.missed),
    }


def _share_json(share: Share) -> dict[str, float | None]:
    return {"ratio": share.ratio, "low": share.low, "high": share.high}
