"""The playbook over HTTP: read by staff and kiosks, written by callers that are not limited to one
branch."""

from __future__ import annotations

from dataclasses import asdict
from hashlib import blake2b
from typing import Any

from flask import Blueprint, Response, g, request

from queue_service.branches.store import BranchStore
from queue_service.contract.answers import EmptyBody
from queue_service.errors import Forbidden, Invalid
from queue_service.language.instants import rfc3339
from queue_service.playbook.contract import (
    ContentBody,
    EntryAnswer,
    PlaybookAnswer,
    PlaybookQuery,
    SavedAnswer,
    SavedBody,
    SavedCounted,
    SavedQuery,
)
from queue_service.playbook.markdown import to_html
from queue_service.playbook.operations import (
    PlaybookPage,
    approve,
    may_write,
    page,
    pages,
    require_writer,
    save_draft,
    save_visit,
    saved_visits,
    today,
)
from queue_service.playbook.rules import (
    Draft,
    EntryContent,
    EntryVersion,
    Texts,
    content_from,
    matches,
)
from queue_service.web.commands import answer, command
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.i18n import current_language
from queue_service.web.requests import body, query

blueprint = Blueprint("playbook", __name__, url_prefix="/api/v1")


@blueprint.get("/playbook")
@describe(
    "The playbook's entries in force",
    query=PlaybookQuery,
    answers={200: PlaybookAnswer, 304: ""},
    headers=("If-None-Match",),
    refusals=("branch_not_found",),
)
def entries() -> Response:
    """In one language, those that have ``q``. A kiosk reads what is public of its branch."""
    wanted = query(PlaybookQuery)
    language = wanted.lang or current_language()
    branch = wanted.branch or (g.caller.branch if g.caller.role == "kiosk" else None)
    if branch and not g.caller.may_see(branch):
        raise Forbidden("Use a token or login whose role and branch allow this.")
    found = [
        _listed(one, approved, language)
        for one in pages(queue(), branch)
        if (approved := one.entry.approved) and _found(one, approved, language, wanted.q)
    ]
    document = {"language": language, "entries": found}
    return _tagged(document, blake2b(repr(document).encode(), digest_size=12).hexdigest())


@blueprint.get("/playbook/<service>")
@describe(
    "A service's entry in the playbook",
    answers={200: EntryAnswer, 304: ""},
    headers=("If-None-Match",),
    refusals=("not_found",),
)
def entry(service: str) -> Response:
    """In every language. Its ETag is its revision; callers that may write see the draft."""
    if g.caller.role == "kiosk":
        _require_own(service)
    found = page(queue(), service)
    return _tagged(_entry_json(found), str(found.entry.revision))


@blueprint.put("/playbook/<service>/draft")
@describe(
    "Save a draft of a service's entry",
    body=ContentBody,
    answers={200: EntryAnswer},
    refusals=("configured_at_home", "not_found", "precondition_failed"),
    headers=("If-Match",),
)
def put_draft(service: str) -> Response:
    """The approved version stays in force. Without If-Match only an entry that is not written yet
    is changed."""
    require_writer(g.caller)
    content = content_from(body(ContentBody).model_dump())
    after = save_draft(queue(), g.caller, service, content, _revision())
    return _tagged(
        _entry_json(PlaybookPage(page(queue(), service).service, after)), str(after.revision)
    )


@blueprint.post("/playbook/<service>/approve")
@describe(
    "Put the draft of a service's entry in force",
    body=EmptyBody,
    answers={200: EntryAnswer},
    refusals=("configured_at_home", "not_found", "precondition_failed", "wrong_state"),
    headers=("If-Match",),
)
def approve_draft(service: str) -> Response:
    """It becomes the next version, unless its review would be overdue at once. If-Match is the
    draft's; a repeat changes nothing."""
    require_writer(g.caller)
    body(EmptyBody)
    after = approve(queue(), g.caller, service, _revision())
    return _tagged(
        _entry_json(PlaybookPage(page(queue(), service).service, after)), str(after.revision)
    )


@blueprint.post("/branches/<branch>/saved-visits")
@describe(
    "Count a citizen who needs no number",
    body=SavedBody,
    answers={201: SavedCounted},
    refusals=("service_not_found", "rate_limited"),
)
def save(branch: str) -> Response:
    """Of one terminal, presses within two seconds of each other are repeats, and no more than ten
    in five minutes are counted."""
    payload = body(SavedBody)
    given = save_visit(queue(), command(branch, payload), payload.service)
    return answer({"counted": given.counted}, 201, replayed=given.replayed)


@blueprint.get("/branches/<branch>/saved-visits")
@describe(
    "The visits that the playbook saved in a range of dates",
    query=SavedQuery,
    answers={200: SavedAnswer},
)
def saved(branch: str) -> Response:
    """By day, month, hour of the day or service. They are in no other figure."""
    wanted = query(SavedQuery)
    found = saved_visits(queue(), branch, wanted.from_, wanted.to)
    return answer(
        {
            "branch": branch,
            "from": found.first,
            "to": found.last,
            "by": wanted.by,
            "rows": [{"key": key, "saved": n} for key, n in found.rows(wanted.by).items()],
            "total": found.total,
        }
    )


def _revision() -> int:
    header = request.headers.get("If-Match")
    if header is None:
        return 0
    tag = header.strip().removeprefix("W/").strip('"')
    if not tag.isdecimal() or len(tag) > 12:
        raise Invalid.at("If-Match", "It must be the ETag of the entry.")
    return int(tag)


def _require_own(service: str) -> None:
    branch = g.caller.branch
    if branch is not None and service not in queue().get(BranchStore).get(branch).services:
        raise Forbidden("A kiosk reads what its own branch has.")


def _found(one: PlaybookPage, approved: EntryVersion, language: str, search: str) -> bool:
    text = approved.content.text(language)
    words = f"{one.service.name.get(language, '')}\n{one.service.id}\n"
    shown = "\n".join(text.bring) if g.caller.role == "kiosk" else text.words()
    return matches(words + shown, search)


def _listed(one: PlaybookPage, approved: EntryVersion, language: str) -> dict[str, Any]:
    content, text = approved.content, approved.content.text(language)
    public = {
        "service": one.service.id,
        "name": dict(one.service.name),
        "version": approved.number,
        "ask_at_kiosk": content.ask_at_kiosk,
    }
    if g.caller.role == "kiosk":
        return {**public, "text": _public(text)}
    return {
        **public,
        "text": _read(text),
        "owner": content.owner,
        "review_by": content.review_by,
        "overdue": content.overdue(today(queue())),
        "approved_at": rfc3339(approved.at),
    }


def _public(text: Texts) -> dict[str, Any]:
    own = asdict(text.self_service) if text.self_service else None
    return {"bring": list(text.bring), "self_service": own}


def _read(text: Texts) -> dict[str, Any]:
    html = {"steps_html": to_html(text.steps), "limits_html": to_html(text.limits)}
    return {**_text_json(text), **html}


def _text_json(text: Texts) -> dict[str, Any]:
    forms = [asdict(form) for form in text.forms]
    return {
        "summary": text.summary,
        **_public(text),
        "steps": text.steps,
        "limits": text.limits,
        "forms": forms,
    }


def _entry_json(found: PlaybookPage) -> dict[str, Any]:
    approved, draft = found.entry.approved, found.entry.draft
    document: dict[str, Any] = {
        "service": found.service.id,
        "name": dict(found.service.name),
        "revision": found.entry.revision,
        "approved": None,
        "draft": None,
    }
    if g.caller.role == "kiosk":
        return document | {"approved": _public_content(approved) if approved else None}
    if approved:
        document["approved"] = {"version": approved.number, **_signed(approved)}
    if draft and may_write(g.caller):
        document["draft"] = _signed(draft)
    return document


def _signed(thing: EntryVersion | Draft) -> dict[str, Any]:
    return {"at": rfc3339(thing.at), "by": thing.by, "content": _content_json(thing.content)}


def _content_json(content: EntryContent) -> dict[str, Any]:
    return {
        "owner": content.owner,
        "review_by": content.review_by,
        "ask_at_kiosk": content.ask_at_kiosk,
        "texts": {code: _text_json(text) for code, text in content.texts.items()},
    }


def _public_content(approved: EntryVersion) -> dict[str, Any]:
    content = approved.content
    return {
        "version": approved.number,
        "ask_at_kiosk": content.ask_at_kiosk,
        "texts": {code: _public(text) for code, text in content.texts.items()},
    }


def _tagged(document: dict[str, Any], tag: str) -> Response:
    known = request.headers.get("If-None-Match", "")
    same = any(part.strip().removeprefix("W/").strip('"') == tag for part in known.split(","))
    response = Response(status=304) if same and request.method == "GET" else answer(document)
    response.set_etag(tag)
    # Kept only to be compared: a repeated request always gets the present state.
    response.headers["Cache-Control"] = "no-cache"
    return response
