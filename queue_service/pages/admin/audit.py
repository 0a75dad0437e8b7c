"""The audit log: who did what, found by date, action and branch, and taken out as a file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from flask import Response, g, request, stream_with_context
from flask.typing import ResponseReturnValue

from queue_service.audit import operations
from queue_service.audit.contract import CHOICES, GROUPS, actions_of
from queue_service.audit.store import RecordedEntry, Search, position_from_text
from queue_service.audit.text import (
    ACTION_WORDS,
    GROUP_WORDS,
    KIND_WORDS,
    actor_word,
    detail_words,
    target_words,
)
from queue_service.branches.store import BranchStore
from queue_service.contract.queries import DateRange
from queue_service.contract.reading import parse
from queue_service.errors import Invalid
from queue_service.exports.csv_file import BOM, lines, safe
from queue_service.language.instants import rfc3339
from queue_service.language.wording import Wording
from queue_service.pages.admin.forms import blueprint, show
from queue_service.web.context import queue
from queue_service.web.forms import attempt
from queue_service.web.i18n import current_language

_SHOWN: Final = 50
"""Entries of one page."""
_FORMS: Final = ("csv", "jsonl")
_COLUMNS: Final = (
    "id", "at", "action", "result", "actor_kind", "actor_id", "actor_name", "actor_role", "address",
    "branch", "target", "details",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An entry as the page shows it."""

    time: str
    found: RecordedEntry
    details: list[tuple[str, str]]


@blueprint.get("/audit")
def audit() -> ResponseReturnValue:
    """The entries that were looked for, the latest first, a page at a time."""
    search, refused = attempt("audit", _search)
    before = position_from_text(request.args.get("before", ""))
    found = operations.page(queue(), search, before, _SHOWN) if search else None
    say = Wording(current_language())
    zone = queue().get(BranchStore).zone_of(_chosen("branch") or g.caller.branch)
    return show(
        "audit",
        refused,
        days=_days(found.entries if found else (), say, zone),
        earlier=found.before.text() if found and found.before else "",
        continued=before is not None,
        chosen={name: _chosen(name) for name in ("from", "to", "action", "branch", "name")},
        groups=GROUPS,
        group_words=GROUP_WORDS,
        action_words=ACTION_WORDS,
        kind_words=KIND_WORDS,
        actor_word=actor_word,
        target_words=lambda entry: target_words(entry, say),
        query={name: text for name, text in request.args.items() if name != "before"},
    )


@blueprint.get("/audit/file")
def audit_file() -> ResponseReturnValue:
    """The entries that were looked for as a file: a table, or a JSON document on each line."""
    form = request.args.get("format", "csv")
    if form not in _FORMS:
        raise Invalid.at("format", "Choose csv or jsonl.")
    entries = operations.file_entries(queue(), g.caller, _search(), form)
    text = _csv(entries) if form == "csv" else _json_lines(entries)
    response = Response(stream_with_context(part.encode() for part in text))
    response.mimetype = "text/csv" if form == "csv" else "application/jsonl"
    response.headers["Content-Disposition"] = f'attachment; filename="audit.{form}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _chosen(name: str) -> str:
    return request.args.get(name, "").strip()


def _search() -> Search:
    """The search of the address. Raises Invalid and Forbidden."""
    dates = parse(DateRange, {n: _chosen(n) for n in ("from", "to") if _chosen(n)})
    action = _chosen("action")
    if action and action not in CHOICES:
        raise Invalid.at("action", "Choose an action of the list.")
    return operations.search_of(
        queue(),
        g.caller,
        dates.from_,
        dates.to,
        actions_of(action),
        _chosen("branch") or None,
        _chosen("name"),
    )


def _days(
    entries: Iterable[RecordedEntry], say: Wording, zone: str
) -> list[tuple[str, list[AuditRow]]]:
    """The entries by their days."""
    return [
        (day, [_row(each, say, zone) for each in found])
        for day, found in groupby(entries, lambda each: day_of(each.position.at, zone, say))
    ]


def day_of(instant: int, zone: str, say: Wording) -> str:
    """The day of an instant (ms) with its weekday: ``Tuesday, 1 December 2026``."""
    return say.full_day(datetime.fromtimestamp(instant / 1000, ZoneInfo(zone)).date().isoformat())


def _row(found: RecordedEntry, say: Wording, zone: str) -> AuditRow:
    details = detail_words(found.entry, say, zone)
    return AuditRow(say.time_of_day(found.position.at, zone), found, details)


def _csv(entries: Iterable[RecordedEntry]) -> Iterator[str]:
    yield BOM + lines([_COLUMNS])
    for each in entries:
        position, entry = each
        yield lines([[safe(text) for text in (
            position.text(), rfc3339(position.at), entry.action, entry.result, entry.kind, entry.by,
            entry.name, entry.role, entry.address, entry.branch or "", entry.target,
            json.dumps(dict(entry.details), ensure_ascii=False),
        )]])  # fmt: skip


def _json_lines(entries: Iterable[RecordedEntry]) -> Iterator[str]:
    for each in entries:
        yield json.dumps(each.document(), ensure_ascii=False) + "\n"
