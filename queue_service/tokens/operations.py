"""The tokens of programs, as an administrator and Prometheus look at them."""

from __future__ import annotations

from queue_service.access.operations import access
from queue_service.access.rules.caller import Caller
from queue_service.access.store import AccessStore
from queue_service.tokens.rules import TokenStanding, standing


def standings(store: AccessStore, *, by: Caller = access.OPERATOR) -> list[TokenStanding]:
    """The tokens of programs that ``by`` manages, the oldest first; no screens."""
    uses, kept_since = store.token_uses()
    now = store.now()
    return [
        standing(token, uses.get(token.id, 0), kept_since, now)
        for token in access.list_tokens(store, by=by)
        if not token.device
    ]
