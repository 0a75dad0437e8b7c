"""The kinds of data in the store: about whom, from where, what for and for how long.

``docs/privacy.md`` and the papers of data protection are made from this table, and every stored key
belongs to one of these kinds (``privacy/inventory``).
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from queue_service.language.catalogues import N_

KindId = Literal[
    "visits", "followed", "messages", "bookings", "codes", "contacts", "help", "lifeline",
    "referrals", "video", "repeats", "addresses",
    "accounts", "passkeys", "sessions", "known_people", "attempts", "audit", "authors",
    "subscriptions", "readers",
    "figures", "configuration", "screens", "events", "alerts", "webhooks", "files", "operation",
]  # fmt: skip

About = Literal["citizens", "staff", "nothing"]
"""The people that data is about: citizens, who are never identified by more than a telephone number
that they give for messages; staff; or no person."""

Feature = Literal[
    "phone", "text_messages", "push", "help", "video", "lifelines", "paper", "bus", "public_page",
    "private_services", "slip_answers", "mail", "playbook", "provider", "webhooks",
    "alert_webhooks", "audit_syslog", "audit_webhook", "bookings",
]  # fmt: skip
"""A part of the service that an installation, or a branch of it, may use or not.

``phone``: a number may be followed on a phone; ``help``: kiosks have a button that calls staff.
"""


class Kind(NamedTuple):
    """A kind of data; ``kept`` has places for the lengths of ``privacy/lengths.py``.

    With ``features`` it is there only if one of them is used.
    """

    id: KindId
    about: About
    content: str
    source: str
    purpose: str
    kept: str
    features: tuple[Feature, ...] = ()


_QUEUE: Final = N_("to call citizens in turn and to serve them")
_FIGURES: Final = N_("to plan the staffing and to know the service level")
_ACCESS: Final = N_("to let only those in who may use the service")
_TRACE: Final = N_("to find out who changed what, and to discover misuse")
_RUNNING: Final = N_("to run the service reliably")

KINDS: Final[tuple[Kind, ...]] = (
    # Citizens
    Kind(
        "visits", "citizens",
        N_(
            "a visit: an id that cannot be guessed, the ticket's number, language, service, "
            "counter, team, times and outcome; needs and reason for priority from closed "
            "lists"
        ),
        N_("the kiosk, the reception and the counter"),
        _QUEUE,
        N_("{retention}"),
    ),
    Kind(
        "followed", "citizens",
        N_("the code with which a number is followed on a phone, as a digest with the visit's id"),
        N_("the kiosk and the counter"),
        N_("to show citizens their own place in the queue"),
        N_("{follow}; the page ends with the visit"),
        ("phone",),
    ),
    Kind(
        "messages", "citizens",
        N_(
            "a telephone number, or the subscription of a browser for push messages, with the"
            " place in the queue at which the first message is wanted"
        ),
        N_("the citizen, on the page of the number"),
        N_("to send the messages that the citizen has asked for"),
        N_("until the call, the end of the visit, or until the citizen takes it back"),
        ("text_messages", "push"),
    ),
    Kind(
        "bookings", "citizens",
        N_(
            "a booking: a code of six letters, service, time, language and channel, and until the"
            " visit a mail address or a telephone number if letters are wanted"
        ),
        N_("the citizen, on the page of bookings, or the staff"),
        N_("to keep a time for the citizen"),
        N_(
            "until the day of the visit is over; the address until the citizen arrives, cancels or"
            " does not come, and the last letter is sent"
        ),
        ("bookings",),
    ),
    Kind(
        "codes", "citizens",
        N_("the code of an answer, as a digest with its service, and whether it was used"),
        N_("a phone whose visit is completed, the kiosk, a program"),
        N_("to count each answer once"),
        N_("until the end of the next day"),
        ("phone", "slip_answers"),
    ),
    Kind(
        "contacts", "citizens",
        N_("a contact without a ticket: service, channel, kind, place and outcome"),
        N_("a press at the counter"),
        N_("to take a wrong press back"),
        N_("{contact}; afterwards as counts alone"),
    ),
    Kind(
        "help", "citizens",
        N_("a call for help: the kiosk's name, the language, times"),
        N_("the kiosk"),
        N_("to help citizens who cannot use the kiosk"),
        N_("{help}"),
        ("help",),
    ),
    Kind(
        "lifeline", "citizens",
        N_("a call to a specialist: counter, ticket number, service, the number of a place, times"),
        N_("the counter and the specialist"),
        N_("to get a specialist's answer during the visit"),
        N_("{lifeline}"),
        ("lifelines",),
    ),
    Kind(
        "referrals", "citizens",
        N_("a referral: ticket number and date, service, branches, category, state, times"),
        N_("the counter and the specialist"),
        N_("to know what became of a referred case"),
        N_("{retention}"),
        ("lifelines",),
    ),
    Kind(
        "video", "citizens",
        N_(
            "the messages by which two pages find each other; picture, sound and text of the "
            "conversation are kept nowhere"
        ),
        N_("the screen and the clerk's page"),
        N_("to connect a citizen with a clerk elsewhere"),
        N_("minutes"),
        ("video",),
    ),
    Kind(
        "repeats", "citizens",
        N_(
            "the first response to a request, such as a visit, under a digest of the caller "
            "and the request's key"
        ),
        N_("the counter, the kiosk and programs"),
        N_("to do nothing twice when a connection fails"),
        N_("{repeats}"),
    ),
    Kind(
        "addresses", "citizens",
        N_("how many unknown codes came from an address, under a digest of that address"),
        N_("the page of a number or of an answer"),
        N_("to keep others from guessing codes"),
        N_("{window}"),
        ("phone", "slip_answers"),
    ),
    # Staff
    Kind(
        "accounts", "staff",
        N_(
            "a login: name, roles and branches, the password as a hash, or a digest of the person "
            "at the provider of the municipality's accounts"
        ),
        N_("the administration, or a login at that provider"),
        _ACCESS,
        N_(
            "until the login is removed; with one of the municipality's accounts {unused} after "
            "the last login"
        ),
    ),
    Kind(
        "sessions", "staff",
        N_(
            "where a login is in use: the kind of the browser, such as Firefox, Windows, its "
            "beginning and its last use"
        ),
        N_("the login's user"),
        _ACCESS,
        N_("{session} after the last use, {longest_session} at most"),
    ),
    Kind(
        "passkeys", "staff",
        N_(
            "passkeys of a login: a public key, a counter of uses, a short label, the kind of the "
            "browser that made it, its last use"
        ),
        N_("the login's user"),
        _ACCESS,
        N_("until they are removed, or the login is"),
    ),
    Kind(
        "known_people", "staff",
        N_(
            "who logged in on a browser, under a digest of the browser, and the PIN of each as a "
            "hash"
        ),
        N_("the login's user"),
        N_("to let colleagues take turns at a shared counter"),
        N_("offered for {known} after the last login there; {device}"),
    ),
    Kind(
        "attempts", "staff",
        N_(
            "failed sign-ins, and the browsers that an account has signed in on, under "
            "digests of names, addresses and browsers"
        ),
        N_("the sign-in page"),
        N_("to slow down the guessing of passwords"),
        N_("{window}; a known browser {device}"),
    ),
    Kind(
        "audit", "staff",
        N_(
            "the audit log: who signed in, was refused, or changed accounts, screens, "
            "configuration, interventions, files and webhooks: login, address of the machine,"
            " time"
        ),
        N_("each of these deeds"),
        _TRACE,
        N_("{audit}"),
    ),
    Kind(
        "authors", "staff",
        N_("the login that wrote or approved a text of the playbook"),
        N_("the playbook's editors"),
        N_("to know who answers for a text"),
        N_("as long as the playbook"),
        ("playbook",),
    ),
    Kind(
        "subscriptions", "staff",
        N_("an address for alerts, the login that asked for them, and what is on its way there"),
        N_("the subscriber"),
        N_("to reach those who can act when waits grow"),
        N_("until the subscription or the login is removed"),
    ),
    Kind(
        "readers", "staff",
        N_("an address for reports, and the login that added it"),
        N_("the supervisor"),
        N_("to send the reports"),
        N_("until the reader ends it or the login is removed; which report was sent {letters}"),
        ("mail",),
    ),
    # No person
    Kind(
        "figures", "nothing",
        N_(
            "counts of a day: how many, how long, by hour, service, counter and team; "
            "answers, contacts, needs, pauses and calls as counts; estimates of waits"
        ),
        N_("the visits and the counters"),
        _FIGURES,
        N_("without limit"),
    ),
    Kind(
        "configuration", "nothing",
        N_(
            "the configuration of a branch, its interventions and its notes on days, and the "
            "playbook"
        ),
        N_("the administration and the supervisors"),
        _RUNNING,
        N_("until it is changed; a former configuration as the audit log"),
    ),
    Kind(
        "screens", "nothing",
        N_(
            "the accesses of screens and programs, the address and the browser of a screen that "
            "waits to be set up, and when each was last seen"
        ),
        N_("the administration and the screens"),
        _RUNNING,
        N_("until the access is revoked; of a screen that waits, ten minutes"),
    ),
    Kind(
        "events", "citizens",
        N_("the last events of a branch, with visits by id and number"),
        N_("the kiosk and the counter"),
        N_("to keep all screens up to date"),
        N_("the newest {events}"),
    ),
    Kind(
        "alerts", "nothing",
        N_("open and past alerts about waits and goals"),
        N_("the service"),
        N_("to act before waits grow"),
        N_("the newest {alerts} of a branch"),
    ),
    Kind(
        "webhooks", "nothing",
        N_("systems that receive events: address, secrets, the last attempts"),
        N_("the administration"),
        N_("to inform other systems of the municipality"),
        N_("until the webhook is removed"),
        ("webhooks",),
    ),
    Kind(
        "files", "nothing",
        N_("files of figures, charts and speech"),
        N_("the service"),
        _FIGURES,
        N_("{files}; speech {speech}"),
    ),
    Kind(
        "operation", "nothing",
        N_("marks and limits of the service, and its background jobs"),
        N_("the service"),
        _RUNNING,
        N_("seconds to days"),
    ),
)  # fmt: skip
