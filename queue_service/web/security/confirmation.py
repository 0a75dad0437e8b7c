"""Changes of logins and tokens ask for the password again, unless it was given lately; people with
one of the town's accounts give it at the provider, in another window.

The page that asks has all fields of the refused form and sends them to the same address, together
with the password: nothing has to be filled in twice.
"""

from __future__ import annotations

from typing import Final

from flask import request

from queue_service.access.operations import accounts, logins
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import is_of_provider
from queue_service.access.store import AccessStore
from queue_service.errors import Unauthenticated
from queue_service.web.security.credentials import CSRF_FIELD, ConfirmFirst
from queue_service.web.security.visitors import visitor

FIELD: Final = "confirmation"
"""The field of a form with the password that confirms it."""


def require(store: AccessStore, caller: Caller) -> None:
    """Raises ConfirmFirst if the password was given too long ago, and RateLimited after too many
    wrong ones."""
    if logins.is_confirmed(store, caller):
        return
    given = request.form.get(FIELD)
    if is_of_provider(caller.name):
        raise ConfirmFirst("Log in with the town’s account again: this changes who has access.")
    if given is None:
        raise ConfirmFirst("Give your password again: this changes who has access.")
    try:
        accounts.confirm(store, caller, given, visitor())
    except Unauthenticated:
        raise ConfirmFirst("The password is wrong: try again.") from None


def refused_fields() -> list[tuple[str, str]]:
    """The fields of the refused form, to be sent again."""
    own = (FIELD, CSRF_FIELD)
    return [(name, value) for name, value in request.form.items(multi=True) if name not in own]
