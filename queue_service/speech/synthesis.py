"""Making the audio of a clip, by espeak-ng and opusenc, which Debian packages bring."""

from __future__ import annotations

import shutil
import subprocess
from typing import Final

from queue_service.language.languages import LANGUAGES
from queue_service.speech.rules import WORDS_PER_MINUTE, Clip

MEDIA_TYPE: Final = "audio/ogg"
"""The form of every clip: a tenth of the size of the uncompressed sound."""

INSTALL: Final = "apt install espeak-ng opus-tools"
"""The command that installs the programs."""

_PROGRAMS: Final = ("espeak-ng", "opusenc")
_KILOBITS: Final = 24
_LONGEST_SECONDS: Final = 10


class NoSpeech(Exception):
    """This machine can make no clip; the text says what to do."""


def lacks() -> str:
    """The programs that this machine lacks, and how to install them; empty if it has all."""
    missing = [program for program in _PROGRAMS if shutil.which(program) is None]
    return f"{' and '.join(missing)} not found: {INSTALL}" if missing else ""


def voice(language: str) -> str:
    """The name of a language's voice; empty without one."""
    known = LANGUAGES.get(language)
    return known.server_voice if known else ""


def synthesise(clip: Clip) -> bytes:
    """The audio of a clip. Raises NoSpeech if this machine or its programs cannot make it."""
    if problem := lacks():
        raise NoSpeech(problem)
    speak = (
        "espeak-ng", "-v", voice(clip.language), "-s", str(WORDS_PER_MINUTE), "-z", "--stdin",
        "--stdout",
    )  # fmt: skip
    # A WAV that comes through a pipe does not know its length.
    encode = ("opusenc", "--quiet", "--ignorelength", "--bitrate", str(_KILOBITS), "-", "-")
    return _run(encode, _run(speak, clip.text.encode()))


def _run(command: tuple[str, ...], given: bytes) -> bytes:
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, check=True, timeout=_LONGEST_SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise NoSpeech(f"{command[0]} failed: {error}") from error
    return done.stdout
