"""Permissions: each route of the application with the roles that may use it.

``permissions.py`` reads it for each request, and the application does not start with a route
that has no row. A route with a ``<branch>`` is open to callers of that branch and of all branches.
`.venv/bin/python -m scripts.permissions` writes docs/permissions.md from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from queue_service.access.rules.caller import Role
from queue_service.access.rules.credentials import BOUND_ROLES, ROLES

Roles = frozenset[Role]
Route = tuple[str, str]
"""A method and an address as Flask writes it."""

ANY: Final = Roles(ROLES) - frozenset(BOUND_ROLES)
"""Every known caller but the programs of ``BOUND_ROLES``, which have calls of their own."""
PUBLIC: Final = Roles()
"""Open to everybody, without credentials."""
ADMIN: Final = Roles({"admin"})
KIOSK: Final = Roles({"kiosk"})
CLERK: Final = Roles({"clerk", "admin"})
LEADER: Final = Roles({"supervisor", "admin"})
STAFF: Final = Roles({"clerk", "supervisor", "admin"})
TICKETS: Final = Roles({"kiosk", "clerk", "admin"})
METRICS: Final = Roles({"metrics", "admin"})

_API: Final = "/api/v1/branches/<branch>"
_BOARD: Final = "/dashboards/<branch>"
_ADMIN: Final = "/admin/branches/<branch>"
_CONFIGURED: Final = f"{_ADMIN}/<part>"
_STOP: Final = "/reports/<branch>/stop/<reader>"

_TABLE: Final[Mapping[Roles, str]] = {
    PUBLIC: f"""
        GET /b
        GET /b/<branch>
        GET /b/<branch>/rss
        GET /b/dcat.jsonld
        GET /b/<branch>/slots.ndjson
        GET /book
        GET /booking
        GET /book/<branch>
        GET,POST /book/<branch>/<service>
        GET,POST /book/<branch>/<service>/<key>
        POST /book/<branch>/<service>/<key>/release
        GET /booking/<branch>
        GET /booking/<branch>/<code>
        GET /booking/<branch>/<code>/calendar.ics
        GET,POST /booking/<branch>/<code>/move
        POST /booking/<branch>/<code>/cancel
        POST /booking/<branch>/<code>/arrive
        POST /booking/<branch>/<code>/earlier
        POST /booking/<branch>/<code>/answer
        GET /api/v1/public/branches
        GET /api/v1/public/branches/<branch>
        GET {_API}/bookings/slots
        GET /healthz
        GET /readyz
        GET /runbook
        GET /robots.txt
        GET /was
        GET /kiosk/worker.js
        GET /.well-known/security.txt
        GET,POST /login
        GET /login/provider
        GET /login/provider/return
        POST /login/provider/backchannel-logout
        GET /login/provider/end
        GET,POST /login/passkey
        POST /login/passkey/question
        GET,POST /enrol/<code>
        GET,POST /first/<code>
        GET,POST /pair
        GET /pair/state
        GET,POST {_STOP}
        GET,POST /answer/<branch>/<code>
        GET /t/<code>
        GET /t/<code>/now
        GET /t/<code>/events
        POST /t/<code>/leave
        POST /t/<code>/return
        POST /t/<code>/errands
        POST /t/<code>/not-before
        POST /t/<code>/language
        POST /t/<code>/feedback
        GET /t/worker.js
        GET /t/<code>/messages
        POST /t/<code>/text-message
        POST /t/<code>/push-message
        POST /t/<code>/no-message
        GET /static/<path:filename>
        GET /static/pages/<page>/<path:filename>
        GET /reports/-/<path:filename>
    """,
    ANY: f"""
        GET /api/v1/openapi.json
        GET /api/v1/branches
        GET {_API}
        GET {_API}/state
    """,
    Roles(ROLES) - {"metrics", "mobile"}: f"""
        GET {_API}/events
        POST {_API}/speech
        GET {_API}/speech/<clip>
    """,
    Roles({"mobile"}): """
        POST /api/v1/mobile/contact
        PUT /api/v1/mobile/days/<date>/parts/<number>
        PUT /api/v1/mobile/days/<date>
    """,
    METRICS: """
        GET /metrics
        GET /metrics/queue
    """,
    Roles({"display"}): f"""
        POST {_API}/sound
        POST /display/<branch>/unlock
    """,
    KIOSK: f"""
        POST {_API}/slips
        POST {_API}/printer/slips
        POST {_API}/printer/check
        POST {_API}/counters/<counter>/video/lines
    """,
    TICKETS: f"""
        POST {_API}/visits
        GET {_API}/visits/by-key
        GET {_API}/visits/<visit_id>
        POST {_API}/visits/<visit_id>/abandon
        POST {_API}/visits/<visit_id>/language
        POST {_API}/visits/<visit_id>/postpone
        POST {_API}/visits/<visit_id>/errands
        POST {_API}/bookings/<code>/arrive
        POST {_API}/help-calls/<call>/cancel
        GET {_API}/counters/<counter>/video
        GET {_API}/counters/<counter>/video/messages
        POST {_API}/counters/<counter>/video/messages
    """,
    CLERK: f"""
        GET {_API}/visits
        POST {_API}/visits/<visit_id>/call
        POST {_API}/visits/<visit_id>/complete
        POST {_API}/visits/<visit_id>/continue
        POST {_API}/visits/<visit_id>/no-show
        POST {_API}/visits/<visit_id>/park
        POST {_API}/visits/<visit_id>/recall
        POST {_API}/visits/<visit_id>/reclassify
        POST {_API}/visits/<visit_id>/requeue
        POST {_API}/visits/<visit_id>/resume
        POST {_API}/visits/<visit_id>/start
        POST {_API}/visits/<visit_id>/transfer
        POST {_API}/visits/<visit_id>/undo
        POST {_API}/visits/<visit_id>/needs
        POST {_API}/visits/<visit_id>/priority
        POST {_API}/bookings
        GET {_API}/bookings/<code>
        POST {_API}/bookings/<code>/confirm
        POST {_API}/bookings/<code>/release
        POST {_API}/bookings/<code>/move
        POST {_API}/bookings/<code>/cancel
        POST {_API}/bookings/<code>/earlier
        POST {_API}/bookings/<code>/offered
        POST {_API}/help-calls/<call>/take
        POST {_API}/help-calls/<call>/end
        GET /reception/<branch>
        GET /reception/<branch>/setup
        GET {_API}/counters/<counter>
        POST {_API}/counters/<counter>/call-next
        POST {_API}/counters/<counter>/close
        POST {_API}/counters/<counter>/open
        POST {_API}/counters/<counter>/pause
        POST {_API}/counters/<counter>/resume
        POST {_API}/counters/<counter>/serve
        GET {_API}/counters/<counter>/lifelines
        POST {_API}/counters/<counter>/lifeline-call
        POST {_API}/referrals
        POST {_API}/counters/<counter>/lifeline-call/cancel
        POST {_API}/counters/<counter>/lifeline-call/end
        GET /counter/<branch>
        GET,POST /login/switch/<branch>
        GET /counter/<branch>/hours
        GET /remote
        GET /api/v1/video/counters
        POST /api/v1/video/call-next
        POST {_API}/counters/<counter>/video/take-over
        GET /counter/<branch>/playbook
        GET,POST /bookings/<branch>/new
        GET /bookings/<branch>/<code>/move
        POST /bookings/<branch>/<code>/<verb>
    """,
    LEADER: f"""
        GET {_API}/interventions
        POST {_API}/interventions
        POST {_API}/interventions/<intervention>/end
        GET {_API}/alerts
        POST {_API}/alerts/<alert>/acknowledge
        GET {_API}/feedback
        GET {_API}/saved-visits
        GET {_API}/booking-figures
        GET {_API}/contacts
        GET {_API}/lifeline-figures
        GET {_API}/reception-figures
        GET {_BOARD}/reception
        GET {_BOARD}/staffing
        GET {_BOARD}/staffing/file
        GET {_API}/referral-figures
        GET {_API}/staffing-advice
        GET {_API}/statistics
        GET {_API}/past-visits
        GET,POST {_API}/exports
        GET {_API}/exports/<export>
        GET {_API}/exports/<export>/file
        GET {_API}/reports
        GET {_API}/reports/latest
        GET {_API}/reports/<report>
        POST {_API}/reports/<report>/pdf
        GET,POST {_API}/report-readers
        DELETE {_API}/report-readers/<reader>
        GET {_BOARD}
        GET {_BOARD}/act
        POST {_BOARD}/act
        POST {_BOARD}/act/<intervention>/end
        GET {_BOARD}/now
        GET {_BOARD}/definitions
        GET {_BOARD}/alerts
        GET {_BOARD}/alerts/<path:action>
        POST {_BOARD}/alerts/<alert>/acknowledge
        POST {_BOARD}/alerts/letters/<letter>/again
        POST {_BOARD}/alerts/letters/<letter>/discard
        POST {_BOARD}/alerts/subscriptions
        POST {_BOARD}/alerts/subscriptions/<subscription>/remove
        POST {_BOARD}/alerts/subscriptions/<subscription>/test
        GET,POST {_BOARD}/exports
        GET {_BOARD}/exports/<export>
        GET {_BOARD}/exports/file
        GET {_BOARD}/exports/list
        GET {_BOARD}/history
        GET {_BOARD}/history/branches
        GET {_BOARD}/history/charts/<digest>.svg
        GET {_BOARD}/hour
        GET {_BOARD}/lifeline
        GET,POST {_BOARD}/notes
        POST {_BOARD}/notes/<date>/<note>/remove
        GET {_BOARD}/quality
        GET {_BOARD}/satisfaction
        GET {_BOARD}/contacts
        GET,POST {_BOARD}/reports
        GET {_BOARD}/reports/<report>
        POST {_BOARD}/reports/<report>/pdf
        POST {_BOARD}/reports/readers
        POST {_BOARD}/reports/readers/<reader>/remove
        GET {_BOARD}/trial
        GET {_BOARD}/trial/weeks
        GET {_BOARD}/comparison
        GET /api/v1/comparison
        GET /api/v1/contact-shares
        PUT /api/v1/playbook/<service>/draft
        POST /api/v1/playbook/<service>/approve
        GET,POST /playbook/<service>/edit
        POST /playbook/<service>/discard
        POST /playbook/<service>/restore
        GET /playbook/<service>/versions
    """,
    STAFF | {"kiosk"}: """
        GET /api/v1/playbook
        GET /api/v1/playbook/<service>
    """,
    STAFF: f"""
        GET {_API}/not-reached
        GET /
        GET /logins
        POST /logins/end
        GET,POST /login/password
        GET /login/provider/confirm
        GET /login/provider/confirmed
        GET,POST /login/pin
        GET,POST /passkeys
        POST /passkeys/question
        POST /passkeys/confirmation
        POST /passkeys/remove
        GET /playbook
        GET /playbook/<service>
        POST /logout
        POST {_API}/contacts
        POST {_API}/contacts/<contact>/undo
        GET {_API}/lifeline-calls
        GET {_API}/help-calls
        GET {_API}/paper-visits
        POST {_API}/paper-visits
        POST {_API}/paper-visits/remove
        GET /paper/<branch>
        POST /paper/<branch>/sheets
        GET {_API}/referrals
        GET {_API}/referrals/received
        POST {_API}/referrals/<referral>/accept
        POST {_API}/referrals/<referral>/close
        POST {_API}/referrals/<referral>/return
        POST {_API}/referrals/<referral>/settle
        POST {_API}/referrals/<referral>/send-on
        GET /lifeline/<branch>
        GET /referrals/<branch>
        POST /referrals/<branch>/<referral>/<verb>
        GET {_API}/bookings
        POST {_API}/bookings/blocks
        GET /bookings/<branch>
        GET /bookings/<branch>/find
        GET /bookings/<branch>/today
        GET /bookings/<branch>/<code>
        GET,POST /bookings/<branch>/block
        POST {_API}/lifeline-calls/<call>/end
        POST {_API}/lifeline-calls/<call>/take
        POST {_API}/lifeline-calls/<call>/acknowledge
        POST {_API}/lifeline-places
    """,
    KIOSK | ADMIN: f"""
        POST {_API}/feedback
        POST {_API}/saved-visits
        POST {_API}/feedback/codes
        POST {_API}/help-calls
        GET {_API}/help-calls/own
        GET /feedback/<branch>
        GET /kiosk/<branch>
        GET /kiosk/<branch>/setup
        GET /kiosk/<branch>/offline
        GET /kiosk/<branch>/help
        GET /kiosk/<branch>/bookings
        GET /kiosk/<branch>/own/<service>
        GET /screen/<branch>/<counter>
    """,
    STAFF | {"display"}: """
        GET /display/<branch>
        GET /display/<branch>/setup
    """,
    ADMIN: f"""
        PUT {_API}
        POST {_API}/archive
        POST {_API}/unarchive
        POST {_API}/close-day
        GET {_API}/screens
        POST {_API}/screens/links
        DELETE {_API}/screens/<screen>
        GET /admin
        GET,POST /admin/new
        GET,POST /admin/holidays
        GET {_ADMIN}
        GET {_ADMIN}/configuration.json
        GET,POST {_ADMIN}/file
        POST {_ADMIN}/archive
        POST {_ADMIN}/unarchive
        GET {_ADMIN}/texts
        GET {_ADMIN}/checklist
        POST {_ADMIN}/checklist/close-today
        POST {_ADMIN}/checklist/open-today
        GET {_ADMIN}/preview/<screen>
        POST {_ADMIN}/preview/<screen>/<part>
        GET,POST {_CONFIGURED}
        GET,POST /admin/people
        POST /admin/people/<name>
        POST /admin/people/<name>/logins/end
        POST /admin/people/<name>/passkeys/remove
        POST /admin/people/<name>/roles
        POST /admin/people/<name>/roles/remove
        POST /admin/people/<name>/password
        POST /admin/people/<name>/remove
        GET /admin/screens
        POST /admin/screens/<token_id>/revoke
        POST /admin/screens/<token_id>/printer
        POST /admin/screens/link
        POST /admin/screens/token
        GET,POST /admin/screens/pair
        GET,POST /admin/screens/<token_id>/numbers
        POST /admin/screens/pin
        GET /admin/<any(people, screens, webhooks):section>/<path:action>
        GET /admin/audit
        GET /admin/audit/file
        GET /admin/privacy
        GET /admin/privacy/<paper>
        GET /admin/privacy/<paper>/file
        GET /api/v1/audit
        GET,POST /api/v1/people
        GET,DELETE /api/v1/people/<person>
        PUT /api/v1/people/<person>/roles
        GET /api/v1/tokens
        GET {_ADMIN}/history
        POST {_ADMIN}/history/<revision>
        GET,POST /admin/webhooks
        POST /admin/webhooks/<webhook>
        POST /admin/webhooks/<webhook>/again/<delivery>
        POST /admin/webhooks/<webhook>/remove
        POST /admin/webhooks/<webhook>/secret
        POST /admin/webhooks/<webhook>/test
        GET,POST /api/v1/webhooks
        GET,PUT,DELETE /api/v1/webhooks/<webhook>
        GET /api/v1/webhooks/<webhook>/deliveries
        POST /api/v1/webhooks/<webhook>/deliveries/<delivery>/send-again
        POST /api/v1/webhooks/<webhook>/secret
        POST /api/v1/webhooks/<webhook>/test
        POST {_ADMIN}/hand-over
        POST {_ADMIN}/remove
        DELETE {_API}
    """,
}  # fmt: skip
"""Roles, with the routes that are open to them alone."""

_OF_ALL_BRANCHES: Final = """
    GET /metrics
    GET /metrics/queue
    GET,POST /admin/new
    GET /admin/privacy
    GET /admin/privacy/<paper>
    GET /admin/privacy/<paper>/file
    PUT /api/v1/playbook/<service>/draft
    POST /api/v1/playbook/<service>/approve
    GET,POST /playbook/<service>/edit
    POST /playbook/<service>/discard
    POST /playbook/<service>/restore
"""
"""Routes to something of all branches: closed to callers who are bound to some."""

_WITH_FILES: Final = f"""
    POST {_ADMIN}/file
"""
"""Routes whose forms may carry a file (``multipart/form-data``)."""

_OF_THE_LOGIN: Final = """
    GET,POST /login/password
    GET /login/provider/confirm
    GET /login/provider/confirmed
    GET /logins
    POST /logins/end
    POST /logout
"""
"""Routes to a person's own login, which are open also before a first password is changed."""

_OF_THE_PASSKEYS: Final = """
    GET,POST /passkeys
    POST /passkeys/question
    POST /passkeys/confirmation
"""
"""Routes that are open also before an administrator has a passkey that the settings ask for."""

_CONFIRMED: Final = f"""
    POST /admin/people
    POST /admin/people/<name>
    POST /admin/people/<name>/password
    POST /admin/people/<name>/passkeys/remove
    POST /admin/people/<name>/remove
    POST /admin/people/<name>/roles
    POST /admin/people/<name>/roles/remove
    POST /api/v1/people
    DELETE /api/v1/people/<person>
    PUT /api/v1/people/<person>/roles
    POST {_API}/screens/links
    POST /admin/screens/link
    POST /admin/screens/pin
    POST /admin/screens/token
    POST /admin/screens/pair
    POST /login/pin
    POST /logins/end
    POST /passkeys
    POST /passkeys/remove
"""
"""Routes that change who has access: a person gives the password or a passkey again, unless it was
lately. Taking access from a screen or a token is not among them, since it may be urgent."""


@dataclass(frozen=True, slots=True)
class Deprecation:
    """A route that will end: the dates on which that was announced and on which it ends, and the
    address of the route that replaces it; empty for none."""

    since: date
    ends: date
    instead: str = ""


_DEPRECATED: Final[Mapping[Route, Deprecation]] = {}
"""Routes that will end. At least :data:`NOTICE_DAYS` are between the two dates."""

NOTICE_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class Rule:
    """The callers that a route is open to.

    ``roles``: any one of them; a ``public`` route needs no credentials. ``all_branches``: the
    caller must be bound to no branch. ``files``: its forms may carry a file. ``of_the_login``: it
    is about the caller's own login. ``confirmed``: a login needs its password or a passkey again.
    ``of_the_passkeys``: it is open to an administrator who has to add a passkey first.
    ``deprecated``: it will end, which each of its answers says.
    """

    roles: Roles = PUBLIC
    all_branches: bool = False
    files: bool = False
    of_the_login: bool = False
    confirmed: bool = False
    of_the_passkeys: bool = False
    deprecated: Deprecation | None = None

    @property
    def public(self) -> bool:
        """Whether the route is open to everybody."""
        return self.roles == PUBLIC


def rules() -> dict[Route, Rule]:
    """The rule of each route."""
    marked_rows = (_OF_ALL_BRANCHES, _WITH_FILES, _OF_THE_LOGIN, _CONFIRMED, _OF_THE_PASSKEYS)
    of_all, files, of_the_login, confirmed, of_the_passkeys = (
        {*_routes(rows)} for rows in marked_rows
    )
    return {
        route: Rule(
            roles,
            all_branches=route in of_all,
            files=route in files,
            of_the_login=route in of_the_login,
            confirmed=route in confirmed,
            of_the_passkeys=route in of_the_passkeys,
            deprecated=_DEPRECATED.get(route),
        )
        for roles, rows in _TABLE.items()
        for route in _routes(rows)
    }


def _routes(rows: str) -> list[Route]:
    return [
        (method, address)
        for row in rows.strip().splitlines()
        for methods, address in [row.strip().split(" ", 1)]
        for method in methods.split(",")
    ]
