"""Handlers whose effects can be counted from outside."""

from __future__ import annotations

from typing import Any

from odoo import models

from odoo.addons.logistics_core.errors import PermanentError, RemoteUnavailable

from ..crash import crash, is_cured, note


class LogisticsHandlerChaosFact(models.AbstractModel):
    _name = "logistics.handler.chaos_fact"
    _inherit = "logistics.handler"
    _description = "Handler: Chaos Fact"

    def _apply(self, items: list) -> None:
        backend_id = items[0][0].backend_id.id
        self._check_poison(backend_id, items)
        effects = self.env["chaos.effect"].create(
            [
                {
                    "backend_id": backend_id,
                    "external_id": message.external_id,
                    "key": fact.key,
                    "version": fact.revision,
                    "value": fact.value,
                }
                for message, fact in items
            ]
        )
        effects.flush_recordset()
        crash("inside_orm", backend_id)

    def _check_poison(self, backend_id: int, items: list) -> None:
        poisoned = [(m, f) for m, f in items if f.poison]
        if not poisoned or is_cured(backend_id):
            return
        if len(items) == 1:
            # The culprit itself: an attempt that counts.
            note("attempts", id=poisoned[0][0].external_id, backend=backend_id)
        message, fact = poisoned[0]
        if fact.poison == "transient":
            raise RemoteUnavailable(f"transient poison {message.external_id}")
        raise PermanentError(f"poison {message.external_id}")


class LogisticsHandlerChaosStock(models.AbstractModel):
    _name = "logistics.handler.chaos_stock"
    _inherit = "logistics.handler"
    _description = "Handler: Chaos Stock"

    def _apply(self, items: list) -> None:
        backend_id = items[0][0].backend_id.id
        moves = self.env["stock.move"].sudo().create(self._prepare_moves(items))
        moves._action_done()
        self.env.flush_all()
        crash("inside_orm", backend_id)

    def _prepare_moves(self, items: list) -> list[dict[str, Any]]:
        skus = {fact.sku for _message, fact in items}
        products = (
            self.env["product.product"].sudo().search([("default_code", "in", [*skus])])
        )
        by_sku = {product.default_code: product for product in products}
        warehouse = (
            self.env["stock.warehouse"]
            .sudo()
            .search([("company_id", "=", self.env.company.id)], limit=1)
        )
        customers = self.env.ref("stock.stock_location_customers").sudo()
        return [
            {
                "product_id": by_sku[fact.sku].id,
                "product_uom_qty": fact.quantity,
                "product_uom": by_sku[fact.sku].uom_id.id,
                "quantity": fact.quantity,
                "picked": True,
                "location_id": warehouse.lot_stock_id.id,
                "location_dest_id": customers.id,
                "company_id": warehouse.company_id.id,
                "origin": fact.reference,
            }
            for _message, fact in items
        ]


class LogisticsHandlerChaosOrder(models.AbstractModel):
    _name = "logistics.handler.chaos_order"
    _inherit = "logistics.handler"
    _description = "Handler: Chaos Order"
