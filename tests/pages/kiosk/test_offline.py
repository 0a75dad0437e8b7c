"""A kiosk that is reloaded without a connection, and one that a new release finds open."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from playwright.sync_api import TimeoutError as TooLate

from queue_service.app import PACKAGES
from queue_service.pages.kiosk import page as kiosk_page
from queue_service.web import static_addresses
from tests.pages.kiosk.screen import UPRIGHT, choose, number
from tests.running import eventually
from tests.web.browsers import BrowserMaker, Check
from tests.web.service import Service
from tests.web.tcp_proxy import TcpProxy, proxy_to

RELEASE: Final = static_addresses.static_files(PACKAGES).digest
OWN, NEXT = RELEASE.encode(), b"0123456789ab"
LATE: Final = f"/static/{RELEASE}/pages/kiosk/aloud/voice.js"
CHECK_MS: Final = 300_000
STATIC: Final = Path(kiosk_page.__file__).parent / "static"
KEPT: Final = """async () => {
    const names = await caches.keys();
    const found = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return found.flat().map((one) => new URL(one.url).pathname);
}"""


@pytest.fixture
def proxy(service: Service) -> Iterator[TcpProxy]:
    """The connection of the kiosk."""
    with proxy_to(service.url) as proxy:
        yield proxy


@pytest.fixture
def screen(proxy: TcpProxy, new_context: BrowserMaker) -> BrowserContext:
    """A kiosk's browser whose connection is the proxy's."""
    return new_context(
        **UPRIGHT, lang="da", base_url=proxy.url, service_workers="allow", reduced_motion="reduce"
    )


def opened(page: Page, branch: str) -> Page:
    """The kiosk, with its worker at work."""
    page.goto(f"/kiosk/{branch}")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null", timeout=30_000)
    return page


def test_a_reload_without_a_connection_says_what_to_do_and_comes_back(
    service: Service, proxy: TcpProxy, screen: BrowserContext, assert_accessible: Check
) -> None:
    branch = service.branch(languages=["da", "en"])
    service.enrol(screen, "kiosk", branch)
    page = opened(screen.new_page(), branch)
    choose(page, "pas")
    ticket = number(page)
    with proxy.cut():
        page.reload()
        expect(page.locator("h1")).to_have_text("Få et nummer på papir hos personalet")
        expect(page.locator("[lang=en]")).to_contain_text("Get a number on paper from the staff")
        assert ticket not in page.content()
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        failed = "fetch('/api/v1/public/branches').then(() => false, () => true)"
        assert page.evaluate(failed)
    expect(page.locator("[data-service=pas]")).to_be_enabled(timeout=30_000)
    kept: list[str] = page.evaluate(KEPT)
    dynamic = [path for path in kept if not path.startswith(f"/static/{RELEASE}/")]
    assert dynamic == [f"/kiosk/{branch}/offline"]


def test_a_new_release_replaces_the_one_of_an_unused_kiosk(
    service: Service, proxy: TcpProxy, screen: BrowserContext
) -> None:
    branch = service.branch()
    service.enrol(screen, "kiosk", branch)
    page = screen.new_page()
    page.clock.install()
    opened(page, branch)
    proxy.in_requests |= {NEXT: OWN, b"Accept-Encoding: gzip": b"Accept-Encoding: none"}
    proxy.in_answers[OWN] = NEXT
    # The open page goes on with the scripts of its own release.
    late = page.evaluate("address => fetch(address).then((one) => one.text())", LATE)
    assert OWN.decode() in late
    assert NEXT.decode() not in late

    def is_next() -> bool:
        page.clock.fast_forward(CHECK_MS)
        # Another check would begin the reload again, so this one has the time to end.
        with suppress(TooLate):
            reloaded = f"script[src*='{NEXT.decode()}']"
            page.wait_for_selector(reloaded, state="attached", timeout=3000)
            return True
        return False

    eventually(is_next, 30)
    eventually(lambda: page.evaluate("caches.keys()") == [f"kiosk-{NEXT.decode()}"])


def test_the_worker_keeps_all_that_its_pages_import_later() -> None:
    worker = (STATIC / "worker.js").read_text(encoding="utf-8")
    listed = set(re.findall(r'^  "(/static/[^"]+)",$', worker, re.MULTILINE))
    at_once = reached("/static/pages/kiosk/kiosk.js", later=False)
    needed = reached("/static/pages/kiosk/kiosk.js", later=True) - at_once
    needed |= reached("/static/pages/kiosk/offline.js", later=True)
    assert needed <= listed
    assert all(file_of(address).is_file() for address in listed)
    assert len(worker.splitlines()) < 100


def reached(address: str, *, later: bool) -> set[str]:
    """A module and all that it imports: at once, or ``later`` as well."""
    found, left = set[str](), [address]
    while left:
        one = left.pop()
        if one in found:
            continue
        found.add(one)
        text = file_of(one).read_text(encoding="utf-8")
        names = re.findall(r'^(?:import|\} from|export)\b[^"\n]*"([^"]+\.js)";', text, re.MULTILINE)
        names += re.findall(r'\bimport\("([^"]+)"\)', text) if later else []
        left += [posixpath.normpath(posixpath.join(posixpath.dirname(one), name)) for name in names]
    return found


def file_of(address: str) -> Path:
    """The file at an address of the kiosk, the display or all pages."""
    package = STATIC.parent.parent.parent
    page = re.fullmatch(r"/static/pages/(\w+)/(.+)", address)
    if page:
        return package / "pages" / page[1] / "static" / page[2]
    return package / "web" / address.removeprefix("/")
