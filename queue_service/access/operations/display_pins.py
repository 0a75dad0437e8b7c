"""The PIN of a branch's displays, by which staff open the settings of one without a login.

It is kept as passwords are, and wrong ones slow down as failed logins do (``attempts.py``): on the
screen that they are typed on, and on all screens of the branch together. Times are milliseconds.
"""

from __future__ import annotations

from queue_service.access.audit_entries import entry_by
from queue_service.access.operations import attempts
from queue_service.access.operations.attempts import Visitor
from queue_service.access.operations.passwords import hash_password, is_password
from queue_service.access.rules import credentials
from queue_service.access.rules.caller import Caller
from queue_service.access.store import AccessStore
from queue_service.errors import Unauthenticated


def set_pin(store: AccessStore, branch: str, pin: str, *, by: Caller) -> None:
    """Give the displays of a branch a PIN in place of any before. Raises Invalid and Forbidden."""
    credentials.must_manage(by, branch)
    hashed = hash_password(credentials.checked_pin(pin))
    store.set_pin(branch, hashed, entry_by(by, "screen.pin_set", branch=branch))


def remove_pin(store: AccessStore, branch: str, *, by: Caller) -> None:
    """Let the displays of a branch ask for a login again; without any effect if they do."""
    credentials.must_manage(by, branch)
    if store.pin(branch) is not None:
        store.remove_pin(branch, entry_by(by, "screen.pin_removed", branch=branch))


def prove_pin(store: AccessStore, branch: str, pin: str, *, by: Caller, now: int) -> None:
    """Check the PIN that was typed on a screen.

    Raises Unauthenticated for a wrong one, also if the branch has none, and RateLimited.
    """
    screen = Visitor(f"screen {by.id}", sender=by.address)
    # With a capital, so that no name that is typed at a login is counted with it.
    attempt = attempts.begin(store, f"Pin of {branch}", screen, now)
    if not is_password(pin, store.pin(branch)):
        entry = entry_by(by, "screen.settings_opened", branch=branch, refused=True)
        store.audit.refusal(entry, once_for=credentials.digest(f"pin {by.id}"))
        raise Unauthenticated("The PIN is wrong: try again.")
    attempts.forgive(store, attempt, now)
