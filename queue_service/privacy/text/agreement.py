"""The annexes of a processor agreement, by the standard clauses of Datatilsynet (A to D)."""

from __future__ import annotations

from queue_service.language.catalogues import N_
from queue_service.language.wording import NOTHING, Wording
from queue_service.privacy.rules.facts import Facts
from queue_service.privacy.rules.paper import (
    Block,
    FieldToFill,
    PaperSection,
    PaperTable,
    Points,
    PrivacyPaper,
)
from queue_service.privacy.text.record import transfers
from queue_service.privacy.text.shared import (
    RECIPIENTS,
    branches_table,
    kinds_of,
    length_of,
    measures,
)


def agreement(facts: Facts, say: Wording) -> PrivacyPaper:
    """The annexes."""
    return PrivacyPaper(
        say(N_("Annexes of the processor agreement")),
        say(
            N_(
                "Annexes A to D of the standard contractual clauses of the Danish Data Protection"
                " Agency (Datatilsynet), for an operator who runs this installation on behalf of"
                " the municipality."
            )
        ),
        (
            PaperSection(say(N_("The parties")), _parties(facts, say)),
            PaperSection(say(N_("Annex A. The processing")), _processing(facts, say)),
            PaperSection(say(N_("Annex B. Sub-processors")), _sub_processors(facts, say)),
            PaperSection(say(N_("Annex C. Instruction")), _instruction(facts, say)),
            PaperSection(
                say(N_("Annex D. Other terms between the parties")),
                (FieldToFill(say(N_("Other terms"))),),
            ),
        ),
    )


def _parties(facts: Facts, say: Wording) -> tuple[Block, ...]:
    return (
        FieldToFill(say(N_("Controller")), facts.surroundings.publisher),
        FieldToFill(say(N_("Processor"))),
        FieldToFill(say(N_("Date"))),
    )


def _processing(facts: Facts, say: Wording) -> tuple[Block, ...]:
    return (
        say(
            N_(
                "A.1 Purpose: to call citizens in turn, to plan the staffing and to know the"
                " service level."
            )
        ),
        say(
            N_(
                "A.2 Nature: operation of the queue service: collection at kiosks and counters,"
                " storage, display, counting, backup and deletion."
            )
        ),
        say(N_("A.3 Types of personal data:")),
        _types(facts, say),
        say(
            N_(
                "A.4 Data subjects: citizens who take a number, whom the service cannot identify;"
                " staff of the municipality with a login."
            )
        ),
        FieldToFill(say(N_("A.5 Duration"))),
    )


def _types(facts: Facts, say: Wording) -> Points:
    kinds = (*kinds_of(facts, "citizens"), *kinds_of(facts, "staff"))
    return Points(tuple(say(kind.content) for kind in kinds))


def _sub_processors(facts: Facts, say: Wording) -> tuple[Block, ...]:
    heads = (N_("Name"), N_("CVR number"), N_("Address"), N_("Processing"))
    rows = tuple(
        ("", "", "", f"{say(RECIPIENTS[one.kind].name)} ({', '.join(one.hosts) or NOTHING})")
        for one in facts.recipients
    )
    found: Block = PaperTable(tuple(map(say, heads)), rows)
    if not rows:
        found = say(
            N_("The installation itself uses none. The operator’s own suppliers are added here.")
        )
    return (
        say(
            N_(
                "B.1 Systems that receive personal data, by the settings of the installation. Those"
                " that the municipality runs itself, or has its own contract with, are not"
                " sub-processors and are struck out."
            )
        ),
        found,
        FieldToFill(say(N_("Suppliers of machines and hosting"))),
        FieldToFill(say(N_("B.2 Notice of changes"))),
    )


def _instruction(facts: Facts, say: Wording) -> tuple[Block, ...]:
    return (
        say(
            N_(
                "C.1 The processor operates, updates and backs up the installation, and processes"
                " data for no other purpose."
            )
        ),
        say(N_("C.2 Security of processing:")),
        measures(facts, say),
        say(
            N_(
                "C.3 Assistance: the audit log as a file, the configuration and its history, tables"
                " of figures, and this paper, from the pages of administration. A citizen cannot be"
                " found in the data without a ticket’s number and date."
            )
        ),
        say(N_("C.4 Storage and deletion:")),
        branches_table(facts, say),
        _lengths(facts, say),
        FieldToFill(say(N_("Return or deletion at the end of the agreement"))),
        FieldToFill(say(N_("C.5 Location of processing"))),
        say(N_("C.6 Third countries:")),
        *transfers(facts, say),
        FieldToFill(say(N_("C.7 Supervision of the processor"))),
        FieldToFill(say(N_("C.8 Supervision of sub-processors"))),
    )


def _lengths(facts: Facts, say: Wording) -> PaperTable:
    kinds = (*kinds_of(facts, "citizens"), *kinds_of(facts, "staff"))
    return PaperTable(
        (say(N_("Data")), say(N_("Kept"))),
        tuple((say(kind.content), length_of(kind, facts, say)) for kind in kinds),
    )
