"""Duties and taxes of goods that cross a customs border, calculated by a carrier."""

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.logistics_core.errors import TransientError
from odoo.addons.logistics_core.transactions import own_transaction, retrying
from odoo.addons.logistics_core.translation import translated

from ..canonical.landed_cost import KINDS, key_of
from ..tools.charge_names import to_text

# Seconds for which a person waits who pressed the button.
LONGEST_WAIT = 20.0


class LogisticsLandedCost(models.Model):
    """One row is one estimate: what a delivery or an order costs its recipient."""

    _name = "logistics.landed.cost"
    _description = "Estimate of Duties and Taxes"
    _order = "asked_at desc, id desc"
    _rec_name = "destination"

    picking_id = fields.Many2one(
        "stock.picking",
        string="Delivery",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    order_id = fields.Many2one(
        "sale.order",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    backend_id = fields.Many2one(
        "logistics.backend",
        string="Connection",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    carrier_name = fields.Char(string="Carrier", readonly=True)
    request_key = fields.Char(required=True, readonly=True)
    asked_at = fields.Datetime(string="Requested on", required=True, readonly=True)
    valid_until = fields.Datetime(required=True, readonly=True)
    service = fields.Char(readonly=True, help="The carrier's code of the service.")
    incoterm = fields.Char(readonly=True)
    destination = fields.Char(string="To", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    goods_amount = fields.Monetary(string="Goods", readonly=True)
    shipping_amount = fields.Monetary(
        string="Shipping",
        readonly=True,
        help="With surcharges and insurance, as far as they count for customs.",
    )
    duty_amount = fields.Monetary(string="Duties", readonly=True)
    tax_amount = fields.Monetary(string="Taxes", readonly=True)
    fee_amount = fields.Monetary(string="Fees", readonly=True)
    total_amount = fields.Monetary(
        string="Landed cost",
        readonly=True,
        help="Goods, shipping, duties, taxes and fees.",
    )
    warnings = fields.Text(
        readonly=True, help="What the carrier says about how exact the estimate is."
    )
    line_ids = fields.One2many(
        "logistics.landed.cost.line", "cost_id", string="Made up of", readonly=True
    )

    _one_document = models.Constraint(
        "CHECK(num_nonnulls(picking_id, order_id) = 1)",
        "An estimate is of a delivery or of an order.",
    )

    @api.model
    def _ask(self, document, backend, request):
        """Return the estimate of a delivery or order: a valid one, else a new one.

        Counts among the day's rate requests. Bookkeeping is done in transactions of
        its own, none is open in them during the HTTP request.

        :param document: stock.picking or sale.order
        :param request: LandedCostRequest
        :raises LogisticsError: no answer in time, refused, or the budget is used up
        """
        backend = backend.sudo()
        owner = "order_id" if document._name == "sale.order" else "picking_id"
        key = key_of(request)
        kept = self.sudo().search(
            [
                (owner, "=", document.id),
                ("backend_id", "=", backend.id),
                ("request_key", "=", key),
                ("valid_until", ">", fields.Datetime.now()),
            ],
            limit=1,
        )
        if kept:
            return kept
        answer = self._ask_carrier(backend, request)
        values = self._prepare_values(backend, request, answer)
        return self.sudo().create({**values, owner: document.id, "request_key": key})

    @api.model
    def _ask_carrier(self, backend, request):
        retrying(self._count, backend.id)
        wait = min(backend.timeout or LONGEST_WAIT, LONGEST_WAIT)
        connector = backend.with_context(logistics_timeout=wait)._get_connector()
        gate = backend._get_transport_gate()
        try:
            return connector._get_landed_cost(backend, request)
        except TransientError as error:
            gate._note(error, True)
            raise

    @api.model
    def _count(self, backend_id):
        with own_transaction(self.env, read_committed=True) as env:
            backend = env["logistics.backend"].browse(backend_id)
            self.env["logistics.rate"]._count_or_raise(backend)

    @api.model
    def _prepare_values(self, backend, request, answer):
        """Return the values of an estimate, of what a carrier answered."""
        now = fields.Datetime.now()
        recipient = request.ship_to.address
        currency = self.env["res.currency"]._get_used(answer.total.currency)
        return {
            "backend_id": backend.id,
            "carrier_name": backend.name,
            "asked_at": now,
            "valid_until": now + timedelta(minutes=backend.rate_validity),
            "service": backend._get_service_name(request.service),
            "incoterm": request.incoterm,
            "destination": f"{recipient.country} {recipient.zip or ''}".strip(),
            "currency_id": currency.id,
            "goods_amount": float(answer.goods),
            "shipping_amount": float(answer.shipping),
            "duty_amount": float(answer.duties),
            "tax_amount": float(answer.taxes),
            "fee_amount": float(answer.fees),
            "total_amount": float(answer.total.amount),
            "warnings": "\n".join(answer.warnings) or False,
            "line_ids": [
                fields.Command.create(self._prepare_line(request, charge))
                for charge in answer.charges
            ],
        }

    @api.model
    def _prepare_line(self, request, charge):
        goods = request.commodities
        known = charge.item and 1 <= charge.item <= len(goods)
        return {
            "item": charge.item or 0,
            "item_name": goods[charge.item - 1].description if known else False,
            "kind": charge.kind,
            "code": charge.code,
            "name": translated(self.env, to_text(charge.name)),
            "amount": float(charge.amount.amount),
            "currency_name": charge.amount.currency,
            "formula": charge.formula,
        }

    def _get_action(self):
        """Return the action that shows this estimate."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Duties and taxes"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class LogisticsLandedCostLine(models.Model):
    """One row is one charge of an estimate, of an item or of the whole shipment."""

    _name = "logistics.landed.cost.line"
    _description = "Charge of an Estimate of Duties and Taxes"
    # An answer of the carrier.
    _logistics_engine_fields = frozenset({"cost_id"})
    _order = "cost_id, item, id"

    cost_id = fields.Many2one(
        "logistics.landed.cost", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="cost_id.company_id", store=True)
    item = fields.Integer(
        readonly=True, help="Place of the goods in the declaration; 0: of the whole."
    )
    item_name = fields.Char(string="Goods", readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    code = fields.Char(readonly=True)
    name = fields.Char(string="Charge", readonly=True)
    amount = fields.Float(digits=(16, 2), readonly=True)
    # The carrier's own fees come in currencies that Odoo may not have.
    currency_name = fields.Char(string="Currency", readonly=True)
    formula = fields.Char(
        string="Calculated as", readonly=True, help="In the carrier's own words."
    )
