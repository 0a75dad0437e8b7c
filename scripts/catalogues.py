"""The texts of the code, and the catalogues of citizens' languages: which lacks what.

`.venv/bin/python -m scripts.catalogues` adds the texts that a catalogue lacks, without a
translation, and removes those that are gone. The texts of citizens are those of ``CITIZENS``;
Danish has all texts, and its catalogue is edited by hand.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from queue_service.language.languages import LANGUAGES

ROOT: Final = Path(__file__).parent.parent
CATALOGUES: Final = ROOT / "queue_service" / "translations"
METHODS: Final = (("**.py", "python"), ("**/templates/**.html", "jinja2"))
KEYWORDS: Final = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "NN_": (1, 2)}

CITIZENS: Final = (
    "queue_service/bookings/text/",
    "queue_service/bookings/",
    "queue_service/configuration/trial.py",
    "queue_service/interventions/screen_text.py",
    "queue_service/language/catalogues.py",
    "queue_service/language/wording.py",
    "queue_service/pages/booking/",
    "queue_service/pages/display/texts.py",
    "queue_service/pages/feedback/",
    "queue_service/pages/hours_texts.py",
    "queue_service/pages/kiosk/texts.py",
    "queue_service/pages/public/",
    "queue_service/pages/ticket/",
    "queue_service/pages/typed_codes.py",
    "queue_service/pages/video/screen_texts.py",
    "queue_service/public/",
    "queue_service/reminders/",
    "queue_service/web/problems/citizens.py",
    "queue_service/web/templates/base.html",
    "queue_service/web/templates/languages.html",
    "queue_service/web/texts.py",
)
"""The files and folders whose texts citizens read; every other text is for staff."""

Key = str | tuple[str, ...]
"""A text, or the singular and the plural of one with a number."""


@cache
def used(methods: tuple[tuple[str, str], ...] = METHODS) -> tuple[tuple[Key, str], ...]:
    """Each text that the code marks for translation, with its file; some more than once."""
    return tuple(_used(methods))


def _used(methods: Iterable[tuple[str, str]]) -> Iterator[tuple[Key, str]]:
    for folder in ("queue_service", "dashboards", "workers"):
        extracted = extract_from_dir(ROOT / folder, list(methods), keywords=KEYWORDS)
        for file, _line, text, _comments, _context in extracted:
            key = tuple(text) if isinstance(text, list | tuple) else text
            yield key, f"{folder}/{file}"


def for_citizens() -> dict[Key, str]:
    """Each text of citizens, with the first file that has it, in the order of the files."""
    found: dict[Key, str] = {}
    for key, file in sorted(used(), key=lambda one: one[1]):
        if file.startswith(CITIZENS):
            found.setdefault(key, file)
    return found


def path_of(code: str) -> Path:
    """The catalogue of a language."""
    return CATALOGUES / code / "LC_MESSAGES" / "messages.po"


def read(code: str) -> Catalog:
    """The catalogue of a language; an empty one if it has none yet."""
    path = path_of(code)
    if not path.exists():
        name = Locale.parse(code).get_display_name("en")
        return Catalog(locale=code, header_comment=f"# {name} texts of citizens. {UNREAD}")
    with path.open("rb") as file:
        return read_po(file, locale=code)


def missing(catalogue: Catalog, keys: Iterable[Key]) -> list[Key]:
    """The texts without a translation, or without one of its plural forms."""
    return [key for key in keys if not _translated(catalogue, key)]


def _translated(catalogue: Catalog, key: Key) -> bool:
    message = catalogue.get(key if isinstance(key, str) else key[0])
    if message is None or not message.string or isinstance(message.id, str) != isinstance(key, str):
        return False
    return isinstance(message.string, str) or all(message.string)


def renew(code: str, keys: Iterable[Key]) -> list[Key]:
    """Write the catalogue of a language with exactly these texts; return those it lacks."""
    keys = tuple(keys)
    former = read(code)
    renewed = Catalog(locale=code, header_comment=former.header_comment)
    for key in keys:
        one = former.get(key if isinstance(key, str) else key[0])
        renewed.add(key, one.string if one and not missing(former, [key]) else None)
    write(code, renewed)
    return missing(renewed, keys)


def write(code: str, catalogue: Catalog) -> None:
    """Write a catalogue, with a header that changes with its plural forms alone."""
    texts = io.BytesIO()
    write_po(texts, catalogue, width=100, omit_header=True)
    header = _HEADER.format(
        comment=catalogue.header_comment, code=code, plurals=catalogue.plural_forms
    )
    path_of(code).parent.mkdir(parents=True, exist_ok=True)
    path_of(code).write_text(header + texts.getvalue().decode(), encoding="utf-8")


_HEADER: Final = """\
{comment}
msgid ""
msgstr ""
"Project-Id-Version: queue-service\\n"
"PO-Revision-Date: \\n"
"Last-Translator: \\n"
"Language: {code}\\n"
"Language-Team: {code}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
UNREAD: Final = "Not yet read by a native speaker."
"""In the header of a catalogue until a native speaker has read it; docs/languages.md lists them."""


def main() -> None:
    """Renew every catalogue of a language that citizens alone read."""
    keys = tuple(for_citizens())
    for code, one in LANGUAGES.items():
        if not one.staff:
            lacking = len(renew(code, keys))
            sys.stdout.write(f"{code}: {len(keys)} texts, {lacking} without a translation\n")


if __name__ == "__main__":
    main()
