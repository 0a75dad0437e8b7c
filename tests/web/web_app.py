"""A running application with two branches, and credentials and browsers for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.test import TestResponse

from queue_service import sample
from queue_service.access.operations import access, accounts
from queue_service.access.rules.caller import Role
from queue_service.access.rules.credentials import Account, csrf_token
from queue_service.access.store import AccessStore
from queue_service.app import create_app
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.runtime.settings import Settings
from queue_service.web.security.permissions import Gate
from tests.desks import in_two_languages

LIBRARY: Final = "biblioteket"
TOWN_HALL: Final = "raadhuset"
PASSWORD: Final = "correct horse"


@dataclass(frozen=True)
class WebApp:
    """The application, with a way to make credentials for it."""

    app: Flask

    @classmethod
    def open(cls, settings: Settings) -> WebApp:
        """The application with a library and a town hall."""
        web_app = cls(create_app(settings))
        queue: Queue = web_app.app.extensions["queue"]
        for branch, document in sample.documents().items():
            if branch in (LIBRARY, TOWN_HALL):
                put_branch(queue, branch, in_two_languages(document))
        return web_app

    @property
    def gate(self) -> Gate:
        """Its access control."""
        gate: Gate = self.app.extensions["queue_access"]
        return gate

    @property
    def store(self) -> AccessStore:
        """The store of its credentials."""
        return self.gate.store

    def token(self, role: Role, branch: str | None = None) -> str:
        """The secret of a new token."""
        return access.create_token(self.store, role, branch, now=self.store.now())[1]

    def bearer(self, role: Role, branch: str | None = None) -> dict[str, str]:
        """The header of a new token."""
        return {"Authorization": f"Bearer {self.token(role, branch)}"}

    def code(self, role: str, branch: str = LIBRARY) -> str:
        """The code of a new enrolment link."""
        return access.create_enrolment(self.store, role, branch, now=self.store.now())[1]

    def account(self, name: str, role: Role, branch: str | None = None) -> Account:
        """A new account with the password above."""
        return accounts.add_account(self.store, name, PASSWORD, role, branch, now=self.store.now())

    def screen(self, role: str, branch: str = LIBRARY) -> FlaskClient:
        """A browser that was enrolled."""
        browser = self.app.test_client()
        assert browser.post(f"/enrol/{self.code(role, branch)}").status_code == 303
        return browser

    def staff(self, name: str, role: Role, branch: str | None = None) -> FlaskClient:
        """A browser in which a new account has logged in."""
        self.account(name, role, branch)
        browser = self.app.test_client()
        assert log_in(browser, name).status_code == 303
        return browser


def log_in(browser: FlaskClient, name: str, password: str = PASSWORD, **more: str) -> TestResponse:
    """Send the form of the login page."""
    return browser.post("/login", data={"name": name, "password": password, **more})


def csrf(browser: FlaskClient, cookie: str = "queue_session") -> dict[str, str]:
    """The token that the browser's pages send with a form."""
    found = browser.get_cookie(cookie)
    assert found is not None
    return {"csrf_token": csrf_token(found.value)}


def text_of(answer: TestResponse) -> str:
    """The text of a page, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text))


def send(browser: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Send a form as the browser's page would."""
    return browser.post(path, data={**csrf(browser), **fields})


@pytest.fixture
def web_app(settings: Settings, redis_client: Redis) -> WebApp:
    """The application on a store that is otherwise empty."""
    assert redis_client.dbsize() == 0
    return WebApp.open(settings)


@pytest.fixture
def visitor(web_app: WebApp) -> FlaskClient:
    """A browser without a login."""
    return web_app.app.test_client()


@pytest.fixture
def admin_client(web_app: WebApp) -> FlaskClient:
    """The browser of an administrator of all branches."""
    return web_app.staff("chef", "admin")
