"""What the customer pays for a delivery whose method bills the real cost.

The order carries the cost of each delivery once: of the label that is live now, not of
those that were voided, lost or replaced. It is computed again whenever a label comes
or goes. What is invoiced stays as it is; a line of its own carries the difference and
waits to be invoiced, or credited.
"""

from odoo import fields, models

from odoo.addons.logistics_core.translation import translated

from ..connectors.currency import ACTIVATE
from .shipment import LIVE_STATES


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    logistics_picking_id = fields.Many2one(
        "stock.picking",
        string="Delivery",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The delivery whose real shipping cost this line carries.",
    )
    logistics_cost = fields.Float(
        string="Cost of the label",
        readonly=True,
        copy=False,
        help="The price as the hub wrote it. Another one was typed by a person.",
    )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    logistics_replaces_id = fields.Many2one(
        "stock.picking",
        string="Ships again",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The delivery that was lost or damaged. The customer has paid for its"
        " shipping, and does not pay again.",
    )


class StockPicking(models.Model):
    _inherit = "stock.picking"

    # A backorder is a copy, and has no label yet.
    carrier_price = fields.Float(copy=False)

    def _logistics_update_price(self):
        """Note what the label costs; on the order where real cost is billed."""
        for picking in self.sudo():
            if gap := picking._logistics_find_price_gap():
                # The label is bought; its price is added once it can be converted.
                picking._message_log(
                    body=self.env._(
                        "%(cause)s The shipping cost on the order is left as it is."
                        " %(remedy)s",
                        cause=translated(self.env, gap),
                        remedy=translated(self.env, ACTIVATE),
                    )
                )
                continue
            price = picking._logistics_get_price()
            if picking._logistics_is_ours():
                picking.carrier_price = price
            picking._logistics_bill_cost(price)

    def _logistics_find_price_gap(self):
        """Return why the cost of the label cannot be converted, or None."""
        shipment, ours = self._logistics_get_charged_shipment(), self.company_id
        if not shipment.expected_cost:
            return None
        currency = self.sale_id.currency_id or ours.currency_id
        theirs = shipment.currency_id or currency
        return None if theirs == currency else (theirs | currency)._find_gap(ours)

    def _logistics_get_price(self):
        """Return what the customer pays for this delivery, in the order's currency."""
        carrier, order = self.carrier_id, self.sale_id
        shipment = self._logistics_get_charged_shipment()
        is_paid = self._logistics_is_ours() and not order.logistics_replaces_id
        if not shipment or not is_paid or self._logistics_is_free():
            return 0.0
        currency = order.currency_id or self.company_id.currency_id
        cost = (shipment.currency_id or currency)._convert_known(
            shipment.expected_cost,
            currency,
            self.company_id,
            shipment.ship_date or fields.Date.context_today(self),
        )
        return currency.round(carrier._apply_margins(cost, order))

    def _logistics_get_charged_shipment(self):
        """Return the newest live outbound shipment whose label we bought.

        What is lost or came back and was shipped again is not paid for twice.
        """
        return self.logistics_shipment_ids.filtered(
            lambda s: (
                s.direction == "outbound"
                and s.state in LIVE_STATES
                # Not labelled yet, or by a warehouse partner: no cost is known.
                and (s.external_id or s.expected_cost)
            )
        ).sorted("id")[-1:]

    def _logistics_is_free(self):
        carrier, order = self.carrier_id, self.sale_id
        if not (carrier.free_over and order):
            return False
        amount = order._compute_amount_total_without_delivery()
        amount = carrier._compute_currency(order, amount, "pricelist_to_company")
        return amount >= carrier.amount

    def _add_delivery_cost_to_so(self):
        """Odoo adds the cost each time that it is called; ours is there once."""
        if not self._logistics_is_ours():
            return super()._add_delivery_cost_to_so()
        return self.sudo()._logistics_bill_cost(self.carrier_price)

    def _logistics_bill_cost(self, price):
        """Let the lines of this delivery on its order sum up to a price.

        :param price: in the order's currency, with margins
        """
        carrier, order = self.carrier_id, self.sale_id
        if not order:
            return
        is_real = self._logistics_is_ours() and carrier.invoice_policy == "real"
        lines = order.order_line.filtered(
            lambda line: line.logistics_picking_id == self
        )
        if is_real and not lines:
            lines = self._get_matching_delivery_lines()[:1]
        invoiced = lines.filtered("qty_invoiced")
        earlier = sum(line.price_unit * line.product_uom_qty for line in invoiced)
        rest = order.currency_id.round((price if is_real else 0.0) - earlier)
        is_new = self._logistics_set_line(lines - invoiced, rest, bool(invoiced))
        if is_new and invoiced:
            self._logistics_tell_difference(earlier, rest)

    def _get_matching_delivery_lines(self):
        """A line that is invoiced, or another delivery's, is not ours to fill."""
        lines = super()._get_matching_delivery_lines()
        if not self._logistics_is_ours():
            return lines
        return lines.filtered(
            lambda line: not line.qty_invoiced and not line.logistics_picking_id
        )

    def _logistics_set_line(self, lines, amount, is_difference):
        """Let one of these lines carry an amount; return whether that is new."""
        order = self.sale_id
        if typed := self._logistics_get_typed(lines):
            self._logistics_tell_typed(typed, amount)
            return False
        # The method may have been taken off the delivery since.
        carrier = self.carrier_id or self.logistics_shipment_ids.carrier_id[:1]
        product = carrier.product_id
        kept = lines.filtered(lambda line: line.product_id == product)[:1]
        is_over = is_difference and not amount
        is_same = not order.currency_id.compare_amounts(kept.price_unit, amount)
        if kept and is_same and not is_over:
            (lines - kept).unlink()
            return False
        if order.locked or is_over:
            # Odoo lets nobody change a line of a locked order, but replace it.
            lines = lines.filtered("logistics_picking_id")
            kept = kept.browse()
        (lines - kept).unlink()
        if not (kept or amount):
            return False
        vals = self._prepare_logistics_cost_line(carrier, amount, is_difference)
        if kept:
            kept.write(vals)
        else:
            kept.create({**order._prepare_delivery_line_vals(carrier, amount), **vals})
        return True

    def _prepare_logistics_cost_line(self, carrier, amount, is_difference):
        carrier = carrier.with_context(lang=self.partner_id.lang)
        name = carrier.name
        if is_difference:
            name = carrier.env._(
                "%(method)s: difference to the amount invoiced", method=name
            )
        return {
            **self._prepare_sale_delivery_line_vals(),
            "name": name,
            "price_unit": amount,
            "logistics_picking_id": self.id,
            "logistics_cost": amount,
        }

    def _logistics_get_typed(self, lines):
        """Return those of our lines whose price a person changed."""
        compare = self.sale_id.currency_id.compare_amounts
        return lines.filtered(
            lambda line: (
                line.logistics_picking_id
                and compare(line.price_unit, line.logistics_cost)
            )
        )

    def _logistics_tell_typed(self, lines, amount):
        show = self.sale_id.currency_id.format
        self.sale_id._message_log(
            body=self.env._(
                "Shipping of %(delivery)s now costs %(cost)s. The price %(price)s was"
                " entered by a person, and stays.",
                delivery=self.name,
                cost=show(amount),
                price=show(sum(lines.mapped("price_unit"))),
            )
        )

    def _logistics_tell_difference(self, earlier, rest):
        order = self.sale_id
        show = order.currency_id.format
        order._message_log(
            body=self.env._(
                "Shipping of %(delivery)s now costs %(cost)s, and %(earlier)s is"
                " invoiced. A line with the difference of %(rest)s is added: invoice"
                " or credit it.",
                delivery=self.name,
                cost=show(earlier + rest),
                earlier=show(earlier),
                rest=show(rest),
            )
        )
