"""The documentation cannot fall behind: what it lists is all there is, and what it shows works."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from queue_service import __version__, sample
from queue_service.cli import COMMANDS, parser_of
from queue_service.metrics.families import DURATION, OF_BRANCHES, UP
from queue_service.metrics.health_families import OF_HEALTH
from queue_service.runtime import process_metrics as of_processes
from queue_service.runtime.settings import secret_variables
from queue_service.store.server.embedded import embedded_url
from queue_service.web.security.route_roles import rules
from scripts import stored_data
from scripts.permissions import PAGE, page
from tests.programs import find_program
from tests.prose import comments, docstrings
from tests.web.service import running_service

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
PAGES = (ROOT / "docs" / "pages.md").read_text(encoding="utf-8")
COMMAND = (ROOT / "docs" / "command.md").read_text(encoding="utf-8")
API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
DECISIONS = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
SECTIONS: Final = ["Context", "Decision", "Alternatives", "Consequences"]
METRICS = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
DOCUMENTS: Final = (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))


def names(pattern: str, text: str) -> set[str]:
    return set(re.findall(pattern, text))


VARIABLES: Final = [
    ROOT / "queue_service" / "runtime" / f"{name}.py" for name in ("settings", "provider_settings")
]


def test_every_setting_has_a_row_and_no_other_has() -> None:
    settings = "".join(file.read_text(encoding="utf-8") for file in VARIABLES)
    variable = r"\b((?:QUEUE_[A-Z_]+|REDIS_URL))\b"
    listed = re.findall(r"^\| `([A-Z_]+)` \|", SETTINGS, re.MULTILINE)
    assert sorted(listed) == sorted(names(variable, settings))


def test_every_variable_that_a_document_names_is_one() -> None:
    read = [*VARIABLES, *ROOT.glob("docker-compose*.yml")]
    variable = r"\b(QUEUE_[A-Z_]*[A-Z])\b"
    known = names(variable, "".join(file.read_text(encoding="utf-8") for file in read))
    known |= {f"{name}_FILE" for name in secret_variables()}
    for document in DOCUMENTS:
        assert names(variable, document.read_text(encoding="utf-8")) <= known, document


PARTS_OF_PAGES: Final = {"api", "static", "now"}
"""Addresses that pages fetch, and no person opens."""


def test_every_page_is_in_the_document_of_pages() -> None:
    opened = [path.strip("/").split("/") for method, path in rules() if method == "GET"]
    first = {parts[0] for parts in opened if parts[0]}
    of_a_branch = {parts[2] for parts in opened if parts[0] == "dashboards" and len(parts) == 3}
    wanted = (first | of_a_branch) - PARTS_OF_PAGES
    assert {name for name in wanted if not re.search(rf"/{re.escape(name)}\b", PAGES)} == set()


def test_the_document_of_permissions_is_the_table() -> None:
    advice = "run .venv/bin/python -m scripts.permissions"
    written = PAGE.read_text(encoding="utf-8")
    assert written == page(written), advice


def test_the_document_of_stored_data_is_the_table() -> None:
    advice = "run .venv/bin/python -m scripts.stored_data"
    written = stored_data.PAGE.read_text(encoding="utf-8")
    assert written == stored_data.page(written), advice


def test_every_command_has_its_row() -> None:
    rows = "".join(line for line in COMMAND.splitlines(keepends=True) if line.startswith("| `"))
    assert [command for command in COMMANDS if f"`{command}" not in rows] == []


STANDS_FOR: Final = {"ROLE": "clerk", "DATE": "2026-11-25", "D": "2026-11-25", "T": "days",
                     "PART": "store", "COMMAND": "PING", "MINUTES": "15",
                     "YEAR": "2027", "N": "30"}  # fmt: skip
"""A value for each placeholder word, where not every word will do."""


def typed_commands(document: Path) -> Iterator[str]:
    """Each `queue-service …` of a document; each row of docs/command.md, with all it may take."""
    text = document.read_text(encoding="utf-8").replace("queue-service queue-service:before", "")
    yield from re.findall(
        r"(?:(?<![\w/.:-])|\.venv/bin/)queue-service ([a-z].*?)(?=`|$| > )",
        text.replace("image tag\nqueue-service:before queue-service", ""),
        re.MULTILINE,
    )
    if document.name == "command.md":
        for row in re.findall(r"^\| (`.*?`) \|", text, re.MULTILINE):
            for span in quoted(row):
                if span.split()[0] in COMMANDS:
                    yield re.sub(r" \[.*?\]", "", span)
                    yield re.sub(r"[\[\]]| …", "", span)


def test_every_command_that_a_document_types_is_one() -> None:
    documents = [file for file in DOCUMENTS if file.name != "CHANGELOG.md"]
    found = [(file.name, typed) for file in documents for typed in typed_commands(file)]
    assert len(found) > 120
    for name, typed in found:
        arguments = shlex.split(re.sub(r"\$\(.*?\)|\)$", "", typed))
        words = [STANDS_FOR.get(word, word) for word in arguments]
        assert words[0] in COMMANDS, f"{name}: {typed}"
        if words[1:] and words[-1] != "--help":  # else it is named, not typed
            parser, _ = parser_of(words)
            parser.parse_args(words)


def test_the_version_is_the_newest_of_the_changelog() -> None:
    newest, *_ = re.findall(r"^## (\d+\.\d+\.\d+) – \d{4}-\d\d-\d\d$", CHANGELOG, re.MULTILINE)
    assert __version__ == newest or __version__.endswith(".dev0")


def test_every_metric_has_a_row_and_no_other_has() -> None:
    listed = set(re.findall(r"^\| `(queue_[a-z_]+)` \|", METRICS, re.MULTILINE))
    of_web = {
        name
        for key, name in vars(of_processes).items()
        if key.isupper() and str(name).startswith("queue_")
    }
    families = (*OF_BRANCHES, UP, DURATION, *OF_HEALTH)
    assert listed == of_web | {family.name for family in families}


def test_every_file_the_documents_lead_to_is_there() -> None:
    for document in DOCUMENTS:
        links = re.findall(r"!?\[[^\]]*\]\(([^)#:]+)\)", document.read_text(encoding="utf-8"))
        assert [link for link in links if not (document.parent / link).is_file()] == []
    assert re.findall(r"!\[[^\]]*\]\(docs/\w+\.png\)", README), "the README has pictures"


def anchors(document: Path) -> set[str]:
    """The names of its headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}


def test_every_heading_the_documents_lead_to_is_there() -> None:
    for document in DOCUMENTS:
        links = re.findall(r"\]\(([^)#:]*)#([^)]+)\)", document.read_text(encoding="utf-8"))
        for file, heading in links:
            target = document.parent / file if file else document
            assert heading in anchors(target), f"{document.name} leads to {file}#{heading}"


def test_the_readme_is_a_front_page_of_one_or_two_screens() -> None:
    assert 5000 < len(README.encode()) <= 6 * 1024
    assert README.count("\n") <= 110


BARE: Final = re.compile(
    r"(?<![`\w./<{>*'-])((?:[\w-]+/)*[\w-]+\.(?:py|lua|js|css|html))\b(?![(/\"])"
)
"""A file as comments name it, without marks around it."""

COMMENT: Final = re.compile(r"^\s*(?:--|//|/?\*+)\s?(.*)$|/\*(.*?)\*/", re.MULTILINE)
"""A line of a comment in Lua, a script or a stylesheet."""

FILE: Final = re.compile(r"`+((?:[\w.*@-]{2,}/)+[\w.*@-]*|[\w.*-]+\.(?:py|lua|js|css|html))`+")
"""Names that look like a file of ours: with a source's ending, or with a slash."""

NAMED: Final = re.compile(f"{FILE.pattern}|{BARE.pattern}")
"""Either."""

MADE: Final = ("./var", "var/", "QUEUE_DATA_DIR/", "deploy/local/", "coverage.py")
"""Files that the service or its operator makes, besides ignored ones; a library's name."""

NO_FILES: Final = ("application/", "multipart/", "folder/", "push.example.dk/")
"""Media types, a folder of the caller's, and an address of another service."""


def sources() -> list[Path]:
    """Every module of ours."""
    folders = ("queue_service", "workers", "dashboards", "benchmarks", "scripts", "tests")
    return [ROOT / "dev.py", *(file for name in folders for file in (ROOT / name).rglob("*.py"))]


@cache
def ignored() -> list[str]:
    """The patterns that Git ignores."""
    return (ROOT / ".gitignore").read_text(encoding="utf-8").split()


def missing_files(file: Path, text: str) -> Iterator[str]:
    """The names in a text that are neither here, in the package, nor next to the file itself."""
    service = ROOT / "queue_service"
    homes = (ROOT, service, service / "web" / "static", file.parent)
    for name in (*FILE.findall(text), *BARE.findall(text)):
        there = any(any(home.glob(name)) for home in homes)
        if not there and not name.startswith((*MADE, *NO_FILES, *ignored())):
            yield f"{file.relative_to(ROOT)} names {name}"


def test_every_file_that_is_named_in_a_document_is_there() -> None:
    found = [one for file in DOCUMENTS for one in missing_files(file, file.read_text("utf-8"))]
    assert found == []


def texts(file: Path) -> Iterator[str]:
    """The docstrings and comments that name a file, of a module."""
    source = file.read_text(encoding="utf-8")
    if NAMED.search(source):
        yield from filter(NAMED.search, docstrings(source))
        yield from comments(source, NAMED)


@pytest.mark.slow
def test_every_file_that_a_docstring_or_comment_names_is_there() -> None:
    reported = ((file, text) for file in sources() for text in texts(file))
    assert [one for file, text in reported for one in missing_files(file, text)] == []


@pytest.mark.slow
def test_every_file_that_lua_a_script_or_a_stylesheet_names_is_there() -> None:
    kinds = ("*.lua", "*.js", "*.d.ts", "*.css")
    folders = (ROOT / name for name in ("queue_service", "dashboards", "tests"))
    files = [file for folder in folders for kind in kinds for file in folder.rglob(kind)]
    found = [
        one
        for file in files
        for line in COMMENT.findall(file.read_text(encoding="utf-8"))
        for one in missing_files(file, "".join(line))
    ]
    assert found == []


def test_docstrings_of_functions_and_comments_are_read(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text('def f():\n    """See `a.py`."""\n    return 1  # as `b.py`\n')
    assert list(texts(module)) == ["See `a.py`.", "# as `b.py`"]


def test_every_word_of_the_code_in_the_glossary_is_defined_where_it_says() -> None:
    table = CONTRIBUTING.split("Words of the code:")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`.*`) \| .* \| (`.*`) \|$", table, re.MULTILINE)
    assert rows
    for words, files in rows:
        code = "".join((ROOT / "queue_service" / name).read_text("utf-8") for name in quoted(files))
        assert [word for word in quoted(words) if f"class {word}" not in code] == []


def quoted(text: str) -> list[str]:
    """The text between backticks."""
    return re.findall("`([^`]+)`", text)


def test_every_decision_has_its_form_and_its_line_in_the_list() -> None:
    listed = re.findall(r"^- \[(.*)\]\((.*)\)$", DECISIONS, re.MULTILINE)
    found = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [name for _, name in listed] == [file.name for file in found]
    assert len({name[:4] for _, name in listed}) == len(listed)
    for (title, name), file in zip(listed, found, strict=True):
        text = file.read_text(encoding="utf-8")
        assert re.match(rf"# {re.escape(title)}\n\n\d{{4}}-\d\d-\d\d · \w+", text), name
        assert re.findall("^## (.*)$", text, re.MULTILINE) == SECTIONS, name


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("`visits/rules/gone.py`", "visits/rules/gone.py"),
        ("``gone.lua``", "gone.lua"),
        ("`docs/*.nothing`", "docs/*.nothing"),
        ("the rule is in visits/rules/gone.py, see there", "visits/rules/gone.py"),
        ("`visits/rules/visit.py`, `docs/`, `README.md`, `test_docs.py`", None),
        ("`/dashboards/<branch>`, `/healthz`, `1/c`, `var/log`, `http://127.0.0.1`", None),
    ],
)
def test_a_name_that_leads_nowhere_is_found(text: str, missing: str | None) -> None:
    reported = [f"tests/test_docs.py names {missing}"] if missing else []
    assert list(missing_files(Path(__file__), text)) == reported


def test_every_button_and_page_that_the_first_steps_name_is_one() -> None:
    catalogue = ROOT / "queue_service" / "translations" / "da" / "LC_MESSAGES" / "messages.po"
    texts = re.findall(r'^msgid "(.*)"$', catalogue.read_text(encoding="utf-8"), re.MULTILINE)
    first = README.split("### Serve your first citizen")[1].split("\n## ")[0]
    start = (ROOT / "docs" / "start.md").read_text(encoding="utf-8")
    named = names(r"(?<!\*)\*([^*\n]+)\*(?!\*)", first + start) - {"English"}
    assert len(named) > 8
    assert [one for one in named if not any(text.startswith(one) for text in texts)] == []


def test_the_walk_through_the_api_works_as_written(tmp_path: Path) -> None:
    curl = Path(find_program("curl", package="curl"))
    first, second = re.findall(r"```sh\n(.*?)```", API, re.DOTALL)
    with running_service(tmp_path) as service:
        practice = sample.documents()["oevelse"]
        service.api().call("PUT", "/branches/oevelse", practice)
        script = re.sub("http://127.0.0.1:8000", service.url, first + second)
        script = script.replace("curl ", "curl --silent --show-error --fail-with-body ")
        # The visit's id is read from the answer before it.
        script = script.replace(
            "$API/counters/1/call-next", '$API/counters/1/call-next | tee "$OUT"'
        )
        script = script.replace("/ID/", '/$(sed \'s/{"id":"\\([^"]*\\).*/\\1/\' "$OUT")/')
        done = subprocess.run(
            ["/bin/sh", "-eu", "-c", script],
            cwd=ROOT,
            env={
                "PATH": f"{curl.parent}:{os.defpath}",
                "REDIS_URL": embedded_url(tmp_path),
                "OUT": str(tmp_path / "answer"),
            },
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        today = service.api().get("/branches/oevelse/state")["today"]
    assert (today["issued"], today["completed"]) == (1, 1)


WRITTEN: Final = {
    " ": "Space", "enter": "Enter", "shift+ ": "Shift+Space", "arrowdown": "↓", "arrowup": "↑",
    "arrowright": "→", "arrowleft": "←",
}  # fmt: skip
"""How docs/keys.md writes keys that are no letter, digit or sign."""

PAGES_WITH_KEYS: Final = {
    "counter": ["counter"],
    "video": ["video", "counter/static/commands/presses.js"],
    "lifeline": ["lifeline"],
    "referrals": ["referrals"],
    "bookings": ["bookings"],
}
"""The file of each page's commands for keys."""


def keys_of_commands() -> dict[str, list[str]]:
    """Each command of the staff's pages with its keys, as the scripts have them."""
    script = (ROOT / "queue_service/web/static/js/keys.js").read_text(encoding="utf-8")
    table = script.split("export const KEYS = {")[1].split("\n};")[0]
    rows = re.findall(r"^  (\w+): \[(.*)\],$", table, re.MULTILINE)
    return {command: re.findall(r'"([^"]+)"', keys) for command, keys in rows}


def commands_of_page(places: list[str]) -> set[str]:
    """The commands that a page binds to actions."""
    pages = ROOT / "queue_service" / "pages"
    scripts = [p for place in places for p in ([pages / place] if place.endswith(".js") else
               (pages / place / "static").rglob("*.js"))]  # fmt: skip
    bound = r"@type \{Bindings\}\s*\*/\n(?:export )?const \w+ = \{\n(.*?)\n\};"
    texts = re.findall(bound, "".join(p.read_text(encoding="utf-8") for p in scripts), re.DOTALL)
    found = {c for text in texts for c in re.findall(r"^  (\w+)[:,]", text, re.MULTILINE)}
    return found | ({"menu"} if "counter" in places else set())  # which the page itself gives


def test_every_key_has_one_meaning_and_its_row() -> None:
    commands = keys_of_commands()
    keys = [key for of_command in commands.values() for key in of_command]
    assert len(keys) == len(set(keys)) > 30
    document = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.+`) \| `(\w+)` \| .+ \| (.+) \|$", document, re.MULTILINE)
    bound = {page: commands_of_page(places) for page, places in PAGES_WITH_KEYS.items()}
    for written, command, pages in rows:
        expected = " ".join(f"`{WRITTEN.get(k, k.upper())}`" for k in commands.pop(command))
        assert written.replace("`1`–`9`", " ".join(f"`{n}`" for n in range(1, 10))) == expected
        assert pages.split(", ") == [page for page, has in bound.items() if command in has], command
    assert commands == {}


def test_a_key_on_a_page_is_that_of_its_command() -> None:
    commands = keys_of_commands()
    shown = []
    for template in (ROOT / "queue_service" / "pages").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        shown += re.findall(r'data-command="(\w+)" aria-keyshortcuts="([^"{])"', text)
        shown += re.findall(r'"(\w+)", "([A-Z])"\)', text)  # in a loop over such buttons
        for table in re.findall(r"set keys = \{(.*?)\}", text):
            shown += re.findall(r'"(\w+)": "([A-Z])"', table)
        stray = re.sub(r'data-command="\w+" aria-keyshortcuts="[^"{]"', "", text)
        if "counter" in template.parts or "video" in template.parts:
            assert set(re.findall(r'aria-keyshortcuts="([^"{]+)"', stray)) <= {"Escape"}, template
    assert len(shown) >= 10
    assert [(c, k) for c, k in shown if [k.lower()] != commands[c]] == []
