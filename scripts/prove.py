"""Try every fault of the table on real parts under load: `./dev prove [--seed N] [--steps N]`.

It runs tests: those of the table, some of them longer than in `./dev test`, and all that
`./dev test` leaves to the night. The table at the end says for each fault whether all held. A
schedule of the simulation that found something is repeated by its seed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from random import SystemRandom
from typing import Final, NamedTuple

import pytest

from tests.nightly import is_nightly


class Fault(NamedTuple):
    """A row: what happens, what has to hold, and the tests that try it, from the tests' folder."""

    happens: str
    holds: str
    tests: tuple[str, ...]


TABLE: Final = (
    Fault(
        "the store is killed again and again, and its power is lost",
        "no acknowledged ticket is lost, none is there twice, none at two counters",
        (
            "faults/test_store_killed.py::test_a_store_that_is_killed_again",
            "faults/test_store_killed.py::test_power_that_is_lost",
        ),
    ),
    Fault(
        "the store hangs, is slow, read-only or out of memory; the disk is full",
        "503 within 3 s, nothing half done; with room again all goes on by itself",
        (
            "faults/test_store_ill.py::test_a_store_that_refuses_writes",
            "faults/test_store_ill.py::test_a_slow_store",
            "supervisor/test_supervisor.py::test_a_full_disk_is_reported",
            "pages/kiosk/test_trouble.py::test_without_the_store_it_says_what_to_do",
        ),
    ),
    Fault(
        "the store or a worker runs and does nothing",
        "it is killed and started again, nothing acknowledged is lost; terminal and doctor say so",
        (
            "supervisor/test_hung.py",
            "commands/test_doctor.py::test_a_worker_that_does_nothing",
        ),
    ),
    Fault(
        "the day is closed while clerks work, by three at once",
        "no visit at a counter is ended, and a refusal changes nothing",
        (
            "closing/test_closing.py::test_while_somebody_is_served",
            "closing/test_closing.py::test_no_visit_at_a_counter_is_ended",
            "closing/test_closing.py::test_a_visit_called_at_a_reopened_counter",
        ),
    ),
    Fault(
        "many visits have to be removed at once",
        "missed calls, alerts and closing wait for no long job",
        ("workers/test_worker.py::test_long_jobs_never_delay_prompt_ones",),
    ),
    Fault(
        "the store's log is cut at its end or broken in its middle; a value is damaged",
        "undamaged data is there and the rest is reported; one document hides no other",
        (
            "faults/test_store_killed.py::test_a_log_that_was_cut_at_its_end",
            "supervisor/test_supervisor.py::test_a_store_that_cannot_read_its_files",
            "history/test_damaged_visits.py",
            "referrals/test_broken_off.py::test_a_damaged_referral",
            "lifeline/test_over.py::test_a_damaged_call",
        ),
    ),
    Fault(
        "a reply is lost after the change; a double tap, a reload, a second window",
        "one ticket, one call, one completion, counted once",
        (
            "visits/test_lost_reply.py",
            "visits/test_repeats.py",
            "pages/kiosk/test_trouble.py::test_a_lost_answer_is_asked_for_again",
            "pages/counter/test_counter.py::test_the_second_of_a_double_click",
            "pages/counter/test_live.py::test_a_lost_response_calls_one_visit_only",
        ),
    ),
    Fault(
        "web processes are killed; one and two replicas are restarted or killed behind the proxy",
        "no ticket is refused by a restart, and none is lost or doubled",
        (
            "faults/test_parts_killed.py::test_web_processes_that_are_killed",
            "faults/test_rolling_restart.py",
        ),
    ),
    Fault(
        "the supervisor is killed, or all of it at once; two start on one folder",
        "no process is left behind, the next start takes over, the second reports the first",
        (
            "faults/test_parts_killed.py::test_after_all_of_it_was_killed",
            "supervisor/test_supervisor.py::test_nothing_outlives_a_killed_supervisor",
            "supervisor/test_supervisor.py::test_a_second_one_on_the_same_folder",
        ),
    ),
    Fault(
        "workers are killed within a job; the schedule is away for a day; a job runs twice",
        "the same as undisturbed",
        (
            "faults/test_parts_killed.py::test_killed_background_processes",
            "exports/test_service.py::test_an_interrupted_worker",
            "workers/test_alert_jobs.py::test_a_job_that_was_cut_off",
            "workers/test_worker.py::test_two_schedules_ask",
            "reports/test_due.py::test_missed_reports_are_made_later",
            "reports/test_due.py::test_a_letter_is_sent_although_the_worker_died",
            "alerts/test_deliveries.py::test_a_delivered_message_is_not_sent_again",
            "closing/test_closing.py::test_closing_twice",
        ),
    ),
    Fault(
        "the clock goes an hour either way; midnight; both changes of summer time",
        "nothing negative or doubled, no number again, the day is closed once",
        (
            "faults/test_simulation.py",
            "branches/test_dates_and_hours.py",
            "history/test_history_changes.py::test_a_day_as_long_as_the_clock_makes_it",
        ),
    ),
    Fault(
        "the configuration changes in mid-day; an upgrade with open visits",
        "every open visit can go on, and an older program refuses a newer store in a sentence",
        (
            "store/test_format.py",
            "pages/kiosk/test_trouble.py::test_a_change_of_the_branch",
            "pages/admin/test_file.py::test_a_configuration_that_somebody_else_changed",
        ),
    ),
    Fault(
        "the connection to the replica goes silent with keys in use, then the primary is lost",
        "nothing acknowledged is lost; 503 while no replica can confirm",
        (
            "faults/test_replicas.py::test_acknowledged_changes_survive",
            "faults/test_replicas.py::test_without_a_confirming_replica",
            "store/test_replicas.py",
        ),
    ),
    Fault(
        "the primary is lost under load, with Sentinel",
        "with a replica to wait for nothing is lost; tickets again within 10 s of the promotion",
        ("faults/test_replicas.py::test_a_failover_by_sentinel", "store/test_sentinel.py"),
    ),
    Fault(
        "of a cluster one primary is lost, and slots move under load",
        "its branches alone pause; nothing acknowledged is lost",
        (
            "store/test_cluster.py::test_no_ticket_is_lost",
            "store/test_cluster.py::test_a_slot_on_its_way",
            "store/test_cluster.py::test_a_watched_key_that_moves",
        ),
    ),
    Fault(
        "a backup is made under load, next to an old copy, or without room",
        "it is whole, nothing else holds the data, and without room it does not begin",
        (
            "backup/test_backup.py::test_a_backup_under_load",
            "backup/test_backup.py::test_it_leaves_no_other_copy",
            "backup/test_backup.py::test_without_room",
        ),
    ),
    Fault(
        "the store is lost and a backup is restored",
        "numbers go on above those on paper, and the command says to compare with the paper",
        (
            "backup/test_backup.py::test_the_next_number",
            "backup/test_backup.py::test_by_commands_a_service_moves",
        ),
    ),
    Fault(
        "many branches with many services are scraped",
        "an unused service has one series, and all of them from its first visit on",
        (
            "metrics/test_queue_metrics.py::test_an_unused_service",
            "metrics/test_queue_metrics.py::test_from_its_first_visit_on",
        ),
    ),
    Fault(
        "a kiosk is offline; of many streams some are dead and some slow",
        "acknowledged numbers stay valid; slow and dead streams are dropped, others receive all",
        (
            "pages/kiosk/test_trouble.py::test_without_the_network",
            "faults/test_streams.py",
            "live/test_streams.py",
            "live/test_store.py::test_the_streams_of_a_process_that_died",
        ),
    ),
    Fault(
        "two processes, clock, network and store by one schedule from a seed",
        "each visit's path, number and count is what the log says",
        ("faults/test_simulation.py",),
    ),
)


class Outcomes:
    """The result of each test, by its id; a plugin of pytest."""

    def __init__(self) -> None:
        self.found: defaultdict[str, set[str]] = defaultdict(set)
        self.measured: list[str] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out tests that are neither in a row nor nightly."""
        items[:] = [item for item in items if _is_in_a_row(item.nodeid) or is_nightly(item)]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep it, and name what failed at once: a run takes long."""
        if report.failed:
            print(f"\nFAILED {report.nodeid}", flush=True)
        if report.when == "call" or report.outcome != "passed":
            self.found[report.nodeid].add(report.outcome)
            self.measured += [str(value) for _, value in report.user_properties]


def main(arguments: list[str]) -> int:
    """Try all, print the table; the exit code is pytest's."""
    parser = argparse.ArgumentParser(prog="./dev prove", description=__doc__)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**9))
    parser.add_argument("--steps", type=int, default=100_000, help="of the simulation")
    chosen, rest = parser.parse_known_args(arguments)
    os.environ.update(
        QUEUE_PROVE="long",
        QUEUE_PROVE_SEED=str(chosen.seed),
        QUEUE_PROVE_STEPS=str(chosen.steps),
    )
    print(f"The simulation's seed is {chosen.seed}.", flush=True)
    outcomes = Outcomes()
    code = pytest.main(["--quiet", "tests", *rest], plugins=[outcomes])
    print("\n".join([*lines(outcomes.found), *outcomes.measured]))
    return int(code)


def lines(found: Mapping[str, set[str]]) -> Iterator[str]:
    """The table, a line for each row, and one for the other nightly tests.

    A row of which a test did not run is open.
    """
    for row in TABLE:
        yield _line(
            f"{row.happens}: {row.holds}",
            [outcomes for test, outcomes in found.items() if _is_of(row, test)],
            whole=all(any(_is_named(named, test) for test in found) for named in row.tests),
        )
    others = [outcomes for test, outcomes in found.items() if not _is_in_a_row(test)]
    yield _line("what else runs nightly", others, whole=bool(others))


def _line(what: str, mine: Sequence[set[str]], *, whole: bool) -> str:
    failed = sum("failed" in outcomes for outcomes in mine)
    skipped = sum("skipped" in outcomes for outcomes in mine)
    verdict = "FAILED " if failed else "holds  " if whole and not skipped else "open   "
    return f"{verdict} {what} ({len(mine)} tests)"


def _is_in_a_row(test: str) -> bool:
    return any(_is_of(row, test) for row in TABLE)


def _is_of(row: Fault, test: str) -> bool:
    return any(_is_named(named, test) for named in row.tests)


def _is_named(named: str, test: str) -> bool:
    return test.startswith(f"tests/{named}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
