"""Which places share a customs territory, as carriers see it.

Carriers ask for customs papers wherever goods leave a customs or a VAT territory, so
places inside the EU's customs union but outside its VAT area (the Canaries, Åland,
the French overseas departments) count as outside here. Never imports odoo.
"""

from __future__ import annotations

EU_CODES = """
AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE MC
"""
EU = frozenset(EU_CODES.split())
# Country -> {beginning of the postal code: territory of its own}.
EXCLAVES = {
    "ES": {"35": "IC", "38": "IC", "51": "XC", "52": "XL"},
    "FR": {"97": "FR-OVERSEAS", "98": "FR-OVERSEAS"},
    "DE": {"78266": "DE-BUESINGEN", "27498": "DE-HELGOLAND"},
    "IT": {"23041": "IT-LIVIGNO", "23030": "IT-LIVIGNO", "22061": "IT-CAMPIONE"},
    "FI": {"22": "AX"},
    "GR": {"63086": "GR-ATHOS"},
    "GB": {"BT": "XI", "JE": "JE", "GY": "GG"},
}
# Countries that are inside the territory of another.
UNIONS = {"LI": "CH", "IM": "GB", "PR": "US"}
# Pairs without a border for parcels: Northern Ireland is in both (Windsor Framework).
OPEN_PAIRS = frozenset({frozenset({"XI", "EU"}), frozenset({"XI", "GB"})})


def territory(country: str, zip_code: str | None) -> str:
    """Return the name of the customs territory of a place."""
    code = "".join((zip_code or "").upper().split())
    for prefix, own in EXCLAVES.get(country, {}).items():
        if code.startswith(prefix):
            return own
    return "EU" if country in EU else UNIONS.get(country, country)


def needs_customs(
    origin: tuple[str, str | None], destination: tuple[str, str | None]
) -> bool:
    """Return whether goods between two (country, postal code) need customs papers."""
    pair = frozenset({territory(*origin), territory(*destination)})
    return len(pair) == 2 and pair not in OPEN_PAIRS
