"""What the administrator's pages share: their address, their forms and how a refusal is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, cast

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from queue_service.domain.errors import Invalid, QueueError, StoreUnavailable
from queue_service.store.access_store import AccessStore
from queue_service.web.access import allow, gate
from queue_service.web.admin.reasons import reason
from queue_service.web.seen import visible_branches

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

_STATUS = {
    "forbidden": 403,
    "not_found": 404,
    "branch_not_found": 404,
    "invalid": 422,
    "rate_limited": 429,
}
_CONFLICT = {"in_use": 409, "precondition_failed": 412}


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a form was not carried out; ``errors`` names fields with their reasons."""

    form: str
    status: int
    detail: str
    errors: list[dict[str, str]] = field(default_factory=list)


blueprint.add_app_template_filter(reason)


@blueprint.app_template_filter("instant")
def instant(at: int) -> str:
    """Milliseconds as an HTML date and time in UTC; the page's script tells it in local time."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%MZ")


@blueprint.get("/<any(people, screens):section>/<path:deed>")
@allow("admin")
def after(section: str, deed: str) -> ResponseReturnValue:  # noqa: ARG001 - the address has it
    """Where a form's answer stood when it is asked for again, in another language say."""
    return redirect(url_for(f"admin.{section}"), HTTPStatus.SEE_OTHER)


def access_store() -> AccessStore:
    """Where credentials are kept."""
    return gate().store


def chosen(name: str) -> str:
    """What a form's field holds, without space around it."""
    return request.form.get(name, "").strip()


def chosen_branch() -> str | None:
    """The branch a form was for, or None for all of them."""
    return chosen("branch") or None


def attempt(form: str, deed: Callable[[], Any]) -> tuple[Any, Refused | None]:
    """Carry out a form's deed: its result, or why it was refused."""
    try:
        return deed(), None
    except StoreUnavailable:
        raise
    except QueueError as error:
        status = {**_STATUS, **_CONFLICT}.get(error.code, 400)
        errors = error.extra.get("errors")
        return None, Refused(form, status, error.detail, errors if isinstance(errors, list) else [])


def checked(*checks: Callable[[], object]) -> None:
    """Make all of the checks and refuse what any of them does, so that all is told at once."""
    faults: list[dict[str, str]] = []
    for check in checks:
        try:
            check()
        except Invalid as error:
            faults += cast(list[dict[str, str]], error.extra["errors"])
    if faults:
        raise Invalid("Correct what is wrong; the errors say why.", errors=faults)


def show(template: str, refused: Refused | None = None, **values: object) -> Response:
    """An administrator's page. It may show a secret, so no cache keeps it."""
    page = render_template(
        f"admin/{template}.html",
        section=template,
        branches=visible_branches(),
        refused=refused,
        faults=_faults(refused) if refused else {},
        notes={},
        labels={},
        focus="",
        given=request.form,
        **values,
    )
    response = make_response(page, refused.status if refused else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def _faults(refused: Refused) -> dict[str, str]:
    """What is wrong by the ids of the fields on the page."""
    return {f"{refused.form}-{error['field']}": error["reason"] for error in refused.errors}
