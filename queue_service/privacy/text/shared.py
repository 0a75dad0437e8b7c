"""Parts that several papers have: tables of data and of recipients, and the measures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from queue_service.access.rules.lifetimes import LONGEST_SESSION_MS, SESSION_MS
from queue_service.days.rules.suppression import SMALLEST
from queue_service.language.catalogues import N_
from queue_service.language.wording import NOTHING, Wording
from queue_service.privacy.lengths import in_words, kept
from queue_service.privacy.rules.facts import Facts, RecipientKind
from queue_service.privacy.rules.kept_data import About, Kind
from queue_service.privacy.rules.paper import Block, PaperTable, Points

_DAY_SECONDS: Final = 86_400


class _Received(NamedTuple):
    """A kind of recipient: its name, what it receives, and what for."""

    name: str
    data: str
    purpose: str


RECIPIENTS: Final[Mapping[RecipientKind, _Received]] = {
    "store": _Received(
        N_("Server of the store"),
        N_("all data of this paper"),
        N_("to store it"),
    ),
    "provider": _Received(
        N_("Provider of the municipality’s accounts (OpenID Connect)"),
        N_("that somebody logs in here, and when; it sends the name and the roles"),
        N_("to log staff in with the municipality’s accounts"),
    ),
    "mail": _Received(
        N_("Mail server"),
        N_(
            "mail addresses of staff, and of citizens who want letters about an appointment;"
            " alerts, reports and these letters"
        ),
        N_("to send alerts, reports and letters about appointments"),
    ),
    "sms": _Received(
        N_("Gateway for text messages"),
        N_(
            "the telephone number, and the text with branch, ticket number and place or counter,"
            " or with the time and the code of an appointment"
        ),
        N_("to send the messages that a citizen has asked for"),
    ),
    "push": _Received(
        N_(
            "Push services of the makers of browsers, such as Google, Mozilla, Apple or Microsoft,"
            " as the citizen’s browser names them"
        ),
        N_(
            "the browser’s address there and the time of a message; the content is encrypted for"
            " the browser"
        ),
        N_("to send the messages that a citizen has asked for"),
    ),
    "turn": _Received(
        N_("Relay for picture and sound (TURN)"),
        N_("encrypted picture and sound, and the addresses of the two machines"),
        N_("to connect a video counter with its clerk"),
    ),
    "stun": _Received(
        N_("Server that finds addresses (STUN)"),
        N_("the addresses of the two machines"),
        N_("to connect a video counter with its clerk"),
    ),
    "webhooks": _Received(
        N_("Systems that receive events (webhooks)"),
        N_(
            "a visit’s id, ticket number, service, counter and state; a booking’s code, service,"
            " time and language"
        ),
        N_("to inform other systems of the municipality"),
    ),
    "alert_webhooks": _Received(
        N_("Systems that receive alerts"),
        N_("alerts about waits and goals, which are about no person"),
        N_("to reach those who can act when waits grow"),
    ),
    "audit_syslog": _Received(
        N_("Receiver of the audit log (syslog)"),
        N_("the audit log: login, address of the machine, action and time"),
        N_("to find out who changed what, and to discover misuse"),
    ),
    "audit_webhook": _Received(
        N_("Receiver of the audit log (webhook)"),
        N_("the audit log: login, address of the machine, action and time"),
        N_("to find out who changed what, and to discover misuse"),
    ),
    "central_server": _Received(
        N_("The municipality’s central server"),
        N_("the visits and figures of this mobile branch"),
        N_("to show the branch together with the others"),
    ),
}


def kinds_of(facts: Facts, about: About) -> tuple[Kind, ...]:
    """The kinds of data about these people."""
    return tuple(kind for kind in facts.kinds() if kind.about == about)


def data_table(facts: Facts, about: About, say: Wording) -> PaperTable:
    """The kinds of data about these people: content, source, purpose and length."""
    heads = (N_("Data"), N_("Source"), N_("Purpose"), N_("Kept"))
    rows = (
        (say(k.content), say(k.source), say(k.purpose), length_of(k, facts, say))
        for k in kinds_of(facts, about)
    )
    return PaperTable(tuple(map(say, heads)), tuple(tuple(map(_capital, row)) for row in rows))


def length_of(kind: Kind, facts: Facts, say: Wording) -> str:
    """For how long this installation keeps a kind of data."""
    return kept(kind, say, facts.retention_days, facts.surroundings.audit_days)


def recipients_table(facts: Facts, say: Wording) -> Block:
    """The recipients, or the sentence that there are none."""
    if not facts.recipients:
        return say(N_("None: no other system receives personal data from this installation."))
    heads = (N_("Recipient"), N_("Address"), N_("Data"), N_("Purpose"))
    rows = (
        (
            say(RECIPIENTS[one.kind].name),
            ", ".join(one.hosts) or NOTHING,
            _capital(say(RECIPIENTS[one.kind].data)),
            _capital(say(RECIPIENTS[one.kind].purpose)),
        )
        for one in facts.recipients
    )
    return PaperTable(tuple(map(say, heads)), tuple(rows))


def branches_table(facts: Facts, say: Wording) -> Block:
    """The branches, and for how long each keeps visits."""
    if not facts.branches:
        return say(N_("No branch is in use yet."))
    rows = ((one.name, in_words(one.retention_days * _DAY_SECONDS, say)) for one in facts.branches)
    return PaperTable((say(N_("Branch")), say(N_("Visits are kept"))), tuple(rows))


def measures(facts: Facts, say: Wording) -> Points:
    """The technical and organisational measures of the service, as it is set up."""
    around = facts.surroundings
    session = in_words(SESSION_MS // 1000, say)
    longest = in_words(LONGEST_SESSION_MS // 1000, say)
    always = (
        say(
            N_(
                "Data minimisation: there is no field for a citizen’s name, civil registration"
                " number or address, and none for a text about a citizen. Citizens are ticket"
                " numbers."
            )
        ),
        say(
            N_(
                "Access: every address of the service is bound to roles, and a login of one branch"
                " opens no other. A login ends {session} after its last use, and {longest} after it"
                " began."
            ),
            session=session,
            longest=longest,
        ),
        say(
            N_(
                "Passwords are kept as Argon2id hashes, tokens and codes as digests. Common"
                " passwords are refused, and guessing is slowed down."
            )
        ),
        say(
            N_(
                "An audit log of sign-ins, refusals and changes is kept for {length}. Nobody can"
                " change it through the service."
            ),
            length=in_words(around.audit_days * _DAY_SECONDS, say),
        ),
        say(
            N_(
                "Deletion is automatic, every hour. Deleted data is gone from the store’s log on"
                " disk within a day."
            )
        ),
        say(
            N_("Groups of fewer than {n} are left out of reports and open data."),
            n=say.count(SMALLEST),
        ),
        say(N_("Pages load nothing from other sites, and set no cookies for others.")),
    )
    return Points((*always, *_encryption(facts, say), *_availability(facts, say)))


def _encryption(facts: Facts, say: Wording) -> tuple[str, ...]:
    around = facts.surroundings
    yes = N_("Pages and programs reach the service by https.")
    no = N_(
        "The service has no public address with https. The municipality has to make sure that its"
        " network is protected, or put a proxy with TLS in front."
    )
    store = N_("The store runs on the service’s own machine, without a port on the network.")
    if around.store_hosts:
        encrypted = N_("The connection to the store is encrypted (TLS).")
        plain = N_(
            "The connection to the store is not encrypted. It must stay in a protected network."
        )
        store = encrypted if around.store_encrypted else plain
    backups = (
        N_("Backups are encrypted with the operator’s public keys.")
        if around.backups_encrypted
        else N_("Backups are not encrypted. The operator has to protect the files.")
    )
    return (say(yes if around.https else no), say(store), say(backups))


def _availability(facts: Facts, say: Wording) -> tuple[str, ...]:
    found = []
    if facts.surroundings.replicas:
        found.append(say(N_("A change is acknowledged only once another server has it.")))
    if "paper" in facts.features:
        found.append(say(N_("Numbers on paper keep the branches open while the service is away.")))
    return tuple(found)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
