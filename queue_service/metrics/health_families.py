"""Metrics of the parts that the queue depends on: screens, background work and the store itself.

They are in ``/metrics/queue`` next to the queue's own, because they too are the same in every
process.
"""

from __future__ import annotations

from typing import Final

from queue_service.metrics.families import Family

DEVICE: Final = Family(
    "queue_device_last_seen_timestamp_seconds",
    "gauge",
    "When a screen was last heard from, by kind; printer: when a slip was last printed, 0 never.",
)
SLIP: Final = Family(
    "queue_printer_slip_sent_timestamp_seconds",
    "gauge",
    "When a kiosk last handed a slip to its printer. Absent if it prints none.",
)
PRINTER: Final = Family(
    "queue_printer_state",
    "gauge",
    "1 for the state of a kiosk's own printer. Absent if it is not known any more.",
)
SOUND: Final = Family(
    "queue_display_sound",
    "gauge",
    "1 for how a display's sound does: ok, none (chime alone), blocked by the browser, or set off.",
)
VOICE: Final = Family(
    "queue_display_voice",
    "gauge",
    "1 if a display has a voice for a language. Absent if it is set to read nothing aloud.",
)
JOBS_UP: Final = Family("queue_jobs_up", "gauge", "1 if the background work's Redis answered.")
JOBS_WAITING: Final = Family("queue_jobs_waiting", "gauge", "Background jobs that wait.")
JOBS_FAILED: Final = Family(
    "queue_jobs_failed", "gauge", "Background jobs that failed within the last day or so."
)
WORKERS: Final = Family(
    "queue_workers", "gauge", "Workers alive that empty a queue; one for both counts in each."
)
JOB_SUCCESS: Final = Family(
    "queue_job_last_success_timestamp_seconds", "gauge", "When a periodic job last succeeded."
)
JOB_PERIOD: Final = Family("queue_job_period_seconds", "gauge", "How often a periodic job is due.")
CERTIFICATE: Final = Family(
    "queue_certificate_expires_timestamp_seconds",
    "gauge",
    "When the certificate of QUEUE_PUBLIC_URL ends, as last seen by the background work.",
)
MEMORY_USED: Final = Family("queue_store_memory_used_bytes", "gauge", "Memory the store uses.")
MEMORY_LIMIT: Final = Family(
    "queue_store_memory_limit_bytes",
    "gauge",
    "Memory the store may use: its own limit, else all of its machine's. At it nothing is taken.",
)
AOF_ENABLED: Final = Family(
    "queue_store_aof_enabled", "gauge", "1 if the store keeps what it acknowledges on disk."
)
UPTIME: Final = Family(
    "queue_store_uptime_seconds", "gauge", "For how long the store has run; it falls at a restart."
)
UNDELIVERED: Final = Family(
    "queue_alert_messages_undelivered",
    "gauge",
    "Messages about alerts that were given up and neither sent again nor discarded.",
)
HOOK_DELIVERIES: Final = Family(
    "queue_webhook_deliveries_total",
    "counter",
    "Messages to an endpoint of webhooks, by how the try ended: delivered or failed.",
)
HOOK_OLDEST: Final = Family(
    "queue_webhook_oldest_undelivered_timestamp_seconds",
    "gauge",
    "Time of the first event that an endpoint has not received. Absent if it has all.",
)
MOBILE_HEARD: Final = Family(
    "queue_mobile_last_heard_timestamp_seconds",
    "gauge",
    "Time of the last contact of a mobile branch with the central server.",
)
MOBILE_COMPLETE: Final = Family(
    "queue_mobile_complete_until_timestamp_seconds",
    "gauge",
    "Time up to which the central server has everything of a mobile branch, if known.",
)
WRITE_OK: Final = Family(
    "queue_store_last_write_ok", "gauge", "1 if the store's last write to its disk succeeded."
)
REWRITE_OK: Final = Family(
    "queue_store_last_rewrite_ok", "gauge", "1 if the store's files were last compacted well."
)
REPLICAS: Final = Family("queue_store_replicas", "gauge", "Replicas connected to the store.")
REPLICAS_WANTED: Final = Family(
    "queue_store_replicas_wanted",
    "gauge",
    "Replicas that a change waits for.",
)

TOKEN_END: Final = Family(
    "queue_token_end_timestamp_seconds",
    "gauge",
    "Time at which a program's token ends. Absent for tokens without an end, and a week after it.",
)
AUDIT: Final = Family(
    "queue_audit_entries_total",
    "counter",
    "Entries of the audit log by action, also of refusals that were counted and not listed.",
)
AUDIT_UNSENT: Final = Family(
    "queue_audit_oldest_unsent_timestamp_seconds",
    "gauge",
    "Time of the first entry of the audit log that a receiver has not got. Absent if it has all.",
)

OF_HEALTH: Final = (
    DEVICE, SLIP, PRINTER, SOUND, VOICE, UNDELIVERED, HOOK_DELIVERIES, HOOK_OLDEST, JOBS_UP,
    JOBS_WAITING, JOBS_FAILED, WORKERS,
    JOB_SUCCESS, JOB_PERIOD, CERTIFICATE, UPTIME, MEMORY_USED, MEMORY_LIMIT, AOF_ENABLED,
    WRITE_OK, REWRITE_OK, MOBILE_HEARD, MOBILE_COMPLETE,
    REPLICAS,
    REPLICAS_WANTED,
    AUDIT,
    AUDIT_UNSENT,
    TOKEN_END,
)  # fmt: skip
