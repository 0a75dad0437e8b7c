"""The texts of the playbook's list during a search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.web.i18n import N_

TEXTS: Final[Mapping[str, str]] = {
    "found.one": N_("{n} entry is shown"),
    "found.other": N_("{n} entries are shown"),
}
