"""The proxy as it is set up in deploy/, without TLS, before services of a test's own."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from queue_service.runtime import process
from tests.ports import free_port, listens
from tests.programs import find_program
from tests.running import eventually

CADDYFILE: Final = Path(__file__).parent.parent / "deploy" / "Caddyfile"
OPERATING: Final = Path(__file__).parent.parent / "docs" / "operating.md"


def repeats_bodies(caddy: str) -> bool:
    """Whether this Caddy sends a request with a body again where a web process died."""
    output = subprocess.run([caddy, "version"], capture_output=True, text=True, check=True).stdout
    version = re.match(r"v?(\d+)\.(\d+)\.(\d+)", output)
    return version is not None and tuple(map(int, version.groups())) >= (2, 11, 2)


def caddyfile(caddy: str) -> str:
    """The proxy's file; for an older Caddy with the two changes of docs/operating.md."""
    written = CADDYFILE.read_text(encoding="utf-8")
    for line, older in (("request_buffers 300KB", ""), ("read_body 10s", "read_body 30s")):
        assert line in written
        written = written if repeats_bodies(caddy) else written.replace(line, older)
    return written


@contextmanager
def proxy_before(
    folder: Path,
    *urls: str,
    body_seconds: int | None = None,
    certificate: Path | None = None,
    http_port: int | None = None,
    try_seconds: int | None = None,
) -> Iterator[int]:
    """The proxy before the web replicas at these addresses; gives its port.

    With ``body_seconds`` a request's body has so long to come; with a ``certificate``, a file with
    its key, the proxy speaks TLS, as with a certificate of the operator. ``http_port`` is in place
    of port 80, and ``try_seconds`` of the time in which a request is tried again.
    """
    port = free_port()
    caddy = find_program("caddy", package="caddy")
    written = caddyfile(caddy)
    for ours, the_tests in (
        ("admin 127.0.0.1:2019", f"admin off\n\thttp_port {http_port or free_port()}"),
        ("http://localhost:9090", f"http://localhost:{free_port()}"),
        ("http://localhost:9093", f"http://localhost:{free_port()}"),
        ("/etc/caddy/local", str(folder / "local")),
        ("root * /srv", f"root * {folder / 'srv'}"),
    ):
        assert ours in written
        written = written.replace(ours, the_tests)
    if body_seconds is not None:
        written = re.sub(r"read_body \d+s", f"read_body {body_seconds}s", written)
    domain = f"http://127.0.0.1:{port}"
    if certificate is not None:
        (folder / "local").mkdir()
        lines = f"tls {certificate} {certificate}\n"
        (folder / "local" / "tls.caddy").write_text(lines, encoding="utf-8")
        domain = f"https://localhost:{port}"
    if try_seconds is not None:
        written = written.replace("lb_try_duration 20s", f"lb_try_duration {try_seconds}s")
    web = " ".join(urlsplit(url).netloc for url in urls)
    with _running(folder, written, port, {"QUEUE_DOMAIN": domain, "QUEUE_WEB": web}):
        yield port


@contextmanager
def documented_proxy_before(folder: Path, url: str) -> Iterator[int]:
    """The proxy of docs/operating.md, without TLS, before the web processes at this address; gives
    its port. It tries a request once."""
    port = free_port()
    (written,) = re.findall(r"```caddy\n(.*?)```", OPERATING.read_text(encoding="utf-8"), re.DOTALL)
    for documented, the_tests in (
        ("auto_https disable_redirects", f"admin off\n\tauto_https off\n\thttp_port {free_port()}"),
        ("queue.example.dk {", f"http://127.0.0.1:{port} {{"),
        ("127.0.0.1:8000", urlsplit(url).netloc),
        ("lb_try_duration 20s", "lb_try_duration 0s"),
    ):
        assert documented in written
        written = written.replace(documented, the_tests)
    with _running(folder, written, port, {}):
        yield port


@contextmanager
def _running(folder: Path, written: str, port: int, more: Mapping[str, str]) -> Iterator[None]:
    (folder / "Caddyfile").write_text(written, encoding="utf-8")
    homes = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    caddy = find_program("caddy", package="caddy")
    command = [caddy, "run", "--config", str(folder / "Caddyfile")]
    environment = {**os.environ, **homes, **more}
    running = process.spawn(command, folder / "caddy.log", environment=environment)
    try:
        eventually(lambda: listens(port))
        yield
    finally:
        process.stop(running, 5)


def refusals(folder: Path) -> list[str]:
    """The failed requests of that proxy, each with the reason, from its log."""
    lines = (folder / "caddy.log").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if '"http.log.error' in line]
