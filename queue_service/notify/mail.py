"""Mail: one letter to one person, through the server that QUEUE_SMTP_URL names.

    mailer = make_mailer(settings)                 # None if no mail server is set up
    mailer.send(Letter(to="jane@example.dk", subject="…", text="…", html="<p>…</p>",
                       language="da", key="report-biblioteket-2026-11"))

``smtp://`` is encrypted by STARTTLS where the server offers it, ``starttls://`` insists on it and
``smtps://`` is encrypted from the start; ports 25, 587 and 465 unless the address has one. The
server's certificate is checked. A password is never sent in the clear to another machine.

A letter that could not be sent raises MailUnavailable, which is worth another try, or
:class:`MailRefused`, which is not. Neither's text holds the recipient's address.
"""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime, localtime, parseaddr
from typing import Final, cast
from urllib.parse import unquote, urlsplit

from queue_service.runtime.settings import Settings

TIMEOUT_SECONDS: Final = 20.0
"""How long the mail server may be silent."""

_PORTS: Final = {"smtp": smtplib.SMTP_PORT, "starttls": 587, "smtps": smtplib.SMTP_SSL_PORT}
_HERE: Final = ("localhost", "127.0.0.1", "::1")
_PERMANENT: Final = 500


class MailUnavailable(Exception):
    """The server cannot be reached, or will not take the letter now; try again later."""


class MailRefused(Exception):
    """The server will never take this letter, or never from us."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter; ``media_type`` such as ``application/pdf``.

    ``parameters`` are those of the media type, such as the ``method`` of a calendar file.
    """

    name: str
    media_type: str
    content: bytes = field(repr=False)
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one address, as plain text and as HTML that say the same.

    ``key`` makes its Message-ID: a letter that is sent twice, because the first answer was lost,
    appears once in most mailboxes. ``language`` is a code such as ``da``. A post to the address
    ``unsubscribe``, without a login, ends such letters (RFC 8058); included if it is https.
    """

    to: str = field(repr=False)
    subject: str
    text: str
    html: str
    language: str
    key: str
    attachments: tuple[Attachment, ...] = ()
    unsubscribe: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Mailer:
    """Sends letters from one sender through one server."""

    url: str = field(repr=False)
    sender: str
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    @property
    def server(self) -> str:
        """The server's name and port, as may be shown and logged."""
        return f"{self._host}:{self._port}"

    def send(self, letter: Letter) -> None:
        """Hand the letter to the server. Raises MailUnavailable and MailRefused."""
        message = _message(letter, self.sender)
        with _in_one_sentence(self.server), self._connected() as server:
            server.send_message(message)

    def check(self) -> None:
        """Reach the server and log in, without sending anything. Raises as :meth:`send` does."""
        with _in_one_sentence(self.server), self._connected():
            pass

    @property
    def _host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def _port(self) -> int:
        parts = urlsplit(self.url)
        return parts.port or _PORTS[parts.scheme]

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        scheme = urlsplit(self.url).scheme
        with self._open(scheme) as server:
            server.ehlo()
            encrypted = scheme == "smtps"
            if scheme == "starttls" or (scheme == "smtp" and server.has_extn("starttls")):
                server.starttls(context=self.context)
                server.ehlo()
                encrypted = True
            self._log_in(server, encrypted=encrypted)
            yield server

    def _open(self, scheme: str) -> smtplib.SMTP:
        if scheme == "smtps":
            return smtplib.SMTP_SSL(
                self._host, self._port, timeout=TIMEOUT_SECONDS, context=self.context
            )
        return smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_SECONDS)

    def _log_in(self, server: smtplib.SMTP, *, encrypted: bool) -> None:
        parts = urlsplit(self.url)
        if parts.username is None:
            return
        if not encrypted and self._host not in _HERE:
            raise MailRefused(f"{self.server} takes no encryption: no password is sent to it.")
        server.login(unquote(parts.username), unquote(parts.password or ""))


def make_mailer(settings: Settings) -> Mailer | None:
    """The mailer that the settings describe, or None if they name no mail server."""
    return Mailer(settings.smtp_url, settings.mail_from) if settings.smtp_url else None


class _Whole(UniqueUnstructuredHeader):
    """A header on one line: folding would encode a long address, which no mailbox follows then."""

    name: str

    def fold(self, *, policy: Policy) -> str:
        """The header as it is sent."""
        return f"{self.name}: {self}{policy.linesep}"


class _Encoded(UniqueUnstructuredHeader):
    """A header whose text is encoded as a whole: the library's own folding adds a space between two
    encoded words, which some mailboxes show."""

    name: str

    def fold(self, *, policy: Policy) -> str:
        """The header as it is sent."""
        charset = None if str(self).isascii() else "utf-8"
        text = Header(str(self), charset, header_name=self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {text}{policy.linesep}"


def _headers() -> HeaderRegistry:
    registry = HeaderRegistry()
    registry.map_to_type("subject", cast(type[BaseHeader], _Encoded))
    registry.map_to_type("list-unsubscribe", cast(type[BaseHeader], _Whole))
    return registry


_POLICY: Final = EmailPolicy(header_factory=_headers())


def _message(letter: Letter, sender: str) -> EmailMessage:
    name, address = parseaddr(sender)
    domain = address.rpartition("@")[2]
    message = EmailMessage(_POLICY)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = f"<{_digest(letter)}@{domain}>"
    # So that an absence notice never answers a machine.
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe.startswith("https://"):
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    for file in letter.attachments:
        kind, _, subtype = file.media_type.partition("/")
        message.add_attachment(
            file.content, kind, subtype, filename=file.name, params=dict(file.parameters)
        )
    # Last, since setting the content clears its headers.
    message["Content-Language"] = letter.language
    return message


def _digest(letter: Letter) -> str:
    return hashlib.sha256(f"{letter.key}\n{letter.to}".encode()).hexdigest()[:32]


@contextmanager
def _in_one_sentence(server: str) -> Iterator[None]:
    """Describe the failure without repeating what the server said: it may name the recipient."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise _error_from(server, max(codes, default=_PERMANENT)) from None
    except smtplib.SMTPResponseException as error:
        raise _error_from(server, error.smtp_code) from None
    except smtplib.SMTPNotSupportedError:
        raise MailRefused(f"{server} lacks what the letter or QUEUE_SMTP_URL needs.") from None
    except (OSError, smtplib.SMTPException) as error:
        raise MailUnavailable(f"{server} cannot be reached: {type(error).__name__}.") from None


def _error_from(server: str, code: int) -> Exception:
    kind = MailRefused if code >= _PERMANENT else MailUnavailable
    return kind(f"{server} refused the letter with code {code}.")
