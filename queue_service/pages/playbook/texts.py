"""What the playbook's list says as somebody types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.web.i18n import N_

TEXTS: Final[Mapping[str, str]] = {
    "found.one": N_("{n} entry is shown"),
    "found.other": N_("{n} entries are shown"),
}
