"""ShipBob's translator: nothing is invented, lost or counted twice."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.logistics_core.canonical import Canonical
from odoo.addons.logistics_core.errors import InvalidMessage, NotSupported
from odoo.addons.logistics_wms.canonical import (
    Address,
    InstructionLine,
    OutboundInstruction,
)
from odoo.addons.logistics_wms.checks import check_notification
from odoo.addons.logistics_wms_shipbob import const, translator

SSCC = "006141411234567890"
WHEN = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
ADDRESS = Address(name="Ada", street="Rue 1", city="Lyon", country="FR", zip="69001")
LINE = InstructionLine(11, "SKU-1", "Lamp", Decimal(2), "EA")
ORDER = OutboundInstruction("WH/OUT/00001", "S00001", ADDRESS, (LINE,), "Standard")


def shipment(**values):
    """A shipment as ShipBob shows it, two lamps in status Completed."""
    return {
        "id": 900,
        "order_id": 800,
        "reference_id": "WH/OUT/00001",
        "status": "Completed",
        "last_update_at": "2026-03-02T10:00:00Z",
        "actual_fulfillment_date": "2026-03-02T09:00:00Z",
        "tracking": {
            "tracking_number": "1Z9",
            "tracking_url": "https://track.example/1Z9",
            "carrier": "UPS",
            "carrier_service": "Ground",
        },
        "products": [product("SKU-1", item(2))],
        **values,
    }


def product(sku, *items):
    return {"id": 5, "reference_id": sku, "sku": sku, "inventory_items": list(items)}


def item(quantity, **values):
    return {"id": 7, "quantity": quantity, "quantity_committed": quantity, **values}


def order(*shipments, **values):
    line = {"reference_id": "SKU-1", "quantity": 2, "external_line_id": 11}
    own = {"id": 800, "reference_id": "WH/OUT/00001", "status": "Processing"}
    return {**own, "products": [line], "shipments": list(shipments), **values}


def translate(event, data):
    return translator.from_event(event, json.dumps(data))


def shipped(**values):
    return translate("order.shipped", shipment(**values))


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


# Shipments in


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


def test_event_that_is_not_documented_is_refused():
    with pytest.raises(InvalidMessage, match=r"order\.exploded"):
        translate("order.exploded", shipment())


@pytest.mark.parametrize("topic", sorted(const.IGNORED_TOPICS))
def test_documented_event_without_meaning_here_does_nothing(topic):
    assert translate(topic, {"anything": True}) is None


def test_hold_tells_its_reason():
    detail = {
        "name": "InvalidAddress",
        "description": "Invalid Address",
        "extra_information": {"validation_messages": ["No such street"]},
    }
    notification = translate(
        "order.shipment.on_hold", shipment(status="OnHold", status_details=[detail])
    )
    assert (notification.status, notification.parcels) == ("held", ())
    assert notification.reason == "Invalid Address; No such street"
    assert notification.reason_code == "InvalidAddress"


@pytest.mark.parametrize(
    ("topic", "status"),
    [("order.shipment.exception", "held"), ("order.shipment.cancelled", "cancelled")],
)
def test_event_decides_the_status(topic, status):
    assert translate(topic, shipment(status="Processing")).status == status


def test_delivery_is_a_transport_status():
    status = translate(
        "order.shipment.delivered", shipment(delivery_date="2026-03-05T12:00:00Z")
    )
    assert status.message_type == "transport_status"
    assert (status.status, status.tracking_number) == ("delivered", "1Z9")
    assert status.occurred_at == datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"status": "None"}, "accepted"),
        ({"status": "Processing"}, "accepted"),
        ({"status": "Processing", "status_details": [{"name": "Picked"}]}, "picking"),
        ({"status": "Processing", "status_details": [{"name": "Packed"}]}, "packed"),
        ({"status": "Completed"}, "shipped"),
        ({"status": "LabeledCreated"}, "shipped"),
        ({"status": "LabeledCreated", "actual_fulfillment_date": None}, "packed"),
        ({"status": "Exception"}, "held"),
        ({"status": "OnHold"}, "held"),
        ({"status": "ImportReview"}, "held"),
        ({"status": "CleanSweeped"}, "held"),
        ({"status": "Cancelled"}, "cancelled"),
    ],
)
def test_polled_shipment_is_read_by_its_status(values, status):
    assert translate(const.POLLED_SHIPMENT, order(shipment(**values))).status == status


def test_polled_status_that_is_not_documented_is_refused():
    with pytest.raises(InvalidMessage, match="'Melted'"):
        translate(const.POLLED_SHIPMENT, order(shipment(status="Melted")))


@pytest.mark.parametrize(
    ("status", "remaining"),
    [("PartiallyFulfilled", "open"), ("Fulfilled", "closed"), ("Cancelled", "closed")],
)
def test_order_tells_whether_more_will_come(status, remaining):
    notification = translate(const.POLLED_SHIPMENT, order(shipment(), status=status))
    assert notification.remaining == remaining


def test_only_the_last_shipment_closes_the_order():
    """Else the rest would be released again while it is on its way."""
    fulfilled = order(shipment(), shipment(id=901), status="Fulfilled")
    facts = [
        translator.from_event(e.event, e.payload)
        for e in translator.poll_envelopes(fulfilled)
    ]
    assert [f.shipment_external_id for f in facts] == ["900", "901"]
    assert [f.remaining for f in facts] == ["open", "closed"]


def test_cancelled_part_does_not_close_what_left_before():
    parts = (shipment(), shipment(id=901, status="Cancelled"))
    facts = [
        translator.from_event(e.event, e.payload)
        for e in translator.poll_envelopes(order(*parts, status="Fulfilled"))
    ]
    assert [(f.status, f.remaining) for f in facts] == [
        ("shipped", "closed"),
        ("cancelled", "open"),
    ]


# Identity: what the inbox drops as a duplicate, and what it keeps in order


def test_webhook_and_poll_of_an_order_share_their_ordering_key():
    (webhook,) = translator.to_envelopes("order.shipped", "m1", json.dumps(shipment()))
    (polled,) = translator.poll_envelopes(order(shipment()))
    assert webhook.external_id == "m1"
    assert webhook.ordering_key == polled.ordering_key == "WH/OUT/00001"


def test_order_without_our_reference_is_kept_in_order_too():
    (envelope,) = translator.to_envelopes(
        "order.shipped", "m1", json.dumps(shipment(reference_id=None))
    )
    assert envelope.ordering_key == "shipbob:800"


def test_webhook_and_poll_of_a_shipment_mean_the_same():
    webhook = translate("order.shipped", order(shipment()))
    (envelope,) = translator.poll_envelopes(order(shipment()))
    assert translator.from_event(envelope.event, envelope.payload) == webhook


def test_polling_again_finds_the_same_facts():
    first = list(translator.poll_envelopes(order(shipment())))
    again = list(translator.poll_envelopes(json.loads(json.dumps(order(shipment())))))
    assert first == again


@pytest.mark.parametrize("change", [{"status": "OnHold"}, {"last_update_at": None}])
def test_another_state_is_another_fact(change):
    (before,) = translator.poll_envelopes(order(shipment()))
    (after,) = translator.poll_envelopes(order(shipment(**change)))
    assert before.external_id != after.external_id


@pytest.mark.parametrize(
    "change", [{"shipments": "none"}, {"shipments": ["none"]}, {"shipments": [{}]}]
)
def test_polled_order_that_makes_no_sense_is_one_fact_for_a_person(change):
    (envelope,) = translator.poll_envelopes(order(shipment(), **change))
    assert envelope.external_id.startswith("order:")
    assert translator.updated_at(order(shipment(), **change)) in (
        None,
        "2026-03-02T10:00:00+00:00",
    )
    with pytest.raises(InvalidMessage):
        translator.from_event(envelope.event, envelope.payload)


def test_newest_update_of_the_shipments_is_the_order_s():
    late = shipment(id=901, last_update_at="2026-03-03T10:00:00+02:00")
    assert translator.updated_at(order(late, shipment())) == "2026-03-03T08:00:00+00:00"
    assert translator.updated_at(order()) is None


def test_delivered_shipment_is_polled_as_shipped_and_delivered():
    delivered = order(shipment(delivery_date="2026-03-05T12:00:00Z"))
    facts = [
        translator.from_event(e.event, e.payload).status
        for e in translator.poll_envelopes(delivered)
    ]
    assert facts == ["shipped", "delivered"]


def test_webhook_with_a_whole_order_is_split_by_shipment():
    both = order(shipment(), shipment(id=901))
    envelopes = translator.to_envelopes("order.shipped", "m1", json.dumps(both))
    assert [e.external_id for e in envelopes] == ["m1:900", "m1:901"]
    ids = [
        translator.from_event(e.event, e.payload).shipment_external_id
        for e in envelopes
    ]
    assert ids == ["900", "901"]


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
