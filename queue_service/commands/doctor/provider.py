"""Checks of the provider of the town's accounts: its description, its keys, and its clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from queue_service.access.operations.provider_client import ProviderClient
from queue_service.access.operations.provider_tokens import LEEWAY_SECONDS
from queue_service.access.rules.sign_in_refusals import SignInRefused
from queue_service.commands.doctor.finding import DoctorFinding
from queue_service.runtime.settings import Settings

_MUCH_SECONDS: Final = LEEWAY_SECONDS // 2
"""A difference that is worth a look: half of the leeway."""


def check_provider(settings: Settings) -> Iterator[DoctorFinding]:
    """The provider as this machine sees it, and the addresses that it has to know."""
    if settings.provider is None:
        yield DoctorFinding(
            True, "Not set up, so people log in with passwords; QUEUE_OIDC_ISSUER would name one."
        )
        return
    host = urlsplit(settings.provider.issuer).hostname
    client = ProviderClient(settings.provider)
    try:
        description, keys = client.description(), client.keys()
        ahead = client.clock_ahead_seconds(time.time())
    except SignInRefused as error:
        yield DoctorFinding(False, f"{host} ({error.reason}): {error.detail}")
        return
    yield DoctorFinding(True, f"{host} describes itself and has {len(keys.keys)} keys.")
    yield _clock(host or "", ahead)
    public = settings.public_url
    yield DoctorFinding(
        None, f"It has to know the redirect URI {public}/login/provider/return of this service."
    )
    yield DoctorFinding(
        None, f"Its back-channel logout URI is {public}/login/provider/backchannel-logout."
    )
    if not description.end_session_endpoint:
        yield DoctorFinding(None, f"{host} has no address at which a login there is ended.")


def _clock(host: str, ahead: float | None) -> DoctorFinding:
    if ahead is None:
        return DoctorFinding(None, f"{host} does not say what time it is, so compare the clocks.")
    difference = f"The clock of {host} is {abs(ahead):.0f} s {'ahead' if ahead > 0 else 'behind'}"
    if abs(ahead) > LEEWAY_SECONDS:
        return DoctorFinding(
            False,
            f"{difference}, and up to {LEEWAY_SECONDS} s are borne: set the clock here (NTP).",
        )
    return DoctorFinding(None if abs(ahead) > _MUCH_SECONDS else True, f"{difference}.")
