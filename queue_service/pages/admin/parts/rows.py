"""Rows of a form for things with an id: services, counters, teams, goals.

A thing that the form does not mention stays as it is: another user may have added it meanwhile. A
row goes when its box "remove" is ticked, and only then.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import count
from typing import Any

from queue_service.goals.rules.goal import EVERYTHING
from queue_service.pages.admin.parts.reader import TICKED, Fields, FormReader
from queue_service.web.i18n import N_

Item = Mapping[str, Any]
Build = Callable[[FormReader, str, Item], dict[str, Any]]
"""Makes an item of the document from its row and what it was before; ``{}`` for a new one."""

_DANISH = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


def shown_rows(
    group: str, items: Sequence[Item], show: Callable[[str, Item], dict[str, str]]
) -> dict[str, str]:
    """Items as fields, each with its id."""
    fields: dict[str, str] = {}
    for number, item in enumerate(items):
        row = f"{group}-{number}"
        fields |= {f"{row}-id": item["id"], **show(row, item)}
    return fields


def read_rows(
    form: FormReader,
    group: str,
    items: Sequence[Item],
    build: Build,
    path: str = "",
) -> list[dict[str, Any]]:
    """The items as the form wants them. A new row that is empty has its faults like any other.

    ``path`` is their path in the document, by default their group.
    """
    rows = form.rows(group)
    by_id = {form.text(f"{row}-id"): row for row in rows if form.text(f"{row}-id")}
    wanted: list[tuple[str | None, Item]] = [(by_id.pop(i["id"], None), i) for i in items]
    # Another user has removed these meanwhile; saving them anyway restores them.
    wanted += [(row, {"id": known}) for known, row in by_id.items()]
    wanted += [(row, {}) for row in rows if not form.text(f"{row}-id")]
    found: list[dict[str, Any]] = []
    for row, item in wanted:
        if row is None:
            found.append(dict(item))
        elif not form.ticked(f"{row}-remove"):
            form.field_of_path[f"{path or group}[{len(found)}]"] = row
            found.append(build(form, row, item))
    return found


def read_named_rows(
    form: FormReader,
    group: str,
    items: Sequence[Item],
    build: Build,
) -> list[dict[str, Any]]:
    """The same for items with an id and a name; ``build`` gives the rest.

    A new item's id is made from its name.
    """
    ids = {item["id"] for item in items}

    def named(form: FormReader, row: str, item: Item) -> dict[str, Any]:
        names = form.names(row)
        found = item.get("id") or new_id(next(iter(names.values()), ""), ids)
        ids.add(found)
        return {"id": found, "name": names, **build(form, row, item)}

    return read_rows(form, group, items, named)


def in_order_of(now: Fields, fields: Fields, group: str) -> Fields:
    """A form's rows numbered as ``now`` numbers them, with those that are only there added.

    The rows that ``now`` does not know, being new or removed meanwhile, follow after.
    """
    rest = {now[f"{row}-id"]: row for row in FormReader(now).rows(group) if f"{row}-id" in now}
    if not rest:
        return fields
    free = (f"{group}-{number}" for number in count(len(rest)))
    places = {
        row: rest.pop(fields.get(f"{row}-id", ""), "") or next(free)
        for row in FormReader(fields).rows(group)
    }
    added = {name: text for name, text in now.items() if _row(name, group) in rest.values()}
    return {**{_at(name, group, places): text for name, text in fields.items()}, **added}


def _row(name: str, group: str) -> str:
    """The row that a field belongs to, or "" for none."""
    found = re.match(rf"{re.escape(group)}-[0-9]{{1,4}}(?=-)", name)
    return found[0] if found else ""


def _at(name: str, group: str, places: Mapping[str, str]) -> str:
    """A field's name at its row's current index."""
    row = _row(name, group)
    return places[row] + name.removeprefix(row) if row else name


def shown_names(row: str, names: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """A name as a field for each language."""
    return {f"{row}-name-{language}": names.get(language, "") for language in languages}


def shown_services(row: str, services: Collection[str]) -> dict[str, str]:
    """A list of services as boxes."""
    if EVERYTHING in services:
        return {f"{row}-all": TICKED}
    return {f"{row}-service-{service}": TICKED for service in services}


def read_services(form: FormReader, row: str, services: Sequence[Item]) -> list[str]:
    """The services that are ticked, or all of them."""
    if form.ticked(f"{row}-all"):
        return [EVERYTHING]
    found = [s["id"] for s in services if form.ticked(f"{row}-service-{s['id']}")]
    if not found:
        form.fault(f"{row}-all", N_("Choose all services, or at least one."))
    return found


def new_id(name: str, taken: Collection[str]) -> str:
    """An id made from a name, unlike those that are taken."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_DANISH))
    base = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode())
    base = base.strip("-")[:50].strip("-") or "new"
    number, found = 1, base
    while found in taken:
        number += 1
        found = f"{base}-{number}"
    return found
