"""Pytest plugin: an addon whose tests all vanished fails the run.

Skipped tests count as not run, so a layer cannot disappear silently. A lint that
failed before is named again beside the results, where it is seen.
"""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--must-run",
        action="append",
        default=[],
        metavar="FOLDER",
        help="fail unless at least one test below FOLDER ran (repeatable)",
    )
    parser.addoption("--lint-failed", action="store_true", help="say so in the summary")


class _Guard:
    def __init__(self, folders: list[Path], lint_failed: bool) -> None:
        self.lint_failed = lint_failed
        self.waiting = {folder.resolve() for folder in folders}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and not report.skipped:
            path = Path.cwd() / report.location[0]
            self.waiting -= set(path.resolve().parents)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.waiting and session.exitstatus in (
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> None:
        if self.lint_failed:
            terminalreporter.line("LINT FAILED: see its findings above", red=True)
        for folder in sorted(self.waiting):
            terminalreporter.line(f"NO TEST RAN in {folder}", red=True)


def pytest_configure(config: pytest.Config) -> None:
    folders = [Path(name) for name in config.getoption("--must-run")]
    config.pluginmanager.register(
        _Guard(folders, config.getoption("--lint-failed")), "coverage-guard"
    )
