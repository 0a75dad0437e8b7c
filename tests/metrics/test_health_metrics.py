"""/metrics/queue except the queue: screens, background work and the store, all of them real."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest
from redis import Redis

from queue_service.access.operations import access
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import TokenRecord, digest
from queue_service.access.store import AccessStore
from queue_service.alerts.rules.alerts import Alert
from queue_service.alerts.rules.causes import AlertCause, Cause
from queue_service.alerts.rules.deliveries import Delivery
from queue_service.alerts.store import AlertStore
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.devices.store import DeviceStore
from queue_service.metrics.collector import QueueCollector
from queue_service.metrics.health import HealthCollector
from queue_service.metrics.store import ReadingStore
from queue_service.printers.rules.printer import PRINTER_STATES, NetworkPrinter
from queue_service.printers.store import Exchange, PrinterStore
from queue_service.runtime.settings import Settings
from queue_service.store.connection.clients import connect_job_health, connect_jobs
from queue_service.store.jobs.job_health import JobHealth
from queue_service.store.jobs.job_queue import FILES
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore
from queue_service.webhooks.operations import endpoints
from queue_service.webhooks.operations.endpoints import EndpointRequest
from tests.metrics.places import Place, Samples, read
from tests.programs import find_program
from workers.queues import deliveries_queue, files_queue, job_queue, queues
from workers.schedule import PERIODIC, Schedule
from workers.worker import make_worker

B = "holbaek"
SEEN = "queue_device_last_seen_timestamp_seconds"


class Watched:
    """A branch with all that is measured around it."""

    def __init__(self, place: Place, settings: Settings) -> None:
        self.place = place
        self.store = place.queue.store
        self.settings = settings
        self.access = AccessStore(self.store)

    def text(self, store: RedisStore | None = None, jobs: Redis | None = None) -> bytes:
        """The samples of a scrape that checks the health of these."""
        jobs = connect_job_health(self.settings) if jobs is None else jobs
        health = HealthCollector(Queue(store) if store else self.place.queue, JobHealth(jobs), 1)
        readings = self.place.queue.get(ReadingStore)
        return QueueCollector(self.place.queue.get(BranchStore), readings, health=health).collect()

    def scrape(self) -> Samples:
        """The same, read."""
        return read(self.text())

    def screen(self, role: str) -> TokenRecord:
        """A kiosk or display set up by its link."""
        now = self.access.now()
        _, code = access.create_enrolment(self.access, role, B, now=now)
        _, secret = access.enrol(self.access, code, now=now)
        token = self.access.token(digest(secret))
        assert token is not None
        return token


@pytest.fixture
def watched(place: Place, settings: Settings) -> Watched:
    return Watched(place, settings)


def test_a_screen_that_was_set_up_counts_as_seen_then_and_until_it_is_revoked(
    watched: Watched,
) -> None:
    kiosk = watched.screen("kiosk")
    assert watched.scrape()[SEEN, B, kiosk.id, "kiosk"] == kiosk.created_at / 1000
    access.revoke_token(watched.access, kiosk.id)
    assert not [key for key in watched.scrape() if key[0] == SEEN]


def test_a_feedback_terminal_which_sends_no_reports_is_in_no_series(watched: Watched) -> None:
    kiosk = watched.screen("kiosk")
    terminal = replace(kiosk, digest=digest("terminal"), feedback=True)
    watched.access.add_token(terminal)
    assert [key for key in watched.scrape() if key[0] == SEEN] == [(SEEN, B, kiosk.id, "kiosk")]


def test_a_sign_of_life_is_written_once_a_minute_and_no_more(
    watched: Watched, redis_client: Redis
) -> None:
    display = watched.screen("display")
    devices = DeviceStore(watched.store)
    devices.note(B, display.id, "display")
    key, field = BranchKeys(B).devices, f"{display.id}|display"
    first = redis_client.hget(key, field)
    devices.note(B, display.id, "display")
    assert redis_client.hget(key, field) == first
    assert watched.scrape()[SEEN, B, display.id, "display"] == int(str(first)) / 1000

    redis_client.hset(key, field, str(int(str(first)) - 60_000))
    devices.note(B, display.id, "display")
    assert int(str(redis_client.hget(key, field))) >= int(str(first))


def test_a_kiosk_that_prints_reports_its_printer(watched: Watched) -> None:
    kiosk = watched.screen("kiosk")
    sent = "queue_printer_slip_sent_timestamp_seconds", B, kiosk.id
    assert sent not in watched.scrape()
    DeviceStore(watched.store).note(B, kiosk.id, "slip")
    samples = watched.scrape()
    assert samples[SEEN, B, kiosk.id, "printer"] == 0, "it has never printed"
    DeviceStore(watched.store).note(B, kiosk.id, "printer")
    samples = watched.scrape()
    assert samples[SEEN, B, kiosk.id, "printer"] >= samples[sent] > 0


def test_a_display_reports_the_state_of_its_sound(watched: Watched) -> None:
    display = watched.screen("display")
    sound = "queue_display_sound"
    assert not [key for key in watched.scrape() if key[0] == sound]
    devices = DeviceStore(watched.store)
    devices.note_sound(B, display.id, "blocked", {"da": True, "en": False}, None)
    samples = watched.scrape()
    states = {key[3]: value for key, value in samples.items() if key[0] == sound}
    assert states == {"ok": 0, "none": 0, "blocked": 1, "off": 0}
    voices = {key[3]: value for key, value in samples.items() if key[0] == "queue_display_voice"}
    assert voices == {"da": 1, "en": 0}

    devices.note_sound(B, display.id, "off", {}, None)
    samples = watched.scrape()
    assert samples[sound, B, display.id, "off"] == 1
    assert not [key for key in samples if key[0] == "queue_display_voice"]


def test_the_state_of_a_kiosks_printer(watched: Watched) -> None:
    kiosk, printer = watched.screen("kiosk"), NetworkPrinter("10.0.3.20", 9100, "80")
    exchange = Exchange(B, kiosk.id, printer, "m", None)
    PrinterStore(watched.store).release(exchange, "paper_out", printed=False)
    found = {k[3]: v for k, v in watched.scrape().items() if k[0] == "queue_printer_state"}
    assert found == {state: int(state == "paper_out") for state in PRINTER_STATES}
    PrinterStore(watched.store).set(B, kiosk.id, printer)  # another, whose state is not known yet
    assert not [key for key in watched.scrape() if key[0] == "queue_printer_state"]


def test_a_programs_token_is_no_screen_before_it_follows_the_branch(watched: Watched) -> None:
    token, _ = access.create_token(watched.access, "display", None, now=watched.access.now())
    assert not [key for key in watched.scrape() if key[0] == SEEN]
    DeviceStore(watched.store).note(B, token.id, "display")
    assert (SEEN, B, token.id, "display") in watched.scrape()


def test_background_work_as_a_real_worker_leaves_it(
    watched: Watched, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    connection = connect_jobs(settings)
    queue = job_queue(connection)
    now = watched.store.time()
    asked = Schedule().enqueue_due(queue, now)
    for_files = Schedule().enqueue_due(files_queue(connection), now)
    Schedule().enqueue_due(deliveries_queue(connection), now)
    queue.enqueue("os.getcwd")
    samples = watched.scrape()
    assert samples["queue_jobs_waiting", queue.name] == len(asked) + 1
    assert samples["queue_jobs_waiting", files_queue(connection).name] == len(for_files)
    assert len(for_files) == sum(job.queue == FILES for job in PERIODIC)
    assert samples["queue_workers", queue.name] == 0

    worker = make_worker(connection)
    worker.work(burst=True, logging_level="CRITICAL")
    samples = watched.scrape()
    assert samples["queue_jobs_up",] == 1
    certificate = "queue_certificate_expires_timestamp_seconds"
    assert (certificate, "queue.example") not in samples
    JobHealth(connection).saw_certificate("queue.example", 1_800_000_000)
    assert watched.scrape()[certificate, "queue.example"] == 1_800_000_000
    assert samples["queue_jobs_waiting", queue.name] == 0
    assert samples["queue_jobs_failed", queue.name] == 1, "the one that is not on the list"
    for periodic in PERIODIC:
        task = periodic.name.removeprefix("workers.jobs.")
        assert samples["queue_job_period_seconds", task] == periodic.every_seconds
        assert samples["queue_job_last_success_timestamp_seconds", task] >= now / 1000

    worker.register_birth()  # type: ignore[no-untyped-call]  # not typed
    alive = [watched.scrape()["queue_workers", each.name] for each in queues(connection)]
    assert alive == [1, 1, 1]
    connection.delete(worker.key)
    alive = [watched.scrape()["queue_workers", each.name] for each in queues(connection)]
    assert alive == [0, 0, 0], "a worker that was killed has no key"


def test_a_queue_without_a_worker_is_reported(watched: Watched, settings: Settings) -> None:
    connection = connect_jobs(settings)
    names = [each.name for each in queues(connection)]
    make_worker(connection, "prompt").register_birth()  # type: ignore[no-untyped-call]  # not typed
    samples = watched.scrape()
    assert [samples["queue_workers", name] for name in names] == [1, 0, 0]
    assert [samples["queue_jobs_waiting", name] for name in names] == [0, 0, 0]


def test_a_job_that_is_no_longer_periodic_is_forgotten(
    watched: Watched, settings: Settings
) -> None:
    connection = connect_jobs(settings)
    JobHealth(connection).succeeded("workers.jobs.old.gone", 60)
    assert ("queue_job_period_seconds", "old.gone") in watched.scrape()
    make_worker(connection)
    assert ("queue_job_period_seconds", "old.gone") not in watched.scrape()


def test_without_the_jobs_store_the_queue_is_still_reported(watched: Watched) -> None:
    gone = Settings(redis_url=f"unix://{watched.settings.data_dir}/nothing")
    samples = read(watched.text(jobs=connect_job_health(gone)))
    assert samples["queue_jobs_up",] == 0
    assert samples["queue_collector_up",] == 1
    assert not any(key[0] == "queue_workers" for key in samples)


def test_the_stores_own_health(watched: Watched, redis_client: Redis) -> None:
    samples = watched.scrape()
    used, limit = (samples[f"queue_store_memory_{n}_bytes",] for n in ("used", "limit"))
    assert 0 < used < limit
    for name in ("aof_enabled", "last_write_ok", "last_rewrite_ok"):
        assert samples[f"queue_store_{name}",] == 1
    assert samples["queue_store_uptime_seconds",] >= 0
    assert (samples["queue_store_replicas",], samples["queue_store_replicas_wanted",]) == (0, 1)

    redis_client.config_set("maxmemory", "64mb")
    try:
        assert watched.scrape()["queue_store_memory_limit_bytes",] == 64 * 2**20
    finally:
        redis_client.config_set("maxmemory", "0")


def test_messages_about_alerts_that_were_given_up_are_counted(watched: Watched) -> None:
    alerts = AlertStore(watched.store)
    assert watched.scrape()["queue_alert_messages_undelivered", B] == 0
    about = Alert("x", 1, AlertCause(Cause("unattended")))
    for name, dead_at in (("a", None), ("b", 5), ("c", 6)):
        one = Delivery(name, "raised", about, "s", "mail", 1, dead_at=dead_at)
        alerts.keep_delivery(B, one)
    assert watched.scrape()["queue_alert_messages_undelivered", B] == 2


def test_an_endpoint_of_webhooks_shows_how_far_behind_it_is(watched: Watched) -> None:
    queue = Queue(watched.store)
    wanted = EndpointRequest("BI", "https://bi.example.dk/", ("day.*",), B, active=True)
    endpoint = endpoints.add(queue, Caller("chief", "admin"), wanted, None).endpoint
    oldest = "queue_webhook_oldest_undelivered_timestamp_seconds", endpoint.id
    queue.get(BranchStore).announce(B, "opening", "never", "branch.opened", {})
    assert oldest not in watched.scrape(), "it is told of the day alone"
    before = watched.store.time()
    queue.get(BranchStore).announce(B, "closed_at", "@now", "day.closed", {})
    samples = watched.scrape()
    assert before <= samples[oldest] * 1000 <= watched.store.time()
    for outcome in ("delivered", "failed"):
        assert samples["queue_webhook_deliveries_total", endpoint.id, outcome] == 0


def test_a_store_without_permission_for_info_still_reports_the_queue(
    watched: Watched, redis_client: Redis
) -> None:
    redis_client.acl_setuser(
        "modest", enabled=True, nopass=True, keys=["*"], commands=["+@all", "-info"]
    )
    try:
        with Redis.from_url(
            f"{watched.settings.redis_url}?username=modest&password=x", decode_responses=True
        ) as modest:
            samples = read(watched.text(store=RedisStore(modest)))
    finally:
        redis_client.acl_deluser("modest")
    assert samples["queue_collector_up",] == 1
    assert not any(key[0].startswith("queue_store") for key in samples)


def test_promtool_finds_nothing_to_say(watched: Watched, settings: Settings) -> None:
    promtool = find_program("promtool", package="prometheus")
    kiosk = watched.screen("kiosk")
    DeviceStore(watched.store).note(B, kiosk.id, "slip")
    JobHealth(connect_jobs(settings)).succeeded("workers.jobs.branches.sweep", 15)
    check = subprocess.run(
        [promtool, "check", "metrics"], input=watched.text(), capture_output=True
    )
    assert (check.returncode, check.stdout, check.stderr) == (0, b"", b"")
