"""Where parcels pass: each country's sorting centre and its time zone."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from .model import Place

_HUBS = {
    "AU": ("Sydney", "Australia/Sydney"),
    "AT": ("Vienna", "Europe/Vienna"),
    "BE": ("Liege", "Europe/Brussels"),
    "BR": ("Sao Paulo", "America/Sao_Paulo"),
    "CA": ("Mississauga", "America/Toronto"),
    "CH": ("Basel", "Europe/Zurich"),
    "CN": ("Shanghai", "Asia/Shanghai"),
    "CZ": ("Prague", "Europe/Prague"),
    "DE": ("Leipzig", "Europe/Berlin"),
    "DK": ("Copenhagen", "Europe/Copenhagen"),
    "ES": ("Vitoria", "Europe/Madrid"),
    "FI": ("Vantaa", "Europe/Helsinki"),
    "FR": ("Roissy", "Europe/Paris"),
    "GB": ("East Midlands", "Europe/London"),
    "GR": ("Athens", "Europe/Athens"),
    "HU": ("Budapest", "Europe/Budapest"),
    "IE": ("Dublin", "Europe/Dublin"),
    "IN": ("Mumbai", "Asia/Kolkata"),
    "IT": ("Bergamo", "Europe/Rome"),
    "JP": ("Tokyo", "Asia/Tokyo"),
    "MX": ("Queretaro", "America/Mexico_City"),
    "NL": ("Schiphol", "Europe/Amsterdam"),
    "NO": ("Oslo", "Europe/Oslo"),
    "PL": ("Warsaw", "Europe/Warsaw"),
    "PT": ("Lisbon", "Europe/Lisbon"),
    "SE": ("Malmo", "Europe/Stockholm"),
    "SG": ("Singapore", "Asia/Singapore"),
    "US": ("Louisville", "America/New_York"),
}


def hub(country: str) -> tuple[str, ZoneInfo]:
    """City and time zone of a country's sorting centre."""
    city, zone = _HUBS.get(country, ("International hub", "UTC"))
    return city, ZoneInfo(zone)


def of(place: Place) -> tuple[str, str, ZoneInfo]:
    """City, country and time zone of an address."""
    city, zone = hub(place.country)
    return place.city or city, place.country, zone
