"""The reason for a refused field, in the language of the page.

The contract gives its reasons in English, as programs read them. A reason that holds a number or a
name is found again by its sentence.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from queue_service.web.i18n import N_
from queue_service.web.i18n import gettext as _

_WITH_VALUES: Final = (
    N_("It must be {expected}."),
    N_("It must be a number of {countries}."),
    N_("It must not be longer than {n} characters."),
    N_("It must be more than {n}."),
    N_("It must be at least {n}."),
    N_("It must be at most {n}."),
    N_("It must have at least {n}, and has {given}."),
    N_("It must have at most {n}."),
    N_("There are texts in these languages only: {languages}."),
    N_("It must be unique in the branch, and {field} has it already."),
    N_("It must not overlap with another stop: a bus is at one place."),
)
"""The wider pattern is first; the last that fits is taken."""


def reason(text: str) -> str:
    """A reason of the contract's or of a form's, translated."""
    known = _(text)
    if known != text:
        return known
    for sentence in reversed(_WITH_VALUES):
        found = _pattern(sentence).fullmatch(text)
        if found:
            return _(sentence).format(**found.groupdict())
    return text


@cache
def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(sentence)))
