"""What a letter and a message say: in the reader's language, in the branch's time, and safely."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from queue_service.alerts.rules.alerts import Alert
from queue_service.alerts.rules.causes import Cause, Finding
from queue_service.alerts.rules.deliveries import Event, OutgoingDelivery, delivery
from queue_service.alerts.rules.subscriptions import Subscription
from queue_service.branches.rules.branch import Branch
from queue_service.notify.mail import Letter
from tests.desks import document
from workers.letters import body, letter

NINE = 1_795_593_600_000
MINUTE = 60_000
URL = "https://queue.example.dk"
GOAL = Finding(Cause("goal", "handling-6-min"), judged=30, within=12, target=0.7)
WAIT = Finding(Cause("wait"), since=NINE, service="pas", waiting=4)
EMPTY = Finding(Cause("unattended"), waiting=1)


def outgoing(
    finding: Finding, event: Event = "raised", language: str = "da", **branch: Any
) -> OutgoingDelivery:
    """A message about an alert that was raised at a quarter past nine, local time."""
    to = Subscription("s", "a", ("goal",), 15, "mail", "leder@example.dk", language, 0)
    alert = Alert("0123456789abcdef", NINE + 15 * MINUTE, finding, 75 * MINUTE, told=("s", "t"))
    over = replace(alert, gone_at=NINE + 80 * MINUTE, resolved_at=NINE + 85 * MINUTE)
    sent = delivery(event, over if event == "resolved" else alert, to, alert.raised_at)
    return OutgoingDelivery(Branch.from_document("raadhuset", "1", document(**branch)), sent, to)


def said(found: Letter) -> str:
    """All of it; a number's unit does not part from it, which a test need not spell."""
    return f"{found.subject}\n{found.text}".replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("finding", "language", "parts"),
    [
        (GOAL, "da", ("Et mål er i fare: Klaret på under 6 min", "12 af 30", "70 %", "9.15")),
        (GOAL, "en", ("Goal at risk: Handled in under 6 min", "12 of 30", "70%", "9:15")),
        (WAIT, "da", ("Nogen har ventet 1 t 15 min", "Til Pas. 4 venter i alt.")),
        (WAIT, "en", ("Somebody has waited 1 h 15 min", "For Pas. 4 are waiting in all.")),
        (EMPTY, "da", ("Ingen skranke er åben, og 1 venter",)),
        (EMPTY, "en", ("No counter is open, and 1 is waiting",)),
    ],
)  # fmt: skip
def test_it_says_what_is_the_matter(
    finding: Finding, language: str, parts: tuple[str, ...]
) -> None:
    found = letter(outgoing(finding, language=language), URL)
    for part in (*parts, f"{URL}/dashboards/raadhuset/alerts"):
        assert part in said(found)
    assert found.language == language


def test_that_it_is_over_says_since_when() -> None:
    found = letter(outgoing(GOAL, "resolved"), URL)
    assert found.subject == "Rådhuset: Overstået: Et mål er i fare: Klaret på under 6 min"
    assert "Overstået siden kl. 10.20." in found.text


def test_a_test_says_that_it_is_one() -> None:
    assert "nothing is the matter" in letter(outgoing(WAIT, "test", "en"), URL).text


def test_text_and_html_say_the_same_and_names_are_no_markup() -> None:
    found = letter(outgoing(WAIT, name="<b>Rådhuset</b> & co"), URL)
    assert "<b>Rådhuset</b> & co" in found.text
    assert "<b>" not in found.html
    assert "&lt;b&gt;Rådhuset&lt;/b&gt; &amp; co" in found.html
    for line in ("Til Pas. 4 venter i alt.", "Set kl. 9.15."):
        assert line in found.html


def test_without_a_public_address_there_is_no_link() -> None:
    found = letter(outgoing(GOAL), "")
    assert "href" not in found.html
    assert "http" not in found.text


def test_a_goal_and_a_service_that_are_gone_are_named_by_their_id() -> None:
    gone = replace(WAIT, service="nedlagt")
    assert "Til nedlagt." in letter(outgoing(gone), URL).text
    assert "handling-6-min" in letter(outgoing(GOAL, goals=[]), URL).subject


def test_a_message_to_a_program_tells_it_in_fields_and_nobodys_address() -> None:
    told = json.loads(body(outgoing(GOAL, "resolved"), URL))
    assert told["type"] == "alert.resolved"
    data = told["data"]
    assert (data["kind"], data["goal"], data["judged"], data["within"]) == (
        "goal", "handling-6-min", 30, 12,
    )  # fmt: skip
    assert data["gone_at"] == "2026-11-25T09:20:00.000Z"
    assert "told" not in data
    assert "leder" not in str(told)


def test_two_goals_that_differ_in_their_services_and_share_are_told_apart() -> None:
    goal = document()["goals"][0] | {"target_ratio": 0.725}
    goals = [goal | {"id": each, "services": [each]} for each in ("pas", "korekort")]
    for service, name in (("pas", "Pas"), ("korekort", "Kørekort")):
        finding = Finding(Cause("goal", service), judged=30, within=12, target=0.725)
        found = letter(outgoing(finding, goals=goals), URL)
        assert f"Klaret på under 6 min ({name})" in found.subject
        assert "målet er 72,5 %" in said(found)
