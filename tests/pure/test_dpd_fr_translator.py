"""Shipments of DPD France as pure data: what is asked, refused and read."""

from __future__ import annotations

import base64
from dataclasses import replace
from decimal import Decimal

import dpd_fr_samples as samples
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.logistics_carrier.canonical import Billing, DangerousGoods
from odoo.addons.logistics_carrier_dpd_fr import const, translator
from odoo.addons.logistics_carrier_dpd_fr.tools.keys import Account, Barcode
from odoo.addons.logistics_core.errors import InvalidMessage, NotSupported

ACCOUNT = Account(250, 77, 18028)
texts = st.text(st.characters(codec="ascii", exclude_characters="/"), min_size=1)


def test_our_reference_is_what_a_shipment_is_found_by():
    body = translator.to_shipment(samples.PREDICT, ACCOUNT)
    assert body["referencenumber"] == "SHP/1"
    assert body["reference2"] == "P1"
    assert (body["reference3"], body["reference4"]) == ("S00042", "PO 7")


def test_company_is_the_name_and_the_person_the_contact():
    body = translator.to_shipment(samples.PLAIN, ACCOUNT)
    assert body["shipperaddress"]["name"] == "Hub Trading"
    assert body["shipperinfo"] == {"contact": "Quai 4"}
    assert body["shipperaddress"]["street"] == "27 rue Henri Rolland, Bâtiment B"
    assert "receiverinfo" not in body


def test_day_and_weight_are_written_as_dpd_does():
    body = translator.to_shipment(samples.PLAIN, ACCOUNT)
    assert body["shippingdate"] == "23/11/2026"
    assert body["weight"] == "1.2"


@given(st.decimals(min_value="0.001", max_value=1000, places=4))
def test_weight_is_a_plain_number_to_the_gram(weight):
    text = translator._to_weight(weight)
    assert "E" not in text
    assert abs(Decimal(text) - weight) <= Decimal("0.0005")


def test_predict_announces_by_phone_and_mail():
    contact = translator.to_shipment(samples.PREDICT, ACCOUNT)["services"]["contact"]
    assert contact == {
        "sms": "+33600000000",
        "email": "zoe@example.com",
        "type": "Predict",
    }


def test_predict_without_contact_says_what_to_enter():
    silent = replace(samples.RECIPIENT.address, phone=None, email=None)
    mute = replace(samples.PREDICT, ship_to=replace(samples.RECIPIENT, address=silent))
    with pytest.raises(InvalidMessage) as caught:
        translator.to_shipment(mute, ACCOUNT)
    assert "delivery address" in caught.value.remedy


def test_relais_names_the_shop_and_insures():
    services = translator.to_shipment(samples.RELAIS, ACCOUNT)["services"]
    assert services["parcelshop"] == {"shopaddress": {"shopid": "P62025"}}
    assert services["extraInsurance"] == {"value": "300.00", "type": "byShipments"}


def test_each_parcel_of_many_has_its_weight_and_names():
    slaves = translator.to_multi(samples.MULTI, ACCOUNT)["slaves"]["SlaveRequest"]
    assert [s["reference2"] for s in slaves] == ["P1", "P2", "P3"]
    assert {s["referencenumber"] for s in slaves} == {"SHP/1"}
    assert {s["services"]["extraInsurance"]["value"] for s in slaves} == {"100.00"}


def test_customer_who_sends_back_is_the_contact_of_the_return():
    body = translator.to_reverse(samples.REVERSE, ACCOUNT)
    assert body["services"]["contact"]["sms"] == "+33600000000"
    assert body["shipperaddress"]["city"] == "Paris"
    assert body["receiveraddress"]["city"] == "Villeurbanne"


def test_collection_counts_the_parcels():
    body = translator.to_collection(samples.COLLECTION, ACCOUNT)
    assert body["parcel_count"] == 2
    assert body["pick_date"] == "23/11/2026"
    assert "shippingdate" not in body


def test_pickup_is_in_the_warehouse_s_own_time():
    body = translator.to_pickup(samples.PICKUP, ACCOUNT)
    assert body["pick_date"] == "23/11/2026"
    assert (body["data"]["time_from"], body["data"]["time_to"]) == ("14:00", "17:30")


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"billing": Billing("recipient")}, "another payer"),
        ({"signature": "adult"}, "signatures"),
        ({"saturday": True}, "Saturday"),
        (
            {
                "parcels": (
                    replace(
                        samples.BOX,
                        dangerous_goods=(
                            DangerousGoods("1789", "ACID", "8", Decimal(1), "L"),
                        ),
                    ),
                )
            },
            "dangerous goods",
        ),
    ],
)
def test_what_the_wsdl_has_no_place_for_is_refused(values, text):
    with pytest.raises(NotSupported, match=text):
        translator.check(replace(samples.PLAIN, **values))


@pytest.mark.parametrize(
    "instruction",
    [
        samples.make("express"),
        samples.make("reverse"),
        samples.make("collection"),
        samples.make("relais"),
        samples.make("classic", access_point="P1"),
    ],
)
def test_service_that_does_not_fit_is_refused(instruction):
    with pytest.raises(InvalidMessage):
        translator.check(instruction)


def test_return_of_an_outbound_service_goes_by_label():
    instruction = samples.make("classic", direction="return")
    translator.check(instruction)
    assert translator.get_service(instruction) == const.REVERSE


@pytest.mark.parametrize("service", ["relais", "reverse"])
def test_service_for_one_parcel_takes_no_more(service):
    values = {"access_point": "P1"} if service == "relais" else {"direction": "return"}
    with pytest.raises(NotSupported, match="one parcel"):
        translator.check(samples.make(service, "P1", "P2", **values))


@given(
    texts,
    st.none() | st.integers(1, 999),
    st.sampled_from(["EPRINT", "MASTER", const.COLLECTION_TYPE]),
)
def test_key_of_a_parcel_is_read_back_as_written(number, source, kind):
    key = Barcode(number, source, kind)
    assert Barcode.from_text(key.to_text()) == key


def test_bare_number_is_a_key():
    assert Barcode.from_text("10774000248383") == Barcode("10774000248383")


def test_proof_page_is_not_taken_for_the_label():
    labels = [
        {"type": "PROOF", "label": b"proof"},
        {"type": "BIC3", "label": b"label"},
        {"type": "REVERSE", "label": b"back"},
    ]
    first, *others = translator.from_labels(labels, samples.PLAIN, "P1")
    assert base64.b64decode(first.content) == b"label"
    assert {document.kind for document in others} == {"other", "return_label"}


def test_missing_parcel_is_noticed():
    with pytest.raises(InvalidMessage, match="1 labels for 3 parcels"):
        translator.to_confirmation(samples.MULTI, [Barcode("1")], [[]])
    with pytest.raises(InvalidMessage):
        translator.from_shipment({"Shipment": None})


def test_only_shippings_of_our_reference_are_ours():
    entries = [
        {"barcodeId": "1", "barcodeSource": 902, "reference": "SHP/1"},
        {"barcodeId": "2", "barcodeSource": 902, "reference": "SHP/10"},
        {"barcodeId": None, "reference": "SHP/1"},
        {"barcodeId": "3", "reference": None},
    ]
    answer = {"shippings": {"Shipping": entries}}
    assert translator.find_shippings(answer, "SHP/1") == [Barcode("1", 902)]
    assert translator.find_shippings({}, "SHP/1") == []
