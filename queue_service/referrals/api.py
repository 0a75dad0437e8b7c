"""Referrals over HTTP: sent by clerks, answered where the specialists sit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response

from queue_service.contract.queries import DateRange
from queue_service.language.instants import rfc3339, rfc3339_or_none
from queue_service.referrals.contract import (
    CaseBody,
    ReferBody,
    ReferralAnswer,
    ReferralFiguresAnswer,
    ReferralList,
    ReturnBody,
    SendOnBody,
    SentQuery,
    SettleBody,
)
from queue_service.referrals.operations import (
    current_referral,
    deciding,
    figures,
    listing,
    returned_referral,
    sending,
)
from queue_service.referrals.operations.current_referral import ReceivedReferral
from queue_service.referrals.rules import Onward, ReferralCount, shown_of_months
from queue_service.web.commands import answer, command
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.requests import body, query

blueprint = Blueprint("referrals", __name__, url_prefix="/api/v1/branches/<branch>")

_ONE = {200: ReferralAnswer}


@blueprint.post("/referrals")
@describe(
    "Refer an inquiry to a specialist",
    body=ReferBody,
    answers={201: ReferralAnswer},
    refusals=("visit_not_found", "not_found", "wrong_state"),
)
def refer(branch: str) -> Response:
    """After it was completed as referred. An inquiry is referred once; undoing its completion
    withdraws that."""
    payload = body(ReferBody)
    placed = sending.refer(
        queue(),
        command(branch, payload),
        payload.visit,
        payload.inquiry,
        payload.to,
        payload.lifeline,
        payload.category,
    )
    return answer(_json(placed), 201, replayed=placed.replayed)


@blueprint.get("/referrals")
@describe("Referrals that the branch sent", query=SentQuery, answers={200: ReferralList})
def sent(branch: str) -> Response:
    """Of the last two weeks, latest first; or the referrals of a ticket's number and a day. A
    returned referral that is not ``settled`` waits for the branch, and is listed however old it
    is."""
    wanted = query(SentQuery)
    found = listing.sent(queue(), command(branch), wanted.number or "", wanted.date or "")
    return answer({"referrals": [_json(placed) for placed in found]})


@blueprint.get("/referrals/received")
@describe("Referrals that the branch received", answers={200: ReferralList})
def received(branch: str) -> Response:
    """The open referrals, the oldest first, then those that ended in the last two weeks."""
    found = listing.received(queue(), command(branch))
    return answer({"referrals": [_json(placed) for placed in found]})


@blueprint.post("/referrals/<referral>/accept")
@describe("Take a referral up", body=CaseBody, answers=_ONE, refusals=("not_found", "wrong_state"))
def accept(branch: str, referral: str) -> Response:
    """The counter sees it. The remark made here holds when the case is closed or returned."""
    payload = body(CaseBody)
    solvable = payload.could_have_been_solved
    return _one(deciding.accept(queue(), command(branch, payload), referral, solvable=solvable))


@blueprint.post("/referrals/<referral>/close")
@describe("Close a referral", body=CaseBody, answers=_ONE, refusals=("not_found", "wrong_state"))
def close(branch: str, referral: str) -> Response:
    """With whether the counter could have solved it, which shows what to teach."""
    payload = body(CaseBody)
    solvable = payload.could_have_been_solved
    return _one(deciding.close(queue(), command(branch, payload), referral, solvable=solvable))


@blueprint.post("/referrals/<referral>/return")
@describe("Return a referral", body=ReturnBody, answers=_ONE, refusals=("not_found", "wrong_state"))
def give_back(branch: str, referral: str) -> Response:
    """To the counter, with a reason."""
    payload = body(ReturnBody)
    return _one(
        deciding.give_back(
            queue(),
            command(branch, payload),
            referral,
            payload.reason,
            solvable=payload.could_have_been_solved,
        )
    )


@blueprint.post("/referrals/<referral>/settle")
@describe(
    "Say how a referral that came back ended",
    body=SettleBody,
    answers=_ONE,
    refusals=("not_found", "wrong_state"),
)
def settle(branch: str, referral: str) -> Response:
    """At the branch that sent it. Then it no longer waits there."""
    payload = body(SettleBody)
    return _one(
        returned_referral.settle_returned(
            queue(), command(branch, payload), referral, payload.outcome
        )
    )


@blueprint.post("/referrals/<referral>/send-on")
@describe(
    "Send on a referral that came back",
    body=SendOnBody,
    answers={201: ReferralAnswer},
    refusals=("not_found", "wrong_state"),
)
def send_on(branch: str, referral: str) -> Response:
    """To a lifeline of any branch that knows of its service. It is another referral from then on,
    which is the answer; the same again gives the same."""
    payload = body(SendOnBody)
    to = Onward(payload.to, payload.lifeline, payload.category)
    placed = returned_referral.send_on(queue(), command(branch, payload), referral, to)
    return answer(_json(placed), 201, replayed=placed.replayed)


@blueprint.get("/referral-figures")
@describe(
    "Figures of referrals over a range of dates, by service",
    query=DateRange,
    answers={200: ReferralFiguresAnswer},
)
def referral_figures(branch: str) -> Response:
    """In whole months that are over, by default in the last one.

    Each counts on the date on which it was sent. Fewer than five in a month are not shown, nor what
    would reveal them.
    """
    wanted = query(DateRange)
    found = figures.referral_figures(queue(), branch, wanted.from_, wanted.to)
    found.require_publishable()
    return answer(
        {
            "branch": found.branch.id,
            "from": found.period.first,
            "to": found.period.last,
            "sent": _rows_json(found.sent),
            "received": _rows_json(found.received),
        }
    )


def _one(placed: ReceivedReferral) -> Response:
    return answer(_json(placed), replayed=placed.replayed)


def _json(placed: ReceivedReferral) -> dict[str, Any]:
    referral, names = placed.referral, current_referral.names_of(queue(), placed)
    return {
        "id": referral.id,
        "number": referral.number,
        "date": referral.date,
        "service": referral.service,
        "service_name": dict(names.service),
        "branch": referral.sender,
        "branch_name": names.sender,
        "to": placed.receiver.id,
        "to_name": placed.receiver.name,
        "lifeline": referral.lifeline,
        "lifeline_name": dict(names.lifeline),
        "category": referral.category,
        "state": referral.state,
        "reason": referral.reason,
        "could_have_been_solved": referral.solvable,
        "sent_at": rfc3339(referral.sent_at),
        "accepted_at": rfc3339_or_none(referral.accepted_at),
        "ended_at": rfc3339_or_none(referral.ended_at),
        "settled": referral.settled,
        "settled_at": rfc3339_or_none(referral.settled_at),
    }


def _rows_json(months: Iterable[Iterable[ReferralCount]]) -> list[dict[str, Any]]:
    rows = []
    for service, row in shown_of_months(months).items():
        counts = row.counts if row else {}
        rows.append(
            {
                "service": service,
                "sent": counts.get("sent"),
                "accepted": counts.get("accepted"),
                "returned": counts.get("returned"),
                "could_have_been_solved": counts.get("solvable"),
                "median_hours_to_acceptance": row.median_hours() if row else None,
            }
        )
    return rows
