"""The services of the branch."""

from __future__ import annotations

import re
from typing import Any, Final

from queue_service.branches.rules.branch import KINDS
from queue_service.branches.rules.pictograms import PICTOGRAM_NAMES
from queue_service.contract.words import KLE_PATTERN
from queue_service.goals.rules.goal import EVERYTHING
from queue_service.pages.admin.parts.part import ConfigDocument, Part, languages_of
from queue_service.pages.admin.parts.reader import TICKED, FormReader
from queue_service.pages.admin.parts.rows import Item, new_id, read_rows, shown_names, shown_rows
from queue_service.pages.admin.parts.week import read_week, shown_week
from queue_service.web.i18n import N_

GROUP: Final = "services"
UNSURE: Final = "unsure_service"
_LISTS: Final = ("counters", "teams", "goals")


def show(document: ConfigDocument) -> dict[str, str]:
    """Each service as fields."""
    languages = languages_of(document)

    def row_of(row: str, item: Item) -> dict[str, str]:
        active = {f"{row}-active": TICKED} if item["active"] else {}
        names = shown_names(row, item["name"], languages)
        task = {f"{row}-kle": item.get("kle") or "", f"{row}-kind": item.get("kind") or ""}
        private = {f"{row}-private": TICKED} if item.get("private") else {}
        pictogram = {f"{row}-pictogram": item.get("pictogram") or ""}
        asks = {f"{row}-people": TICKED} if item.get("asks_people") else {}
        collects = {f"{row}-collects": TICKED} if item.get("collects") else {}
        about = {**dict.fromkeys(languages, ""), **item.get("description", {})}
        described = {f"{row}-about-{code}": text for code, text in about.items()}
        hours = shown_week(f"{row}-hours", item.get("hours") or {})
        prefix = {f"{row}-prefix": item["prefix"]}
        boxes = active | private | asks | collects
        return prefix | names | described | task | boxes | pictogram | hours

    unsure = document.get(UNSURE) or ""
    return {UNSURE: unsure, **shown_rows(GROUP, document["services"], row_of)}


def take(document: ConfigDocument, form: FormReader) -> dict[str, Any]:
    """The services as the form wants them, and every list of services without those that go."""
    ids = {service["id"] for service in document["services"]}

    def build(form: FormReader, row: str, item: Item) -> dict[str, Any]:
        names = form.names(row)
        found = item.get("id") or new_id(next(iter(names.values()), ""), ids)
        ids.add(found)
        active = form.ticked(f"{row}-active")
        service = {"id": found, "name": names, "prefix": _prefix(form, row), "active": active}
        private = {"private": True} if form.ticked(f"{row}-private") else {}
        asks = {"asks_people": True} if form.ticked(f"{row}-people") else {}
        collects = {"collects": True} if form.ticked(f"{row}-collects") else {}
        task, pictogram = _task(form, row, item), _pictogram(form, row, item)
        own = _description(form, row, item) | _hours(form, row, item)
        return service | task | private | pictogram | asks | collects | own

    services = read_rows(form, GROUP, document["services"], build)
    _unlike(form, services)
    unsure = form.fields.get(UNSURE, document.get(UNSURE)) or None
    lists = _lists(document, form, {s["id"] for s in services})
    return {"services": services, UNSURE: unsure, **lists}


def _prefix(form: FormReader, row: str) -> str:
    prefix = form.text(f"{row}-prefix").upper()
    if not (prefix.isascii() and prefix.isalpha() and len(prefix) <= 3):
        form.fault(f"{row}-prefix", N_("Write one to three letters A–Z."))
    return prefix


def _task(form: FormReader, row: str, item: Item) -> dict[str, Any]:
    """Its number in the taxonomy and its kind, which are left out if there are none."""
    if f"{row}-kle" not in form.fields and f"{row}-kind" not in form.fields:
        return {key: item[key] for key in ("kle", "kind") if key in item}
    kle, kind = form.text(f"{row}-kle"), form.text(f"{row}-kind")
    if kle and not re.fullmatch(KLE_PATTERN, kle):
        form.fault(f"{row}-kle", N_("Write a number such as 23.05.00, or a part such as 23.05."))
    return {**({"kle": kle} if kle else {}), **({"kind": kind} if kind in KINDS else {})}


def _pictogram(form: FormReader, row: str, item: Item) -> dict[str, Any]:
    chosen = form.fields.get(f"{row}-pictogram", item.get("pictogram"))
    return {"pictogram": chosen} if chosen in PICTOGRAM_NAMES else {}


def _description(form: FormReader, row: str, item: Item) -> dict[str, Any]:
    begin = f"{row}-about-"
    fields = [name for name in form.fields if name.startswith(begin)]
    if not fields:
        return {key: item[key] for key in ("description",) if key in item}
    texts = {name.removeprefix(begin): form.text(name) for name in fields}
    found = {code: text for code, text in texts.items() if text}
    return {"description": found} if found else {}


def _hours(form: FormReader, row: str, item: Item) -> dict[str, Any]:
    """Its own hours, which are left out if there are none."""
    if not any(name.startswith(f"{row}-hours-") for name in form.fields):
        return {key: item[key] for key in ("hours",) if key in item}
    hours = read_week(form, f"{row}-hours")
    return {"hours": hours} if hours else {}


def _unlike(form: FormReader, services: list[dict[str, Any]]) -> None:
    """Two services cannot have the same letters on their tickets."""
    first: set[str] = set()
    for number, service in enumerate(services):
        row = form.field_of_path.get(f"{GROUP}[{number}]")
        if service["prefix"] in first and row:
            form.fault(f"{row}-prefix", N_("Another service has these letters already."))
        first.add(service["prefix"])


def _lists(document: ConfigDocument, form: FormReader, remaining: set[str]) -> dict[str, Any]:
    gone = {s["id"] for s in document["services"]} - remaining
    _keep_offered(document, form, gone)
    found: dict[str, Any] = {}
    for key in _LISTS if gone else ():
        found[key] = [{**item, "services": _left(item, gone)} for item in document[key]]
        if any(not item["services"] for item in found[key]):
            _say_which(form, gone)
    return found


def _keep_offered(document: ConfigDocument, form: FormReader, gone: set[str]) -> None:
    """A service with appointments stays until they are removed."""
    offers = (document.get("bookings") or {}).get("offers", ())
    booked = gone & {offer["service"] for offer in offers}
    for row in form.rows(GROUP):
        if form.text(f"{row}-id") in booked:
            form.fault(f"{row}-remove", N_("It has appointments: remove those first."))


def _left(item: Item, gone: set[str]) -> list[str]:
    return [s for s in item["services"] if s == EVERYTHING or s not in gone]


def _say_which(form: FormReader, gone: set[str]) -> None:
    for row in form.rows(GROUP):
        if form.text(f"{row}-id") in gone:
            reason = N_("A counter, team or goal is for this service alone: change that first.")
            form.fault(f"{row}-remove", reason)


PART: Final = Part(
    "services",
    N_("Services"),
    "list",
    N_("What citizens can take a number for, in the kiosk's order. The letters begin its numbers."),
    ("services", UNSURE),
    show,
    take,
)
