"""What the translator writes follows ShipBob's schemas; what they admit it reads."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.addons.logistics_core.canonical import Canonical
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.tools.error_text import error_text
from odoo.addons.logistics_wms.canonical import (
    Address,
    InstructionLine,
    ItemMaster,
    OutboundInstruction,
)
from odoo.addons.logistics_wms_shipbob import const, translator
from odoo.addons.logistics_wms_shipbob.tools import changes, products

quick = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
text = st.text(min_size=1, max_size=20)
maybe = st.none() | text
amount = st.decimals(0, 10**6, places=2)
moments = st.none() | st.datetimes(timezones=st.timezones())
emails = st.none() | st.just("ada@example.com")
# The format "postal-code" of the document, which no standard defines.
postal_codes = st.none() | st.from_regex(r"[A-Z0-9][A-Z0-9 -]{0,14}", fullmatch=True)
addresses = st.builds(
    Address, text, text, text, text, maybe, maybe, postal_codes, maybe, maybe, emails
)
lines = st.builds(
    InstructionLine,
    line_id=st.integers(1, 2**31 - 1),
    sku=text,
    name=text,
    quantity=st.integers(1, 10**6).map(Decimal),
    uom=st.sampled_from(const.UNITS),
    barcode=st.none() | text | st.just("4006381333931"),
    unit_price=st.none() | amount,
)
instructions = st.builds(
    OutboundInstruction,
    reference=text.filter(lambda t: "," not in t),
    order_name=text,
    ship_to=addresses,
    lines=st.lists(lines, min_size=1, max_size=3).map(tuple),
    carrier_service=text,
    customer_reference=maybe,
    ordered_at=moments,
    ship_not_before=moments,
    ship_by=moments,
    currency=st.sampled_from([None, "USD", "EUR"]),
    total=st.none() | amount,
    notes=maybe,
    gift_message=maybe,
)
items = st.builds(
    ItemMaster,
    sku=text,
    name=text,
    barcode=st.none() | text | st.just("036000291452"),
    weight=st.none() | st.decimals(0, 1000, places=3),
    tracking=st.sampled_from(["none", "lot", "serial"]),
    hs_code=maybe,
    origin_country=maybe,
    customs_value=st.none() | amount,
    active=st.booleans(),
)


@quick
@given(
    instruction=instructions,
    order_type=st.sampled_from([key for key, _name in const.ORDER_TYPES]),
    location_id=st.none() | st.integers(1, 99),
    sales_channel=st.sampled_from([None, *const.SALES_CHANNELS]),
)
def test_every_order_follows_the_schema(
    shipbob, instruction, order_type, location_id, sales_channel
):
    body = translator.to_order(
        instruction,
        type=order_type,
        location_id=location_id,
        sales_channel=sales_channel,
    )
    assert not shipbob.errors("Orders.CreateOrderModel", body)


@quick
@given(address=addresses)
def test_every_address_change_follows_the_schema(shipbob, address):
    body = changes.to_address(address)
    assert not shipbob.errors("Orders.UpdateAddressRequest", body)


@quick
@given(item=items)
def test_every_product_follows_the_schemas(shipbob, item):
    created = products.to_product(item)
    assert not shipbob.errors("Products.CreateProductRequestModelV5", created)
    updated = products.to_product_update(item, 7)
    assert not shipbob.errors("Products.UpdateProductRequestModelV5", updated)


def test_changed_line_items_follow_the_schema_and_keep_what_stays(shipbob):
    item = shipbob.example(shipbob.schema("Orders.ShipmentLineItemDetail"))
    item["product_variant"]["sku"] = "A"
    item["lot"]["selection_method"] = "ShipbobChooses"
    other = {**item, "product_variant": {"sku": "B"}, "inventory_id": 9}
    wanted = Counter({"A": item["quantity"], "B": 8, "C": 1})
    body = changes.to_items(wanted, [item, other], {"C": 10})
    assert not shipbob.errors("Orders.UpdateLineItemsRequest", body)
    kept, changed, added = body["items"]
    assert (kept["inventory_id"], kept["lot_number"]) == (3, "text")
    assert (changed["inventory_id"], changed["quantity"]) == (9, 8)
    assert (added["inventory_id"], added["quantity"]) == (10, 1)
    assert {i["is_manually_assigned_lot"] for i in body["items"]} == {False}


def test_tables_are_the_contract_s(shipbob):
    assert set(shipbob.schema("Orders.SalesChannel")["enum"]) == set(
        const.SALES_CHANNELS
    )
    assert {key for key, _name in const.ORDER_TYPES} <= set(
        shipbob.schema("Orders.OrderType")["enum"]
    )
    statuses = set(shipbob.schema("Orders.OrderStatusEnum")["enum"])
    assert statuses == set(const.SHIPMENT_STATUS)
    assert statuses >= const.OPEN_SHIPMENT | const.LEFT
    assert set(shipbob.schema("Orders.OrderStatus")["enum"]) >= const.CLOSED_ORDER
    servers = {server["url"] for server in shipbob.document["servers"]}
    assert servers == set(const.BASE_URLS.values())


def test_all_shipment_topics_that_can_be_subscribed_are(shipbob):
    topics = set(shipbob.schema("Webhooks.Topics")["enum"])
    assert {t for t in topics if t.startswith("order.")} == set(const.TOPIC_STATUS)


def example_order(shipbob, **shipment):
    order = shipbob.example(shipbob.schema("Orders.OrderViewModel"))
    order["reference_id"] = "REF"
    inner = order["shipments"][0]
    inner["reference_id"] = "REF"
    for product in inner["products"]:
        product["inventory_items"][0].update(quantity=3, serial_numbers=["A", "B"])
    carton = inner["parent_cartons"][0]["cartons"][0]
    carton["carton_details"][0]["products"] = inner["products"]
    inner.update(shipment)
    return order


def test_every_documented_webhook_is_understood(shipbob, shipbob_webhooks):
    order = example_order(shipbob)
    channels = shipbob_webhooks["channels"]
    current = [name for name in channels if not name.startswith("legacy.")]
    assert set(current) == {*const.TOPIC_STATUS, *const.IGNORED_TOPICS}
    for topic in current:
        for data in (order, order["shipments"][0]):
            (envelope,) = translator.to_envelopes(topic, "msg_1", json.dumps(data))
            canonical = translator.from_event(envelope.event, envelope.payload)
            assert (canonical is None) == (topic in const.IGNORED_TOPICS)
            if canonical:
                assert canonical.message_type == const.EVENT_TYPES[topic]
                assert canonical.reference == "REF"


def test_unsigned_legacy_topics_are_refused(shipbob_webhooks):
    legacy = [
        channel["subscribe"]["message"]["x-topic"]
        for name, channel in shipbob_webhooks["channels"].items()
        if name.startswith("legacy.")
    ]
    assert legacy
    for topic in legacy:
        with pytest.raises(InvalidMessage):
            translator.from_event(topic, '{"id": 1, "reference_id": "REF"}')


def test_every_documented_state_of_a_shipment_is_understood(shipbob):
    for status in shipbob.schema("Orders.OrderStatusEnum")["enum"]:
        (shipped, delivered) = translator.poll_envelopes(
            example_order(shipbob, status=status)
        )
        for envelope in (shipped, delivered):
            canonical = translator.from_event(envelope.event, envelope.payload)
            assert Canonical.from_dict(canonical.to_dict()) == canonical


def test_every_field_that_may_be_null_may_be_null(shipbob):
    """Never a crash: either it is not needed, or the error names it."""
    order = example_order(shipbob)
    inner = order["shipments"][0]
    for schema, holder in (
        ("Orders.OrderViewModel", order),
        ("Orders.ShipmentViewModel", inner),
        ("Orders.ShipmentProductViewModel", inner["products"][0]),
        ("Orders.InventoryViewModel", inner["products"][0]["inventory_items"][0]),
    ):
        for name, field in shipbob.schema(schema)["properties"].items():
            if "null" not in field.get("type", ""):
                continue
            before, holder[name] = holder[name], None
            try:
                translator.from_event("order.shipped", json.dumps(order))
            except InvalidMessage as error:
                assert len(str(error)) > 20  # noqa: PT017
            holder[name] = before


def test_all_of_a_documented_shipment_arrives(shipbob):
    order = example_order(shipbob, status="Completed")
    (envelope, _delivered) = translator.poll_envelopes(order)
    notification = translator.from_event(envelope.event, envelope.payload)
    empty = {f.name for f in fields(notification) if not getattr(notification, f.name)}
    assert empty == {"reason", "reason_code"}
    (parcel,) = notification.parcels
    sparse = replace(parcel, tracking_url="x", sscc="x")  # "text" is neither
    assert not [f.name for f in fields(sparse) if not getattr(sparse, f.name)]
    (line,) = parcel.lines
    assert [(lot.lot, lot.quantity) for lot in line.lots] == [
        ("A", 1),
        ("B", 1),
        ("text", 1),
    ]


@pytest.mark.parametrize("location", [None, "3"])
def test_every_documented_stock_level_is_understood(shipbob, location):
    name = "FcResponse" if location else "Response"
    page = shipbob.example(shipbob.schema(f"Inventory.InventoryQuantity{name}"))
    lots = shipbob.example(shipbob.schema("Inventory.InventoryQuantityLotResponse"))
    data = {"taken_at": "2026-03-01T10:00:00Z", "location": location, "items": [page]}
    report = products.from_inventory({**data, "complete": True})
    (line,) = report.lines
    assert (line.on_hand, line.available, line.committed) == (3, 3, 3)
    assert (line.sku, line.lot, line.external_id) == ("text", None, "3")
    (line,) = products.from_inventory({**data, "lots": [lots]}).lines
    assert (line.on_hand, line.lot, str(line.expires_on)) == (3, "text", "2026-03-01")


def test_stock_elsewhere_is_not_ours(shipbob):
    page = shipbob.example(shipbob.schema("Inventory.InventoryQuantityFcResponse"))
    data = {"taken_at": "2026-03-01T10:00:00Z", "location": "99", "items": [page]}
    (line,) = products.from_inventory(data).lines
    assert (line.on_hand, line.available) == (0, 0)


def test_words_of_every_documented_error_are_found(shipbob):
    for path, item in shipbob.document["paths"].items():
        for operation in item.values():
            for status, answer in operation["responses"].items():
                content = answer.get("content", {}).get("application/json")
                if status >= "400" and content and "$ref" in content["schema"]:
                    body = shipbob.example(content["schema"])
                    assert error_text(body), f"{path} {status}: {body}"
