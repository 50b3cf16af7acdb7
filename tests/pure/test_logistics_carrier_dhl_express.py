"""DHL's translators: nothing is invented, cut silently, or taken for something else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import carrier_samples as samples
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.logistics_carrier.canonical import Billing, Money
from odoo.addons.logistics_carrier.const import REASONS, STATUSES
from odoo.addons.logistics_carrier.tools import freight_file
from odoo.addons.logistics_carrier_dhl_express import const, translator
from odoo.addons.logistics_carrier_dhl_express.tools import (
    parties,
    rates,
    services,
    tracking,
)
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.tools import moments

from partner_sandbox.dialects.dhl_express import const as played

ACCOUNT = "123456789"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def shipment(instruction):
    return translator.to_shipment(instruction, ACCOUNT, NOW)


def test_our_references_stand_on_the_shipment_and_its_parcels():
    made = shipment(samples.EXPORT)
    assert made["customerReferences"] == [
        {"value": "OUT/00002", "typeCode": "CU"},
        {"value": "PO-77", "typeCode": "CO"},
    ]
    packages = made["content"]["packages"]
    references = [p["customerReferences"][0]["value"] for p in packages]
    assert references == ["P1", "P2"]
    assert [p["referenceNumber"] for p in packages] == [1, 2]


def test_handover_is_in_the_places_own_time_and_never_past():
    def planned(country, state=None, now=NOW, zone=None):
        return parties.to_moment(sent_from(country, state, zone), now)

    assert planned("FR") == "2026-03-02T17:00:00 GMT+01:00"
    assert planned("JP") == "2026-03-02T17:00:00 GMT+09:00"
    late = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
    assert planned("FR", now=late) == "2026-03-02T20:30:00 GMT+01:00"
    assert planned("??") == "2026-03-02T17:00:00 GMT+00:00"
    # Not the first zone of the country's list, which in Canada is Newfoundland.
    assert planned("CA", "ON") == "2026-03-02T17:00:00 GMT-05:00"
    assert planned("CA") == "2026-03-02T17:00:00 GMT-05:00"
    assert planned("US", "CA") == "2026-03-02T17:00:00 GMT-08:00"
    # The warehouse's own zone counts before what its address tells.
    zone = "Europe/Brussels"
    assert planned("US", "CA", zone=zone) == "2026-03-02T17:00:00 GMT+01:00"


def sent_from(country, state=None, zone=None, day=samples.DAY):
    address = replace(samples.PLAIN.ship_from.address, country=country, state=state)
    sender = replace(samples.PLAIN.ship_from, address=address)
    return replace(samples.PLAIN, ship_from=sender, ship_date=day, ship_zone=zone)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["FR", "US", "IN", "AU", "??"]),
)
def test_handover_is_always_ahead(now, country):
    planned = parties.to_moment(sent_from(country, day=now.date()), now)
    assert moments.read(planned) > now


def test_customs_are_declared_only_where_there_are_any():
    plain = shipment(samples.PLAIN)["content"]
    assert plain["isCustomsDeclarable"] is False
    assert "exportDeclaration" not in plain
    assert plain["incoterm"] == "DAP"
    content = shipment(samples.EXPORT)["content"]
    line = content["exportDeclaration"]["lineItems"][0]
    assert line["price"] == 25.5
    assert line["quantity"] == {"value": 3, "unitOfMeasurement": "PCS"}
    assert line["weight"]["netValue"] == 2.1
    assert line["commodityCodes"] == [{"typeCode": "outbound", "value": "9405.20"}]
    assert content["exportDeclaration"]["invoice"]["number"] == "INV/2026/0007"
    assert content["description"].startswith("Desk lamp")
    wrong = replace(samples.EXPORT, customs=replace(samples.CUSTOMS, incoterm="XXX"))
    with pytest.raises(InvalidMessage, match="XXX"):
        shipment(wrong)


def test_duties_are_ours_only_under_ddp():
    ddp = replace(samples.EXPORT, customs=replace(samples.CUSTOMS, incoterm="DDP"))
    kinds = [account["typeCode"] for account in shipment(ddp)["accounts"]]
    assert kinds == ["shipper", "duties-taxes"]
    codes = [entry["serviceCode"] for entry in shipment(ddp)["valueAddedServices"]]
    assert codes == ["II", "SD", "DD"]
    kinds = [account["typeCode"] for account in shipment(samples.EXPORT)["accounts"]]
    assert kinds == ["shipper"]


def test_who_pays_is_named_by_account():
    third = replace(samples.THIRD, label_format="PDF")
    assert shipment(third)["accounts"][1] == {"typeCode": "payer", "number": "9Z8Y7X"}
    with pytest.raises(InvalidMessage, match="account"):
        shipment(replace(samples.PLAIN, billing=Billing("recipient")))


def test_tax_numbers_name_who_gave_them():
    def issuers(**values):
        party = parties.to_party(replace(samples.BERLIN, **values))
        return [n["issuerCountryCode"] for n in party["registrationNumbers"]]

    # The letters a tax number begins with are no country: a Mexican one.
    assert issuers(vat="XAXX010101000", eori="1234") == ["DE", "DE"]
    assert issuers(vat="XAXX010101000", tax_country="MX") == ["MX"]
    # An EORI number begins with who gave it.
    assert issuers(eori="FR12345678901234") == ["FR"]
    assert "registrationNumbers" not in parties.to_party(samples.BERLIN)


def test_what_dhl_cannot_carry_is_said_before_it_is_asked():
    with pytest.raises(InvalidMessage, match="dangerous"):
        shipment(samples.DANGEROUS)
    address = replace(samples.BERLIN.address, phone=None)
    with pytest.raises(InvalidMessage, match="phone"):
        shipment(
            replace(samples.PLAIN, ship_to=replace(samples.BERLIN, address=address))
        )
    address = replace(samples.BERLIN.address, street=" ".join(["street"] * 30))
    with pytest.raises(InvalidMessage, match="three lines"):
        parties.to_address(address)


def test_labels_find_their_parcels_by_place_not_by_order():
    packages = [
        {"referenceNumber": 2, "trackingNumber": "JD2"},
        {"referenceNumber": 1, "trackingNumber": "JD1"},
    ]
    answer = {"shipmentTrackingNumber": "1", "packages": packages}
    found = translator.from_shipment(answer, samples.EXPORT)
    told = {p.reference: p.tracking_number for p in found.parcels}
    assert told == {"P1": "JD1", "P2": "JD2"}
    with pytest.raises(InvalidMessage):
        translator.from_shipment({**answer, "packages": packages[:1]}, samples.EXPORT)


def test_products_without_a_price_are_no_offers():
    def product(code, price):
        total = [{"currencyType": "BILLC", "priceCurrency": "EUR", "price": price}]
        return {"productCode": code, "totalPrice": total}

    answer = {"products": [product("U", 0), product("Y", 20.1), {"productCode": "E"}]}
    (rate,) = rates.from_rates(answer, ())
    assert (rate.service, rate.total) == ("Y", Money(Decimal("20.10"), "EUR"))
    assert rates.from_rates(answer, ("U",)) == []


FACT = {
    "trackingNumber": "JD1",
    "shipmentTrackingNumber": "1",
    "date": "2026-03-02",
    "time": "10:15:00",
    "GMTOffset": "-05:00",
    "typeCode": "NH",
    "place": "NEW YORK-US",
}


def test_a_checkpoint_keeps_the_places_time():
    event = tracking.from_event(json.dumps(FACT))
    assert event.occurred_at == datetime(2026, 3, 2, 15, 15, tzinfo=UTC)
    assert event.occurred_local == "2026-03-02T10:15:00-05:00"
    assert (event.status, event.reason) == ("attempted", "recipient_absent")
    assert (event.city, event.country) == ("NEW YORK", "US")
    assert tracking.from_event(json.dumps({**FACT, "typeCode": "??"})).status == (
        "in_transit"
    )
    assert tracking.from_event(json.dumps({**FACT, "place": "Lyon - FRANCE"})).city == (
        "Lyon"
    )


@pytest.mark.parametrize(
    "change", [{"typeCode": None}, {"date": "02.03.2026"}, {"date": None}]
)
def test_a_checkpoint_that_makes_no_sense_is_refused(change):
    with pytest.raises(InvalidMessage):
        tracking.from_event(json.dumps({**FACT, **change}))


def test_checkpoints_are_in_order_across_time_zones():
    def event(code, time, offset):
        return {
            "date": "2026-03-02",
            "time": time,
            "GMTOffset": offset,
            "typeCode": code,
        }

    events = [event("AF", "06:00:00", "-05:00"), event("PU", "11:00:00", "+01:00")]
    piece = {"trackingNumber": "JD1", "events": events}
    answer = {"shipments": [{"shipmentTrackingNumber": "1", "pieces": [piece]}]}
    found = tracking.to_envelopes(answer, {"JD1"})
    codes = [json.loads(e.payload)["typeCode"] for e in found]
    assert codes == ["PU", "AF"]
    assert tracking.to_envelopes(answer, {"JD2"}) == []


@pytest.mark.parametrize("kind", played.CHECKPOINTS)
def test_what_the_sandbox_plays_is_what_the_hub_reads(kind):
    code, _text = played.CHECKPOINTS[kind]
    # DHL's table has no lost parcel, only one that was destroyed.
    expected = {**samples.PLAYED, "lost": ("lost", "other")}
    assert const.STATUSES[code] == expected[kind]


def test_a_checkpoint_about_papers_says_nothing_of_the_parcel():
    for code in ("DI", "IA", "PY", "RR"):
        assert tracking.from_event(json.dumps({**FACT, "typeCode": code})) is None
    parts = json.dumps({**FACT, "typeCode": "PD"})
    assert tracking.from_event(parts).status == "in_transit"


def test_all_statuses_and_reasons_are_the_hubs_own():
    known = [row for row in const.STATUSES.values() if row]
    statuses = {status for status, _ in known}
    reasons = {reason for _, reason in known}
    assert statuses <= dict(STATUSES).keys()
    assert reasons - {None} <= dict(REASONS).keys()


def test_a_promised_day_lasts_until_its_end():
    assert moments.read("2026-03-03") == datetime(2026, 3, 3, 23, 59, tzinfo=UTC)
    assert moments.read("2026-03-03T12:00:00") == datetime(2026, 3, 3, 12, tzinfo=UTC)
    assert moments.read("soon") is moments.read(None) is None


def test_a_pickup_is_told_with_its_offset_and_its_parcels():
    made = services.to_pickup(samples.PICKUP, ACCOUNT)
    assert made["plannedPickupDateAndTime"] == "2026-03-02T14:00:00 GMT+01:00"
    assert made["closeTime"] == "18:00"
    packages = made["shipmentDetails"][0]["packages"]
    assert len(packages) == 12
    assert sum(p["weight"] for p in packages) == pytest.approx(63.2, abs=0.01)


HEADINGS = (
    "Line Type,Invoice Number,Invoice Date,Due Date,Billing Account,Shipment Number,"
    "Shipment Date,Shipment Reference 1,Product,Weight (kg),Currency,"
    "Total amount (incl. VAT),Weight Charge,Weight Tax (VAT),"
    "XC1 Code,XC1 Name,XC1 Charge,XC1 Tax"
)
INVOICE = "I,MRS1,20260307,20260406,123456789,,,,,,EUR,119.00,,,,,,"
SHIPPED = (
    "S,MRS1,20260307,20260406,123456789,1234567894,20260302,OUT/00001,P,2.5,EUR,119.00,"
    "80.00,15.20,FF,FUEL SURCHARGE,20.00,3.80"
)


def test_an_invoice_file_is_read_by_its_headings():
    text = "\r\n".join([HEADINGS, INVOICE, SHIPPED])
    (invoice,) = freight_file.read(text.encode("utf-8-sig"), const.INVOICE_FILE)
    assert invoice.total == Decimal("119.00")
    assert sum(line.amount + line.tax for line in invoice.lines) == invoice.total
    assert [line.code for line in invoice.lines] == ["BASE", "FF"]
    line = invoice.lines[0]
    assert (line.tracking_number, line.reference) == ("1234567894", "OUT/00001")
    assert line.billed_weight == Decimal("2.5")
    assert str(invoice.due_date) == "2026-04-06"


@pytest.mark.parametrize(
    "text",
    [
        "a,b,c",
        "\n".join([HEADINGS, SHIPPED.replace("80.00", "x")]),
        "\n".join([HEADINGS, SHIPPED.replace("20260302", "yesterday")]),
    ],
)
def test_another_file_is_refused(text):
    with pytest.raises(InvalidMessage):
        freight_file.read(text.encode(), const.INVOICE_FILE)


def test_an_invoice_file_of_europe_is_read_in_euros_and_not_in_hundreds():
    rows = [INVOICE, SHIPPED, SHIPPED.replace("S,", "F,", 1)]
    comma = [row.replace(",", ";").replace(".", ",") for row in (HEADINGS, *rows)]
    comma[0] = HEADINGS.replace(",", ";")
    for lines in ([HEADINGS, *rows], comma):
        text = "\r\n".join(lines)
        reading = freight_file.examine(text.encode("utf-16"), const.INVOICE_FILE)
        (invoice,) = reading.check()
        assert invoice.total == Decimal("119.00")
        assert [line.amount for line in invoice.lines] == [80, 20]
        assert reading.left_out == ["Row 4: A row of the type “F”."]
