"""Jobs of letters about appointments: mails, and text messages.

A job has the ids of branch and letter; the address is read when the letter is sent, so that it is
in no other place. A mail that may have arrived is sent again with the same Message-ID, so that a
mailbox shows it once; a text message is sent again only if it is known not to have arrived.
"""

from __future__ import annotations

import logging
from email.utils import parseaddr
from hashlib import blake2b
from typing import Final

from queue_service.bookings.operations import earlier, letters
from queue_service.bookings.operations.letters import BegunLetter, DueLetter
from queue_service.bookings.text.letters import mail, message
from queue_service.contract.addresses import is_in
from queue_service.errors import BranchNotFound
from queue_service.notify.mail import MailRefused, MailUnavailable, make_mailer
from queue_service.notify.text_gateway import make_text_gateway
from queue_service.notify.webhook import HookRefused, HookUnavailable
from workers.context import jobs, queue, settings
from workers.queues import deliveries_queue, enqueue_once, path_of

_log: Final = logging.getLogger(__name__)

_LATEST_SECONDS: Final = 300
"""After so long in the queue of jobs a letter is dropped; the next check enqueues it again."""
_TRY_SECONDS: Final = 90


class _NotSent(Exception):
    """A letter has not arrived; ``final``: no other try is worth it."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.final = final


def check() -> None:
    """Offer the earlier times that are kept, and have each letter that is due sent."""
    earlier.offer_all(queue())
    for due in letters.due_letters(queue()):
        _enqueue(due)


def remind() -> None:
    """Leave the reminders that are due."""
    letters.remind(queue())


def send(branch_id: str, letter_id: str, tries: int) -> None:
    """Try one letter, once."""
    try:
        begun = letters.begin(queue(), DueLetter(branch_id, letter_id, tries))
    except BranchNotFound:
        return
    if begun is None:
        return
    try:
        _SENDERS[begun.letter.contact.kind](begun)
    except _NotSent as error:
        _log.warning("a letter about an appointment is not sent: %s", error)
        if error.final:
            letters.end(queue(), begun, "failed")
        else:
            letters.try_again(queue(), begun)
    else:
        letters.end(queue(), begun, "sent")


def _send_mail(begun: BegunLetter) -> None:
    mailer = make_mailer(settings())
    if mailer is None:
        raise _NotSent("No mail server is set up (QUEUE_SMTP_URL).", final=True)
    try:
        mailer.send(mail(begun, settings().public_url, parseaddr(mailer.sender)[1]))
    except MailRefused as error:
        raise _NotSent(str(error), final=True) from None
    except MailUnavailable as error:
        raise _NotSent(str(error), final=False) from None


def _send_text(begun: BegunLetter) -> None:
    gateway, number = make_text_gateway(settings()), begun.letter.contact.to
    if gateway is None:
        raise _NotSent("No gateway is set up (QUEUE_SMS_URL).", final=True)
    if not is_in(number, settings().sms_countries):
        raise _NotSent("The number is of no country of QUEUE_SMS_COUNTRIES.", final=True)
    try:
        gateway.send(number, message(begun, settings().public_url))
    except HookRefused as error:
        raise _NotSent(str(error), final=True) from None
    except HookUnavailable as error:
        # Without an answer it may have arrived, and a telephone would show it twice.
        raise _NotSent(str(error), final=not error.unsent) from None


_SENDERS: Final = {"mail": _send_mail, "text": _send_text}


def _enqueue(due: DueLetter) -> None:
    """Ask for the job of a letter; its id names neither code nor address, since logs have it."""
    name = blake2b(f"{due.branch}\n{due.id}".encode(), digest_size=12).hexdigest()
    enqueue_once(
        deliveries_queue(jobs().connection),
        path_of(send),
        f"booking-letter-{name}-{due.tries}",
        due,
        wait_seconds=_LATEST_SECONDS,
        run_seconds=_TRY_SECONDS,
        failure_seconds=_LATEST_SECONDS,
    )
