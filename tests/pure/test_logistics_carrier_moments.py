"""Moments of carriers, with and without an offset, as Odoo stores them."""

from datetime import UTC, datetime, timedelta, timezone

from odoo.addons.logistics_carrier.tools.moments import to_naive


def test_a_moment_is_stored_in_utc_without_its_zone():
    local = datetime(2026, 3, 2, 9, 15, 19, 500, timezone(timedelta(hours=5)))
    assert to_naive(local) == datetime(2026, 3, 2, 4, 15, 19)
    assert to_naive(datetime(2026, 3, 2, tzinfo=UTC)) == datetime(2026, 3, 2)


def test_a_moment_without_a_zone_is_in_utc_already():
    assert to_naive(datetime(2026, 3, 2, 9)) == datetime(2026, 3, 2, 9)
    assert to_naive(None) is None
