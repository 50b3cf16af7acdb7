"""What the chaos program asks Odoo to prepare, over RPC."""

from __future__ import annotations

import base64
import json
from typing import Any

from odoo import api, fields, models

from odoo.addons.logistics_carrier.tools import file_reader
from odoo.addons.logistics_core.envelope import Envelope
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.guard import engine

from ..canonical import ChaosFact, ChaosOrder


class ChaosDriver(models.AbstractModel):
    _name = "chaos.driver"
    _description = "Chaos Driver"

    @api.model
    def make_products(self, skus: list[str], stock: int) -> bool:
        """Make storable products with an opening stock in the first warehouse."""
        products = self.env["product.product"].create(
            [
                {
                    "name": sku,
                    "default_code": sku,
                    "type": "consu",
                    "is_storable": True,
                    "weight": 0.5,
                    "list_price": 10,
                    "invoice_policy": "delivery",
                    "taxes_id": [fields.Command.clear()],
                }
                for sku in skus
            ]
        )
        location = self._get_warehouse().lot_stock_id
        for product in products:
            self.env["stock.quant"]._update_available_quantity(product, location, stock)
        return True

    def _get_warehouse(self) -> Any:
        return self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )

    @api.model
    def make_deliveries(
        self, backend_id: int, references: list[str], sku: str, released: bool = True
    ) -> bool:
        """Make ready deliveries of one piece each, as the partner knows them.

        :param released: as if the partner had accepted them; else they are
            released through the backend and its instructions are in the outbox
        """
        product = self.env["product.product"].search([("default_code", "=", sku)])
        partner = self._make_customer()
        pickings = self.env["stock.picking"].create(
            [self._prepare_delivery(name, product, partner) for name in references]
        )
        pickings.action_confirm()
        pickings.action_assign()
        backend = self.env["logistics.backend"].browse(backend_id)
        # The client that calls this could not write these fields itself.
        with engine():
            if not released:
                self._make_route(backend, pickings)
                pickings._logistics_release(backend)
                return True
            for picking, reference in zip(pickings, references, strict=True):
                picking.write(
                    {
                        "logistics_backend_id": backend.id,
                        "logistics_reference": reference,
                        "logistics_state": "accepted",
                    }
                )
        return True

    def _make_route(self, backend: Any, pickings: Any) -> None:
        """Route these deliveries alone: others of the program have no route."""
        self.env["logistics.route"].create(
            {
                "name": backend.name,
                "res_model": "stock.picking",
                "backend_id": backend.id,
                "type_id": self.env["logistics.message.type"]
                ._get("outbound_instruction")
                .id,
                "domain": f"[('id', 'in', {pickings.ids})]",
            }
        )

    def _prepare_delivery(self, reference: str, product: Any, partner: Any) -> dict:
        warehouse = self._get_warehouse()
        places = {
            "location_id": warehouse.lot_stock_id.id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
        }
        move = {"product_id": product.id, "product_uom_qty": 1, **places}
        return {
            "name": reference,
            "partner_id": partner.id,
            "picking_type_id": warehouse.out_type_id.id,
            "move_ids": [fields.Command.create(move)],
            **places,
        }

    def _make_customer(self) -> Any:
        return self.env["res.partner"].create(
            {
                "name": "Chaos customer",
                "street": "2200 West Fulton Street",
                "city": "Chicago",
                "zip": "60612",
                "country_id": self.env.ref("base.us").id,
                "state_id": self.env.ref("base.state_us_14").id,
            }
        )

    @api.model
    def flood(self, backend_id: int, prefix: str, count: int) -> bool:
        """Put so many facts into the inbox at once, each with a key of its own."""
        backend = self.env["logistics.backend"].browse(backend_id)
        envelopes = [
            Envelope(
                external_id=f"{prefix}-{number}",
                event="chaos_fact",
                ordering_key=f"{prefix}-{number}",
                payload=json.dumps(ChaosFact(f"{prefix}-{number}", 1, 0).to_dict()),
            )
            for number in range(count)
        ]
        new, _duplicates = self.env["logistics.message"]._receive(backend, envelopes)
        new.lane_id._ring_after_commit()
        return True

    @api.model
    def read_file(self, content: str, media_type: str) -> str:
        """Read a file as that of a carrier; return why it cannot be, or nothing."""
        try:
            file_reader.check(base64.b64decode(content), media_type)
        except InvalidMessage as error:
            return str(error)
        return ""

    @api.model
    def enqueue_orders(self, backend_id: int, references: list[str]) -> bool:
        """Write one outgoing message per reference, each with a key of its own."""
        backend = self.env["logistics.backend"].browse(backend_id)
        self.env["logistics.message"]._enqueue_many(
            backend,
            [
                {
                    "canonical": ChaosOrder(reference),
                    "record": backend,
                    "ordering_key": reference,
                    "external_id": reference,
                }
                for reference in references
            ],
        )
        return True
