"""Responses that any call may give: a refusal, a check, the description."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from queue_service.contract.answers import Instant
from queue_service.contract.words import Published


class Fault(Published):
    """One field of the request and what is wrong with it."""

    field: str
    reason: str


class Problem(Published):
    """A refusal (RFC 9457). Programs go by ``code``, people read ``detail``.

    ``request_id`` is also the header ``X-Request-Id``: the operator finds the request by it.
    Further members say more about a refusal, such as ``visit``, the visit at a busy counter.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str | None = None
    errors: list[Fault] | None = None
    state: str | None = Field(
        default=None, description="Of the visit, or else of the call, referral or draft asked for."
    )
    booking: str | None = Field(default=None, description="The code that was booked already.")
    branch: str | None = None
    come_back_at: Instant | None = Field(
        default=None, description="When the arrival for a booking is not too early."
    )
    counter: str | None = None
    intervention: str | None = Field(default=None, description="The intervention already in force.")
    appointments: int | None = Field(default=None, description="How many appointments it meets.")
    kept: int | None = Field(
        default=None, description="How many of the appointments are kept after all."
    )
    letters: int | None = Field(default=None, description="How many citizens would get a letter.")
    login: str | None = Field(default=None, description="The login of the session now.")
    name: str | None = Field(default=None, description="Of the branch that a booking is at.")
    number: str | None = Field(default=None, description="The ticket that is in the way.")
    opens_at: Instant | None = None
    place: int | None = Field(default=None, description="The specialists' place that was quicker.")
    prefix: str | None = None
    revision: int | None = Field(default=None, description="The present revision.")
    service: str | None = None
    starts_at: Instant | None = Field(default=None, description="The booked time.")
    street_address: str | None = Field(
        default=None, description="Of the branch that a booking is at; absent if not configured."
    )
    team: str | None = None
    telephone: str | None = Field(default=None, description="The number to dial instead.")
    until: Instant | None = Field(default=None, description="When tickets are given again.")
    visit: str | None = Field(default=None, description="The visit at the counter.")


class Health(Published):
    """The answer of a check."""

    status: str


class Description(Published):
    """An OpenAPI 3.1 document."""

    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]
