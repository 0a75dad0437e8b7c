"""The order of the suite's files: what takes longest begins, so that all processes end together.

The list is written from a measured run. A file that has become as long as those in it is named at
the end of each whole run, and a name that leads nowhere fails a test.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parent

LONGEST: Final = (
    "pages/kiosk/test_ticket_screen.py",
    "pages/kiosk/test_errands.py",
    "pages/kiosk/test_called.py",
    "pages/lifeline/test_lifeline_page.py",
    "pages/display/test_display.py",
    "pages/counter/test_care.py",
    "pages/reception/test_reception_page.py",
    "pages/counter/test_counter.py",
    "dashboards/test_history.py",
    "pages/counter/test_live.py",
    "pages/admin/test_forms.py",
    "pages/display/test_layout.py",
    "pages/kiosk/test_trouble.py",
    "pages/kiosk/test_offline.py",
    "pages/kiosk/test_aloud.py",
    "pages/counter/test_looks.py",
    "pages/playbook/test_kiosk.py",
    "pages/counter/test_keys.py",
    "pages/test_staff_pages.py",
    "pages/video/test_conversation.py",
    "pages/kiosk/test_layout.py",
    "pages/test_provider_login.py",
    "pages/test_real_provider.py",
    "web/test_permissions.py",
    "pages/admin/test_order.py",
    "pages/playbook/test_editor.py",
    "pages/display/test_sound.py",
    "pages/kiosk/test_look.py",
    "pages/display/test_views.py",
    "pages/kiosk/test_taking_a_number.py",
    "supervisor/test_supervisor.py",
    "backup/test_backup.py",
    "store/test_replicas.py",
    "test_operating.py",
    "mobile/test_pages.py",
    "test_dev.py",
    "dashboards/test_reports.py",
    "test_compose.py",
    "workers/test_alert_jobs.py",
    "commands/test_doctor.py",
    "dashboards/test_board.py",
    "test_library_day.py",
    "dashboards/test_insight.py",
    "dashboards/test_prometheus.py",
    "dashboards/test_dashboard_nav.py",
    "reports/test_due.py",
    "dashboards/test_board_live.py",
    "dashboards/test_rules.py",
    "mobile/test_services.py",
    "store/test_cluster.py",
    "charts/test_charts.py",
    "test_with_prometheus.py",
    "dashboards/test_quality.py",
    "exports/test_service.py",
    "commands/test_simulate.py",
    "reports/test_report.py",
    "pages/video/test_between.py",
    "pages/test_login.py",
    "pages/paper/test_page.py",
    "pages/video/test_connection.py",
    "pages/admin/test_admin.py",
    "days/test_summary.py",
    "dashboards/test_history_against.py",
    "reports/test_letter.py",
    "dashboards/test_hour.py",
    "dashboards/test_trial.py",
    "history/test_statistics_of_months.py",
)
"""The files that take longest, the longest first, from this folder."""

WHOLE: Final = 200
"""A run of so many files and more is one of the whole suite."""


@cache
def place(path: Path) -> int:
    """The time at which a file begins: its place in the list, or after it."""
    name = path.relative_to(TESTS).as_posix() if path.is_relative_to(TESTS) else ""
    return LONGEST.index(name) if name in LONGEST else len(LONGEST)


def missing(seconds: Mapping[str, float], longest: Sequence[str] = LONGEST) -> list[str]:
    """The files that took longer than half of those in the list and are not in it."""
    listed = sorted(seconds[name] for name in longest if name in seconds)
    if not listed:
        return []
    middle = listed[len(listed) // 2]
    return [name for name, took in seconds.items() if took > middle and name not in longest]


class Durations:
    """Adds up how long each file takes, and says which of them is missing; a plugin of pytest."""

    def __init__(self, config: pytest.Config) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._of_all = "slow" not in config.option.markexpr

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add a part of a test."""
        self.seconds[report.nodeid.partition("::")[0].removeprefix("tests/")] += report.duration

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say so, after a run of the whole suite."""
        if self._of_all and len(self.seconds) >= WHOLE:
            for name in missing(self.seconds):
                took = f"took {self.seconds[name]:.0f} s"
                terminalreporter.write_line(f"{name} {took}: put it in LONGEST of tests/order.py")
