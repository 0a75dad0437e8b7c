"""Compressed responses, and their unchanged content."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import queue_service
from queue_service.web import compression
from queue_service.web.compression import COMMENT, without_comments
from tests.web.web_app import LIBRARY, WebApp

TAKES = {"Accept-Encoding": "gzip, deflate, br"}
SCRIPT = "/static/js/api.js"
ROOT = Path(queue_service.__file__).parent


def test_a_file_is_compressed_for_a_browser_that_takes_it(visitor: FlaskClient) -> None:
    plain = visitor.get(SCRIPT, headers={"Accept-Encoding": "identity"})
    assert plain.text == (ROOT / "web" / SCRIPT[1:]).read_text(encoding="utf-8")
    for _ in range(2):  # made, and kept
        packed = visitor.get(SCRIPT, headers=TAKES)
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data).decode() == without_comments(plain.text)
        assert packed.content_length == len(packed.data) < len(plain.data) / 2
        assert packed.headers["ETag"] == f"W/{plain.headers['ETag']}"
    for answer in (plain, packed):
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Cache-Control"] == "no-cache"
        known = {**TAKES, "If-None-Match": answer.headers["ETag"]}
        again = visitor.get(SCRIPT, headers=known)
        assert (again.status_code, again.data) == (304, b"")
    assert "Content-Encoding" not in visitor.get(SCRIPT, headers={"Accept-Encoding": "br"}).headers
    assert visitor.head(SCRIPT, headers=TAKES).status_code == 200


def test_compressed_files_are_sent_unchanged(visitor: FlaskClient) -> None:
    font = visitor.get("/static/fonts/plain-zero-wght-normal.woff2", headers=TAKES)
    assert "Content-Encoding" not in font.headers
    font.close()


def test_a_file_is_kept_once_however_its_path_is_written(visitor: FlaskClient) -> None:
    visitor.get(SCRIPT, headers=TAKES)
    kept = len(compression._kept)
    for path in ("/static/./js/api.js", "/static/js//api.js", "/static/js/../js/api.js"):
        assert visitor.get(path, headers=TAKES).status_code == 200
    assert len(compression._kept) == kept


def test_a_file_that_was_changed_is_compressed_again(web_app: WebApp, tmp_path: Path) -> None:
    web_app.app.static_folder = str(tmp_path)
    visitor, file = web_app.app.test_client(), tmp_path / "a.css"
    for nth, text in enumerate(("a{}" * 300, "b{}" * 300)):
        file.write_text(text)
        os.utime(file, (nth, nth))
        assert gzip.decompress(visitor.get("/static/a.css", headers=TAKES).data).decode() == text


def test_a_screens_page_is_compressed_and_no_page_of_staff(web_app: WebApp) -> None:
    page = web_app.screen("kiosk").get(f"/kiosk/{LIBRARY}", headers=TAKES)
    assert page.headers["Content-Encoding"] == "gzip"
    assert b'<html lang="da"' in gzip.decompress(page.data)
    setup = web_app.screen("kiosk").get(f"/kiosk/{LIBRARY}/setup", headers=TAKES)
    assert gzip.decompress(setup.data).startswith(b'{"at":')
    # Its length would reveal what a request puts next to the secret of the login.
    staff = web_app.staff("anna", "supervisor").get("/playbook?q=x", headers=TAKES)
    assert "Content-Encoding" not in staff.headers


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("// one\na();\n", "\na();\n"),
        ("  /**\n   * two\n   */\n  b();", "\n\n\n  b();"),
        ("/* a */\nx { y: z; } /* kept */", "\nx { y: z; } /* kept */"),
        ("f(); // kept\n", "f(); // kept\n"),
        ('url = "https://a";\n', 'url = "https://a";\n'),
        ("/* never ends\na", "/* never ends\na"),
        ("/** @type {T} */ (a).b();\n/* c */\n", "/** @type {T} */ (a).b();\n\n"),
    ],
)
def test_lines_of_comment_are_empty_and_all_others_stay(text: str, sent: str) -> None:
    assert without_comments(text) == sent


def test_no_code_of_ours_is_taken_for_a_comment() -> None:
    """Nor a line between backticks that begins so: it would be lost on the way."""
    for script in [*ROOT.glob("**/*.js"), *ROOT.parent.glob("dashboards/**/*.js")]:
        text, backticks, ended = script.read_text(encoding="utf-8"), 0, 0
        assert all(comment[0].count("*/") <= 1 for comment in COMMENT.finditer(text)), script
        for comment in COMMENT.finditer(text):
            backticks += text[ended : comment.start()].count("`")
            ended = comment.end()
            assert backticks % 2 == 0, (script, comment[0])
