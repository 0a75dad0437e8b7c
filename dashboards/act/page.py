"""Act now: what is changed for some hours in a branch, begun and ended here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b
from secrets import token_hex
from typing import Any, Final

from flask import Blueprint, Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboards.act.texts import TEXTS
from dashboards.act.view import (
    ICONS,
    NAMES,
    WAITING,
    ActChoice,
    Card,
    cards,
    choices,
    offered,
    usual_end,
)
from dashboards.board.not_reached import headline, hint
from dashboards.frame.context import show, writing
from queue_service.access.rules.caller import IdempotencyKey
from queue_service.board.operations.state import state
from queue_service.bookings.operations.closing import PlannedClosing
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.rules.interventions import KINDS, SCREENS, InterventionKind, Screen
from queue_service.command import Command
from queue_service.configuration.closing_text import closing_lines
from queue_service.configuration.operations import get_branch
from queue_service.counters.store import CounterStore
from queue_service.errors import Invalid
from queue_service.interventions import operations
from queue_service.interventions.rules import CLOSING, LONGEST_TEXT, MOST_TICKETS, Wanted
from queue_service.pages.admin.met import agreed_number
from queue_service.staffing.operations.not_reached import left_today
from queue_service.visits.rules.refusals import require_here
from queue_service.web.context import queue
from queue_service.web.forms import FormRefused, attempt, form_value
from queue_service.web.responses import uncached
from queue_service.web.texts import page_texts

blueprint = Blueprint("act", __name__, url_prefix="/dashboards")

_FIELDS: Final = ("counter", "team", "service", "until", "time", "limit", "whole", "key")


@blueprint.get("/<branch>/act")
def act(branch: str) -> ResponseReturnValue:
    """Active and possible interventions. ``?kind=`` opens the form of one, filled in."""
    known = get_branch(queue(), branch)
    require_here(known)
    return _page(known, request.args)


@blueprint.post("/<branch>/act")
def begin(branch: str) -> ResponseReturnValue:
    """Begin one; the answer is the page, or the form with its errors."""
    known = get_branch(queue(), branch)

    def begun() -> operations.InterventionResult:
        agreed = agreed_number(form_value("appointments"))
        return operations.begin(queue(), _command(branch), _wanted(known), agreed=agreed)

    done, refused = attempt("act", begun)
    if refused:
        return _page(known, request.form, refused)
    return redirect(url_for("act.act", branch=branch, _anchor=f"i-{done.one.id}"), 303)


@blueprint.post("/<branch>/act/<intervention>/end")
def end(branch: str, intervention: str) -> ResponseReturnValue:
    """End one; one that is over stays so."""
    operations.end(queue(), Command(branch, g.caller), intervention)
    return redirect(url_for("act.act", branch=branch, _anchor="in-force"), 303)


def _command(branch: str) -> Command:
    """Recognised when the button is pressed twice."""
    text = repr(sorted(request.form.items(multi=True)))
    fingerprint = blake2b(text.encode(), digest_size=16).hexdigest()
    key = form_value("key")
    kept = IdempotencyKey(g.caller.id, f"act-{key}", fingerprint) if key.isalnum() else None
    return Command(branch, g.caller, kept)


def _kind(value: str) -> InterventionKind | None:
    return next((kind for kind in KINDS if kind == value), None)


def _wanted(branch: Branch) -> Wanted:
    kind = _kind(form_value("kind"))
    if kind is None:
        raise Invalid.at("kind", "It is missing.", "Choose what to do.")
    if kind == "carry_over":
        return Wanted(kind)
    if kind == "not_today":
        return Wanted(kind, numbers=_numbers())
    wanted = _OF_KIND[kind](branch)
    until = form_value("until")
    ends = {"time": form_value("time"), CLOSING: CLOSING}.get(until)
    if until == "time" and not ends:
        raise Invalid.at("until", "It is missing.", "Give a time later today.")
    return Wanted(
        kind,
        ends,
        wanted.counter,
        wanted.team,
        wanted.services,
        wanted.limit,
        wanted.texts,
        wanted.screens,
    )


def _numbers() -> dict[str, str]:
    """The first number of each service, as ``service:number`` from the form."""
    pairs = (text.rpartition(":") for text in request.form.getlist("numbers"))
    return {service: number for service, _, number in pairs if service}


def _lending(_branch: Branch) -> Wanted:
    whole, _, chosen = form_value("whole").partition(":")
    team = chosen if whole == "team" else None
    services = request.form.getlist("services") if whole == "services" else []
    return Wanted("lend_counter", None, form_value("counter") or None, team, tuple(services))


def _opening(_branch: Branch) -> Wanted:
    team = form_value("team") or None
    return Wanted("open_counter", None, form_value("counter") or None, team)


def _pause(_branch: Branch) -> Wanted:
    return Wanted("pause_service", services=tuple(filter(None, (form_value("service"),))))


def _cap(_branch: Branch) -> Wanted:
    limit = form_value("limit")
    return Wanted(
        "cap_service",
        services=tuple(filter(None, (form_value("service"),))),
        limit=int(limit) if limit.isascii() and limit.isdigit() and len(limit) < 5 else None,
    )


def _announcement(branch: Branch) -> Wanted:
    texts = {code: text for code in branch.languages if (text := form_value(f"text-{code}"))}
    screens: tuple[Screen, ...] = tuple(s for s in SCREENS if s in request.form.getlist("screens"))
    if not screens:
        raise Invalid.at("screens", "It is missing.", "Choose where it is shown.")
    return Wanted("announcement", texts=texts, screens=screens)


_OF_KIND: Final[Mapping[InterventionKind, Callable[[Branch], Wanted]]] = {
    "lend_counter": _lending,
    "open_counter": _opening,
    "pause_service": _pause,
    "cap_service": _cap,
    "announcement": _announcement,
}


def _chosen() -> list[str]:
    return request.form.getlist("services") or request.args.getlist("service")


def not_reached_lines(branch: Branch) -> list[dict[str, Any]]:
    """The groups of services with numbers that are not reached, in words, with the numbers."""
    say = writing()
    found = left_today(queue(), state(queue(), Command(branch.id, g.caller)))
    return [
        {"headline": headline(each, say), "hint": hint(each, say), "numbers": dict(each.numbers)}
        for each in found
    ]


def _page(branch: Branch, given: Mapping[str, str], refused: FormRefused | None = None) -> Response:
    listed = operations.listed(queue(), Command(branch.id, g.caller))
    kind = _kind(given.get("kind", ""))
    opened = queue().get(CounterStore).states(branch.id).open
    found: list[Card] = cards(listed, opened, writing())
    options: list[ActChoice] = choices(branch)
    issued = (
        operations.kiosk_issued(queue(), Command(branch.id, g.caller))
        if kind == "cap_service"
        else {}
    )
    met = PlannedClosing()
    if kind == "carry_over":
        met = operations.plan_close_today(queue(), Command(branch.id, g.caller))
    text = show(
        "act",
        listed.branch,
        kind=kind,
        options=options,
        name=NAMES,
        icons=ICONS,
        cards=[card for card in found if card.in_force],
        over=[card for card in found if not card.in_force],
        waiting_words=WAITING,
        waiting=(
            operations.waiting_now(queue(), Command(branch.id, g.caller))
            if kind == "carry_over"
            else 0
        ),
        met=met,
        met_lines=closing_lines(met, writing()),
        not_reached=not_reached_lines(branch) if kind == "not_today" else [],
        ends_at_midnight=not moment(branch, moment(branch, listed.now).day_ends).open,
        **offered(branch, kind, opened, issued),
        chosen_services=_chosen(),
        given={name: given.get(name, "") for name in _FIELDS},
        texts={code: given.get(f"text-{code}", "") for code in branch.languages},
        usual_end=usual_end(branch, listed.now),
        longest=LONGEST_TEXT,
        most=MOST_TICKETS,
        new_key=given.get("key") or token_hex(8),
        refused=refused,
        wrong={error["field"]: error["reason"] for error in refused.errors} if refused else {},
        page_texts=page_texts(TEXTS),
    )
    return uncached(text, refused.status if refused else 200)
