"""The notice to staff about what the service records of them and what it does not."""

from __future__ import annotations

from typing import Final

from queue_service.audit.text import ACTION_WORDS, GROUP_WORDS
from queue_service.days.rules.suppression import FEWEST_DAYS_OF_WORK, SMALLEST
from queue_service.language.catalogues import N_
from queue_service.language.wording import Wording
from queue_service.privacy.lengths import in_words
from queue_service.privacy.rules.facts import Facts
from queue_service.privacy.rules.paper import (
    Block,
    FieldToFill,
    PaperSection,
    PaperTable,
    Points,
    PrivacyPaper,
)
from queue_service.privacy.text.shared import data_table, recipients_table

_DAY_SECONDS: Final = 86_400


def notice(facts: Facts, say: Wording) -> PrivacyPaper:
    """The notice."""
    return PrivacyPaper(
        say(N_("Notice to staff about control measures")),
        say(
            N_(
                "What the queue service records about those who work with it, why, for how long,"
                " and what it does not record. The notice is given before the service is taken"
                " into use, within the time limit of the agreement on control measures."
            )
        ),
        (
            PaperSection(say(N_("1. From the municipality")), _from(facts, say)),
            PaperSection(
                say(N_("2. Recorded about you")),
                (
                    data_table(facts, "staff", say),
                    say(
                        N_(
                            "A login may be shared by several people. Then the data is about the"
                            " login alone."
                        )
                    ),
                ),
            ),
            PaperSection(say(N_("3. The audit log")), _audit(facts, say)),
            PaperSection(say(N_("4. Not recorded")), _never(facts, say)),
            PaperSection(say(N_("5. Figures of counters and teams")), _figures(facts, say)),
            PaperSection(
                say(N_("6. Readers")),
                (_readers(say), say(N_("Outside the service:")), recipients_table(facts, say)),
            ),
            PaperSection(say(N_("7. Your rights")), _rights(say)),
        ),
    )


def _from(facts: Facts, say: Wording) -> tuple[Block, ...]:
    return (
        FieldToFill(say(N_("Workplace")), facts.surroundings.publisher),
        FieldToFill(say(N_("Branches")), ", ".join(branch.name for branch in facts.branches)),
        FieldToFill(say(N_("In use from"))),
        FieldToFill(say(N_("Notice given on"))),
        FieldToFill(say(N_("Discussed in the joint committee (MED) on"))),
        FieldToFill(say(N_("Contact"))),
        say(
            N_(
                "The purpose is to call citizens in turn, to plan the staffing and to protect the"
                " service against misuse. The service is not made to measure employees."
            )
        ),
    )


def _audit(facts: Facts, say: Wording) -> tuple[Block, ...]:
    groups = [
        (
            say(words),
            ", ".join(
                _small(say(ACTION_WORDS[action]))
                for action in ACTION_WORDS
                if action.startswith(group[:-1])
            ),
        )
        for group, words in GROUP_WORDS.items()
    ]
    found: list[Block] = [
        say(
            N_(
                "Taking turns at a shared counter by a PIN or a passkey is a sign-in, and the log"
                " shows when somebody began there. No figure is made from it."
            )
        ),
        say(
            N_(
                "Each entry has the time, the login, the address of the machine and the action. It"
                " is kept for {length}. The actions are:"
            ),
            length=in_words(facts.surroundings.audit_days * _DAY_SECONDS, say),
        ),
        PaperTable((say(N_("Subject")), say(N_("Actions"))), tuple(groups)),
        say(
            N_(
                "None of them is about the work at a counter: the log has no call, no visit, no"
                " pause and no ticket."
            )
        ),
    ]
    if {"audit_syslog", "audit_webhook"} & facts.features:
        found.append(say(N_("The log is also sent to another system of the municipality.")))
    return tuple(found)


def _never(facts: Facts, say: Wording) -> tuple[Block, ...]:
    found = [
        say(N_("which login called, served or completed a visit")),
        say(N_("a figure, a ranking or a target for one employee")),
        say(N_("who paused a counter, or for how long somebody was away")),
        say(N_("who answered a call for help, or acknowledged an alert")),
        say(N_("sound, picture or keystrokes")),
    ]
    if "video" in facts.features:
        found.append(say(N_("the conversation with a citizen at a video counter")))
    if "lifelines" in facts.features:
        found.append(say(N_("which specialist answered a call, or decided a referred case")))
    return (say(N_("The service does not record:")), Points(tuple(found)))


def _figures(facts: Facts, say: Wording) -> tuple[Block, ...]:
    found = [
        say(
            N_(
                "Figures of a counter or a team cover complete past weeks, Monday to Sunday. A week"
                " with work on fewer than {days} days, or with fewer than {n} inquiries, is left"
                " out."
            ),
            days=say.count(FEWEST_DAYS_OF_WORK),
            n=say.count(SMALLEST),
        ),
        say(
            N_(
                "Pauses are counted by reason and hour, and by counter, for the same weeks. They"
                " have no login."
            )
        ),
        say(
            N_(
                "Supervisors and colleagues see on the board which counters are open, which serve,"
                " and which are paused and why, at the present."
            )
        ),
        say(
            N_(
                "A day on which a single counter was open shows that counter’s work: how many came"
                " and how long it took."
            )
        ),
    ]
    if "lifelines" in facts.features:
        found.append(
            say(N_("Calls to specialists are counted by lifeline and hour, and by no person."))
        )
    if "playbook" in facts.features:
        found.append(say(N_("The playbook shows which login wrote and approved a text.")))
    return (Points(tuple(found)),)


def _readers(say: Wording) -> PaperTable:
    return PaperTable(
        (say(N_("Reader")), say(N_("Reads"))),
        (
            (
                say(N_("You")),
                say(N_("where your own login is in use, and you can end each of these logins")),
            ),
            (say(N_("Clerks")), say(N_("the present state of the branch’s counters"))),
            (say(N_("Supervisors")), say(N_("the figures of part 5; not the audit log"))),
            (
                say(N_("Administrators")),
                say(N_("the figures, the list of logins, and the audit log of their branches")),
            ),
        ),
    )


def _rights(say: Wording) -> tuple[Block, ...]:
    return (
        say(
            N_(
                "You can ask the municipality for access to data about you, and for its correction"
                " or deletion, and complain to the Danish Data Protection Agency (Datatilsynet)."
            )
        ),
        FieldToFill(say(N_("Data protection officer"))),
        FieldToFill(say(N_("How the municipality uses the audit log about staff"))),
    )


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
