"""Pytest plugin: a warning or error in the log fails the test that caused it.

A test declares what it provokes with ``self.assertLogs``, with Odoo's
``mute_logger`` (both keep the record from us), or with
``@pytest.mark.expect_log("pattern")``.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Generator

import pytest

# Not ours to fix: what Odoo or a library says about itself on such a machine.
HARMLESS = (
    r"^odoo\.tools\.config: unknown option 'logistics_secret_key'",
    r"^asyncio: ",
    r"^hypothesis",
)


class _Recorder(logging.Handler):
    """Keeps each record of level WARNING and above as 'logger: message'."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = f"{record.name}: {record.getMessage()}"
        if not any(re.search(pattern, line) for pattern in HARMLESS):
            self.lines.append(line)


_recorder = _Recorder()


def pytest_sessionstart() -> None:
    logging.getLogger().addHandler(_recorder)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from _guarded(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from _guarded(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from _guarded(item))


def _guarded(item: pytest.Item) -> Generator[None, object, object]:
    _recorder.lines.clear()
    result = yield
    expected = [mark.args[0] for mark in item.iter_markers("expect_log")]
    unexpected = [
        line
        for line in _recorder.lines
        if not any(re.search(pattern, line) for pattern in expected)
    ]
    if unexpected:
        shown = "\n".join(unexpected[:10])
        pytest.fail(f"unexpected in the log:\n{shown}", pytrace=False)
    return result
