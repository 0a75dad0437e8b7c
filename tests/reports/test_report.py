"""A report shows what the statistics call returns, what matters most, and no small group."""

from __future__ import annotations

import base64
import json
import re
import sys
import zlib
from dataclasses import replace

import pytest

from queue_service.counters.operations import counters
from queue_service.days.rules.period import period_of
from queue_service.days.rules.shifts import Pauses
from queue_service.goals.rules.verdicts import Interval
from queue_service.history.operations.statistics import statistics
from queue_service.insight.rules.finding import Finding, FindingKind
from queue_service.notes.rules import Note
from queue_service.notes.store import NoteStore
from queue_service.palette import PALETTE
from queue_service.reports.build import build
from queue_service.reports.page import CHART_HEIGHT, CHART_WIDTH, ReportPage
from queue_service.reports.render import NoPdf, as_html, as_pdf
from queue_service.reports.report import Report, from_text, to_text
from queue_service.reports.sentences import finding_text
from queue_service.reports.store import ReportReader
from queue_service.tables.model import HIDDEN
from queue_service.tables.writing import Writing
from queue_service.visits.operations import visits
from tests.desks import Desk
from tests.reports.conftest import LATER, SECOND_WEEK
from tests.tables.weeks import one_visit
from workers.report_letter import letter

READER = ReportReader("secret", "leder", "leder@example.dk", ("week",), "en", 1)
KINDS: list[tuple[FindingKind, object]] = [
    ("goal_missed", None),
    ("goal_met", None),
    ("service_costs", "pas"),
    ("hour_costs", "09"),
    ("weekday_costs", 0),
    ("loss_up", "abandoned"),
    ("loss_down", "no_show"),
    ("loss_up", "incomplete"),
    ("improved", None),
    ("worsened", None),
    ("demand_up", None),
    ("demand_down", None),
    ("crowded", (4, "14")),
]


@pytest.mark.slow
def test_an_outlying_day_has_its_cause_and_links_to_its_first_bad_hour(
    report_of_short_staffed: Report,
) -> None:
    report = report_of_short_staffed
    (day,) = (one for one in report.findings if one.kind == "day_stands_out")
    assert day.subject == ("2026-11-24", "09")
    text = finding_text(report, day, Writing("en"))
    assert text.headline == "Tuesday 24 Nov 2026: people waited far longer than usual"
    assert text.numbers.endswith("Fewer counters were open at 09–10: 1.0, usually 1.7 to 2.2.")
    assert (
        "Færre skranker var åbne kl. 09–10: 1,0" in finding_text(report, day, Writing("da")).numbers
    )
    assert from_text(to_text(report)) == report
    assert ReportPage(report, "en").longest_day is None, "the finding names it"
    way = f"/dashboards/{report.branch}/hour?date=2026-11-24&amp;hour=09"
    assert f'href="{way}"' in as_html(report, "en")
    assert (
        f'href="https://q.example.dk{way}"' in letter(report, READER, "https://q.example.dk").html
    )


@pytest.mark.slow
def test_the_day_with_the_longest_waits_is_reported_as_a_fact(
    report_of_short_staffed: Report,
) -> None:
    report = replace(report_of_short_staffed, findings=())
    reported = ReportPage(report, "en").longest_day
    assert reported
    assert reported.date == "2026-11-24"
    assert reported.text == (
        "Tuesday 24 Nov 2026 had the longest waits: 14:00 on average, and 7:36 over the whole "
        "period. 0 of 8 gave up (0.0%), and 0.0% over the whole period."
    )
    assert reported.text in as_html(report, "en")
    assert "after the last hour in which somebody came is counted in that hour" in as_html(
        report, "en"
    )
    made = letter(report, READER, "https://q.example.dk")
    assert reported.text in made.text
    assert f"/dashboards/{report.branch}/history?period=day&amp;date=2026-11-24" in made.html
    days = next(one for one in report.sheets if one.id == "days")
    fewer = replace(days, keys=days.keys[:4], rows=days.rows[:4])
    assert ReportPage(replace(report, sheets=(fewer,)), "en").longest_day is None
    hidden = replace(days, total=tuple(HIDDEN for _ in days.total))
    assert ReportPage(replace(report, sheets=(hidden,)), "en").longest_day is None


def test_its_figures_are_the_statistics_calls(slow_week: Desk, report: Report) -> None:
    span = SECOND_WEEK.first, SECOND_WEEK.last
    found = statistics(slow_week.queue, slow_week.branch, *span)
    assert found.total.visits is not None
    assert report.now["issued"] == found.total.visits["issued"]
    assert report.now["inquiries"] == found.total.inquiries
    assert report.now["handling_mean"] == found.total.handling.mean
    assert report.now["waiting_p90"] == found.total.waiting.p90
    for line in report.goals:
        expected = found.total.goals[line.goal.id]
        assert (line.judged, line.within, line.ratio) == (
            expected.judged, expected.within, expected.ratio,
        )  # fmt: skip
        assert (line.low, line.high, line.interval, line.verdict) == (
            expected.low, expected.high, "days", expected.verdict,
        )  # fmt: skip
    days = next(table for table in report.sheets if table.id == "days")
    assert list(days.keys) == [row.key for row in found.rows]
    at = days.columns.index("handling_mean")
    assert [row[at] for row in days.rows] == [row.handling.mean for row in found.rows]


@pytest.mark.parametrize(
    ("verdict", "colour"), [("met", "good"), ("missed", "bad"), ("open", "calm")]
)
def test_a_goals_bar_has_the_colour_it_has_on_the_board(
    report: Report, verdict: str, colour: str
) -> None:
    goals = tuple(replace(line, verdict=verdict) for line in report.goals)
    html = as_html(replace(report, goals=goals), "en")
    bars = re.findall(r'report__gauge-part" fill="(#\w+)"', html)
    assert set(bars) == {PALETTE[colour]}


CLOSE = "Too close to tell", "For tæt på til at afgøre det"


@pytest.mark.parametrize(
    ("judged", "interval", "days", "words"),
    [
        (9, "days", 5, ("Too few to judge", "For få til at afgøre det")),
        (9, "wilson", None, ("Too few to judge", "For få til at afgøre det")),
        (10, "wilson", 4, ("Too few days to judge", "For få dage til at afgøre det")),
        (10, "wilson", 1, CLOSE),
        (10, "days", None, CLOSE),
        (10, "wilson", None, ("Not certain", "Ikke sikkert")),
    ],
)
def test_a_goal_without_a_verdict_has_its_reason(
    report: Report, judged: int, interval: Interval, days: int | None, words: tuple[str, str]
) -> None:
    """Reports kept by versions up to 0.4.0 have no number of days."""
    line = replace(report.goals[0], judged=judged, interval=interval, days=days, verdict="open")
    made = from_text(to_text(replace(report, goals=(line,))))
    tiles = [ReportPage(made, language).goals[0] for language in ("en", "da")]
    assert tuple(tile.verdict_name for tile in tiles) == words
    one, few = interval == "wilson" and days == 1, interval == "wilson" and (days or 0) > 1
    assert [tile.interval.partition(": ")[0] for tile in tiles] == (
        ["95% interval of one day", "95 %-interval for én dag"]
        if one
        else [
            "95% interval, of too few days to be certain",
            "95 %-interval, usikkert på grund af for få dage",
        ]
        if few
        else ["95% interval", "95 %-interval"]
    )


def test_it_has_at_most_three_findings_and_names_worse_handling(report: Report) -> None:
    assert 1 <= len(report.findings) <= 3
    english = " ".join(f"{t.headline} {t.numbers}" for t in ReportPage(report, "en").findings)
    assert "Handled in under 6 min" in english
    assert "the week before" in english or "missed" in english
    danish = ReportPage(report, "da").findings[0]
    assert "Klaret på under 6 min" in " ".join(
        t.headline for t in ReportPage(report, "da").findings
    )
    assert re.search(r"\d", danish.numbers)


@pytest.mark.parametrize(("kind", "subject"), KINDS)
@pytest.mark.parametrize("language", ["da", "en"])
def test_every_kind_of_finding_is_a_sentence_with_its_numbers(
    nothing: Report, kind: FindingKind, subject: object, language: str
) -> None:
    finding = Finding(kind, "handling-6-min", subject, 0.612, 0.55, 0.66, 0.7, 320, 12.7)  # type: ignore[arg-type]  # a literal, by the parameters
    said = finding_text(nothing, finding, Writing(language))
    assert "{" not in said.headline + said.numbers
    assert said.headline
    assert re.search(r"\d", said.numbers)


def test_it_is_kept_as_it_was(report: Report) -> None:
    kept = to_text(report)
    assert from_text(kept) == report
    assert len(kept) < 6000


FEW_DAYS = "Only 1 day with visits: too little to point at anything."
CALM = "Nothing differs by more than chance."


@pytest.mark.parametrize("days", [1, 4])
def test_with_fewer_than_five_days_it_does_not_rule_out_outliers(report: Report, days: int) -> None:
    few = replace(report, findings=(), now={**report.now, "days": days})
    expected = (
        f"Only {days} day{'s' if days > 1 else ''} with visits: too little to point at anything."
    )
    made = letter(few, READER, "")
    for reported in (str(as_html(few, "en")), made.html, made.text):
        assert expected in reported
        assert "Nothing differs" not in reported
    enough = replace(few, now={**report.now, "days": 5})
    assert ReportPage(enough, "en").calm == CALM
    assert ReportPage(replace(enough, findings=report.findings), "en").calm == ""
    assert ReportPage(replace(few, now={}), "en").calm == "Too few visits to point at anything."


def test_a_missed_goal_is_named_first_without_another_finding(desk: Desk) -> None:
    for _ in range(20):
        one_visit(desk, 500)
    made = build(desk.queue, desk.branch, "week", period_of("week", "2026-11-25"), LATER)
    assert [line.verdict for line in made.goals if line.goal.id == "handling-6-min"] == ["missed"]
    shown = ReportPage(made, "en")
    assert shown.findings[0].headline.startswith("The goal was missed: ")
    assert shown.findings[0].numbers == (
        "0.0% of 20; the goal is 70.0%. That is 14 more misses than it tolerates."
    )
    assert shown.calm == FEW_DAYS


def test_a_missed_goal_comes_before_what_is_weightier(report: Report) -> None:
    kinds = [finding.kind for finding in report.findings]
    missed = [line for line in report.goals if line.verdict == "missed"]
    assert len(report.findings) <= 3
    assert missed
    assert kinds[: len(missed)] == ["goal_missed"] * len(missed)


def test_a_period_before_the_branchs_first_day_has_no_figures(desk: Desk) -> None:
    for _ in range(8):
        one_visit(desk, 100)
    made = build(desk.queue, desk.branch, "month", period_of("month", "2026-11-25"), LATER)
    assert {tile.before for tile in ReportPage(made, "en").tiles} == {"–"}


def test_a_sum_over_more_days_than_before_says_of_how_many(report: Report) -> None:
    uneven = replace(report, before={**report.before, "days": 2}, now={**report.now, "days": 6})
    tiles = {tile.figure.id: tile for tile in ReportPage(uneven, "en").tiles}
    assert (tiles["issued"].days_now, tiles["issued"].days_before) == ("on 6 days", "on 2 days")
    assert tiles["waiting_mean"].days_before == ""
    even = {tile.days_before for tile in ReportPage(replace(uneven, now=uneven.before), "en").tiles}
    assert even == {""}


def test_a_report_that_kept_a_goals_budget_is_read(report: Report) -> None:
    document = json.loads(zlib.decompress(base64.b85decode(to_text(report))))
    for line in document["goals"]:
        line["budget"] = -3
    kept = base64.b85encode(zlib.compress(json.dumps(document).encode())).decode()
    assert from_text(kept) == report


def test_a_goal_and_its_finding_report_the_same_misses_beyond_it(report: Report) -> None:
    (line,) = [line for line in report.goals if line.goal.id == "handling-6-min"]
    line = replace(line, target=0.7, judged=341, within=192, ratio=192 / 341, low=0.5, high=0.6)
    shown = ReportPage(replace(report, goals=(line,)), "en").goals
    assert shown[0].beyond == "47 more misses than the goal tolerates"
    finding = Finding("service_costs", line.goal.id, "pas", 192 / 341, 0.5, 0.6, 0.7, 341, 13.9)
    numbers = finding_text(report, finding, Writing("en")).numbers
    assert "That is 47 more misses than it tolerates, at least 13 of them beyond chance." in numbers


def test_it_reads_in_both_languages_with_every_figure_defined(report: Report) -> None:
    for language, title in (("da", "Ugerapport"), ("en", "Weekly report")):
        html = as_html(report, language)
        assert title in html
        linked = set(re.findall(r'href="#(def-[a-z0-9_]+)"', html))
        assert linked
        assert linked <= set(re.findall(r'id="(def-[a-z0-9_]+)"', html))


def test_pauses_by_reason_equal_the_statistics_call(
    paused_week: Desk,
) -> None:
    made = build(paused_week.queue, paused_week.branch, "week", SECOND_WEEK, LATER)
    assert from_text(to_text(made)) == made
    sheet = next(one for one in made.sheets if one.id == "pauses")
    span = SECOND_WEEK.first, SECOND_WEEK.last
    found = statistics(paused_week.queue, paused_week.branch, *span).total.pauses
    assert found == {"lunch": Pauses(2, 2_700_000), "meeting": Pauses(1, 360_000)}
    assert dict(zip(sheet.keys, sheet.rows, strict=True)) == {
        reason: (one.n, one.ms / 3_600_000) for reason, one in found.items()
    }
    assert sheet.keys == ("lunch", "meeting")
    assert sheet.total == (3, 0.85)
    for language, title, lunch in (
        ("en", "Pauses of counters", "Lunch"),
        ("da", "Skrankernes pauser", "Frokost"),
    ):
        written = ReportPage(made, language).pauses
        assert written is not None
        assert (written.title, written.lines[0].label) == (title, lunch)
        html = as_html(made, language)
        assert title in html
        assert set(re.findall(r'href="#(def-paus[a-z_]+)"', html)) == {
            "def-pause_reason", "def-pauses_begun", "def-paused_time",
        }  # fmt: skip


@pytest.mark.parametrize(("second", "reported"), [(False, []), (True, ["week"])])
def test_with_one_open_counter_pauses_cover_weeks_with_two_shifts_alone(
    desk: Desk, *, second: bool, reported: list[str]
) -> None:
    """Of no month: less its weeks, it would leave a single shift."""
    for day in range(1 + second):
        desk.seconds = (6 + day) * 86_400
        one_visit(desk, 300)
        counters.pause_counter(desk.queue, desk.command(), "1", "lunch")
        counters.resume_counter(desk.queue, desk.later(600).command(), "1")
        counters.close_counter(desk.queue, desk.command(), "1")
    spans = {"week": SECOND_WEEK, "month": period_of("month", "2026-12-02")}
    made = [
        build(desk.queue, desk.branch, "week", spans["week"], LATER),
        build(desk.queue, desk.branch, "month", spans["month"], LATER + 40 * 86_400_000),
    ]
    assert [one.kind for one in made if any(s.id == "pauses" for s in one.sheets)] == reported


def test_a_report_without_pauses_has_no_table_of_them(report: Report) -> None:
    assert ReportPage(report, "en").pauses is None
    assert "pauses" not in {one.id for one in report.sheets}


def test_the_notes_of_its_days_are_in_it(slow_week: Desk) -> None:
    note = Note("a", "2026-12-02", "outage", "<b>CPR</b> var nede", 1)
    slow_week.queue.get(NoteStore).change(slow_week.branch, note.date, lambda _notes: [note])
    made = build(slow_week.queue, slow_week.branch, "week", SECOND_WEEK, LATER)
    assert "&lt;b&gt;CPR&lt;/b&gt; var nede" in as_html(made, "da")
    assert "Nedbrud" in as_html(made, "da")


@pytest.mark.usefixtures("pango")
def test_the_days_are_a_chart_above_their_table(report: Report) -> None:
    bars = ReportPage(report, "en").day_bars
    (days,) = [table for table in report.sheets if table.id == "days"]
    index = days.columns.index("issued")
    counts = [row[index] for row in days.rows if isinstance(row[index], int)]
    assert [bar.value for bar in bars if bar.value] == [str(count) for count in counts]
    assert max(bar.height for bar in bars) == CHART_HEIGHT
    assert all(bar.top + bar.height == pytest.approx(CHART_HEIGHT, abs=0.2) for bar in bars)
    assert 0 <= bars[0].left < bars[-1].left + bars[-1].width <= CHART_WIDTH
    assert bars[0].label == "30 Nov"


@pytest.mark.usefixtures("pango")
def test_it_is_a_pdf_that_reads_aloud(report: Report) -> None:
    made = as_pdf(report, "da")
    assert made.startswith(b"%PDF-")
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL)
    objects = b"".join(zlib.decompressobj().decompress(s) for s in streams if s[:1] == b"x")
    assert b"/Marked true" in objects
    assert b"/Lang (da)" in objects


def test_without_pango_it_says_what_to_install(
    nothing: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(NoPdf, match="apt-get install libpango"):
        as_pdf(nothing, "da")


def test_a_week_with_one_inquiry_reveals_no_one(desk: Desk) -> None:
    one_visit(desk, 100)
    made = build(desk.queue, desk.branch, "week", period_of("week", "2026-11-25"), LATER)
    figures = json.dumps([made.now, [table.rows for table in made.sheets]])
    assert "100.0" not in figures
    assert all(line.ratio is None for line in made.goals)
    assert "udeladt: for få" in as_html(made, "da")


def test_a_small_service_is_left_out_with_another(desk: Desk) -> None:
    for day in range(5):
        desk.seconds = day * 86_400
        for _ in range(6):
            one_visit(desk, 100 + day)
    desk.open("3", "library")
    for _ in range(2):
        few = desk.issue("turist").visit.id
        desk.later(10).called("3")
        finish(desk, few)
    for _ in range(9):
        more = desk.issue("korekort").visit.id
        desk.later(10).called("1")
        finish(desk, more)
    made = build(desk.queue, desk.branch, "month", period_of("month", "2026-11-25"), LATER)
    services = next(table for table in made.sheets if table.id == "services")
    assert services.hidden == {"turist", "korekort"}
    assert services.total[services.columns.index("inquiries")] == 41


def finish(desk: Desk, visit_id: str) -> None:
    visits.complete(desk.queue, desk.later(50).command(), visit_id, "resolved")


def test_an_empty_week_says_so(nothing: Report) -> None:
    assert "Nobody came in this period" in as_html(nothing, "en")
