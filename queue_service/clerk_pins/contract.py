"""Requests of the switch of staff at a counter. New members may come; those here stay."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from queue_service.contract.words import Strict


class SwitchBody(Strict):
    """A person of this browser, with the PIN."""

    name: Annotated[str, Field(max_length=200)]
    pin: Annotated[str, Field(max_length=8)]
