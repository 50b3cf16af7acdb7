"""Deliveries of the hub's carriers: Odoo's own steps lead to shipments."""

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.errors import LogisticsError
from odoo.addons.logistics_core.guard import button
from odoo.addons.logistics_core.translation import as_html, translated

from ..const import STOCK
from .shipment import LIVE_STATES


class StockPicking(models.Model):
    _inherit = "stock.picking"

    logistics_shipment_ids = fields.One2many(
        "logistics.shipment", "picking_id", string="Shipments"
    )
    logistics_shipment_count = fields.Integer(compute="_compute_logistics_shipments")
    logistics_shipment_state = fields.Selection(
        lambda self: self.env["logistics.shipment"]._fields["state"].selection,
        string="Label",
        compute="_compute_logistics_shipments",
    )

    carrier_can_return = fields.Boolean(related="carrier_id.can_generate_return")

    def _compute_logistics_shipments(self):
        for picking in self:
            shipments = picking.logistics_shipment_ids
            outbound = shipments.filtered(lambda s: s.direction == "outbound")
            live = outbound.filtered(lambda s: s.state in LIVE_STATES)
            picking.logistics_shipment_count = len(shipments)
            picking.logistics_shipment_state = (live or outbound)[:1].state

    def _logistics_is_ours(self):
        """Return whether a carrier of the hub carries this delivery."""
        return self.carrier_id.delivery_type == "logistics"

    def _logistics_is_shipped_here(self):
        """Return whether we label this delivery ourselves, not a warehouse partner."""
        return True

    @button("write")
    def send_to_shipper(self):
        """Ask for the labels. Numbers, price and papers come with the answer."""
        if not self._logistics_is_ours():
            return super().send_to_shipper()
        if not self._logistics_is_shipped_here():
            return None
        return self.carrier_id.send_shipping(self)

    def _logistics_update_tracking(self):
        """Give the delivery the numbers of its live parcels, as Odoo lists them."""
        for picking in self.sudo():
            live = picking.logistics_shipment_ids.filtered(
                lambda s: s.direction == "outbound" and s.state in LIVE_STATES
            )
            parcels = live._get_live_parcels().sorted("id")
            numbers = parcels.filtered("tracking_number")
            text = ",".join(numbers.mapped("tracking_number"))
            if (picking.carrier_tracking_ref or "") != text:
                picking.carrier_tracking_ref = text or False

    def _check_carrier_details_compliance(self):
        """Odoo's hook at validation: a label bought before must fit what is shipped."""
        result = super()._check_carrier_details_compliance()
        for picking in self.filtered(lambda p: p._logistics_is_ours()):
            shipment = picking.sudo()._logistics_get_current()
            if shipment.state in ("requested", "labelled"):
                shipment._tell_other_content()
        return result

    def _logistics_void(self):
        """Take back the labels of these deliveries; the carrier may refuse."""
        shipments = self.sudo().logistics_shipment_ids.filtered(
            lambda s: s.state in (*LIVE_STATES, "failed")
        )
        shipments._void()

    @button("write")
    def action_cancel(self):
        """Labels of what is not shipped are taken back."""
        result = super().action_cancel()
        for picking in self.filtered(lambda p: p.state == "cancel"):
            try:
                picking._logistics_void()
            except LogisticsError as error:
                picking._message_log(body=translated(self.env, error.advice))
                picking.activity_schedule(
                    "mail.mail_activity_data_warning",
                    summary=self.env._("A label is still live"),
                    note=as_html(translated(self.env, error.advice)),
                    user_id=picking.user_id.id or self.env.uid,
                )
        return result

    def _logistics_check_buyer(self):
        """Warehouse users of the hub, and whoever works in the stock, buy labels."""
        self.check_access("write")
        user = self.env.user
        if not (
            user.has_group("logistics_core.group_warehouse_user")
            or user.has_group("stock.group_stock_user")
        ):
            raise UserError(self.env._("Only warehouse users may buy labels."))

    @button("write", STOCK)
    def action_logistics_buy(self):
        """Buy the labels now, before the delivery is validated."""
        self.ensure_one()
        self._logistics_check_buyer()
        try:
            self._logistics_retry_failed() or self._logistics_buy_or_raise()
        except LogisticsError as error:
            raise UserError(translated(self.env, error)) from error
        return True

    def _logistics_retry_failed(self):
        """Ask again for a refused label of this delivery; return that shipment."""
        shipments = self.sudo().logistics_shipment_ids
        failed = shipments.filtered(
            lambda s: s.state == "failed" and s.direction == "outbound"
        )[:1]
        live = self._logistics_get_current()
        if failed and not live:
            failed._retry()
            return failed
        return shipments.browse()

    @button("write", STOCK)
    def action_logistics_return_label(self):
        """Buy a label with which the customer sends the goods back."""
        self.ensure_one()
        self._logistics_check_buyer()
        try:
            self._logistics_buy_or_raise("return")
        except LogisticsError as error:
            raise UserError(translated(self.env, error)) from error
        return True

    @button("read")
    def action_view_logistics_shipments(self):
        """Open the shipments of this delivery."""
        self.ensure_one()
        return self.logistics_shipment_ids._get_view_action()
