"""The web application: wiring, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import dashboards
import queue_service
from dashboards.act import page as act
from dashboards.alerts import page as alerts_page
from dashboards.board import page as board
from dashboards.comparison import page as comparison_page
from dashboards.contacts import page as all_contacts
from dashboards.exports import page as exports
from dashboards.history import page as history
from dashboards.hour import page as hour
from dashboards.lifelines import page as lifeline_figures
from dashboards.notes import page as notes
from dashboards.quality import page as quality
from dashboards.reception_figures import page as reception_figures
from dashboards.reports import page as reports
from dashboards.reports import stop as reports_stop
from dashboards.satisfaction import page as satisfaction
from dashboards.staffing import page as staffing
from dashboards.trial import page as trial
from queue_service import pages
from queue_service.access.store import AccessStore
from queue_service.alerts import api as alerts
from queue_service.audit import api as audit
from queue_service.board import api as state
from queue_service.booking_figures import api as booking_figures
from queue_service.bookings import api as bookings
from queue_service.branches.store import BranchStore
from queue_service.closing import api as closing
from queue_service.command import Queue
from queue_service.configuration import api as branches
from queue_service.contacts import api as contacts
from queue_service.counters import api as counters
from queue_service.devices import api as devices
from queue_service.exports.api import files
from queue_service.exports.api import reports as report_files
from queue_service.exports.store import ExportStore
from queue_service.feedback import api as feedback
from queue_service.following.shared import Following
from queue_service.history import api as statistics
from queue_service.insight import api as comparison
from queue_service.interventions import api as interventions
from queue_service.lifeline import api as lifeline
from queue_service.live import api as events
from queue_service.live.stream import Live
from queue_service.metrics import api as monitoring
from queue_service.metrics.health import HealthCollector
from queue_service.mobile import api as mobile
from queue_service.pages import (
    admin,
    enrol,
    first_login,
    login,
    logins,
    passkey_login,
    passkeys,
    password,
    pin,
    provider_login,
    runbook,
    well_known,
)
from queue_service.pages import bookings as bookings_pages
from queue_service.pages.booking import arrival as booking_arrival
from queue_service.pages.booking import earlier as booking_earlier
from queue_service.pages.booking import free_times
from queue_service.pages.booking import own as own_booking
from queue_service.pages.booking import page as booking_page
from queue_service.pages.booking import where as where_to_book
from queue_service.pages.counter import page as counter
from queue_service.pages.display import page as display
from queue_service.pages.feedback import by_code
from queue_service.pages.feedback import page as terminal
from queue_service.pages.kiosk import page as kiosk
from queue_service.pages.lifeline import page as lifeline_page
from queue_service.pages.pair import page as pair
from queue_service.pages.paper import page as paper_page
from queue_service.pages.playbook import page as playbook_page
from queue_service.pages.public import page as public_page
from queue_service.pages.reception import page as reception_page
from queue_service.pages.referrals import page as referrals_page
from queue_service.pages.ticket import messages as ticket_messages
from queue_service.pages.ticket import page as ticket
from queue_service.pages.video import page as video_pages
from queue_service.paper import api as paper
from queue_service.people import api as people
from queue_service.playbook import api as playbook
from queue_service.printers import api as printers
from queue_service.public import api as public
from queue_service.reception import api as reception
from queue_service.referrals import api as referrals
from queue_service.removal import api as removal
from queue_service.removal.operations import Remover
from queue_service.runtime.settings import Settings
from queue_service.satisfaction import api as satisfaction_api
from queue_service.screens import api as screens
from queue_service.speech import api as speech
from queue_service.staffing import api as staffing_api
from queue_service.store.connection.clients import (
    connect,
    connect_files,
    connect_job_health,
    make_batching,
    open_reader,
)
from queue_service.store.jobs.job_health import JobHealth
from queue_service.store.redis_store import RedisStore
from queue_service.tokens import api as tokens
from queue_service.video import api as video
from queue_service.visits import api as visits
from queue_service.web import i18n, static_addresses
from queue_service.web.application import Application
from queue_service.web.description import api as description
from queue_service.web.description import openapi
from queue_service.web.page_files import PageFiles
from queue_service.web.problems import errors
from queue_service.web.security import cross_origin, headers, permissions
from queue_service.web.serving import stopping
from queue_service.web.serving.connections import Connections
from queue_service.webhooks import api as webhooks
from queue_service.webhooks.outgoing import OUTGOING

PARTS = (
    visits,
    counters,
    interventions,
    branches,
    state,
    closing,
    removal,
    alerts,
    events,
    devices,
    speech,
    printers,
    statistics,
    files,
    report_files,
    comparison,
    staffing_api,
    feedback,
    satisfaction_api,
    booking_figures,
    contacts,
    paper,
    bookings,
    playbook,
    video,
    lifeline,
    mobile,
    reception,
    referrals,
    public,
    webhooks,
    audit,
    people,
    screens,
    tokens,
    description,
    login,
    provider_login,
    logins,
    passkey_login,
    passkeys,
    password,
    pin,
    runbook,
    well_known,
    enrol,
    first_login,
    pair,
    admin,
    kiosk,
    display,
    terminal,
    by_code,
    ticket,
    ticket_messages,
    lifeline_page,
    reception_page,
    bookings_pages,
    referrals_page,
    paper_page,
    counter,
    playbook_page,
    public_page,
    free_times,
    where_to_book,
    booking_page,
    own_booking,
    booking_earlier,
    booking_arrival,
    video_pages,
    board,
    act,
    history,
    hour,
    staffing,
    trial,
    comparison_page,
    notes,
    quality,
    satisfaction,
    lifeline_figures,
    all_contacts,
    reception_figures,
    alerts_page,
    exports,
    reports,
    reports_stop,
)

PACKAGES: Final = tuple(
    Path(folder) for package in (queue_service, dashboards) for folder in package.__path__
)


def create_app(settings: Settings) -> Flask:
    """The application for these settings. It reads the store only when a request comes."""
    static = static_addresses.static_files(PACKAGES)
    app = Application(
        __name__,
        static_folder="web/static",
        template_folder="web/templates",
        files=static,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of the default provider
    # Escaped, a text in Arabic is a third longer, also once it is compressed.
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # of the default provider
    client = connect(settings)
    store = RedisStore(client, replicas=settings.replicas_to_wait, batching=make_batching(client))
    queue = Queue(
        store,
        kiosk_tickets_per_minute=settings.kiosk_tickets_per_minute,
        playbook_four_eyes=settings.playbook_four_eyes,
        printer_devices=settings.printer_devices,
    )
    live = Live(lambda: open_reader(settings), store, queue.get(BranchStore))
    app.extensions["queue"] = queue
    app.extensions["queue_release"] = static.digest
    app.extensions["queue_live"] = live
    app.extensions["queue_following"] = Following(queue, live)
    app.extensions[openapi.OUTGOING] = OUTGOING
    connections = app.extensions["queue_connections"] = Connections()
    stopping.at_the_end(connections.close)
    app.extensions["queue_remover"] = Remover(queue, ExportStore(connect_files(settings)))
    app.extensions["queue_settings"] = settings
    app.jinja_env.globals["has_statement"] = bool(settings.accessibility_url)
    health = HealthCollector(
        queue, JobHealth(connect_job_health(settings)), settings.replicas_to_wait
    )
    app.register_blueprint(monitoring.blueprint(queue, settings.shared_metrics_dir, health))
    for part in PARTS:
        app.register_blueprint(part.blueprint)
    app.register_blueprint(
        PageFiles((Path(home) for one in (pages, dashboards) for home in one.__path__), static)
    )
    i18n.init_i18n(app, settings.language)
    monitoring.install(app)
    cross_origin.install(app, settings.api_origins)
    headers.install(app)
    errors.install(app)
    gate = permissions.install(app, queue.get(AccessStore))

    def revoked(credential: str) -> None:
        gate.forget(credential)
        connections.check_now()

    live.revoked = revoked
    connections.still_allowed = gate.still_allowed
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, n, n, n, n)  # type: ignore[method-assign]  # as Flask's documentation says
    return app
