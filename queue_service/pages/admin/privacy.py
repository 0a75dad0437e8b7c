"""The papers of data protection: on the page, on paper and as files."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, cast

from flask import Response, g, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from queue_service.errors import Invalid, NotFound
from queue_service.language.languages import DEFAULT, staff_languages
from queue_service.language.wording import Wording
from queue_service.pages.admin.forms import blueprint, show
from queue_service.pages.admin.privacy_settings import surroundings
from queue_service.paper.sheet import pdf_in_process
from queue_service.privacy.operations import facts_of, record_taken
from queue_service.privacy.rules.paper import PrivacyPaper
from queue_service.privacy.text import PAPERS, PaperId
from queue_service.reports.render import NoPdf
from queue_service.web.context import queue, settings

_FORMS: Final = {"html": "text/html", "pdf": "application/pdf"}


@blueprint.get("/privacy")
def privacy() -> ResponseReturnValue:
    """The list of papers, and the first one."""
    return _page("record")


@blueprint.get("/privacy/<paper>")
def privacy_paper(paper: str) -> ResponseReturnValue:
    """A paper."""
    return _page(_known(paper))


@blueprint.get("/privacy/<paper>/file")
def privacy_file(paper: str) -> ResponseReturnValue:
    """A paper as a file: a page that a text editor opens, or a PDF."""
    known, form = _known(paper), request.args.get("format", "html")
    if form not in _FORMS:
        raise Invalid.at("format", "Choose html or pdf.")
    content = _html(known) if form == "html" else _pdf(known)
    record_taken(queue(), g.caller, known, form)
    response = Response(content, content_type=f"{_FORMS[form]}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{known}.{form}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _known(paper: str) -> PaperId:
    if paper not in PAPERS:
        raise NotFound("There is nothing at this address; check it.")
    return cast(PaperId, paper)


def _language() -> str:
    """The language of the paper; the papers are written in Danish for Danish authorities."""
    wanted = request.args.get("language", DEFAULT)
    return wanted if wanted in staff_languages() else DEFAULT


def _papers() -> dict[PaperId, PrivacyPaper]:
    facts = facts_of(queue(), surroundings(settings()))
    say = Wording(_language())
    return {name: write(facts, say) for name, write in PAPERS.items()}


def _page(chosen: PaperId) -> Response:
    papers = _papers()
    return show(
        "privacy",
        papers=papers,
        chosen=chosen,
        paper=papers[chosen],
        language=_language(),
        made_on=_made_on(),
    )


def _made_on() -> str:
    return Wording(_language()).long_day_at(queue().store.time(), "Europe/Copenhagen")


def _html(chosen: PaperId, style: str | None = None) -> str:
    """A paper as a document that needs no other file."""
    own = _style() if style is None else style
    return render_template(
        "admin/privacy-document.html",
        paper=_papers()[chosen],
        language=_language(),
        made_on=_made_on(),
        style=Markup(own),  # noqa: S704 - our own style sheet
    )


def _pdf(chosen: PaperId) -> bytes:
    try:
        return pdf_in_process(_html(chosen, ""), [_style()])
    except NoPdf as error:
        raise Invalid(str(error)) from None


@cache
def _style() -> str:
    return (Path(__file__).parent / "static" / "papers.css").read_text(encoding="utf-8")
