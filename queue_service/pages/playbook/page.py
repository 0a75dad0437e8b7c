"""The playbook: looked up by clerks, written by those who answer for it."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.lifelines import Lifeline, covering, lifelines_of
from queue_service.branches.store import BranchStore
from queue_service.branches.visible import visible_branches
from queue_service.configuration.operations import list_branches
from queue_service.days.rules.period import before, period_of
from queue_service.errors import NotFound, PreconditionFailed
from queue_service.history.operations.daily import empty_past
from queue_service.language.languages import name_in
from queue_service.language.wording import Wording
from queue_service.pages.playbook.form import Shown, sent, shown
from queue_service.pages.playbook.texts import TEXTS
from queue_service.playbook.markdown import to_html
from queue_service.playbook.operations import (
    PAST,
    PlaybookPage,
    ServiceInfo,
    approve,
    discard_draft,
    in_force,
    may_approve,
    may_write,
    page,
    pages,
    require_writer,
    require_written_here,
    restore,
    save_draft,
    saved_visits,
    today,
)
from queue_service.playbook.rules import LIMITS, EntryContent, PlaybookEntry, differences, matches
from queue_service.playbook.store import PlaybookStore
from queue_service.web.context import queue
from queue_service.web.forms import attempt, form_value
from queue_service.web.i18n import LANGUAGES, current_language
from queue_service.web.texts import page_texts

_MOST_DIGITS: Final = 12
_MONTHS: Final = 3
"""Of saved visits: this month and those before it."""

blueprint = Blueprint("playbook_page", __name__, url_prefix="/playbook")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Every entry; ``?q=`` looks in all texts, ``?owner=`` shows one owner's."""
    language, search, owner = (
        current_language(),
        request.args.get("q", ""),
        request.args.get("owner", ""),
    )
    every = sorted(pages(queue()), key=lambda one: _name(one.service).lower())
    written = [one for one in every if one.entry.approved]
    owners = sorted({one.entry.approved.content.owner for one in written if one.entry.approved})
    owner = owner if owner in owners else ""
    words = {one.service.id: _words(one, language) for one in written}
    due = today(queue())
    return _show(
        "playbook.html",
        written=written,
        unwritten=[one for one in every if not one.entry.approved],
        words=words,
        found={
            one.service.id
            for one in written
            if matches(words[one.service.id], search) and _is_of(one, owner)
        },
        overdue=[
            one for one in written if one.entry.approved and one.entry.approved.content.overdue(due)
        ],
        owners=owners,
        owner=owner,
        search=search,
        saved=_saved(every) if g.caller.role != "clerk" else None,
        page_texts=page_texts(TEXTS),
        page_data={"words": words},
    )


@blueprint.get("/<service>")
def entry(service: str) -> ResponseReturnValue:
    """The version in force for a service."""
    one = page(queue(), service)
    branches = [branch for branch in _every_branch() if branch.counted]
    lines = [(b, line) for b in branches for line in lifelines_of(b) if line.covers(service)]
    approved = one.entry.approved
    return _show(
        "playbook-entry.html",
        one=one,
        lifelines=[_lifeline(*line) for line in lines],
        buses=any(branch.elsewhere for branch in branches),
        just_approved=approved and request.args.get("approved") == str(approved.number),
    )


@blueprint.get("/<service>/edit")
def edit(service: str) -> ResponseReturnValue:
    """The draft, or what is in force, in a form."""
    require_writer(g.caller)
    require_written_here(queue())
    one = page(queue(), service)
    return _form(one, shown(one.entry.to_edit()))


@blueprint.post("/<service>/edit")
def write(service: str) -> ResponseReturnValue:
    """Show the form's entry as it would be read, save it as a draft, or put it in force."""
    require_writer(g.caller)
    require_written_here(queue())
    one, action = page(queue(), service), form_value("action")
    form, content = sent(request.form)
    overdue = form.values.get("review_by", "") < today(queue())
    # A draft may wait for its next review's day; refused here, nothing is saved either.
    if overdue and action == "approve" and "review_by" not in form.faults:
        form, content = form.with_fault("review_by", PAST), None
    if content is None:
        return _form(one, form, status=422)
    if action == "preview":
        return _form(one, form, preview=content)
    saved, refused = attempt(
        "entry", lambda: save_draft(queue(), g.caller, service, content, _revision())
    )
    one = page(queue(), service)
    if action == "approve" and one.entry.is_in_force(content):
        return _in_force(one.entry)  # The button was pressed twice.
    if refused:
        return _form(one, form, status=refused.status, mine=content)
    # A change on the way to approving is a draft of one's own.
    if action == "approve" and may_approve(queue(), g.caller, saved):
        return _in_force(approve(queue(), g.caller, service, saved.revision))
    return redirect(url_for("playbook_page.edit", service=service, saved=1), 303)


def _in_force(approved: PlaybookEntry) -> ResponseReturnValue:
    """To the entry as it is read, which says that this version is in force now."""
    number = approved.approved.number if approved.approved else None
    service = approved.service
    return redirect(url_for("playbook_page.entry", service=service, approved=number), 303)


@blueprint.post("/<service>/discard")
def discard(service: str) -> ResponseReturnValue:
    """Remove the draft; the version in force stays."""
    require_writer(g.caller)
    discard_draft(queue(), g.caller, service, _revision())
    return redirect(url_for("playbook_page.versions", service=service), 303)


@blueprint.get("/<service>/versions")
def versions(service: str) -> ResponseReturnValue:
    """Each version: ``?version=`` with how it differs from the one before."""
    one = page(queue(), service)
    every = queue().get(PlaybookStore).versions(service)
    wanted = request.args.get("version", "")
    newest = every[0] if every else None
    chosen = next((v for v in every if str(v.number) == wanted), None if wanted else newest)
    if wanted and chosen is None:
        raise NotFound("There is no such version: see the list of versions.")
    before = next((v for v in every if chosen and v.number == chosen.number - 1), None)
    changed = differences(before.content if before else None, chosen.content) if chosen else []
    return _show(
        "playbook-versions.html",
        one=one,
        versions=every,
        chosen=chosen,
        before=before,
        changed=changed,
    )


@blueprint.post("/<service>/restore")
def restore_version(service: str) -> ResponseReturnValue:
    """Make a former version the draft, to be looked at and approved."""
    require_writer(g.caller)
    number = _number("version") or 0
    restore(queue(), g.caller, service, number, _revision())
    return redirect(url_for("playbook_page.edit", service=service, restored=number), 303)


def sheets(branch: Branch) -> dict[str, Any]:
    """The entries in force of a branch's services by name, for the counter's panel and its copy."""
    language, entries = current_language(), in_force(queue(), branch)
    every = _every_branch()
    found = []
    for service, approved in entries.items():
        text, names = approved.content.text(language), branch.services[service].name
        name = name_in(names, language, default=service)
        found.append(
            {
                "service": service,
                "name": name,
                "summary": text.summary,
                "words": f"{name}\n{text.words()}",
                "html": _show(
                    "playbook-panel.html",
                    text=text,
                    approved=approved,
                    lifelines=[_lifeline(*line) for line in covering(branch, every, service)],
                ),
                "bring": {code: list(one.bring) for code, one in approved.content.texts.items()},
            }
        )
    found.sort(key=lambda one: str(one["name"]).lower())
    return {"at": queue().store.time(), "entries": found}


def _every_branch() -> list[Branch]:
    """The branches of this machine, and on a bus the known branches of the central server."""
    here = list_branches(queue())
    return [*here, *queue().get(BranchStore).central_branches(branch.id for branch in here)]


def _saved(every: list[PlaybookPage]) -> dict[str, Any]:
    """The visits that the playbook saved in this month and the two before it, by service."""
    ends = today(queue())
    if not ends:
        return {"months": [], "rows": [], "made_up_until": ""}
    months = [ends[:7]]
    while len(months) < _MONTHS:
        months.append(before(period_of("month", f"{months[-1]}-01")).first[:7])
    months.reverse()
    counted = [branch for branch in visible_branches() if branch.counted]
    begun = min((_begins(branch) for branch in counted), default=ends)
    months = [month for month in months if month >= begun[:7]] or [ends[:7]]
    sums: Counter[tuple[str, str]] = Counter()
    for branch in counted:
        for cell in saved_visits(queue(), branch.id, f"{months[0]}-01", ends).cells:
            sums[cell.service, cell.date[:7]] += cell.n
    rows = [
        (_name(one.service), [sums[one.service.id, month] for month in months])
        for one in every
        if any(sums[one.service.id, month] for month in months)
    ]
    made_up = max((branch.sample_until for branch in counted), default="")
    return {
        "months": months,
        "rows": rows,
        "made_up_until": made_up if made_up >= f"{months[0]}-01" else "",
    }


def _begins(branch: Branch) -> str:
    """The first date of which a branch has figures: before it there is no data, and not none."""
    period = period_of("day", today(queue()))
    return empty_past(queue(), branch.id, period, queue().store.time()).begins or period.first


def _lifeline(branch: Branch, line: Lifeline) -> dict[str, str]:
    """The lifeline that a clerk can ring, in words; without hours of its own it answers in its
    branch's."""
    write = Wording(current_language())
    days = zip(range(7), ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), strict=True)
    hours = [
        f"{write.within_sentence(write.weekday(n))[:3]} {write.spans(line.hours[day])}"
        for n, day in days
        if line.hours.get(day)
    ]
    return {
        "name": name_in(line.name, current_language()),
        "telephone": line.telephone,
        "dialled": line.dialled,
        "branch": branch.name,
        "hours": " · ".join(hours),
    }


def _revision() -> int:
    revision = _number("revision")
    if revision is None:
        raise PreconditionFailed("Open the entry again, then save.")
    return revision


def _number(name: str) -> int | None:
    text = form_value(name)
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


def _form(
    one: PlaybookPage,
    form: Shown,
    *,
    status: int = 200,
    preview: EntryContent | None = None,
    mine: EntryContent | None = None,
) -> Response:
    """The editor. ``mine`` was refused because somebody else has saved it meanwhile."""
    theirs, in_force_now = one.entry.to_edit(), one.entry.approved
    draft = one.entry.draft if request.method == "GET" else None
    looked_at = preview or (draft.content if draft else None)
    text = _show(
        "playbook-edit.html",
        one=one,
        approves=may_approve(queue(), g.caller, one.entry),
        form=form,
        preview=preview,
        draft=draft,
        against_in_force=differences(in_force_now.content, looked_at)
        if in_force_now and looked_at
        else [],
        conflict=mine is not None,
        changed=differences(theirs, mine) if mine else [],
        saved=request.method == "GET" and "saved" in request.args,
        restored=request.args.get("restored", type=int) if request.method == "GET" else None,
        most=LIMITS,
    )
    return make_response(text, status)


def _is_of(one: PlaybookPage, owner: str) -> bool:
    return not owner or (
        one.entry.approved is not None and one.entry.approved.content.owner == owner
    )


def _words(one: PlaybookPage, language: str) -> str:
    approved = one.entry.approved
    text = approved.content.text(language).words() if approved else ""
    return f"{_name(one.service)}\n{text}"


def _name(service: ServiceInfo) -> str:
    return name_in(service.name, current_language(), default=service.id)


def _show(template: str, **values: Any) -> str:
    """A page of the playbook, with the input that all of them need."""
    write = Wording(current_language())
    branches = [branch for branch in list_branches(queue()) if branch.counted]
    zone = branches[0].timezone if branches else "UTC"
    home = queue().get(BranchStore).home() if may_write(g.caller) else ""
    return render_template(
        template,
        page_as="staff",
        write=write,
        may_write=may_write(g.caller) and not home,
        home_url=home,
        may_see_versions=g.caller.role != "clerk",
        today=today(queue()),
        names=LANGUAGES,
        service_name=_name,
        html=lambda source: Markup(to_html(source)),  # noqa: S704 - cleaned by the sanitiser
        when=lambda at: f"{write.long_day_at(at, zone)} {write.time_of_day(at, zone)}",
        **values,
    )
