"""The steps from a new branch to its first citizen, each with whether it is done."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from flask import g

from queue_service.access.operations.access import list_tokens
from queue_service.access.operations.accounts import list_accounts
from queue_service.access.rules.caller import Role
from queue_service.branches.rules.branch import Branch, Counter
from queue_service.days.store import DayStore
from queue_service.pages.admin.forms import access_store
from queue_service.web.context import queue
from queue_service.web.i18n import N_

PEOPLE: Final = "people"
TICKET: Final = "ticket"


@dataclass(frozen=True, slots=True)
class SetUp:
    """The facts about a branch outside its configuration.

    ``screens`` are the roles of those set up, ``booths`` the video counters that have a screen.
    ``people``: somebody else than the reader can log in there; ``issued``: a ticket was issued.
    """

    screens: Collection[Role] = ()
    booths: Collection[str] = ()
    people: bool = False
    issued: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A step: a title and, while it is not ``done``, a sentence in English with ``{counter}``.

    ``part`` is the part of the configuration to change, ``screen`` the screen to set up.
    """

    id: str
    title: str
    sentence: str
    done: bool = field(kw_only=True)
    part: str = field(default="", kw_only=True)
    screen: str = field(default="", kw_only=True)
    counter: Counter | None = field(default=None, kw_only=True)


def setup_of(branch: Branch) -> SetUp:
    """The screens of the branch that are set up, its people, and whether it issued a ticket."""
    known = list_tokens(access_store(), by=g.caller)
    devices = [token for token in known if token.device and token.branch == branch.id]
    roles: set[Role] = {token.role for token in devices if not token.counter}
    accounts = list_accounts(access_store(), by=g.caller)
    return SetUp(
        screens=roles,
        booths={token.counter for token in devices if token.counter},
        people=any(
            account.id != g.caller.id and any(grant.covers(branch.id) for grant in account.grants)
            for account in accounts
        ),
        issued=bool(queue().get(DayStore).dates(branch.id)),
    )


def steps(branch: Branch, setup: SetUp) -> Iterator[Step]:
    """The steps in the order to do them; none for a branch of replayed days."""
    if not branch.historic:
        yield from _configured(branch)
        yield from _screens(branch, setup)
        yield Step(
            PEOPLE,
            N_("People"),
            N_("Nobody else can log in yet. Clerks need a login for their counter."),
            done=setup.people,
        )
        yield Step(
            TICKET,
            N_("The first number"),
            N_("Take a number at the kiosk, and call it at a counter."),
            done=setup.issued,
        )


def missing(branch: Branch, setup: SetUp) -> list[Step]:
    """The steps that are left before citizens can be served."""
    kept = (step for step in steps(branch, setup) if step.part or step.screen)
    return [step for step in kept if not step.done]


def _configured(branch: Branch) -> Iterator[Step]:
    yield Step(
        "hours",
        N_("Opening hours"),
        N_("There are no opening hours, so kiosks give no numbers."),
        done=any(branch.opening_hours.values()),
        part="hours",
    )
    yield Step(
        "services",
        N_("Services"),
        N_("There is no service that citizens can choose."),
        done=any(service.active for service in branch.services.values()),
        part="services",
    )
    yield Step(
        "counters",
        N_("Counters"),
        N_("There is no counter that citizens can be called to."),
        done=bool(branch.counters),
        part="counters",
    )


def _screens(branch: Branch, setup: SetUp) -> Iterator[Step]:
    yield Step(
        "kiosk",
        N_("Kiosk"),
        N_("No kiosk is set up. Clerks can still give numbers."),
        done="kiosk" in setup.screens,
        screen="kiosk",
    )
    yield Step(
        "display",
        N_("Waiting-room display"),
        N_("No display is set up, so nobody sees who is called."),
        done="display" in setup.screens,
        screen="display",
    )
    for counter in branch.counters.values():
        if counter.video is not None:
            yield Step(
                f"screen-{counter.id}",
                N_("Video screen"),
                N_("No screen is set up for {counter}, so nobody can be served there."),
                done=counter.id in setup.booths,
                screen="video",
                counter=counter,
            )
