"""From Markdown to HTML that is safe to show.

HTML in the source is shown as text, pictures are not fetched, and a link leads only if the
schemes allow. The output of the renderer is cleaned once more by a sanitiser, so that neither of
them alone has to be without fault.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import unquote

import nh3
from markdown_it import MarkdownIt

SCHEMES: Final = frozenset({"https", "mailto", "tel"})
"""The allowed schemes of a link."""
_BEGINNINGS: Final = ("https://", "mailto:", "tel:")
"""Without its slashes ``https:`` leads to a page of ours."""

_TAGS: Final = frozenset(
    "p br h3 h4 ul ol li strong em code pre blockquote a hr".split()  # noqa: SIM905 - shorter than a tuple
)
_ATTRIBUTES: Final[dict[str, set[str]]] = {"*": set(), "a": {"href"}, "ol": {"start"}}
_LEVELS: Final = {"h1": "h3", "h2": "h4", "h5": "h4", "h6": "h4"}
"""A page has its own first and second headings."""


def to_html(source: str) -> str:
    """Render Markdown; whatever is unsafe is shown as text or left out."""
    tokens = _MARKDOWN.parse(source)
    for token in tokens:
        token.tag = _LEVELS.get(token.tag, token.tag)
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return nh3.clean(
        html,
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
    )


def _made() -> Any:
    made: Any = MarkdownIt("commonmark", {"html": False, "linkify": False})
    made.disable("image")
    made.validateLink = _may_lead
    return made


def _may_lead(address: str) -> bool:
    where = address.strip().lower()
    # The text before an @ looks like the host: https://www.borger.dk@example.org.
    host = re.split(r"[/?#\\]", where.removeprefix("https://"), maxsplit=1)[0]
    disguised = where.startswith("https:") and "@" in unquote(host)
    return where.startswith(_BEGINNINGS) and not disguised


_MARKDOWN: Final = _made()
