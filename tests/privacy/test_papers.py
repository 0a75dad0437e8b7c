"""The papers of data protection say what the installation does, and nothing that it does not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final, get_args

import pytest

from queue_service.audit.text import ACTION_WORDS
from queue_service.language.wording import Wording
from queue_service.privacy.lengths import EVENTS_KEPT, REPEATS_SECONDS, in_words, kept
from queue_service.privacy.rules.facts import (
    BranchFacts,
    Facts,
    Recipient,
    RecipientKind,
    Surroundings,
)
from queue_service.privacy.rules.kept_data import KINDS, Feature
from queue_service.privacy.rules.paper import Block, FieldToFill, PaperTable, Points, PrivacyPaper
from queue_service.privacy.text import PAPERS, PaperId
from queue_service.privacy.text.shared import RECIPIENTS

PLAIN: Final = Facts(Surroundings(), (BranchFacts("Nord", 90, frozenset()),), frozenset(), ())
EN: Final = Wording("en")


def words_of(block: Block) -> Iterable[str]:
    """Every text of a block."""
    if isinstance(block, FieldToFill):
        yield f"{block.name}: {block.value or '____'}"
    elif isinstance(block, Points):
        yield from block.items
    elif isinstance(block, PaperTable):
        yield from (" | ".join(row) for row in (block.heads, *block.rows))
    else:
        yield block


def text(paper: PaperId, facts: Facts = PLAIN, say: Wording = EN) -> str:
    """A paper as plain text."""
    made: PrivacyPaper = PAPERS[paper](facts, say)
    parts = [line for s in made.sections for b in s.blocks for line in (s.title, *words_of(b))]
    return "\n".join([made.title, made.about, *parts])


def everything(facts: Facts) -> str:
    """All papers as plain text."""
    return "\n".join(text(paper, facts) for paper in PAPERS)


def using(*features: Feature) -> Facts:
    """The plain installation with these parts, in its one branch."""
    branch = BranchFacts("Nord", 90, frozenset(features))
    return replace(PLAIN, branches=(branch,), features=frozenset(features))


@pytest.mark.parametrize(
    ("feature", "paper", "words"),
    [
        ("phone", "assessment", "a number may be followed on a phone"),
        ("phone", "record", "The code with which a number is followed on a phone"),
        ("text_messages", "record", "A telephone number, or the subscription of a browser"),
        ("text_messages", "assessment", "Citizens may give a telephone number"),
        ("text_messages", "assessment", "A telephone number, a mail address or a browser’s"),
        ("push", "record", "Push messages pass through the push service"),
        ("push", "agreement", "Push messages pass through the push service"),
        ("help", "record", "A call for help: the kiosk's name"),
        ("video", "record", "The messages by which two pages find each other"),
        ("video", "notice", "the conversation with a citizen at a video counter"),
        ("video", "assessment", "A video conversation is listened to"),
        ("lifelines", "record", "A referral: ticket number and date"),
        ("lifelines", "notice", "which specialist answered a call"),
        ("lifelines", "notice", "Calls to specialists are counted by lifeline and hour"),
        ("paper", "record", "Numbers on paper keep the branches open"),
        ("bus", "assessment", "a mobile branch"),
        ("public_page", "assessment", "a public page with the waiting time"),
        ("private_services", "assessment", "A private errand is shown in the waiting room"),
        ("slip_answers", "record", "The code of an answer, as a digest"),
        ("mail", "notice", "An address for reports, and the login that added it"),
        ("playbook", "notice", "The playbook shows which login wrote and approved a text."),
        ("audit_syslog", "notice", "The log is also sent to another system"),
        ("audit_webhook", "notice", "The log is also sent to another system"),
    ],
)
def test_a_part_is_in_the_papers_only_while_it_is_used(
    feature: Feature, paper: PaperId, words: str
) -> None:
    assert words in text(paper, using(feature))
    assert words not in everything(PLAIN)


@pytest.mark.parametrize("kind", get_args(RecipientKind))
def test_a_recipient_is_named_only_if_it_is_set_up(kind: RecipientKind) -> None:
    facts = replace(PLAIN, recipients=(Recipient(kind, ("there.example.dk",)),))
    for paper in ("record", "notice", "assessment", "agreement"):
        assert RECIPIENTS[kind].name in text(paper, facts)
        assert "there.example.dk" in text(paper, facts)
        assert RECIPIENTS[kind].name not in text(paper)
    assert "no other system receives personal data" in text("record")
    assert "no other system receives personal data" not in text("record", facts)
    assert "The installation itself uses none" in text("agreement")
    assert "The installation itself uses none" not in text("agreement", facts)


@pytest.mark.parametrize(
    ("around", "yes", "no"),
    [
        (Surroundings(https=True), "reach the service by https", "no public address with https"),
        (
            Surroundings(store_hosts=("redis",), store_encrypted=True),
            "The connection to the store is encrypted (TLS).",
            "The connection to the store is not encrypted.",
        ),
        (
            Surroundings(store_hosts=("redis",)),
            "The connection to the store is not encrypted.",
            "without a port on the network",
        ),
        (Surroundings(backups_encrypted=True), "Backups are encrypted", "Backups are not"),
        (Surroundings(audit_days=30), "kept for 30 days", "kept for 365 days"),
        (Surroundings(replicas=1), "once another server has it", "once another server had it"),
        (Surroundings(publisher="Nord Kommune"), "Controller: Nord Kommune", "Controller: ____"),
    ],
)
def test_a_measure_is_that_of_the_settings(around: Surroundings, yes: str, no: str) -> None:
    facts = replace(PLAIN, surroundings=around)
    assert yes in everything(facts)
    assert no not in everything(facts)
    assert yes not in everything(PLAIN)


def test_the_visits_of_each_branch_are_kept_as_it_is_configured() -> None:
    two = (BranchFacts("Nord", 90, frozenset()), BranchFacts("Syd", 1, frozenset({"video"})))
    facts = replace(PLAIN, branches=two, features=frozenset({"video"}))
    assert "Nord | 90 days" in text("record", facts)
    assert "Syd | 1 day" in text("record", facts)
    assert "1 day to 90 days, by branch" in text("record", facts)
    assert "counters whose clerk is elsewhere, by video (Syd)" in text("assessment", facts)
    assert "No branch is in use yet." in text("record", replace(PLAIN, branches=()))


def test_a_blank_is_left_where_the_municipality_decides() -> None:
    for name in ("Controller", "Data protection officer", "Contact"):
        assert f"{name}: ____" in text("record")
    assert "Discussed in the joint committee (MED) on: ____" in text("notice")
    assert "Decision, date and name: ____" in text("assessment")
    assert "C.7 Supervision of the processor: ____" in text("agreement")


def test_each_kind_of_data_about_people_is_in_the_record() -> None:
    record = text("record", using(*get_args(Feature))).lower()
    for kind in KINDS:
        assert (kind.content.lower() in record) == (kind.about != "nothing"), kind.id


def test_a_notice_lists_each_action_of_the_audit_log() -> None:
    notice = text("notice").lower()
    assert [action for action, words in ACTION_WORDS.items() if words.lower() not in notice] == []


@pytest.mark.parametrize("paper", PAPERS)
def test_a_paper_is_whole_in_danish(paper: PaperId) -> None:
    danish = text(paper, using(*get_args(Feature)), Wording("da"))
    assert re.search(r"\{\w+\}", danish) is None
    assert re.search(r"\b(the|and|which)\b", danish) is None


def test_lengths_are_in_the_largest_whole_unit() -> None:
    for seconds, words in ((60, "1 minute"), (5400, "90 minutes"), (7200, "2 hours")):
        assert in_words(seconds, EN) == words
    assert in_words(86_400, EN) == "1 day"
    visits = next(kind for kind in KINDS if kind.id == "visits")
    assert kept(visits, EN, (), 365) == "as the branch has it configured"
    assert kept(visits, EN, (90, 90), 365) == "90 days"


def test_lengths_are_those_of_the_scripts() -> None:
    prelude = (Path(__file__).parents[2] / "queue_service/store/prelude.lua").read_text()
    assert f"MEMORY_SECONDS = {REPEATS_SECONDS}\n" in prelude
    assert f"LOG_LENGTH = {EVENTS_KEPT}\n" in prelude
