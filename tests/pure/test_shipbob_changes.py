"""ShipBob: is it our order, and what is said to change it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from odoo.addons.logistics_core.errors import InvalidMessage, NotSupported, Rejected
from odoo.addons.logistics_wms.canonical import (
    Address,
    InstructionLine,
    ItemMaster,
    OutboundInstruction,
)
from odoo.addons.logistics_wms_shipbob import translator
from odoo.addons.logistics_wms_shipbob.tools import changes, products

ADDRESS = Address("Ada L.", "Rue 1", "Lyon", "FR", zip="69 001", email="a@example.com")
LINE = InstructionLine(11, "A", "Lamp", Decimal(2), "EA")
ORDER = OutboundInstruction("REF", "S1", ADDRESS, (LINE,), "Standard")
BODY = translator.to_order(ORDER, type="DTC")


def found(line=None, **recipient):
    """What ShipBob shows of the same order."""
    address = {"zip_code": "69001", "country": "fr", "city": "LYON"}
    person = {"name": "ADA L", "address": address | recipient.pop("address", {})}
    known = {"id": 3, "sku": "A", **BODY["products"][0], **(line or {})}
    return {"id": 800, "recipient": person | recipient, "products": [known]}


def test_our_order_is_known_again_however_it_is_written():
    assert changes.differences(found(), BODY) == []


@pytest.mark.parametrize(
    ("order", "names"),
    [
        (found({"quantity": 3}), ["products"]),
        (found({"reference_id": "B"}), ["products"]),
        (found({"quantity_unit_of_measure_code": "CS"}), ["products"]),
        (found({"external_line_id": 12}), ["line numbers"]),
        (found(name="Bob"), ["name"]),
        (found(address={"zip_code": "69002"}), ["postal code"]),
        (found(address={"country": "DE"}), ["country"]),
        ({**found(), "products": None}, ["products"]),
        (
            {**found(), "products": found()["products"] * 2},
            ["products", "line numbers"],
        ),
    ],
)
def test_another_order_is_not_taken_for_ours(order, names):
    assert changes.differences(order, BODY) == names


@pytest.mark.parametrize(
    "order",
    [
        found({"external_line_id": None}),
        found({"quantity_unit_of_measure_code": None}),
        {**found(), "recipient": None},
        found(address={"zip_code": None, "country": None}),
    ],
)
def test_what_shipbob_does_not_tell_counts_as_equal(order):
    assert changes.differences(order, BODY) == []


def test_address_change_names_each_part():
    full = replace(ADDRESS, company="Ltd", street2="B", state="IL", phone="1")
    assert changes.to_address(full) == {
        "recipient_name": "Ada L.",
        "company_name": "Ltd",
        "street_address1": "Rue 1",
        "street_address2": "B",
        "city": "Lyon",
        "state": "IL",
        "zip_code": "69 001",
        "country_code": "FR",
        "email": "a@example.com",
        "phone_number": "1",
    }


def test_wanted_quantities_are_summed_by_sku():
    lines = (LINE, replace(LINE, line_id=12, quantity=Decimal(3)))
    assert changes.to_quantities(lines) == {"A": 5}


def test_change_in_cases_is_refused():
    with pytest.raises(NotSupported, match="quantities in EA, not in CS"):
        changes.to_quantities((replace(LINE, uom="CS"),))


def test_change_to_a_broken_quantity_is_refused():
    with pytest.raises(InvalidMessage):
        changes.to_quantities((replace(LINE, quantity=Decimal("0.5")),))


def item(sku, quantity, lot=None, choice="ShipbobChooses", inventory_id=7):
    found = {"inventory_id": inventory_id, "quantity": quantity}
    date = "2027-05-01T00:00:00Z" if lot == "L2" else None
    details = {"lot_number": lot, "lot_date": date, "selection_method": choice}
    return {**found, "product_variant": {"sku": sku}, "lot": details if lot else None}


def test_line_items_that_stay_keep_their_lots():
    held = [item("A", 1, "L1"), item("A", 2, "L2"), item("B", 4, inventory_id=8)]
    body = changes.to_items(Counter(A=3, B=5), held, {})
    assert body == {
        "items": [
            {
                "inventory_id": 7,
                "quantity": 1,
                "lot_number": "L1",
                "is_manually_assigned_lot": False,
            },
            {
                "inventory_id": 7,
                "quantity": 2,
                "lot_number": "L2",
                "lot_date": "2027-05-01T00:00:00Z",
                "is_manually_assigned_lot": False,
            },
            {"inventory_id": 8, "quantity": 5, "is_manually_assigned_lot": False},
        ]
    }


def test_line_item_that_is_not_wanted_any_more_is_left_out():
    body = changes.to_items(Counter(A=1), [item("A", 1), item("B", 4)], {})
    assert [i["quantity"] for i in body["items"]] == [1]


def test_lots_chosen_by_hand_are_not_thrown_away():
    held = [item("A", 1, "L1", "Specific"), item("B", 4)]
    with pytest.raises(Rejected, match="at ShipBob"):
        changes.to_items(Counter(A=1, B=5), held, {})
    body = changes.to_items(Counter(A=1, B=4), held, {})
    assert {i["is_manually_assigned_lot"] for i in body["items"]} == {True}


def test_only_what_left_counts_as_shipped():
    def shipment(status, quantity, **values):
        goods = {"id": 1, "quantity": quantity, "quantity_committed": quantity}
        inside = {"id": 5, "reference_id": "A", "inventory_items": [goods]}
        return {"id": 1, "status": status, "products": [inside], **values}

    order = {
        "shipments": [
            shipment("Completed", 2),
            shipment("LabeledCreated", 4, actual_fulfillment_date="2026-03-01"),
            shipment("LabeledCreated", 8),
            shipment("Processing", 16),
            shipment("Cancelled", 32),
        ]
    }
    assert translator.shipped_quantities(order) == {"A": 6}
    assert translator.shipped_quantities({}) == {}


def test_nothing_is_put_where_nobody_at_shipbob_reads_it():
    noted = replace(ORDER, customer_reference="PO-7", notes="Ring twice")
    assert "tags" not in translator.to_order(noted, type="DTC")


def test_terms_of_the_carrier_are_sent_when_they_are_set():
    terms = {"carrier_type": "Freight", "payment_term": "Collect"}
    order = translator.to_order(ORDER, type="B2B", shipping_terms=terms)
    assert order["shipping_terms"] == terms
    assert "shipping_terms" not in translator.to_order(ORDER, type="B2B")


def test_product_is_described_in_shipbob_s_units():
    lamp = ItemMaster(
        sku="A",
        name="Lamp",
        barcode="036000291452",
        weight=Decimal("0.45359237"),
        tracking="lot",
        hs_code="9405.21",
        origin_country="FR",
        active=False,
    )
    assert products.to_product(lamp) == {
        "name": "Lamp",
        "type_id": "1",
        "variants": [
            {
                "name": "Lamp",
                "sku": "A",
                "status_id": "1",
                "weight": 16.0,
                "barcodes": [{"value": "036000291452"}],
                "upc": "036000291452",
                "customs": {
                    "hs_tariff_code": "9405.21",
                    "country_code_of_origin": "FR",
                },
                "lot_information": {"is_lot": True},
                "fulfillment_settings": {"serial_scan": {"is_enabled": False}},
            }
        ],
    }


def test_update_of_a_product_leaves_the_warehouse_s_settings_alone():
    clock = ItemMaster("C", "Clock", tracking="serial")
    created = products.to_product(clock)["variants"][0]
    assert created["fulfillment_settings"] == {"serial_scan": {"is_enabled": True}}
    (variant,) = products.to_product_update(clock, 9)["variants"]
    assert variant == {"id": 9, "name": "Clock", "status_id": "0"}


def test_spaces_and_case_of_a_sku_are_no_difference():
    assert changes.differences(found({"reference_id": " a "}), BODY) == []


def test_items_are_known_by_their_sku_however_it_is_written():
    items = [
        {
            "inventory_id": 7,
            "quantity": 2,
            "product_variant": {"sku": "a "},
            "lot": {},
        }
    ]
    body = changes.to_items(Counter({"A": 2}), items, {})
    assert [item["inventory_id"] for item in body["items"]] == [7]
    assert changes.respelled(Counter({"a": 1}), ["A"]) == Counter({"A": 1})


def test_a_variant_is_found_by_its_own_spelling_first():
    variants = [{"id": 1, "sku": "lamp"}, {"id": 2, "sku": "LAMP"}]
    product = {"variants": variants}
    assert products.find_variant(product, "LAMP")["id"] == 2
    assert products.find_variant(product, "Lamp") is None  # which one?
    assert products.find_variant({"variants": variants[:1]}, "LAMP ")["id"] == 1


def test_a_stock_item_that_makes_no_sense_leaves_the_others():
    items = [
        {"sku": "A", "inventory_id": 1, "total_on_hand_quantity": "many"},
        {"sku": "B", "inventory_id": 2, "total_on_hand_quantity": 5},
        {"sku": {}, "inventory_id": 3},
    ]
    data = {"taken_at": "2026-03-02T10:00:00Z", "complete": True, "items": items}
    report = products.from_inventory(data)
    assert [(line.sku, line.on_hand) for line in report.lines] == [("B", 5)]
    assert [line.name for line in report.unread] == ["A", "3"]
    assert "total_on_hand_quantity" in report.unread[0].reason
