"""Counts before their nouns, in the singular and the plural."""

from __future__ import annotations

from typing import Final

from queue_service.language.catalogues import NN_

DAYS: Final = NN_("{n} day", "{n} days")
INQUIRIES: Final = NN_("{n} inquiry", "{n} inquiries")
OF_INQUIRIES: Final = NN_("of {n} inquiry", "of {n} inquiries")
OF_JUDGED: Final = NN_("of {n} judged", "of {n} judged")
VISITS: Final = NN_("{n} visit", "{n} visits")
WAITS: Final = NN_("{n} wait", "{n} waits")
