"""The delays before a webhook or a letter that did not arrive is tried again, in seconds."""

from __future__ import annotations

from typing import Final

WEBHOOK_DELAYS: Final = (30, 120, 600, 1800, 3600)
"""Before the second try, the third and so on. Alerts give up after the last; an endpoint's messages
repeat it."""
LETTER_DELAYS: Final = (60, 600, 3600)
"""Before the second try of a report by mail, the third and so on."""
