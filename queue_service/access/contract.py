"""Requests and responses of authentication.

New members may come; those here stay.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from queue_service.contract.words import Strict


class UnlockBody(Strict):
    """A login of staff, or the PIN of the branch's displays, to change the settings of a screen."""

    name: Annotated[str, Field(max_length=200)] = ""
    password: Annotated[str, Field(max_length=1000)] = ""
    pin: Annotated[str, Field(max_length=100)] = ""
