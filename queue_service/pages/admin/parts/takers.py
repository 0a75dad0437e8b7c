"""Counters and teams, and the services that they take."""

from __future__ import annotations

from typing import Any, Final

from queue_service.branches.rules.branch import DEFAULT_ENTRANCE, ENTRANCES
from queue_service.pages.admin.parts.part import ConfigDocument, Part, languages_of
from queue_service.pages.admin.parts.reader import TICKED, FormReader
from queue_service.pages.admin.parts.rows import (
    Item,
    new_id,
    read_named_rows,
    read_rows,
    read_services,
    shown_names,
    shown_rows,
    shown_services,
)
from queue_service.web.i18n import N_


def _show_counters(document: ConfigDocument) -> dict[str, str]:
    languages = languages_of(document)

    def row_of(row: str, item: Item) -> dict[str, str]:
        name = item["name"]
        names = {languages[0]: name} if isinstance(name, str) else name
        fields = {**shown_names(row, names, languages), **shown_services(row, item["services"])}
        accessible = {f"{row}-accessible": TICKED} if item.get("accessible") else {}
        return {
            **fields,
            **accessible,
            **_shown_video(row, item.get("video")),
            **_shown_room(row, item),
        }

    return shown_rows("counters", document["counters"], row_of)


def _take_counters(document: ConfigDocument, form: FormReader) -> dict[str, Any]:
    items, services = document["counters"], document["services"]
    ids, first = {item["id"] for item in items}, languages_of(document)[0]

    def build(form: FormReader, row: str, item: Item) -> dict[str, Any]:
        names = form.names(row)
        found = item.get("id") or new_id(next(iter(names.values()), ""), ids)
        ids.add(found)
        name = _name(names, first, item.get("name"))
        counter = {"id": found, "name": name, "services": read_services(form, row, services)}
        counter |= _read_accessible(form, row, item)
        return counter | _read_video(form, row) | _read_room(form, row)

    return {"counters": read_rows(form, "counters", items, build)}


def _shown_video(row: str, video: Item | None) -> dict[str, str]:
    if video is None:
        return {}
    return {f"{row}-video": TICKED, f"{row}-video-telephone": video["telephone"] or ""}


def _read_video(form: FormReader, row: str) -> dict[str, Any]:
    """The counter's part about video; nothing at a desk with a clerk."""
    if not form.ticked(f"{row}-video"):
        return {}
    return {"video": {"telephone": form.text(f"{row}-video-telephone") or None}}


def _read_accessible(form: FormReader, row: str, item: Item) -> dict[str, Any]:
    """Whether it is accessible; empty if it was not configured before, nor is now."""
    ticked = form.ticked(f"{row}-accessible")
    return {"accessible": ticked} if ticked or item.get("accessible") is not None else {}


def _shown_room(row: str, item: Item) -> dict[str, str]:
    entrance = (item.get("entrance") or DEFAULT_ENTRANCE) if item.get("kind") == "room" else ""
    return {f"{row}-room": entrance}


def _read_room(form: FormReader, row: str) -> dict[str, Any]:
    """The counter's part about its door; nothing at a desk."""
    entrance = form.text(f"{row}-room")
    return {"kind": "room", "entrance": entrance} if entrance in ENTRANCES else {}


def _name(names: dict[str, str], first: str, before: object) -> str | dict[str, str]:
    """One name for all where only the first language has one, unless it was kept by language."""
    alone = list(names) == [first] and not isinstance(before, dict)
    return names[first] if alone else names


def _show_teams(document: ConfigDocument) -> dict[str, str]:
    languages = languages_of(document)

    def row_of(row: str, item: Item) -> dict[str, str]:
        names = shown_names(row, item["name"], languages)
        return {**names, **shown_services(row, item["services"])}

    return shown_rows("teams", document["teams"], row_of)


def _take_teams(document: ConfigDocument, form: FormReader) -> dict[str, Any]:
    items, services = document["teams"], document["services"]

    def build(form: FormReader, row: str, _item: Item) -> dict[str, Any]:
        return {"services": read_services(form, row, services)}

    return {"teams": read_named_rows(form, "teams", items, build)}


COUNTERS: Final = Part(
    "counters",
    N_("Counters"),
    "desk",
    N_("The desks of the branch. A counter takes what its list and its open team's list share."),
    ("counters",),
    _show_counters,
    _take_counters,
)
TEAMS: Final = Part(
    "teams",
    N_("Teams of staff"),
    "people",
    N_(
        "The clerk who opens a counter says which team works there. A team has the services "
        "it can do."
    ),
    ("teams",),
    _show_teams,
    _take_teams,
)
