"""The text printed when the service runs: where the pages are, and how to get in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from shlex import quote

from redis import Redis

from queue_service.access.operations.first_login import offer_first_login
from queue_service.access.rules.credentials import SCREEN_ROLES
from queue_service.access.store import AccessStore
from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore
from queue_service.supervisor import sample

_MOST_BRANCHES = 10
"""With more branches than this their pages are not listed one by one."""

_STAFF_PAGES = ("counter", "dashboards")


def say(settings: Settings, client: Redis, url: str, prometheus: str | None = None) -> None:
    """Load the sample into an empty store where it is wanted, and print what a newcomer needs.

    ``prometheus`` is the address of the one that runs with it. The last line is ``ready
    http://HOST:PORT``.
    """
    queue = Queue(RedisStore(client))
    # A store that is somebody's own gets no days that never were.
    past = settings.redis_url is None
    passwords = sample.load_sample(queue, past=past) if settings.sample else {}
    everything = queue.get(BranchStore).in_use()
    branches = [branch for branch in everything if not branch.historic]
    replayed = [branch for branch in everything if branch.historic]
    extra = [] if prometheus is None else [f"Prometheus    {prometheus}"]
    for line in (
        *_pages(branches, url),
        *_new_screen(settings, branches),
        *_replayed(replayed, url),
        *extra,
        *_home(settings),
        *_accounts(passwords, url),
        *_first_account(queue.get(AccessStore), settings, url),
        f"ready {url}",
    ):
        print(line, flush=True)


def _pages(branches: Sequence[Branch], url: str) -> Iterator[str]:
    if len(branches) <= _MOST_BRANCHES:
        for branch in branches:
            yield branch.name
            yield from _screens(branch, url)
            yield from (f"  {page:<11} {url}/{page}/{branch.id}" for page in _STAFF_PAGES)
            yield from _public_pages(branch, url)
    yield f"All pages     {url}/"
    yield f"Setting up    {url}/admin"


def _public_pages(branch: Branch, url: str) -> Iterator[str]:
    """The pages for everybody that the branch has."""
    if branch.is_bookable:
        yield f"  {'book':<11} {url}/book/{branch.id}"
    if branch.is_public:
        yield f"  {'b':<11} {url}/b/{branch.id}"


def _replayed(branches: Sequence[Branch], url: str) -> Iterator[str]:
    if len(branches) <= _MOST_BRANCHES:
        for branch in branches:
            yield f"Replayed days {url}/dashboards/{branch.id}/history"


def _screens(branch: Branch, url: str) -> Iterator[str]:
    """The pages of screens without a login."""
    yield from (f"  {role:<11} {url}/{role}/{branch.id}" for role in SCREEN_ROLES)
    for counter in branch.counters.values():
        if counter.video is not None:
            yield f"  {'screen':<11} {url}/screen/{branch.id}/{counter.id}"


def _new_screen(settings: Settings, branches: Sequence[Branch]) -> Iterator[str]:
    if branches:
        link = _command(settings, "enrol kiosk --branch BRANCH")
        yield f"New screen    a link for it is made there, or by {link}"


def _home(settings: Settings) -> Iterator[str]:
    """On a bus: its central server, and the command that checks the connection."""
    if settings.home_url:
        yield f"Home          {settings.home_url}, asked once a minute for the branch of this bus"
        yield f"              reached? {_command(settings, 'doctor home')}"


def _accounts(passwords: Mapping[str, str], url: str) -> Iterator[str]:
    if passwords:
        yield f"Log in at     {url}/login with a password that is shown only this once:"
        yield from (f"  {name:<11} {password}" for name, password in passwords.items())


def _first_account(known: AccessStore, settings: Settings, url: str) -> Iterator[str]:
    """Without any account no login is possible: how to make one."""
    code = offer_first_login(known)
    if code:
        yield "No login exists yet. Make yours, the administrator's, at this link within a day:"
        yield f"  {settings.public_url or url}/first/{code}"
        yield "Or make it by this command:"
        yield f"  {_command(settings, 'user add NAME --role admin --generate')}"


def _command(settings: Settings, words: str) -> str:
    """A command as it is typed in a second terminal, to this service's store."""
    usual = settings.data_dir == Settings().data_dir.absolute()
    folder = "" if usual else f"QUEUE_DATA_DIR={quote(str(settings.data_dir))} "
    return f"{folder}.venv/bin/queue-service {words}"
