"""The names of the web processes' own metrics, for the code that counts and for dashboards."""

from __future__ import annotations

from typing import Final

REQUESTS: Final = "queue_http_requests_total"
"""By ``route``, ``method`` and ``status``."""

REQUEST_SECONDS: Final = "queue_http_request_duration_seconds"
"""A histogram by ``route``, ``method`` and ``status_class`` (``2xx``)."""

STREAMS: Final = "queue_event_streams_open"

STORE_ERRORS: Final = "queue_store_errors_total"
"""By ``asked_by``: ``request`` or ``reader``."""

FAN_OUT_SECONDS: Final = "queue_event_fan_out_seconds"
"""A histogram: how late an event reached this process's streams."""

ISSUE_ROUTE: Final = "/api/v1/branches/<branch>/visits"
"""What the objective is about: a POST here issues a ticket."""
