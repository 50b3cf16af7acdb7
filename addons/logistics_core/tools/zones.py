"""The time zone of an address. Never imports odoo."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytz

from ..canonical import Address
from .codes import codes

# Countries of several zones: zone -> states or provinces that mainly have it.
_STATES = {
    "US": {
        "America/New_York": (
            "CT DE DC FL GA IN KY ME MD MA MI NH NJ NY NC OH PA RI SC VT VA WV"
        ),
        "America/Chicago": "AL AR IL IA KS LA MN MS MO NE ND OK SD TN TX WI",
        "America/Denver": "CO ID MT NM UT WY",
        "America/Phoenix": "AZ",
        "America/Los_Angeles": "CA NV OR WA",
        "America/Anchorage": "AK",
        "Pacific/Honolulu": "HI",
    },
    "CA": {
        "America/St_Johns": "NL",
        "America/Halifax": "NB NS PE",
        "America/Toronto": "ON QC",
        "America/Winnipeg": "MB",
        "America/Regina": "SK",
        "America/Edmonton": "AB NT",
        "America/Vancouver": "BC",
        "America/Whitehorse": "YT",
        "America/Iqaluit": "NU",
    },
    "AU": {
        "Australia/Sydney": "ACT NSW",
        "Australia/Melbourne": "VIC",
        "Australia/Brisbane": "QLD",
        "Australia/Adelaide": "SA",
        "Australia/Perth": "WA",
        "Australia/Hobart": "TAS",
        "Australia/Darwin": "NT",
    },
    "ES": {"Atlantic/Canary": "GC TF"},
}
_ZONE_OF_STATE = {
    (country, state): zone
    for country, zones in _STATES.items()
    for zone, states in zones.items()
    for state in codes(states)
}
# Where most people live, in countries whose list begins elsewhere.
_MAIN = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "RU": "Europe/Moscow",
}


def guess_zone(
    country: str | None, state: str | None = None, *likely: str | None
) -> str:
    """Return the name of the time zone of a place.

    Of a country with several zones and no state that tells, the first likely zone
    that the country has, else that of its capital or main city.

    :param country, state: codes as in ISO 3166, such as US and CA
    :param likely: zones that people entered, such as that of the contact
    """
    told = _ZONE_OF_STATE.get((country or "", state or ""))
    if told:
        return told
    zones = list(pytz.country_timezones.get(country or "", []))
    if len(zones) == 1:
        return zones[0]
    candidates = [name for name in likely if name]
    fitting = [name for name in candidates if name in zones]
    return next(
        iter(
            [*fitting, *filter(None, [_MAIN.get(country or "")]), *zones, *candidates]
        ),
        "UTC",
    )


def get_zone(address: Address) -> ZoneInfo:
    """Return the time zone of an address, as far as country and state tell."""
    return ZoneInfo(guess_zone(address.country, address.state))


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """Return the day in a zone of a naive UTC moment."""
    return moment.replace(tzinfo=UTC).astimezone(zone).date()
