"""The go-live itself, as an integration manager does it: checklist, cut-over, start."""

from __future__ import annotations

from typing import Any

from hub.server.odoo_client import OdooError

from ..shipments.data import TOKEN
from ..waiting import wait_until
from .world import World


class Connection:
    """One connection to the partner, and what a manager does with it."""

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.client = world.client
        [self.id] = self.client.create(
            "logistics.backend",
            {
                "name": name,
                "connector": "shipbob",
                "environment": "sandbox",
                "base_url": world.partner.dialect_url("shipbob"),
                "allow_private_network": True,
                "shipbob_token": TOKEN,
                "timeout": 5,
            },
        )

    def press(self, button: str) -> Any:
        """Press a button of the connection's form."""
        return self.client.call("logistics.backend", button, [self.id])

    def set_up(self) -> None:
        """Test, fetch the lists, choose from them."""
        answer = self.press("action_test_connection")
        if answer["params"]["type"] != "success":
            raise RuntimeError(answer["params"]["message"])
        self.press("action_fetch_choices")
        [service] = self.client.search_read(
            "logistics.choice",
            [
                ("backend_id", "=", self.id),
                ("kind", "=", "carrier_service"),
                ("code", "=", "Standard"),
            ],
            ["code"],
        )
        rows = self.client.create(
            "logistics.value.map",
            {
                "backend_id": self.id,
                "kind": "carrier_service",
                "odoo_value": "Ground",
                "external_value": service["code"],
            },
        )
        self.client.call("logistics.value.map", "action_approve", rows)

    def add_route(self, sequence: int = 10) -> int:
        """Send the warehouse's deliveries here from now on."""
        [route] = self.client.create(
            "logistics.route",
            {
                "name": f"Deliveries to {self.id}",
                "sequence": sequence,
                "res_model": "stock.picking",
                "type_id": self.client.ref("logistics_core.type_outbound_instruction"),
                "warehouse_id": self.world.warehouse,
                "backend_id": self.id,
            },
        )
        return route

    def is_start_refused(self) -> bool:
        """Press *Start*; return whether it is refused."""
        try:
            self.press("action_start")
        except OdooError:
            return True
        return False

    def open_steps(self) -> dict[str, str]:
        """Return {step: state} of the checklist."""
        action = self.press("action_open_start")
        lines = self.client.search_read(
            "logistics.start.step",
            [("start_id", "=", action["res_id"])],
            ["code", "state"],
        )
        return {line["code"]: line["state"] for line in lines}

    def decide(self, world: World) -> dict[str, int]:
        """Look up, look at what will happen, decide for the rest, apply."""
        adoption = self.press("action_adopt_deliveries")["res_id"]
        self.client.call("logistics.adoption", "action_look_up", [adoption])
        lines = self.client.search_read(
            "logistics.adoption.line",
            [("adoption_id", "=", adoption)],
            ["picking_id", "decision", "outlook"],
        )
        stay = {p["id"] for p in world.pickings(world.of("stays"))}
        ids = [line["id"] for line in lines if line["picking_id"][0] in stay]
        if ids:
            self.client.write("logistics.adoption.line", ids, {"decision": "stay"})
        self.client.call("logistics.adoption", "action_rest_sent", [adoption])
        self.client.call("logistics.adoption", "action_apply", [adoption])
        groups: dict[str, int] = {}
        for line in self.client.search_read(
            "logistics.adoption.line",
            [("adoption_id", "=", adoption)],
            ["decision", "result"],
        ):
            result = (line["result"] or "").split(":")[0]
            groups[f"{line['decision']} {result}"] = (
                groups.get(f"{line['decision']} {result}", 0) + 1
            )
        return groups

    def poll(self, operation: str) -> None:
        """Press “Poll now”, and wait for its end."""
        domain = [("backend_id", "=", self.id), ("operation", "=", operation)]
        [poll] = self.client.search_read("logistics.poll", domain, ["last_run_at"])
        before = poll["last_run_at"]
        self.client.call("logistics.poll", "action_run", [poll["id"]])
        wait_until(
            f"{operation} polled",
            lambda: (
                self.client.read("logistics.poll", [poll["id"]], ["last_run_at"])[0][
                    "last_run_at"
                ]
                != before
            ),
            300,
        )
        self.wait_idle()

    def count_opening_stock(self) -> int:
        """Take the partner's count over, and approve it; return the differences."""
        self.poll("inventory")
        opening = self.press("action_opening_stock")["res_id"]
        count = self.client.call(
            "logistics.opening.stock.line",
            "search_count",
            [("opening_id", "=", opening)],
        )
        if count:
            action = self.client.call(
                "logistics.opening.stock", "action_prepare", [opening]
            )
            [(_field, _operator, quants)] = action["domain"]
            self.client.call("stock.quant", "action_apply_inventory", quants)
        return int(count)

    def wait_idle(self, patience: float = 900) -> None:
        """Wait until nothing is under way that is not stuck behind a failure."""

        def keys(*states: str) -> set[str]:
            domain = [("backend_id", "=", self.id), ("state", "in", states)]
            rows = self.client.search_read(
                "logistics.message", domain, ["ordering_key"]
            )
            return {row["ordering_key"] for row in rows}

        wait_until(
            "all messages processed",
            lambda: (
                not keys("pending", "in_progress", "retrying", "deferred")
                - keys("dead", "invalid")
            ),
            patience,
        )
