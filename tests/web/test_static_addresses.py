"""Addresses that a browser keeps, never with the files of another release."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from posixpath import join, normpath

import pytest
from flask.testing import FlaskClient

from queue_service.app import PACKAGES
from queue_service.web import compression
from queue_service.web.application import Application
from queue_service.web.page_files import PageFiles
from queue_service.web.static_addresses import digest_in, static_files, with_digest, without_digest

DIGEST = static_files(PACKAGES).digest
OTHER = "0123456789ab"
SCRIPT = "/static/pages/kiosk/kiosk.js"
LINKS = re.compile(r"""(?:src|href)="(/static/[^"]+)\"""")
IMPORTS = re.compile(r"""(?:from |import\(|import |url\()["']([^"']+)["']""")
ENCODINGS = ("gzip", "identity")


def text(visitor: FlaskClient, address: str, encoding: str = "gzip") -> str:
    """The body that a browser reads at an address."""
    answer = visitor.get(address, headers={"Accept-Encoding": encoding})
    assert answer.status_code == 200, address
    return (gzip.decompress(answer.data) if answer.content_encoding else answer.data).decode()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_each_file_of_a_page_has_one_address_and_is_kept_for_a_year(
    visitor: FlaskClient, encoding: str
) -> None:
    found = set(LINKS.findall(visitor.get("/login").text)) | {with_digest(SCRIPT, DIGEST)}
    known: set[str] = set()
    while waiting := found - known:
        address = waiting.pop()
        known.add(address)
        answer = visitor.get(address, headers={"Accept-Encoding": encoding})
        assert answer.headers["Cache-Control"] == "max-age=31536000, immutable"
        assert "ETag" not in answer.headers
        answer.close()
        if address.endswith((".js", ".css")):
            names = IMPORTS.findall(text(visitor, address, encoding))
            found |= {normpath(join(address, "..", name)) for name in names}
    assert len(known) > 30
    assert {digest_in(address) for address in known} == {DIGEST}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_with_the_digest_of_another_release_a_file_is_not_kept_and_leads_to_no_second_copy(
    visitor: FlaskClient, encoding: str
) -> None:
    kept = len(compression._kept)
    asked = with_digest(SCRIPT, OTHER)
    answer = visitor.get(asked, headers={"Accept-Encoding": encoding})
    assert answer.headers["Cache-Control"] == "no-cache"
    assert f'"/static/{OTHER}/js/' in text(visitor, asked, encoding)
    assert DIGEST not in text(visitor, asked, encoding)
    assert len(compression._kept) == kept


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("address", ["js/a.js", "pages/kiosk/a.js"])
def test_a_file_that_was_replaced_since_the_process_began_is_not_kept(
    tmp_path: Path, encoding: str, address: str
) -> None:
    file = tmp_path / ("static/js/a.js" if "kiosk" not in address else "kiosk/static/a.js")
    file.parent.mkdir(parents=True)
    file.write_text("old")
    files = static_files((tmp_path,))
    app = Application("queue_service", static_folder=str(tmp_path / "static"), files=files)
    app.register_blueprint(PageFiles([tmp_path], files))
    asked = f"/static/{files.digest}/{address}"

    def cached() -> str:
        with app.test_client().get(asked, headers={"Accept-Encoding": encoding}) as answer:
            assert answer.status_code == 200
            return answer.headers["Cache-Control"]

    assert "immutable" in cached()
    file.write_text("newer")
    assert cached() == "no-cache"


def test_a_missing_file_is_not_cached(visitor: FlaskClient) -> None:
    answer = visitor.get(with_digest("/static/js/nowhere.js", DIGEST))
    assert answer.status_code == 404
    assert "immutable" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("path", "digest", "file"),
    [
        (f"/static/{OTHER}/js/a.js", OTHER, "/static/js/a.js"),
        (f"/static/{OTHER[1:]}/js/a.js", None, f"/static/{OTHER[1:]}/js/a.js"),
        (f"/static/{OTHER}0/js/a.js", None, f"/static/{OTHER}0/js/a.js"),
        (f"/api/static/{OTHER}/a.js", None, f"/api/static/{OTHER}/a.js"),
        (f"/static/{OTHER}/{OTHER}/a.js", OTHER, f"/static/{OTHER}/a.js"),
    ],
)
def test_a_digest_is_twelve_digits_after_the_root(path: str, digest: str | None, file: str) -> None:
    assert digest_in(path) == digest
    assert without_digest(path) == file


def test_it_changes_with_the_bytes_the_name_and_the_number_of_the_files(tmp_path: Path) -> None:
    seen = set()
    for nth, (name, content) in enumerate((("a.js", "1"), ("a.js", "2"), ("b.js", "1"))):
        folder = tmp_path / str(nth)
        (folder / "page" / "static").mkdir(parents=True)
        (folder / "page" / "static" / name).write_text(content)
        (folder / "page" / "view.py").write_text(str(nth))
        seen.add(static_files((folder,)).digest)
    (tmp_path / "0" / "page" / "view.py").write_text("changed")
    static_files.cache_clear()
    seen.add(static_files((tmp_path / "0",)).digest)
    assert len(seen) == 3
