"""Where goods cross a customs border."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from carrier_samples import AUSTIN, BERLIN, BOX, DAY, LYON, PICKUP

from odoo.addons.logistics_carrier.canonical import Money, RateRequest
from odoo.addons.logistics_carrier.customs.tools.territory import (
    crosses_border,
    needs_customs,
)
from odoo.addons.logistics_carrier_dhl_express.tools import parties as dhl
from odoo.addons.logistics_carrier_dhl_express.tools import rates as dhl_rates
from odoo.addons.logistics_carrier_dhl_express.tools import services as dhl_services
from odoo.addons.logistics_carrier_dpd_fr import translator as dpd
from odoo.addons.logistics_carrier_shipengine.tools import addresses as shipengine
from odoo.addons.logistics_carrier_ups.tools import parties as ups

FRANCE = ("FR", "69001")
LONDON = ("GB", "SW1A 1AA")
BELFAST = ("GB", "BT1 5GS")


@pytest.mark.parametrize(
    ("origin", "destination", "expected"),
    [
        (FRANCE, ("DE", "10115"), False),
        (FRANCE, ("MC", "98000"), False),
        (FRANCE, ("US", "10001"), True),
        (FRANCE, ("CH", "8001"), True),
        (FRANCE, LONDON, True),
        (FRANCE, BELFAST, False),
        (LONDON, BELFAST, False),
        (LONDON, ("JE", "JE2 3AB"), True),
        (LONDON, ("GB", "je2 3ab"), True),
        (LONDON, ("IM", "IM1 1AA"), False),
        (FRANCE, ("ES", "35001"), True),
        (FRANCE, ("ES", "28001"), False),
        (("ES", "35001"), ("ES", "38001"), False),
        (FRANCE, ("FR", "97400"), True),
        (FRANCE, ("DE", "78266"), True),
        (FRANCE, ("FI", "22100"), True),
        (FRANCE, ("NO", "0150"), True),
        (("CH", "8001"), ("LI", "9490"), False),
        (("US", "10001"), ("PR", "00901"), False),
        (FRANCE, ("DE", None), False),
        (("ES", "28001"), ("ES", "35001"), True),
        (("ES", "28001"), ("ES", "51001"), True),
        (("ES", "51001"), ("ES", "52001"), True),
        (FRANCE, ("FR", "98000"), False),  # Monaco
        (FRANCE, ("FR", "97110"), True),
        (("GP", "97110"), ("FR", "97110"), False),
        (("FR", "97110"), ("FR", "97200"), True),
        (("FR", "97150"), ("MF", "97150"), False),
        (FRANCE, ("IT", "23041"), True),  # Livigno
        (FRANCE, ("IT", "23030"), False),  # its neighbours
        (FRANCE, ("IT", "47890"), True),  # San Marino
        (("IT", "47890"), ("SM", "47890"), False),
        (FRANCE, ("IT", "00184"), False),
        (FRANCE, ("AX", "22100"), True),
        (("AX", "22100"), ("FI", "22100"), False),
        (FRANCE, ("GG", "GY1 1AA"), True),
        (LONDON, ("GB", "IM1 1AA"), False),
        (FRANCE, ("XI", "BT1 5GS"), False),
        (("US", "10001"), ("US", "00901"), False),
        (("US", "10001"), ("US", "00801"), True),
        (("US", "10001"), ("US", "96910"), True),
        (("US", "96910"), ("GU", "96910"), False),
        (("DK", "2100"), ("DK", "3900"), True),
        (("XI", "BT1 5GS"), ("GB", "SW1A 1AA"), False),
        (("JE", "JE2 3AB"), ("GG", "GY1 1AA"), True),
        (("DE", "10115"), ("DE", "27498"), True),  # Heligoland
        (("MC", "98000"), ("FR", "06000"), False),
        (("MC", "98000"), ("US", "10001"), True),
        (("FR", "97400"), ("RE", "97400"), False),
    ],
)
def test_papers_are_needed_where_a_border_is(origin, destination, expected):
    assert needs_customs(origin, destination) is expected
    assert needs_customs(destination, origin) is expected


def at(party, country, zip_code, state=None):
    address = replace(party.address, country=country, zip=zip_code, state=state)
    return replace(party, address=address)


def test_a_territory_of_the_united_states_may_be_written_as_a_state():
    guam = at(AUSTIN, "US", None, "US-GU").address
    assert crosses_border(AUSTIN.address, guam)
    assert not crosses_border(AUSTIN.address, at(AUSTIN, "US", None, "PR").address)
    assert not crosses_border(AUSTIN.address, at(AUSTIN, "US", None, "US-KY").address)


@pytest.mark.parametrize(
    ("receiver", "declared"),
    [
        (BERLIN, False),
        (AUSTIN, True),
        (at(BERLIN, "ES", "35001"), True),
        (at(BERLIN, "FR", "97400"), True),
        (at(BERLIN, "GB", "BT1 5GS"), False),
    ],
)
def test_dhl_is_asked_for_customs_only_across_a_border(receiver, declared):
    value = Money(Decimal(100), "EUR")
    request = RateRequest(LYON, receiver, (BOX,), DAY, "EUR", value=value)
    made = dhl_rates.to_rates(request, "123456789", datetime(2026, 11, 2, tzinfo=UTC))
    assert made["isCustomsDeclarable"] is declared
    # It does not hang on whether a value is known.
    request = replace(request, value=None)
    made = dhl_rates.to_rates(request, "123456789", datetime(2026, 11, 2, tzinfo=UTC))
    assert made["isCustomsDeclarable"] is declared


@pytest.mark.parametrize(
    ("country", "zip_code", "state", "code"),
    [
        ("ES", "28001", None, "ES"),
        ("ES", "35001", None, "IC"),
        ("ES", "38001", None, "IC"),
        ("ES", "51001", None, "XC"),
        ("ES", "52001", None, "XL"),
        ("US", "00901", None, "PR"),
        ("US", "96910", None, "GU"),
        ("US", None, "US-PR", "PR"),
        ("US", "78701", "US-TX", "US"),
        ("PR", "00901", None, "PR"),
        ("GU", "96910", None, "GU"),
        ("GB", "BT1 5GS", None, "GB"),
        ("GB", "IM1 1AA", None, "GB"),
        ("GB", "JE2 3AB", None, "JE"),
        ("FR", "97400", None, "RE"),
        ("FR", "98000", None, "MC"),
        ("DE", "78266", None, "DE"),
        ("IT", "23041", None, "IT"),
    ],
)
def test_ups_wants_territories_named_as_countries(country, zip_code, state, code):
    address = at(AUSTIN, country, zip_code, state).address
    assert ups.to_address(address)["CountryCode"] == code


@pytest.mark.parametrize(
    ("country", "zip_code", "code"),
    [
        ("ES", "28001", "ES"),
        ("ES", "35001", "IC"),
        ("ES", "51001", "ES"),
        ("US", "00901", "PR"),
        ("US", "78701", "US"),
        ("FR", "97400", "RE"),
        ("FR", "98000", "MC"),
        ("GB", "JE2 3AB", "JE"),
        ("XI", "BT1 5GS", "GB"),
        ("DE", "78266", "DE"),
        ("FI", "22100", "FI"),
    ],
)
def test_dhl_names_its_territories_too(country, zip_code, code):
    address = at(BERLIN, country, zip_code).address
    assert dhl.to_country(address) == code


@pytest.mark.parametrize(
    ("country", "zip_code", "state", "code"),
    [
        ("ES", "35001", None, "ES"),
        ("ES", "51001", None, "ES"),
        ("US", "00901", None, "PR"),
        ("US", None, "US-GU", "GU"),
        ("US", "78701", "US-TX", "US"),
        ("FI", "22100", None, "AX"),
        ("FR", "97400", None, "RE"),
        ("FR", "98000", None, "MC"),
        ("GB", "JE2 3AB", None, "JE"),
        ("GB", "BT1 5GS", None, "GB"),
        ("XI", "BT1 5GS", None, "GB"),
        ("IT", "47890", None, "SM"),
        ("DE", "78266", None, "DE"),
        ("DK", "3900", None, "GL"),
    ],
)
def test_shipengine_and_dpd_want_codes_of_iso_3166(country, zip_code, state, code):
    address = at(BERLIN, country, zip_code, state).address
    assert shipengine.to_address(address)["country_code"] == code
    assert dpd.to_address(address)["countryPrefix"] == code


def test_an_address_that_shipengine_knows_by_its_territory_is_the_same():
    asked = at(AUSTIN, "US", "00901", "US-PR").address
    matched = {
        "name": asked.name,
        "address_line1": asked.street,
        "city_locality": asked.city,
        "postal_code": asked.zip,
        "country_code": "PR",
    }
    found = shipengine.from_check(
        {"status": "verified", "matched_address": matched}, asked
    )
    assert (found.status, found.address.country) == ("valid", "US")


@pytest.mark.parametrize(
    ("pickup", "declared"),
    [
        (replace(PICKUP, dutiable=True, destination_country="ES"), True),
        (replace(PICKUP, dutiable=False, destination_country="US"), False),
        (replace(PICKUP, destination_country="US"), True),
        (replace(PICKUP, destination_country="DE"), False),
        (PICKUP, False),
    ],
)
def test_a_pickup_of_dhl_says_whether_something_is_dutiable(pickup, declared):
    value = Money(Decimal("76.50"), "EUR")
    body = dhl_services.to_pickup(replace(pickup, value=value), "123456789")
    (shipment,) = body["shipmentDetails"]
    assert shipment["isCustomsDeclarable"] is declared
    assert shipment.get("declaredValue") == (76.5 if declared else None)
    changed = dhl_services.to_change(replace(pickup, external_id="PRG1"), "123456789")
    assert changed["shipmentDetails"][0]["isCustomsDeclarable"] is declared
