"""What a delivery says and its partner does not read: said on the delivery."""

from odoo import api, fields, models

from ..const import INSTRUCTION


class StockPicking(models.Model):
    _inherit = "stock.picking"

    logistics_unread = fields.Char(
        string="Not read by the partner", compute="_compute_logistics_unread"
    )

    @api.depends(
        "priority",
        "note",
        "sale_id.logistics_note",
        "sale_id.logistics_gift_message",
        "sale_id.client_order_ref",
        "sale_id.commitment_date",
        "logistics_backend_id",
    )
    def _compute_logistics_unread(self):
        """Name what stays in Odoo, for the partner that has or will get it."""
        waiting = self.filtered(
            lambda p: (
                p.picking_type_code == "outgoing" and p.state not in ("done", "cancel")
            )
        )
        (self - waiting).logistics_unread = False
        routed = {}
        free = waiting.filtered(lambda p: not p.logistics_backend_id)
        none = self.env["logistics.route"].sudo()
        for route, pickings in none._find_routes(free._origin, INSTRUCTION).items():
            routed |= dict.fromkeys(pickings, route)
        for picking in waiting:
            route = routed.get(picking._origin) or picking.sudo().logistics_route_id
            backend = picking.sudo().logistics_backend_id or route.backend_id
            picking.logistics_unread = picking._get_logistics_unread(backend, route)

    def _get_logistics_unread(self, backend, route):
        """Return the sentence for one delivery, or False."""
        if not backend:
            return False
        order = self.sale_id
        said = {
            "priority": self.priority == "1" and self.env._("the priority"),
            "notes": self._get_logistics_notes() and self.env._("the note"),
            "gift_message": order.logistics_gift_message
            and self.env._("the gift message"),
            "customer_reference": order.client_order_ref
            and self.env._("the customer's reference"),
            "dates": order.commitment_date and self.env._("the promised date"),
        }
        reads = backend._get_connector()._get_reads(backend, route)
        names = [text for part, text in said.items() if text and part not in reads]
        if not names:
            return False
        return self.env._(
            "%(partner)s does not read %(parts)s: it stays in Odoo.",
            partner=backend.name,
            parts=", ".join(names),
        )
