"""A report as HTML and PDF, and the letter that it goes with."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup

from queue_service.language.catalogues import words
from queue_service.notify import mail_style
from queue_service.palette import PALETTE, as_css, verdict_colour
from queue_service.reports.page import ReportPage
from queue_service.reports.report import Report

_HERE: Final = Path(__file__).parent
_FONTS: Final = _HERE.parent / "web" / "static" / "fonts"
SHEETS: Final = ("report.css", "report-paper.css")
"""The stylesheets of a report on paper; on screen it needs the first alone."""
NEEDED: Final = (
    "A PDF needs the pango library. Install it, as root on Debian: apt-get install "
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)
"""The remedy for a missing PDF renderer."""


class NoPdf(Exception):
    """This machine cannot make a PDF; the text says what is missing."""


def as_html(report: Report, language: str) -> Markup:
    """The report's content, for a page that has ``reports/static/report.css``."""
    page = ReportPage(report, language, ways=True)
    html = _environment(language).get_template("report.html").render(page=page)
    return Markup(html)  # noqa: S704 - its own template has escaped what is in it


def as_document(report: Report, language: str) -> str:
    """The report as a page of its own, which needs no other file."""
    style = "\n".join(_paper_sheets())
    template = _environment(language).get_template("report-paper.html")
    return template.render(page=ReportPage(report, language), style=Markup(style))  # noqa: S704 - our own style sheet


def as_pdf(report: Report, language: str) -> bytes:
    """The report on A4 pages. Raises NoPdf."""
    page = ReportPage(report, language)
    html = _environment(language).get_template("report-paper.html").render(page=page)
    return pdf_of(html, _paper_sheets())


def pdf_of(html: str, stylesheets: Sequence[str]) -> bytes:
    """A page as PDF, in the typeface of all pages. Raises NoPdf."""
    weasyprint = _weasyprint()
    fonts = weasyprint.text.fonts.FontConfiguration()
    sheets = [
        weasyprint.CSS(
            string=stylesheet,
            font_config=fonts,
            url_fetcher=_nothing_from_elsewhere,
        )
        for stylesheet in (_stylesheet("paper-fonts.css"), *stylesheets)
    ]
    document = weasyprint.HTML(string=html, url_fetcher=_nothing_from_elsewhere)
    pdf: bytes = document.write_pdf(stylesheets=sheets, font_config=fonts, pdf_variant="pdf/ua-1")
    return pdf


def render(name: str, language: str, **values: object) -> str:
    """A rendered template of this package."""
    return _environment(language).get_template(name).render(**values)


def _paper_sheets() -> list[str]:
    """Every style sheet of a standalone report."""
    return [as_css(), *(_stylesheet(name) for name in SHEETS)]


def _stylesheet(name: str) -> str:
    text = (_HERE / "static" / name).read_text(encoding="utf-8")
    return text.replace("{fonts}", _FONTS.as_uri())


def _nothing_from_elsewhere(url: str, *_: Any, **__: Any) -> Any:
    """Only the typeface of the pages: nothing in a report is fetched."""
    path = Path(url.removeprefix("file://"))
    if path.parent != _FONTS:
        raise ValueError(f"A report refers to nothing but its typeface, and not to {url}.")
    return _weasyprint().urls.URLFetcherResponse(url, path.read_bytes())


def pdf_lacks() -> str | None:
    """The reason why this machine cannot make a PDF, or None if it can."""
    try:
        _weasyprint()
    except NoPdf as error:
        return str(error)
    return None


def _weasyprint() -> Any:
    # Loaded when the first PDF is made: it takes a second, and many machines never make one.
    try:
        return importlib.import_module("weasyprint")
    except (ImportError, OSError):
        raise NoPdf(NEEDED) from None


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("queue_service.reports"),
        autoescape=select_autoescape(),
        trim_blocks=True,
    )
    catalogue = words(language)
    environment.globals.update(
        _=catalogue.gettext,
        ngettext=catalogue.ngettext,
        mail_style=mail_style,
        colour=PALETTE,
        verdict_colour=verdict_colour,
    )
    return environment
