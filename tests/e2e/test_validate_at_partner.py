"""A delivery that the partner has: its primary button, and the question first."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hub.server.database import Databases
from hub.server.odoo_server import OdooServer


@pytest.fixture
def delivery(odoo_server: OdooServer, databases: Databases, width: int) -> int:
    """A reserved delivery that a partner has accepted."""
    client = odoo_server.client()
    (product,) = client.create("product.product", [{"name": "Mug", "type": "consu"}])
    (customer,) = client.create("res.partner", [{"name": "A customer"}])
    (order,) = client.create(
        "sale.order",
        [
            {
                "partner_id": customer,
                "order_line": [(0, 0, {"product_id": product, "product_uom_qty": 2})],
            }
        ],
    )
    client.call("sale.order", "action_confirm", [order])
    (found,) = client.search_read("stock.picking", [("sale_id", "=", order)], ["id"])
    (backend,) = client.create(
        "logistics.backend",
        [{"name": f"Partner {width}", "base_url": "https://wms.example.com"}],
    )
    # What the engine writes once the partner has accepted; no client may.
    databases.sql(
        f"update stock_picking set logistics_backend_id = {backend},"
        f" logistics_reference = 'E2E/{width}', logistics_state = 'accepted'"
        f" where id = {found['id']}",
        odoo_server.database,
    )
    return found["id"]


@pytest.mark.parametrize("width", [1400, 390])
def test_validating_what_the_partner_has_asks_first(
    page: Page, odoo_server: OdooServer, delivery: int, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{odoo_server.base_url}/odoo/deliveries/{delivery}")
    page.locator(".o_form_view").wait_for(timeout=90_000)  # bundles are made now
    expect(page.locator(".o_form_view")).to_contain_text("Its shipment validates it")
    _picture(page, f"delivery-{width}")
    if width < 500:
        page.locator(".o_form_statusbar button:has(.oi-ellipsis-v)").click()
    page.get_by_text("Validate without the partner").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("the goods may leave twice")
    _picture(page, f"question-{width}")
    dialog.get_by_role("button", name="Wait for the partner").click()
    expect(dialog).to_have_count(0)


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")
