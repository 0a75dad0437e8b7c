"""Texts of mails and messages: in the reader's language and the branch's time, escaped."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from queue_service.alerts.rules.alerts import Alert
from queue_service.alerts.rules.causes import AlertCause, Cause, Present
from queue_service.alerts.rules.deliveries import AlertEvent, OutgoingDelivery, delivery
from queue_service.alerts.rules.subscriptions import Subscription
from queue_service.branches.rules.branch import Branch
from queue_service.notify.mail import Letter
from tests.desks import document
from workers.letters import body, letter

NINE = 1_795_593_600_000
MINUTE = 60_000
URL = "https://queue.example.dk"
GOAL = AlertCause(Cause("goal", "handling-6-min"), judged=30, within=12, target=0.7)
WAIT = AlertCause(Cause("wait"), since=NINE, service="pas", waiting=4)
EMPTY = AlertCause(Cause("unattended"), waiting=1)


def outgoing(
    finding: AlertCause,
    event: AlertEvent = "raised",
    language: str = "da",
    present: Present | None = None,
    **branch: Any,
) -> OutgoingDelivery:
    """A message about an alert that was raised at a quarter past nine, local time."""
    to = Subscription("s", "a", ("goal",), 15, "mail", "leder@example.dk", language, 0)
    alert = Alert(
        "0123456789abcdef", NINE + 15 * MINUTE, finding, 75 * MINUTE, told=("s", "t"),
        present=present, sent={"mail": 2}, sent_at=NINE + 15 * MINUTE,
    )  # fmt: skip
    over = replace(alert, gone_at=NINE + 80 * MINUTE, resolved_at=NINE + 85 * MINUTE)
    shown, at = (over, NINE + 85 * MINUTE) if event == "resolved" else (alert, alert.raised_at)
    sent = delivery(event, shown, to, at)
    return OutgoingDelivery(Branch.from_document("raadhuset", "1", document(**branch)), sent, to)


def texts_of(found: Letter) -> str:
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
    finding: AlertCause, language: str, parts: tuple[str, ...]
) -> None:
    found = letter(outgoing(finding, language=language), URL)
    for part in (*parts, f"{URL}/dashboards/raadhuset/alerts"):
        assert part in texts_of(found)
    assert found.language == language


@pytest.mark.parametrize(
    ("finding", "present", "subject", "still"),
    [
        (GOAL, Present(2, 5, 0, None), "Klaret på under 6 min er ikke længere i fare",
         "Ingen venter nu. 2 af 5 skranker er åbne."),
        (WAIT, Present(1, 5, 1, NINE + 84 * MINUTE), "ingen venter så længe mere",
         "1 venter nu og har ventet 1 min. 1 af 5 skranker er åbne."),
        (EMPTY, Present(1, 5, 12, NINE + 78 * MINUTE), "en skranke er åben igen",
         "12 venter nu, den første i 7 min. 1 af 5 skranker er åbne."),
        (EMPTY, Present(0, 1, 0, None), "afdelingen er lukket nu",
         "Ingen venter nu. 0 af 1 skranke er åben."),
        (EMPTY, None, "en skranke er åben igen", ""),
    ],
)  # fmt: skip
def test_that_it_is_over_asks_nothing_and_says_what_is_still_true(
    finding: AlertCause, present: Present | None, subject: str, still: str
) -> None:
    found = letter(outgoing(finding, "resolved", present=present), URL)
    assert found.subject == f"Rådhuset: Overstået: {subject}"
    assert "Overstået siden 25. nov. kl. 10.20." in found.text
    assert "Set 25. nov. kl. 9.15." in found.text
    assert still in texts_of(found)
    assert "Åbn advarslen" not in found.text
    assert f"Se tavlen:\n{URL}/dashboards/raadhuset\n" in found.text


@pytest.mark.parametrize(
    ("finding", "open_", "advice"),
    [
        (WAIT, 0, "0 af 5 skranker er åbne. Åbn en skranke, eller find ud af"),
        (WAIT, 1, "1 af 5 skranker er åbne. Kan en skranke mere åbnes"),
        (WAIT, 5, "5 af 5 skranker er åbne. Alle skranker er åbne."),
        (EMPTY, 0, "0 af 5 skranker er åbne. Åbn en skranke"),
    ],
)
def test_it_says_how_many_counters_are_open_and_leads_to_what_helps(
    finding: AlertCause, open_: int, advice: str
) -> None:
    found = letter(outgoing(finding, present=Present(open_, 5, 4, NINE)), URL)
    assert advice in texts_of(found)
    for ending in ("/act", "/alerts"):
        assert f"{URL}/dashboards/raadhuset{ending}\n" in found.text
        assert f'href="{URL}/dashboards/raadhuset{ending}"' in found.html


@pytest.mark.parametrize(
    ("service", "advice"),
    [("pas", "er ledig: kald den næste."), ("turist", "Kan en skranke mere åbnes")],
)
def test_with_a_free_counter_the_mail_says_to_call_the_next(service: str, advice: str) -> None:
    finding = replace(WAIT, service=service)
    sent = replace(outgoing(finding, present=Present(2, 5, 4, NINE)), free=frozenset({"pas"}))
    assert advice in texts_of(letter(sent, URL))


def test_a_mail_does_not_name_other_recipients() -> None:
    sent = outgoing(WAIT).delivery.alert
    assert (sent.told, sent.sent, sent.sent_at) == ((), {}, None)


def test_a_test_says_that_it_is_one() -> None:
    assert "nothing is the matter" in letter(outgoing(WAIT, "test", "en"), URL).text


def test_text_and_html_say_the_same_and_names_are_no_markup() -> None:
    found = letter(outgoing(WAIT, name="<b>Rådhuset</b> & co"), URL)
    assert "<b>Rådhuset</b> & co" in found.text
    assert "<b>" not in found.html
    assert "&lt;b&gt;Rådhuset&lt;/b&gt; &amp; co" in found.html
    for line in ("Til Pas. 4 venter i alt.", "Set 25. nov. kl. 9.15."):
        assert line in found.html


def test_without_a_public_address_there_is_no_link() -> None:
    found = letter(outgoing(GOAL), "")
    assert "href" not in found.html
    assert "http" not in found.text


def test_a_goal_and_a_service_that_are_gone_are_named_by_their_id() -> None:
    gone = replace(WAIT, service="nedlagt")
    assert "Til nedlagt." in letter(outgoing(gone), URL).text
    assert "handling-6-min" in letter(outgoing(GOAL, goals=[]), URL).subject


def test_a_message_to_a_program_has_fields_and_no_address() -> None:
    reported = json.loads(body(outgoing(GOAL, "resolved"), URL))
    assert reported["type"] == "alert.resolved"
    data = reported["data"]
    assert (data["kind"], data["goal"], data["judged"], data["within"]) == (
        "goal", "handling-6-min", 30, 12,
    )  # fmt: skip
    assert data["gone_at"] == "2026-11-25T09:20:00.000Z"
    assert "told" not in data
    assert "leder" not in str(reported)


def test_two_goals_with_different_services_and_shares_have_different_texts() -> None:
    goal = document()["goals"][0] | {"target_ratio": 0.725}
    goals = [goal | {"id": each, "services": [each]} for each in ("pas", "korekort")]
    for service, name in (("pas", "Pas"), ("korekort", "Kørekort")):
        finding = AlertCause(Cause("goal", service), judged=30, within=12, target=0.725)
        found = letter(outgoing(finding, goals=goals), URL)
        assert f"Klaret på under 6 min ({name})" in found.subject
        assert "målet er 72,5 %" in texts_of(found)
