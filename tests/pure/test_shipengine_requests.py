"""Requests to ShipEngine as pure data: parcels, customs, money, services."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipengine_samples import (
    BOX,
    CUSTOMS,
    FULL,
    MUGS,
    PICKUP,
    PLAIN,
    QUESTION,
    RECIPIENT,
    RETURN,
    SECOND,
    SENDER,
)

from odoo.addons.logistics_carrier.canonical import Money, ParcelContent
from odoo.addons.logistics_carrier.tools.prices import share
from odoo.addons.logistics_carrier_shipengine import translator
from odoo.addons.logistics_carrier_shipengine.tools import (
    addresses,
    handover,
    packages,
    prices,
)
from odoo.addons.logistics_core.errors import InvalidMessage

amounts = st.decimals(0, 99999, places=2)


def test_service_names_the_account_and_its_code():
    body = translator.to_label_request(PLAIN)
    assert body["shipment"]["carrier_id"] == "se-123890"
    assert body["shipment"]["service_code"] == "ups_ground"


@pytest.mark.parametrize("name", ["ups_ground", ":ups_ground", "se-1:", ""])
def test_service_without_account_is_refused_with_what_to_do(name):
    with pytest.raises(InvalidMessage) as caught:
        packages.split_service(name)
    assert "shipping method" in caught.value.remedy


def test_services_are_listed_per_account():
    carriers = [
        {
            "carrier_id": "se-1",
            "nickname": "UPS Lyon",
            "services": [{"service_code": "ups_ground", "name": "UPS Ground"}],
        },
        {"carrier_id": "se-2", "services": [{"service_code": "ups_ground"}]},
        {"services": [{"service_code": "lost"}]},
    ]
    assert packages.to_services(carriers) == {
        "se-1:ups_ground": "UPS Lyon – UPS Ground",
        "se-2:ups_ground": "ups_ground",
    }


def test_sides_are_centimetres_and_weights_kilograms():
    package = packages.to_packages(PLAIN)[0]
    assert package["dimensions"] == {
        "length": 30.0,
        "width": 20.0,
        "height": 15.5,
        "unit": "centimeter",
    }
    assert package["weight"] == {"value": 1.25, "unit": "kilogram"}


def test_box_with_an_unknown_side_has_no_dimensions():
    flat = replace(BOX, height=None)
    assert "dimensions" not in packages.to_packages(replace(PLAIN, parcels=(flat,)))[0]


def test_place_without_states_names_its_city_as_region():
    place = addresses.to_address(SENDER.address)
    assert place["state_province"] == "Villeurbanne"
    assert "address_line2" not in place


def test_state_loses_the_country_of_its_iso_code():
    address = replace(RECIPIENT.address, state="US-CA")
    assert addresses.to_address(address)["state_province"] == "CA"


def test_private_home_is_told():
    shipment = translator.to_label_request(PLAIN)["shipment"]
    assert shipment["ship_to"]["address_residential_indicator"] == "yes"
    assert "address_residential_indicator" not in shipment["ship_from"]


@given(total=amounts, values=st.lists(amounts, min_size=1, max_size=9))
def test_parts_of_the_insurance_make_up_the_whole(total, values):
    parcels = tuple(
        ParcelContent(f"P{n}", Decimal(1), value=Money(value, "EUR"))
        for n, value in enumerate(values)
    )
    parts = share(Money(total, "EUR"), parcels)
    assert sum(part.amount for part in parts.values()) == total
    assert all(part.amount >= 0 for part in parts.values())
    assert parts.keys() == {parcel.reference for parcel in parcels}


def test_nobody_insures_when_the_backend_says_so():
    found = packages.to_packages(FULL, insurer="none")
    assert not any("insured_value" in package for package in found)


def test_insured_shipment_names_the_insurer():
    shipment = translator.to_label_request(FULL, insurer="shipsurance")["shipment"]
    assert shipment["insurance_provider"] == "shipsurance"
    values = [package["insured_value"]["amount"] for package in shipment["packages"]]
    assert sum(values) == pytest.approx(100)


def test_customs_carry_code_origin_value_and_numbers():
    shipment = translator.to_label_request(FULL)["shipment"]
    assert shipment["customs"]["contents"] == "merchandise"
    assert shipment["customs"]["terms_of_trade_code"] == "ddp"
    (item,) = shipment["customs"]["customs_items"]
    assert item["harmonized_tariff_code"] == "691200"
    assert (item["quantity"], item["value"], item["country_of_origin"]) == (
        12,
        7.5,
        "FR",
    )
    kinds = {n["identifier_type"]: n["value"] for n in shipment["tax_identifiers"]}
    assert kinds == {"vat": "FR40303265045", "eori": "FR30326504500012"}
    assert shipment["advanced_options"]["delivered_duty_paid"] is True


def test_broken_quantity_becomes_one_of_the_same_value():
    fabric = replace(MUGS, quantity=Decimal("2.5"), unit="MTR")
    customs = replace(CUSTOMS, commodities=(fabric,))
    body = translator.to_label_request(replace(FULL, customs=customs))
    (item,) = body["shipment"]["customs"]["customs_items"]
    assert (item["quantity"], item["value"]) == (1, 18.75)
    assert item["weight"]["value"] == 0.875


def test_unknown_incoterm_is_refused():
    customs = replace(CUSTOMS, incoterm="XYZ")
    with pytest.raises(InvalidMessage, match="XYZ"):
        translator.to_label_request(replace(FULL, customs=customs))


def test_repairs_are_explained():
    customs = replace(CUSTOMS, purpose="repair")
    body = translator.to_label_request(replace(FULL, customs=customs))
    assert body["shipment"]["customs"]["contents"] == "other"
    assert body["shipment"]["customs"]["contents_explanation"]


def test_dangerous_goods_are_in_their_parcel_and_announced():
    shipment = translator.to_label_request(FULL)["shipment"]
    (product,) = shipment["packages"][2]["products"]
    (goods,) = product["dangerous_goods"]
    assert goods["id_number"] == "UN1789"
    assert goods["packaging_group"] == "ii"
    assert shipment["advanced_options"]["dangerous_goods"] is True
    assert "products" not in shipment["packages"][0]


def test_third_party_pays_on_its_account():
    options = translator.to_label_request(FULL)["shipment"]["advanced_options"]
    assert options["bill_to_party"] == "third_party"
    assert options["bill_to_account"] == "A1B2"


def test_sender_who_pays_is_not_mentioned():
    assert "advanced_options" not in translator.to_label_request(PLAIN)["shipment"]


def test_return_names_its_outbound_label_and_rma():
    body = translator.to_label_request(RETURN)
    assert body["is_return_label"] is True
    assert body["outbound_label_id"] == "se-28529731"
    assert body["rma_number"] == "RMA 5"
    assert body["shipment"]["ship_from"]["city_locality"] == "San Jose"


def test_reference_that_shipengine_cannot_keep_is_refused():
    with pytest.raises(InvalidMessage, match="50 characters for the reference"):
        translator.to_label_request(replace(PLAIN, reference="R" * 51))


def test_layout_other_than_4x6_is_for_pdf_only():
    assert translator.to_label_request(PLAIN, layout="A6")["label_layout"] == "A6"
    assert translator.to_label_request(FULL, layout="A6")["label_layout"] == "4x6"


def test_rates_are_asked_of_the_accounts_named():
    question = replace(QUESTION, services=("se-1:b", "se-1:a"))
    body = prices.to_rate_request(question, ["se-1"], "carrier")
    assert body["rate_options"]["carrier_ids"] == ["se-1"]
    assert body["rate_options"]["service_codes"] == ["a", "b"]
    assert body["shipment"]["confirmation"] == "signature"


def test_pickup_window_is_an_instant():
    window = handover.to_pickup(PICKUP)["pickup_window"]
    assert window == {
        "start_at": "2026-11-23T13:00:00Z",
        "end_at": "2026-11-23T16:30:00Z",
    }


def test_pickup_without_labels_or_contact_says_what_to_do():
    with pytest.raises(InvalidMessage) as caught:
        handover.to_pickup(replace(PICKUP, shipment_external_ids=()))
    assert "labels first" in caught.value.remedy
    silent = replace(SENDER, address=replace(SENDER.address, email=None))
    with pytest.raises(InvalidMessage) as caught:
        handover.to_pickup(replace(PICKUP, ship_from=silent))
    assert "warehouse's address" in caught.value.remedy


def test_ship_date_is_a_day():
    assert packages.to_day(date(2026, 11, 23)) == "2026-11-23T00:00:00Z"


def test_value_of_parcels_decides_the_parts():
    parts = share(
        Money(Decimal(100), "EUR"),
        (
            replace(SECOND, reference="A", value=Money(Decimal(30), "EUR")),
            replace(SECOND, reference="B", value=Money(Decimal(10), "EUR")),
        ),
    )
    assert [parts["A"].amount, parts["B"].amount] == [Decimal(75), Decimal(25)]
