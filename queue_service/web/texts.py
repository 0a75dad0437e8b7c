"""A page's texts for its scripts: all its languages at once, so that switching needs no server.

A page lists its texts as ``{"key": N_("English text")}``. Values are filled in by name,
``{number}``. A text that depends on how many is ``{"thing": NN_("{n} thing", "{n} things")}``: the
script gets a key for each plural category of the language, such as ``thing.one``, ``thing.few`` and
``thing.other``, and ``tn`` of ``web/static/js/texts.js`` takes the one that goes with the number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from queue_service.language.catalogues import PLACES, words
from queue_service.language.languages import staff_languages
from queue_service.language.wording import plural_samples
from queue_service.web.i18n import N_, NN_

PageTexts = Mapping[str, str | tuple[str, str]]
"""The texts of a page by key; a pair is the singular and the plural of a text with a number."""

COMMON_TEXTS: PageTexts = {
    "connection.stale": N_("No connection right now. What you see is from {time}."),
    "connection.store": N_("The queue is not answering right now. What you see is from {time}."),
    "connection.never": N_("No connection yet. Trying again."),
    "connection.back": N_("Connected again."),
    "connection.refused": N_("This page may no longer see the queue. Log in again."),
    "connection.removed": N_("This branch is no longer there."),
    "error.network": N_("No connection. Try again in a moment."),
    "error.store_unavailable": N_("The queue is not answering. Try again in a moment."),
    "error.rate_limited": N_("That was too much at once. Wait a moment and try again."),
    "error.unauthenticated": N_("You are no longer logged in. Log in again."),
    "error.forbidden": N_("You are not allowed to do this here."),
    "error.unknown": N_("It did not work. Try again."),
    "seconds": NN_("{n} second", "{n} seconds"),
    "minutes": NN_("{n} minute", "{n} minutes"),
}
"""Texts of every page; a page's own texts come on top."""

KEY_TEXTS: Mapping[str, str] = {"keys.text": N_("That looks like text: nothing was done")}
"""The texts of a page with keys, for ``web/static/js/keys.js``."""

PLACE_TEXTS: Mapping[str, str] = {f"place.{word.lower()}": word for word in PLACES}
"""The texts by key, for ``web/static/js/wording.js``."""

CALL_TEXTS: Mapping[str, str] = {
    # How one is called into a room
    "room.knock": N_("Knock and come in"),
    "room.door": N_("Wait until the door opens"),
    "room.fetched": N_("You will be fetched"),
    # A call, as it is spoken. A letter is followed by a comma where it would be read as a word.
    "say.call": N_("Number {letters}, {digits}, {counter}."),
    "say.again": N_("Calling again: number {letters}, {digits}, {counter}."),
    "say.0": N_("zero"),
    "say.1": N_("one"),
    "say.2": N_("two"),
    "say.3": N_("three"),
    "say.4": N_("four"),
    "say.5": N_("five"),
    "say.6": N_("six"),
    "say.7": N_("seven"),
    "say.8": N_("eight"),
    "say.9": N_("nine"),
}
"""A call as displays and kiosks speak it (``pages/display/static/languages.js``)."""


def page_texts(
    texts: PageTexts, languages: Iterable[str] | None = None, common: PageTexts = COMMON_TEXTS
) -> dict[str, dict[str, str]]:
    """Every ``common`` text and each of ``texts``, by language and key.

    A page for citizens names its branch's ``languages``; without them they are those of staff.
    """
    codes = staff_languages() if languages is None else languages
    return {code: dict(_translated({**common, **texts}, code)) for code in codes}


def _translated(texts: PageTexts, language: str) -> Iterator[tuple[str, str]]:
    say = words(language)
    samples = plural_samples(language)
    for key, text in texts.items():
        if isinstance(text, str):
            yield key, say.gettext(text)
        else:
            for category, n in samples.items():
                yield f"{key}.{category}", say.ngettext(*text, n)
