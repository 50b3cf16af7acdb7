"""Where and when: the zone of an address, and times that are told in it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import pytz

from odoo.addons.logistics_core.tools import json_paths, moments, zones


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        # The state tells, whatever its contact's creator had.
        (("US", "CA", "Europe/Brussels"), "America/Los_Angeles"),
        (("CA", "NL"), "America/St_Johns"),
        (("CA", None), "America/Toronto"),
        (("BE", None, "America/New_York"), "Europe/Brussels"),
        # Of a country with several zones, one that a person entered.
        (("US", None, "Europe/Paris", "America/Denver"), "America/Denver"),
        (("US", None), "America/New_York"),
        (("ES", "GC"), "Atlantic/Canary"),
        (("DE", None), "Europe/Berlin"),
        ((None, None, None, "Europe/Paris"), "Europe/Paris"),
        (("??", None), "UTC"),
    ],
)
def test_the_zone_of_a_place(place, zone):
    assert zones.guess_zone(*place) == zone


def test_each_zone_of_the_tables_exists():
    for country, table in zones._STATES.items():
        assert set(table) <= set(pytz.country_timezones[country])
    for country, zone in zones._MAIN.items():
        assert zone in pytz.country_timezones[country]


def test_a_local_time_is_read_in_its_place():
    zone = ZoneInfo("America/Los_Angeles")
    assert moments.read("2026-12-04", zone) == datetime(2026, 12, 5, 7, 59, tzinfo=UTC)
    told = "2026-12-04T12:00:00+01:00"
    assert moments.read(told, zone) == datetime(2026, 12, 4, 11, tzinfo=UTC)


def test_texts_of_partners_have_no_white_space_around_them():
    told = {"Code": "1\r", "rows": [" a ", {"b": "\tc\n"}, 1, None]}
    assert json_paths.stripped(told) == {
        "Code": "1",
        "rows": ["a", {"b": "c"}, 1, None],
    }
