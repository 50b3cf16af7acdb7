import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.logistics_core.tools import pacing
from odoo.addons.logistics_core.tools.business_time import (
    WEEKDAYS,
    business_minutes,
    next_cutoff,
)

NOW = datetime(2026, 3, 2, 12, 0)
BERLIN = ZoneInfo("Europe/Berlin")


def test_a_configured_rate_is_used_to_at_least_95_percent():
    rate = pacing.limit_rate(100, 60, 1, None, NOW)
    assert 0.95 * 100 / 60 <= rate < 100 / 60


@given(
    allowed=st.integers(1, 2000),
    window=st.sampled_from([1.0, 10.0, 60.0, 3600.0]),
)
def test_no_window_ever_holds_more_than_is_allowed(allowed, window):
    interval = 1 / pacing.limit_rate(allowed, window, 1, None, NOW)
    # The fullest window begins right after a catch-up, with a late request.
    length = window * (1 + pacing.CATCH_UP + pacing.LATENESS)
    fullest = int(length * (1 - 1e-9) / interval) + 1
    assert fullest <= allowed


@pytest.mark.parametrize("allowed", [1, 2, 7, 100])
def test_late_requests_do_not_crowd_a_window(allowed):
    window, chance = 10.0, random.Random(allowed)
    interval = 1 / pacing.limit_rate(allowed, window, 1, None, NOW)
    latest = window * pacing.LATENESS * (1 - 1e-6)
    # The worst is a burst: all that were due in this time arrive at its end.
    for late in (lambda at: -at % latest, lambda _at: chance.uniform(0, latest)):
        arrivals = sorted(at + late(at) for at in (n * interval for n in range(2000)))
        for number in range(allowed, len(arrivals)):
            assert arrivals[number] - arrivals[number - allowed] >= window


def test_a_part_of_the_lateness_is_left_for_the_way_to_the_partner():
    assert 0 < pacing.own_lateness(60.0) < 60.0 * pacing.LATENESS


def test_a_429_slows_down_and_it_recovers_in_steps():
    factor = pacing.reduced(1.0, within_limit=False)
    assert factor == 0.5
    later = NOW + timedelta(seconds=30)
    assert pacing.factor_at(factor, NOW, later) == pytest.approx(0.65)
    assert pacing.factor_at(factor, NOW, NOW + timedelta(seconds=200)) == 1.0
    assert pacing.reduced(0.06, within_limit=False) == pacing.LEAST_FACTOR


def test_a_429_within_the_limit_that_was_told_slows_down_a_little_each_time():
    once = pacing.reduced(1.0, within_limit=True)
    assert once == pytest.approx(0.9)
    assert pacing.reduced(once, within_limit=True) == pytest.approx(0.81)


def test_without_a_limit_a_429_teaches_one_for_a_while():
    assert pacing.limit_rate(0, 60, 1, None, NOW) is None
    assert pacing.limit_rate(0, 60, 0.5, NOW, NOW) == 5.0
    assert pacing.limit_rate(0, 60, 0.5, NOW, NOW + timedelta(hours=1)) is None


def test_a_paced_release_grows_and_ends():
    rates = [
        pacing.ramp_rate(1.0, NOW, 60, NOW + timedelta(seconds=age))
        for age in (0, 5, 10, 59)
    ]
    assert rates[:3] == [1.0, 2.0, 4.0]
    assert rates == sorted(rates)
    assert pacing.ramp_rate(1.0, NOW, 60, NOW + timedelta(seconds=60)) is None


def test_a_release_that_another_servers_clock_began_ahead_of_ours_is_paced():
    assert pacing.ramp_rate(1.0, NOW, 60, NOW - timedelta(seconds=1)) == 1.0


def test_probes_wait_longer_each_time_but_never_more_than_five_minutes():
    assert [pacing.probe_wait(15, n) for n in (0, 1, 2, 9)] == [15, 30, 60, 300]
    assert pacing.probe_wait(600, 0) == 600


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 10), 60),
        (datetime(2026, 3, 2, 16), datetime(2026, 3, 3, 8), 120),
        (datetime(2026, 3, 6, 17), datetime(2026, 3, 9, 7), 0),
        (datetime(2026, 3, 2, 3), datetime(2026, 3, 2, 6), 0),
    ],
)
def test_silence_counts_within_business_hours_only(start, end, minutes):
    assert business_minutes(start, end, 8, 18, WEEKDAYS, BERLIN) == minutes


def test_the_next_cutoff_is_in_local_time_and_skips_the_weekend():
    friday = datetime(2026, 3, 6, 15, 30)
    assert next_cutoff(friday, 16.0, WEEKDAYS, BERLIN) == datetime(2026, 3, 9, 15, 0)
    summer = datetime(2026, 7, 1, 8, 0)
    assert next_cutoff(summer, 16.0, WEEKDAYS, BERLIN) == datetime(2026, 7, 1, 14, 0)
