"""Orders: their goods as a carrier gets them, and their shipments."""

from odoo import fields, models

from odoo.addons.logistics_core.guard import button


class SaleOrder(models.Model):
    _inherit = "sale.order"

    logistics_shipment_ids = fields.One2many(
        "logistics.shipment", compute="_compute_logistics_shipments", string="Shipments"
    )
    logistics_shipment_count = fields.Integer(compute="_compute_logistics_shipments")

    def _compute_logistics_shipments(self):
        for order in self:
            order.logistics_shipment_ids = order.picking_ids.logistics_shipment_ids
            order.logistics_shipment_count = len(order.logistics_shipment_ids)

    def _logistics_get_goods(self):
        return self.order_line.filtered(
            lambda line: (
                not line.is_delivery
                and not line.display_type
                and line.product_id.type == "consu"
                and line.product_uom_qty > 0
            )
        )

    def _logistics_get_weight(self):
        """Return the weight to ship in kilograms, as the person corrected it."""
        weight = (
            self.env.context.get("order_weight")
            or self.shipping_weight
            or self._get_estimated_weight()
        )
        return self.env["product.template"]._logistics_to_kg(weight)

    @button("read")
    def action_view_logistics_shipments(self):
        """Open the shipments of this order."""
        self.ensure_one()
        return self.logistics_shipment_ids._get_view_action()
