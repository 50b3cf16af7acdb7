"""From order to delivery: what is shipped, what stays, and what the books say."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_support import VendorClient, wait_until

from partner_sandbox.client import Sandbox, SandboxError

pytestmark = pytest.mark.usefixtures("clean")
Json = dict[str, Any]


@pytest.fixture(autouse=True)
def _stock(sandbox: Sandbox) -> None:
    sandbox.catalogue(
        {"sku": "PEN", "name": "Pen", "quantity": 30, "units": {"CS": 12, "INP": 4}},
        {"sku": "INK", "name": "Ink", "quantity": 10},
        {
            "sku": "MILK",
            "name": "Milk",
            "lots": [
                {"lot": "M2", "expiration_date": "2027-06-30", "quantity": 5},
                {"lot": "M1", "expiration_date": "2027-01-31", "quantity": 4},
            ],
        },
        {"sku": "CAM", "name": "Camera", "serials": ["C1", "C2", "C3"]},
    )


def shipments(sandbox: Sandbox, reference: str = "SO1") -> list[Json]:
    """The order's shipments out of the books."""
    return list(sandbox.order(reference)["shipments"])


def quantities(shipment: Json) -> dict[str, int]:
    """EA per SKU of a shipment in the books."""
    return {line["reference_id"]: line["quantity"] for line in shipment["lines"]}


def test_steps_run_from_processing_to_delivered(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    order = vendor.order("SO1", ("PEN", 2))
    path = f"/shipment/{order['shipments'][0]['id']}"
    seen = []
    while (done := sandbox.advance("SO1")["done"]) is not None:
        shown = vendor.get(path)
        details = [d["name"] for d in shown["status_details"]]
        seen.append((done, shown["status"], details))
    assert seen == [
        ("pick", "Processing", ["Picked"]),
        ("pack", "Processing", ["Packed"]),
        ("ship", "Completed", []),
        ("deliver", "Completed", []),
    ]
    shown = vendor.get(path)
    assert shown["delivery_date"] > shown["actual_fulfillment_date"]
    assert vendor.get(f"/order/{order['id']}")["status"] == "Fulfilled"
    names = [log["log_type_name"] for log in vendor.get(f"{path}/timeline")]
    assert names == [
        "OrderCreated",
        "PickInProgress",
        "Picked",
        "Packed",
        "LabelGenerated",
        "Shipped",
        "Delivered",
    ]
    assert vendor.get(f"/order/{order['id']}{path}/logs") == vendor.get(f"{path}/logs")


def test_a_shipped_shipment_has_tracking(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    sandbox.plan("SO1", ["pick", {"kind": "ship", "carrier": "UPS"}])
    order = vendor.order("SO1", ("PEN", 1))
    assert "tracking" not in order["shipments"][0]
    sandbox.run("SO1")
    tracking = vendor.get(f"/order/{order['id']}/shipment")[0]["tracking"]
    assert tracking["carrier"] == "UPS"
    assert tracking["tracking_number"] in tracking["tracking_url"]
    assert tracking["carrier_service"]


def test_auto_mode_runs_by_itself(sandbox: Sandbox, vendor: VendorClient) -> None:
    sandbox.settings(mode="auto", delay=0.01)
    vendor.order("SO1", ("PEN", 1))
    wait_until(lambda: sandbox.order("SO1")["status"] == "Fulfilled")
    wait_until(lambda: shipments(sandbox)[0]["stage"] == "delivered")


def test_stock_is_committed_at_once_and_leaves_at_shipping(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    vendor.order("SO1", ("PEN", 7))
    assert sandbox.books()["stock"]["PEN"] | {"lots": {}} == {
        "on_hand": 30,
        "committed": 7,
        "shipped": 0,
        "lots": {},
        "serials": [],
    }
    sandbox.run("SO1")
    stock = sandbox.books()["stock"]["PEN"]
    assert (stock["on_hand"], stock["committed"], stock["shipped"]) == (23, 0, 7)


def test_units_of_measure_count_in_each(sandbox: Sandbox, vendor: VendorClient) -> None:
    case = {"reference_id": "PEN", "name": "Pen", "quantity": 2}
    inner = case | {"quantity_unit_of_measure_code": "INP", "quantity": 1}
    case |= {"quantity_unit_of_measure_code": "CS"}
    order = vendor.order("SO1", case, inner)
    sandbox.run("SO1")
    assert quantities(shipments(sandbox)[0]) == {"PEN": 28}
    shown = vendor.get(f"/order/{order['id']}")
    assert [p["quantity"] for p in shown["products"]] == [2, 1]
    items = shown["shipments"][0]["products"][0]["inventory_items"]
    assert sum(i["quantity"] for i in items) == 28
    assert sandbox.books()["stock"]["PEN"]["on_hand"] == 2


def test_lots_leave_first_expired_first(sandbox: Sandbox, vendor: VendorClient) -> None:
    order = vendor.order("SO1", ("MILK", 6))
    sandbox.run("SO1")
    line = shipments(sandbox)[0]["lines"][0]
    assert line["lots"] == [{"lot": "M1", "quantity": 4}, {"lot": "M2", "quantity": 2}]
    items = vendor.get(f"/order/{order['id']}")["shipments"][0]["products"][0]
    assert [(i["lot"], i["quantity"]) for i in items["inventory_items"]] == [
        ("M1", 4),
        ("M2", 2),
    ]
    assert items["inventory_items"][0]["expiration_date"].startswith("2027-01-31T")
    assert sandbox.books()["stock"]["MILK"]["lots"] == {"M2": 3, "M1": 0}


def test_a_plan_chooses_lots_and_serials(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    lines = [
        {"sku": "MILK", "quantity": 2, "lots": ["M2"]},
        {"sku": "CAM", "serials": ["C3", "C1"]},
    ]
    sandbox.plan("SO1", [{"kind": "ship", "lines": lines}])
    order = vendor.order("SO1", ("MILK", 2), ("CAM", 2))
    sandbox.run("SO1")
    milk, camera = shipments(sandbox)[0]["lines"]
    assert milk["lots"] == [{"lot": "M2", "quantity": 2}]
    assert sorted(camera["serials"]) == ["C1", "C3"]
    shown = vendor.get(f"/order/{order['id']}")["shipments"][0]["products"][1]
    assert sorted(shown["inventory_items"][0]["serial_numbers"]) == ["C1", "C3"]
    assert sandbox.books()["stock"]["CAM"]["serials"] == ["C2"]


def test_too_little_stock_splits_the_order_and_the_rest_waits(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    order = vendor.order("SO1", ("INK", 14), ("PEN", 1))
    sandbox.run("SO1")
    first, rest = shipments(sandbox)
    assert quantities(first) == {"INK": 10, "PEN": 1}
    assert (rest["status"], rest["wanted"]) == ("Exception", {"INK": 4})
    shown = vendor.get(f"/order/{order['id']}")
    assert shown["status"] == "PartiallyFulfilled"
    waiting = shown["shipments"][1]
    assert waiting["status_details"][0]["name"] == "OutOfStock"
    item = waiting["products"][0]["inventory_items"][0]
    assert (item["quantity"], item["quantity_committed"]) == (4, 0)
    sandbox.catalogue({"sku": "INK", "quantity": 5})
    sandbox.run("SO1")
    assert [s["stage"] for s in shipments(sandbox)] == ["delivered", "delivered"]
    numbers = {s["tracking_number"] for s in shipments(sandbox)}
    assert len(numbers) == 2
    assert sandbox.order("SO1")["status"] == "Fulfilled"
    assert sandbox.books()["stock"]["INK"]["on_hand"] == 1


def test_the_rest_ships_by_itself_once_stock_came(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    sandbox.settings(mode="auto", delay=0.01)
    vendor.order("SO1", ("INK", 12))
    wait_until(lambda: sandbox.order("SO1")["waiting_for"] == "stock")
    sandbox.catalogue({"sku": "INK", "quantity": 2})
    wait_until(lambda: sandbox.order("SO1")["status"] == "Fulfilled")


def test_an_order_without_any_stock_is_an_exception_that_recovers(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    sandbox.catalogue({"sku": "NIB", "name": "Nib"})
    vendor.order("SO1", ("NIB", 2))
    assert sandbox.run("SO1")["order"]["status"] == "Exception"
    sandbox.catalogue({"sku": "NIB", "quantity": 2})
    assert sandbox.run("SO1")["order"]["status"] == "Fulfilled"


def test_a_plan_ships_in_two_shipments(sandbox: Sandbox, vendor: VendorClient) -> None:
    ship = {"kind": "ship", "lines": [{"sku": "PEN", "quantity": 3}]}
    sandbox.plan("SO1", ["pick", ship, "manual", "ship", "deliver"])
    vendor.order("SO1", ("PEN", 5), ("INK", 1))
    done = sandbox.run("SO1")
    assert done["done"] == ["pick", "ship", "manual"]
    assert done["order"]["status"] == "PartiallyFulfilled"
    first, rest = shipments(sandbox)
    assert quantities(first) == {"PEN": 3}
    assert (rest["status"], rest["wanted"]) == ("Processing", {"PEN": 2, "INK": 1})
    sandbox.run("SO1")
    assert quantities(shipments(sandbox)[1]) == {"PEN": 2, "INK": 1}


def test_short_ships_less_and_closes_the_order(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    short = {"kind": "short", "lines": [{"sku": "PEN", "quantity": 3}]}
    sandbox.plan("SO1", [short])
    vendor.order("SO1", ("PEN", 5), ("INK", 1))
    assert sandbox.run("SO1")["order"]["status"] == "Fulfilled"
    assert quantities(shipments(sandbox)[0]) == {"INK": 1, "PEN": 3}


def test_over_ships_more_than_ordered(sandbox: Sandbox, vendor: VendorClient) -> None:
    over = {"kind": "over", "lines": [{"sku": "PEN", "quantity": 8}]}
    sandbox.plan("SO1", ["pick", over])
    vendor.order("SO1", ("PEN", 5), ("INK", 1))
    sandbox.run("SO1")
    assert quantities(shipments(sandbox)[0]) == {"INK": 1, "PEN": 8}
    assert sandbox.books()["stock"]["PEN"]["on_hand"] == 22


def test_substitute_ships_another_product(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    sandbox.plan("SO1", ["pick", {"kind": "substitute", "sku": "PEN", "with": "INK"}])
    order = vendor.order("SO1", ("PEN", 5))
    sandbox.run("SO1")
    shown = vendor.get(f"/order/{order['id']}")["shipments"][0]["products"]
    assert [p["reference_id"] for p in shown] == ["INK"]
    stock = sandbox.books()["stock"]
    assert (stock["PEN"]["on_hand"], stock["INK"]["on_hand"]) == (30, 5)


def test_hold_and_exception_wait_until_someone_goes_on(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    hold = {"kind": "hold", "reason": "Payment is missing"}
    sandbox.plan("SO1", [hold, {"kind": "exception", "reason": "Damaged"}, "ship"])
    order = vendor.order("SO1", ("PEN", 5))
    sandbox.settings(mode="auto", delay=0)
    wait_until(lambda: sandbox.order("SO1")["waiting_for"] == "advance")
    shown = vendor.get(f"/order/{order['id']}")["shipments"][0]
    assert shown["status"] == "OnHold"
    assert shown["status_details"][0]["description"] == "Payment is missing"
    sandbox.advance("SO1")
    assert shipments(sandbox)[0]["status"] == "Exception"
    sandbox.advance("SO1")
    assert shipments(sandbox)[0]["status"] == "Completed"


def test_label_comes_before_the_hand_over(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    sandbox.plan("SO1", ["label", "ship"])
    order = vendor.order("SO1", ("PEN", 5))
    sandbox.advance("SO1")
    shown = vendor.get(f"/order/{order['id']}")["shipments"][0]
    assert (shown["status"], bool(shown["tracking"])) == ("LabeledCreated", True)
    assert sandbox.books()["stock"]["PEN"]["on_hand"] == 30
    sandbox.advance("SO1")
    assert sandbox.books()["stock"]["PEN"]["on_hand"] == 25


def test_parcels_carry_sscc_and_their_contents(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    parcels = [
        [{"sku": "MILK", "quantity": 5}],
        [{"sku": "CAM", "quantity": 1, "serials": ["C2"]}],
    ]
    sandbox.plan("SO1", ["pick", {"kind": "pack", "parcels": parcels}, "ship"])
    order = vendor.order("SO1", ("MILK", 5), ("CAM", 2))
    sandbox.run("SO1")
    parent = vendor.get(f"/order/{order['id']}")["shipments"][0]["parent_cartons"][0]
    codes = [parent["barcode"], *(c["barcode"] for c in parent["cartons"])]
    assert len(set(codes)) == 3
    for code in codes:
        weighted = sum(int(d) * (3, 1)[n % 2] for n, d in enumerate(code))
        assert (len(code), weighted % 10) == (18, 0)
    contents = [
        [
            (p["sku"], i["lot"], i["quantity"], i["serial_numbers"])
            for p in carton["carton_details"][0]["products"]
            for i in p["inventory_items"]
        ]
        for carton in parent["cartons"]
    ]
    assert contents == [
        [("MILK", "M1", 4, []), ("MILK", "M2", 1, [])],
        [("CAM", None, 1, ["C2"]), ("CAM", None, 1, ["C1"])],
    ]


def test_parcels_by_number_split_evenly(sandbox: Sandbox, vendor: VendorClient) -> None:
    sandbox.plan("SO1", [{"kind": "ship", "parcels": 2}])
    vendor.order("SO1", ("PEN", 5))
    sandbox.run("SO1")
    cartons = shipments(sandbox)[0]["cartons"]
    assert [[x["quantity"] for x in c["lines"]] for c in cartons] == [[3], [2]]


def test_a_plan_may_change_while_the_order_is_there(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    vendor.order("SO1", ("PEN", 5))
    sandbox.advance("SO1")
    sandbox.plan("SO1", ["cancel"])
    sandbox.advance("SO1")
    assert sandbox.order("SO1")["status"] == "Cancelled"


def test_an_unknown_step_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match="unknown step 'fly'"):
        sandbox.plan("SO1", ["pick", "fly"])


def test_the_vendors_own_simulation_ships_and_delivers(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    sandbox.settings(minute=0.01)
    order = vendor.order("SO1", ("PEN", 5))
    chain = {"action": "ShipOrder", "next": {"action": "DeliverOrder", "delay": 1}}
    target = {"shipment_id": str(order["shipments"][0]["id"]), "simulation": chain}
    number = vendor.post("/simulate/shipment", target)["simulation_id"]
    wait_until(lambda: shipments(sandbox)[0]["stage"] == "delivered")
    status = vendor.get(f"/simulate/status/{number}")["simulation"]
    assert (status["status"], status["next"]["status"]) == ("Completed", "Completed")
