"""The proxy of deploy/: its file, certificates and log, and the addresses that it passes on."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import ssl
import subprocess
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import pytest

from queue_service.access.operations.attempts import PAIR_LIMIT
from queue_service.app import create_app
from queue_service.runtime.settings import Settings
from tests.certificates import make_certificate, secured_port, server_context, trusting
from tests.composed import ROOT, compose_config
from tests.ports import free_port
from tests.programs import find_program
from tests.proxy import caddyfile, documented_proxy_before, proxy_before
from tests.running import eventually
from tests.web.service import running_service

RUNBOOK = ROOT / "queue_service" / "web" / "static" / "runbook"


def test_the_proxy_reads_its_file_and_keeps_events_flowing(tmp_path: Path) -> None:
    caddy = find_program("caddy", package="caddy")
    (tmp_path / "Caddyfile").write_text(caddyfile(caddy))
    done = subprocess.run(
        [caddy, "adapt", "--config", tmp_path / "Caddyfile"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert '"flush_interval":-1' in done.stdout
    assert '"/api/*/branches/*/events"' in done.stdout
    for port, name in ((9090, "prometheus"), (9093, "alertmanager")):
        assert f'"listen":[":{port}"]' in done.stdout
        assert f'"dial":"{name}:{port}"' in done.stdout
    dialled = [done.stdout.index(f'"dial":"{name}"') for name in ("grafana:3000", "web:8000")]
    assert dialled == sorted(dialled), "what is Grafana's is not asked of the web first"


def log_in(port: int, address: str, pretended: str) -> int:
    """The status for a wrong password that comes from an address and says it comes from another."""
    line = http.client.HTTPConnection("127.0.0.1", port, 20, source_address=(address, 0))
    form = urlencode({"name": "chef", "password": "wrong"})
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    line.request("POST", "/login", form, {**kind, "X-Forwarded-For": pretended})
    status = line.getresponse().status
    line.close()
    return status


def test_failed_logins_are_counted_on_the_client_and_not_on_the_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = compose_config()["services"]["web"]["environment"]
    monkeypatch.setenv("QUEUE_TRUSTED_PROXIES", web["QUEUE_TRUSTED_PROXIES"])
    with running_service(tmp_path) as service, proxy_before(tmp_path, service.url) as port:
        tries = [log_in(port, "127.0.0.2", f"192.0.2.{n}") for n in range(PAIR_LIMIT + 1)]
        assert tries == [401] * PAIR_LIMIT + [429]
        assert log_in(port, "127.0.0.3", "127.0.0.2") == 401


def ask(
    port: int, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """The status, headers and body of an answer."""
    line = http.client.HTTPConnection("127.0.0.1", port, 20)
    line.request(method, path, headers=headers)
    response = line.getresponse()
    body = response.read()
    line.close()
    return response.status, {n.lower(): v for n, v in response.getheaders()}, body


def test_the_proxy_gives_each_request_its_id_and_logs_it_without_who_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = compose_config()["services"]["web"]["environment"]
    monkeypatch.setenv("QUEUE_TRUSTED_PROXIES", web["QUEUE_TRUSTED_PROXIES"])
    (tmp_path / "srv" / "static").mkdir(parents=True)
    (tmp_path / "srv" / "static" / "runbook").symlink_to(RUNBOOK)
    log = tmp_path / "caddy.log"
    with running_service(tmp_path) as service, proxy_before(tmp_path, service.url) as port:
        _, headers, body = ask(port, "/api/v1/branches?token=secret", **{"X-Request-Id": "mine"})
        found = headers["x-request-id"]
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", found)
        assert json.loads(body)["request_id"] == found
        ask(port, "/enrol/a-secret-code")
        for path in ("booking/raadhuset", "bookings/raadhuset", "t", "first"):
            ask(port, f"/{path}/a-secret-code")
        ask(port, "/booking/raadhuset/a-secret-code/move")
        ask(port, "/api/v1/branches/raadhuset/bookings/a-secret-code/move", method="POST")
        # An answer with a code leads back to it.
        code = f"/answer/{service.branch()}/a-secret-code"
        status, headers, _ = ask(port, code, method="POST")
        assert (status, headers["location"]) == (303, code)
        eventually(lambda: "/answer/" in log.read_text())
        lines = [line for line in log.read_text().splitlines() if '"handled request"' in line]
        assert found in lines[0]
        assert json.loads(lines[0])["request"]["uri"] == "/api/v1/branches"
        assert not re.search(r"secret|127\.0\.0\.1\"|remote_ip|mine", "".join(lines))
        service.store_process.kill()
        status, _, page = ask(port, "/runbook")
        assert status == 200
        assert b'id="queuestoredown"' in page


def secret_addresses() -> list[str]:
    """An address of each view with a code, a page's key or a visit's id in its path."""
    secret = {"code", "key", "visit_id"}
    rules = create_app(Settings()).url_map.iter_rules()
    return sorted(
        {
            re.sub(r"<(?:\w+:)?(\w+)>", lambda m: "SECRET" if m[1] in secret else "some", rule.rule)
            for rule in rules
            if rule.arguments & secret
        }
    )


@pytest.mark.parametrize("documented", [False, True])
def test_a_failure_in_the_proxy_is_logged_without_codes_and_without_who_asked(
    tmp_path: Path, documented: bool
) -> None:
    """All other requests are logged by the same rule, or, by the documented file, not at all."""
    unused = f"http://127.0.0.1:{free_port()}"
    log, paths = tmp_path / "caddy.log", secret_addresses()
    proxy = (
        documented_proxy_before(tmp_path, unused)
        if documented
        else proxy_before(tmp_path, unused, try_seconds=0)
    )
    with proxy as port:
        for path in paths:
            status, *_ = ask(port, f"{path}?token=SECRET", Cookie="s=SECRET", Referer="SECRET")
            assert status in (502, 503)
        eventually(lambda: log.read_text().count('"http.log.error') == len(paths))
    lines = [line for line in log.read_text().splitlines() if '"uri"' in line]
    assert len(lines) == len(paths) * (1 if documented else 2)
    assert len(paths) > 30
    for line in lines:
        assert not re.search(r"SECRET|127\.0\.0\.1\"|remote_ip", line)


def test_a_certificate_of_your_own_is_used_as_the_first_lines_say(tmp_path: Path) -> None:
    caddy = find_program("caddy", package="caddy")
    reported = (ROOT / "docker-compose.yml").read_text()
    (line,) = re.findall(r'^#   echo "(tls .*)" > deploy/local/tls\.caddy$', reported, re.MULTILINE)
    make_certificate(tmp_path)
    text = (tmp_path / "certificate.pem").read_text()
    (tmp_path / "key.pem").write_text(text)
    (tmp_path / "tls.caddy").write_text(line.replace("/etc/caddy/local", str(tmp_path)))
    written = caddyfile(caddy)
    (tmp_path / "Caddyfile").write_text(written.replace("/etc/caddy/local", str(tmp_path)))
    file = str(tmp_path / "Caddyfile")
    command = [caddy, "validate", "--adapter", "caddyfile", "--config", file]
    homes = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=homes)
    assert done.returncode == 0, done.stderr
    assert "skipping automatic certificate management" in done.stderr
    (tmp_path / "key.pem").unlink()
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=homes)
    assert done.returncode != 0, "the line is read"


WEAK_SUITES: Final = "ECDHE+SHA:ECDHE+SHA256:kRSA:@SECLEVEL=0"
"""Suites of TLS 1.2 without authenticated encryption, or without forward secrecy."""


def agreed(
    port: int, certificate: Path, version: ssl.TLSVersion | None = None, suites: str = ""
) -> tuple[str | None, str]:
    """The version and the suite that a server agrees to; raises OSError if it agrees to none.

    With ``version`` the client has that one alone, with ``suites`` those of TLS 1.2.
    """
    context = trusting(certificate)
    if version is not None:
        context.minimum_version = context.maximum_version = version
    if suites:
        context.set_ciphers(suites)
    with (
        socket.create_connection(("localhost", port), 10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as line,
    ):
        cipher = line.cipher()
        assert cipher is not None
        return line.version(), cipher[0]


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_the_proxy_speaks_new_versions_of_tls_with_strong_suites_alone(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    old, newer, newest = (getattr(ssl.TLSVersion, f"TLSv1_{n}") for n in (1, 2, 3))
    with proxy_before(tmp_path, "http://127.0.0.1:9", certificate=certificate) as port:
        assert agreed(port, certificate)[0] == "TLSv1.3"
        assert agreed(port, certificate, newest)[0] == "TLSv1.3"
        version, suite = agreed(port, certificate, newer)
        assert (version, suite.startswith("ECDHE-RSA-"), "GCM" in suite) == ("TLSv1.2", True, True)
        with pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"):
            agreed(port, certificate, old, "ALL:@SECLEVEL=0")
        with pytest.raises(ssl.SSLError, match="HANDSHAKE_FAILURE"):
            agreed(port, certificate, newer, WEAK_SUITES)
    # The same client agrees with a server that takes them.
    weak = server_context(certificate)
    weak.minimum_version, weak.maximum_version = old, newer
    weak.set_ciphers("ALL:@SECLEVEL=0")
    with secured_port(certificate, 2, context=weak) as port:
        assert agreed(port, certificate, old, "ALL:@SECLEVEL=0")[0] == "TLSv1.1"
        assert "GCM" not in agreed(port, certificate, newer, WEAK_SUITES)[1]


def test_pages_are_led_to_https_and_calls_are_refused_without_it(tmp_path: Path) -> None:
    certificate, plain = make_certificate(tmp_path), free_port()
    with proxy_before(tmp_path, "http://127.0.0.1:9", certificate=certificate, http_port=plain):
        for path in ("/", "/counter/holbaek?counter=2", "/apis"):
            status, headers, _ = ask(plain, path, Host="queue.example.dk")
            assert (status, headers["location"]) == (308, f"https://queue.example.dk{path}")
        for path in ("/api/v1/branches", "/metrics", "/healthz", "/readyz"):
            status, headers, body = ask(plain, path, Authorization="Bearer secret")
            assert (status, "location" in headers) == (403, False), path
            assert headers["content-type"] == "application/problem+json"
            assert json.loads(body)["code"] == "forbidden"
        assert "secret" not in (tmp_path / "caddy.log").read_text(encoding="utf-8")
