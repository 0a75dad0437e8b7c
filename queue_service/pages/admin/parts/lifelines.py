"""The lifelines: specialists here whom clerks of any branch can ring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.lifelines import RINGS_SECONDS
from queue_service.goals.rules.goal import EVERYTHING
from queue_service.pages.admin.parts.part import ConfigDocument, Part, languages_of
from queue_service.pages.admin.parts.reader import FormReader, shown_length, shown_percent
from queue_service.pages.admin.parts.rows import (
    Item,
    read_named_rows,
    shown_names,
    shown_rows,
    shown_services,
)
from queue_service.pages.admin.parts.week import read_week, shown_week
from queue_service.web.i18n import N_

GROUP: Final = "lifelines"


def show(document: ConfigDocument) -> dict[str, str]:
    """Each lifeline as fields."""
    languages = languages_of(document)

    def row_of(row: str, item: Item) -> dict[str, str]:
        return {
            **shown_names(row, item["name"], languages),
            f"{row}-telephone": item["telephone"],
            **shown_length(f"{row}-within", item["answer_within_seconds"]),
            f"{row}-target_ratio": shown_percent(item["target_ratio"]),
            **shown_services(row, item["services"]),
            **shown_week(f"{row}-hours", item.get("hours") or {}),
        }

    return shown_rows(GROUP, document.get(GROUP) or [], row_of)


def take(document: ConfigDocument, form: FormReader) -> dict[str, Any]:
    """The lifelines as the form wants them; none leaves the member out."""

    def build(form: FormReader, row: str, item: Item) -> dict[str, Any]:
        hours = read_week(form, f"{row}-hours")
        return {
            "telephone": form.text(f"{row}-telephone"),
            "services": _services(form, row, item.get("services", ())),
            "answer_within_seconds": _within(form, f"{row}-within"),
            "target_ratio": form.ratio(f"{row}-target_ratio"),
            **({"hours": hours} if hours else {}),
        }

    return {GROUP: read_named_rows(form, GROUP, document.get(GROUP) or [], build)}


def municipal_services(own: Branch, branches: Iterable[Branch]) -> dict[str, Mapping[str, str]]:
    """The services that a lifeline may cover, by id: the branch's services first, then the services
    of the others."""
    found = {s.id: s.name for s in own.services.values()}
    for branch in branches:
        if branch.practice == own.practice and not branch.historic:
            found |= {s.id: s.name for s in branch.services.values() if s.id not in found}
    return found


def _services(form: FormReader, row: str, before: Iterable[str]) -> list[str]:
    """The ticked services, of whichever branch, in the order they had before."""
    if form.ticked(f"{row}-all"):
        return [EVERYTHING]
    begin = f"{row}-service-"
    ticked = [n.removeprefix(begin) for n in form.fields if n.startswith(begin) and form.ticked(n)]
    found = [s for s in before if s in ticked]
    found += [s for s in ticked if s not in found]
    if not found:
        form.fault(f"{row}-all", N_("Choose all services, or at least one."))
    return found


def _within(form: FormReader, name: str) -> int:
    seconds = form.seconds(name, 1)
    if seconds > RINGS_SECONDS:
        form.fault(f"{name}-min", N_("Write at most 3 minutes: a call rings no longer."))
    return seconds


PART: Final = Part(
    "lifelines",
    N_("Specialists (lifelines)"),
    "phone",
    N_("Specialists who sit here and answer the clerks of every branch while the citizen waits."),
    (GROUP,),
    show,
    take,
)
