"""Fields of a page's form, and their refusals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from flask import Response, after_this_request, request

from queue_service.errors import AppointmentsMet, Invalid, QueueError, StoreUnavailable

_STATUS = {
    "forbidden": 403,
    "not_found": 404,
    "branch_not_found": 404,
    "invalid": 422,
    "rate_limited": 429,
}
_CONFLICT = {
    "in_use": 409,
    "intervention_overlaps": 409,
    "appointments_met": 409,
    "precondition_failed": 412,
}


@dataclass(frozen=True, slots=True)
class FormRefused:
    """A refused form; ``errors`` names fields with their reasons.

    ``appointments``: it waits for a confirmation, since it meets so many; so many of them are
    ``kept`` after all, and so many ``letters`` are sent.
    """

    form: str
    status: int
    detail: str
    errors: list[dict[str, str]] = field(default_factory=list)
    appointments: int | None = None
    kept: int = 0
    letters: int = 0


def form_value(name: str) -> str:
    """The value of a form's field, without space around it."""
    return request.form.get(name, "").strip()


def attempt(form: str, action: Callable[[], Any]) -> tuple[Any, FormRefused | None]:
    """Carry out a form's action: its result, or why it was refused."""
    try:
        return action(), None
    except StoreUnavailable:
        raise
    except QueueError as error:
        if "retry_after" in error.extra:
            after_this_request(partial(_retried_after, error.extra["retry_after"]))
        status = {**_STATUS, **_CONFLICT}.get(error.code, 400)
        errors = error.extra.get("errors")
        met: dict[str, Any] = error.extra if isinstance(error, AppointmentsMet) else {}
        return None, FormRefused(
            form, status, error.detail, errors if isinstance(errors, list) else [], **met
        )


def _retried_after(seconds: object, response: Response) -> Response:
    response.headers["Retry-After"] = str(seconds)
    return response


def checked(*checks: Callable[[], object]) -> None:
    """Make all of the checks. Raises Invalid with the refusals of each, all at once."""
    faults: list[dict[str, str]] = []
    for check in checks:
        try:
            check()
        except Invalid as error:
            faults += cast(list[dict[str, str]], error.extra["errors"])
    if faults:
        raise Invalid.of(faults, "Correct what is wrong; the errors say why.")
