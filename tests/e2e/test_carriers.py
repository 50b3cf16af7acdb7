"""A small wave over all carriers, end to end: books that agree, labels bought once.

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
from proof.scenarios.carriers import scenario as carriers
from proof.scenarios.context import ScenarioContext

SIZE = 16


@pytest.fixture(scope="module")
def played(
    running_odoo: servers.OdooServer, contracts_dir: object
) -> Iterator[dict[str, Any]]:
    partner = sandbox.start(name="e2e_carriers_sandbox")
    try:
        context = ScenarioContext(
            running_odoo, running_odoo.client(), partner, contracts=True, say=print
        )
        yield carriers.play(context, SIZE)
    finally:
        partner.stop()


@pytest.fixture
def page(
    browser: BrowserSessions, played: dict[str, Any], odoo_server: servers.OdooServer
) -> Page:
    return browser.login(odoo_server)


def test_each_parcel_has_one_live_label_and_is_delivered_or_explained(
    played: dict[str, Any],
) -> None:
    assert played["problems"] == []
    assert played["duplicate_labels"] == played["orphan_labels"] == 0
    assert played["unexplained"] == played["contract_violations"] == 0
    assert played["live_labels"] == played["parcels"] > SIZE
    assert played["delivered"] + played["explained"] == played["parcels"]
    assert played["ok"]


def test_most_parcels_are_delivered_with_a_proof(played: dict[str, Any]) -> None:
    assert played["delivered"] > played["explained"]
    assert played["proofs"] == played["delivered"]


def test_a_lost_parcel_waits_for_a_person_with_its_remedy(
    page: Page, odoo_server: servers.OdooServer
) -> None:
    action = "logistics_core.logistics_exception_action"
    page.goto(f"{odoo_server.base_url}/odoo/action-{action}")
    card = page.locator(".o_kanban_record", has_text="Parcel lost").first
    card.click()
    form = page.locator(".o_form_view")
    expect(form).to_contain_text("File a claim with the carrier")
