"""The settings of the provider of the town's accounts."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """An OpenID Connect provider, and how this service is known there."""

    issuer: str
    """QUEUE_OIDC_ISSUER: its address, as its own description has it."""

    client_id: str
    """QUEUE_OIDC_CLIENT_ID: the id of this service there."""

    client_secret: str = field(repr=False)
    """QUEUE_OIDC_CLIENT_SECRET: the secret of this service there."""

    label: str = ""
    """QUEUE_OIDC_LABEL: the town's own words on the button of the login page."""

    roles: str = "roles"
    """QUEUE_OIDC_ROLES: the claim that has a person's roles."""

    name: str = "preferred_username"
    """QUEUE_OIDC_NAME: the claim whose part before the @ is the account's name here; empty for a
    name that says nothing."""

    cvr: str = ""
    """QUEUE_OIDC_CVR: the authority's CVR number, where roles come as privileges."""
