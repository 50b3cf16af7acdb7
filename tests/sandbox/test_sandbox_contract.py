"""What counts as a breach of the vendor's contract, and what is played of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from sandbox_support import FRANCE, VERSION, VendorClient, order_body

from partner_sandbox.client import Sandbox
from partner_sandbox.contract.contract import Contract
from partner_sandbox.contract.decimals import DecimalValidator
from partner_sandbox.core.world import World
from partner_sandbox.dialects.shipbob import ShipBob
from partner_sandbox.dialects.shipbob.const import TOPICS

Json = dict[str, Any]
NOT_PLAYED = {
    "products": {
        "delete-product-bundle",
        "update-product-variants",
        "merge-variants",
        "move-variants-between-products",
        "move-variants-to-new-product",
        "get-packaging-requirement",
        "get-taxonomies",
        "get-taxonomy-by-id",
        "get-taxonomy-parent",
        "convert-variant-to-bundle",
    },
    "inventory": {"query-inventory-history-events"},
    "receiving": {
        "get-warehouse-receiving-order-box-labels",
        "set-external-sync-flag-for-wros",
        "get-inventory-distributions-by-wro-id",
    },
    "returns": {"edit-return-order"},
}


@pytest.fixture(autouse=True)
def _stock(sandbox: Sandbox, contract: Contract) -> None:
    sandbox.catalogue({"sku": "PEN", "name": "Pen", "quantity": 100})


def send(vendor: VendorClient, method: str, path: str, **options: Any) -> int:
    """A request nothing checks before it is sent; its status."""
    options.setdefault("headers", vendor.headers)
    url = vendor.sandbox.dialect_url() + VERSION + path
    return requests.request(method, url, timeout=5, **options).status_code


def breaches(sandbox: Sandbox) -> list[tuple[str, str, str]]:
    """Where, pointer and kind of each breach so far."""
    items = sandbox.violations()["items"]
    return [(v["where"], v["pointer"], v["kind"]) for v in items]


def test_a_clean_request_breaks_nothing(sandbox: Sandbox, vendor: VendorClient) -> None:
    vendor.order("SO1", ("PEN", 1))
    assert sandbox.violations() == {"count": 0, "items": []}
    assert sandbox.requests()["items"][0]["violations"] == 0


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"reference_id": 5}, "/reference_id"),
        ({"type": "Gift"}, "/type"),
        ({"purchase_date": "2026-01-02"}, "/purchase_date"),
        ({"purchase_date": "2026-01-02T03:04:05"}, "/purchase_date"),
        ({"products": [{"reference_id": "PEN"}]}, "/products/0"),
        ({"products": [{"id": 1, "quantity": 1.5}]}, "/products/0/quantity"),
        ({"tags": [{"name": "a"}]}, "/tags/0"),
        ({"financials": {"total_price": "5"}}, "/financials/total_price"),
    ],
)
def test_a_body_against_the_schema_is_refused_and_noted(
    sandbox: Sandbox, vendor: VendorClient, change: Json, pointer: str
) -> None:
    body = order_body("SO1", ("PEN", 1)) | change
    assert send(vendor, "POST", "/order", json=body) == 400
    assert ("body", pointer, "invalid") in breaches(sandbox)
    assert sandbox.books()["orders"] == []


def test_a_missing_field_is_noted(sandbox: Sandbox, vendor: VendorClient) -> None:
    body = order_body("SO1", ("PEN", 1))
    del body["shipping_method"]
    assert send(vendor, "POST", "/order", json=body) == 400
    assert breaches(sandbox) == [("body", "/", "invalid")]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"priority": 1}, "/"),
        ({"recipient": {"name": "A", "address": FRANCE, "vat": "x"}}, "/recipient"),
        (
            {"recipient": {"name": "A", "address": FRANCE | {"street": "x"}}},
            "/recipient/address",
        ),
        (
            {
                "products": [
                    {"reference_id": "PEN", "name": "P", "quantity": 1, "lot": "L"}
                ]
            },
            "/products/0",
        ),
    ],
)
def test_an_invented_field_is_noted_but_the_vendor_takes_the_order(
    sandbox: Sandbox, vendor: VendorClient, change: Json, pointer: str
) -> None:
    body = order_body("SO1", ("PEN", 1)) | change
    assert send(vendor, "POST", "/order", json=body) == 201
    assert breaches(sandbox) == [("body", pointer, "unknown")]
    assert sandbox.violations()["items"][0]["reference"] == "SO1"


def test_an_address_may_be_of_either_kind_but_not_of_none(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    marked = {"name": "A", "address": FRANCE | {"type": "MarkFor"}}
    vendor.order("SO1", ("PEN", 1), recipient=marked)
    assert breaches(sandbox) == []
    wrong = {"name": "A", "address": FRANCE | {"type": "Home"}}
    body = order_body("SO2", ("PEN", 1), recipient=wrong)
    assert send(vendor, "POST", "/order", json=body) == 201
    assert breaches(sandbox) == [("body", "/recipient/address", "unknown")]


def test_parameters_are_checked(sandbox: Sandbox, vendor: VendorClient) -> None:
    assert send(vendor, "GET", "/order?Limit=ten") == 400
    assert send(vendor, "GET", "/order?limit=10") == 200
    assert send(vendor, "GET", "/order?HasTracking=maybe") == 400
    assert send(vendor, "GET", "/order?StartDate=yesterday") == 400
    assert send(vendor, "GET", "/order?Page=1&Page=2") == 400
    assert breaches(sandbox) == [
        ("query", "Limit", "invalid"),
        ("query", "limit", "unknown"),
        ("query", "HasTracking", "invalid"),
        ("query", "StartDate", "invalid"),
        ("query", "Page", "invalid"),
    ]


def test_headers_and_paths_are_checked(sandbox: Sandbox, vendor: VendorClient) -> None:
    body = order_body("SO1", ("PEN", 1))
    token = {"Authorization": vendor.headers["Authorization"]}
    assert send(vendor, "POST", "/order", json=body, headers=token) == 400
    assert send(vendor, "GET", "/order", headers={}) == 401
    assert send(vendor, "GET", "/order/abc") == 400
    assert send(vendor, "GET", "/warehouse") == 404
    assert send(vendor, "PATCH", "/order") == 405
    assert [b[:2] for b in breaches(sandbox)] == [
        ("header", "shipbob_channel_id"),
        ("header", "Authorization"),
        ("path", "orderId"),
        ("path", "/2026-01/warehouse"),
        ("path", "/2026-01/order"),
    ]


def test_bodies_are_checked_for_type_and_for_being_asked_for(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    order = vendor.order("SO1", ("PEN", 1))
    text = vendor.headers | {"Content-Type": "text/plain"}
    assert send(vendor, "POST", "/order", data="{}", headers=text) == 400
    broken = vendor.headers | {"Content-Type": "application/json"}
    assert send(vendor, "POST", "/order", data="{", headers=broken) == 400
    assert send(vendor, "POST", f"/order/{order['id']}:cancel", json={"a": 1}) == 200
    assert breaches(sandbox) == [
        ("header", "Content-Type", "invalid"),
        ("body", "", "invalid"),
        ("body", "", "unknown"),
    ]


def test_a_told_error_does_not_hide_a_breach(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    sandbox.rules({"action": "status", "status": 500})
    assert send(vendor, "POST", "/order", json={}) == 500
    assert sandbox.violations()["count"] == 5


def test_all_operations_but_the_named_ones_are_played(
    contract: Contract, contracts_dir: Path
) -> None:
    dialect = ShipBob(World("token", 1, contracts_dir, 1.0))
    missing = {
        route.target.id
        for route in contract.router.routes
        if dialect.router.find(route.method, sample(route.template)) is None
    }
    assert missing == set().union(*NOT_PLAYED.values())


def sample(template: str) -> str:
    """A path of a template."""
    return template.replace("{", "").replace("}", "")


def test_an_operation_that_is_not_played_says_so(vendor: VendorClient) -> None:
    assert send(vendor, "GET", "/taxonomy") == 501


def test_subscribable_topics_are_those_of_the_contract(contract: Contract) -> None:
    for topic in TOPICS:
        assert not contract.check_schema("Webhooks.Topics", topic)
    assert contract.check_schema("Webhooks.Topics", "wro.created")


def test_a_weight_in_grams_is_a_multiple_of_a_thousandth() -> None:
    schema = DecimalValidator({"multipleOf": 0.001})
    assert schema.is_valid(0.83)
    assert schema.is_valid(12)
    assert not schema.is_valid(0.8301)
