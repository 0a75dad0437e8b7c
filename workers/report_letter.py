"""The letter that a report goes out with."""

from __future__ import annotations

from queue_service.notify.mail import Attachment, Letter
from queue_service.reports.page import ReportPage
from queue_service.reports.render import NoPdf, as_pdf, render
from queue_service.reports.report import Report
from queue_service.reports.store import ReportReader


def letter(
    report: Report,
    reader: ReportReader,
    public_url: str,
    attachments: tuple[Attachment, ...] = (),
) -> Letter:
    """The report in short, with the whole of it attached, if it is."""
    page = ReportPage(report, reader.language)
    stop = _address(public_url, f"/reports/{report.branch}/stop/{reader.id}")
    context = {
        "page": page,
        "site": _address(public_url, f"/dashboards/{report.branch}"),
        "link": _address(public_url, f"/dashboards/{report.branch}/reports/{report.id}"),
        "unsubscribe": stop,
        "attached": bool(attachments),
    }
    return Letter(
        to=reader.address,
        subject=f"{report.branch_name}: {page.kind}, {page.period}",
        text=render("letter.txt", reader.language, **context),
        html=render("letter.html", reader.language, **context),
        language=reader.language,
        key=f"report-{report.branch}-{report.id}",
        attachments=attachments,
        unsubscribe=stop,
    )


def as_attachments(report: Report, language: str) -> tuple[Attachment, ...]:
    """The whole report as PDF; empty if this machine can make none."""
    try:
        content = as_pdf(report, language)
    except NoPdf:
        return ()
    return (Attachment(f"{report.branch}_{report.id}.pdf", "application/pdf", content),)


def _address(public_url: str, path: str) -> str:
    return f"{public_url}{path}" if public_url else ""
