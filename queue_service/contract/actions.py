"""The actions that the audit log records, and its actors; ``docs/audit.md`` describes each.

New members may come; those here stay.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

ActorKind = Literal["account", "token", "device", "machine", "unknown"]
"""The actor: a login, a program, a screen, the service or its operator, or an unknown one."""

Action = Literal[
    "sign_in.accepted", "sign_in.refused", "sign_in.slowed", "sign_in.pin_locked",
    "sign_in.ended",
    "access.refused",
    "account.added", "account.changed", "account.removed", "account.password_set",
    "account.password_changed", "account.pin_set", "account.pin_removed",
    "passkey.added", "passkey.removed",
    "token.made", "token.revoked", "token.refused",
    "screen.link_made", "screen.set_up", "screen.paired", "screen.revoked",
    "screen.settings_opened", "screen.pin_set", "screen.pin_removed", "screen.numbers_ended",
    "screen.printer_chosen", "screen.printer_removed",
    "branch.added", "branch.removed", "branch.handed_over", "branch.archived", "branch.unarchived",
    "configuration.changed", "configuration.restored",
    "intervention.begun", "intervention.ended", "branch.day_closed",
    "booking.blocked", "booking.released",
    "export.ordered", "export.fetched", "export.audit", "export.paper",
    "webhook.added", "webhook.changed", "webhook.secret_replaced", "webhook.removed",
    "backup.made", "backup.restored",
]  # fmt: skip
"""Every action that is recorded. None is about a citizen, a visit or the work at a counter."""

ACTIONS: Final[tuple[Action, ...]] = get_args(Action)
