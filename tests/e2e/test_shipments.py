"""The main job, end to end: orders out, webhooks in, books that agree.

One run of the demo's scenario on real processes, then a look at the screens.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hub.server import odoo_server as servers
from hub.server import sandbox
from hub.testing.browser import BrowserSessions
from proof.scenarios.context import ScenarioContext
from proof.scenarios.shipments import scenario as shipments


@pytest.fixture(scope="module")
def played(
    running_odoo: servers.OdooServer, contracts_dir: object
) -> Iterator[dict[str, Any]]:
    partner = sandbox.start(name="e2e_shipments_sandbox")
    try:
        context = ScenarioContext(
            running_odoo, running_odoo.client(), partner, contracts=True, say=print
        )
        yield shipments.run(context)
    finally:
        partner.stop()


@pytest.fixture
def page(
    browser: BrowserSessions, played: dict[str, Any], odoo_server: servers.OdooServer
) -> Page:
    return browser.login(odoo_server)


def find(server: servers.OdooServer, model: str, domain: list) -> int:
    return server.client().search_read(model, domain, ["id"], limit=1)[0]["id"]


def test_the_books_agree_and_no_request_breaks_the_contract(
    played: dict[str, Any],
) -> None:
    assert played["problems"] == []
    assert played["ok"]
    assert played["contract_violations"] == 0
    assert len(played["orders"]) >= 12
    assert played["partner_requests"] > len(played["orders"])


def test_each_order_tells_its_outcome_and_timeline(played: dict[str, Any]) -> None:
    outcomes = [order["outcome"] for order in played["orders"]]
    assert outcomes.count("shipped") == 12
    assert outcomes.count("cancelled") == outcomes.count("rejected") == 1
    for order in played["orders"]:
        assert {"name", "picking_state", "invoice_state", "lots"} <= order.keys()
        assert order["timeline"][0]["direction"] == "out"
        if order["outcome"] == "shipped":
            assert order["tracking"], order["name"]
            assert order["invoice_state"] == "invoiced", order["name"]


def test_from_an_order_to_its_messages_an_attempt_and_back(
    page: Page, odoo_server: servers.OdooServer
) -> None:
    order = find(odoo_server, "sale.order", [("client_order_ref", "=", "PO-1012")])
    page.goto(f"{odoo_server.base_url}/odoo/sales/{order}")
    page.locator("button[name=action_view_logistics_messages]").click()
    page.get_by_role("cell", name="Shipping instruction").first.click()
    expect(page.locator(".o_form_view")).to_contain_text("Attempts")
    page.get_by_role("row", name="POST").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("reference_id")
    expect(dialog).not_to_contain_text("sandbox-token")
    dialog.get_by_role("button", name="Close").first.click()
    page.locator("button[name=action_view_document]").click()
    expect(page.locator(".o_form_view")).to_contain_text("SBC/OUT/")


def test_the_exceptions_dashboard_names_cause_and_remedy(
    page: Page, odoo_server: servers.OdooServer
) -> None:
    action = "logistics_core.logistics_exception_action"
    page.goto(f"{odoo_server.base_url}/odoo/action-{action}")
    card = page.locator(".o_kanban_record", has_text="Rejected by the partner").first
    expect(card).to_contain_text("could not be validated")
    card.click()
    form = page.locator(".o_form_view")
    expect(form).to_contain_text("What to do")
    expect(page.get_by_role("button", name="Retry", exact=True)).to_be_visible()


def test_the_customer_sees_the_tracking_in_the_portal(
    page: Page, odoo_server: servers.OdooServer
) -> None:
    order = find(odoo_server, "sale.order", [("client_order_ref", "=", "PO-1005")])
    page.goto(f"{odoo_server.base_url}/my/orders/{order}")
    expect(page.locator("body")).to_contain_text("USPS")
