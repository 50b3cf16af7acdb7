"""Shipping again what was lost or broken: a draft with the same contents."""

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.guard import WAREHOUSE, button


class LogisticsParcel(models.Model):
    _inherit = "logistics.parcel"

    def _get_contents(self):
        """Return the move lines that are in this parcel, as far as Odoo knows.

        Without packages only a shipment of a single parcel is known; else all
        lines of the delivery are returned, for a person to look at.
        """
        lines = self.picking_id.move_line_ids
        packed = lines.filtered(
            lambda line: self.package_id and line.result_package_id == self.package_id
        )
        return packed or lines

    def _prepare_reshipment(self):
        """Return a draft that ships the contents again, free of charge.

        A quotation where a sales order is behind the delivery, else a delivery.
        """
        picking, lines = self.picking_id, self._get_contents()
        if not lines:
            raise UserError(
                self.env._("Nothing is known of the contents of %s.", self.display_name)
            )
        origin = self.env._(
            "%(document)s, parcel %(number)s",
            document=picking.sale_id.name or picking.name,
            number=self.tracking_number or self.name,
        )
        if picking.sale_id:
            return picking.sale_id.copy(
                {
                    "origin": origin,
                    "logistics_replaces_id": picking.id,
                    "order_line": [
                        fields.Command.create(_prepare_order_line(product, quantity))
                        for product, quantity in _sum_up(lines).items()
                    ],
                }
            )
        return picking.copy(
            {
                "origin": origin,
                "move_ids": [
                    fields.Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "product_uom": product.uom_id.id,
                            "location_id": picking.location_id.id,
                            "location_dest_id": picking.location_dest_id.id,
                        }
                    )
                    for product, quantity in _sum_up(lines).items()
                ],
            }
        )

    @button("read", WAREHOUSE)
    def action_reship(self):
        """Prepare the re-shipment by hand and open it."""
        self.ensure_one()
        self._check_warehouse_user()
        draft = self._prepare_reshipment()
        self.sudo().message_post(
            body=self.env._("A re-shipment is prepared: %s", draft._get_html_link())
        )
        return draft._get_records_action()


def _sum_up(lines):
    """Return {product: quantity in its own unit}."""
    quantities = {}
    for line in lines:
        product = line.product_id
        quantities[product] = quantities.get(product, 0) + line.quantity_product_uom
    return quantities


def _prepare_order_line(product, quantity):
    return {
        "product_id": product.id,
        "product_uom_qty": quantity,
        "product_uom_id": product.uom_id.id,
        "price_unit": 0.0,
    }
