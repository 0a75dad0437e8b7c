"""Changes of logins and tokens ask for the password or a passkey, unless it was given lately;
people with one of the town's accounts log in at the provider again, in another window.

The page that asks has all fields of the refused form and sends them to the same address, together
with the password or the passkey's answer: nothing has to be filled in twice.
"""

from __future__ import annotations

from typing import Final

from flask import request

from queue_service.access.operations import accounts, logins
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import is_of_provider
from queue_service.access.store import AccessStore
from queue_service.errors import Unauthenticated
from queue_service.passkeys.operations import passkeys
from queue_service.web.security.asked_browser import asked_browser, needed_site, passkey_store
from queue_service.web.security.credentials import CSRF_FIELD, ConfirmFirst
from queue_service.web.security.visitors import visitor

FIELD: Final = "confirmation"
"""The field of a form with the password that confirms it."""
ANSWER: Final = "confirmation_answer"
"""The field of a form with the answer of a passkey that confirms it."""


def require(store: AccessStore, caller: Caller) -> None:
    """Raises ConfirmFirst if neither was given lately or now, and RateLimited after too many wrong
    passwords."""
    if logins.is_confirmed(store, caller):
        return
    given, answer = request.form.get(FIELD), request.form.get(ANSWER)
    if is_of_provider(caller.name):
        raise ConfirmFirst("Log in with the town’s account again: this changes who has access.")
    if answer is not None:
        _confirm_by_passkey(store, caller, answer)
        return
    if given is None:
        raise ConfirmFirst("Give your password again: this changes who has access.")
    try:
        accounts.confirm(store, caller, given, visitor())
    except Unauthenticated:
        raise ConfirmFirst("The password is wrong: try again.") from None


def _confirm_by_passkey(store: AccessStore, caller: Caller, answer: str) -> None:
    asked = (passkey_store(), store, needed_site(), caller, asked_browser())
    try:
        passkeys.answer_confirmation(*asked, answer, visitor())
    except Unauthenticated as error:
        raise ConfirmFirst(error.detail) from None


def refused_fields() -> list[tuple[str, str]]:
    """The fields of the refused form, to be sent again."""
    own = (FIELD, ANSWER, CSRF_FIELD)
    return [(name, value) for name, value in request.form.items(multi=True) if name not in own]
