"""A whole running service for tests of its pages: a store and web processes as in production."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, cast

from playwright.sync_api import BrowserContext
from redis import Redis

from queue_service import sample
from queue_service.access.operations import access, accounts, logins
from queue_service.access.rules.credentials import Account, AccountRole
from queue_service.access.store import AccessStore
from queue_service.goals.rules.goal import EVERYTHING
from queue_service.runtime import process
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.redis_store import RedisStore
from queue_service.store.server.embedded import find_server, prepare_folder, server_command
from queue_service.store.server.running import log_file, wait_until_answers
from queue_service.web.security.credentials import COOKIES, As
from queue_service.web.serving import command as web_server
from tests.desks import in_two_languages

ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
"""Opening hours that let a test run at any time of day."""


MAIL_FROM = "Borgerservice <noreply@holbaek.dk>"
SMS_BODY = '{"to": "{number}", "text": "{text}"}'
"""The request of text messages."""


class Refused(Exception):
    """An answer that is no success, with its problem document."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {problem}")
        self.status = status
        self.problem = problem


@dataclass(frozen=True)
class Api:
    """The API as one token's holder calls it; paths begin after ``/api/v1``."""

    url: str
    token: str

    def get(self, path: str) -> Any:
        """The answer's document."""
        return self.call("GET", path)

    def post(self, path: str, **body: Any) -> Any:
        """The answer's document, None for an empty one."""
        return self.call("POST", path, body)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The answer's document. Raises Refused."""
        request = urllib.request.Request(  # noqa: S310 - our own service
            f"{self.url}/api/v1{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - our own service
                text = response.read()
        except urllib.error.HTTPError as error:
            raise Refused(error.code, json.loads(error.read())) from None
        return json.loads(text) if text else None


@dataclass
class Service:
    """The running service at ``url``, and ways to furnish it for a test."""

    url: str
    settings: Settings
    store_process: subprocess.Popen[bytes]
    client: Redis
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _secrets: dict[tuple[str, str | None], str] = field(default_factory=dict)

    @property
    def access_store(self) -> AccessStore:
        """The store of tokens, accounts and logins."""
        return AccessStore(RedisStore(self.client))

    def api(self, role: str = "admin", branch: str | None = None) -> Api:
        """The API with this role's token; one is enough, as pages list them all."""
        if (role, branch) not in self._secrets:
            self._secrets[role, branch] = self.token(role, branch)
        return Api(self.url, self._secrets[role, branch])

    def token(self, role: str, branch: str | None = None) -> str:
        """A new token's secret."""
        store = self.access_store
        return access.create_token(store, role, branch, now=store.now())[1]

    def branch(self, like: str = "biblioteket", **changes: Any) -> str:
        """A new branch like one of the sample's desks, open around the clock; returns its id.

        It has two languages and no pictograms. With other services nothing is issued in doubt,
        unless it is among them.
        """
        document = in_two_languages(sample.documents()[like])
        document |= {"opening_hours": ALWAYS, "hours_exceptions": []}
        # No screens, no rooms and nothing for them, no quiet hours and no appointments: a test has
        # those it is about.
        document.pop("quiet_hours", None)
        document.pop("bookings", None)
        document["counters"] = [
            desk for desk in document["counters"] if not {"video", "kind"} & desk.keys()
        ]
        for service in document["services"]:
            service.pop("private", None)
        kept = [service["id"] for service in changes.get("services", document["services"])]
        if document["unsure_service"] not in kept:
            document["unsure_service"] = None
        known = {EVERYTHING, *kept}
        document["goals"] = [
            goal
            for goal in document["goals"]
            if known.issuperset(goal.get("services", (EVERYTHING,)))
        ]
        branch = f"{like}-{next(self._numbers)}"
        self.api().call("PUT", f"/branches/{branch}", document | changes)
        return branch

    def account(self, role: str = "clerk", branch: str | None = None) -> tuple[str, str]:
        """A new account's name and password."""
        name, password = f"{role}-{next(self._numbers)}", "a long enough password"
        store = self.access_store
        accounts.add_account(store, name, password, role, branch, now=store.now())
        return name, password

    def log_in(
        self, context: BrowserContext, role: str = "clerk", branch: str | None = None
    ) -> None:
        """Give a browser the cookie of a new account's login.

        The account has no password, for each is hashed with as much work as would slow a thief.
        """
        store, name = self.access_store, f"{role}-{next(self._numbers)}"
        account = Account(f"acc_{name}", name, cast(AccountRole, role), branch, "", store.now())
        assert store.add_account(account)
        self._give_cookie(context, "staff", logins.begin_session(store, account))

    def enrol(self, context: BrowserContext, role: As, branch: str, counter: str = "") -> None:
        """Make a browser a screen of a branch: a kiosk, a video counter's screen, or a display."""
        store = self.access_store
        _, code = access.create_enrolment(store, role, branch, now=store.now(), counter=counter)
        self._give_cookie(context, role, access.enrol(store, code, now=store.now())[1])

    @contextmanager
    def store_away(self) -> Iterator[None]:
        """While inside, the store does not answer."""
        self.store_process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.store_process.send_signal(signal.SIGCONT)

    def _give_cookie(self, context: BrowserContext, source: As, secret: str) -> None:
        context.add_cookies([{"name": COOKIES[source], "value": secret, "url": self.url}])


@contextmanager
def running_service(
    data_dir: Path,
    *,
    processes: int = 1,
    host: str = "127.0.0.1",
    variables: Mapping[str, str] | None = None,
) -> Iterator[Service]:
    """A service with an empty store of its own, on a free port, with so many web processes.

    ``host``: its name in the address that browsers use. ``variables`` are further settings.
    """
    folder = prepare_folder(data_dir)
    command = server_command(find_server(), data_dir, fsync="no")
    store = process.spawn(command, log_file(folder))
    settings = Settings(data_dir=data_dir, sample=False)
    try:
        with connect(settings) as client, socket.create_server(("127.0.0.1", 0)) as listener:
            wait_until_answers(client, lambda: store.poll() is None)
            url = f"http://{host}:{listener.getsockname()[1]}"
            with _web(settings, listener, url, processes, variables or {}):
                yield Service(url, settings, store, client)
    finally:
        process.stop(store, 10)


@contextmanager
def _web(
    settings: Settings,
    listener: socket.socket,
    url: str,
    processes: int,
    variables: Mapping[str, str],
) -> Iterator[None]:
    web_server.clear_metrics(settings)
    log = settings.data_dir / "web.log"
    environment = {
        **web_server.environment(settings),
        "QUEUE_SAMPLE": "0",
        "QUEUE_WEB_PROCESSES": str(processes),
        "REDIS_URL": "",
        "QUEUE_PUBLIC_URL": url,
        # Web processes offer messages; the worker of a test sends them to a gateway of its own.
        "QUEUE_SMS_URL": "https://gateway.example/",
        "QUEUE_SMS_BODY": SMS_BODY,
        "QUEUE_MAIL_FROM": MAIL_FROM,
        **variables,
    }
    web = process.spawn(
        web_server.command(listener.fileno()),
        log,
        environment=environment,
        inherit=[listener.fileno()],
    )
    try:
        # The socket is open already, so the question waits until a process answers it.
        urllib.request.urlopen(f"{url}/healthz", timeout=30).close()  # noqa: S310 - our own service
        yield
    finally:
        process.stop(web, 5)
