"""The settings of the provider of the town's accounts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from queue_service.errors import OperatorError
from queue_service.runtime.variables import THIS_MACHINE, VariableReader, names_server

_USUAL_NAME = "preferred_username"
_OF_THE_PROVIDER = (
    "QUEUE_OIDC_CLIENT_ID", "QUEUE_OIDC_LABEL", "QUEUE_OIDC_ROLES", "QUEUE_OIDC_NAME",
    "QUEUE_OIDC_CVR",
)  # fmt: skip
_CVR = re.compile(r"[0-9]{8}")


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


def read_provider(read: VariableReader) -> ProviderSettings | None:
    """The provider that the variables name; None without one. Raises OperatorError."""
    issuer = read.text("QUEUE_OIDC_ISSUER", "")
    secret = read.hidden("QUEUE_OIDC_CLIENT_SECRET")
    if not issuer:
        for name in _OF_THE_PROVIDER:
            read.names.add(name)
        return None
    parts = urlsplit(issuer) if names_server(issuer, ("http", "https")) else None
    local = parts is not None and parts.hostname in THIS_MACHINE
    if parts is None or not (parts.scheme == "https" or local) or parts.query or parts.fragment:
        raise OperatorError(
            f"QUEUE_OIDC_ISSUER is {issuer!r}: it must begin with https:// and be written as in"
            " the provider's own description."
        )
    if not read.web_address("QUEUE_PUBLIC_URL"):
        raise OperatorError(
            "QUEUE_PUBLIC_URL must be set where QUEUE_OIDC_ISSUER is: the provider sends people"
            " back to it."
        )
    client_id = read.text("QUEUE_OIDC_CLIENT_ID", "")
    needed = {"QUEUE_OIDC_CLIENT_ID": client_id, "QUEUE_OIDC_CLIENT_SECRET": secret}
    for missing in (variable for variable, value in needed.items() if not value):
        raise OperatorError(
            f"{missing} must be set where QUEUE_OIDC_ISSUER is: the provider knows this service"
            " by it."
        )
    cvr, name = read.text("QUEUE_OIDC_CVR", ""), read.claim("QUEUE_OIDC_NAME", _USUAL_NAME)
    if cvr and not _CVR.fullmatch(cvr):
        raise OperatorError(f"QUEUE_OIDC_CVR is {cvr!r}: it must be a CVR number of 8 digits.")
    return ProviderSettings(
        issuer=issuer,
        client_id=client_id,
        client_secret=secret,
        label=read.text("QUEUE_OIDC_LABEL", ""),
        roles=read.claim("QUEUE_OIDC_ROLES", "roles"),
        name="" if name == "none" else name,
        cvr=cvr,
    )
