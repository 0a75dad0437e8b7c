"""A real mail server for the tests, which keeps what it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from tests.certificates import server_context

NAME, PASSWORD = "post", "s3cret:/@"


@dataclass
class Mailbox:
    """The mail that a server received, and its responses to the next ones."""

    address: str
    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """An address for QUEUE_SMTP_URL."""
        return f"smtp://{self.address}:{self.port}"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name for it
        self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, or refuse as configured."""
        if self.answers and self.answers[0].startswith("55"):
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Session, envelope: Envelope
    ) -> str:
        """Keep a letter, or refuse as configured."""
        if self.answers:
            return self.answers.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        self.letters.append(message_from_bytes(content, policy=policy.default))
        return "250 OK"

    def check(self, _server: Any, _session: Any, _envelope: Any, _how: str, login: Any) -> Any:
        """Whether a name and password are the right ones."""
        assert isinstance(login, LoginPassword)
        good = (login.login, login.password) == (NAME.encode(), PASSWORD.encode())
        self.logins += [NAME] if good else []
        return AuthResult(success=good, handled=False)


class _OnAnyPort(Controller):
    """A server on a port that the system chose, which it greets at once to see that it answers."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]  # of a server that runs
        super()._trigger_server()  # type: ignore[no-untyped-call]  # not typed


@contextmanager
def mail_server(
    certificate: Path | None = None, *, insists: bool = False, address: str = "127.0.0.1"
) -> Iterator[Mailbox]:
    """A mail server on a port of its own; with a certificate it offers STARTTLS.

    ``insists``: it takes letters only after a login.
    """
    box = Mailbox(address)
    controller = _OnAnyPort(
        box,
        hostname=address,
        port=0,
        authenticator=box.check,
        auth_required=insists,
        auth_require_tls=False,
        tls_context=server_context(certificate) if certificate else None,
    )
    controller.start()
    try:
        box.port = controller.port
        yield box
    finally:
        controller.stop()
