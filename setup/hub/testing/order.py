"""Pytest plugin: pure tests first, then Odoo's test cases, then the rest.

Odoo's test cases end every child process they find, such as a partner sandbox or a
browser that a fixture of another layer keeps for the whole session.
"""

from __future__ import annotations

import sys

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    if "tests/pure/" in item.nodeid:
        return 0
    return 1 if _is_odoo_case(item) else 2


def _is_odoo_case(item: pytest.Item) -> bool:
    common = sys.modules.get("odoo.tests.common")
    case = getattr(item, "cls", None)
    return bool(common and case and issubclass(case, common.BaseCase))
