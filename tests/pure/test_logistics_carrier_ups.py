"""UPS's translators: nothing is invented, cut silently, or taken for something else."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import carrier_samples as samples
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from odoo.addons.logistics_carrier.canonical import Billing, Money
from odoo.addons.logistics_carrier.const import REASONS, STATUSES
from odoo.addons.logistics_carrier.tools import documents as labels
from odoo.addons.logistics_carrier_ups import const, translator
from odoo.addons.logistics_carrier_ups.tools import (
    parties,
    pickups,
    rates,
    tracking,
)
from odoo.addons.logistics_core.errors import InvalidMessage

from partner_sandbox.dialects.ups import const as played

ACCOUNT = "A1B2C3"


def shipment(instruction, **kw):
    return translator.to_shipment(instruction, ACCOUNT, **kw)["ShipmentRequest"][
        "Shipment"
    ]


def test_our_reference_stands_first_and_where_ups_takes_it():
    abroad = shipment(samples.EXPORT)
    assert [r["Value"] for r in abroad["ReferenceNumber"]] == ["OUT/00002", "PO-77"]
    assert "ReferenceNumber" not in abroad["Package"][0]
    at_home = shipment(
        replace(samples.PLAIN, ship_from=samples.US, ship_to=samples.AUSTIN)
    )
    assert "ReferenceNumber" not in at_home
    assert at_home["Package"][0]["ReferenceNumber"][0]["Value"] == "OUT/00001"


def test_a_return_is_shipped_by_our_account_from_the_customer():
    made = shipment(samples.RETURN)
    assert made["Shipper"]["Name"] == "Notre Boutique"
    assert made["ShipFrom"]["Name"] == "Ada Lovelace"
    assert made["ReturnService"] == {"Code": "9"}


def test_weights_and_sides_are_rounded_up_in_the_origins_units():
    made = shipment(samples.PLAIN)["Package"][0]
    assert made["PackageWeight"]["Weight"] == "2.4"
    assert made["Dimensions"]["Length"] == "30"
    assert made["Dimensions"]["Height"] == "16"
    american = shipment(replace(samples.PLAIN, ship_from=samples.US))["Package"][0]
    assert american["PackageWeight"]["UnitOfMeasurement"]["Code"] == "LBS"
    assert american["PackageWeight"]["Weight"] == "5.2"
    assert american["Dimensions"]["Height"] == "7"


@given(st.decimals("0.001", "9000", places=3), st.booleans())
def test_a_weight_is_never_told_too_small_and_fits(kilograms, imperial):
    made = parties.to_weight(kilograms, imperial)
    assert parties.from_weight(made) >= kilograms - Decimal("0.0005")
    assert "." in made["Weight"]


def test_a_street_is_wrapped_at_words_and_never_cut():
    address = replace(
        samples.BERLIN.address,
        street="Haus am Ende der langen Allee mit vielen alten Linden 17",
        street2="Hinterhof",
    )
    assert parties.to_address(address)["AddressLine"] == [
        "Haus am Ende der langen Allee mit",
        "vielen alten Linden 17",
        "Hinterhof",
    ]
    with pytest.raises(InvalidMessage, match="three lines"):
        parties.to_address(replace(address, street=" ".join(["word"] * 30)))
    with pytest.raises(InvalidMessage, match="35 characters"):
        parties.to_address(replace(address, street="x" * 36))


def test_states_are_told_only_where_addresses_have_them():
    assert parties.to_address(samples.AUSTIN.address)["StateProvinceCode"] == "TX"
    odd = replace(samples.BERLIN.address, state="DE-BE")
    assert "StateProvinceCode" not in parties.to_address(odd)
    assert parties.to_zip(samples.AUSTIN.address) == "787011234"


def test_customs_name_the_goods_and_never_the_document():
    forms = shipment(samples.EXPORT)["ShipmentServiceOptions"]["InternationalForms"]
    product = forms["Product"][0]
    assert product["Description"] == [
        "Desk lamp with a shade of linen,",
        "and a lamp of five watts",
    ]
    assert product["Unit"]["Number"] == "3"
    assert product["Unit"]["Value"] == "25.50"
    assert product["CommodityCode"] == "940520"
    assert product["ProductWeight"]["Weight"] == "2.1"
    assert (forms["TermsOfShipment"], forms["ReasonForExport"]) == ("DAP", "SALE")
    assert "InternationalForms" not in json.dumps(shipment(samples.PLAIN))
    wrong = replace(samples.EXPORT, customs=replace(samples.CUSTOMS, incoterm="DAT"))
    with pytest.raises(InvalidMessage, match="DAT"):
        shipment(wrong)


def test_duties_are_ours_only_under_ddp():
    def types(instruction):
        charges = shipment(instruction)["PaymentInformation"]["ShipmentCharge"]
        return [charge["Type"] for charge in charges]

    ddp = replace(samples.EXPORT, customs=replace(samples.CUSTOMS, incoterm="DDP"))
    assert (types(samples.EXPORT), types(ddp)) == (["01"], ["01", "02"])


def test_who_pays_is_named_with_what_ups_needs():
    charge = shipment(samples.THIRD)["PaymentInformation"]["ShipmentCharge"][0]
    assert charge["BillThirdParty"]["Address"] == {
        "PostalCode": "10115",
        "CountryCode": "DE",
    }
    for billing in (Billing("recipient"), Billing("third_party", "9Z8Y7X")):
        with pytest.raises(InvalidMessage):
            shipment(replace(samples.PLAIN, billing=billing))


def test_a_signature_is_asked_for_where_the_pair_takes_it():
    abroad = shipment(replace(samples.PLAIN, signature="adult"))
    assert abroad["ShipmentServiceOptions"]["DeliveryConfirmation"]["DCISType"] == "2"
    american = replace(
        samples.PLAIN, ship_from=samples.US, ship_to=samples.AUSTIN, signature="adult"
    )
    options = shipment(american)["Package"][0]["PackageServiceOptions"]
    assert options["DeliveryConfirmation"]["DCISType"] == "3"
    assert "ShipmentServiceOptions" not in shipment(american)


def test_the_insured_sum_is_shared_by_value_or_evenly():
    def values(*parcels):
        made = shipment(replace(samples.EXPORT, parcels=parcels))["Package"]
        return [
            p["PackageServiceOptions"]["DeclaredValue"]["MonetaryValue"] for p in made
        ]

    assert values(samples.BOX, samples.SMALL) == ["50.00", "50.00"]
    dear = replace(samples.BOX, value=Money(Decimal(60), "EUR"))
    assert values(dear, samples.SMALL) == ["75.00", "25.00"]


def test_dangerous_goods_go_only_under_rules_ups_carries():
    options = shipment(samples.DANGEROUS)["Package"][0]["PackageServiceOptions"]
    record = options["HazMat"][0]
    assert (record["IDNumber"], record["PackagingGroupType"]) == ("UN1263", "III")
    sea = replace(samples.PAINT, regulation="IMDG")
    parcel = replace(samples.BOX, dangerous_goods=(sea,))
    with pytest.raises(InvalidMessage, match="IMDG"):
        shipment(replace(samples.PLAIN, parcels=(parcel,)))


def picture(width, height, kind="GIF"):
    target = io.BytesIO()
    Image.new("L", (width, height), "white").save(target, kind)
    return base64.b64encode(target.getvalue()).decode()


def test_a_picture_becomes_an_upright_page_of_four_inches():
    label = labels.to_label(picture(1200, 800), "PDF", "UPS-1")
    assert (label.name, label.media_type) == ("UPS-1.pdf", "application/pdf")
    (page,) = PdfReader(io.BytesIO(base64.b64decode(label.content))).pages
    size = (round(float(page.mediabox.width)), round(float(page.mediabox.height)))
    assert size == (288, 432)
    image = next(iter(page["/Resources"]["/XObject"].values())).get_object()
    assert "/DCTDecode" not in image["/Filter"]
    label = labels.to_label(picture(800, 1200), "PNG", "UPS-1")
    assert Image.open(io.BytesIO(base64.b64decode(label.content))).size == (800, 1200)


def test_what_came_in_another_format_is_called_by_its_name():
    zpl = base64.b64encode(b"^XA^XZ").decode()
    assert labels.to_label(zpl, "PDF", "UPS-1").name == "UPS-1.zpl"
    for wrong in ("no base64!", base64.b64encode(b"GIF89a broken").decode()):
        with pytest.raises(InvalidMessage):
            labels.to_label(wrong, "PNG", "UPS-1")


STATUS_CASES = [
    ("M", "MP", "", "created", None),
    ("MV", "VP", "", "cancelled", "sender"),
    ("I", "OR", "", "picked_up", None),
    ("I", "AR", "", "in_transit", None),
    ("I", "OT", "", "out_for_delivery", None),
    ("D", "OT", "", "out_for_delivery", None),
    ("D", "FS", "DELIVERED", "delivered", None),
    ("D", "RS", "Returned to the shipper", "returned", None),
    ("X", "NA", "The receiver was not in", "attempted", "recipient_absent"),
    ("X", "AA", "The apartment number is missing", "exception", "address"),
    ("X", "BB", "Merchandise is damaged", "exception", "damaged"),
    ("X", "CC", "Held by customs", "exception", "customs"),
    ("X", "DD", "Severe weather has delayed", "exception", "weather"),
    ("X", "EE", "A delay has occurred", "exception", "delay"),
    ("X", "FF", "Refused by the receiver", "exception", "refused"),
    ("X", "GG", "The package cannot be found", "lost", "lost"),
    ("X", "HH", "It is being returned to the sender", "returning", None),
    ("X", "II", "Returned to the sender", "returned", None),
    ("X", "JJ", "Ready for pickup at a UPS Access Point", "available_for_pickup", None),
    ("X", "KK", "Something else", "exception", "other"),
    ("U", "LL", "Delivery was rescheduled", "exception", "delay"),
    ("??", "", "New words", "in_transit", None),
]


@pytest.mark.parametrize(("kind", "code", "text", "status", "reason"), STATUS_CASES)
def test_statuses_are_read_by_type_code_and_words(kind, code, text, status, reason):
    assert tracking.to_status(kind, code, text) == (status, reason)


@pytest.mark.parametrize("kind", played.ACTIVITIES)
def test_what_the_sandbox_plays_is_what_the_hub_reads(kind):
    told, code, number, text = played.ACTIVITIES[kind]
    assert number in const.NUMBERS
    assert tracking.to_status(told, code, text, number) == samples.PLAYED[kind]


def test_all_statuses_and_reasons_are_the_hubs_own():
    coded = [*const.STATUSES.values(), *const.NUMBERS.values()]
    told = {s for s, _ in coded} | {s for _, s, _ in const.WORDS}
    reasons = {r for _, r in coded} | {r for *_, r in const.WORDS}
    assert told <= dict(STATUSES).keys()
    assert reasons - {None} <= dict(REASONS).keys()


ALERT = {
    "trackingNumber": "1ZA1B2C31100000015",
    "localActivityDate": "20260302",
    "localActivityTime": "091519",
    "activityLocation": {"city": "Charlotte", "country": "US"},
    "activityStatus": {"type": "I", "code": "OT", "description": "Out for Delivery"},
    "scheduledDeliveryDate": "20260303",
    "gmtActivityDate": "20260302",
    "gmtActivityTime": "141519",
}


def test_an_alert_keeps_the_places_time_and_its_offset():
    event = tracking.from_event(json.dumps(ALERT))
    assert event.occurred_at == datetime(2026, 3, 2, 14, 15, 19, tzinfo=UTC)
    assert event.occurred_local == "2026-03-02T09:15:19-05:00"
    assert (event.status, event.city, event.raw_code) == (
        "out_for_delivery",
        "Charlotte",
        "I/OT",
    )
    assert event.estimated_delivery == datetime(2026, 3, 3, 23, 59, tzinfo=UTC)


def test_an_event_polled_and_pushed_is_one_event():
    package = {
        "trackingNumber": ALERT["trackingNumber"],
        "activity": [
            {
                "date": "20260302",
                "time": "091519",
                "gmtDate": "20260302",
                "gmtTime": "14:15:19",
                "gmtOffset": "-05:00",
                "status": ALERT["activityStatus"],
                "location": {"address": {"city": "Charlotte", "countryCode": "US"}},
            }
        ],
    }
    answer = {"trackResponse": {"shipment": [{"package": [package]}]}}
    (envelope,) = tracking.to_envelopes(answer)
    polled = tracking.from_event(envelope.payload)
    pushed = tracking.from_event(json.dumps(ALERT))
    assert polled.event_id == pushed.event_id
    assert polled.occurred_at == pushed.occurred_at
    assert polled.occurred_local == pushed.occurred_local
    assert envelope.ordering_key == ALERT["trackingNumber"]


@pytest.mark.parametrize(
    "change",
    [
        {"activityStatus": {}},
        {"localActivityDate": "2026", "gmtActivityDate": None},
        {"localActivityDate": None, "gmtActivityDate": None},
        {"trackingNumber": None},
    ],
)
def test_an_event_that_makes_no_sense_is_refused(change):
    with pytest.raises(InvalidMessage):
        tracking.from_event(json.dumps({**ALERT, **change}))


def test_a_rate_without_negotiated_price_is_the_published_one():
    rated = {
        "Service": {"Code": "11"},
        "TotalCharges": {"CurrencyCode": "EUR", "MonetaryValue": "20.00"},
        "ItemizedCharges": [
            {"Code": "375", "CurrencyCode": "EUR", "MonetaryValue": "3.00"}
        ],
    }
    answer = {"RateResponse": {"RatedShipment": rated}}  # one, without brackets
    (rate,) = rates.from_rates(answer, ())
    assert rate.total == rate.published == Money(Decimal("20.00"), "EUR")
    assert [c.amount for c in rate.charges] == [Decimal("17.00"), Decimal("3.00")]
    assert rates.from_rates(answer, ("65",)) == []
    assert rates.from_rates({}, ()) == []


def test_a_pickup_needs_a_phone_and_weighs_what_it_weighs():
    body = pickups.to_pickup(samples.PICKUP, ACCOUNT)["PickupCreationRequest"]
    assert body["TotalWeight"] == {"Weight": "0063.2", "UnitOfMeasurement": "KGS"}
    assert body["PickupDateInfo"] == {
        "ReadyTime": "1400",
        "CloseTime": "1800",
        "PickupDate": "20260302",
    }
    assert body["OverweightIndicator"] == "N"
    address = replace(samples.LYON.address, phone=None)
    lonely = replace(samples.PICKUP, ship_from=replace(samples.LYON, address=address))
    with pytest.raises(InvalidMessage, match="phone"):
        pickups.to_pickup(lonely, ACCOUNT)


def test_a_corrected_address_differs_by_more_than_capitals():
    def check(line, code="78701"):
        key = {
            "AddressLine": [line, "SUITE 4"],
            "PoliticalDivision2": "AUSTIN",
            "PoliticalDivision1": "TX",
            "PostcodePrimaryLow": code,
            "CountryCode": "US",
        }
        answer = {"ValidAddressIndicator": "", "Candidate": {"AddressKeyFormat": key}}
        return pickups.from_check({"XAVResponse": answer}, samples.AUSTIN.address)

    assert check("5 MAIN ST").status == "valid"
    assert check("5 MAINE ST").status == "corrected"
    assert check("5 MAIN ST", "78702").status == "corrected"
