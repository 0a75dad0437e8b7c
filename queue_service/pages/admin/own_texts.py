"""The page that lists what a branch's own texts lack in which language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from flask import render_template
from flask.typing import ResponseReturnValue

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.rules.interventions import in_force as acting
from queue_service.branches.rules.untranslated import OwnText, TextKind, counted, untranslated
from queue_service.language.languages import name_in
from queue_service.pages.admin.branches import fresh_branch
from queue_service.pages.admin.forms import blueprint
from queue_service.playbook.operations import in_force
from queue_service.web.context import queue
from queue_service.web.i18n import N_

KIND_NAMES: Final[Mapping[TextKind, str]] = {
    "service": N_("Service"),
    "description": N_("Description of a service"),
    "counter": N_("Counter"),
    "stop": N_("Stop"),
    "exception": N_("Why the hours differ"),
    "announcement": N_("Announcement"),
    "playbook": N_("What to bring, and what citizens do themselves"),
}
PART_OF: Final[Mapping[TextKind, str]] = {
    "service": "services",
    "description": "services",
    "counter": "counters",
    "stop": "stops",
    "exception": "exceptions",
}
"""The part of the configuration that a text is changed in."""


@blueprint.get("/branches/<branch>/texts")
def own_texts(branch: str) -> ResponseReturnValue:
    """The texts that are missing in some language, and the language that is shown instead."""
    found = fresh_branch(branch)
    lacking = list(untranslated(_texts(found), found.languages))
    return render_template(
        "admin/texts.html",
        section="configuration",
        branch=found,
        lacking=lacking,
        counts=counted(lacking),
        kinds=KIND_NAMES,
        part_of=PART_OF,
    )


def _texts(branch: Branch) -> Iterator[OwnText]:
    """Every text of the branch that citizens read."""
    now = queue().store.time()
    active = [one for one in branch.services.values() if one.active]
    yield from (OwnText("service", one.name) for one in active)
    yield from (OwnText("description", one.description) for one in active)
    yield from (OwnText("counter", one.names) for one in branch.counters.values())
    yield from (OwnText("stop", one.name) for one in branch.stops)
    yield from _exceptions(branch, moment(branch, now).date)
    yield from (OwnText("announcement", one.texts) for one in acting(branch.interventions, now))
    yield from _instructions(branch)


def _exceptions(branch: Branch, today: str) -> Iterator[OwnText]:
    for each in branch.hours_exceptions:
        if each.date >= today and each.note:
            yield OwnText("exception", each.note, each.date)


def _instructions(branch: Branch) -> Iterator[OwnText]:
    """The playbook's texts for citizens, under the names of their services."""
    for service_id, approved in in_force(queue(), branch).items():
        name = branch.services[service_id].name
        texts = approved.content.texts.items()
        public = [code for code, text in texts if text.bring or text.self_service]
        yield OwnText("playbook", {code: name_in(name, code) for code in public})
