"""Common parts of the administrator's pages: their address, and pages with forms."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from queue_service.access.store import AccessStore
from queue_service.branches.store import BranchStore
from queue_service.branches.visible import visible_branches
from queue_service.language.wording import date_and_time
from queue_service.web.context import queue
from queue_service.web.forms import FormRefused, form_value
from queue_service.web.problems.reasons import reason
from queue_service.web.responses import uncached
from queue_service.web.security.permissions import gate

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


blueprint.add_app_template_filter(reason)


@blueprint.app_template_filter("instant")
def instant(at: int) -> str:
    """An instant (ms) in UTC; the page's script shows it in the zone next to it."""
    return f"{date_and_time(at, 'UTC')}Z"


@blueprint.app_context_processor
def _in_templates() -> dict[str, object]:
    """``zone_of(branch)``: the zone of a time, by default that of the caller's own branch; each is
    looked up once for a page."""

    @cache
    def zone_of(branch_id: str | None = None) -> str:
        return queue().get(BranchStore).zone_of(branch_id or g.caller.branch)

    return {"zone_of": zone_of}


@blueprint.get("/<any(people, screens, webhooks):section>/<path:action>")
def after(section: str, action: str) -> ResponseReturnValue:  # noqa: ARG001 - the address has it
    """The address of a form's response when it is requested again, for example in another
    language."""
    return redirect(url_for(f"admin.{section}"), HTTPStatus.SEE_OTHER)


def access_store() -> AccessStore:
    """The store of credentials."""
    return gate().store


def selected_branch() -> str | None:
    """The branch a form was for, or None for all of them."""
    return form_value("branch") or None


def show(template: str, refused: FormRefused | None = None, **values: object) -> Response:
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
        form_values=request.form,
        **values,
    )
    return uncached(page, refused.status if refused else 200)


def _faults(refused: FormRefused) -> dict[str, str]:
    """The errors by the ids of the fields on the page."""
    return {f"{refused.form}-{error['field']}": error["reason"] for error in refused.errors}
