"""What becomes of deliveries that were open before the cut-over: shown, then done."""

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.errors import LogisticsError
from odoo.addons.logistics_core.guard import MANAGER, button
from odoo.addons.logistics_core.transactions import is_transaction_error
from odoo.addons.logistics_core.translation import translated

_logger = logging.getLogger(__name__)
DECISIONS = [
    ("adopt", "Adopt: the partner has it"),
    ("send", "Send it to the partner"),
    ("stay", "Handle it without the partner"),
    ("later", "Decide later"),
]


class LogisticsAdoption(models.TransientModel):
    """One row is one look at the open deliveries of a connection's routes."""

    _name = "logistics.adoption"
    _description = "Deliveries before the Cut-over"

    backend_id = fields.Many2one(
        "logistics.backend", string="Connection", required=True, readonly=True
    )
    is_looked_up = fields.Boolean(readonly=True)
    line_ids = fields.One2many("logistics.adoption.line", "adoption_id")
    adopt_count = fields.Integer(string="To adopt", compute="_compute_counts")
    send_count = fields.Integer(string="To send", compute="_compute_counts")
    stay_count = fields.Integer(string="Without the partner", compute="_compute_counts")
    later_count = fields.Integer(string="Undecided", compute="_compute_counts")

    @api.depends("line_ids.decision")
    def _compute_counts(self):
        for adoption in self:
            decisions = adoption.line_ids.mapped("decision")
            for name in ("adopt", "send", "stay", "later"):
                adoption[f"{name}_count"] = decisions.count(name)

    def _compute_display_name(self):
        for adoption in self:
            adoption.display_name = self.env._(
                "Deliveries before the cut-over: %s", adoption.backend_id.name
            )

    @api.model
    def _make(self, backend):
        """Return a new look at the backlog of a backend, owned by the user."""
        routes = backend._get_delivery_routes()
        return self.sudo().create(
            {
                "backend_id": backend.id,
                "line_ids": [
                    fields.Command.create({"picking_id": picking.id})
                    for picking in routes._get_backlog()
                ],
            }
        )

    def _open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Deliveries before the cut-over"),
            "res_model": self._name,
            "view_mode": "form",
            "res_id": self.id,
        }

    @button("write", MANAGER)
    def action_look_up(self):
        """Ask the partner which of these deliveries it has; decide nothing."""
        self.ensure_one()
        self.line_ids.picking_id.check_access("read")
        lines = self.line_ids.sudo()
        orders = self._find_orders(lines)
        used = set()
        for line in lines:
            order = next(
                (
                    orders[name]
                    for name in line._get_references()
                    if name in orders and name not in used
                ),
                None,
            )
            line._note_order(order)
            if order and not line.difference:
                used.add(order.reference)
        self.sudo().is_looked_up = True
        return self._open()

    def _find_orders(self, lines):
        """Return {reference: PartnerOrder}; a UserError says why it cannot be asked."""
        names = dict.fromkeys(n for line in lines for n in line._get_references())
        connector = self.backend_id._get_connector()
        try:
            found = connector._find_orders(self.backend_id.sudo(), list(names))
        except LogisticsError as error:
            raise UserError(translated(self.env, error.advice)) from error
        return {order.reference: order for order in found}

    @button("write", MANAGER)
    def action_apply(self):
        """Do what the lines say, each on its own."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.decision != "later")
        lines.picking_id.check_access("write")
        lines = lines.sudo()
        self._apply_adopted(lines.filtered(lambda line: line.decision == "adopt"))
        for line in lines.filtered(lambda line: line.decision == "send"):
            line._guard(line._send)
        for line in lines.filtered(lambda line: line.decision == "stay"):
            line.picking_id.logistics_decision = "stay"
            line.result = self.env._("Stays as it is.")
        return self._open()

    def _apply_adopted(self, lines):
        """Adopt what the partner still has as it was shown."""
        if not lines:
            return
        orders, adopted = self._find_orders(lines), []
        for line in lines:
            order = orders.get(line.order_reference)
            if line._guard(lambda line=line, order=order: line._adopt(order)):
                adopted.append(order)
        lines.picking_id._logistics_take_facts(self.backend_id.sudo(), adopted)

    @button("write", MANAGER)
    def action_rest_sent(self):
        """Decide for all that is undecided and not at the partner: it is sent."""
        undecided = self.line_ids.filtered(
            lambda line: line.decision == "later" and not line.order_reference
        )
        undecided.decision = "send"
        return self._open()

    @button("write", MANAGER)
    def action_rest_stays(self):
        """Decide for all that is undecided: it is handled as until now."""
        undecided = self.line_ids.filtered(lambda line: line.decision == "later")
        undecided.decision = "stay"
        return self._open()


class LogisticsAdoptionLine(models.TransientModel):
    """One row is one open delivery, and what will happen with it."""

    _name = "logistics.adoption.line"
    _description = "Delivery before the Cut-over"
    _order = "id"

    adoption_id = fields.Many2one(
        "logistics.adoption", required=True, readonly=True, ondelete="cascade"
    )
    picking_id = fields.Many2one(
        "stock.picking", string="Delivery", required=True, readonly=True
    )
    partner_id = fields.Many2one(related="picking_id.partner_id")
    reference = fields.Char(
        string="Reference at the partner",
        help="Empty: the delivery's name, its order's name, or the customer's"
        " reference.",
    )
    order_reference = fields.Char(string="Found at the partner", readonly=True)
    order_status = fields.Selection(
        [("open", "Open"), ("shipped", "Shipped"), ("cancelled", "Cancelled")],
        readonly=True,
    )
    difference = fields.Char(readonly=True)
    decision = fields.Selection(DECISIONS, required=True, default="later")
    outlook = fields.Char(string="What will happen", compute="_compute_outlook")
    result = fields.Char(readonly=True)

    def _get_references(self):
        self.ensure_one()
        if self.reference:
            return [self.reference.strip()]
        return self.picking_id._logistics_get_candidates()

    def _note_order(self, order):
        """Note what the partner has, and propose what fits.

        :param order: PartnerOrder or None
        """
        backend = self.adoption_id.backend_id
        difference = order and self.picking_id._logistics_find_difference(
            backend, order
        )
        self.write(
            {
                "order_reference": order.reference if order else False,
                "order_status": order.status if order else False,
                "difference": difference or False,
                "decision": "adopt" if order and not difference else "later",
            }
        )

    @api.depends("decision", "order_reference", "order_status", "difference")
    def _compute_outlook(self):
        for line in self:
            line.outlook = line._get_outlook()

    def _get_outlook(self):
        if self.result:
            return self.result
        if self.decision == "adopt":
            if not self.order_reference:
                return self.env._("Nothing: look up first whether the partner has it.")
            if self.difference:
                return self.env._("Nothing: %s", self.difference)
            if self.order_status == "shipped":
                return self.env._("The partner shipped it: this is applied now.")
            return self.env._("The partner's shipment will validate it.")
        if self.decision == "send":
            if self.order_reference and self.order_status != "cancelled":
                return self.env._("Nothing: the partner has it, it would ship twice.")
            return self.env._("The partner gets it as a new order.")
        if self.decision == "stay":
            return self.env._("It is never sent. You ship or cancel it as until now.")
        if self.difference:
            return self.env._("Undecided: %s", self.difference)
        return self.env._("Undecided: it is not sent.")

    def _guard(self, do):
        """Do it in a savepoint; say on the line why not. Return whether it went."""
        try:
            with self.env.cr.savepoint():
                do()
        except Exception as error:  # one delivery is the boundary
            if is_transaction_error(error):
                raise
            known = isinstance(error, (LogisticsError, UserError))
            if not known:
                _logger.exception("delivery %s before the cut-over", self.picking_id.id)
            text = translated(self.env, error) if known else repr(error)
            self.result = self.env._("Not done: %s", text)
            return False
        return True

    def _adopt(self, order):
        backend, picking = self.adoption_id.backend_id, self.picking_id
        if not order:
            raise UserError(self.env._("The partner has no such order."))
        difference = picking._logistics_find_difference(backend, order)
        if difference:
            raise UserError(difference)
        picking._logistics_adopt(backend, order)
        self.result = self.env._("Adopted.")

    def _send(self):
        if self.order_reference and self.order_status != "cancelled":
            raise UserError(self.env._("The partner has it already."))
        backend, picking = self.adoption_id.backend_id, self.picking_id
        if not self.adoption_id.is_looked_up and backend._has_capability("find_orders"):
            raise UserError(self.env._("Look up first whether the partner has it."))
        picking.logistics_decision = "send"
        if backend.state == "draft" or picking.state != "assigned":
            self.result = self.env._("It is sent after the start, once it is ready.")
            return
        picking._logistics_settle_env().action_logistics_release()
        self.result = self.env._("Sent.")
