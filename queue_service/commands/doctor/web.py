"""Checks of addresses: the web server, its certificate, the mail server and the codes on slips."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from queue_service import __version__
from queue_service.commands.doctor.finding import DoctorFinding
from queue_service.notify.mail import MailRefused, MailUnavailable, make_mailer
from queue_service.runtime.certificate import public_site
from queue_service.runtime.relying_party import relying_party
from queue_service.runtime.settings import Settings
from queue_service.store.server.running import reason
from queue_service.supervisor.service_url import own_url, running_version, slips_lead_to

_ENOUGH_CERTIFICATE_DAYS: Final = 14

_WEB_SECONDS: Final = 3.0


def check_web(settings: Settings) -> Iterator[DoctorFinding]:
    """The web server, and whether it runs the installed version."""
    url = own_url(settings)
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_WEB_SECONDS)
    try:
        connection.request("GET", "/readyz")
        status = connection.getresponse().status
    except OSError as error:
        yield DoctorFinding(False, f"{url} does not answer: {reason(error)}.")
        return
    finally:
        connection.close()
    yield DoctorFinding(status == HTTPStatus.OK, f"{url}/readyz answers {status}.")
    running = running_version(settings) or __version__
    yield DoctorFinding(
        running == __version__,
        f"Version {running} runs, and {__version__} is installed"
        + (": start it again." if running != __version__ else "."),
    )


def check_certificate(settings: Settings) -> Iterator[DoctorFinding]:
    """The certificate of the public address."""
    site = public_site(settings.public_url)
    if site is None:
        yield DoctorFinding(
            True, "Not looked at, since QUEUE_PUBLIC_URL names no https:// address."
        )
        return
    host = site.host
    try:
        days = (site.certificate_ends() - time.time()) / 86_400
    except ssl.SSLCertVerificationError as error:
        yield DoctorFinding(False, f"Browsers do not trust {host}: {reason(error)}.")
    except OSError as error:
        yield DoctorFinding(None, f"{host} is not reached from here: {reason(error)}.")
    else:
        yield DoctorFinding(
            days > _ENOUGH_CERTIFICATE_DAYS, f"The certificate of {host} ends in {days:.0f} days."
        )


def check_passkeys(settings: Settings) -> Iterator[DoctorFinding]:
    """The site that passkeys belong to."""
    party = relying_party(settings.public_url)
    if party is None:
        yield DoctorFinding(
            None,
            "Nobody can use a passkey: QUEUE_PUBLIC_URL is not https:// with a name"
            " (an address of numbers has none).",
        )
        return
    yield DoctorFinding(
        True, f"Passkeys are for {party.origin}: under another address they do not work."
    )


def check_slips(settings: Settings) -> Iterator[DoctorFinding]:
    """The address in the codes on tickets and slips, with which phones follow a number."""
    found = slips_lead_to(settings)
    if found.reached_from == "anywhere":
        yield DoctorFinding(True, f"The codes on slips lead to {found.url}.")
        return
    if found.reached_from == "nowhere":
        text = "Slips carry no code: set QUEUE_PUBLIC_URL to the address that phones reach."
    else:
        only = "this machine" if found.reached_from == "machine" else "this network"
        text = f"The codes on slips lead to {found.url}, for {only} alone: set QUEUE_PUBLIC_URL."
    yield DoctorFinding(None, text)


def check_mail(settings: Settings) -> Iterator[DoctorFinding]:
    """The mail server, and the address that links in mail lead to."""
    mailer = make_mailer(settings)
    if mailer is None:
        yield DoctorFinding(
            True, "Not set up, so no mail is sent; QUEUE_SMTP_URL would name a server."
        )
        return
    try:
        mailer.check()
    except (MailUnavailable, MailRefused) as error:
        yield DoctorFinding(False, str(error))
        return
    yield DoctorFinding(True, f"{mailer.server} answers and lets us in.")
    yield DoctorFinding(
        bool(settings.public_url),
        f"Links in mail lead to {settings.public_url or 'nowhere: set QUEUE_PUBLIC_URL'}.",
    )
