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
    "pages/kiosk/test_booked.py",
    # Their pages have every branch, and each test of a page makes another.
    "dashboards/test_contacts.py",
    "dashboards/test_dashboard_nav.py",
    "dashboards/test_history_phone.py",
    # The longest first.
    "store/test_store_users.py",
    "pages/display/test_display.py",
    "pages/lifeline/test_lifeline_page.py",
    "pages/kiosk/test_aloud.py",
    "commands/test_doctor.py",
    "dashboards/test_history.py",
    "pages/counter/test_care.py",
    "pages/counter/test_counter.py",
    "pages/display/test_clips.py",
    "pages/kiosk/test_errands.py",
    "pages/reception/test_reception_page.py",
    "pages/kiosk/test_trouble.py",
    "supervisor/test_sample.py",
    "pages/admin/test_forms.py",
    "pages/test_staff_pages.py",
    "runtime/test_logs.py",
    "test_scripts.py",
    "store/test_server.py",
    "pages/playbook/test_kiosk.py",
    "pages/counter/test_looks.py",
    "store/test_tls.py",
    "test_dev.py",
    "pages/kiosk/test_offline.py",
    "workers/test_alert_jobs.py",
    "test_library_day.py",
    "pages/kiosk/test_ticket_screen.py",
    "test_with_prometheus.py",
    "web/test_openapi.py",
    "pages/counter/test_live.py",
    "days/test_summary.py",
    "web/test_unintended.py",
    "pages/booking/test_looks.py",
    "pages/test_real_provider.py",
    "store/test_replicas.py",
    "dashboards/test_reports.py",
    "pages/counter/test_keys.py",
    "webhooks/test_sending.py",
    "test_proxy.py",
    "test_compose.py",
    "pages/display/test_layout.py",
    "tables/test_tables.py",
    "pages/bookings/test_screens.py",
    "pages/booking/test_own.py",
    "pages/bookings/test_pages.py",
    "test_docstrings.py",
    "supervisor/test_hung.py",
    "store/test_cluster.py",
    "store/test_sentinel.py",
    "mobile/test_services.py",
    "pages/playbook/test_editor.py",
    "test_operating.py",
    "dashboards/test_prometheus.py",
    "workers/test_worker.py",
    "pages/video/test_conversation.py",
    "backup/test_backup.py",
    "live/test_stream.py",
    "test_architecture.py",
    "dashboards/test_grafana_data.py",
    "dashboards/test_board.py",
    "dashboards/test_board_live.py",
    "pages/admin/test_order.py",
    "reports/test_report.py",
    "pages/playbook/test_counter.py",
    "mobile/test_pages.py",
    "supervisor/test_supervisor.py",
    "web/test_i18n.py",
    "pages/video/test_text.py",
    "pages/admin/test_admin.py",
    "pages/kiosk/test_layout.py",
    "test_agreement.py",
    "insight/test_trial.py",
    "dashboards/test_satisfaction.py",
    "backup/test_encryption.py",
    "pages/video/test_lobby.py",
    "web/test_slow_bodies.py",
    "dashboards/test_rules.py",
    "web/test_permissions.py",
    "pages/counter/test_booked.py",
    "dashboards/test_hour.py",
    "pages/display/test_views.py",
    "pages/display/test_sound.py",
    "pages/kiosk/test_taking_a_number.py",
    "workers/test_booking_letters.py",
    "dashboards/test_history_against.py",
    "dashboards/test_insight.py",
)
"""The files that take longest, from this folder."""

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
