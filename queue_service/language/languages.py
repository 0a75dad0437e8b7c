"""The languages the project has texts for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final[Mapping[str, str]] = {"da": "Dansk", "en": "English"}
"""Each by its code, with its own name."""
