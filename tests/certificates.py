"""A certificate of our own, and a server that has it."""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

from tests.programs import find_program


def make_certificate(folder: Path) -> Path:
    """A certificate for this machine, with its key, signed by itself."""
    openssl = find_program("openssl", package="openssl")
    made = folder / "certificate.pem"
    command = (
        *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
        *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
        *("-keyout", made, "-out", folder / "public.pem"),
    )
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    made.write_bytes(made.read_bytes() + (folder / "public.pem").read_bytes())
    return made


def trusting(certificate: Path) -> ssl.SSLContext:
    """A client's context that knows this certificate alone."""
    return ssl.create_default_context(cafile=str(certificate))


def server_context(certificate: Path) -> ssl.SSLContext:
    """A server's context with this certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@contextmanager
def secured_port(
    certificate: Path, clients: int = 1, *, context: ssl.SSLContext | None = None
) -> Iterator[int]:
    """A port at which so many clients, one after the other, see the certificate."""
    context = context or server_context(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            for _ in range(clients):
                connection, _ = listener.accept()
                # A client that only looks at the certificate, or does not trust it, hangs up.
                with suppress(OSError), context.wrap_socket(connection, server_side=True) as open_:
                    open_.recv(1)

        thread = Thread(target=answer)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()
