"""The job about the certificate of the public address."""

from __future__ import annotations

import logging

from queue_service.runtime.certificate import public_site
from queue_service.store.jobs.job_health import JobHealth
from workers.context import jobs, settings

_log = logging.getLogger(__name__)


def look() -> None:
    """Note when the certificate ends; what was seen before stays while it is not reached.

    An expired certificate is not trusted and so not read: its last reading stays.
    """
    health, site = JobHealth(jobs().connection), public_site(settings().public_url)
    health.forget_certificates_but(site.host if site else "")
    if site is None:
        return
    try:
        health.saw_certificate(site.host, site.certificate_ends())
    except OSError as error:
        _log.info("the certificate of %s was not read: %s", site.host, error)
