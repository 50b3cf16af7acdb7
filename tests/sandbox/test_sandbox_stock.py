"""Products, stock levels, announced receipts and returns."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_support import Receiver, VendorClient

from partner_sandbox.client import Sandbox, SandboxError

pytestmark = pytest.mark.usefixtures("clean")
Json = dict[str, Any]


@pytest.fixture
def pen(sandbox: Sandbox) -> Json:
    """Ten pens and two lots of milk; the pen's ids."""
    lots = [
        {"lot": "M1", "expiration_date": "2027-01-31", "quantity": 4},
        {"lot": "M2", "quantity": 6},
    ]
    made = sandbox.catalogue(
        {"sku": "PEN", "name": "Pen", "quantity": 10, "barcode": "4006381333931"},
        {"sku": "MILK", "name": "Milk", "lots": lots},
        {"sku": "NIB", "name": "Nib"},
    )
    return made[0]


def test_levels_count_on_hand_committed_and_missing(
    vendor: VendorClient, pen: Json
) -> None:
    vendor.order("SO1", ("PEN", 3), ("NIB", 2))
    levels = {i["sku"]: i for i in vendor.get("/inventory-level")["items"]}
    assert levels["PEN"]["total_on_hand_quantity"] == 10
    assert levels["PEN"]["total_committed_quantity"] == 3
    assert levels["PEN"]["total_fulfillable_quantity"] == 7
    assert levels["NIB"]["total_backordered_quantity"] == 2
    one = vendor.get(f"/inventory-level/{pen['inventory_id']}")
    assert one == levels["PEN"]


def test_levels_by_lot_and_by_location(vendor: VendorClient, pen: Json) -> None:
    vendor.order("SO1", ("MILK", 5))
    lots = vendor.get("/inventory-level/lots", SearchBy="milk")["items"][0]["lots"]
    assert [(x["lot_number"], x["fulfillable_quantity"]) for x in lots] == [
        ("M1", 0),
        ("M2", 5),
    ]
    assert lots[0]["lot_date"].startswith("2027-01-31T")
    number = pen["inventory_id"]
    where = vendor.get(f"/inventory-level/{number}/locations")["locations"]
    assert [x["on_hand_quantity"] for x in where] == [10]
    assert vendor.get(f"/inventory-level/{number}/lots")["lots"] == []
    assert len(vendor.get("/inventory-level/locations")["items"]) == 3


def test_levels_come_in_pages_to_be_followed(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    sandbox.catalogue(*({"sku": f"P{n:02}", "quantity": n} for n in range(7)))
    page = vendor.get("/inventory-level", PageSize=3, SortBy="sku")
    seen = [page]
    while page["next"]:
        page = vendor.session.get(page["next"], headers=vendor.headers).json()
        seen.append(page)
    skus = [i["sku"] for p in seen for i in p["items"]]
    assert skus == [f"P{n:02}" for n in range(7)]
    assert (seen[0]["prev"], bool(seen[2]["prev"])) == (None, True)
    assert seen[0]["last"] and seen[2]["last"] is None
    down = vendor.get("/inventory-level", SortBy="-total_on_hand_quantity", PageSize=1)
    assert down["items"][0]["sku"] == "P06"
    vendor.get("/inventory-level", PageSize="0", status=400)


def test_inventory_items_are_found(vendor: VendorClient, pen: Json) -> None:
    number = pen["inventory_id"]
    assert vendor.get(f"/inventory/{number}")["barcode"] == "4006381333931"
    found = vendor.get("/inventory", InventoryIds=str(number))["items"]
    assert [i["sku"] for i in found] == ["PEN"]
    assert vendor.get("/inventory", IsActive="false")["items"] == []
    vendor.get("/inventory/1", status=404)


def test_products_are_made_and_found(vendor: VendorClient) -> None:
    body = {
        "name": "Ink",
        "type_id": "1",
        "variants": [
            {"sku": "INK-R", "name": "Ink red", "lot_information": {"is_lot": True}},
            {"sku": "INK-B", "name": "Ink blue", "barcodes": [{"value": "123"}]},
        ],
    }
    made = vendor.post("/product", body, status=201)
    assert [v["sku"] for v in made["variants"]] == ["INK-R", "INK-B"]
    assert made["variants"][0]["lot_information"]["is_lot"] is True
    assert vendor.get(f"/product/{made['id']}") == made
    assert vendor.get(f"/product/{made['id']}/variants") == made["variants"]
    assert [p["id"] for p in vendor.get("/product", SKU="INK-B")["items"]] == [
        made["id"]
    ]
    assert vendor.get("/product", Barcode="999")["items"] == []
    vendor.get("/product/1", status=404)
    more = [{"sku": "INK-G", "name": "Ink green"}]
    grown = vendor.post(f"/product/{made['id']}/variants", more, status=201)
    assert len(grown["variants"]) == 3


def test_a_product_is_changed(vendor: VendorClient, pen: Json) -> None:
    variants = [{"id": pen["variant_id"], "gtin": "04006381333931"}]
    body = {"name": "Fountain pen", "variants": variants}
    shown = vendor.call("PATCH", f"/product/{pen['product_id']}", body)
    assert (shown["name"], shown["variants"][0]["gtin"]) == (
        "Fountain pen",
        "04006381333931",
    )


@pytest.mark.parametrize(
    "body",
    [
        {"variants": [{"sku": "X"}]},
        {"name": "Pen", "variants": []},
        {"name": "Pen", "variants": [{"name": "no sku"}]},
        {"name": "Pen", "variants": [{"sku": "PEN"}]},
    ],
)
def test_a_bad_product_is_refused(vendor: VendorClient, pen: Json, body: Json) -> None:
    vendor.call("POST", "/product", body, status=400, undocumented=True)


def receiving(pen: Json, **box: Any) -> Json:
    """A receiving order of six pens."""
    line = {"inventory_id": pen["inventory_id"], "quantity": 6, **box}
    return {
        "fulfillment_center": {"id": 10},
        "package_type": "Package",
        "box_packaging_type": "EverythingInOneBox",
        "expected_arrival_date": "2026-12-01T00:00:00Z",
        "purchase_order_number": "PO7",
        "boxes": [{"tracking_number": "1Z9", "box_items": [line]}],
    }


def test_an_announced_receipt_arrives(
    sandbox: Sandbox, vendor: VendorClient, pen: Json
) -> None:
    made = vendor.post("/receiving", receiving(pen), status=201)
    path = f"/receiving/{made['id']}"
    level = f"/inventory-level/{pen['inventory_id']}"
    assert vendor.get(level)["total_awaiting_quantity"] == 6
    assert vendor.get(f"{path}/boxes")[0]["tracking_number"] == "1Z9"
    sandbox.receive(made["id"])
    shown = vendor.get(path)
    assert shown["status"] == "Completed"
    assert shown["inventory_quantities"][0]["received_quantity"] == 6
    after = vendor.get(level)
    assert after["total_on_hand_quantity"] == 16
    assert after["total_awaiting_quantity"] == 0
    assert vendor.get("/receiving", PurchaseOrderNumbers="PO7", Limit="5") == [shown]
    vendor.post(f"{path}:cancel", status=422)


def test_less_arrives_than_announced(
    sandbox: Sandbox, vendor: VendorClient, pen: Json
) -> None:
    made = vendor.post("/receiving", receiving(pen, lot_number="L9"), status=201)
    line = {"sku": "PEN", "quantity": 2, "lot": "L9", "expiration_date": "2028-01-01"}
    assert sandbox.receive(made["id"], [line])["status"] == "Incomplete"
    assert sandbox.books()["stock"]["PEN"]["lots"] == {"L9": 2}


def test_an_announced_receipt_is_cancelled(vendor: VendorClient, pen: Json) -> None:
    made = vendor.post("/receiving", receiving(pen), status=201)
    assert vendor.post(f"/receiving/{made['id']}:cancel")["status"] == "Cancelled"
    assert vendor.get("/receiving", Statuses="Awaiting") == []
    vendor.post("/receiving", receiving(pen | {"inventory_id": 1}), status=400)
    vendor.get("/receiving/1", status=404)


def test_a_return_is_inspected_and_restocked(
    sandbox: Sandbox, vendor: VendorClient, receiver: Receiver, pen: Json
) -> None:
    vendor.subscribe(
        receiver.url, "return.created", "return.updated", "return.completed"
    )
    order = vendor.order("SO1", ("PEN", 3))
    sandbox.run("SO1")
    line = {"id": pen["inventory_id"], "quantity": 2, "requested_action": "Default"}
    body = {
        "reference_id": "RMA1",
        "fulfillment_center": {"id": 10},
        "original_shipment_id": order["shipments"][0]["id"],
        "inventory": [line],
    }
    made = vendor.post("/return", body, status=201)
    vendor.post("/return", body, status=422)
    actions = [
        {"sku": "PEN", "action": "Restock", "quantity": 1},
        {"sku": "PEN", "action": "Dispose", "quantity": 1, "reason": "broken"},
    ]
    for _ in range(3):
        sandbox.advance_return(made["id"], actions)
    shown = vendor.get(f"/return/{made['id']}")
    assert shown["status"] == "Completed"
    assert [a["action"] for a in shown["inventory"][0]["action_taken"]] == [
        "Restock",
        "Dispose",
    ]
    assert sandbox.books()["stock"]["PEN"]["on_hand"] == 8
    receiver.wait(4)
    assert receiver.topics == [
        "return.created",
        "return.updated",
        "return.updated",
        "return.completed",
    ]
    assert receiver.payloads[-1]["status"] == "Completed"
    assert [r["id"] for r in vendor.get("/return", Limit=5)["items"]] == [made["id"]]
    vendor.post(f"/return/{made['id']}:cancel", status=400)


def test_a_return_is_cancelled_before_it_arrives(
    vendor: VendorClient, pen: Json
) -> None:
    line = {"id": pen["inventory_id"], "quantity": 2, "requested_action": "Restock"}
    body = {
        "reference_id": "RMA1",
        "fulfillment_center": {"id": 10},
        "inventory": [line],
    }
    made = vendor.post("/return", body, status=201)
    vendor.post(f"/return/{made['id']}:cancel")
    assert vendor.get(f"/return/{made['id']}")["status"] == "Cancelled"


def test_places_are_listed(vendor: VendorClient) -> None:
    channel = vendor.get("/channel")["items"][0]
    assert "orders_write" in channel["scopes"]
    assert [c["id"] for c in vendor.get("/fulfillment-center")] == [10, 20]
    assert len(vendor.get("/location", ReceivingEnabled="true")) == 2


def test_stock_is_corrected_but_never_below_what_is_committed(
    sandbox: Sandbox, vendor: VendorClient, pen: Json
) -> None:
    vendor.order("SO1", ("PEN", 8))
    sandbox.catalogue({"sku": "PEN", "quantity": -2})
    with pytest.raises(SandboxError, match="only 0 EA are free"):
        sandbox.catalogue({"sku": "PEN", "quantity": -1})


def test_a_serial_number_exists_once(sandbox: Sandbox) -> None:
    sandbox.catalogue({"sku": "CAM", "serials": ["C1"]})
    with pytest.raises(SandboxError, match="exist"):
        sandbox.catalogue({"sku": "CAM", "serials": ["C1"]})
