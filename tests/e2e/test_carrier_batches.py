"""A wave bought as one batch: real processes, threads and cut sockets."""

from __future__ import annotations

from hub.server import odoo_server as servers
from hub.server import sandbox
from partner_sandbox.client import Sandbox
from proof.scenarios.carriers.data import prepare
from proof.scenarios.carriers.desk import Desk
from proof.scenarios.carriers.plan import make_wave
from proof.scenarios.context import ScenarioContext

SIZE = 12
CARRIER = "shipengine"


def cut_answers(partner: Sandbox) -> list[int]:
    """Cut the answers to the making of shipments and of the batch, once each."""
    return partner.rules(
        *(
            {
                "action": "timeout_after_commit",
                "mode": "cut",
                "dialect": CARRIER,
                "method": "POST",
                "path": path,
                "times": 1,
            }
            for path in ("^/v1/shipments$", "^/v1/batches$")
        )
    )


def test_a_wave_is_one_batch_although_its_answers_are_cut_off(
    running_odoo: servers.OdooServer, contracts_dir: object
) -> None:
    process = sandbox.start(name="e2e_batches_sandbox")
    try:
        partner = Sandbox(process.url, contracts=True)
        partner.settings(mode="manual")
        client = running_odoo.client()
        context = ScenarioContext(running_odoo, client, process, True, print)
        data = prepare(context, partner, [CARRIER])
        options = {"batch_labels": True, "batch_from": 2}
        client.write("logistics.backend", [data.backends[CARRIER]], options)
        desk = Desk(client, partner, data)
        orders = desk.enter(make_wave(SIZE, [CARRIER]))
        desk.pack(orders)
        assert len(cut_answers(partner)) == 2
        assert desk.buy(orders) == []
        batches = client.search_read(
            "logistics.carrier.batch",
            [],
            ["state", "shipment_count", "completed_count"],
        )
        assert {batch["state"] for batch in batches} == {"done"}
        assert sum(batch["shipment_count"] for batch in batches) == SIZE
        assert sum(batch["completed_count"] for batch in batches) == SIZE
        books = partner.carrier_books(CARRIER)[CARRIER]
        assert books["live_labels"] == sum(order.plan.parcels for order in orders)
        assert not books["duplicates"]
        assert not books["orphans"]
        asked = [
            (r["method"], r["path"].rpartition("/")[2])
            for r in partner.requests()["items"]
        ]
        assert asked.count(("POST", "batches")) == len(batches)
        assert ("POST", "labels") not in asked
        assert not partner.violations()["items"]
    finally:
        process.stop()
