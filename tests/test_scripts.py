"""The unit tests of the pages' scripts, which are next to the tests of their pages.

They need no browser and no network: deno, which comes with the environment, runs them. Values from
Python are passed to them in a file, so that both are equal.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from subprocess import run

import pytest

from dashboards.board.texts import TEXTS as BOARD
from queue_service.language.languages import LANGUAGES
from queue_service.pages.counter.texts import TEXTS as COUNTER
from queue_service.pages.display.texts import TEXTS as DISPLAY
from queue_service.pages.kiosk.texts import TEXTS as KIOSK
from queue_service.visits.rules.ahead import EXACT_UP_TO
from queue_service.visits.rules.wait_estimate import shown_minutes
from queue_service.web.i18n import language_facts
from queue_service.web.texts import PLACE_TEXTS, page_texts

ROOT = Path(__file__).parent.parent
DENO = Path(sys.executable).with_name("deno")
FILES = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("tests/**/*_test.js"))
WAITS = ((0, 60), (0, 61), (61, 119), (240, 900), (299, 3600), (299, 3601), (3900, 4201))
PAGES = {"kiosk": KIOSK, "display": DISPLAY, "counter": COUNTER, "board": {**PLACE_TEXTS, **BOARD}}
CITIZENS = ("kiosk", "display")

pytestmark = pytest.mark.skipif(
    not DENO.exists(), reason="there is no wheel of deno for this machine"
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data for ``tests/web/page.js``."""
    texts = {
        page: page_texts(texts, LANGUAGES if page in CITIZENS else None)
        for page, texts in PAGES.items()
    }
    minutes = [
        {"low": low, "high": high, "first": first, "last": last}
        for low, high in WAITS
        for first, last in [shown_minutes(low, high)]
    ]
    file = tmp_path_factory.mktemp("scripts") / "data.json"
    file.write_text(
        json.dumps(
            {
                "languages": language_facts(),
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


SCRIPTS = sorted(
    path.relative_to(ROOT)
    for home in ("queue_service", "dashboards")
    for path in ROOT.glob(f"{home}/**/*.js")
)
INTL_HOMES = ("texts.js", "times.js", "languages.js")
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)


TABLE_ROW = re.compile(r'(?:el|closest)\(\s*"tr"')
"""An element of a table, whose name is also the code of Turkish."""


def spelled_languages(script: str) -> list[str]:
    """The languages that a script names by their code, in a string or as a member."""
    code = "|".join(LANGUAGES)
    text = TABLE_ROW.sub("", COMMENT.sub("", script))
    strings = re.findall(rf"""["'`]((?:{code})|[a-z]{{2}}-[A-Z]{{2}})["'`]""", text)
    return strings + re.findall(rf"(?:\.|[{{,]\s*)({code})(?=\s*:|\b(?!\w|\())", text)


@pytest.mark.parametrize("file", SCRIPTS, ids=str)
def test_a_script_knows_no_language_and_writes_no_time_by_itself(file: Path) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert spelled_languages(text) == []
    if file.name not in INTL_HOMES:
        assert "Intl." not in COMMENT.sub("", text)


@pytest.mark.parametrize(
    "script",
    ['lang === "da"', "names.da ?? id", "{ da: id }", 'locale = "en-GB"', "['da', `en`]"],
)
def test_a_script_that_spells_a_language_is_found(script: str) -> None:
    assert spelled_languages(script)
