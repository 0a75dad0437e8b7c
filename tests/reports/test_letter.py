"""A report's letter reads as well in plain text as in HTML."""

from __future__ import annotations

from dataclasses import replace

from queue_service.insight.rules.finding import Finding
from queue_service.notify.mail_style import chip
from queue_service.reports.build import build
from queue_service.reports.report import Report
from queue_service.reports.store import ReportReader
from tests.desks import Desk
from tests.reports.conftest import LATER, SECOND_WEEK
from workers.report_letter import letter

READER = ReportReader("secret", "leder", "leder@example.dk", ("week",), "en", 1)


def test_plain_text_has_no_entities_and_html_no_markup_of_others(report: Report) -> None:
    named = replace(report, branch_name="Rådhus & 'Bibliotek' <b>")
    made = letter(named, READER, "https://queue.example.dk")
    assert "Rådhus & 'Bibliotek' <b>" in made.text
    assert "&amp;" not in made.text
    assert "attached" not in made.text + made.html
    assert "Rådhus &amp; &#39;Bibliotek&#39; &lt;b&gt;" in made.html


def test_it_gives_a_share_one_interval(report: Report) -> None:
    missed = Finding("goal_missed", "handling-6-min", None, 0.612, 0.55, 0.66, 0.7, 320, 12.7)
    better = Finding("improved", "handling-6-min", None, 0.612, 0.551, 0.663, 0.5, 320, 12.7)
    made = letter(replace(report, findings=(missed, better)), READER, "")
    for end in ("55.0", "66.0", "55.1", "66.3"):
        assert end not in made.text
    assert made.text.count("Chance differences between days") == 2


def test_a_goal_without_a_share_says_why_and_nothing_else(report: Report) -> None:
    few = replace(report.goals[0], judged=3, within=0, ratio=None, low=None, high=None)
    made = letter(replace(report, goals=(few, *report.goals[1:])), READER, "")
    assert "Handled in under 6 min: Too few to show\n" in made.text


def test_it_has_each_goals_verdict_in_its_colour_and_the_key_figures(report: Report) -> None:
    met, *others = (replace(goal, verdict="met") for goal in report.goals)
    made = letter(replace(report, goals=(met, *others)), READER, "")
    assert str(chip("met", "Met")) in made.html
    assert made.html.count("95% interval: ") == len(report.goals)
    for text in (made.html, made.text):
        assert text.count("The true share lies in the interval with 95 percent certainty.") == 1
        assert "Key figures" in text
    assert "Visits: 96 on 6 days (the week before: 112 on 7 days)" in made.text


def test_it_reports_pauses_by_reason(paused_week: Desk) -> None:
    report = build(paused_week.queue, paused_week.branch, "week", SECOND_WEEK, LATER)
    made = letter(report, READER, "")
    assert "Lunch: Number of pauses 2, Time paused, all counters (hours) 0.8" in made.text
    assert "Meeting: Number of pauses 1, Time paused, all counters (hours) 0.1" in made.text
    assert "Pauses of counters" in made.html
    danish = letter(report, replace(READER, language="da"), "")
    assert "Skrankernes pauser" in danish.text
    assert "Frokost: Antal pauser 2" in danish.text
    assert "Skrankernes pauser" in danish.html
