"""The language of a page.

The strongest first: ``?lang=`` in the address, the cookie that a former ``?lang=`` left, the
browser's ``Accept-Language``, and the installation's own (``QUEUE_LANGUAGE``). A page is offered in
the languages of staff, unless it is for citizens: then its blueprint or its view calls
``offer_languages``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, request

from queue_service.language.catalogues import N_ as N_
from queue_service.language.catalogues import NN_ as NN_
from queue_service.language.catalogues import words
from queue_service.language.languages import LANGUAGES as LANGUAGES
from queue_service.language.languages import Language, staff_languages
from queue_service.language.wording import date_names

LANGUAGE_COOKIE = "queue_lang"
_DEFAULT = "QUEUE_LANGUAGE"
_YEAR_SECONDS = 365 * 24 * 3600


def choose_language() -> str:
    """The language of the page that is being asked for."""
    offered = _offered()
    cookie = None if "shared" in g else request.cookies.get(LANGUAGE_COOKIE)
    for language in (request.args.get("lang"), cookie):
        if language in offered:
            return str(language)
    preferred = default_language() if default_language() in offered else next(iter(offered))
    return request.accept_languages.best_match(list(offered), preferred)


def offer_languages(codes: Iterable[str] = LANGUAGES) -> None:
    """Offer the page in these languages, such as those of its branch; without ``codes`` in all."""
    g.pop("language", None)
    g.offered = {code: LANGUAGES[code] for code in codes if code in LANGUAGES} or staff_languages()


def is_for_citizens() -> bool:
    """Whether the page is for citizens: in their languages, and not in those of staff."""
    return "offered" in g


def _offered() -> dict[str, Language]:
    return g.offered if "offered" in g else staff_languages()


def ignore_cookie() -> None:
    """Choose the page's language without the cookie, and set none: caches share the page."""
    g.shared = True


def current_language() -> str:
    """The language of the page that is being asked for, chosen once for each request."""
    if "language" not in g:
        g.language = choose_language()
    return str(g.language)


def speak(language: str) -> None:
    """Answer this request in a language, and let no cookie remember it."""
    g.language, g.shared = language, True


def gettext(msgid: str, **values: object) -> str:
    """A text in the page's language. Values are filled in by name, ``%(number)s``."""
    text = words(current_language()).gettext(msgid)
    return text % values if values else text


def _ngettext(one: str, several: str, n: int) -> str:
    return words(current_language()).ngettext(one, several, n)


def default_language() -> str:
    """The language of the pages of this installation without a choice."""
    return str(current_app.config[_DEFAULT])


def init_i18n(app: Flask, default: str) -> None:
    """Give the application its languages: translated templates and ``?lang=``."""
    app.config[_DEFAULT] = default
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # the extension's
        gettext, _ngettext, newstyle=True
    )
    app.context_processor(_language_in_templates)
    app.after_request(_remember_language)


def _language_in_templates() -> dict[str, object]:
    return {
        "lang": current_language(),
        "languages": _offered(),
        "known_languages": LANGUAGES,
        "language_facts": language_facts(),
        "in_language": _in_language,
    }


def language_facts(codes: Iterable[str] = LANGUAGES) -> dict[str, dict[str, object]]:
    """Languages for the scripts of a page, with the names of dates that a browser lacks."""
    languages = {code: LANGUAGES[code] for code in codes}
    return {
        code: asdict(one) | ({} if one.browser_dates else {"date_names": date_names(code)})
        for code, one in languages.items()
    }


def _in_language(language: str) -> str:
    """The query of the same page in another language; whatever else it says stays, unless caches
    share the page."""
    kept = () if "shared" in g else request.args.items(multi=True)
    other_arguments = [(name, value) for name, value in kept if name != "lang"]
    return "?" + urlencode([*other_arguments, ("lang", language)])


def _remember_language(response: Response) -> Response:
    if not request.query_string or "shared" in g:
        return response
    language = request.args.get("lang")
    if language in _offered() and response.mimetype == "text/html":
        response.set_cookie(
            LANGUAGE_COOKIE,
            str(language),
            max_age=_YEAR_SECONDS,
            samesite="Lax",
            secure=request.is_secure,
            httponly=True,
        )
    return response
