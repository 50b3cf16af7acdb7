"""Cancelling and changing, in time and too late."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_support import VendorClient

from partner_sandbox.client import Sandbox

pytestmark = pytest.mark.usefixtures("clean")
Json = dict[str, Any]


@pytest.fixture
def order(sandbox: Sandbox, vendor: VendorClient) -> Json:
    """A new order of five pens and two milks."""
    lots = [
        {"lot": "M1", "expiration_date": "2027-01-31", "quantity": 5},
        {"lot": "M2", "expiration_date": "2027-06-30", "quantity": 5},
    ]
    sandbox.catalogue(
        {"sku": "PEN", "name": "Pen", "quantity": 30},
        {"sku": "MILK", "name": "Milk", "lots": lots},
    )
    return dict(vendor.order("SO1", ("PEN", 5), ("MILK", 2)))


def shipment_path(order: Json) -> str:
    """Path of the order's first shipment."""
    return f"/shipment/{order['shipments'][0]['id']}"


def test_cancelled_in_time_frees_the_stock(
    sandbox: Sandbox, vendor: VendorClient, order: Json
) -> None:
    answer = vendor.post(f"/order/{order['id']}:cancel")
    assert (answer["status"], answer["order"]["status"]) == ("Success", "Cancelled")
    assert [r["is_success"] for r in answer["canceled_shipment_results"]] == [True]
    assert sandbox.books()["stock"]["PEN"]["committed"] == 0
    assert sandbox.run("SO1")["order"]["status"] == "Cancelled"


def test_once_picked_the_answer_is_a_failure_with_the_reason(
    sandbox: Sandbox, vendor: VendorClient, order: Json
) -> None:
    sandbox.advance("SO1")
    answer = vendor.post(f"/order/{order['id']}:cancel")
    assert answer["status"] == "Failure"
    assert "already picked" in answer["canceled_shipment_results"][0]["reason"]
    assert sandbox.order("SO1")["status"] == "Processing"


def test_a_shipped_order_cannot_be_cancelled(
    sandbox: Sandbox, vendor: VendorClient, order: Json
) -> None:
    sandbox.run("SO1")
    refused = vendor.post(f"/order/{order['id']}:cancel", status=422)
    assert "Fulfilled" in refused["order"][0]


def test_the_late_answer_can_be_chosen(
    sandbox: Sandbox, vendor: VendorClient, order: Json
) -> None:
    sandbox.run("SO1")
    sandbox.settings(late_cancel="failure")
    assert vendor.post(f"/order/{order['id']}:cancel")["status"] == "Failure"


def test_an_order_half_shipped_is_cancelled_in_part(
    sandbox: Sandbox, vendor: VendorClient, order: Json
) -> None:
    part = {"kind": "ship", "lines": [{"sku": "PEN", "quantity": 1}]}
    sandbox.plan("SO1", [part, "manual"])
    sandbox.run("SO1")
    answer = vendor.post(f"/order/{order['id']}:cancel")
    assert answer["status"] == "PartialSuccess"
    assert sandbox.order("SO1")["status"] == "Fulfilled"


def test_an_unknown_order_cannot_be_cancelled(vendor: VendorClient) -> None:
    vendor.post("/order/5:cancel", status=404)


def test_one_shipment_is_cancelled_in_time_only(
    sandbox: Sandbox, vendor: VendorClient, order: Json
) -> None:
    other = vendor.order("SO2", ("PEN", 1))
    sandbox.advance("SO1")
    vendor.post(f"{shipment_path(order)}:cancel", status=422)
    nested = f"/order/{other['id']}{shipment_path(other)}:cancel"
    assert vendor.post(nested)["status"] == "Cancelled"


def test_many_shipments_are_cancelled_one_by_one(
    sandbox: Sandbox, vendor: VendorClient, order: Json
) -> None:
    other = vendor.order("SO2", ("PEN", 1))
    sandbox.advance("SO1")
    ids = [o["shipments"][0]["id"] for o in (order, other)]
    answer = vendor.post("/shipment:batchCancel", {"shipment_ids": ids})
    assert [r["is_success"] for r in answer["results"]] == [False, True]
    vendor.post("/shipment:batchCancel", {"shipment_ids": [1]}, status=422)


def test_the_address_changes_until_picking(
    sandbox: Sandbox, vendor: VendorClient, order: Json
) -> None:
    path = shipment_path(order)
    body = {"street_address1": "Marktplatz 1", "city": "Bremen", "zip_code": "28195"}
    body["country_code"] = "DE"
    assert vendor.call("PUT", f"{path}:updateAddress", body)["is_success"]
    assert vendor.get(path)["recipient"]["address"]["city"] == "Bremen"
    wrong = body | {"country_code": "XX"}
    refused = vendor.call("PUT", f"{path}:updateAddress", wrong, status=400)
    assert refused["code"] == "VALIDATION_ERROR"
    sandbox.advance("SO1")
    refused = vendor.call("PUT", f"{path}:updateAddress", body, status=400)
    assert refused["code"] == "CONFLICT"


def test_line_items_change_and_lots_are_chosen(
    sandbox: Sandbox, vendor: VendorClient, order: Json
) -> None:
    path = shipment_path(order)
    pen, milk = vendor.get(f"{path}:getLineItems")
    assert milk["lot"] == {
        "lot_number": "M1",
        "lot_date": "2027-01-31T00:00:00.000Z",
        "selection_method": "ShipbobChooses",
    }
    wanted = {"inventory_id": milk["inventory_id"], "quantity": 3, "lot_number": "M2"}
    wanted["is_manually_assigned_lot"] = True
    items = [{"inventory_id": pen["inventory_id"], "quantity": 4}, wanted]
    answer = vendor.post(f"{path}:updateLineItems", {"items": items})
    changes = [
        (c["previous_value"], c["new_value"]) for c in answer["shipment_line_items"]
    ]
    assert changes == [("5", "4"), ("2", "3")]
    sandbox.run("SO1")
    line = sandbox.order("SO1")["shipments"][0]["lines"][1]
    assert line["lots"] == [{"lot": "M2", "quantity": 3}]
    refused = vendor.post(f"{path}:updateLineItems", {"items": items}, status=400)
    assert refused["code"] == "CONFLICT"


def test_line_items_of_unknown_inventory_are_refused(
    vendor: VendorClient, order: Json
) -> None:
    body = {"items": [{"inventory_id": 1, "quantity": 1}]}
    vendor.post(f"{shipment_path(order)}:updateLineItems", body, status=400)
    vendor.get("/shipment/7:getLineItems", status=404)


def test_the_shipping_service_changes(vendor: VendorClient, order: Json) -> None:
    number = order["shipments"][0]["id"]
    body = {"shipment_ids": [number, 1], "requested_shipping_service_id": 3}
    body["reason"] = "Customer pays for it"
    path = "/shipment:bulkUpdateShippingService"
    answer = vendor.call("PUT", path, body)
    assert [r["is_success"] for r in answer["results"]] == [True, False]
    assert vendor.get(shipment_path(order))["ship_option"] == "Overnight"
    vendor.call("PUT", path, body | {"requested_shipping_service_id": 99}, status=400)
