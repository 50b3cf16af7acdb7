"""ShipBob's translator: nothing is invented, lost or counted twice."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipbob_samples import item, order, product, shipment, translate

from odoo.addons.logistics_core.canonical import Canonical
from odoo.addons.logistics_core.errors import InvalidMessage, NotSupported
from odoo.addons.logistics_wms.canonical import (
    Address,
    InstructionLine,
    OutboundInstruction,
)
from odoo.addons.logistics_wms.checks import check_notification
from odoo.addons.logistics_wms_shipbob import const, translator

WHEN = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
ADDRESS = Address(name="Ada", street="Rue 1", city="Lyon", country="FR", zip="69001")
LINE = InstructionLine(11, "SKU-1", "Lamp", Decimal(2), "EA")
ORDER = OutboundInstruction("WH/OUT/00001", "S00001", ADDRESS, (LINE,), "Standard")


# Orders out


def test_order_names_each_line_by_our_identifier():
    body = translator.to_order(ORDER, type="DTC")
    assert body == {
        "reference_id": "WH/OUT/00001",
        "order_number": "S00001",
        "type": "DTC",
        "shipping_method": "Standard",
        "recipient": {
            "name": "Ada",
            "address": {
                "address1": "Rue 1",
                "city": "Lyon",
                "zip_code": "69001",
                "country": "FR",
            },
        },
        "products": [
            {
                "reference_id": "SKU-1",
                "name": "Lamp",
                "quantity": 2,
                "quantity_unit_of_measure_code": "EA",
                "external_line_id": 11,
            }
        ],
    }


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (replace(LINE, quantity=Decimal("1.5")), "whole numbers of EA"),
        (replace(LINE, quantity=Decimal(0)), "whole numbers"),
        (replace(LINE, quantity=Decimal(-1)), "whole numbers"),
        (replace(LINE, uom="kg"), "EA, INP, CS, PL, not 'kg'"),
    ],
)
def test_quantity_that_shipbob_cannot_count_is_refused_with_its_reason(line, words):
    with pytest.raises(InvalidMessage, match=words):
        translator.to_order(replace(ORDER, lines=(line,)), type="DTC")


def test_chosen_lots_are_refused_instead_of_forgotten():
    line = replace(LINE, lots=("L1",))
    with pytest.raises(NotSupported) as caught:
        translator.to_order(replace(ORDER, lines=(line,)), type="DTC")
    assert "partner choose the lots" in caught.value.remedy


def test_reference_that_could_not_be_looked_up_is_refused():
    with pytest.raises(InvalidMessage, match="comma"):
        translator.to_order(replace(ORDER, reference="A,B"), type="DTC")


def test_money_is_sent_in_us_dollars_only():
    line = replace(LINE, unit_price=Decimal("9.5"))
    priced = replace(ORDER, lines=(line,), total=Decimal(19), currency="EUR")
    body = translator.to_order(priced, type="DTC")
    assert "financials" not in body
    assert "unit_price" not in body["products"][0]
    body = translator.to_order(replace(priced, currency="USD"), type="DTC")
    assert body["financials"] == {"total_price": 19.0}
    assert body["products"][0]["unit_price"] == 9.5


def test_requested_dates_are_sent_where_the_contract_has_them():
    dated = replace(ORDER, ship_by=WHEN, ship_not_before=WHEN)
    assert "retailer_program_data" not in translator.to_order(dated, type="DTC")
    body = translator.to_order(dated, type="B2B")
    assert body["retailer_program_data"] == {
        "purchase_order_number": "S00001",
        "doNotShipBeforeDate": "2026-03-01T08:30:00+00:00",
        "shipByDate": "2026-03-01T08:30:00+00:00",
    }


@pytest.mark.parametrize(
    ("barcode", "code"),
    [
        ("036000291452", {"upc": "036000291452"}),
        ("4006381333931", {"gtin": "4006381333931"}),
        ("4006381333932", {}),
        ("SHELF-7", {}),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", {}),
    ],
)
def test_only_a_valid_barcode_is_called_upc_or_gtin(barcode, code):
    body = translator.to_order(
        replace(ORDER, lines=(replace(LINE, barcode=barcode),)), type="DTC"
    )
    sent = body["products"][0]
    assert {k: v for k, v in sent.items() if k in ("upc", "gtin")} == code


# Properties

names = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1)
lines = st.builds(
    InstructionLine,
    line_id=st.integers(1, 2**31 - 1),
    sku=st.text("ABC-123", min_size=1).filter(str.strip),
    name=names,
    quantity=st.integers(1, 9999).map(Decimal),
    uom=st.just("EA"),
)
orders = st.builds(
    OutboundInstruction,
    reference=st.text("WH/OUT0123", min_size=1),
    order_name=names,
    ship_to=st.builds(Address, names, names, names, st.sampled_from(["FR", "US"])),
    lines=st.lists(
        lines, min_size=1, unique_by=(lambda x: x.sku, lambda x: x.line_id)
    ).map(tuple),
    carrier_service=names,
)


@given(orders)
def test_what_is_ordered_and_shipped_in_full_comes_back_in_full(instruction):
    body = json.loads(json.dumps(translator.to_order(instruction, type="DTC")))
    goods = [product(p["reference_id"], item(p["quantity"])) for p in body["products"]]
    sent = shipment(reference_id=body["reference_id"], products=goods)
    answer = order(sent, products=body["products"], reference_id=body["reference_id"])
    notification = translate("order.shipped", answer)
    check_notification(notification)
    back = {
        line.line_id: (line.sku, line.quantity)
        for line in notification.parcels[0].lines
    }
    by_sku = {line.sku: line.line_id for line in instruction.lines}
    assert dict(back.values()) == {
        line.sku: line.quantity for line in instruction.lines
    }
    assert all(by_sku[sku] == line_id for line_id, (sku, _q) in back.items())
    assert Canonical.from_dict(notification.to_dict()) == notification


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=10,
)
fields = st.dictionaries(st.sampled_from(sorted(shipment())), json_values, max_size=4)


@given(st.sampled_from([*const.EVENT_STATUS, const.POLLED_INVENTORY]), fields)
def test_hostile_fields_are_translated_or_refused_never_worse(event, values):
    data = shipment(**values)
    for payload in (data, order(data)):
        try:
            canonical = translate(event, payload)
        except InvalidMessage:
            continue
        assert Canonical.from_dict(canonical.to_dict()) == canonical
