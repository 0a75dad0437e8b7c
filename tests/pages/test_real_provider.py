"""A whole service logs people in at a real provider: nanoidp, a process of its own."""

from __future__ import annotations

import re
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError

import pytest
from playwright.sync_api import expect

from queue_service.access.operations.provider_tokens import LOGOUT_EVENT
from queue_service.commands.doctor.provider import check_provider
from queue_service.runtime.provider_settings import ProviderSettings
from tests.access.test_privileges import CVR, encoded, group, listed
from tests.real_provider import (
    CLIENT,
    CLIENT_SECRET,
    PASSWORD,
    NoRedirect,
    RealProvider,
    need_provider,
    real_provider,
)
from tests.running import eventually
from tests.web.browsers import BrowserMaker, Check
from tests.web.service import Service, running_service


def people(branch: str) -> dict[str, dict[str, Any]]:
    """The town's people, with their roles there."""
    privileges = encoded(listed(group("urn:dk:queue:queue-supervisor", branch=branch)))
    return {
        "annk": {"roles": ["OFFLINE", "queue-admin"]},
        "bo": {"roles": [f"queue-clerk:{branch}"]},
        "carla": {"roles": ["OTHER"]},
        "dorte": {"roles": ["queue-boss"]},
        "erik": {"roles": [privileges]},
    }


@dataclass(frozen=True)
class Town:
    """A service and the provider of its town."""

    service: Service
    provider: RealProvider
    branch: str


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One service and one provider for all tests."""
    url = need_provider()
    variables = {
        "QUEUE_OIDC_ISSUER": url,
        "QUEUE_OIDC_CLIENT_ID": CLIENT,
        "QUEUE_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "QUEUE_OIDC_CVR": CVR,
    }
    home = tmp_path_factory.mktemp("town")
    with running_service(tmp_path_factory.mktemp("service"), variables=variables) as service:
        branch = service.branch()
        back_to = f"{service.url}/login/provider/return"
        with real_provider(url, home, people(branch), back_to) as provider:
            yield Town(service, provider, branch)


@dataclass
class Walker:
    """A browser that follows no redirect by itself."""

    url: str
    cookies: CookieJar = field(default_factory=CookieJar)

    def get(self, path: str) -> tuple[int, str, str]:
        """The status of an answer, the place that it leads to, and its text."""
        handlers = (
            urllib.request.ProxyHandler({}),
            NoRedirect(),
            urllib.request.HTTPCookieProcessor(self.cookies),
        )
        opener = urllib.request.build_opener(*handlers)
        try:
            with opener.open(urllib.parse.urljoin(self.url, path), timeout=30) as answer:
                return answer.status, "", answer.read().decode()
        except HTTPError as error:
            return error.code, error.headers.get("Location", ""), error.read().decode()

    def is_in(self) -> bool:
        """Whether somebody is logged in."""
        return self.get("/")[0] == 200


def logged_in(town: Town, name: str) -> Walker:
    """A browser in which somebody has logged in at the provider."""
    walker = Walker(town.service.url)
    _, to_provider, _ = walker.get("/login/provider")
    status, place, text = walker.get(town.provider.log_in(to_provider, name))
    assert (status, place) == (303, "/"), text
    return walker


def test_a_person_comes_back_to_the_requested_page(town: Town) -> None:
    walker = Walker(town.service.url)
    status, place, _ = walker.get("/admin/people")
    assert (status, place) == (303, "/login?next=%2Fadmin%2Fpeople")
    page = walker.get(place)[2]
    (link,) = re.findall(r'href="(/login/provider[^"]*)"', page)
    status, to_provider, _ = walker.get(link)
    assert status == 303
    assert to_provider.startswith(f"{town.provider.url}/authorize?")
    back = town.provider.log_in(to_provider, "annk")
    status, place, text = walker.get(back)
    assert (status, place) == (303, "/admin/people"), text
    status, _, page = walker.get("/admin/people")
    assert status == 200
    assert "annk@sso" in page
    # The answer is used, and the provider's code with it.
    status, _, text = walker.get(back)
    assert status == 400
    assert "not_begun" in text


@pytest.mark.parametrize(("name", "reason"), [("carla", "no_roles"), ("dorte", "unknown_role")])
def test_a_person_without_a_role_is_refused(town: Town, name: str, reason: str) -> None:
    walker = Walker(town.service.url)
    _, to_provider, _ = walker.get("/login/provider")
    status, _, text = walker.get(town.provider.log_in(to_provider, name))
    assert status == 400
    assert reason in text
    assert not walker.is_in()


def test_a_clerk_of_one_branch_sees_that_branch(town: Town) -> None:
    walker = logged_in(town, "bo")
    assert walker.get(f"/counter/{town.branch}")[0] == 200
    assert walker.get("/admin/people")[0] == 403


def test_the_providers_own_key_ends_all_logins(town: Town) -> None:
    first, second, other = (logged_in(town, name) for name in ("bo", "bo", "annk"))
    assert all(each.is_in() for each in (first, second, other))
    now = int(time.time())
    claims = {
        "iss": town.provider.url, "aud": CLIENT, "iat": now, "exp": now + 60, "jti": f"end-{now}",
        "sub": "bo", "events": {LOGOUT_EVENT: {}},
    }  # fmt: skip
    form = urllib.parse.urlencode({"logout_token": town.provider.signed(claims)}).encode()
    url = f"{town.service.url}/login/provider/backchannel-logout"
    with urllib.request.urlopen(url, form, timeout=30) as answer:  # noqa: S310 - our own service
        assert answer.status == 200
    eventually(lambda: not first.is_in() and not second.is_in(), 10)
    assert other.is_in()


def test_privileges_of_the_town_are_read(town: Town) -> None:
    walker = logged_in(town, "erik")
    assert walker.get(f"/dashboards/{town.branch}")[0] == 200
    assert walker.get(f"/counter/{town.branch}")[0] == 403


def test_doctor_reads_the_description_and_compares_the_clocks(town: Town) -> None:
    provider = ProviderSettings(town.provider.url, CLIENT, CLIENT_SECRET)
    settings = replace(town.service.settings, provider=provider, public_url=town.service.url)
    found = [*check_provider(settings)]
    assert [each.good for each in found[:2]] == [True, True]
    assert "has 1 keys" in found[0].text
    assert "The clock of 127.0.0.1 is" in found[1].text


def test_the_button_and_a_refusal_in_a_browser(
    town: Town, new_context: BrowserMaker, assert_accessible: Check
) -> None:
    page = new_context(locale="da").new_page()
    page.goto(f"{town.service.url}/login?next=/admin/people")
    assert_accessible(page)
    page.get_by_role("link", name="Log ind med kommunens konto").click()
    page.get_by_label("Username").fill("annk")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name=re.compile("Sign in|Log ?in|Authorize", re.IGNORECASE)).click()
    expect(page).to_have_url(f"{town.service.url}/admin/people")
    expect(page.get_by_text("annk@sso")).to_be_visible()
    assert_accessible(page)
    page.goto(f"{town.service.url}/login/provider/return?state=x&code=y")
    expect(page.get_by_text("not_begun")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    assert_accessible(page)
