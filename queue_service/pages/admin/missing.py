"""The missing parts of a branch before its first citizen can be served."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from queue_service.access.rules.caller import Role
from queue_service.branches.rules.branch import Branch, Counter
from queue_service.web.i18n import N_


@dataclass(frozen=True, slots=True)
class Missing:
    """A sentence in English with ``{counter}``, and the part to change or the screen to set up."""

    sentence: str
    part: str = ""
    screen: str = ""
    counter: Counter | None = None


def missing(
    branch: Branch, screens: Collection[Role], booths: Collection[str] = ()
) -> Iterator[Missing]:
    """The missing parts, in the order to do them.

    ``screens`` are the roles of those set up, ``booths`` the video counters that have a screen.
    """
    if branch.historic:
        return
    if not any(branch.opening_hours.values()):
        yield Missing(N_("There are no opening hours, so kiosks give no numbers."), part="hours")
    if not any(service.active for service in branch.services.values()):
        yield Missing(N_("There is no service that citizens can choose."), part="services")
    if not branch.counters:
        yield Missing(N_("There is no counter that citizens can be called to."), part="counters")
    if "kiosk" not in screens:
        yield Missing(N_("No kiosk is set up. Clerks can still give numbers."), screen="kiosk")
    if "display" not in screens:
        yield Missing(N_("No display is set up, so nobody sees who is called."), screen="display")
    yield from _without_a_screen(branch, booths)


def _without_a_screen(branch: Branch, booths: Collection[str]) -> Iterator[Missing]:
    for counter in branch.counters.values():
        if counter.video is not None and counter.id not in booths:
            sentence = N_("No screen is set up for {counter}, so nobody can be served there.")
            yield Missing(sentence, screen="video", counter=counter)
