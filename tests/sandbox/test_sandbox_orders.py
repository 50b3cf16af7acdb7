"""Creating, refusing, finding and paging orders."""

from __future__ import annotations

import pytest
from sandbox_support import FRANCE, VendorClient, order_body

from partner_sandbox.client import Sandbox

pytestmark = pytest.mark.usefixtures("clean")


@pytest.fixture(autouse=True)
def _stock(sandbox: Sandbox) -> None:
    sandbox.catalogue(
        {"sku": "PEN", "name": "Pen", "quantity": 100, "units": {"CS": 12}}
    )


def test_a_new_order_is_answered_with_its_id_and_one_shipment(
    vendor: VendorClient,
) -> None:
    made = vendor.order("SO1", ("PEN", 2), purchase_date="2026-01-02T03:04:05Z")
    assert made["reference_id"] == "SO1"
    assert made["status"] == "Processing"
    assert [s["status"] for s in made["shipments"]] == ["Processing"]
    assert vendor.get(f"/order/{made['id']}") == made


def test_a_repeated_reference_is_refused_and_leaves_one_order(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    vendor.order("SO1", ("PEN", 2))
    again = vendor.order("SO1", ("PEN", 2), status=422)
    assert again == {"reference_id": ["Cannot insert order with existing ReferenceId"]}
    assert [o["reference"] for o in sandbox.books()["orders"]] == ["SO1"]


def test_an_unknown_sku_is_refused_by_name(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    refused = vendor.order("SO1", ("PEN", 1), ("GHOST", 1), status=422)
    assert "GHOST" in refused["products[1].reference_id"][0]
    assert sandbox.books()["orders"] == []
    assert sandbox.books()["stock"]["PEN"]["committed"] == 0


def test_an_unknown_sku_is_made_when_the_catalogue_is_not_strict(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    sandbox.settings(strict_catalogue=False)
    vendor.order("SO1", ("GHOST", 1))
    assert sandbox.books()["stock"]["GHOST"]["on_hand"] == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"country": "XX"}, "recipient.address.country"),
        ({"country": "France"}, "recipient.address.country"),
        ({"zip_code": None}, "recipient.address.zip_code"),
        ({"country": "US"}, "recipient.address.state"),
        ({"city": "Nowhere"}, "recipient.address"),
    ],
)
def test_an_address_nobody_delivers_to_is_refused(
    vendor: VendorClient, change: dict[str, str | None], field: str
) -> None:
    recipient = {"name": "Ada", "address": FRANCE | change}
    assert field in vendor.order("SO1", ("PEN", 1), recipient=recipient, status=422)


def test_a_country_without_postal_codes_needs_none(vendor: VendorClient) -> None:
    address = {"address1": "1 Pier Road", "city": "Hong Kong", "country": "HK"}
    recipient = {"name": "Ada", "address": address}
    vendor.order("SO1", ("PEN", 1), recipient=recipient)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"quantity": 0}, "products[0].quantity"),
        ({"quantity": -3}, "products[0].quantity"),
        ({"quantity_unit_of_measure_code": "DZ"}, "quantity_unit_of_measure_code"),
        ({"quantity_unit_of_measure_code": "PL"}, "quantity_unit_of_measure_code"),
    ],
)
def test_absurd_quantities_and_units_are_refused(
    vendor: VendorClient, line: dict[str, object], field: str
) -> None:
    whole = {"reference_id": "PEN", "name": "Pen", "quantity": 1, **line}
    refused = vendor.order("SO1", whole, status=422)
    assert any(field in key for key in refused)


def test_a_product_is_also_found_by_its_id(vendor: VendorClient) -> None:
    number = vendor.get("/product", SKU="PEN")["items"][0]["id"]
    made = vendor.order("SO1", {"id": number, "quantity": 1})
    assert made["products"][0]["reference_id"] == "PEN"


def test_an_order_of_an_unknown_location_is_refused(vendor: VendorClient) -> None:
    assert "location_id" in vendor.order("SO1", ("PEN", 1), location_id=9, status=422)


def test_the_line_comes_back_as_it_was_sent(vendor: VendorClient) -> None:
    line = {"reference_id": "PEN", "name": "Pen", "quantity": 2, "unit_price": 1.5}
    line |= {"external_line_id": 7, "quantity_unit_of_measure_code": "CS"}
    shown = vendor.order("SO1", line)["products"][0]
    assert {k: shown[k] for k in line if k != "name"} == {
        k: v for k, v in line.items() if k != "name"
    }


def test_a_wrong_token_is_401_and_a_foreign_channel_403(vendor: VendorClient) -> None:
    vendor.headers["shipbob_channel_id"] = "999"
    vendor.get("/order", status=403)
    vendor.headers["Authorization"] = "Bearer wrong"
    vendor.get("/order", status=401)


def test_orders_are_found_by_reference_and_id(vendor: VendorClient) -> None:
    made = [vendor.order(f"SO{n}", ("PEN", 1)) for n in range(4)]
    found = vendor.get("/order", ReferenceIds="SO1,SO3,SO9")
    assert [o["reference_id"] for o in found] == ["SO1", "SO3"]
    found = vendor.get("/order", IDs=f"{made[0]['id']},{made[2]['id']}")
    assert [o["reference_id"] for o in found] == ["SO0", "SO2"]


def test_orders_come_in_pages(vendor: VendorClient) -> None:
    for n in range(5):
        vendor.order(f"SO{n}", ("PEN", 1))
    pages = [vendor.get("/order", Page=p, Limit=2) for p in (1, 2, 3, 4)]
    assert [len(p) for p in pages] == [2, 2, 1, 0]
    assert [o["reference_id"] for p in pages for o in p] == [f"SO{n}" for n in range(5)]
    newest = vendor.get("/order", SortOrder="Newest", Limit=1)
    assert newest[0]["reference_id"] == "SO4"
    vendor.get("/order", Limit=1000, status=400)


def test_orders_are_filtered_by_time_and_tracking(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    vendor.order("SO1", ("PEN", 1))
    second = vendor.order("SO2", ("PEN", 1))
    sandbox.run("SO2")
    assert [o["id"] for o in vendor.get("/order", HasTracking="true")] == [second["id"]]
    assert len(vendor.get("/order", HasTracking="false")) == 1
    assert vendor.get("/order", StartDate="2999-01-01T00:00:00Z") == []
    assert len(vendor.get("/order", EndDate="2999-01-01T00:00:00Z")) == 2
    shipment = vendor.get(f"/order/{second['id']}")["shipments"][0]["id"]
    body = {"shipment_ids": [shipment], "is_tracking_uploaded": True}
    vendor.post("/shipment:batchUpdateTrackingUpload", body)
    uploaded = vendor.get("/order", IsTrackingUploaded="true")
    assert [o["id"] for o in uploaded] == [second["id"]]


def test_the_original_order_can_be_read_back(vendor: VendorClient) -> None:
    made = vendor.order("SO1", ("PEN", 1), tags=[{"name": "a", "value": "b"}])
    stored = vendor.get(f"/order/{made['id']}/store-order-json")
    assert '"reference_id": "SO1"' in stored


def test_an_estimate_is_given_per_method(vendor: VendorClient) -> None:
    body = {
        "address": {"country": "FR"},
        "products": [{"reference_id": "PEN", "quantity": 3}],
    }
    assert len(vendor.post("/order:estimate", body)["estimates"]) == 4
    body["products"] = [{"reference_id": "GHOST", "quantity": 3}]
    vendor.post("/order:estimate", body, status=422)


def test_an_unknown_order_is_404(vendor: VendorClient) -> None:
    vendor.get("/order/1", status=404)
    vendor.get("/order/1/shipment", status=404)


def test_an_unknown_shipping_method_is_added(vendor: VendorClient) -> None:
    vendor.post(
        "/order", order_body("SO1", ("PEN", 1)) | {"shipping_method": "Bike"}, 201
    )
    names = [m["name"] for m in vendor.get("/shipping-method")]
    assert names[-1] == "Bike"
