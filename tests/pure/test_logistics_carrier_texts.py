"""Texts in carriers' fields: fitted by a rule, or refused by name; never cut."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import carrier_samples as samples
import pytest
import shipengine_samples
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.logistics_carrier.tools import addresses, texts
from odoo.addons.logistics_carrier_dhl_express import const as dhl_const
from odoo.addons.logistics_carrier_dhl_express import translator as dhl
from odoo.addons.logistics_carrier_dhl_express.tools import parties as dhl_parties
from odoo.addons.logistics_carrier_dhl_express.tools import services as dhl_services
from odoo.addons.logistics_carrier_shipengine import translator as shipengine
from odoo.addons.logistics_carrier_ups import const as ups_const
from odoo.addons.logistics_carrier_ups import translator as ups
from odoo.addons.logistics_carrier_ups.tools import charsets, parties, pickups
from odoo.addons.logistics_core.errors import InvalidMessage

from partner_sandbox.dialects.ups import const as played

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACME = texts.Texts("Acme", dict.fromkeys(texts.KINDS, 12))


def at(party, **values):
    return replace(party, address=replace(party.address, **values))


def to_ups(instruction):
    return ups.to_shipment(instruction, "A1B2C3")["ShipmentRequest"]


def to_dhl(instruction):
    return dhl.to_shipment(instruction, "123456789", NOW)


# The fitter


@given(st.sampled_from(sorted(texts.KINDS)), st.text("abc -.", max_size=40))
def test_a_text_fits_or_is_refused_with_its_field(kind, text):
    given_text = " ".join(text.split())
    try:
        made = ACME.fit(kind, text, "Ada")
    except InvalidMessage as error:
        label = texts.KINDS[kind][0]
        assert label in str(error)
        assert "Ada" in str(error)
        assert label in error.remedy
        assert len(given_text) > 12
        return
    assert len(made) <= 12
    if made != given_text:
        # Never cut without a mark.
        rule = texts.KINDS[kind][1]
        assert rule in (texts.SIGNS, texts.SUMMARY)
        assert rule != texts.SUMMARY or made.endswith(texts.MARK)


def test_long_words_are_abbreviated_before_a_name_is_refused():
    wide = texts.Texts("Acme", {"company": 35, "city": 12})
    name = "Northern Lights Manufacturing Corporation"
    assert wide.fit("company", name) == "Northern Lights Mfg Corporation"
    assert wide.fit("company", "Corporation of short") == "Corporation of short"
    assert texts.abbreviate("Lange Hauptstraße 5", 0) == "Lange Hauptstr. 5"
    with pytest.raises(InvalidMessage, match="12 characters for the city"):
        wide.fit("city", "Villeurbanne-lès-Bains")


def test_a_summary_has_whole_words_and_a_mark():
    assert ACME.fit("summary", "Lamps, Cups, Plates") == "Lamps..."
    assert ACME.fit("summary", "Lamps, Cups") == "Lamps, Cups"
    assert ACME.fit("summary", "x" * 20) == "x" * 9 + "..."


def test_a_street_without_blanks_is_broken_and_nothing_is_lost():
    street = "東京都千代田区丸の内一丁目九番一号グラントウキョウノースタワー" * 2
    lines = addresses.wrap([street[:58]], 45, 3, "Acme")
    assert "".join(lines) == street[:58]
    assert all(len(line) <= 45 for line in lines)
    made = dhl_parties.to_address(at(samples.BERLIN, street=street[:58]).address)
    assert made["addressLine1"] + made["addressLine2"] == street[:58]


@pytest.mark.parametrize(
    ("text", "number", "extension"),
    [
        ("+1 502-555-0100 ext. 1234", "15025550100", "1234"),
        ("+1 502-555-0100 x1234", "15025550100", "1234"),
        ("+1 502-555-0100;ext=1234", "15025550100", "1234"),
        ("+33 (0)4 55 50 01 00 poste 12", "33455500100", "12"),
        ("+33 (0)4 55 50 01 00", "33455500100", ""),
        ("0033 4 55 50 01 00", "33455500100", ""),
        ("(502) 555-0100", "5025550100", ""),
        ("", "", ""),
    ],
)
def test_an_extension_is_no_part_of_a_phone_number(text, number, extension):
    assert addresses.digits(text) == number
    assert addresses.split_phone(text)[1] == extension


# UPS


def test_ups_is_told_number_and_extension():
    phone = "+1 502-555-0100 ext. 1234"
    us = at(samples.US, phone=phone)
    request = to_ups(replace(samples.PLAIN, ship_from=us, ship_to=samples.AUSTIN))
    told = request["Shipment"]["ShipFrom"]["Phone"]
    # In North America: area code and seven digits.
    assert told == {"Number": "5025550100", "Extension": "1234"}
    place = pickups.to_pickup(replace(samples.PICKUP, ship_from=us), "A1B2C3")
    address = place["PickupCreationRequest"]["PickupAddress"]
    assert address["Phone"] == {"Number": "5025550100", "Extension": "1234"}
    two = at(samples.LYON, phone="+33 4 55 50 01 00 / +33 6 55 50 01 00")
    with pytest.raises(InvalidMessage, match="phone number"):
        parties.to_ship_party(two)


@pytest.mark.parametrize(
    ("name", "street", "code"),
    [
        ("Ada Lovelace", "Unter den Linden 5", "eng"),
        ("Łukasz Żółć", "ul. Długa 5", "pol"),
        ("Škoda", "Náměstí 5", "pol"),
        ("Şükrü Çağ", "İstiklal Caddesi 5", "tur"),
        ("Ελένη", "Οδός 5", "ell"),
        ("Иван", "улица 5", "rus"),
        ("Ģirts", "Brīvības iela 5", "lit"),
    ],
)
def test_the_letters_of_the_recipient_are_printed(name, street, code):
    made = to_ups(
        replace(samples.PLAIN, ship_to=at(samples.BERLIN, name=name, street=street))
    )
    assert made["LabelSpecification"]["CharacterSet"] == code
    told = made["Shipment"]["ShipTo"]
    assert told["AttentionName"] == name
    codec = played.LETTERS[code]
    text = json.dumps(told, ensure_ascii=False)
    assert text.encode(codec).decode(codec) == text


def test_letters_outside_the_set_lose_their_accents_first_those_of_others():
    french = at(samples.LYON, name="Crème à l’ancienne")
    polish = at(samples.BERLIN, name="Łukasz")
    made = to_ups(replace(samples.PLAIN, ship_from=french, ship_to=polish))
    assert made["LabelSpecification"]["CharacterSet"] == "pol"
    assert made["Shipment"]["ShipTo"]["AttentionName"] == "Łukasz"
    assert made["Shipment"]["ShipFrom"]["AttentionName"] == "Creme a l'ancienne"


def test_letters_that_ups_cannot_print_are_refused_before_a_label_is_bought():
    tokyo = at(samples.BERLIN, street="丸の内 1-9-1")
    with pytest.raises(InvalidMessage, match="丸の内") as caught:
        to_ups(replace(samples.PLAIN, ship_to=tokyo))
    assert "Latin letters" in caught.value.remedy


def test_the_sets_are_those_that_ups_names():
    assert {letters.code for letters in charsets.SETS} <= played.LETTERS.keys()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"city": "Llanfairpwllgwyngyllgogerychwyrndrobwll"}, "city"),
        ({"zip": "1234567890123"}, "postal code"),
        ({"email": "a" * 60 + "@example.com"}, "e-mail address"),
        ({"name": "A" + "b" * 40}, "name"),
        ({"company": "A" + "b" * 40}, "company"),
        ({"phone": "+49 30 5550100 ext 12345"}, "phone extension"),
    ],
)
def test_ups_names_the_field_that_does_not_fit(change, field):
    shipment = replace(samples.PLAIN, ship_to=at(samples.BERLIN, **change))
    with pytest.raises(InvalidMessage, match=field):
        to_ups(shipment)


def test_ups_is_told_tax_numbers_without_their_signs():
    made = parties.to_ship_party(replace(samples.LYON, vat="FR 12.345.678-901/2"))
    assert made["TaxIdentificationNumber"] == "FR123456789012"
    with pytest.raises(InvalidMessage, match="tax number"):
        parties.to_ship_party(replace(samples.LYON, vat="F" * 16))


def test_a_pickup_of_ups_has_one_street_line_and_a_short_postal_code():
    austin = at(samples.AUSTIN, name="Grace", company="Navy")
    body = pickups.to_pickup(replace(samples.PICKUP, ship_from=austin), "A1B2C3")
    address = body["PickupCreationRequest"]["PickupAddress"]
    assert address["AddressLine"] == ["5 Main St Suite 4"]
    assert address["PostalCode"] == "78701"
    long = replace(samples.PICKUP, instructions="Ring. " * 20)
    with pytest.raises(InvalidMessage, match="57 characters for the instructions"):
        pickups.to_pickup(long, "A1B2C3")


def test_a_long_list_of_goods_and_a_long_reference_are_marked():
    parcel = replace(samples.BOX, description=", ".join(["Lamps"] * 40))
    request = replace(
        samples.PLAIN,
        parcels=(parcel,),
        description=parcel.description,
        customer_reference="Purchase order 4500012345 of project Alpha",
    )
    made = to_ups(request)["Shipment"]
    assert made["Description"].endswith("Lamps...")
    assert len(made["Description"]) <= 50
    assert len(made["Package"][0]["Description"]) <= 35
    told = [r["Value"] for r in made["ReferenceNumber"]]
    assert told == ["OUT/00001", "Purchase order 4500012345 of..."]
    # Our own is what a lost shipment is looked up by.
    with pytest.raises(InvalidMessage, match="reference"):
        to_ups(replace(samples.PLAIN, reference="R" * 36))


def test_goods_are_described_in_whole_words_or_refused():
    def describe(text):
        goods = replace(samples.LAMP, description=text)
        customs = replace(samples.CUSTOMS, commodities=(goods,))
        made = to_ups(replace(samples.EXPORT, customs=customs))["Shipment"]
        forms = made["ShipmentServiceOptions"]["InternationalForms"]
        return forms["Product"][0]["Description"]

    text = "Desk lamp of brass and glass with a shade of linen and a switch"
    assert " ".join(describe(text)) == text
    with pytest.raises(InvalidMessage, match=r"customs description \(LAMP-1\)"):
        describe("lamp " * 30)


# DHL


def test_dhl_gets_a_phone_number_as_it_is_written():
    phone = "+1 502-555-0100 ext. 1234"
    made = dhl_parties.to_party(at(samples.US, phone=phone))
    assert made["contactInformation"]["phone"] == phone


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"city": "x" * 46}, "city"),
        ({"zip": "1" * 13}, "postal code"),
        ({"email": "a" * 70 + "@example.com"}, "e-mail address"),
        ({"phone": "1" * 71}, "phone number"),
    ],
)
def test_dhl_names_the_field_that_does_not_fit(change, field):
    shipment = replace(samples.PLAIN, ship_to=at(samples.BERLIN, **change))
    with pytest.raises(InvalidMessage, match=field):
        to_dhl(shipment)


def test_dhl_names_numbers_that_do_not_fit():
    with pytest.raises(InvalidMessage, match="invoice number"):
        customs = replace(samples.CUSTOMS, invoice_number="I" * 36)
        to_dhl(replace(samples.EXPORT, customs=customs))
    with pytest.raises(InvalidMessage, match="account number"):
        billing = replace(samples.THIRD.billing, account="1" * 13)
        to_dhl(replace(samples.THIRD, billing=billing, label_format="PDF"))


def test_instructions_for_the_driver_fill_four_lines():
    pickup = replace(samples.PICKUP, instructions="Ring at the gate. " * 10)
    made = dhl_services.to_pickup(pickup, "123456789")["specialInstructions"]
    told = " ".join(line["value"] for line in made)
    assert told == pickup.instructions.strip()
    assert all(len(line["value"]) <= 80 for line in made)
    with pytest.raises(InvalidMessage, match="instructions"):
        dhl_services.to_pickup(replace(pickup, instructions="Ring. " * 99), "1")


# ShipEngine


def test_shipengine_names_the_goods_whose_description_is_too_long():
    goods = replace(shipengine_samples.MUGS, description="x" * 101)
    customs = replace(shipengine_samples.CUSTOMS, commodities=(goods,))
    with pytest.raises(InvalidMessage, match=r"customs description \(MUG\)"):
        shipengine.to_label_request(replace(shipengine_samples.FULL, customs=customs))


def test_each_limit_is_of_a_kind_that_has_a_rule():
    for one in (
        ups_const.TEXTS,
        ups_const.PICKUP_TEXTS,
        ups_const.CHECK_TEXTS,
        ups_const.LOCATOR_TEXTS,
        dhl_const.TEXTS,
    ):
        assert one.limits.keys() <= texts.KINDS.keys()
