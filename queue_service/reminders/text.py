"""The words of a message: short, since a text message has 160 characters."""

from __future__ import annotations

import json

from queue_service.language.catalogues import N_, NN_, words
from queue_service.language.languages import LANGUAGES
from queue_service.reminders.operations import ReminderMessage

_CALL = N_("It is your turn")
_NEXT = N_("You are next")
_SOON = NN_("{n} person ahead of you", "{n} people ahead of you")


def text(message: ReminderMessage) -> str:
    """The text of a message, in the language of its visit and the words of its page."""
    return f"{message.branch.name}, {message.followed.number}: {_sentence(message)}"


def push_content(message: ReminderMessage) -> bytes:
    """The content of a push message, as ``pages/ticket/static/worker.js`` shows it.

    It names no branch and no service: a phone shows it while it is locked.
    """
    known = LANGUAGES.get(message.language)
    content = {
        "title": message.followed.number,
        "body": _sentence(message),
        "lang": message.language,
        "dir": known.direction if known else "auto",
        "last": message.reason == "call",
    }
    return json.dumps(content, ensure_ascii=False).encode()


def _sentence(message: ReminderMessage) -> str:
    say, followed = words(message.language), message.followed
    if message.reason == "call":
        counter = message.branch.counter_name(followed.counter, message.language)
        return f"{say.gettext(_CALL)}: {counter}"
    ahead = followed.ahead or 0
    return say.ngettext(*_SOON, ahead).format(n=ahead) if ahead else say.gettext(_NEXT)
