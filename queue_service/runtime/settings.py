"""Every setting of the service, read once from the environment and never changed.

This module is the only one that touches the process's environment.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import Final, Literal, cast

from queue_service.language.languages import DEFAULT, staff_languages
from queue_service.runtime import central_server_file, secret_files
from queue_service.runtime.provider_settings import ProviderSettings, read_provider
from queue_service.runtime.store_address import with_password
from queue_service.runtime.variables import VariableReader

LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["text", "json"]
_LOG_LEVELS = ("debug", "info", "warning", "error")
_LOG_FORMATS = ("text", "json")
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of one's own is made in it


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
        return cls._read(VariableReader(os.environ if environment is None else environment))

    @classmethod
    def _read(cls, read: VariableReader) -> Settings:
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
    reader = VariableReader({})
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
    reader = VariableReader({})
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


def _with_home(settings: Settings, read: VariableReader) -> Settings:
    """The data folder, which keeps the address of a mobile branch's central server."""
    data_dir = Path(read.text("QUEUE_DATA_DIR", str(settings.data_dir))).expanduser().absolute()
    home = read.home("QUEUE_HOME_URL", "QUEUE_HOME_TOKEN", central_server_file.kept(data_dir))
    return replace(settings, data_dir=data_dir, home_url=home.url, home_token=home.token)


def _with_store(settings: Settings, read: VariableReader) -> Settings:
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


def _with_server(settings: Settings, read: VariableReader) -> Settings:
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


def _with_limits(settings: Settings, read: VariableReader) -> Settings:
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


def _with_messages(settings: Settings, read: VariableReader) -> Settings:
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


def _with_video(settings: Settings, read: VariableReader) -> Settings:
    turn = read.ice_servers("QUEUE_VIDEO_TURN", ("turn", "turns"))
    return replace(
        settings,
        video_stun=read.ice_servers("QUEUE_VIDEO_STUN", ("stun", "stuns")),
        video_turn=turn,
        video_turn_secret=read.secret(
            "QUEUE_VIDEO_TURN_SECRET", "QUEUE_VIDEO_TURN", turn, "what the server shares"
        ),
    )


def _with_pages(settings: Settings, read: VariableReader) -> Settings:
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


def _with_audit(settings: Settings, read: VariableReader) -> Settings:
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


def _with_provider(settings: Settings, read: VariableReader) -> Settings:
    """The provider of the town's accounts."""
    return replace(settings, provider=read_provider(read))


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
