"""Pytest plugin: the process that reads files ends with each class that used it.

Odoo's test cases warn about every child process they find, and a warning fails a test.
"""

from __future__ import annotations

import sys

import pytest

READER = "odoo.addons.logistics_carrier.tools.file_reader"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    is_last = nextitem is None or nextitem.parent is not item.parent
    if is_last and (reader := sys.modules.get(READER)):
        reader.end()
