"""Sheets of paper tickets as a PDF: one page on what to do, then tickets to cut out."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from queue_service.branches.rules.branch import Branch
from queue_service.language.catalogues import N_, words
from queue_service.language.languages import DEFAULT, known_languages, language, name_in
from queue_service.paper.__main__ import NO_PDF
from queue_service.paper.rules import sheet_numbers
from queue_service.reports.render import NEEDED, NoPdf
from queue_service.visits.rules.outcomes import OUTCOME_WORDS

_LONGEST_SECONDS: Final = 60
_TOO_LONG: Final = N_(
    "The sheets were not done within a minute. Print fewer at once, or try again when less is going"
    " on."
)
_COMMAND: Final = (sys.executable, "-m", "queue_service.paper")
_LINES_ON_A_TICKET: Final = 2
"""If the services fill more lines a ticket is twice as high, and eight fill two pages."""
_LINES_ON_A_TALL_ONE: Final = 10
"""With more the first page lists them by number, and a ticket has a box for the number."""
_LANGUAGES_ON_A_STUB: Final = 3
"""The first of the branch: a stub is printed before anybody has chosen, and has little room."""
_LINE_MM: Final = 130
_CHARACTER_MM: Final = 1.75
_BOX_MM: Final = 8

TEXTS: Final = {
    "title": N_("When all fails: numbers on paper"),
    "sheets": N_("Sheets {first} to {last}"),
    "once": N_(
        "Print a sheet once, and copy none: every sheet has its own number, so that no two "
        "citizens have the same. Ask for new sheets before these are used up."
    ),
    "services": N_("The services by number"),
    "yours": N_("Your number"),
    "wait": N_("The staff call your number aloud."),
    "service": N_("Service number"),
}
TIME_NAMES: Final = (N_("Taken"), N_("Called"), N_("Started"), N_("Done"))
LOST_NAMES: Final = (N_("Did not come"), N_("Left before the call"))
STEPS: Final = (
    N_(
        "One of you is where numbers are taken. Cut the next ticket, write the time under "
        "“Taken”, give the citizen the left part, and keep the right parts in their order."
    ),
    N_(
        "The next free clerk takes the first right part they can help with, calls its "
        "number aloud, and writes the time under “Called”."
    ),
    N_(
        "Tick the service. Write when you began and when you were done, and tick how it ended. "
        "Write no name, and leave empty what you do not know."
    ),
    N_(
        "When the screens work again, the kiosk gives numbers as before. Call those with a number "
        "on paper first."
    ),
    N_(
        "Then open {address} and enter the right parts: today, or later as long as visits are "
        "kept. Nothing counts twice. Throw the parts away when they are entered."
    ),
)  # fmt: skip


def sheets_pdf(branch: Branch, first: int, sheets: int, address: str) -> bytes:
    """The PDF of so many sheets from number ``first`` on; ``address`` is where they are entered.

    Raises NoPdf if this machine cannot make one, or not within a minute.
    """
    return pdf_in_process(sheets_html(branch, first, sheets, address), [sheet_style()])


def pdf_in_process(html: str, stylesheets: Sequence[str]) -> bytes:
    """A page as PDF, made by a process of its own.

    Raises NoPdf if this machine cannot make one, or not within a minute.
    """
    order = {"html": html, "sheets": [*stylesheets]}
    try:
        made = subprocess.run(
            _COMMAND,
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=_LONGEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NoPdf(_TOO_LONG) from None
    if made.returncode == NO_PDF:
        raise NoPdf(NEEDED)
    made.check_returncode()
    return made.stdout


def sheets_html(branch: Branch, first: int, sheets: int, address: str) -> str:
    """The same as the page that the PDF is made of."""
    offered = known_languages(branch.languages)
    languages = [code for code in offered if language(code).staff] or [DEFAULT]
    services = [
        name_in(service.name, *languages) for service in branch.services.values() if service.active
    ]
    lines = sum(_BOX_MM + _CHARACTER_MM * len(name) for name in services) / _LINE_MM
    listed = lines > _LINES_ON_A_TALL_ONE
    return _environment().get_template("paper-sheet.html").render(
        branch=branch,
        first=first,
        last=first + sheets - 1,
        numbers=[number for n in range(first, first + sheets) for number in sheet_numbers(n)],
        languages={code: words(code).gettext for code in languages},
        on_stubs={code: words(code).gettext for code in offered[:_LANGUAGES_ON_A_STUB]},
        directions={code: language(code).direction for code in offered},
        say=words(languages[0]).gettext,
        language=languages[0],
        services=services,
        listed=listed,
        tall=lines > _LINES_ON_A_TICKET and not listed,
        outcomes=[*(words.name for words in OUTCOME_WORDS.values()), *LOST_NAMES],
        times=TIME_NAMES,
        texts=TEXTS,
        steps=STEPS,
        address=address,
    )  # fmt: skip


def sheet_style() -> str:
    """The style of a sheet."""
    return (Path(__file__).parent / "static" / "paper-sheet.css").read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    loader: Any = PackageLoader("queue_service.paper")
    return Environment(
        loader=loader, autoescape=select_autoescape(), trim_blocks=True, undefined=StrictUndefined
    )
