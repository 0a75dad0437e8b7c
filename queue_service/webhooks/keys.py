"""The keys of webhooks, which are the municipality's and no branch's: all in one slot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_PREFIX: Final = "queue:{webhooks}:"
ENDPOINTS: Final = f"{_PREFIX}endpoints"
"""Hash: id → JSON of an Endpoint (``webhooks/rules/endpoints.py``), the only place that has its
secret."""


def idempotency(scope: str, key: str) -> str:
    """String for a day: the endpoint that a request with this idempotency key was about."""
    return f"{_PREFIX}memo:{scope}:{key}"


@dataclass(frozen=True, slots=True)
class EndpointKeys:
    """The keys of one endpoint."""

    endpoint: str

    @property
    def state(self) -> str:
        """Hash: ``branch|id`` → how far it has come there (Cursor), ``health``, ``missed`` (JSON),
        ``delivered_at`` (ms), and how many tries ended ``delivered`` and ``failed``."""
        return f"{_PREFIX}state:{self.endpoint}"

    @property
    def deliveries(self) -> str:
        """List: the last tries (JSON), the latest first."""
        return f"{_PREFIX}deliveries:{self.endpoint}"

    @property
    def requests(self) -> str:
        """Hash: id → what a person asked to be sent: empty for a test, or a Delivery (JSON)."""
        return f"{_PREFIX}requests:{self.endpoint}"

    @property
    def sending(self) -> str:
        """String with a time to live: the worker that sends to it just now."""
        return f"{_PREFIX}sending:{self.endpoint}"
