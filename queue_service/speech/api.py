"""Clips for screens: asking for them, and their audio."""

from __future__ import annotations

from typing import Final, cast

from flask import Blueprint, Response, current_app
from flask.blueprints import BlueprintSetupState

from queue_service.branches.store import BranchStore
from queue_service.speech.contract import ClipAnswer, SpeechAnswer, SpeechBody
from queue_service.speech.operations import SpeechService
from queue_service.speech.rules import clips_of
from queue_service.speech.store import ClipStore
from queue_service.speech.synthesis import MEDIA_TYPE
from queue_service.store.connection.clients import connect_files
from queue_service.store.jobs.job_queue import PROMPT, JobQueue
from queue_service.web.commands import answer
from queue_service.web.context import queue
from queue_service.web.description.openapi import describe
from queue_service.web.requests import body

blueprint = Blueprint("speech", __name__, url_prefix="/api/v1/branches/<branch>/speech")

_EXTENSION: Final = "queue_speech"
_YEAR_SECONDS: Final = 365 * 24 * 3600


@blueprint.record
def _remember(setup: BlueprintSetupState) -> None:
    known = setup.app.extensions
    connection = connect_files(known["queue_settings"])
    known[_EXTENSION] = SpeechService(ClipStore(connection), JobQueue(connection, PROMPT).ask_soon)


@blueprint.post("")
@describe("Ask for clips of speech", body=SpeechBody, answers={200: SpeechAnswer})
def prepare(branch: str) -> Response:
    """Before a screen speaks; repeated until the clips are ready. It changes nothing in the queue.

    A screen that receives no clip in time speaks by its browser's own voice.
    """
    queue().get(BranchStore).get(branch)
    payload = body(SpeechBody)
    clips = clips_of(payload.language, payload.texts)
    states = _service().prepare(clips)
    found = [ClipAnswer(id=clip.id, state=state) for clip, state in zip(clips, states, strict=True)]
    return answer(SpeechAnswer(clips=found))


@blueprint.get("/<clip>")
@describe("The audio of a clip", answers={200: MEDIA_TYPE})
def audio(branch: str, clip: str) -> Response:
    """It never changes: browsers keep it under its address."""
    queue().get(BranchStore).get(branch)
    response = Response(_service().audio(clip), mimetype=MEDIA_TYPE)
    response.cache_control.private = True
    response.cache_control.max_age = _YEAR_SECONDS
    response.cache_control.immutable = True
    return response


def _service() -> SpeechService:
    return cast(SpeechService, current_app.extensions[_EXTENSION])
