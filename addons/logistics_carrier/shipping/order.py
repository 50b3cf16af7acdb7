"""Orders: their goods as a carrier gets them, and their shipments."""

from odoo import fields, models
from odoo.tools import float_compare

from odoo.addons.logistics_core.guard import button

from ..tools.units import to_exact


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
        """Return the weight to ship in kilograms, as the person corrected it.

        What has no weight counts as the warehouse says.
        """
        weight = self._logistics_get_told_weight()
        known = self.env["product.template"]._logistics_to_kg(weight)
        each = to_exact(self.warehouse_id.carrier_default_weight)
        return known + each * sum(
            to_exact(
                line.product_uom_id._compute_quantity(
                    line.product_uom_qty, line.product_id.uom_id, round=False
                )
            )
            for line in self._logistics_get_unweighed()
        )

    def _logistics_get_told_weight(self):
        return (
            self.env.context.get("order_weight")
            or self.shipping_weight
            or self._get_estimated_weight()
        )

    def _logistics_get_unweighed(self):
        """Return the lines of goods without a weight, unless a person weighed all."""
        estimate = self._get_estimated_weight()
        if float_compare(self._logistics_get_told_weight(), estimate, 6):
            return self.order_line.browse()
        return self._logistics_get_goods().filtered(lambda li: not li.product_id.weight)

    def _logistics_find_weight_gap(self):
        """Return a sentence: what must be weighed before this is rated; or None."""
        if self.warehouse_id.carrier_default_weight:
            return None
        products = self._logistics_get_unweighed().product_id
        return products._logistics_tell_unweighed() if products else None

    @button("read")
    def action_view_logistics_shipments(self):
        """Open the shipments of this order."""
        self.ensure_one()
        return self.logistics_shipment_ids._get_view_action()


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _logistics_get_unit_value(self):
        """Return the untaxed price, after discounts, of one of the product's unit.

        A Decimal that is not rounded: a thousand screws for 14.90 cost 0.0149 each.
        """
        unit = self.product_id.uom_id
        ordered = self.product_uom_id._compute_quantity(
            self.product_uom_qty, unit, round=False
        )
        if ordered:
            return to_exact(self.price_subtotal) / to_exact(ordered)
        # What was added to the delivery has a price, but nothing was ordered of it.
        price = self.price_unit * (1 - (self.discount or 0.0) / 100)
        taxes = self.tax_ids.with_context(round=False).compute_all(
            price, self.currency_id, 1.0, self.product_id, self.order_partner_id
        )
        price = taxes["total_excluded"]
        return to_exact(self.product_uom_id._compute_price(price, unit))
