"""What shipments and deliveries cost: expected, billed, and left of the price."""

from odoo import fields, models

from odoo.addons.logistics_core.guard import button

WHO = "account.group_account_invoice,logistics_core.group_integration_manager"


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    freight_line_count = fields.Integer(compute="_compute_freight", groups=WHO)
    freight_billed = fields.Monetary(
        string="Freight billed",
        compute="_compute_freight",
        currency_field="company_currency_id",
        groups=WHO,
    )
    freight_difference = fields.Monetary(
        string="Freight difference",
        compute="_compute_freight",
        currency_field="company_currency_id",
        groups=WHO,
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )

    def _compute_freight(self):
        sums = {
            shipment: values
            for shipment, *values in self.env["logistics.freight.invoice.line"]
            .sudo()
            ._read_group(
                [("shipment_id", "in", self.ids)],
                ["shipment_id"],
                ["__count", "amount_company:sum", "difference_company:sum"],
            )
        }
        for shipment in self:
            count, billed, difference = sums.get(shipment, (0, 0, 0))
            shipment.freight_line_count = count
            shipment.freight_billed = billed
            shipment.freight_difference = difference

    @button("read")
    def action_view_freight(self):
        """Open what the carrier billed for these shipments."""
        return _get_action(self.env, [("shipment_id", "in", self.ids)])


class StockPicking(models.Model):
    _inherit = "stock.picking"

    logistics_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Freight currency"
    )
    logistics_freight_count = fields.Integer(
        compute="_compute_logistics_freight", groups=WHO
    )
    logistics_freight_expected = fields.Monetary(
        string="Freight expected",
        compute="_compute_logistics_freight",
        currency_field="logistics_currency_id",
        groups=WHO,
    )
    logistics_freight_billed = fields.Monetary(
        string="Freight billed",
        compute="_compute_logistics_freight",
        currency_field="logistics_currency_id",
        groups=WHO,
    )
    logistics_freight_margin = fields.Monetary(
        string="Freight margin",
        compute="_compute_logistics_freight",
        currency_field="logistics_currency_id",
        help="The delivery's shipping price, less what the carrier billed.",
        groups=WHO,
    )

    def _compute_logistics_freight(self):
        lines = self.env["logistics.freight.invoice.line"].sudo()
        sums = {
            picking: values
            for picking, *values in lines._read_group(
                [("picking_id", "in", self.ids)],
                ["picking_id"],
                ["__count", "amount_company:sum"],
            )
        }
        for picking in self:
            company, shipments = (
                picking.company_id or self.env.company,
                picking.sudo().logistics_shipment_ids,
            )
            ours = company.currency_id
            count, billed = sums.get(picking, (0, 0))
            live = shipments.filtered(
                lambda s: s.state not in ("draft", "failed", "voided")
            )
            expected = sum(
                _convert(
                    s.expected_cost,
                    s.currency_id or ours,
                    company,
                    s.ship_date or fields.Date.context_today(s),
                )
                for s in live
            )
            paid = _convert(
                picking.carrier_price,
                picking.sudo().sale_id.currency_id or ours,
                company,
                picking.date_done or fields.Date.context_today(picking),
            )
            picking.logistics_freight_count = count
            picking.logistics_freight_expected = expected
            picking.logistics_freight_billed = billed
            picking.logistics_freight_margin = paid - billed

    @button("read")
    def action_view_logistics_freight(self):
        """Open what the carrier billed for this delivery."""
        return _get_action(self.env, [("picking_id", "in", self.ids)])


def _convert(amount, currency, company, date):
    """Return an amount in the company's currency; 0 where its rate is not known.

    The delivery says so in its chatter when the label is bought.
    """
    ours = company.currency_id
    gap = currency != ours and (currency | ours)._find_gap(company)
    return 0 if gap else currency._convert(amount, ours, company, date)


def _get_action(env, domain):
    action = env["ir.actions.act_window"]._for_xml_id(
        "logistics_carrier.logistics_freight_invoice_line_action"
    )
    return {**action, "domain": domain, "context": {}}
