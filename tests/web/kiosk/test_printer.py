"""Screens tell that they live and print, and the metrics tell it on."""

from __future__ import annotations

from queue_service.store.device_store import DeviceStore
from queue_service.store.redis_store import RedisStore
from tests.running import eventually
from tests.web.kiosk.screen import Kiosk, choose, number
from tests.web.service import Service
from tests.web.test_streams import Listener


def signs(service: Service, branch: str) -> set[str]:
    """Which signs the branch's screens have given."""
    found = DeviceStore(RedisStore(service.client)).signs([branch])[branch]
    return {sign for _, sign in found}


def test_a_kiosk_with_paper_tells_of_its_slips_and_that_they_were_printed(
    service: Service, kiosk: Kiosk
) -> None:
    branch = service.branch()
    page = kiosk(branch, "?paper=80")
    # This browser has no printer: what it prints, and says it has printed, is the page.pdf() below.
    page.evaluate("() => { window.print = () => {}; }")
    choose(page, "pas")
    number(page)
    eventually(lambda: signs(service, branch) == {"kiosk", "slip"})
    page.pdf()
    eventually(lambda: signs(service, branch) == {"kiosk", "slip", "printer"})


def test_a_kiosk_without_paper_tells_of_no_printer(service: Service, kiosk: Kiosk) -> None:
    branch = service.branch()
    page = kiosk(branch)
    choose(page, "pas")
    number(page)
    eventually(lambda: "kiosk" in signs(service, branch))
    assert signs(service, branch) == {"kiosk"}


def test_a_display_that_follows_its_branch_has_been_seen(service: Service) -> None:
    branch = service.branch()
    listener = Listener(service, branch)
    listener.until("snapshot")
    eventually(lambda: signs(service, branch) == {"display"})
    listener.connection.close()


def test_a_clerks_page_is_no_screen(service: Service) -> None:
    branch = service.branch()
    api = service.api("clerk", branch)
    assert api.get(f"/branches/{branch}/state")["open"]
    assert signs(service, branch) == set()
