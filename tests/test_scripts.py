"""The unit tests of the pages' scripts, which lie beside the tests of their pages.

They need no browser and no network: deno, which comes with the environment, runs them. What they
must know of Python is handed to them in a file, so that both say the same.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from subprocess import run

import pytest
from flask import Flask

from dashboards.board.texts import TEXTS as BOARD
from queue_service.language.languages import LANGUAGES
from queue_service.pages.counter.texts import TEXTS as COUNTER
from queue_service.pages.display.texts import TEXTS as DISPLAY
from queue_service.pages.kiosk.texts import TEXTS as KIOSK
from queue_service.visits.rules.ahead import EXACT_UP_TO
from queue_service.visits.rules.expected import shown_minutes
from queue_service.web.i18n import init_i18n
from queue_service.web.texts import PLACE_TEXTS, page_texts

ROOT = Path(__file__).parent.parent
DENO = Path(sys.executable).with_name("deno")
FILES = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("tests/**/*_test.js"))
WAITS = ((0, 60), (0, 61), (61, 119), (240, 900), (299, 3600), (299, 3601), (3900, 4201))
PAGES = {"kiosk": KIOSK, "display": DISPLAY, "counter": COUNTER, "board": {**PLACE_TEXTS, **BOARD}}

pytestmark = pytest.mark.skipif(
    not DENO.exists(), reason="there is no wheel of deno for this machine"
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``tests/web/page.js`` reads."""
    app = Flask("texts")
    init_i18n(app, "da")
    with app.test_request_context():
        texts = {page: page_texts(texts) for page, texts in PAGES.items()}
    minutes = [
        {"low": low, "high": high, "first": first, "last": last}
        for low, high in WAITS
        for first, last in [shown_minutes(low, high)]
    ]
    file = tmp_path_factory.mktemp("scripts") / "data.json"
    file.write_text(
        json.dumps(
            {
                "languages": {code: asdict(one) for code, one in LANGUAGES.items()},
                "texts": texts,
                "exact_up_to": EXACT_UP_TO,
                "shown_minutes": minutes,
            }
        )
    )
    return file


@pytest.mark.parametrize("file", FILES)
def test_of_a_script(file: str, data: Path) -> None:
    """By ``run`` itself: a tenth of a second is fast enough for ``./dev test --fast``."""
    environment = {
        **os.environ,
        "DENO_DIR": str(ROOT / ".cache" / "deno"),
        "DENO_NO_UPDATE_CHECK": "1",
        "NO_COLOR": "1",
        "SCRIPT_TESTS_DATA": str(data),
    }
    allowed = [f"--allow-read={data}", "--allow-env=SCRIPT_TESTS_DATA", "--no-remote"]
    command = [
        str(DENO),
        "test",
        "--quiet",
        "--no-check",
        *allowed,
        file,
    ]  # ./dev lint checks types
    done = run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
