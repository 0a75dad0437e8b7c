"""Clips: asked for once, made by a worker, kept within limits."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from redis import Redis
from rq.job import Job

from queue_service.errors import NotFound
from queue_service.language.languages import LANGUAGES
from queue_service.runtime.settings import Settings
from queue_service.speech import synthesis
from queue_service.speech.operations import SpeechService, make
from queue_service.speech.rules import Clip, clips_of, to_drop
from queue_service.speech.store import KEPT_MS, ClipStore
from queue_service.store.connection.clients import connect_files
from queue_service.store.jobs.job_queue import PROMPT, JobQueue
from tests.programs import find_program
from workers.queues import job_queue
from workers.worker import make_worker

NOW = 1_795_604_400_000
NUMBER = Clip("da", "Nummer A nul et to,")
COUNTER = Clip("da", "skranke et.")


@pytest.fixture
def programs() -> None:
    """The programs that make clips."""
    find_program("espeak-ng", package="espeak-ng")
    find_program("opusenc", package="opus-tools")


@pytest.fixture
def connection(redis_client: Redis, settings: Settings) -> Redis:
    """The jobs' store, which is empty."""
    assert redis_client.dbsize() == 0
    return connect_files(settings)


@pytest.fixture
def work(
    connection: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], bool]:
    """Runs a worker until nothing waits."""
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    return lambda: make_worker(connection, "prompt").work(burst=True, logging_level="CRITICAL")


def service_of(connection: Redis) -> SpeechService:
    return SpeechService(ClipStore(connection), JobQueue(connection, PROMPT).ask_soon)


def test_a_clip_is_named_by_its_language_and_text_alone() -> None:
    (one, other) = clips_of("da", ["Nummer  A\n nul\u2068", "Nummer A nul"])
    assert one == other == Clip("da", "Nummer A nul")
    assert one.id != Clip("en", "Nummer A nul").id
    assert clips_of("fa", ["می\u200cشود"])[0].text == "می\u200cشود"


def test_the_oldest_clips_make_room_for_the_newest() -> None:
    sizes = [("a", 5), ("b", 5), ("c", 5)]
    assert to_drop(sizes, most=3, room=15) == []
    assert to_drop(sizes, most=2, room=15) == ["a"]
    assert to_drop(sizes, most=3, room=14) == ["a"]
    assert to_drop(sizes, most=3, room=9) == ["a", "b"]
    assert to_drop(sizes, most=3, room=0) == ["a", "b", "c"]


@pytest.mark.usefixtures("programs")
def test_a_worker_makes_a_clip_once(connection: Redis, work: Callable[[], bool]) -> None:
    speech = service_of(connection)
    assert speech.prepare([NUMBER, COUNTER]) == ["asked", "asked"]
    assert speech.prepare([NUMBER, COUNTER]) == ["asked", "asked"]
    assert len(job_queue(connection)) == 1
    work()
    assert speech.prepare([NUMBER, COUNTER]) == ["ready", "ready"]
    assert len(job_queue(connection)) == 0
    audio = speech.audio(NUMBER.id)
    assert audio.startswith(b"OggS")
    assert b"OpusHead" in audio[:64]
    assert len(audio) < 20_000
    make(speech.store, [NUMBER], NOW)
    assert speech.audio(NUMBER.id) == audio


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize("language", [code for code, one in LANGUAGES.items() if one.server_voice])
def test_each_language_with_a_voice_is_spoken(language: str) -> None:
    assert synthesis.synthesise(Clip(language, "A 1")).startswith(b"OggS")


def test_a_language_without_a_voice_is_left_to_the_browser(connection: Redis) -> None:
    assert service_of(connection).prepare([Clip("so", "Lambarka A")]) == ["none"]
    assert service_of(connection).prepare([Clip("xx", "A")]) == ["none"]
    assert len(job_queue(connection)) == 0


def test_a_machine_without_the_programs_says_how_to_install_them(
    connection: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    speech = service_of(connection)
    make(speech.store, [NUMBER], NOW)
    assert speech.store.problem() == (
        "espeak-ng and opusenc not found: apt install espeak-ng opus-tools"
    )
    assert speech.prepare([NUMBER]) == ["none"]
    assert len(job_queue(connection)) == 0


def test_a_clip_that_is_not_kept_is_not_found(connection: Redis) -> None:
    with pytest.raises(NotFound):
        service_of(connection).audio(NUMBER.id)


def test_the_store_keeps_no_more_than_its_limits(connection: Redis) -> None:
    store = ClipStore(connection, most=2, room=10)
    for at, text in enumerate(("one", "two", "three")):
        store.keep(Clip("en", text), b"123", NOW + at)
    assert [store.audio(Clip("en", text).id) for text in ("one", "two", "three")] == [
        None,
        b"123",
        b"123",
    ]
    store.keep(Clip("en", "four"), b"12345678", NOW + 3)
    assert store.count() == 1
    store.keep(Clip("en", "five"), b"1", NOW + 3 + KEPT_MS)
    assert store.count() == 1


def test_an_urgent_job_waits_for_one_job_of_clips_at_most(connection: Redis) -> None:
    speech, urgent = service_of(connection), job_queue(connection)
    assert speech.prepare([NUMBER]) == ["asked"]
    assert speech.prepare([COUNTER]) == ["asked"]
    assert len(urgent) == 1
    running = urgent.pop_job_id()
    assert speech.prepare([COUNTER]) == ["asked"]
    assert len(urgent) == 0
    # Once it has run, the next may be asked for.
    Job.fetch(str(running), connection=connection, serializer="json").delete()
    assert speech.prepare([COUNTER]) == ["asked"]
    assert len(urgent) == 1
