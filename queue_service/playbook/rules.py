"""The playbook's entries, their versions, and how two of them differ.

The playbook is the municipality's: an entry belongs to a service id, whichever branches have it.
The version in force is an approved one. A draft is kept next to it until somebody approves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any, Final, Literal, NamedTuple
from unicodedata import normalize

from queue_service.language.languages import LANGUAGES

LONGEST_SUMMARY: Final = 160
LONGEST_LINE: Final = 80
MOST_LINES: Final = 6
"""Of what to bring: as much as a slip and a kiosk have room for."""
LONGEST_SELF_SERVICE: Final = 160
LONGEST_STEPS: Final = 4000
LONGEST_LIMITS: Final = 2000
MOST_FORMS: Final = 12
LONGEST_TITLE: Final = 120
LONGEST_ADDRESS: Final = 300
LONGEST_OWNER: Final = 80
LONGEST_SEARCH: Final = 100
"""Characters, each; of lists, how many."""

LIMITS: Final[Mapping[str, int]] = {
    "owner": LONGEST_OWNER,
    "summary": LONGEST_SUMMARY,
    "line": LONGEST_LINE,
    "lines": MOST_LINES,
    "own_text": LONGEST_SELF_SERVICE,
    "own_address": LONGEST_ADDRESS,
    "steps": LONGEST_STEPS,
    "limits": LONGEST_LIMITS,
    "forms": MOST_FORMS,
}
"""The limits as the editor shows them."""

COUNTED_WITHIN_MS: Final = 300_000
"""How long a terminal's saved visits are counted together, from the first of them on."""
MOST_SAVED: Final = 10
"""Of one terminal's saved visits within that time no more are counted."""
MOST_SENT: Final = 100
"""The most that a terminal may send within that time."""
REPEAT_MS: Final = 2_000
"""Presses of one terminal that follow each other this closely are one hand pressing again."""
SET_ASIDE: Final = "set_aside"
"""The field that counts presses which were taken for repeats."""

LineChange = Literal["same", "added", "removed"]
"""The change of a line between two versions."""


@dataclass(frozen=True, slots=True)
class FormLink:
    """A form: its title and its https address."""

    title: str
    address: str


@dataclass(frozen=True, slots=True)
class SelfService:
    """A way for citizens to help themselves: a plain sentence, and the https address."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Texts:
    """An entry in one language. ``steps`` and ``limits`` are Markdown; all else is plain."""

    summary: str
    bring: tuple[str, ...] = ()
    self_service: SelfService | None = None
    steps: str = ""
    limits: str = ""
    forms: tuple[FormLink, ...] = ()

    def words(self) -> str:
        """Everything in it that a reader may look for."""
        own = (self.self_service.text, self.self_service.address) if self.self_service else ()
        forms = (part for form in self.forms for part in (form.title, form.address))
        return "\n".join((self.summary, *self.bring, *own, self.steps, self.limits, *forms))


@dataclass(frozen=True, slots=True)
class EntryContent:
    """The content of an entry.

    ``owner`` is a function of the municipality, never a person; ``review_by`` the date by which it
    has to be reviewed again. With ``ask_at_kiosk`` the kiosk shows what is public before it issues
    a number.
    """

    owner: str
    review_by: str
    ask_at_kiosk: bool
    texts: Mapping[str, Texts]

    def text(self, language: str) -> Texts:
        """The entry in this language, or in the first that it has."""
        codes = (language, *LANGUAGES, *self.texts)
        return next(self.texts[code] for code in codes if code in self.texts)

    def overdue(self, today: str) -> bool:
        """Whether the review was due before today."""
        return self.review_by < today

    def public(self) -> bool:
        """Whether it says anything to citizens."""
        return any(text.bring or text.self_service for text in self.texts.values())


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that an account (``by``) wrote at a time (``at``, ms), and that is not approved."""

    content: EntryContent
    at: int
    by: str


@dataclass(frozen=True, slots=True)
class EntryVersion:
    """A version that an account approved at a time (ms), when the entry had this ``revision``."""

    number: int
    content: EntryContent
    at: int
    by: str
    revision: int


@dataclass(frozen=True, slots=True)
class PlaybookEntry:
    """A service's entry; its ``revision`` grows with every change, 0 is one not yet written."""

    service: str
    revision: int = 0
    draft: Draft | None = None
    approved: EntryVersion | None = None

    def drafted(self, content: EntryContent, at: int, by: str) -> PlaybookEntry:
        """With another draft."""
        return PlaybookEntry(self.service, self.revision + 1, Draft(content, at, by), self.approved)

    def discarded(self) -> PlaybookEntry:
        """Without its draft."""
        return PlaybookEntry(self.service, self.revision + 1, None, self.approved)

    def approved_by(self, at: int, by: str) -> PlaybookEntry:
        """With its draft as the next version in force. Raises ValueError without a draft."""
        if self.draft is None:
            raise ValueError("there is no draft")
        number = self.approved.number + 1 if self.approved else 1
        version = EntryVersion(number, self.draft.content, at, by, self.revision)
        return PlaybookEntry(self.service, self.revision + 1, None, version)

    def is_in_force(self, content: EntryContent) -> bool:
        """Whether just this is in force, and there is no draft."""
        return not self.draft and self.approved is not None and self.approved.content == content

    def has_approved(self, content: EntryContent, revision: int) -> bool:
        """Whether the version in force was the draft that a writer saved who began with
        ``revision``: the next one, or the same where it was saved unchanged."""
        approved = self.approved
        if approved is None or approved.content != content:
            return False
        return approved.revision in (revision, revision + 1)

    def to_edit(self) -> EntryContent | None:
        """The start of an edit: the draft, or the version in force."""
        if self.draft:
            return self.draft.content
        return self.approved.content if self.approved else None


def to_document(thing: PlaybookEntry | EntryVersion) -> dict[str, Any]:
    """The stored form."""
    return asdict(thing)


def entry_from(document: Mapping[str, Any]) -> PlaybookEntry:
    """Read a stored entry."""
    draft, approved = document["draft"], document["approved"]
    return PlaybookEntry(
        document["service"],
        document["revision"],
        Draft(content_from(draft["content"]), draft["at"], draft["by"]) if draft else None,
        version_from(approved) if approved else None,
    )


def version_from(document: Mapping[str, Any]) -> EntryVersion:
    """Read a stored version."""
    return EntryVersion(**{**document, "content": content_from(document["content"])})


def content_from(document: Mapping[str, Any]) -> EntryContent:
    """Content from a document that has been validated."""
    texts = {code: _texts_from(text) for code, text in document["texts"].items()}
    return EntryContent(document["owner"], document["review_by"], document["ask_at_kiosk"], texts)


def _texts_from(document: Mapping[str, Any]) -> Texts:
    own = document["self_service"]
    return Texts(
        document["summary"],
        tuple(document["bring"]),
        SelfService(**own) if own else None,
        document["steps"],
        document["limits"],
        tuple(FormLink(**form) for form in document["forms"]),
    )


def matches(text: str, search: str) -> bool:
    """Whether a text has each word of a search, or the beginning, middle or end of one.

    Pages that are drawn by scripts have the same rule in ``pages/playbook/static/search.js``.
    """
    folded = _folded(text)
    return all(word in folded for word in _folded(search).split())


def _folded(text: str) -> str:
    return normalize("NFC", text).lower()


class DiffLine(NamedTuple):
    """A line of a text, and its change."""

    kind: LineChange
    text: str


@dataclass(frozen=True, slots=True)
class DiffOfVersions:
    """A field that two contents do not share. ``language`` is empty for a field without one."""

    field: str
    language: str
    lines: tuple[DiffLine, ...]


def differences(before: EntryContent | None, after: EntryContent) -> list[DiffOfVersions]:
    """The differences of two contents, line by line, in the order of the form."""
    old, new = dict(_fields(before)) if before else {}, dict(_fields(after))
    places = [*new, *(place for place in old if place not in new)]
    return [
        DiffOfVersions(*place, tuple(_compared(old.get(place, ""), new.get(place, ""))))
        for place in places
        if old.get(place, "") != new.get(place, "")
    ]


def _fields(content: EntryContent) -> Iterator[tuple[tuple[str, str], str]]:
    yield ("owner", ""), content.owner
    yield ("review_by", ""), content.review_by
    yield ("ask_at_kiosk", ""), "x" if content.ask_at_kiosk else ""
    for code, text in content.texts.items():
        yield ("summary", code), text.summary
        yield ("bring", code), "\n".join(text.bring)
        own = text.self_service
        yield ("self_service", code), f"{own.text}\n{own.address}" if own else ""
        yield ("steps", code), text.steps
        yield ("limits", code), text.limits
        yield ("forms", code), "\n".join(f"{form.title} {form.address}" for form in text.forms)


def _compared(before: str, after: str) -> Iterator[DiffLine]:
    old, new = before.splitlines(), after.splitlines()
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from _lines("same", old[i:j])
        else:
            yield from _lines("removed", old[i:j])
            yield from _lines("added", new[k:m])


def _lines(kind: LineChange, lines: Iterable[str]) -> Iterator[DiffLine]:
    return (DiffLine(kind, line) for line in lines)


class Saved(NamedTuple):
    """How many said in an hour (``09``) of a date that they need no number for a service."""

    date: str
    hour: str
    service: str
    n: int


def read_saved(date: str, stored: Mapping[str, str]) -> list[Saved]:
    """A date's saved visits, in order."""
    found = []
    for name, n in stored.items():
        if name != SET_ASIDE:
            hour, service = name.split("|")
            found.append(Saved(date, hour, service, int(n)))
    return sorted(found)
