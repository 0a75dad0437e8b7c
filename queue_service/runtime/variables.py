"""Reads variables of the environment, each with a sentence about its error."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from queue_service.errors import OperatorError
from queue_service.runtime import cluster_address, secret_files, sentinel_address
from queue_service.runtime.central_server_file import CentralServerAccess
from queue_service.runtime.cluster_address import ClusterAddress, is_cluster
from queue_service.runtime.relying_party import relying_party
from queue_service.runtime.sentinel_address import SentinelAddress
from queue_service.runtime.store_address import missing_file

_REDIS_SCHEMES = (
    "redis", "rediss", "unix", *sentinel_address.SCHEMES, *cluster_address.SCHEMES,
)  # fmt: skip
_SMTP_SCHEMES = ("smtp", "starttls", "smtps")
_SYSLOG_SCHEMES = ("tls", "tcp", "udp")
_LEAST_KEY_BYTES = 24
_LONGEST_CLAIM = 200
THIS_MACHINE = ("127.0.0.1", "::1", "localhost")
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


class VariableReader:
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
        if value and not names_server(value, _SMTP_SCHEMES):
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
        if value and not names_server(value, ("https",)):
            raise OperatorError(
                f"{name} is {value!r}: it must be an address such as https://was.digst.dk/."
            )
        return value

    def hidden_address(self, name: str) -> str:
        value = self.hidden(name)
        if value and not names_server(value, ("http", "https")):
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
        if parts.scheme == "http" and parts.hostname not in THIS_MACHINE:
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

    def syslog(self, name: str) -> str:
        value = self.text(name, "")
        if value and not names_server(value, _SYSLOG_SCHEMES):
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
        if value and not address and not names_server(value, ("https",)):
            raise OperatorError(
                f"{name} is {value!r}: it must be mailto:name@place or begin with https://."
            )
        return value

    def web_address(self, name: str) -> str:
        value = self.text(name, "").rstrip("/")
        if value and not names_server(value, ("http", "https")):
            raise OperatorError(f"{name} is {value!r}: it must begin with https:// or http://.")
        return value


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


def names_server(url: str, schemes: tuple[str, ...]) -> bool:
    """Whether it is an address with one of these schemes, a host and, if any, a real port."""
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
