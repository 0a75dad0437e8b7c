"""The pictures of README and docs: `.venv/bin/python -m scripts.pictures`.

It starts the service in a folder of its own, fills one branch through the API, opens each page in
Chromium as the person it is for, and writes docs/*.png: all of them, and each with few colours.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from shutil import which
from threading import Thread
from time import time
from typing import Any, Final
from urllib.request import Request, urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from queue_service.branches.rules.branch import Branch
from queue_service.paper.sheet import sheet_style, sheets_html

ROOT: Final = Path(__file__).parent.parent
SERVICE: Final = Path(sys.executable).with_name("queue-service")
BRANCH: Final = "oevelse"
CHROMIUM: Final = which("chromium-headless-shell") or which("chromium") or "chromium"
SETTLED_MS: Final = 1500
COLOURS: Final = 256
DRAWN: Final = """() => [...document.images].every(
    (image) => image.complete || image.getBoundingClientRect().top > innerHeight)"""
LIBRARY: Final = "biblioteket"
TOWN_HALL: Final = "raadhuset"
Colour = tuple[int, int, int]
"""Brightness, blue and red, as video has them."""
SKIN: Final[Colour] = (165, 110, 150)
PAPER: Final[Colour] = (235, 128, 128)
INK: Final[Colour] = (100, 128, 128)
PEOPLE: Final = (((200, 126, 126), (80, 138, 118), True), ((216, 122, 130), (110, 150, 106), False))
"""The wall and the clothes of the people in the pictures, and whether they hold up a card."""
BUS: Final = "bogbussen"


@dataclass(frozen=True)
class Running:
    """The service, what it printed at its start, and a token for the API."""

    url: str
    printed: str
    token: str
    folder: Path
    environment: dict[str, str]

    def run(self, *command: str) -> str:
        """The output of a command."""
        return subprocess.run(
            [SERVICE, *command], env=self.environment, capture_output=True, text=True, check=True
        ).stdout.strip()

    def password(self, name: str) -> str:
        """The one-time password of a sample login."""
        return self._found(rf"^\s+{name}\s+(\S+)$")

    def link(self, kind: str) -> str:
        """The link that makes a screen the branch's kiosk or display.

        Raises LookupError where none is printed.
        """
        made = re.search(r"/enrol/\S+", self.run("enrol", kind, "--branch", BRANCH))
        if made is None:
            raise LookupError("no link was made")
        return self.url + made[0]

    def get(self, path: str) -> Any:
        """A response of the API about the branch."""
        return self._call(path, None, BRANCH)

    def post(self, path: str, body: dict[str, Any], branch: str = BRANCH) -> Any:
        """A call of the API in the branch."""
        return self._call(path, body, branch)

    def print_sheets(self, sheets: int) -> None:
        """Sheets of paper tickets, so that their numbers can be entered."""
        request = Request(  # noqa: S310 - the service we have just started
            f"{self.url}/paper/{BRANCH}/sheets",
            f"sheets={sheets}".encode(),
            {"Authorization": f"Bearer {self.token}"},
        )
        with urlopen(request) as answer:  # noqa: S310 - our own service
            answer.read()

    def _call(self, path: str, body: dict[str, Any] | None, branch: str) -> Any:
        return self.ask(f"/branches/{branch}{path}", body, self.token)

    def ask(self, path: str, body: dict[str, Any] | None, token: str) -> Any:
        """A call of the API with a token."""
        request = Request(  # noqa: S310 - the service we have just started
            f"{self.url}/api/v1{path}",
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        with urlopen(request) as answer:  # noqa: S310 - our own service
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
        environment = {
            "QUEUE_DATA_DIR": folder,
            "QUEUE_PORT": "0",
            "QUEUE_PUBLIC_URL": "https://queue.example.dk",
            "QUEUE_WEBHOOK_HOSTS": "localhost",
            "PATH": "/usr/bin:/bin",
        }
        process = subprocess.Popen(
            [SERVICE, "up"], env=environment, stdout=subprocess.PIPE, text=True
        )
        try:
            printed = "".join(_until_ready(process))
            service = Running(printed.split()[-1], printed, "", Path(folder), environment)
            yield replace(service, token=service.run("token", "create", "--role", "admin"))
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
    """A morning's worth of visits, without the sample's active interventions."""
    for one in service.get("/interventions")["interventions"]:
        service.post(f"/interventions/{one['id']}/end", {})
    service.post("/counters/2/open", {})
    for n in range(14):
        done = service.post("/counters/2/serve", {"service": "pas" if n % 3 else "andet"})
        service.post(f"/visits/{done['id']}/complete", {"outcome": "resolved"})
    for wanted in ("pas", "korekort", "andet", "pas", "turist", "pas", "andet"):
        service.post("/visits", {"service": wanted})
    called = service.post("/counters/2/call-next", {})
    service.post(f"/visits/{called['id']}/start", {})


def page_of(browser: Browser, width: int, height: int) -> Page:
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
    return context.new_page()


def log_in(page: Page, service: Running, name: str) -> None:
    page.goto(f"{service.url}/login")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", service.password(name))
    page.click("main form button")
    page.wait_for_url(f"{service.url}/")


def take(page: Page, name: str) -> None:
    """Let the page come to rest and keep what it shows."""
    page.wait_for_timeout(SETTLED_MS)
    page.wait_for_function(DRAWN)
    keep(page, name)


def keep(page: Page, name: str) -> None:
    """Write what the page shows as a small file."""
    with Image.open(BytesIO(page.screenshot())) as picture:
        small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(ROOT / "docs" / f"{name}.png", optimize=True)


def take_act(browser: Browser, service: Running) -> None:
    """Interventions that are active for one picture."""
    begun = [
        service.post("/interventions", wanted)
        for wanted in (
            {"kind": "lend_counter", "counter": "2", "services": ["pas"]},
            {"kind": "cap_service", "service": "korekort", "limit": 20},
            {
                "kind": "announcement",
                "texts": {"da": "Elevatoren virker ikke.", "en": "The lift is out of order."},
            },
        )
    ]
    page = page_of(browser, 1440, 900)
    log_in(page, service, "supervisor")
    page.goto(f"{service.url}/dashboards/{BRANCH}/act")
    take(page, "interventions")
    for one in begun:
        service.post(f"/interventions/{one['id']}/end", {})


def take_pause(browser: Browser, service: Running) -> None:
    """The counter while its clerk is at lunch."""
    current = service.get("/counters/2")["current"]
    service.post(f"/visits/{current['id']}/complete", {"outcome": "resolved"})
    service.post("/counters/2/pause", {"reason": "lunch"})
    page = page_of(browser, 1440, 900)
    log_in(page, service, "clerk")
    page.goto(f"{service.url}/counter/{BRANCH}?counter=2")
    take(page, "pauses")
    service.post("/counters/2/resume", {})


def take_reception(browser: Browser, service: Running) -> None:
    """A guide's tablet: a call for help, a number being issued, and the needs of waiting visits."""
    for wanted in (
        {"service": "korekort", "needs": ["seat", "interpreter"]},
        {"service": "sundhedskort", "priority_reason": "small_children"},
    ):
        service.post("/visits", wanted)
    service.post("/help-calls", {"language": "en"})
    page = page_of(browser, 1024, 860)
    log_in(page, service, "clerk")
    page.goto(f"{service.url}/reception/{BRANCH}")
    page.click("#sound")
    page.click("[data-key=service-pas]")
    page.click("[data-key=need-hearing_loop]")
    take(page, "reception")


def take_all(browser: Browser, service: Running) -> None:
    """One picture of each page."""
    for kind, width, height in (("kiosk", 1080, 1920), ("display", 1280, 720)):
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
        if kind == "kiosk":
            page.set_viewport_size({"width": 1280, "height": 800})
            page.goto(f"{service.url}/feedback/{BRANCH}")
            take(page, "feedback")
            page.goto(f"{service.url}/kiosk/{BRANCH}")
            page.click("[data-service=pas]")
            page.click("#ready-none")
            take(page, "kiosk-own")
    take_act(browser, service)
    code = service.post("/feedback/codes", {"service": "pas"})["code"]
    phone = page_of(browser, 390, 950)
    phone.goto(f"{service.url}/answer/{BRANCH}/{code}")
    take(phone, "answer")
    days = (date.today() - timedelta(days=n) for n in (28, 1))
    first, last = (day.isoformat() for day in days)
    for name, path, role, height in (
        ("counter", f"/counter/{BRANCH}?counter=1", "clerk", 900),
        ("board", f"/dashboards/{BRANCH}", "supervisor", 900),
        ("history", f"/dashboards/{LIBRARY}/history?from={first}&to={last}", "supervisor", 1800),
        (
            "comparison",
            f"/dashboards/raadhuset/comparison?from={first}&to={last}",
            "supervisor",
            1250,
        ),
        (
            "contacts",
            f"/dashboards/{LIBRARY}/contacts?from={first}&to={last}&sum={LIBRARY}&sum={BUS}",
            "supervisor",
            1500,
        ),
        ("admin", f"/admin/branches/{BRANCH}/goals", "admin", 900),
    ):
        page = page_of(browser, 1440, height)
        log_in(page, service, role)
        page.goto(f"{service.url}{path}")
        take(page, name)
        if name == "counter":
            page.keyboard.press("h")
            take(page, "playbook")


def on_paper(browser: Browser, service: Running) -> None:
    """A sheet of paper tickets, and the page that they are entered at."""
    branch = Branch.from_document(BRANCH, "", service.get(""))
    sheet = page_of(browser, 794, 1123)
    sheet.emulate_media(media="print")
    html = sheets_html(branch, 14, 1, "").replace(
        "</head>", f"<style>{sheet_style()}</style></head>"
    )
    sheet.set_content(html)
    sheet.add_style_tag(content=".guide { display: none } body { padding: 8mm 12mm }")
    take(sheet, "paper-sheet")
    day = (date.today() - timedelta(days=1)).isoformat()
    rows = (
        ("14-1", "pas", "9:02", "9:05", "9:14", "resolved"),
        ("14-2", "andet", "9:04", "9:15", "9:31", "follow_up"),
        ("14-3", "pas", "9:10", "9:21", "9:26", "self_service"),
    )
    names = ("number", "service", "taken", "called", "done", "outcome")
    tickets = [dict(zip(names, row, strict=True)) for row in rows]
    service.print_sheets(14)
    service.post("/paper-visits", {"date": day, "rows": tickets})
    page = page_of(browser, 1440, 900)
    log_in(page, service, "clerk")
    page.goto(f"{service.url}/paper/{BRANCH}")
    page.fill("#day", day)
    for name, value in (("number", "14-4"), ("taken", "9:12"), ("called", "9:32")):
        page.fill(f"tr[data-row='0'] [data-field={name}]", value)
    take(page, "paper")


def ringing(browser: Browser, service: Running) -> None:
    """The specialists' page while two counters ask."""
    page = page_of(browser, 1440, 900)
    log_in(page, service, "clerk")
    for number in ("1", "2"):
        at = service.get(f"/counters/{number}")["current"]
        if at:
            service.post(f"/visits/{at['id']}/complete", {"outcome": "resolved"})
    for counter, wanted in (("1", "pas"), ("2", "andet")):
        service.post(f"/counters/{counter}/open", {})
        visit = service.post(f"/counters/{counter}/serve", {"service": wanted})
        asked = {"visit": visit["id"], "branch": BRANCH, "lifeline": "oevelse"}
        service.post(f"/counters/{counter}/lifeline-call", asked)
    page.goto(f"{service.url}/lifeline/{BRANCH}")
    take(page, "lifeline")


def conversation(playwright: Playwright, service: Running) -> None:
    """The two pages of the library's screen, each in a browser with a made-up camera."""
    screen, clerk = (
        page_of(launch(playwright, camera(service.folder, *person)), *size)
        for person, size in zip(PEOPLE, ((1280, 800), (1440, 900)), strict=True)
    )
    link = service.run("enrol", "kiosk", "--branch", LIBRARY, "--counter", "screen-1")
    screen.goto(link.split()[-1])
    screen.click("main form button")
    screen.wait_for_url(f"**/screen/{LIBRARY}/screen-1")
    log_in(clerk, service, "clerk")
    clerk.goto(f"{service.url}/remote")
    clerk.check(f"input[value='{LIBRARY}/screen-1']")
    clerk.select_option("#pick select", "citizen-service")
    clerk.click("#pick button")
    for wanted in ("pension", "pas", "korekort"):
        service.post("/visits", {"service": wanted, "language": "en"}, LIBRARY)
    clerk.click("#stage-top button")
    screen.click("#begin")
    clerk.click(".ticket--called ~ .stage__act button")
    clerk.click("#document:enabled")
    clerk.wait_for_timeout(2 * SETTLED_MS)
    clerk.hover("#theirs", position={"x": 430, "y": 330})
    keep(screen, "video-screen")
    take(clerk, "video-clerk")
    screen.context.browser.close()  # type: ignore[union-attr]  # it has one
    clerk.context.browser.close()  # type: ignore[union-attr]  # it has one


def camera(folder: Path, wall: Colour, clothes: Colour, card: bool) -> tuple[str, ...]:
    """The options by which Chromium takes a drawing for its camera; with a ``card`` held up."""
    width, height = 640, 360

    def colour(x: float, y: float) -> Colour:
        if card and abs(x - 320) < 88 and abs(y - 268) < 56:
            return INK if 236 < y < 300 and y % 16 < 4 and abs(x - 320) < 64 else PAPER
        if ((x - 320) / 55) ** 2 + ((y - 150) / 72) ** 2 < 1:
            return SKIN
        return clothes if ((x - 320) / 150) ** 2 + ((y - 365) / 155) ** 2 < 1 else wall

    def plane(part: int, step: int) -> bytes:
        rows, columns = range(0, height, step), range(0, width, step)
        return bytes(colour(x, y)[part] for y in rows for x in columns)

    file = folder / f"camera-{wall[0]}.y4m"
    head = f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420mpeg2\nFRAME\n".encode()
    file.write_bytes(head + plane(0, 1) + plane(1, 2) + plane(2, 2))
    return (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={file}",
    )


def launch(playwright: Playwright, more: tuple[str, ...] = ()) -> Browser:
    """A Chromium without a window."""
    arguments = ["--no-sandbox", "--disable-gpu", *more]
    return playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)


def take_bus(browser: Browser, service: Running) -> None:
    """How the book bus is set up, and its board on the central server just after contact."""
    page = page_of(browser, 1440, 900)
    log_in(page, service, "admin")
    page.goto(f"{service.url}/admin/branches/{BUS}")
    take(page, "bus-setup")
    service.post("/counters/1/open", {}, BUS)
    for n in range(9):
        done = service.post("/counters/1/serve", {"service": "turist" if n % 3 else "pension"}, BUS)
        outcome = {"outcome": "resolved" if n != 4 else "referred"}
        service.post(f"/visits/{done['id']}/complete", outcome, BUS)
    service.post("/close-day", {}, BUS)
    token = service.run("token", "create", "--role", "mobile", "--branch", BUS)
    heard = {"format": 1, "program": "1", "complete_until": round(time() * 1000) - 7 * 60_000}
    service.ask("/mobile/contact", heard, token)
    page = page_of(browser, 1440, 900)
    log_in(page, service, "supervisor")
    page.goto(f"{service.url}/dashboards/{BUS}")
    take(page, "bus")


def take_appointments(browser: Browser, service: Running) -> None:
    """A phone that books an appointment, and the day of the staff on which most are booked."""
    phone = page_of(browser, 390, 844)
    phone.goto(f"{service.url}/book/{TOWN_HALL}/pas")
    take(phone, "booking")
    phone.click(".nearest__take")
    phone.click("form button.button--primary")
    take(phone, "appointment")
    days = [(date.today() + timedelta(days=n)).isoformat() for n in range(1, 8)]
    booked = {
        day: service.ask(f"/branches/{TOWN_HALL}/bookings?date={day}", None, service.token)
        for day in days
    }
    fullest = max(days, key=lambda day: json.dumps(booked[day]).count('"booked"'))
    page = page_of(browser, 1440, 900)
    log_in(page, service, "clerk")
    page.goto(f"{service.url}/bookings/{TOWN_HALL}?date={fullest}")
    take(page, "bookings")


def take_webhooks(browser: Browser, service: Running) -> None:
    """The webhooks under the administration, once a receiver has got some."""
    page = page_of(browser, 1440, 900)
    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://localhost:{server.server_address[1]}/queue"
        hooks = (("Ledelsesinformation", ["visit.*", "day.*"]), ("Forhallen", ["visit.called"]))
        made = [
            service.ask(
                "/webhooks",
                {"name": name, "url": url, "events": events, "branch": BRANCH},
                service.token,
            )
            for name, events in hooks
        ]
        service.post("/visits", {"service": "pas"})
        service.ask(f"/webhooks/{made[1]['id']}/test", {}, service.token)
        while not service.ask(f"/webhooks/{made[0]['id']}/deliveries", None, service.token)[
            "deliveries"
        ]:
            page.wait_for_timeout(SETTLED_MS)
        log_in(page, service, "admin")
        page.goto(f"{service.url}/admin/webhooks")
        page.locator("li.person", has_text=hooks[0][0]).locator("summary").first.click()
        take(page, "webhooks")
        server.shutdown()


class Receiver(BaseHTTPRequestHandler):
    """A receiver of webhooks that takes whatever comes."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing is printed."""


def main() -> None:
    (ROOT / "docs").mkdir(exist_ok=True)
    with running() as service, sync_playwright() as playwright:
        fill(service)
        browser = launch(playwright)
        take_all(browser, service)
        on_paper(browser, service)
        ringing(browser, service)
        take_bus(browser, service)
        take_webhooks(browser, service)
        take_appointments(browser, service)
        take_pause(browser, service)
        take_reception(browser, service)
        browser.close()
        conversation(playwright, service)


if __name__ == "__main__":
    main()
