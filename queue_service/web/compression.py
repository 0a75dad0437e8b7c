"""Scripts, styles, pictures and the kiosk's page, compressed where the browser takes it.

A file is compressed once in a process and kept, under the ETag by which it is known; an answer to a
call of the API never is. Lines of a script or style that are comment alone are sent empty, which
saves a third of the rest; its other lines, and their numbers, stay as they are.

A page may be compressed where it holds nothing that a request has put into it: else the length
would reveal, guess by guess, what else is there (BREACH).
"""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from posixpath import normpath
from typing import Final

from flask import Response, request

from queue_service.web import static_addresses
from queue_service.web.static_addresses import StaticFiles

TEXTS: Final = frozenset({"text/css", "text/html", "text/javascript", "image/svg+xml"})
_LEAST_BYTES: Final = 400
"""A shorter answer gains less than the header costs."""
_COMMENTED: Final = frozenset({"text/css", "text/javascript"})
COMMENT: Final = re.compile(
    r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/[ \t]*)$", re.MULTILINE | re.DOTALL
)
"""Lines that are comment alone. Between backticks such a line would be text; no script has one."""
_PAGE_LEVEL: Final = 6
"""Of a page that is made for each request: 1 ms for 40 kB."""

_kept: dict[str, tuple[str, bytes]] = {}
"""By path, of the files: the ETag and what was compressed under it. However a path is written
(``/static/./a.css``), a file is kept once: else any visitor could fill the memory."""


def compressed_file(response: Response, file: Path, files: StaticFiles) -> Response:
    """A file's answer, compressed if the browser takes that; one of another kind stays as it is.

    Under an address with the present digest of all ``files`` the browser keeps it for a year.
    """
    response.headers.pop("Content-Disposition", None)  # it would only repeat the name
    response.headers.pop("Last-Modified", None)  # the ETag is exact; a page loads 40 files
    asked = static_addresses.digest_in(request.path)
    if response.mimetype in TEXTS:
        response.headers["Vary"] = "Accept-Encoding"
        if response.status_code == 200:
            _write_text(response, asked, kept=asked in (None, files.digest))
    if asked == files.digest and response.status_code == 200 and files.has(file):
        response.headers["Cache-Control"] = static_addresses.KEPT_A_YEAR
        response.headers.pop("ETag", None)  # a browser does not ask again
    return response


def compressed_page(response: Response) -> Response:
    """A page's answer, compressed if the browser takes that; it may hold nothing of a request."""
    response.headers["Vary"] = "Accept-Encoding"
    body = response.get_data()
    if len(body) < _LEAST_BYTES or not _is_taken():
        return response
    return _pack(response, gzip.compress(body, _PAGE_LEVEL, mtime=0))


def without_comments(text: str) -> str:
    """A script or style whose lines of comment are empty; comments after code stay."""
    return COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)


def _write_text(response: Response, digest: str | None, *, kept: bool) -> None:
    etag, _ = response.get_etag()
    if not _is_taken() or etag is None:
        if digest and response.mimetype in _COMMENTED:
            response.set_data(static_addresses.links_with_digest(_text_of(response), digest))
        return
    path = normpath(request.path)
    known, packed = _kept.get(path, ("", b""))
    if known != etag:
        packed = gzip.compress(_as_sent(response, digest).encode(), mtime=0)
        if kept:  # there is no end of other digests
            _kept[path] = etag, packed
    response.close()  # the file
    response.direct_passthrough = False
    # Weak: the same text, in other bytes. The browser asks again by it all the same.
    response.set_etag(etag, weak=True)
    response.headers.pop("Accept-Ranges", None)
    _pack(response, packed)


def _as_sent(response: Response, digest: str | None) -> str:
    text = _text_of(response)
    if response.mimetype not in _COMMENTED:
        return text
    text = without_comments(text)
    return static_addresses.links_with_digest(text, digest) if digest else text


def _text_of(response: Response) -> str:
    response.direct_passthrough = False
    return response.get_data(as_text=True)


def _pack(response: Response, packed: bytes) -> Response:
    response.set_data(packed)
    response.headers["Content-Encoding"] = "gzip"
    return response


def _is_taken() -> bool:
    return bool(request.accept_encodings["gzip"])
