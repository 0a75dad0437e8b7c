"""The history of a branch's configuration: who changed what and when, and putting it back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from queue_service.audit.text import actor_word
from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.configuration import history as changes
from queue_service.configuration.history import RevisionChange
from queue_service.configuration.text import DifferenceWords, difference_words
from queue_service.errors import NotFound
from queue_service.language.wording import Wording
from queue_service.pages.admin.audit import day_of
from queue_service.pages.admin.branches import fresh_branch
from queue_service.pages.admin.forms import blueprint, show
from queue_service.pages.admin.met import agreed_number
from queue_service.web.context import queue
from queue_service.web.forms import FormRefused, attempt, form_value
from queue_service.web.i18n import current_language

_PLACE: Final = re.compile(r"[0-9]{1,15}-[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A change as the page shows it; ``differences`` lead from the revision before it.

    ``named_day`` is the day as it is named within a sentence.
    """

    change: RevisionChange
    day: str
    named_day: str
    time: str
    who: str
    restored: bool
    differences: list[DifferenceWords]


@blueprint.get("/branches/<branch>/history")
def history(branch: str) -> ResponseReturnValue:
    """The changes of the configuration, the latest first."""
    return _page(fresh_branch(branch))


@blueprint.post("/branches/<branch>/history/<revision>")
def restore(branch: str, revision: str) -> ResponseReturnValue:
    """Put the configuration of a revision in force again, unless it was changed meanwhile."""
    if not _PLACE.fullmatch(revision):
        raise NotFound("There is nothing at this address; check it.")
    _, refused = attempt(
        revision,
        lambda: changes.restore(
            queue(),
            branch,
            revision,
            if_match=form_value("seen"),
            by=g.caller,
            agreed=agreed_number(form_value("sure")),
        ),
    )
    if refused:
        return _page(fresh_branch(branch), refused)
    return redirect(url_for("admin.history", branch=branch, restored=1), 303)


def _page(branch: Branch, refused: FormRefused | None = None) -> Response:
    before = request.args.get("before", "")
    found = changes.history(queue(), branch.id, before if _PLACE.fullmatch(before) else None)
    say = Wording(current_language())
    return show(
        "history",
        refused,
        branch=branch,
        changes=[_shown(each, branch, say) for each in found.changes],
        earlier=found.before,
        continued=bool(before),
        restored=request.args.get("restored") == "1" and refused is None,
        at_home=queue().get(BranchStore).fact(branch.id, "home"),
    )


def _shown(change: RevisionChange, branch: Branch, say: Wording) -> ShownChange:
    revision, before, entry = change.revision, change.before, change.revision.entry
    day = day_of(revision.at, branch.timezone, say)
    return ShownChange(
        change,
        day=day,
        named_day=say.within_sentence(day),
        time=say.time_of_day(revision.at, branch.timezone),
        who=(entry.name or say(actor_word(entry))) if entry else "",
        restored=entry is not None and entry.action == "configuration.restored",
        differences=[
            difference_words(each, before.document, revision.document, say)
            for each in change.differences
            if before is not None
        ],
    )
