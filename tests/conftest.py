"""Fixtures that most tests share: a real store, emptied for each test."""

from __future__ import annotations

import gc
import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gevent.socket
import hypothesis
import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from redis import Redis
from werkzeug.routing import Rule

from queue_service.access.operations import passwords
from queue_service.runtime import process
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect
from queue_service.store.server.embedded import (
    embedded_url,
    find_server,
    prepare_folder,
    server_command,
)
from queue_service.store.server.running import log_file, wait_until_answers
from tests import order, reruns
from tests.desks import branch, desk, live, queue
from tests.nightly import Nightly
from tests.privacy.scanning import PLANTED, undescribed
from tests.programs import find_program, need_library
from tests.slowness import is_slow
from tests.store.servers import Cluster, cluster
from tests.store.slots import watch_slots
from tests.tables.weeks import seen, weeks
from tests.web.browsers import assert_accessible, browser, keeper, new_context, service
from tests.web.roles import roles
from tests.web.web_app import admin_client, visitor, web_app

# Shared by all folders: a branch on an empty store, an application asked without a browser, and
# one browser and one running service for the whole session.
__all__ = [
    "admin_client",
    "assert_accessible",
    "branch",
    "browser",
    "desk",
    "keeper",
    "live",
    "new_context",
    "queue",
    "roles",
    "seen",
    "service",
    "visitor",
    "web_app",
    "weeks",
]

# How long an example takes says how busy the machine is, and nothing about the code.
hypothesis.settings.register_profile("busy", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("busy")


ON_A_CLUSTER = os.environ.get("TEST_STORE") == "cluster"
"""Whether what wants a store gets a cluster: ``TEST_STORE=cluster ./dev test tests/visits``."""

ALL_STORED = os.environ.get("TEST_STORED") == "1"
"""Whether each test's store is compared with the table of stored keys: ``TEST_STORED=1 ./dev test
tests/visits``, and each night."""

ONE_SERVER = {
    # They look at one server's files, keys, address or settings, or change them.
    "test_a_branch_that_is_removed_and_created_again_sends_events_from_its_beginning",
    "test_a_branch_that_is_being_removed_ends_no_sweep",
    "test_a_removal_that_was_broken_off_is_finished_by_the_next",
    "test_a_removal_that_was_broken_off_is_finished_from_the_page",
    "test_a_reply_lost_once_is_made_good",
    "test_a_store_that_forbids_config_is_asked_in_another_way",
    "test_a_store_that_may_lose_tickets_is_wrong",
    "test_a_store_without_permission_for_info_still_reports_the_queue",
    "test_a_ticket_with_a_lost_reply_has_its_place_like_any_other",
    "test_processes_in_a_rush_take_no_place_twice",
    "test_responses_of_every_shape_are_printed_as_lines",
    "test_neither_is_it_after_a_start_that_broke_half_way",
    "test_nothing_of_it_stays_on_the_disk",
    "test_replicas_that_are_waited_for_have_to_be_there",
    "test_the_stores_own_health",
    "test_stored_data_names_no_one_and_expires",
    "test_a_repeated_request_returns_the_result_while_the_connection_is_down",
    "test_without_the_replicas_to_wait_for",
    "test_without_a_key_nothing_is_done_twice_by_the_service_itself",
}
"""Tests that are passed over where the store is a cluster."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the options of our own."""
    reruns.add_option(parser)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests: the processes that share the files then end together."""
    items.sort(key=lambda item: order.place(item.path))


def pytest_configure(config: pytest.Config) -> None:
    """Count what runs only at night, and how long each file takes."""
    gc.disable()  # until all tests are collected: modules and tests are no garbage
    config.pluginmanager.register(Nightly(config), "nightly")
    config.pluginmanager.register(order.Durations(config), "durations-of-files")
    if config.getoption(reruns.OPTION):
        config.pluginmanager.register(reruns.Reruns(), "reruns-of-pages")


def pytest_collection_finish() -> None:
    """From now on look for garbage among what the tests make, and not among all modules.

    It is looked for seldom: an application is 200,000 objects, and the next test makes another.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what `./dev test --fast` leaves out, where that is asked for."""
    if "slow" in item.config.option.markexpr and is_slow(item):
        item.add_marker(pytest.mark.slow)
    # Two machines of a book bus are two databases of one server there.
    one_server = item.path.parent.name == "mobile" or (
        getattr(item, "originalname", item.name) in ONE_SERVER
    )
    if ON_A_CLUSTER and one_server:
        item.add_marker(pytest.mark.skip(reason="it looks at one server"))


@dataclass(frozen=True)
class Server:
    """A store that runs for the tests, at an address of its own."""

    url: str
    process: subprocess.Popen[bytes]
    client: Redis
    """A connection that stays: each test empties the store."""


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Server]:
    """A real server with production's settings, save that it does not wait for the disk."""
    with tempfile.TemporaryDirectory(prefix="queue-") as name:
        data_dir = Path(name)
        folder = prepare_folder(data_dir)
        command = server_command(find_server(), data_dir, fsync="no")
        server = process.spawn(command, log_file(folder))
        try:
            url = embedded_url(data_dir)
            with Redis.from_url(url) as client:
                wait_until_answers(client, lambda: server.poll() is None)
                yield Server(url, server, client)
        finally:
            process.stop(server, 10)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data folder for a store of the test's own; its path is short, as an operator's would be."""
    with tempfile.TemporaryDirectory(prefix="queue-") as name:
        yield Path(name)


@pytest.fixture
def small_disk(data_dir: Path) -> Iterator[Path]:
    """A data folder on a disk of its own, of 32 MB."""
    mount = [
        find_program("mount", package="mount"),
        *("-t", "tmpfs", "-o", "size=32m", "tmpfs", str(data_dir)),
    ]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("this machine lets nobody mount a disk")
    try:
        yield data_dir
    finally:
        unmount = [find_program("umount", package="mount"), "--lazy", str(data_dir)]
        subprocess.run(unmount, check=True)


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """Hash passwords at the least cost; the test of their cost undoes it."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", cheap)
        patch.setattr(passwords, "NOBODYS_HASH", cheap.hash("nobody"))
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_rules() -> Iterator[None]:
    """Parse the path of each rule once in a process: each application has the same rules."""
    compile_rule: Any = Rule.compile
    known: dict[object, dict[str, Any]] = {}

    def compiled(rule: Any) -> None:
        key = (rule.rule, rule.merge_slashes, repr(rule.defaults))
        if key in known:
            vars(rule).update(known[key])
            rule._build = rule._compile_builder(False).__get__(rule, None)
            rule._build_unknown = rule._compile_builder(True).__get__(rule, None)
        else:
            compile_rule(rule)
            parsed = ("arguments", "_parts", "_trace", "_converters")
            known[key] = {name: vars(rule)[name] for name in parsed}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", compiled)
        yield


class CompiledTemplates(BytecodeCache):
    """Templates that an application of this process has compiled: the next has the same ones."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is known of a template."""
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template that was compiled."""
        self._known[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def compiled_templates() -> Iterator[None]:
    """Compile each template once in a process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(Flask.jinja_options, "bytecode_cache", CompiledTemplates())
        yield


@pytest.fixture(scope="session", autouse=True)
def one_slot() -> Iterator[None]:
    """Nothing mixes slots of a cluster, on one server either."""
    with pytest.MonkeyPatch.context() as patch:
        watch_slots(patch)
        yield


@pytest.fixture(scope="session")
def redis_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A real cluster: three primaries, of which the last has two replicas and the others one."""
    with cluster(tmp_path_factory.mktemp("cluster"), (1, 1, 2)) as made:
        yield made


@pytest.fixture
def settings(
    request: pytest.FixtureRequest,
    redis_server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Settings:
    """Settings for the tests' store and a data folder of the test's own."""
    # How long the store takes to answer says how busy the machine is, and nothing about the code.
    one = Settings(
        data_dir=tmp_path, redis_url=redis_server.url, sample=False, store_timeout_seconds=30.0
    )
    if not ON_A_CLUSTER:
        return one
    url = request.getfixturevalue("redis_cluster").url
    monkeypatch.setenv("QUEUE_JOBS_REDIS_URL", redis_server.url)
    return replace(one, redis_url=url, jobs_redis_url=redis_server.url)


@pytest.fixture
def redis_client(
    request: pytest.FixtureRequest, settings: Settings, redis_server: Server
) -> Iterator[Redis]:
    """A client as the service makes them, for a store that is empty."""
    redis_server.client.flushall()
    with connect(settings) as client:
        if ON_A_CLUSTER:
            client.flushall()
        yield client
        if ALL_STORED and request.node.name not in PLANTED:
            assert undescribed(client) == []


@pytest.fixture
def cooperative(monkeypatch: pytest.MonkeyPatch) -> None:
    """The store's sockets let other greenlets run, as in a web process."""
    monkeypatch.setattr("redis.connection.socket", gevent.socket)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a real browser: the one without windows where there is one, at half the work."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    return find_program(*names, package="chromium-headless-shell")


@pytest.fixture(scope="session")
def pango() -> None:
    """The libraries that lay out a PDF."""
    need_library("pango-1.0", package="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0")
