"""The suite in several processes, forked from one that has imported what all tests need.

Each process takes the next file of :mod:`tests.order`, collects it and runs it, so that no file is
collected twice and a file's tests share what they start. The first process reports their results.
``./dev test`` asks for it: ``-p tests.processes --processes 6``.
"""

from __future__ import annotations

import gc
import os
import traceback
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Final, NoReturn

import pytest

from tests import order
from tests.nightly import Nightly

Message = tuple[str, Any]
"""Its subject, which a method of :class:`Processes` handles, and its content."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The number of processes."""
    parser.addoption("--processes", type=int, default=1, help="run the suite in N processes")


def pytest_configure(config: pytest.Config) -> None:
    """Share the files if there is more than one process, and something to run."""
    count = config.option.processes
    if count > 1 and not config.option.collectonly:
        config.pluginmanager.register(Processes(config, count), "processes")


def files(collector: pytest.Collector) -> Iterator[pytest.File]:
    """The files of a folder and of those in it, not collected yet."""
    hook = collector.config.hook
    report: pytest.CollectReport = hook.pytest_make_collect_report(collector=collector)
    if report.failed:
        hook.pytest_collectreport(report=report)
    for node in report.result if report.passed else ():
        if isinstance(node, pytest.File):
            yield node
        elif isinstance(node, pytest.Collector):
            yield from files(node)


@dataclass
class Worker:
    """A process that runs files, as the first process knows it."""

    pid: int
    connection: Connection
    running: str = ""
    """The test that it runs."""


class Processes:
    """Hands the files out and reports the results; a plugin of pytest."""

    def __init__(self, config: pytest.Config, count: int) -> None:
        self._config = config
        self._count = count
        self._files: list[pytest.File] = []
        self._next: Iterator[int] = iter(())
        self._workers: dict[Connection, Worker] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> bool:
        """Find the files; each is collected by the process that runs it."""
        named = [session.startpath / argument for argument in self._config.args]
        if missing := [path for path in named if not path.exists()]:
            raise pytest.UsageError(f"--processes takes files and folders: {missing[0]} is neither")
        top = Path(os.path.commonpath(named))
        folder = top if top.is_dir() else top.parent
        found = files(self._config.hook.pytest_collect_directory(path=folder, parent=session))
        wanted = (file for file in found if {file.path, *file.path.parents} & {*named})
        self._files = sorted(wanted, key=lambda file: order.place(file.path))
        self._next = iter(range(len(self._files)))
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Report until each process has ended."""
        # Each process makes its temporary folders below this one, which is removed in time.
        self._config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]  # pytest's own
        reporter: Any = self._config.pluginmanager.getplugin("terminalreporter")
        reporter.showfspath = False  # files are mixed
        gc.freeze()  # modules are no garbage, and stay shared by all processes
        try:
            for number in range(min(self._count, len(self._files))):
                self._start(session, number)
            while self._workers:
                self._listen(session)
        finally:
            for worker in self._workers.values():
                worker.connection.close()  # its next question ends it
                os.waitpid(worker.pid, 0)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        return True

    def _start(self, session: pytest.Session, number: int) -> None:
        here, there = Pipe()
        pid = os.fork()
        if not pid:
            for end in (here, *self._workers):
                end.close()
            Runner(session, self._files, there).become(number)
        there.close()
        self._workers[here] = Worker(pid, here)

    def _listen(self, session: pytest.Session) -> None:
        for connection in wait([*self._workers]):
            assert isinstance(connection, Connection)
            worker = self._workers[connection]
            try:
                kind, content = connection.recv()
            except EOFError:
                self._ended(worker)
                continue
            getattr(self, f"_on_{kind}")(session, worker, content)

    def _on_ready(self, session: pytest.Session, worker: Worker, _: None) -> None:
        stops = session.shouldfail or session.shouldstop
        _answer(worker, None if stops else next(self._next, None))

    def _on_started(self, _: pytest.Session, worker: Worker, nodeid: str) -> None:
        worker.running = nodeid

    def _on_reports(self, session: pytest.Session, _: Worker, reports: list[Any]) -> None:
        hook = self._config.hook
        for data in reports:
            report = hook.pytest_report_from_serializable(config=self._config, data=data)
            if isinstance(report, pytest.TestReport):
                hook.pytest_runtest_logreport(report=report)
            else:
                hook.pytest_collectreport(report=report)
        if session.shouldfail:
            for worker in self._workers.values():
                _answer(worker, None)

    def _on_warning(self, _: pytest.Session, __: Worker, content: dict[str, Any]) -> None:
        self._config.hook.pytest_warning_recorded.call_historic(kwargs=content)

    def _on_finished(self, session: pytest.Session, worker: Worker, content: Any) -> None:
        tests, left_out = content
        session.testscollected += tests
        nightly(self._config).left_out += left_out
        worker.connection.close()  # it waits for that
        self._ended(worker)

    def _on_broken(self, _: pytest.Session, worker: Worker, text: str) -> None:
        self._fail(worker, text)
        worker.connection.close()
        self._ended(worker)

    def _ended(self, worker: Worker) -> None:
        del self._workers[worker.connection]
        _, status = os.waitpid(worker.pid, 0)
        if status:
            code = os.waitstatus_to_exitcode(status)
            self._fail(worker, f"The process ended with {code}.")

    def _fail(self, worker: Worker, text: str) -> None:
        nodeid = worker.running or "tests"
        place = (nodeid.partition("::")[0], None, nodeid)
        report = pytest.TestReport(nodeid, place, {}, "failed", text, "call")
        self._config.hook.pytest_runtest_logreport(report=report)


def _answer(worker: Worker, place: int | None) -> None:
    """Name the next file by its place, or none; a process that has ended needs no answer."""
    with suppress(OSError):
        worker.connection.send(place)


def nightly(config: pytest.Config) -> Nightly:
    """The plugin that counts the tests that are left to the night."""
    found: Any = config.pluginmanager.getplugin("nightly")
    return found or Nightly(config)


class Runner:
    """Runs one file after another, in a process of its own; a plugin of pytest."""

    def __init__(
        self, session: pytest.Session, found: list[pytest.File], connection: Connection
    ) -> None:
        self._session = session
        self._files: Final = found
        self._connection = connection
        self._reports: list[Any] = []
        self._tests = 0

    def become(self, number: int) -> NoReturn:
        """Run files until there is none, and end."""
        try:
            self._set_up(number)
            self._run()
            self._send("finished", (self._tests, nightly(self._session.config).left_out))
        except BaseException:
            self._send("broken", traceback.format_exc())
        finally:
            with suppress(EOFError, OSError):
                while True:  # until the first process has read all of it
                    self._connection.recv()
            os._exit(0)

    def _set_up(self, number: int) -> None:
        config = self._session.config
        # The first process reports.
        for name in ("terminalreporter", "processes", "durations-of-files"):
            config.pluginmanager.unregister(name=name)
        config.pluginmanager.register(self, "runner-of-files")
        # Output is kept in a file, which would be one for all processes.
        capture = self._plugin("capturemanager")
        capture.stop_global_capturing()
        capture.start_global_capturing()
        capture.suspend_global_capture()
        factory: Any = config._tmp_path_factory  # type: ignore[attr-defined]  # pytest's own
        factory._basetemp = factory.getbasetemp() / str(number)
        factory._basetemp.mkdir()
        gc.enable()

    def _run(self) -> None:
        session = self._session
        between = Between.from_parent(session, name="between two files")
        try:
            while (items := self._next_items()) is not None:
                for item, following in zip(items, [*items[1:], between][: len(items)], strict=True):
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                    if session.shouldfail or self._connection.poll():
                        break  # no more is wanted
        finally:
            self._plugin("runner").pytest_sessionfinish(session=session)

    def _next_items(self) -> list[pytest.Item] | None:
        session = self._session
        self._send("ready", None)
        place = self._connection.recv()
        if place is None:
            return None
        items = [*session.genitems(self._files[place])]
        hook = session.config.hook
        hook.pytest_collection_modifyitems(session=session, config=session.config, items=items)
        session.items = items
        self._tests += len(items)
        return items

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Send a file that could not be collected."""
        if not report.passed:
            self._keep(report)
            self._send_reports()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Send the name of the test, which is known in this way if the process ends."""
        self._send("started", nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep a part of the test."""
        self._keep(report)

    def pytest_runtest_logfinish(self) -> None:
        """Send all parts."""
        self._send_reports()

    def pytest_warning_recorded(
        self,
        warning_message: warnings.WarningMessage,
        when: str,
        nodeid: str,
        location: tuple[str, int, str] | None,
    ) -> None:
        """Send a warning, as text: its objects may lead anywhere."""
        message: Any = warning_message.message
        kind = getattr(warning_message.category, "__name__", "Warning")
        plain = warnings.WarningMessage(
            f"{kind}: {message}", Warning, warning_message.filename, warning_message.lineno
        )
        content = {"warning_message": plain, "when": when, "nodeid": nodeid, "location": location}
        self._send("warning", content)

    def _keep(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        config = self._session.config
        data = config.hook.pytest_report_to_serializable(config=config, report=report)
        self._reports.append(data)

    def _send_reports(self) -> None:
        self._send("reports", self._reports)
        self._reports = []

    def _send(self, kind: str, content: Any) -> None:
        self._connection.send((kind, content))

    def _plugin(self, name: str) -> Any:
        return self._session.config.pluginmanager.getplugin(name)


class Between(pytest.Item):
    """The test after a file's last: what the session has is kept for it, and nothing else."""

    def runtest(self) -> None:
        """It is never run."""
        raise NotImplementedError
