"""Another product left than the one ordered: only once a person accepted it."""

from odoo import models

from odoo.addons.logistics_core.texts import _lt

from ..checks import iter_lines
from ..errors import Substitution


class LogisticsHandlerOutboundNotification(models.AbstractModel):
    _inherit = "logistics.handler.outbound_notification"

    def _check_substitution(self, backend, ordered, shipped):
        """Raise Substitution unless this one was accepted."""
        accepted = (
            self.env["logistics.value.map"]
            .sudo()
            .search_count(
                [
                    ("backend_id", "=", backend.id),
                    ("kind", "=", "substitution"),
                    ("odoo_value", "=", ordered),
                    ("external_value", "=", shipped),
                    ("state", "=", "approved"),
                ],
                limit=1,
            )
        )
        if not accepted:
            raise Substitution(
                _lt(
                    "The partner shipped %(shipped)s instead of %(ordered)s.",
                    shipped=shipped,
                    ordered=ordered,
                )
            )

    def _substitute(self, parts, sku):
        """Return the parts with moves of the product that really left.

        The demand moves over from the product that was ordered. Odoo adds the
        substitute to the sales order as a line of its own.
        """
        replaced, company = [], self.env.company
        product = self._find_product(company, sku)
        for move, quantity, lot in parts:
            taken = move.product_id.uom_id._compute_quantity(
                quantity, move.product_uom, round=False
            )
            substitute = self.env["stock.move"].create(
                self._prepare_substitute_vals(move, product, quantity)
            )
            move.product_uom_qty = max(move.product_uom_qty - taken, 0)
            substitute._action_confirm(merge=False)
            replaced.append((substitute, quantity, lot))
        return replaced

    def _prepare_substitute_vals(self, move, product, quantity):
        return {
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": quantity,
            "picking_id": move.picking_id.id,
            "picking_type_id": move.picking_type_id.id,
            "location_id": move.location_id.id,
            "location_dest_id": move.location_dest_id.id,
            "partner_id": move.partner_id.id,
            "company_id": move.company_id.id,
            "origin": move.origin,
            "reference_ids": [(6, 0, move.reference_ids.ids)],
            "logistics_line_id": move._get_logistics_line_id(),
        }

    def _get_substitutions(self, message, canonical):
        """Return {(ordered, shipped)} of a shipment that waits."""
        moves = self._get_message_moves(message, canonical)
        pairs = set()
        for line in iter_lines(canonical):
            found = self._match_moves(moves, line)
            if not found or self._is_same_product(found, moves, line.sku):
                continue
            pairs.add((found[0]._get_logistics_sku() or line.substitutes, line.sku))
        return pairs

    def _accept_substitutions(self, message, canonical):
        """Remember that these substitutions are fine at this partner."""
        backend = message.backend_id
        maps = self.env["logistics.value.map"]
        for ordered, shipped in self._get_substitutions(message, canonical):
            maps.create(
                {
                    "backend_id": backend.id,
                    "kind": "substitution",
                    "odoo_value": ordered,
                    "external_value": shipped,
                    "state": "approved",
                }
            )
