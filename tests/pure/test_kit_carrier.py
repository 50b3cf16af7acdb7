"""What carriers' connectors share: prices, addresses, scans, files, units."""

from __future__ import annotations

import base64
from dataclasses import replace
from decimal import Decimal

import carrier_samples as samples
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.logistics_carrier.canonical import (
    Billing,
    Charge,
    Money,
    ParcelContent,
    Rate,
)
from odoo.addons.logistics_carrier.customs.tools import territory
from odoo.addons.logistics_carrier.tools import (
    addresses,
    charge_names,
    declarations,
    documents,
    prices,
    scans,
    units,
    verbs,
)
from odoo.addons.logistics_carrier_dhl_express import const as dhl_express
from odoo.addons.logistics_carrier_shipengine.tools import prices as shipengine
from odoo.addons.logistics_carrier_ups import const as ups
from odoo.addons.logistics_core.canonical import Address
from odoo.addons.logistics_core.errors import Conflict, InvalidMessage, NotSupported
from odoo.addons.logistics_core.texts import Text

EUR = "EUR"
BASE = ("BASE", "Transportation")
money = st.decimals(0, 100000, places=2)


# Prices


@pytest.mark.parametrize(
    "value", [None, "", "x", "NaN", "Infinity", {}, True and "1,5"]
)
def test_what_is_no_amount_is_none(value):
    assert prices.to_decimal(value) is prices.to_amount(value) is None


def test_money_has_an_amount_and_a_currency():
    block = {"value": "9.40", "cur": "eur"}
    assert prices.to_money(block, "value", "cur") == Money(Decimal("9.40"), EUR)
    assert prices.to_money({"value": "9.40"}, "value", "cur") is None
    assert prices.to_money("9.40", "value", "cur") is None
    assert prices.write(Decimal("9.405")) == "9.41"


@given(money, st.lists(money, max_size=4))
def test_charges_add_up_to_the_total(total, extras):
    found = prices.add_base(
        Money(total, EUR), [Charge("X", "Extra", amount) for amount in extras], BASE
    )
    assert sum(charge.amount for charge in found) == total
    assert found[0].code == "BASE"
    assert prices.add_base(None, [], BASE) == ()


@given(money, st.lists(st.decimals(0, 5000, places=2), min_size=1, max_size=9))
def test_shares_of_an_insured_sum_add_up(total, values):
    parcels = tuple(
        ParcelContent(str(n), Decimal(1), value=Money(value, EUR))
        for n, value in enumerate(values)
    )
    shares = prices.share(Money(total, EUR), parcels)
    assert sum(share.amount for share in shares.values()) == total
    assert all(share.amount >= 0 for share in shares.values())
    assert len(shares) == len(parcels)


def test_charges_are_read_by_their_paths():
    rows = [
        {"code": "FF", "name": "Fuel", "price": {"value": "1.20"}},
        {"type": "TAX", "price": {"value": 2}},
        {"code": "X", "price": {"value": "0.00"}},
        {"code": "Y"},
    ]
    found = prices.to_charges(rows, ("code", "type"), ("name",), "price.value")
    assert found == [
        Charge("FF", "Fuel", Decimal("1.20")),
        Charge("TAX", "TAX", Decimal(2)),
    ]


def test_names_of_charges_that_are_ours_can_be_translated():
    own = {ups.TRANSPORTATION[1], ups.OPTIONS[1], dhl_express.BASE_CHARGE[1]}
    own |= {*dhl_express.LANDED_NAMES.values(), *shipengine.AMOUNTS.values()}
    for name in own:
        assert isinstance(charge_names.to_text(name), Text), name
    assert charge_names.to_text("FUEL SURCHARGE") == "FUEL SURCHARGE"


def test_offers_are_chosen_by_service():
    rate = Rate("A", "A", Money(Decimal(1), EUR))
    assert prices.choose([rate, None], ()) == [rate]
    assert prices.choose([rate, None], ("B",)) == []


def test_a_question_carries_the_customs_of_its_shipment():
    question = prices.to_question(samples.EXPORT, EUR)
    assert question.customs == samples.CUSTOMS
    assert question.services == (samples.EXPORT.service,)


# Addresses


@given(st.lists(st.text("ab ", max_size=40), min_size=1, max_size=3))
def test_no_word_of_a_street_is_lost(texts):
    try:
        lines = addresses.wrap(texts, 12, 4, "Acme")
    except InvalidMessage:
        return
    assert " ".join(lines).split() == " ".join(texts).split()
    assert len(lines) <= 4
    assert all(len(line) <= 12 for line in lines)


@pytest.mark.parametrize("street", ["", "x" * 36, " ".join(["word"] * 40)])
def test_a_street_that_does_not_fit_is_refused(street):
    with pytest.raises(InvalidMessage, match="three lines of 35 characters"):
        addresses.wrap([street], 35, 3, "Acme")


def test_only_spelling_makes_no_other_address():
    one = samples.AUSTIN.address
    assert addresses.is_same(one, replace(one, city="AUS TIN"))
    assert not addresses.is_same(one, replace(one, street="6 Main St"))


def test_states_and_phones_are_read_without_their_signs():
    assert addresses.state_code(samples.AUSTIN.address) == "TX"
    assert addresses.digits("+33 (0)4 55-50") == "3345550"
    with pytest.raises(InvalidMessage, match="phone number of Grace Hopper"):
        addresses.needed_phone(replace(samples.AUSTIN.address, phone=None), "Acme")


# Scans


def test_codes_are_listed_by_what_they_mean():
    table = scans.by_code({"in_transit": "PL DF", "exception customs": "CD"})
    assert table == {
        "PL": ("in_transit", None),
        "DF": ("in_transit", None),
        "CD": ("exception", "customs"),
    }
    with pytest.raises(ValueError, match="PL"):
        scans.by_code({"in_transit": "PL", "delivered": "PL"})


# Files


@pytest.mark.parametrize(
    ("raw", "media_type", "ending"),
    [
        (b"%PDF-1.4", "application/pdf", "pdf"),
        (b"^XA^XZ", "application/zpl", "zpl"),
        (b"\x89PNG", "image/png", "png"),
        (b"MM\x00*", "image/tiff", "tif"),
        (b"??", "application/octet-stream", "bin"),
    ],
)
def test_a_file_is_what_it_begins_with(raw, media_type, ending):
    text = base64.b64encode(raw).decode()
    for content in (raw, text, f"data:{media_type};base64,{text}"):
        found = documents.to_document(content, "label", "L")
        assert (found.media_type, found.name) == (media_type, f"L.{ending}")
        assert base64.b64decode(found.content) == raw


@pytest.mark.parametrize("content", ["", "?", "data:application/pdf;base64,?"])
def test_what_is_no_file_is_refused(content):
    with pytest.raises(InvalidMessage):
        documents.to_document(content, "label", "L")


def test_there_are_as_many_labels_as_parcels():
    (pair,) = documents.pair(samples.PLAIN, ["x"], "Acme")
    assert pair == (samples.BOX, "x")
    with pytest.raises(InvalidMessage, match="0 labels for 1 parcels"):
        documents.pair(samples.PLAIN, [], "Acme")


def test_labels_are_read_in_the_order_asked_for():
    content = base64.b64encode(b"%PDF-1").decode()
    found = [{"n": "N1", "file": {"data": content}}]
    read = ("Acme", "n", "file.data")
    (label,) = documents.to_labels(samples.PLAIN, found, *read)
    assert (label.reference, label.tracking_number) == (samples.BOX.reference, "N1")
    assert (label.label.name, label.label.kind) == ("Acme-N1.pdf", "label")
    (label,) = documents.to_labels(samples.PLAIN, [{"n": "N1"}], *read)
    assert label.label is None
    with pytest.raises(InvalidMessage, match="lacks n"):
        documents.to_labels(samples.PLAIN, [{"file": {"data": content}}], *read)


def test_a_file_is_inside_its_address_or_fetched():
    content = base64.b64encode(b"%PDF-1").decode()
    known = {"https://acme.example/1": b"%PDF-2"}
    for address in (f"data:application/pdf;base64,{content}", *known):
        document = documents.read_file(address, "label", "L", known.get)
        assert document.media_type == "application/pdf"
    for address in (None, "", 7, "https://evil.example/1"):
        assert documents.read_file(address, "label", "L", known.get) is None


# Units


@given(st.decimals("0.000001", 9000, places=6))
def test_a_weight_is_never_too_small(kilograms):
    pounds = units.to_weight(kilograms, units.POUND, "0.1")
    assert pounds * units.POUND >= kilograms - units.NOISE
    assert pounds >= Decimal("0.1")


def test_sides_are_known_together_or_not_at_all():
    assert units.sides(samples.BOX, step="1") == (30, 20, 16)
    assert units.sides(samples.SMALL) is None


def test_distances_are_metres():
    assert units.to_metres("1,5 km", "KM") == 1500
    assert units.to_metres(2, "MI") == 3218
    assert units.to_metres(None) is units.to_metres("far") is None


def test_places_without_an_id_are_left_out():
    items = [{"id": "P1", "km": "1.5"}, {"km": "2"}]
    paths = {"external_id": "id", "distance": "km"}
    (point,) = addresses.read_points(items, paths, "KM")
    assert (point.external_id, point.distance_m) == ("P1", 1500)


@pytest.mark.parametrize(
    ("state", "zip_code", "country", "expected"),
    [
        ("US-PR", "00901", "US", "PR"),
        ("US-TX", "75001", "US", "US"),
        (None, "35001", "ES", "IC"),
        (None, "97400", "FR", "FR"),
    ],
)
def test_a_territory_is_a_country_where_the_carrier_names_it(
    state, zip_code, country, expected
):
    address = Address("Jo", "1 Main", "City", country, zip=zip_code, state=state)
    assert territory.to_country(address, {"PR", "IC"}) == expected


# Declarations


def test_several_shipments_of_a_reference_are_named():
    error = declarations.several("SHP1", ["A", 2], "Acme")
    assert isinstance(error, Conflict)
    assert str(error) == "Acme has several shipments of SHP1: A, 2."


def test_an_incoterm_is_written_as_the_carrier_writes_it():
    assert declarations.check_incoterm("DAP", {"dap"}, "Acme") == "dap"
    with pytest.raises(InvalidMessage, match="incoterm DAT"):
        declarations.check_incoterm("DAT", {"DAP"}, "Acme")


def test_whoever_pays_has_an_account():
    assert declarations.get_payer_account(Billing(), "Acme") is None
    assert declarations.get_payer_account(samples.THIRD.billing, "Acme") == "9Z8Y7X"
    with pytest.raises(InvalidMessage, match="account of whoever pays"):
        declarations.get_payer_account(Billing("recipient"), "Acme")


def test_what_a_service_cannot_do_is_named():
    with pytest.raises(NotSupported, match="customs data, signatures on demand"):
        declarations.refuse_unsupported(
            samples.EXPORT, {"insurance", "multi_parcel"}, "Acme"
        )
    declarations.refuse_unsupported(samples.EXPORT, verbs.SHIPMENT_OPTIONS, "Acme")
