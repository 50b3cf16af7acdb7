"""The machinery of this layer: a real server, its job runner, a real browser."""

from __future__ import annotations

import time

from playwright.sync_api import Page

from hub.server.odoo_server import OdooServer

PATIENCE = 40  # the runner sleeps 5 s at its start


def test_the_web_client_opens_for_the_administrator(page: Page) -> None:
    assert page.locator(".o_main_navbar").is_visible()


def test_the_job_runner_runs_a_job(odoo_server: OdooServer) -> None:
    client = odoo_server.client()
    made = client.session.get(f"{odoo_server.base_url}/queue_job/create_test_job")
    uuid = made.text.removeprefix("job uuid: ").strip()
    deadline = time.monotonic() + PATIENCE
    state = None
    while state != "done" and time.monotonic() < deadline:
        time.sleep(0.2)
        (job,) = client.search_read("queue.job", [("uuid", "=", uuid)], ["state"])
        state = job["state"]
    assert state == "done"
