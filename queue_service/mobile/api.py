"""The requests of a mobile branch to the central server. Its token identifies the branch."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g

from queue_service.mobile.contract import (
    ContactAnswer,
    DayAnswer,
    DayBody,
    MobileContactBody,
    PartAnswer,
    PartBody,
)
from queue_service.mobile.operations import playbook, receiving
from queue_service.mobile.rules import DayMark
from queue_service.web.commands import answer
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.requests import body

blueprint = Blueprint("mobile", __name__, url_prefix="/api/v1/mobile")


@blueprint.post("/contact")
@describe(
    "Receive the report of a mobile branch, and return what the central server has",
    body=MobileContactBody,
    answers={200: ContactAnswer},
    refusals=("branch_not_found", "in_use", "newer_version", "not_mobile", "other_machine"),
)
def contact() -> Response:
    """With the configuration, unless the branch has that revision already."""
    said = body(MobileContactBody)
    heard = receiving.contact(queue(), g.caller, said)
    known = said.revision == heard.branch.revision
    return answer(
        {
            "branch": heard.branch.id,
            "revision": heard.branch.revision,
            "configuration": None if known else heard.branch.document,
            "playbook": _playbook_json(heard.branch.id, said.playbook),
            "run_by": heard.run_by,
            "days": {date: _mark_json(mark) for date, mark in heard.marks.items()},
            "touched": {
                visit_id: {"stamp": one.stamp, "visit": one.visit and one.visit.document()}
                for visit_id, one in heard.touched.items()
            },
            "twice": heard.twice,
            "now": heard.now,
        }
    )


@blueprint.put("/days/<date>/parts/<number>")
@describe(
    "Keep a part of a day's package for an hour",
    body=PartBody,
    answers={200: PartAnswer},
    refusals=("branch_not_found", "date_out_of_range"),
)
def put_part(date: str, number: str) -> Response:
    """In any order, and as often as need be."""
    nth = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else -1
    return answer({"parts": receiving.stage(queue(), g.caller, date, nth, body(PartBody))})


@blueprint.put("/days/<date>")
@describe(
    "Take in a day whose parts are there, whole or not at all",
    body=DayBody,
    answers={200: DayAnswer},
    refusals=(
        "branch_not_found",
        "date_out_of_range",
        "in_use",
        "newer_version",
        "not_mobile",
        "other_branch",
        "package_altered",
        "parts_missing",
    ),
)
def put_day(date: str) -> Response:
    """A later package of a day replaces an earlier one; an earlier one is ignored."""
    done = receiving.receive(queue(), g.caller, date, body(DayBody))
    return answer({"date": done.date, "outcome": done.outcome, **_mark_json(done.mark)})


def _playbook_json(branch_id: str, known: str | None) -> dict[str, Any] | None:
    out = playbook.outgoing(queue(), branch_id)
    return None if out.digest == known else out._asdict()


def _mark_json(mark: DayMark) -> dict[str, Any]:
    return mark._asdict()
