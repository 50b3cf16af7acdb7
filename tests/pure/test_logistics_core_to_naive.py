"""Moments with and without an offset, as Odoo stores them."""

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from odoo.addons.logistics_core.tools.moments import to_naive


def test_a_moment_is_stored_in_utc_without_its_zone():
    local = datetime(2026, 3, 2, 9, 15, 19, 500, timezone(timedelta(hours=5)))
    assert to_naive(local) == datetime(2026, 3, 2, 4, 15, 19)
    assert to_naive(datetime(2026, 3, 2, tzinfo=UTC)) == datetime(2026, 3, 2)


@pytest.fixture
def tokyo(monkeypatch):
    """The process runs in a time zone of its own."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("tokyo")
def test_a_moment_without_a_zone_is_in_utc_wherever_the_server_is():
    assert to_naive(datetime(2026, 3, 2, 9)) == datetime(2026, 3, 2, 9)
    assert to_naive(None) is None
