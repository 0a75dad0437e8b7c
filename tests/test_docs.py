"""The documentation cannot fall behind: what it lists is all there is, and what it shows works."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from queue_service import sample
from queue_service.cli import COMMANDS
from queue_service.metrics import names as of_processes
from queue_service.metrics.families import DURATION, OF_BRANCHES, UP
from queue_service.metrics.health_families import OF_HEALTH
from queue_service.store.server import embedded_url
from tests.programs import find_program
from tests.web.service import running_service

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
METRICS = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")


def names(pattern: str, text: str) -> set[str]:
    return set(re.findall(pattern, text))


def test_every_setting_is_in_the_readme_and_no_other() -> None:
    settings = (ROOT / "queue_service" / "runtime" / "settings.py").read_text(encoding="utf-8")
    variable = r"\b((?:QUEUE_[A-Z_]+|REDIS_URL))\b"
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE))
    assert listed == names(variable, settings)


def test_every_command_is_in_the_readme() -> None:
    table = README.split("## The command")[1].split("\n## ")[0]
    missing = [command for command in COMMANDS if f"`{command}" not in table]
    assert missing == []


def test_every_metric_has_a_row_and_no_other_has() -> None:
    listed = set(re.findall(r"^\| `(queue_[a-z_]+)` \|", METRICS, re.MULTILINE))
    of_web = {name for key, name in vars(of_processes).items() if key.isupper()}
    of_web.discard(of_processes.ISSUE_ROUTE)
    families = (*OF_BRANCHES, UP, DURATION, *OF_HEALTH)
    assert listed == of_web | {family.name for family in families}


def test_every_file_the_documents_lead_to_is_there() -> None:
    for document in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        links = re.findall(r"!?\[[^\]]*\]\(([^)#:]+)\)", document.read_text(encoding="utf-8"))
        assert [link for link in links if not (document.parent / link).is_file()] == []
    assert re.findall(r"!\[[^\]]*\]\(docs/\w+\.png\)", README), "the README has pictures"


def test_the_walk_through_the_api_works_as_it_stands(tmp_path: Path) -> None:
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
