"""The table of stored data as a document: `.venv/bin/python -m scripts.stored_data` writes it.

The rows are those of `queue_service/privacy`, with which the tests compare a real store.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from queue_service.language.wording import Wording
from queue_service.privacy.inventory import STORED_KEYS
from queue_service.privacy.lengths import kept
from queue_service.privacy.rules.kept_data import KINDS, Kind
from queue_service.privacy.rules.stored_key import Json, StoredKey

PAGE: Final = Path(__file__).parent.parent / "docs" / "stored-data.md"
_HEADING: Final = "## Kinds of data\n\n"
_ABOUT: Final = {"citizens": "citizens", "staff": "staff", "nothing": "–"}
_RETENTION_DAYS: Final = 90
_AUDIT_DAYS: Final = 365
"""The lengths of an installation that has changed neither."""


def page(present: str) -> str:
    """The document with its tables as the code has them now; its introduction stays."""
    introduction, heading, _ = present.partition(_HEADING)
    return introduction + heading + "".join([*_kinds(), *_keys()])


def _kinds() -> Iterator[str]:
    yield "| kind | about | content | source | purpose | how long |\n|---|---|---|---|---|---|\n"
    say = Wording("en")
    for kind in KINDS:
        length = kept(kind, say, (_RETENTION_DAYS,), _AUDIT_DAYS)
        about = _ABOUT[kind.about]
        cells = (f"`{kind.id}`", about, kind.content, kind.source, kind.purpose, length)
        yield f"| {' | '.join(cells)} |\n"


def _keys() -> Iterator[str]:
    yield "\n## Keys\n"
    for kind in KINDS:
        yield f"\n### {_title(kind)}\n\n| key | type | fields |\n|---|---|---|\n"
        for row in (row for row in STORED_KEYS if row.kind == kind.id):
            yield f"| `{row.key}` | {row.type} | {', '.join(_names(row)) or '–'} |\n"


def _title(kind: Kind) -> str:
    return kind.id.capitalize()


def _names(row: StoredKey) -> list[str]:
    """The names of fields, and of the members of documents in them."""
    names = [f"`{name}`" for name in row.fields if name != "*"]
    for form in (*row.members, *row.fields.values()):
        if isinstance(form, Json):
            names += [f"`{path}`" for path in sorted(form.paths) if "*" not in path]
    return list(dict.fromkeys(names))


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
