"""Invoices and charges: what was done is billed, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sandbox_support import VendorClient

from partner_sandbox.client import Sandbox

pytestmark = pytest.mark.usefixtures("clean")
Json = dict[str, Any]
INVOICES = "/invoices"


@pytest.fixture
def shipments(sandbox: Sandbox, vendor: VendorClient) -> list[str]:
    """Two orders that left, one that did not; ids of what left."""
    sandbox.catalogue({"sku": "PEN", "name": "Pen", "quantity": 100})
    for reference, quantity in (("SO1", 2), ("SO2", 4), ("SO3", 1)):
        vendor.order(reference, ("PEN", quantity))
    for reference in ("SO1", "SO2"):
        sandbox.run(reference)
    orders = [sandbox.order(reference) for reference in ("SO1", "SO2")]
    return [str(order["shipments"][0]["id"]) for order in orders]


def charges(vendor: VendorClient, invoice: Json, **query: Any) -> list[Json]:
    """The charges of an invoice, page after page."""
    path = f"{INVOICES}/{invoice['invoice_id']}/transactions"
    page = vendor.get(path, **query)
    found = page["items"]
    while page["next"]:
        page = vendor.get(path, Cursor=page["next"])
        found += page["items"]
    return list(found)


def test_what_left_is_billed_once(
    sandbox: Sandbox, vendor: VendorClient, shipments: list[str]
) -> None:
    sandbox.bill()
    (invoice,) = vendor.get(INVOICES)["items"]
    assert (invoice["invoice_type"], invoice["currency_code"]) == ("Shipping", "USD")
    found = charges(vendor, invoice)
    assert {t["reference_id"] for t in found} == set(shipments)
    assert {t["reference_type"] for t in found} == {"Shipment"}
    assert sum(t["amount"] for t in found) == pytest.approx(invoice["amount"])
    # 6.40 and 0.15 each, 0.25 each to pick; six pens.
    assert invoice["amount"] == pytest.approx(2 * 6.40 + 6 * 0.40)
    assert sandbox.bill() == []
    assert len(vendor.get(INVOICES)["items"]) == 1


def test_charges_come_in_pages(
    sandbox: Sandbox, vendor: VendorClient, shipments: list[str]
) -> None:
    (invoice,) = sandbox.bill()
    up = charges(vendor, invoice, PageSize=1, SortOrder="Ascending")
    assert len(up) == 4
    assert up == charges(vendor, invoice, PageSize=3)[::-1]
    whole = vendor.get(f"{INVOICES}/{invoice['invoice_id']}/transactions")
    assert (whole["next"], whole["prev"], whole["first"]) == (None, None, None)


def test_a_late_charge_shows_once_it_is_there(
    sandbox: Sandbox, vendor: VendorClient, shipments: list[str]
) -> None:
    (invoice,) = sandbox.bill(late=1)
    assert len(charges(vendor, invoice)) == 3
    sandbox.complete_invoice(invoice["invoice_id"])
    assert len(charges(vendor, invoice)) == 4


def test_each_kind_has_its_invoice(sandbox: Sandbox, vendor: VendorClient) -> None:
    storage = {"fee": "Warehousing Fee", "invoice_type": "WarehouseStorage"}
    storage |= {"amount": "12.50", "reference_type": "FC", "reference_id": "10"}
    credit = {"type": "Credit", "invoice_type": "Credits", "amount": -3, "tax": 20}
    sandbox.bill(charges=[storage, credit], currency="EUR", date="2026-11-02")
    query = {"FromDate": "2026-11-01T00:00:00Z", "ToDate": "2026-11-03T00:00:00Z"}
    kinds = {i["invoice_type"]: i for i in vendor.get(INVOICES, **query)["items"]}
    assert kinds["WarehouseStorage"]["amount"] == 12.5
    assert kinds["Credits"]["amount"] == pytest.approx(-3.6)
    assert {i["currency_code"] for i in kinds.values()} == {"EUR"}
    (only,) = vendor.get(INVOICES, InvoiceTypes="Credits", **query)["items"]
    assert only == kinds["Credits"]
    assert vendor.get(INVOICES, FromDate="2026-11-03T00:00:00Z")["items"] == []


def test_charges_are_found_by_what_they_are_about(
    sandbox: Sandbox, vendor: VendorClient, shipments: list[str]
) -> None:
    def find(**wanted: Any) -> list[Json]:
        return list(vendor.post("/transactions:query", wanted)["items"])

    assert len(find(invoiced_status=False)) == 4
    (invoice,) = sandbox.bill()
    assert find(invoiced_status=False) == []
    number = str(invoice["invoice_id"])
    assert len(find(invoice_ids=[number], reference_ids=shipments[:1])) == 2
    assert len(find(transaction_fees=["Shipping"], reference_types=["Shipment"])) == 2
    assert find(transaction_types=["Refund"]) == []
    later = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    assert find(from_date=later, to_date=later) == []
    page = vendor.post("/transactions:query", {"page_size": 3})
    rest = vendor.call("POST", "/transactions:query", None, Cursor=page["next"])
    assert len(rest["items"]) == 1


def test_fees_are_listed(vendor: VendorClient) -> None:
    assert "Shipping" in vendor.get("/transaction-fees")["fee_list"]


def test_what_makes_no_sense_is_refused(vendor: VendorClient) -> None:
    vendor.get("/invoices/5/transactions", status=404)
    vendor.get(INVOICES, status=422, PageSize=1001)
    vendor.get(INVOICES, status=422, SortOrder="Up")
    vendor.get(INVOICES, status=400, Cursor="nothing")
