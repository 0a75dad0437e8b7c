"""The README's pictures, from the running service: `.venv/bin/python scripts/pictures.py`.

It starts the service in a folder of its own, fills one branch through the API, opens each page in
Chromium as the person it is for, and writes docs/*.png.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, Page, sync_playwright

ROOT: Final = Path(__file__).parent.parent
SERVICE: Final = Path(sys.executable).with_name("queue-service")
BRANCH: Final = "oevelse"
CHROMIUM: Final = "/usr/bin/chromium"
SETTLED_MS: Final = 1500


@dataclass(frozen=True)
class Running:
    """The service, what it printed at its start, and a token for the API."""

    url: str
    printed: str
    token: str

    def password(self, name: str) -> str:
        """The one-time password of a sample login."""
        return self._found(rf"^\s+{name}\s+(\S+)$")

    def link(self, kind: str) -> str:
        """The link that makes a screen the branch's kiosk or display."""
        return self._found(rf"/{kind}/{BRANCH}\n\s+new screen\?.*?(http\S+)")

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """A call of the API in the branch."""
        request = Request(  # noqa: S310 (the service we have just started)
            f"{self.url}/api/v1/branches/{BRANCH}{path}",
            json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        with urlopen(request) as answer:  # noqa: S310
            text = answer.read()
        return json.loads(text) if text else None

    def _found(self, pattern: str) -> str:
        match = re.search(pattern, self.printed, re.MULTILINE)
        if match is None:
            raise LookupError(f"the service has not printed {pattern}")
        return match[1]


@contextmanager
def running() -> Iterator[Running]:
    """The service on a free port, with the sample, until the pictures are taken."""
    with tempfile.TemporaryDirectory(prefix="queue-") as folder:
        environment = {"QUEUE_DATA_DIR": folder, "QUEUE_PORT": "0", "PATH": "/usr/bin:/bin"}
        process = subprocess.Popen(
            [SERVICE, "up"], env=environment, stdout=subprocess.PIPE, text=True
        )
        try:
            printed = "".join(_until_ready(process))
            token = subprocess.run(
                [SERVICE, "token", "create", "--role", "admin"],
                env=environment, capture_output=True, text=True, check=True,
            ).stdout.strip()  # fmt: skip
            yield Running(printed.split()[-1], printed, token)
        finally:
            process.terminate()
            process.wait(30)


def _until_ready(process: subprocess.Popen[str]) -> Iterator[str]:
    for line in process.stdout or ():
        yield line
        if line.startswith("ready "):
            return
    raise RuntimeError("the service has not become ready")


def fill(service: Running) -> None:
    """A morning's worth of visits."""
    service.post("/counters/2/open", {})
    for n in range(14):
        done = service.post("/counters/2/serve", {"service": "pas" if n % 3 else "andet"})
        service.post(f"/visits/{done['id']}/complete", {"outcome": "resolved"})
    for wanted in ("pas", "korekort", "andet", "pas", "turist", "pas", "andet"):
        service.post("/visits", {"service": wanted})
    called = service.post("/counters/2/call-next", {})
    service.post(f"/visits/{called['id']}/start", {})


def page_of(browser: Browser, width: int, height: int) -> Page:
    return browser.new_context(viewport={"width": width, "height": height}).new_page()


def log_in(page: Page, service: Running, name: str) -> None:
    page.goto(f"{service.url}/login")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", service.password(name))
    page.click("main form button")
    page.wait_for_url(f"{service.url}/")


def take(page: Page, name: str) -> None:
    """Let the page come to rest and keep what it shows."""
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=ROOT / "docs" / f"{name}.png")


def take_all(browser: Browser, service: Running) -> None:
    """One picture of each page."""
    for kind, width, height in (("kiosk", 720, 1280), ("display", 1280, 720)):
        page = page_of(browser, width, height)
        page.goto(service.link(kind))
        page.click("main form button")
        page.wait_for_url(f"**/{kind}/{BRANCH}")
        if kind == "display":
            service.post("/counters/1/open", {})
            called = service.post("/counters/1/call-next", {})
            page.wait_for_timeout(SETTLED_MS)
            service.post(f"/visits/{called['id']}/start", {})
        take(page, kind)
    for name, path, role in (
        ("counter", f"/counter/{BRANCH}?counter=1", "clerk"),
        ("board", f"/dashboards/{BRANCH}", "supervisor"),
    ):
        page = page_of(browser, 1440, 900)
        log_in(page, service, role)
        page.goto(f"{service.url}{path}")
        take(page, name)


def main() -> None:
    (ROOT / "docs").mkdir(exist_ok=True)
    with running() as service, sync_playwright() as playwright:
        fill(service)
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        take_all(browser, service)
        browser.close()


if __name__ == "__main__":
    main()
