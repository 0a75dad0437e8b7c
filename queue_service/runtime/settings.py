"""Every setting of the service, read once from the environment and never changed.

This module is the only one that touches the process's environment.
"""

from __future__ import annotations

import base64
import difflib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.utils import parseaddr
from hashlib import blake2b
from pathlib import Path
from typing import Final, Literal, cast
from urllib.parse import urlsplit

from queue_service.language.languages import DEFAULT, staff_languages
from queue_service.runtime import (
    central_server_file,
    cluster_address,
    secret_files,
    sentinel_address,
)
from queue_service.runtime.central_server_file import CentralServerAccess
from queue_service.runtime.cluster_address import ClusterAddress
from queue_service.runtime.provider_settings import ProviderSettings
from queue_service.runtime.relying_party import relying_party
from queue_service.runtime.sentinel_address import SentinelAddress
from queue_service.runtime.store_address import missing_file, with_password

LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["text", "json"]
_LOG_LEVELS = ("debug", "info", "warning", "error")
_LOG_FORMATS = ("text", "json")
_REDIS_SCHEMES = (
    "redis", "rediss", "unix", *sentinel_address.SCHEMES, *cluster_address.SCHEMES,
)  # fmt: skip
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of one's own is made in it
_SMTP_SCHEMES = ("smtp", "starttls", "smtps")
_SYSLOG_SCHEMES = ("tls", "tcp", "udp")
_LEAST_KEY_BYTES = 24
_LONGEST_CLAIM = 200
_USUAL_NAME = "preferred_username"
_OF_THE_PROVIDER = (
    "QUEUE_OIDC_CLIENT_ID", "QUEUE_OIDC_LABEL", "QUEUE_OIDC_ROLES", "QUEUE_OIDC_NAME",
    "QUEUE_OIDC_CVR",
)  # fmt: skip
_CVR = re.compile(r"[0-9]{8}")
_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")
_TOO_SHORT = {
    # The part before the path, and an @ in the part after it that is no option's value.
    "unix": re.compile(r"[^/?#@]+[/?#][^=]*={0,2}@"),
    "redis": re.compile(r"[^/?#]*[/?#][^=]*={0,2}@"),
    "several": re.compile(r"[^/?]*[/?][^=]*={0,2}@"),
}
_HOST = re.compile(r"[a-z0-9.:-]+")
_HOST_AND_PATH = re.compile(r"[A-Za-z0-9.:-]+(/(?!/)[A-Za-z0-9._~/-]*)?")
_HEADER = re.compile(r"[A-Za-z0-9-]+")
_COUNTRY = re.compile(r"[1-9][0-9]{0,2}")
_ORIGIN = re.compile(
    r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,4})?"
    r"|http://(localhost|127\.0\.0\.1|\[::1\])(:[1-9][0-9]{0,4})?"
)
_DEVICE = re.compile(r"/dev/(?!.*\.\.)[A-Za-z0-9._:+/-]+")
_ICE_SERVER = re.compile(r"[A-Za-z0-9.:\[\]-]+(\?transport=(udp|tcp))?")


class OperatorError(Exception):
    """The service cannot run as it is set up; its text is one sentence on what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings, each with the environment variable it is read from."""

    host: str = "127.0.0.1"
    """QUEUE_HOST: the address the pages and the API are served on."""

    port: int = 8000
    """QUEUE_PORT: its port; 0 lets the system choose a free one."""

    data_dir: Path = Path("var")
    """QUEUE_DATA_DIR: the folder in which the embedded store, the logs and the metrics' files
    live."""

    web_processes: int = 2
    """QUEUE_WEB_PROCESSES: how many processes answer requests."""

    drain_seconds: int = 0
    """QUEUE_DRAIN_SECONDS: how long a web process goes on answering after it was asked to stop."""

    redis_url: str | None = field(default=None, repr=False)
    """REDIS_URL: the store to use instead of the embedded one, with QUEUE_STORE_PASSWORD in it."""

    jobs_redis_url: str | None = field(default=None, repr=False)
    """QUEUE_JOBS_REDIS_URL: another Redis for background jobs; else the store's."""

    sample: bool = True
    """QUEUE_SAMPLE: load the sample municipality into an empty store; by default into our own, save
    on the machine of a mobile branch."""

    language: str = DEFAULT
    """QUEUE_LANGUAGE: the language of pages without a choice."""

    kiosk_tickets_per_minute: int = 60
    """QUEUE_KIOSK_TICKETS_PER_MINUTE: the most tickets one kiosk may issue; 0 for no limit."""

    public_requests_per_minute: int = 120
    """QUEUE_PUBLIC_REQUESTS_PER_MINUTE: the most requests of one address for the public pages of
    branches, by each web process; 0 for no limit."""

    streams_per_token: int = 1000
    """QUEUE_STREAMS_PER_TOKEN: the most event streams one token may hold open."""

    api_origins: tuple[str, ...] = ()
    """QUEUE_API_ORIGINS: other origins whose pages may call the API by a token."""

    replicas_to_wait: int = 0
    """QUEUE_REPLICAS_TO_WAIT: replicas that a change waits for."""

    store_timeout_seconds: float = 2.0
    """QUEUE_STORE_TIMEOUT_SECONDS: how long a request waits for the store."""

    trusted_proxies: int = 0
    """QUEUE_TRUSTED_PROXIES: reverse proxies in front whose X-Forwarded-* headers count."""

    smtp_url: str | None = field(default=None, repr=False)
    """QUEUE_SMTP_URL: the mail server (``notify/mail.py``); without it no mail is sent."""

    mail_from: str = ""
    """QUEUE_MAIL_FROM: the sender of mail, such as ``Borgerservice <noreply@holbaek.dk>``."""

    sms_url: str = field(default="", repr=False)
    """QUEUE_SMS_URL: the gateway that sends text messages; without it none are offered."""

    sms_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """QUEUE_SMS_HEADERS: the headers of a request to it, with its secret."""

    sms_body: str = ""
    """QUEUE_SMS_BODY: the JSON body of a request to it, with ``{number}`` and ``{text}``."""

    sms_countries: tuple[str, ...] = ("45",)
    """QUEUE_SMS_COUNTRIES: the codes of the countries to which text messages go."""

    webhook_hosts: tuple[str, ...] = ()
    """QUEUE_WEBHOOK_HOSTS: hosts of the own network that a webhook may reach."""

    push_hosts: tuple[str, ...] = ()
    """QUEUE_PUSH_HOSTS: push services in the own network, each a host, or a host and how the paths
    of its endpoints begin; all others must be on the internet."""

    public_url: str = ""
    """QUEUE_PUBLIC_URL: the address that people's browsers use, for links."""

    admin_passkeys: bool = False
    """QUEUE_ADMIN_PASSKEYS: whether every administrator has to have a passkey."""

    video_stun: tuple[str, ...] = ()
    """QUEUE_VIDEO_STUN: STUN servers for video counters; without any, one network."""

    video_turn: tuple[str, ...] = ()
    """QUEUE_VIDEO_TURN: TURN servers that pass picture and sound on where nothing else works."""

    video_turn_secret: str = field(default="", repr=False)
    """QUEUE_VIDEO_TURN_SECRET: the secret shared with the TURN servers."""

    home_url: str = ""
    """QUEUE_HOME_URL: on a mobile branch's machine, the address of the service it belongs to; by
    default what the data folder keeps since the service was last started with one."""

    home_token: str = field(default="", repr=False)
    """QUEUE_HOME_TOKEN: the token of role mobile that the central server made for it."""

    backup_keys: tuple[str, ...] = ()
    """QUEUE_BACKUP_KEYS: public keys that backups are encrypted for; without any they are not."""

    security_contact: str = ""
    """QUEUE_SECURITY_CONTACT: the contact for reports of vulnerabilities, for security.txt."""

    accessibility_url: str = ""
    """QUEUE_ACCESSIBILITY_URL: the municipality's accessibility statement for these pages."""

    publisher: str = ""
    """QUEUE_PUBLISHER: the name of the municipality, as the publisher of its data."""

    audit_days: int = 365
    """QUEUE_AUDIT_DAYS: how many days an entry of the audit log is kept."""

    audit_syslog: str = ""
    """QUEUE_AUDIT_SYSLOG: the syslog receiver that the audit log is sent to."""

    audit_webhook: str = field(default="", repr=False)
    """QUEUE_AUDIT_WEBHOOK: the address that the audit log is posted to."""

    audit_webhook_secret: str = field(default="", repr=False)
    """QUEUE_AUDIT_WEBHOOK_SECRET: the secret that its messages are signed with."""

    provider: ProviderSettings | None = None
    """QUEUE_OIDC_ISSUER and what belongs to it: the provider of the town's accounts."""

    search_engines: bool = False
    """QUEUE_SEARCH_ENGINES: whether robots.txt lets search engines in."""

    playbook_four_eyes: bool = False
    """QUEUE_PLAYBOOK_FOUR_EYES: whether another login than its writer's approves a draft."""

    printer_devices: tuple[str, ...] = ()
    """QUEUE_PRINTER_DEVICES: the devices of this machine at which kiosks may have a printer."""

    log_level: LogLevel = "info"
    """QUEUE_LOG_LEVEL: debug, info, warning or error."""

    log_format: LogFormat = "text"
    """QUEUE_LOG_FORMAT: lines for people (text) or for programs (json)."""

    shared_metrics_dir: Path | None = None
    """PROMETHEUS_MULTIPROC_DIR: where web processes share their metrics; `up` and `web` set it."""

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings from the environment, or from another mapping.

        Raises OperatorError, naming the variable, for a value that makes no sense. An
        empty value counts as not set.
        """
        return cls._read(_Reader(os.environ if environment is None else environment))

    @classmethod
    def _read(cls, read: _Reader) -> Settings:
        settings = cls()
        for part in _PARTS:
            settings = part(settings, read)
        return settings

    @property
    def metrics_dir(self) -> Path:
        """The folder in which the web processes share their own metrics with each other.

        In memory where the system has a place for that: they map these files, and a process that
        writes to such a file on a full disk is ended by the system (SIGBUS).
        """
        if not os.access(_SHARED_MEMORY, os.W_OK):
            return self.data_dir / "metrics"
        folder = blake2b(os.fsencode(self.data_dir), digest_size=8).hexdigest()
        return _SHARED_MEMORY / f"queue-service-{os.getuid()}-{folder}"

    @property
    def log_dir(self) -> Path:
        """The folder for the logs of `queue-service up`."""
        return self.data_dir / "log"


def secret_variables() -> frozenset[str]:
    """Each variable that holds a secret; its file can be named by the same with ``_FILE``."""
    reader = _Reader({})
    Settings._read(reader)
    return frozenset(reader.secrets)


def open_secret_files(environment: Mapping[str, str] | None = None) -> Mapping[str, Path]:
    """Each ``…_FILE`` variable whose file other users of this machine may read, with that file."""
    variables = os.environ if environment is None else environment
    named = {f"{name}_FILE": variables.get(f"{name}_FILE", "") for name in secret_variables()}
    files = {name: Path(path) for name, path in sorted(named.items()) if path}
    return {name: path for name, path in files.items() if secret_files.is_open(path)}


def unknown_variables(environment: Mapping[str, str] | None = None) -> Mapping[str, str | None]:
    """Each ``QUEUE_…`` variable that is no setting, with the setting that is spelled most alike."""
    variables = os.environ if environment is None else environment
    reader = _Reader({})
    Settings._read(reader)
    unknown = sorted(n for n in variables if n.startswith("QUEUE_") and n not in reader.names)
    alike = {name: difflib.get_close_matches(name, reader.names, n=1) for name in unknown}
    return {name: next(iter(found), None) for name, found in alike.items()}


def child_environment(**extra: str) -> dict[str, str]:
    """This process's environment with more in it, for a program it starts."""
    return {**os.environ, **extra}


def taken_notify_socket() -> str:
    """The socket for systemd's notifications about the state of the service; empty without one.

    It is taken out of the environment, or the web server would say that all of it is ready.
    """
    return os.environ.pop("NOTIFY_SOCKET", "")


def search_path() -> str:
    """The folders in which programs are looked for."""
    return os.environ.get("PATH", os.defpath)


class _Reader:
    """Reads one variable after the other, each with a sentence about its error."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.names: set[str] = set()
        """The variables that were read."""
        self.secrets: set[str] = set()
        """The variables among them that hold a secret."""

    def text(self, name: str, default: str) -> str:
        self.names.add(name)
        return self._environment.get(name, "").strip() or default

    def hidden(self, name: str) -> str:
        """A secret, from the variable or from the file that ``NAME_FILE`` names.

        Raises OperatorError.
        """
        self.secrets.add(name)
        value, path = self.text(name, ""), self.text(f"{name}_FILE", "")
        if not path:
            return value
        try:
            kept = secret_files.read(Path(path))
        except ValueError as error:
            raise OperatorError(f"{name}_FILE names {path}, which {error}.") from None
        if value and kept:
            raise OperatorError(f"{name} and {name}_FILE are both set: leave one of them out.")
        return value or kept

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
            raise OperatorError(
                f"{name} is {value!r}: it must be a whole number from {low} to {high}."
            )
        return int(value)

    def seconds(self, name: str, default: float, low: float, high: float) -> float:
        text = self.text(name, str(default))
        problem = f"{name} is {text!r}: it must be a number of seconds from {low} to {high}."
        try:
            value = float(text)
        except ValueError:
            raise OperatorError(problem) from None
        if not low <= value <= high:
            raise OperatorError(problem)
        return value

    def switch(self, name: str, default: bool) -> bool:
        return self.choice(name, "1" if default else "0", ("0", "1")) == "1"

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise OperatorError(f"{name} is {value!r}: it must be one of {', '.join(allowed)}.")
        return value

    def folder(self, name: str) -> Path | None:
        value = self.text(name, "")
        return Path(value) if value else None

    def redis_url(self, name: str) -> str | None:
        value = self.hidden(name)
        scheme = value.partition("://")[0]
        # The address may hold a password, so it is not repeated.
        if value and scheme not in _REDIS_SCHEMES:
            raise OperatorError(
                f"{name} must begin with redis://, rediss:// or unix:// and name a Redis server,"
                " or with redis+sentinel:// and name sentinels, or with redis+cluster:// and name"
                " servers of a cluster."
            )
        if _breaks_off(value):
            raise OperatorError(
                f"{name} cannot be read: after HOST: comes a number, and in a password / is written"
                " as %2F, ? as %3F, # as %23 and [ as %5B (with compose take a password without"
                " them, as `openssl rand -hex 32` makes it)."
            )
        if (missing := missing_file(value)) is not None:
            raise OperatorError(f"{name} names the file {missing}, which cannot be read.")
        if scheme in sentinel_address.SCHEMES:
            try:
                SentinelAddress.parse(value)
            except ValueError as error:
                raise OperatorError(
                    f"{name} must be redis+sentinel://HOST:PORT,HOST:PORT/MASTER, but {error}."
                ) from None
        if is_cluster(value):
            try:
                ClusterAddress.parse(value)
            except ValueError as error:
                raise OperatorError(
                    f"{name} must be redis+cluster://HOST:PORT,HOST:PORT, but {error}."
                ) from None
        return value or None

    def jobs_redis_url(self, name: str, redis_url: str | None) -> str | None:
        value = self.redis_url(name)
        if is_cluster(value):
            raise OperatorError(
                f"{name} names a cluster, and background jobs need one server or Sentinel."
            )
        if is_cluster(redis_url) and value is None:
            raise OperatorError(
                f"{name} must be set where REDIS_URL names a cluster: one server or Sentinel, since"
                " background jobs do not run on a cluster."
            )
        return value

    def smtp_url(self, name: str) -> str | None:
        value = self.hidden(name)
        if value and not _names_server(value, _SMTP_SCHEMES):
            # Not repeated either: it may hold a password.
            raise OperatorError(
                f"{name} must begin with smtp://, starttls:// or smtps:// and name a mail server."
            )
        return value or None

    def sender(self, name: str, *, needed: bool) -> str:
        value = self.text(name, "")
        if needed and not value:
            raise OperatorError(f"{name} must be set where QUEUE_SMTP_URL is: who mail comes from.")
        if value and ("@" not in parseaddr(value)[1] or not value.isprintable()):
            raise OperatorError(f"{name} is {value!r}: it must be an address such as name@place.")
        return value

    def page_address(self, name: str) -> str:
        value = self.text(name, "")
        if value and not _names_server(value, ("https",)):
            raise OperatorError(
                f"{name} is {value!r}: it must be an address such as https://was.digst.dk/."
            )
        return value

    def hidden_address(self, name: str) -> str:
        value = self.hidden(name)
        if value and not _names_server(value, ("http", "https")):
            # Not repeated: it may hold a key.
            raise OperatorError(f"{name} must begin with https:// or http:// and name a server.")
        return value

    def headers(self, name: str) -> Mapping[str, str]:
        try:
            found = json.loads(self.hidden(name) or "{}")
        except ValueError:
            found = None
        fits = isinstance(found, dict) and all(
            isinstance(text, str) and text.isprintable() and _HEADER.fullmatch(header)
            for header, text in found.items()
        )
        if not fits:
            raise OperatorError(
                f'{name} must be a JSON object of texts, such as {{"Authorization": "Bearer …"}}.'
            )
        return cast(dict[str, str], found)

    def message_body(self, name: str, *, needed_by: str, needed: str) -> str:
        value = self.text(name, "")
        if needed and not value:
            raise OperatorError(
                f"{name} must be set where {needed_by} is: the JSON that the gateway expects."
            )
        try:
            json.loads(value or "{}")
        except ValueError:
            raise OperatorError(f"{name} must be JSON.") from None
        if value and not ("{number}" in value and "{text}" in value):
            raise OperatorError(f"{name} must have the places {{number}} and {{text}}.")
        return value

    def countries(self, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        found = tuple(part.strip() for part in self.text(name, ",".join(default)).split(","))
        wrong = [code for code in found if not _COUNTRY.fullmatch(code)]
        if wrong:
            raise OperatorError(
                f"{name} names {wrong[0]!r}: use country codes such as 45 with commas between."
            )
        return found

    def hosts(self, name: str) -> tuple[str, ...]:
        value = tuple(part.strip().lower() for part in self.text(name, "").split(","))
        wrong = [host for host in value if host and not _HOST.fullmatch(host)]
        if wrong:
            raise OperatorError(f"{name} names {wrong[0]!r}: use host names with commas between.")
        return tuple(host for host in value if host)

    def hosts_and_paths(self, name: str) -> tuple[str, ...]:
        found = tuple(part.strip() for part in self.text(name, "").split(",") if part.strip())
        wrong = [place for place in found if not _HOST_AND_PATH.fullmatch(place)]
        if wrong:
            raise OperatorError(
                f"{name} names {wrong[0]!r}: use hosts such as push.example.dk, or hosts with the"
                " beginning of a path such as push.example.dk/wpush/, with commas between."
            )
        return found

    def origins(self, name: str) -> tuple[str, ...]:
        found = tuple(part.strip() for part in self.text(name, "").split(",") if part.strip())
        wrong = [origin for origin in found if not _ORIGIN.fullmatch(origin)]
        if wrong:
            raise OperatorError(
                f"{name} names {wrong[0]!r}: use origins such as https://intranet.holbaek.dk, in"
                " small letters, without a path, with commas between; http:// for localhost alone."
            )
        return found

    def devices(self, name: str) -> tuple[str, ...]:
        found = tuple(part.strip() for part in self.text(name, "").split(",") if part.strip())
        wrong = [path for path in found if not _DEVICE.fullmatch(path)]
        if wrong:
            raise OperatorError(
                f"{name} names {wrong[0]!r}: use devices such as /dev/usb/lp0 or /dev/ttyUSB0, with"
                " commas between."
            )
        return found

    def ice_servers(self, name: str, schemes: tuple[str, ...]) -> tuple[str, ...]:
        found = tuple(part.strip() for part in self.text(name, "").split(",") if part.strip())
        for url in found:
            scheme, _, rest = url.partition(":")
            if scheme not in schemes or not _ICE_SERVER.fullmatch(rest):
                example = f"{schemes[0]}:{schemes[0]}.holbaek.dk:3478"
                raise OperatorError(f"{name} names {url!r}: use addresses such as {example}.")
        return found

    def home(self, name: str, token_name: str, kept: CentralServerAccess) -> CentralServerAccess:
        value = self.web_address(name)
        parts = urlsplit(value)
        if parts.scheme == "http" and parts.hostname not in _THIS_MACHINE:
            raise OperatorError(f"{name} must begin with https://: a token goes there.")
        token = self.secret(token_name, name, value, "the token that the central server made")
        return CentralServerAccess(value, token) if value else kept

    def secret(self, name: str, needed_by: str, needed: str | tuple[str, ...], what: str) -> str:
        value = self.hidden(name)
        if needed and not value:
            raise OperatorError(f"{name} must be set where {needed_by} is: {what}.")
        return value

    def webhook_secret(self, name: str, needed_by: str, needed: str) -> str:
        value = self.secret(name, needed_by, needed, "what its messages are signed with")
        head, _, key = value.partition("_")
        try:
            long_enough = len(base64.b64decode(key, validate=True)) >= _LEAST_KEY_BYTES
        except ValueError:
            long_enough = False
        if value and not (head == "whsec" and long_enough):
            raise OperatorError(
                f"{name} must be whsec_ and at least 24 random bytes in Base64, such as"
                " whsec_$(openssl rand -base64 32)."
            )
        return value

    def claim(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if len(value) > _LONGEST_CLAIM or not value.isprintable() or " " in value:
            raise OperatorError(f"{name} must be the name of one claim, such as {default}.")
        return value

    def provider(self) -> ProviderSettings | None:
        issuer = self.text("QUEUE_OIDC_ISSUER", "")
        secret = self.hidden("QUEUE_OIDC_CLIENT_SECRET")
        if not issuer:
            for name in _OF_THE_PROVIDER:
                self.names.add(name)
            return None
        parts = urlsplit(issuer) if _names_server(issuer, ("http", "https")) else None
        local = parts is not None and parts.hostname in _THIS_MACHINE
        if parts is None or not (parts.scheme == "https" or local) or parts.query or parts.fragment:
            raise OperatorError(
                f"QUEUE_OIDC_ISSUER is {issuer!r}: it must begin with https:// and be written as in"
                " the provider's own description."
            )
        if not self.web_address("QUEUE_PUBLIC_URL"):
            raise OperatorError(
                "QUEUE_PUBLIC_URL must be set where QUEUE_OIDC_ISSUER is: the provider sends people"
                " back to it."
            )
        client_id = self.text("QUEUE_OIDC_CLIENT_ID", "")
        needed = {"QUEUE_OIDC_CLIENT_ID": client_id, "QUEUE_OIDC_CLIENT_SECRET": secret}
        for missing in (variable for variable, value in needed.items() if not value):
            raise OperatorError(
                f"{missing} must be set where QUEUE_OIDC_ISSUER is: the provider knows this service"
                " by it."
            )
        cvr, name = self.text("QUEUE_OIDC_CVR", ""), self.claim("QUEUE_OIDC_NAME", _USUAL_NAME)
        if cvr and not _CVR.fullmatch(cvr):
            raise OperatorError(f"QUEUE_OIDC_CVR is {cvr!r}: it must be a CVR number of 8 digits.")
        return ProviderSettings(
            issuer=issuer,
            client_id=client_id,
            client_secret=secret,
            label=self.text("QUEUE_OIDC_LABEL", ""),
            roles=self.claim("QUEUE_OIDC_ROLES", "roles"),
            name="" if name == "none" else name,
            cvr=cvr,
        )

    def syslog(self, name: str) -> str:
        value = self.text(name, "")
        if value and not _names_server(value, _SYSLOG_SCHEMES):
            raise OperatorError(
                f"{name} is {value!r}: it must be tls://HOST, tcp://HOST or udp://HOST, with or"
                " without :PORT."
            )
        return value

    def passkeys(self, name: str, public_url: str) -> bool:
        """Whether they are needed. Raises OperatorError for an address without any, at which no
        administrator could log in."""
        needed = self.switch(name, False)
        if needed and relying_party(public_url) is None:
            raise OperatorError(
                f"{name} needs QUEUE_PUBLIC_URL: set it to https:// and a name, without which"
                " browsers make no passkeys."
            )
        return needed

    def contact(self, name: str) -> str:
        value = self.text(name, "")
        scheme, _, rest = value.partition(":")
        address = scheme == "mailto" and "@" in parseaddr(rest)[1] and rest.isprintable()
        if value and not address and not _names_server(value, ("https",)):
            raise OperatorError(
                f"{name} is {value!r}: it must be mailto:name@place or begin with https://."
            )
        return value

    def web_address(self, name: str) -> str:
        value = self.text(name, "").rstrip("/")
        if value and not _names_server(value, ("http", "https")):
            raise OperatorError(f"{name} is {value!r}: it must begin with https:// or http://.")
        return value


def _with_home(settings: Settings, read: _Reader) -> Settings:
    """The data folder, which keeps the address of a mobile branch's central server."""
    data_dir = Path(read.text("QUEUE_DATA_DIR", str(settings.data_dir))).expanduser().absolute()
    home = read.home("QUEUE_HOME_URL", "QUEUE_HOME_TOKEN", central_server_file.kept(data_dir))
    return replace(settings, data_dir=data_dir, home_url=home.url, home_token=home.token)


def _with_store(settings: Settings, read: _Reader) -> Settings:
    redis_url = read.redis_url("REDIS_URL")
    jobs_redis_url = read.jobs_redis_url("QUEUE_JOBS_REDIS_URL", redis_url)
    password = read.hidden("QUEUE_STORE_PASSWORD")
    return replace(
        settings,
        redis_url=redis_url and with_password(redis_url, password),
        jobs_redis_url=jobs_redis_url and with_password(jobs_redis_url, password),
        sample=read.switch("QUEUE_SAMPLE", redis_url is None and not settings.home_url),
        replicas_to_wait=read.whole("QUEUE_REPLICAS_TO_WAIT", settings.replicas_to_wait, 0, 16),
        store_timeout_seconds=read.seconds(
            "QUEUE_STORE_TIMEOUT_SECONDS", settings.store_timeout_seconds, 0.1, 60.0
        ),
        backup_keys=tuple(read.text("QUEUE_BACKUP_KEYS", "").replace(",", " ").split()),
    )


def _with_server(settings: Settings, read: _Reader) -> Settings:
    return replace(
        settings,
        host=read.text("QUEUE_HOST", settings.host),
        port=read.whole("QUEUE_PORT", settings.port, 0, 65535),
        web_processes=read.whole("QUEUE_WEB_PROCESSES", settings.web_processes, 1, 64),
        drain_seconds=read.whole("QUEUE_DRAIN_SECONDS", settings.drain_seconds, 0, 60),
        trusted_proxies=read.whole("QUEUE_TRUSTED_PROXIES", settings.trusted_proxies, 0, 16),
        shared_metrics_dir=read.folder("PROMETHEUS_MULTIPROC_DIR"),
        printer_devices=read.devices("QUEUE_PRINTER_DEVICES"),
        log_level=cast(LogLevel, read.choice("QUEUE_LOG_LEVEL", settings.log_level, _LOG_LEVELS)),
        log_format=cast(
            LogFormat, read.choice("QUEUE_LOG_FORMAT", settings.log_format, _LOG_FORMATS)
        ),
    )


def _with_limits(settings: Settings, read: _Reader) -> Settings:
    """How much a caller may ask for, and from where."""
    most = 1_000_000
    return replace(
        settings,
        kiosk_tickets_per_minute=read.whole(
            "QUEUE_KIOSK_TICKETS_PER_MINUTE", settings.kiosk_tickets_per_minute, 0, most
        ),
        public_requests_per_minute=read.whole(
            "QUEUE_PUBLIC_REQUESTS_PER_MINUTE", settings.public_requests_per_minute, 0, most
        ),
        streams_per_token=read.whole(
            "QUEUE_STREAMS_PER_TOKEN", settings.streams_per_token, 1, most
        ),
        api_origins=read.origins("QUEUE_API_ORIGINS"),
    )


def _with_messages(settings: Settings, read: _Reader) -> Settings:
    """Mail, text messages, webhooks and push messages."""
    smtp_url, sms_url = read.smtp_url("QUEUE_SMTP_URL"), read.hidden_address("QUEUE_SMS_URL")
    return replace(
        settings,
        smtp_url=smtp_url,
        mail_from=read.sender("QUEUE_MAIL_FROM", needed=smtp_url is not None),
        sms_url=sms_url,
        sms_headers=read.headers("QUEUE_SMS_HEADERS"),
        sms_body=read.message_body("QUEUE_SMS_BODY", needed_by="QUEUE_SMS_URL", needed=sms_url),
        sms_countries=read.countries("QUEUE_SMS_COUNTRIES", settings.sms_countries),
        webhook_hosts=read.hosts("QUEUE_WEBHOOK_HOSTS"),
        push_hosts=read.hosts_and_paths("QUEUE_PUSH_HOSTS"),
    )


def _with_video(settings: Settings, read: _Reader) -> Settings:
    turn = read.ice_servers("QUEUE_VIDEO_TURN", ("turn", "turns"))
    return replace(
        settings,
        video_stun=read.ice_servers("QUEUE_VIDEO_STUN", ("stun", "stuns")),
        video_turn=turn,
        video_turn_secret=read.secret(
            "QUEUE_VIDEO_TURN_SECRET", "QUEUE_VIDEO_TURN", turn, "what the server shares"
        ),
    )


def _with_pages(settings: Settings, read: _Reader) -> Settings:
    public_url = read.web_address("QUEUE_PUBLIC_URL")
    return replace(
        settings,
        public_url=public_url,
        admin_passkeys=read.passkeys("QUEUE_ADMIN_PASSKEYS", public_url),
        language=read.choice("QUEUE_LANGUAGE", settings.language, tuple(staff_languages())),
        security_contact=read.contact("QUEUE_SECURITY_CONTACT"),
        accessibility_url=read.page_address("QUEUE_ACCESSIBILITY_URL"),
        publisher=read.text("QUEUE_PUBLISHER", settings.publisher),
        search_engines=read.switch("QUEUE_SEARCH_ENGINES", settings.search_engines),
        playbook_four_eyes=read.switch("QUEUE_PLAYBOOK_FOUR_EYES", settings.playbook_four_eyes),
    )


def _with_audit(settings: Settings, read: _Reader) -> Settings:
    """The audit log: how long it is kept, and where it is sent."""
    webhook = read.hidden_address("QUEUE_AUDIT_WEBHOOK")
    return replace(
        settings,
        audit_days=read.whole("QUEUE_AUDIT_DAYS", settings.audit_days, 30, 3650),
        audit_syslog=read.syslog("QUEUE_AUDIT_SYSLOG"),
        audit_webhook=webhook,
        audit_webhook_secret=read.webhook_secret(
            "QUEUE_AUDIT_WEBHOOK_SECRET", "QUEUE_AUDIT_WEBHOOK", webhook
        ),
    )


def _with_provider(settings: Settings, read: _Reader) -> Settings:
    """The provider of the town's accounts."""
    return replace(settings, provider=read.provider())


_PARTS: Final = (
    _with_home,
    _with_store,
    _with_server,
    _with_limits,
    _with_messages,
    _with_video,
    _with_pages,
    _with_audit,
    _with_provider,
)


def is_cluster(url: str | None) -> bool:
    """Whether an address names servers of a cluster."""
    return (url or "").startswith(cluster_address.SCHEMES)


def _breaks_off(url: str) -> bool:
    """Whether the address of a store cannot be read, or ends within its password.

    A password with / ? or # may leave one that can be read: ``redis://:12/ab@store`` has port 12.
    """
    scheme, _, rest = url.partition("://")
    several = "+" in scheme  # whose own form knows no fragment and has many hosts
    form = "several" if several else "unix" if scheme == "unix" else "redis"
    if _TOO_SHORT[form].match(rest):
        return True
    try:
        _ = None if several else urlsplit(url).port
    except ValueError:
        return True
    return False


def _names_server(url: str, schemes: tuple[str, ...]) -> bool:
    """Whether it is an address with one of these schemes, a host and, if any, a real port."""
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
