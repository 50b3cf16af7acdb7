"""Which places share a customs territory, as carriers see it.

Carriers ask for customs papers wherever goods leave a customs or a VAT territory, so
places inside the EU's customs union but outside its VAT area (the Canaries, Åland, San
Marino, the French overseas departments) count as outside here. Never imports odoo.
"""

from __future__ import annotations

from collections.abc import Collection

from odoo.addons.logistics_core.canonical import Address
from odoo.addons.logistics_core.tools.codes import codes

EU_CODES = """
AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE MC
"""
EU = frozenset(EU_CODES.split())
# Country -> {beginning of the postal code: place with rules of its own}. Its name is
# the code of the country or territory where there is one.
EXCLAVES = {
    "ES": {"35": "IC", "38": "IC", "51": "XC", "52": "XL"},
    "FR": {
        "971": "GP",
        "97133": "BL",
        "97150": "MF",
        "972": "MQ",
        "973": "GF",
        "974": "RE",
        "975": "PM",
        "976": "YT",
        "977": "BL",
        "978": "MF",
        "980": "MC",
        "984": "TF",
        "986": "WF",
        "987": "PF",
        "988": "NC",
    },
    "DE": {"78266": "DE-BUESINGEN", "27498": "DE-HELGOLAND"},
    "IT": {
        "23041": "IT-LIVIGNO",
        "22061": "IT-CAMPIONE",
        "4789": "SM",
        "00120": "VA",
    },
    "FI": {"22": "AX"},
    "GR": {"63086": "GR-ATHOS", "63087": "GR-ATHOS"},
    "DK": {"39": "GL"},
    "NO": {"917": "SJ"},
    "GB": {"BT": "XI", "JE": "JE", "GY": "GG", "IM": "IM"},
    "US": {
        "006": "PR",
        "007": "PR",
        "009": "PR",
        "008": "VI",
        "96799": "AS",
        "9691": "GU",
        "9692": "GU",
        "96931": "GU",
        "96932": "GU",
        "9695": "MP",
    },
}
# Countries that are inside the territory of another.
UNIONS = {"LI": "CH", "IM": "GB", "PR": "US"}
# Pairs without a border for parcels: Northern Ireland is in both (Windsor Framework).
OPEN_PAIRS = frozenset({frozenset({"XI", "EU"}), frozenset({"XI", "GB"})})


def get_place(country: str, zip_code: str | None) -> str:
    """Return the country, or the place in it that has rules of its own."""
    code = "".join((zip_code or "").upper().split())
    places = EXCLAVES.get(country, {})
    prefixes = [prefix for prefix in places if code.startswith(prefix)]
    return places[max(prefixes, key=len)] if prefixes else country


# Names of places -> the ISO 3166 code of the country that they are in.
PARENTS = {"IC": "ES", "XC": "ES", "XL": "ES", "XI": "GB"}
# Places with an ISO 3166 code of their own, whatever country an address names.
ISO_PLACES = codes(
    "PR VI GU AS MP AX GL SJ JE GG IM SM VA MC GP MQ GF RE YT PM BL MF WF PF NC TF"
)


def to_country(address: Address, known: Collection[str] = ISO_PLACES) -> str:
    """Return the code of an address's country, as a carrier wants it.

    :param known: codes of places that the carrier names instead of their country
    """
    place = get_place(*locate(address))
    if place in known:
        return place
    return PARENTS.get(address.country, address.country)


def locate(address: Address) -> tuple[str, str | None]:
    """Return (country, postal code) of an address, which decide its territory.

    Territories of the United States are written as their states.
    """
    state = (address.state or "").rpartition("-")[2]
    is_territory = address.country == "US" and state in EXCLAVES["US"].values()
    return (state if is_territory else address.country), address.zip


def territory(country: str, zip_code: str | None) -> str:
    """Return the name of the customs territory of a place."""
    place = get_place(country, zip_code)
    return "EU" if place in EU else UNIONS.get(place, place)


def needs_customs(
    origin: tuple[str, str | None], destination: tuple[str, str | None]
) -> bool:
    """Return whether goods between two (country, postal code) need customs papers."""
    pair = frozenset({territory(*origin), territory(*destination)})
    return len(pair) == 2 and pair not in OPEN_PAIRS


def crosses_border(origin: Address, destination: Address) -> bool:
    """Return whether goods between two addresses need customs papers."""
    return needs_customs(locate(origin), locate(destination))
