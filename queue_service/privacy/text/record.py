"""The record of processing activities (article 30): as controller, and as processor."""

from __future__ import annotations

from queue_service.language.catalogues import N_
from queue_service.language.wording import Wording
from queue_service.privacy.rules.facts import Facts
from queue_service.privacy.rules.paper import Block, FieldToFill, PaperSection, Points, PrivacyPaper
from queue_service.privacy.text.shared import (
    branches_table,
    data_table,
    measures,
    recipients_table,
)


def record(facts: Facts, say: Wording) -> PrivacyPaper:
    """The record."""
    return PrivacyPaper(
        say(N_("Record of processing activities")),
        say(
            N_(
                "Article 30 of the General Data Protection Regulation, for queue tickets and"
                " service times. Parts 1 to 8 are those of the controller, part 9 that of a"
                " processor who runs the service."
            )
        ),
        (
            PaperSection(say(N_("1. Controller")), _controller(facts, say)),
            PaperSection(say(N_("2. Purposes")), _purposes(facts, say)),
            PaperSection(
                say(N_("3. Data about citizens")),
                (_citizens(say), data_table(facts, "citizens", say)),
            ),
            PaperSection(say(N_("4. Data about staff")), (data_table(facts, "staff", say),)),
            PaperSection(
                say(N_("5. Recipients")),
                (recipients_table(facts, say), FieldToFill(say(N_("Other recipients")))),
            ),
            PaperSection(say(N_("6. Transfers to third countries")), transfers(facts, say)),
            PaperSection(
                say(N_("7. Deletion")),
                (
                    say(N_("Lengths are in the tables of parts 3 and 4. By branch:")),
                    branches_table(facts, say),
                ),
            ),
            PaperSection(say(N_("8. Security measures")), (measures(facts, say),)),
            PaperSection(say(N_("9. Processor")), _processor(facts, say)),
        ),
    )


def _controller(facts: Facts, say: Wording) -> tuple[Block, ...]:
    return (
        FieldToFill(say(N_("Controller")), facts.surroundings.publisher),
        FieldToFill(say(N_("Address and CVR number"))),
        FieldToFill(say(N_("Contact"))),
        FieldToFill(say(N_("Data protection officer"))),
    )


def _purposes(facts: Facts, say: Wording) -> tuple[Block, ...]:
    found = dict.fromkeys(say(kind.purpose) for kind in facts.kinds() if kind.about != "nothing")
    return (
        Points(tuple(found)),
        FieldToFill(
            say(N_("Legal basis")),
            say(
                N_(
                    "proposal: article 6(1)(e), a task in the public interest; the municipality"
                    " decides"
                )
            ),
        ),
    )


def _citizens(say: Wording) -> str:
    return say(
        N_(
            "Data subjects are citizens who take a number. The service cannot identify them: two"
            " visits of one person are two visits. Needs and the reason for priority, which the"
            " reception may choose from closed lists, can be about health."
        )
    )


def transfers(facts: Facts, say: Wording) -> tuple[Block, ...]:
    """The transfers to third countries, and what the municipality has to look up."""
    found: list[Block] = [
        say(N_("The service itself transfers nothing to a country outside the EU and the EEA."))
    ]
    if "push" in facts.features:
        found.append(
            say(
                N_(
                    "Push messages pass through the push service that the citizen’s browser names,"
                    " which may be outside the EU. It cannot read the message."
                )
            )
        )
    if facts.recipients:
        found.append(FieldToFill(say(N_("Countries of the recipients of part 5"))))
    return tuple(found)


def _processor(facts: Facts, say: Wording) -> tuple[Block, ...]:
    return (
        say(N_("Filled in if somebody else than the controller runs the service.")),
        FieldToFill(say(N_("Processor")), ""),
        FieldToFill(say(N_("Contact"))),
        FieldToFill(say(N_("On behalf of")), facts.surroundings.publisher),
        FieldToFill(
            say(N_("Categories of processing")),
            say(N_("operation, storage, backup and deletion of the data of parts 3 and 4")),
        ),
        say(N_("Transfers and security measures are those of parts 6 and 8.")),
    )
