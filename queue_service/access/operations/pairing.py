"""Pairing: a screen shows a code, and an administrator who has seen it gives the screen its access.

The code alone opens nothing. The screen's browser keeps a secret of its own, which becomes its
access when an administrator confirms the code, so no code that was read, guessed or passed on leads
to a secret. The administrator sees the screen's address, its kind of browser and the time before.

The other way round, an administrator's link has a short code that is typed on the screen. Wrong
codes slow down as failed logins do, see ``attempts.py``. Times are milliseconds since the epoch.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from queue_service.access.audit_entries import entry_by
from queue_service.access.operations import access, attempts
from queue_service.access.operations.attempts import Visitor
from queue_service.access.operations.places import NO_NAMES, PlaceNames, placed
from queue_service.access.rules import credentials
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.codes import LETTER_CODES, letter_code, typed_letters
from queue_service.access.rules.credentials import (
    Enrolment,
    Pairing,
    ScreenPlace,
    TokenRecord,
    digest,
)
from queue_service.access.rules.lifetimes import ENROLMENT_MS, PAIRING_MS
from queue_service.access.store import AccessStore, Attempt
from queue_service.errors import NotFound, PreconditionFailed, RateLimited

_log: Final = logging.getLogger(__name__)

_OF_SCREENS: Final = "Code of a screen"
_OF_LINKS: Final = "Code of a link"
"""The names that wrong codes are counted under. They have a capital, and a name that is typed at a
login is made small before it is counted, so that no such name shares a count with a code."""


def begin_pairing(
    store: AccessStore, *, now: int, address: str, browser: str
) -> tuple[Pairing, str, str]:
    """A new code for a screen; returns it with the code and with the browser's own secret."""
    secret = access.new_secret(access.KEY_PREFIX)
    pairing = Pairing(digest(secret), address, browser, now, now + PAIRING_MS)
    code = _free_code(lambda one: store.add_pairing(one, pairing, PAIRING_MS))
    return pairing, code, secret


def waiting(store: AccessStore, code: str, secret: str, *, now: int) -> Pairing | None:
    """The screen that shows a code with this secret; None once it is confirmed or too old."""
    pairing = store.pairing(digest(code))
    if pairing is None or pairing.token or pairing.expires_at <= now:
        return None
    return pairing if secrets.compare_digest(pairing.digest, digest(secret)) else None


def find_pairing(store: AccessStore, typed: str, *, by: Caller, now: int) -> tuple[str, Pairing]:
    """The screen that shows this code, with the code as it is kept.

    Raises NotFound for a code that no screen shows, and RateLimited after several of them.
    """
    attempt = _counted(store, _OF_SCREENS, Visitor(f"caller {by.id}"), now)
    code = typed_letters(typed)
    pairing = store.pairing(digest(code)) if code else None
    if pairing is None or pairing.expires_at <= now:
        raise NotFound("No screen shows this code now: look at the screen again.")
    attempts.forgive(store, attempt, now)
    return code, pairing


def confirm_pairing(
    store: AccessStore,
    typed: str,
    place: ScreenPlace,
    *,
    by: Caller,
    now: int,
    names: PlaceNames = NO_NAMES,
) -> TokenRecord:
    """Give the screen that shows this code its access; the same again changes nothing.

    ``names``: those of screens without a label. Raises NotFound and RateLimited as
    :func:`find_pairing` does, Forbidden for another's branch, and PreconditionFailed when the code
    was confirmed for something else.
    """
    credentials.must_manage(by, place.branch)
    code, pairing = find_pairing(store, typed, by=by, now=now)
    token = placed(store, credentials.screen_access(pairing.digest, place, now), names)
    details = {
        "role": token.role, "label": token.label,
        "screen_address": pairing.address, "browser": pairing.browser,
    }  # fmt: skip
    entry = entry_by(by, "screen.paired", branch=token.branch, target=token.id, details=details)
    if not pairing.token and store.confirm_pairing(digest(code), pairing, token, entry):
        _log.info("token %s (%s) was made by a code", token.id, token.role)
        return token
    # A name that is given here is another as soon as a screen has come or gone.
    return _confirmed(store, token, named_here=bool(names) and not place.label)


def _confirmed(store: AccessStore, wanted: TokenRecord, *, named_here: bool) -> TokenRecord:
    """The access that the screen was given before, if it is the wanted one."""
    found = store.token_by_id(wanted.id)
    if found is not None and named_here:
        wanted = replace(wanted, label=found.label)
    if found is None or _purpose(found) != _purpose(wanted):
        raise PreconditionFailed("This code has been used: let the screen show a new one.")
    return found


def _purpose(token: TokenRecord) -> tuple[object, ...]:
    return token.role, token.branch, token.label, token.counter, token.feedback


def short_code(store: AccessStore, link_code: str) -> str:
    """A code of six letters that leads to an unused link, to be typed on the screen."""
    link = digest(link_code)
    return _free_code(lambda one: store.name_enrolment(one, link, ENROLMENT_MS))


def enrol_by_letters(
    store: AccessStore,
    typed: str,
    visitor: Visitor,
    *,
    now: int,
    names: PlaceNames = NO_NAMES,
    check: access.BranchCheck | None = None,
) -> tuple[Enrolment, str]:
    """Set up a screen by the short code of a link; returns as :func:`access.enrol` does.

    Raises NotFound for an unknown or used one, and RateLimited after several of them.
    """
    attempt = _counted(store, _OF_LINKS, visitor, now)
    code = typed_letters(typed)
    link = store.named_enrolment(digest(code)) if code else ""
    if not link:
        raise NotFound("This code is wrong, has been used or is too old: ask for a new one.")
    enrolled = access.enrol_by_digest(
        store, link, now=now, address=visitor.sender, names=names, check=check
    )
    attempts.forgive(store, attempt, now)
    return enrolled


def _free_code(keep: Callable[[str], bool]) -> str:
    """A code that is not in use; ``keep`` is given its digest and returns whether it was free."""
    while True:  # of 64 million codes, few are ever taken
        code = letter_code(secrets.randbelow(LETTER_CODES))
        if keep(digest(code)):
            return code


def _counted(store: AccessStore, name: str, visitor: Visitor, now: int) -> Attempt:
    try:
        return attempts.begin(store, name, visitor, now)
    except RateLimited as error:
        raise RateLimited(
            "There were too many wrong codes: wait a minute and try again.",
            retry_after=int(str(error.extra["retry_after"])),
        ) from None
