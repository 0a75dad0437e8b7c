"""What any call may answer: a refusal, a check, the description."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


class Fault(BaseModel):
    """One field of the request and what is wrong with it."""

    field: str
    reason: str


class Problem(BaseModel):
    """A refusal (RFC 9457). Programs go by ``code``, people read ``detail``.

    ``state`` is the visit's, where that is the reason. ``request_id`` is also the header
    ``X-Request-Id``: the operator finds the request by it.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[Fault] | None = None
    state: str | None = None
    request_id: str | None = None


class Health(BaseModel):
    """The answer of a check."""

    status: str


class Description(BaseModel):
    """An OpenAPI 3.1 document."""

    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]
