"""ShipBob's shipments: boxes, lots, serials, and what cannot be true."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from shipbob_samples import SSCC, item, order, product, shipment, shipped, translate

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_wms_shipbob import translator


def test_shipped_shipment_without_cartons_is_one_parcel():
    notification = shipped()
    assert notification.status == "shipped"
    assert notification.shipment_external_id == "900"
    assert notification.order_external_id == "800"
    assert notification.remaining == "open"
    assert notification.occurred_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    (parcel,) = notification.parcels
    assert (parcel.tracking_number, parcel.carrier) == ("1Z9", "UPS")
    assert parcel.tracking_url == "https://track.example/1Z9"
    (line,) = parcel.lines
    assert (line.sku, line.quantity, line.uom, line.lots) == ("SKU-1", 2, "EA", ())
    assert line.external_id == "5"
    assert line.line_id is None  # a shipment alone does not name our lines


def test_our_line_comes_back_when_the_order_is_known():
    notification = translate("order.shipped", order(shipment()))
    assert notification.parcels[0].lines[0].line_id == 11


def test_line_ordered_twice_is_left_to_matching_by_sku():
    twice = order(shipment())
    twice["products"].append({**twice["products"][0], "external_line_id": 12})
    assert translate("order.shipped", twice).parcels[0].lines[0].line_id is None


def test_lots_keep_their_expiry_and_are_named_once():
    expiry = "2027-05-01T00:00:00+02:00"
    lot = {"lot": "L1", "expiration_date": expiry}
    goods = product("SKU-1", item(2, **lot), item(1, **lot), item(4, lot="L2"))
    (line,) = shipped(products=[goods]).parcels[0].lines
    assert [(lot.lot, lot.quantity) for lot in line.lots] == [("L1", 3), ("L2", 4)]
    assert line.lots[0].expires_at == datetime(2027, 4, 30, 22, tzinfo=UTC)


def test_serials_count_one_each_and_the_rest_stays_visible():
    goods = product("SKU-1", item(3, serial_numbers=["S1", "S2"]))
    (line,) = shipped(products=[goods]).parcels[0].lines
    counted = [(lot.lot, lot.quantity) for lot in line.lots]
    assert counted == [("S1", 1), ("S2", 1), (None, 1)]


def test_what_is_not_allocated_did_not_leave():
    short = item(3) | {"quantity_committed": 0}
    goods = product("SKU-1", item(2, lot="L1"), short)
    assert shipped(products=[goods]).parcels[0].lines[0].quantity == 2


def test_quantity_counts_when_allocations_are_not_told():
    goods = product("SKU-1", item(2) | {"quantity_committed": 0})
    assert shipped(products=[goods]).parcels[0].lines[0].quantity == 2


def carton(barcode, *products, ounces=16):
    return {
        "barcode": barcode,
        "measurements": {"total_weight_oz": ounces},
        "carton_details": [{"products": list(products)}] if products else None,
    }


def test_cartons_become_parcels_with_sscc_and_kilograms():
    first = carton(f"(00){SSCC}", product("SKU-1", item(1)))
    second = carton("BOX 2", product("SKU-1", item(1)), ounces=8.5)
    pallet = {"barcode": None, "cartons": [first, second]}
    one, two = shipped(parent_cartons=[pallet]).parcels
    assert (one.sscc, one.weight) == (SSCC, Decimal("0.454"))
    assert (two.sscc, two.weight) == (None, Decimal("0.241"))
    assert one.tracking_number == two.tracking_number == "1Z9"


def test_cartons_that_contradict_the_shipment_are_refused():
    pallet = {"cartons": [carton(SSCC, product("SKU-1", item(1)))]}
    with pytest.raises(InvalidMessage, match="cartons do not hold"):
        shipped(parent_cartons=[pallet])


def test_cartons_without_contents_do_not_lose_the_goods():
    pallet = {"barcode": SSCC, "cartons": None}
    (parcel,) = shipped(parent_cartons=[pallet]).parcels
    assert (parcel.sscc, parcel.lines[0].quantity) == (SSCC, 2)


def test_lots_of_the_shipment_win_over_cartons_that_do_not_know_them():
    goods = product("SKU-1", item(1, lot="L1"), item(1, lot="L2"))
    boxes = [
        carton(SSCC, product("SKU-1", item(1))),
        carton("2", product("SKU-1", item(1))),
    ]
    (parcel,) = shipped(products=[goods], parent_cartons=[{"cartons": boxes}]).parcels
    assert {lot.lot for lot in parcel.lines[0].lots} == {"L1", "L2"}


def test_freight_is_tracked_by_its_pro_number_or_bill_of_lading():
    tracking = {"pro_number": "PRO-1", "bol": "BOL-1"}
    assert shipped(tracking=tracking).parcels[0].tracking_number == "PRO-1"
    assert shipped(tracking={"bol": "BOL-1"}).parcels[0].tracking_number == "BOL-1"


def test_product_without_reference_is_named_by_its_sku():
    goods = product("SKU-1", item(2)) | {"reference_id": None}
    assert shipped(products=[goods]).parcels[0].lines[0].sku == "SKU-1"


def test_tracking_link_that_is_no_web_address_is_dropped():
    tracking = {"tracking_number": "1", "tracking_url": "javascript:alert(1)"}
    assert shipped(tracking=tracking).parcels[0].tracking_url is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"products": [product("SKU-1", item(-2))]}, "absurd"),
        ({"products": [product("SKU-1", item(10**12))]}, "absurd"),
        ({"products": [product("SKU-1", item(1.5))]}, "whole number"),
        ({"products": [product("SKU-1", item("2"))]}, "whole number"),
        ({"products": [product("SKU-1", item(True))]}, "whole number"),
        ({"products": [product(None, item(1))]}, "lacks reference_id or sku"),
        ({"products": [product("A", item(1), {**item(1), "id": 8})]}, "bundle"),
        ({"products": [product("A", item(1, serial_numbers=["1", "2"]))]}, "serials"),
        ({"products": []}, "no quantities"),
        ({"products": None}, "no quantities"),
        ({"products": "2 lamps"}, "list of objects"),
        ({"reference_id": None}, "lacks reference_id"),
        ({"id": None}, "lacks id"),
        ({"actual_fulfillment_date": "yesterday"}, "date-time"),
        ({"tracking": {"tracking_number": "1\x00"}}, "tracking_number"),
    ],
)
def test_absurd_shipment_is_refused_with_its_field(change, words):
    with pytest.raises(InvalidMessage, match=words):
        shipped(**change)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"id": NaN}', "null", "[" * 100_000, '{"a": 1} x']
)
def test_garbage_is_refused(text):
    with pytest.raises(InvalidMessage):
        translator.from_event("order.shipped", text)
