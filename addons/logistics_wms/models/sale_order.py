"""A sales order shows the status of its deliveries at the warehouse."""

from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column

from ..const import PARTNER_STATES, RANK

# What of an order its deliveries tell the partner, and of its lines.
TOLD_FIELDS = frozenset(
    {"client_order_ref", "logistics_note", "logistics_gift_message"}
)
TOLD_LINE_FIELDS = frozenset({"price_unit", "discount", "tax_ids"})
# What a person should see first when the deliveries differ.
ATTENTION = ("rejected", "held", "cancel_requested")


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "logistics.document.mixin"]

    logistics_state = fields.Selection(
        [*PARTNER_STATES, ("partial", "Partly shipped")],
        string="Status at warehouse",
        compute="_compute_logistics_state",
        store=True,
        help="The status of this order's deliveries at the warehouse.",
    )
    logistics_reason = fields.Text(
        string="What the warehouse says",
        compute="_compute_logistics_reason",
        compute_sudo=True,
        help="Why the warehouse refused a delivery of this order, or holds it.",
    )
    logistics_cancel_requested = fields.Boolean(copy=False, readonly=True)
    logistics_note = fields.Text(
        string="Note for the warehouse",
        copy=False,
        help="Sent to the warehouse with the deliveries.",
    )
    logistics_gift_message = fields.Text(
        string="Gift message",
        copy=False,
        help="For the packing slip, where the partner prints one.",
    )

    def _auto_init(self):
        # No delivery has a partner yet: nothing to compute for old orders.
        if not column_exists(self.env.cr, "sale_order", "logistics_state"):
            create_column(self.env.cr, "sale_order", "logistics_state", "varchar")
        return super()._auto_init()

    @api.depends("picking_ids.logistics_state")
    def _compute_logistics_state(self):
        for order in self:
            order.logistics_state = _summarise(
                set(order.picking_ids.mapped("logistics_state")) - {False}
            )

    @api.depends("picking_ids.logistics_state", "picking_ids.logistics_hold_reason")
    def _compute_logistics_reason(self):
        for order in self:
            order.logistics_reason = "\n".join(
                f"{picking.name}: {picking.logistics_hold_reason}"
                for picking in order.picking_ids
                if picking.logistics_state in ATTENTION
                and picking.logistics_hold_reason
            )

    def write(self, vals):
        result = super().write(vals)
        if not TOLD_FIELDS.isdisjoint(vals):
            self.sudo().picking_ids._logistics_touch()
        return result

    def _get_logistics_message_domain(self):
        """Messages of the order, of its deliveries and of its correlation."""
        domain = super()._get_logistics_message_domain()
        domain |= fields.Domain("res_model", "=", "stock.picking") & fields.Domain(
            "res_id", "in", self.picking_ids.ids
        )
        return domain | (
            fields.Domain("correlation_id", "in", self.mapped("name"))
            & fields.Domain("company_id", "in", self.company_id.ids)
        )

    def _get_logistics_exception_domain(self):
        return super()._get_logistics_exception_domain() | (
            fields.Domain("state", "in", ("open", "in_progress"))
            & fields.Domain("res_model", "=", "stock.picking")
            & fields.Domain("res_id", "in", self.picking_ids.ids)
        )

    def _action_cancel(self):
        asked = self.filtered(lambda order: order._logistics_ask_cancel())
        asked.sudo().logistics_cancel_requested = True
        result = super(SaleOrder, self - asked)._action_cancel()
        return asked.picking_ids._logistics_notify_asked() if asked else result

    def _logistics_ask_cancel(self):
        """Return the deliveries for which the partner has to answer first."""
        return self.picking_ids.sudo()._logistics_ask_cancel()

    def _logistics_cancel_answered(self):
        """Cancel the orders all of whose deliveries the partner gave back."""
        for order in self.filtered("logistics_cancel_requested"):
            if not any(p._logistics_is_with_partner() for p in order.picking_ids):
                order.logistics_cancel_requested = False
                order._logistics_press_cancel()

    def _logistics_press_cancel(self):
        """Cancel as the button does; a locked order is left to a person."""
        self.ensure_one()
        if self.locked:
            self.message_post(
                body=self.env._(
                    "The warehouse partner agreed to the cancellation, but this order"
                    " is locked. Unlock it and cancel it."
                )
            )
            return
        self.action_cancel()

    def _logistics_cancel_denied(self):
        """The partner ships: the order stays, and what waits may go on."""
        denied = self.filtered("logistics_cancel_requested")
        denied.logistics_cancel_requested = False
        denied.picking_ids._logistics_touch()


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def write(self, vals):
        result = super().write(vals)
        if not TOLD_LINE_FIELDS.isdisjoint(vals):
            self.sudo().order_id.picking_ids._logistics_touch()
        return result


def _summarise(states):
    """Return the one state that says most about a set of states."""
    for state in ATTENTION:
        if state in states:
            return state
    moving = states & RANK.keys()
    if len(moving) > 1 and "shipped" in moving:
        return "partial"
    if moving:
        return min(moving, key=RANK.get)
    return "cancelled" if states else False
