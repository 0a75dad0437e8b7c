"""The link with which the first administrator makes a login, in a service that has none.

``queue-service up`` prints it, so that only somebody who reads the output of the service has it. It
works for a day, and never once there is a login.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection

from queue_service.access.operations.access import OPERATOR
from queue_service.access.operations.accounts import add_account
from queue_service.access.operations.strength import checked_password
from queue_service.access.rules.credentials import Account, checked_account_name, digest
from queue_service.access.rules.lifetimes import FIRST_LOGIN_MS
from queue_service.access.store import AccessStore
from queue_service.errors import NotFound


def offer_first_login(store: AccessStore) -> str:
    """The code that ends a new link, in place of any before; empty once there is a login."""
    if store.accounts():
        return ""
    code = secrets.token_urlsafe(24)
    store.offer_first_login(digest(code), FIRST_LOGIN_MS)
    return code


def check_first_login(store: AccessStore, code: str) -> None:
    """Raises NotFound for a link that does not work, or no longer."""
    offered = store.first_login()
    if offered is None or not hmac.compare_digest(offered, digest(code)) or store.accounts():
        raise NotFound("This link no longer works: log in, or start the service again for another.")


def make_first_login(
    store: AccessStore,
    code: str,
    name: str,
    password: str,
    *,
    address: str = "",
    around: Collection[str] = (),
) -> Account:
    """Make the first administrator of all branches, once. Raises NotFound and Invalid.

    ``around`` is as in :func:`add_account`.
    """
    check_first_login(store, code)
    # A name or a password that is refused does not use the link up.
    checked_password(password, checked_account_name(name), around)
    if not store.use_first_login(digest(code)):
        raise NotFound("This link has just been used: log in.")
    by = OPERATOR.at(address)
    return add_account(store, name, password, "admin", None, now=store.now(), by=by, around=around)
