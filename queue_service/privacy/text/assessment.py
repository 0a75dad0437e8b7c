"""Help for the impact assessment (article 35): the description, the risks and the measures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.days.rules.suppression import SMALLEST
from queue_service.language.catalogues import N_
from queue_service.language.wording import Wording
from queue_service.privacy.rules.facts import Facts
from queue_service.privacy.rules.kept_data import Feature
from queue_service.privacy.rules.paper import (
    Block,
    FieldToFill,
    PaperSection,
    PaperTable,
    Points,
    PrivacyPaper,
)
from queue_service.privacy.text.shared import (
    branches_table,
    data_table,
    measures,
    recipients_table,
)

FEATURE_WORDS: Final[Mapping[Feature, str]] = {
    "phone": N_("a number may be followed on a phone"),
    "text_messages": N_("text messages to a telephone number that a citizen gives"),
    "push": N_("push messages to a browser that a citizen chooses"),
    "help": N_("a button on the kiosk that calls staff"),
    "slip_answers": N_("a code on the slip with which citizens say how it went"),
    "video": N_("counters whose clerk is elsewhere, by video"),
    "lifelines": N_("calls to specialists, and referred cases"),
    "paper": N_("numbers on paper while the service is away"),
    "bus": N_("a mobile branch"),
    "public_page": N_("a public page with the waiting time"),
    "private_services": N_("services that no screen names"),
    "bookings": N_("times that citizens book"),
    "playbook": N_("a playbook of what to bring and who decides"),
}
"""The parts that an assessment describes."""


def assessment(facts: Facts, say: Wording) -> PrivacyPaper:
    """The help for the assessment."""
    return PrivacyPaper(
        say(N_("Help for the impact assessment")),
        say(
            N_(
                "Article 35 of the General Data Protection Regulation. The description follows from"
                " the installation; the assessment is the municipality’s."
            )
        ),
        (
            PaperSection(say(N_("1. Is an assessment required?")), (_criteria(facts, say),)),
            PaperSection(say(N_("2. Nature and scope")), _scope(facts, say)),
            PaperSection(
                say(N_("3. Data, purposes and lengths")),
                (data_table(facts, "citizens", say), data_table(facts, "staff", say)),
            ),
            PaperSection(say(N_("4. Recipients")), (recipients_table(facts, say),)),
            PaperSection(say(N_("5. Necessity and proportionality")), _necessity(say)),
            PaperSection(say(N_("6. Risks")), (_risks(facts, say),)),
            PaperSection(say(N_("7. Measures")), (measures(facts, say),)),
            PaperSection(say(N_("8. Conclusion")), _conclusion(say)),
        ),
    )


def _criteria(facts: Facts, say: Wording) -> PaperTable:
    messages = bool({"text_messages", "push"} & facts.features)
    rows = (
        (
            say(N_("Evaluation or scoring of people")),
            say(N_("No: no figure is about a citizen or an employee.")),
        ),
        (
            say(N_("Automated decisions with legal effect")),
            say(N_("No: the order of the queue is the only one, and staff may change it.")),
        ),
        (
            say(N_("Systematic monitoring")),
            say(
                N_("No citizen is recognised. Sign-ins and changes by staff are in the audit log.")
            ),
        ),
        (
            say(N_("Special categories")),
            say(
                N_(
                    "Needs and the reason for priority can be about health. They belong to a ticket"
                    " number and are kept as long as the visit."
                )
            ),
        ),
        (
            say(N_("Large scale")),
            say(N_("Branches: {n}."), n=say.count(len(facts.branches))),
        ),
        (
            say(N_("Matching of data from several sources")),
            say(N_("No: the service reads no register.")),
        ),
        (
            say(N_("Vulnerable people")),
            say(N_("Citizens of all ages come to the branches; staff are employees.")),
        ),
        (
            say(N_("New technology")),
            say(
                N_("Citizens may give a telephone number or let their browser be written to.")
                if messages
                else N_("None that collects data about a citizen.")
            ),
        ),
    )
    heads = (N_("Criterion"), N_("In this installation"), N_("Municipality’s assessment"))
    return PaperTable(tuple(map(say, heads)), tuple((*row, "") for row in rows))


def _scope(facts: Facts, say: Wording) -> tuple[Block, ...]:
    parts = [
        f"{say(words)}{_places(facts, feature)}"
        for feature, words in FEATURE_WORDS.items()
        if feature in facts.features
    ]
    found: list[Block] = [
        say(
            N_(
                "Citizens take a numbered ticket, are called to a counter and served. The service"
                " records the times and the outcome of each visit, without knowing the citizen."
            )
        ),
        branches_table(facts, say),
    ]
    if parts:
        found += [say(N_("Parts in use:")), Points(tuple(parts))]
    return (
        *found,
        FieldToFill(say(N_("Number of visits a year"))),
        FieldToFill(say(N_("Number of staff"))),
    )


def _places(facts: Facts, feature: Feature) -> str:
    names = facts.where(feature)
    return f" ({', '.join(names)})" if names and len(names) < len(facts.branches) else ""


def _necessity(say: Wording) -> tuple[Block, ...]:
    return (
        Points(
            (
                say(N_("A ticket number is enough to call somebody, so no name is asked for.")),
                say(
                    N_(
                        "Figures need counts alone, so a visit is deleted after the retention and"
                        " its counts remain."
                    )
                ),
                say(N_("A retention shorter than the one in use can be set for each branch.")),
            )
        ),
        FieldToFill(say(N_("Legal basis"))),
        FieldToFill(say(N_("How citizens are informed"))),
    )


_RISKS: Final[tuple[tuple[str, str], ...]] = (
    (
        N_("Somebody finds out what a citizen came for"),
        N_("A visit has no name. Its id cannot be guessed, and a page shows its own visit."),
    ),
    (
        N_("A small group of citizens is recognised in figures"),
        N_("Groups of fewer than {n} are left out of reports and open data."),
    ),
    (
        N_("A need or a reason for priority becomes known"),
        N_("Staff alone see it. No screen, event or webhook has it; figures have no hour."),
    ),
    (
        N_("Employees are monitored by figures or by the audit log"),
        N_("Figures of a counter cover complete weeks. The log has nothing of a counter."),
    ),
    (
        N_("A login is misused"),
        N_("Guessing is slowed down, logins end, and each change is in the audit log."),
    ),
    (
        N_("A kiosk or display is stolen"),
        N_("Its access is revoked at once, and the numbers it issued can be ended."),
    ),
    (
        N_("The server or a backup comes into wrong hands"),
        N_("It has ticket numbers and staff logins; passwords are hashes."),
    ),
    (
        N_("Data is lost"),
        N_("Each change is on disk before it is acknowledged; backups can be restored."),
    ),
)
"""Each risk of every installation, with the service's answer to it."""

_RISKS_OF_FEATURES: Final[Mapping[frozenset[Feature], tuple[str, str]]] = {
    frozenset({"text_messages", "push", "bookings"}): (
        N_("A telephone number, a mail address or a browser’s address leads to a citizen"),
        N_(
            "It is removed with the call, the visit’s end or the last letter, and is in no"
            " figure or log."
        ),
    ),
    frozenset({"video"}): (
        N_("A video conversation is listened to"),
        N_("It goes from browser to browser, encrypted, and is not recorded."),
    ),
    frozenset({"private_services"}): (
        N_("A private errand is shown in the waiting room"),
        N_("No display, slip or announcement names it."),
    ),
}
"""Each risk that comes with one of some features, likewise."""


def _risks(facts: Facts, say: Wording) -> PaperTable:
    also = (risk for with_, risk in _RISKS_OF_FEATURES.items() if with_ & facts.features)
    heads = (N_("Risk"), N_("What the service does"), N_("Remaining risk, and who decides"))
    n = say.count(SMALLEST)
    body = ((say(risk), say(does, n=n), "") for risk, does in (*_RISKS, *also))
    return PaperTable(tuple(map(say, heads)), tuple(body))


def _conclusion(say: Wording) -> tuple[Block, ...]:
    return (
        FieldToFill(say(N_("Opinion of the data protection officer"))),
        FieldToFill(say(N_("Opinion of the staff’s representatives"))),
        FieldToFill(say(N_("Decision, date and name"))),
        FieldToFill(say(N_("Next review"))),
    )
