"""A message that leaves as a webhook, as the published description has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that leaves as a webhook: when it is sent, its body and an example."""

    summary: str
    body: type[BaseModel]
    example: Mapping[str, Any]
