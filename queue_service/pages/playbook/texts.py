"""The texts of the playbook's list during a search."""

from __future__ import annotations

from typing import Final

from queue_service.web.i18n import NN_
from queue_service.web.texts import PageTexts

TEXTS: Final[PageTexts] = {
    "found": NN_("{n} entry is shown", "{n} entries are shown"),
}
