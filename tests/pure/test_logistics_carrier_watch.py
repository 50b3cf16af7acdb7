"""When carriers are asked, what is a problem, and local times of warehouses."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from odoo.addons.logistics_carrier.const import FINAL_STATUSES, PROBLEMS
from odoo.addons.logistics_carrier.handover.tools.local_times import (
    next_working_day,
    to_local,
    to_utc,
)
from odoo.addons.logistics_carrier.tracking.tools.parcel_problems import (
    get_problem,
    is_ended,
    is_late,
)
from odoo.addons.logistics_carrier.tracking.tools.tracking_schedule import (
    allowance,
    next_track,
)
from odoo.addons.logistics_core.tools.zones import local_day

NOW = datetime(2026, 11, 4, 10)
PARIS = ZoneInfo("Europe/Paris")


def hours(status, due=None, heard=0.0, pushed=False):
    """Return the hours until the next question."""
    at = next_track(
        NOW,
        status,
        due=due and NOW + timedelta(hours=due),
        heard_at=NOW - timedelta(hours=heard),
        pushed=pushed,
    )
    return at and (at - NOW).total_seconds() / 3600


@pytest.mark.parametrize("status", sorted(FINAL_STATUSES))
def test_nobody_is_asked_after_the_end(status):
    assert hours(status, due=1) is None


def test_the_nearer_the_promise_the_more_often():
    asked = [hours("in_transit", due=due) for due in (200, 40, 5)]
    assert asked == sorted(asked, reverse=True)
    assert len(set(asked)) == 3
    assert hours("out_for_delivery") == hours("in_transit", due=5)


def test_a_fresh_label_is_asked_about_seldom_whatever_was_promised():
    assert hours("created", due=5) == hours(None) == hours("created")


def test_an_overdue_parcel_is_still_asked_about():
    assert hours("in_transit", due=-30) == 2


def test_silence_makes_the_questions_rare():
    assert hours("in_transit", heard=24 * 4) == 12
    assert hours("in_transit", due=1, heard=24 * 4) == 12


def test_asking_is_only_a_backstop_where_the_carrier_tells():
    assert hours("in_transit", due=5, pushed=True) >= 4 * hours("in_transit", due=5)
    assert hours("out_for_delivery", pushed=True) >= 6


def test_a_quota_lasts_the_day():
    noon = datetime(2026, 11, 4, 12)
    assert allowance(96, 48, noon, 15) == 1
    assert allowance(960, 0, noon, 15) == 20
    assert allowance(10, 10, noon, 15) == 0
    assert allowance(10, 12, noon, 15) == 0
    assert allowance(10, 0, datetime(2026, 11, 4, 23, 59), 15) == 10


def test_a_quota_is_never_exceeded_by_a_day_of_runs():
    used = 0
    for minute in range(0, 24 * 60, 15):
        used += allowance(100, used, datetime(2026, 1, 1, *divmod(minute, 60)), 15)
    assert used == 100


@pytest.mark.parametrize(
    ("status", "reason", "kind"),
    [
        ("attempted", "recipient_absent", "carrier_attempt"),
        ("attempted", "address", "carrier_address"),
        ("exception", "damaged", "carrier_damage"),
        ("exception", "customs", "carrier_customs"),
        ("exception", "weather", "carrier_delay"),
        ("exception", None, "carrier_problem"),
        ("returning", "refused", "carrier_returned"),
        ("returning", "damaged", "carrier_damage"),
        ("lost", None, "carrier_lost"),
        ("in_transit", "delay", None),
        ("delivered", None, None),
        (None, None, None),
    ],
)
def test_each_trouble_has_its_kind(status, reason, kind):
    assert get_problem(status, reason) == kind
    assert kind is None or kind in dict(PROBLEMS)


@pytest.mark.parametrize(
    ("kind", "status", "over"),
    [
        ("carrier_attempt", "in_transit", False),  # back at the depot
        ("carrier_attempt", "out_for_delivery", True),
        ("carrier_customs", "in_transit", True),
        ("carrier_damage", "delivered", False),
        ("carrier_lost", "in_transit", True),
        ("carrier_returned", "returned", False),
        ("carrier_address", "returning", True),
    ],
)
def test_good_news_ends_a_trouble(kind, status, over):
    assert is_ended(kind, status) is over


def test_late_is_measured_against_the_first_promise():
    promised = NOW + timedelta(hours=10)
    late = promised + timedelta(hours=13)
    assert is_late("in_transit", promised, late, 12, NOW)
    assert not is_late("in_transit", promised, late, 14, NOW)
    assert is_late("in_transit", promised, None, 12, promised + timedelta(hours=13))
    assert not is_late("delivered", promised, late, 12, late)
    assert not is_late("in_transit", None, late, 12, late)


def test_a_time_of_day_is_local_summer_and_winter():
    assert to_utc(date(2026, 7, 1), 17.0, PARIS) == datetime(2026, 7, 1, 15)
    assert to_utc(date(2026, 12, 1), 17.0, PARIS) == datetime(2026, 12, 1, 16)


def test_a_time_that_spring_skips_is_moved_forward():
    assert to_local(date(2026, 3, 29), 2.5, PARIS).isoformat() == (
        "2026-03-29T03:30:00+02:00"
    )


def test_of_a_time_that_comes_twice_the_first_is_meant():
    assert to_local(date(2026, 10, 25), 2.5, PARIS).isoformat() == (
        "2026-10-25T02:30:00+02:00"
    )


def test_the_day_is_the_warehouses():
    assert local_day(datetime(2026, 11, 3, 23, 30), PARIS) == date(2026, 11, 4)
    assert datetime(2026, 11, 3, 23, 30, tzinfo=UTC).date() == date(2026, 11, 3)


def test_a_weekend_is_skipped():
    assert next_working_day(date(2026, 11, 7), frozenset(range(5))) == date(2026, 11, 9)
