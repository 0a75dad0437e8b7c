"""Jobs about alerts: checking, and sending notifications to people and programs.

A delivery is tried again with back-off by RQ; after the last pause comes the last try. The
schedule sees to it that a pause ends (``workers/schedule.py``). Deliveries have a queue and a
worker of their own, so that no server of others can hold up looking for causes.
"""

from __future__ import annotations

from typing import Final

from rq import Retry, get_current_job
from rq.exceptions import NoSuchJobError
from rq.job import Job, JobStatus

from queue_service.alerts.operations import alerts, deliveries, subscriptions
from queue_service.alerts.operations.deliveries import HostBusy, Undeliverable
from queue_service.alerts.rules.deliveries import Delivery, OutgoingDelivery
from queue_service.notify import webhook
from queue_service.notify.mail import MailRefused, MailUnavailable, make_mailer
from queue_service.webhooks.rules.retries import WEBHOOK_DELAYS
from workers.context import jobs, queue, settings
from workers.letters import body, letter
from workers.queues import deliveries_queue, enqueue_once, path_of

RETRY_WHILE_BUSY: Final = Retry(
    max=24 * 3600 * 1000 // deliveries.HOST_MS, interval=deliveries.HOST_MS // 1000
)
"""How often a message waits for its host to be free, for a day at most. None of it is a try."""
_TRY_SECONDS: Final = 90
_KEPT_SECONDS: Final = 3600
_ENDED: Final = (JobStatus.FAILED, JobStatus.FINISHED, JobStatus.STOPPED, JobStatus.CANCELED)


def check() -> None:
    """Look for causes in every branch, and send the notifications."""
    subscriptions.forget_departed(queue())
    alerts.check(queue())
    for branch_id, delivery in deliveries.waiting(queue()):
        _enqueue(branch_id, delivery)


def deliver_mail(branch_id: str, delivery_id: str) -> None:
    """Send one delivery as a letter."""
    deliveries.deliver(queue(), branch_id, delivery_id, _mail, last=_last_try())


def deliver_webhook(branch_id: str, delivery_id: str) -> Retry | None:
    """Send one delivery to a program; while its host is busy, wait without counting a try."""
    try:
        deliveries.deliver(queue(), branch_id, delivery_id, _post, last=_last_try())
    except HostBusy:
        return RETRY_WHILE_BUSY
    return None


def _enqueue(branch_id: str, delivery: Delivery) -> None:
    """Ask for a delivery's job, unless it has been asked for and still runs, waits or pauses."""
    job = deliver_mail if delivery.channel == "mail" else deliver_webhook
    job_id = f"deliver-{branch_id}-{delivery.id}-{delivery.round}"
    is_new = enqueue_once(
        deliveries_queue(jobs().connection),
        path_of(job),
        job_id,
        (branch_id, delivery.id),
        retry_delays=WEBHOOK_DELAYS,
        run_seconds=_TRY_SECONDS,
        result_seconds=_KEPT_SECONDS,
        failure_seconds=_KEPT_SECONDS,
    )
    if not is_new and _ended(job_id):
        deliveries.give_up(queue(), branch_id, delivery.id, "The worker was interrupted.")


def _ended(job_id: str) -> bool:
    """Whether the job is over although what it was to send still waits."""
    try:
        found = Job.fetch(job_id, connection=jobs().connection, serializer="json")
        return found.get_status() in _ENDED
    except NoSuchJobError:
        return False


def _last_try() -> bool:
    job = get_current_job()
    return job is None or not job.retries_left


def _mail(outgoing: OutgoingDelivery) -> None:
    mailer = make_mailer(settings())
    if mailer is None:
        raise Undeliverable("No mail server is set up (QUEUE_SMTP_URL).", final=True)
    try:
        mailer.send(letter(outgoing, settings().public_url))
    except MailRefused as error:
        raise Undeliverable(str(error), final=True) from None
    except MailUnavailable as error:
        raise Undeliverable(str(error)) from None


def _post(outgoing: OutgoingDelivery) -> None:
    to = outgoing.subscription
    hook = webhook.Hook(to.target, to.secret, settings().webhook_hosts)
    sent = body(outgoing, settings().public_url)
    with deliveries.alone_at(queue(), hook.host):
        try:
            webhook.send(hook, outgoing.delivery.id, sent, queue().store.time())
        except webhook.HookRefused as error:
            raise Undeliverable(str(error), final=True) from None
        except webhook.HookUnavailable as error:
            raise Undeliverable(str(error), timed_out=error.timed_out) from None
