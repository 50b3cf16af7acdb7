"""Exceptions between deliveries and the warehouse, with their remedies."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.errors import LogisticsError
from odoo.addons.logistics_core.guard import SUPPORT, button
from odoo.addons.logistics_core.translation import translated

KINDS = [
    ("unknown_lot", "Unknown lot or serial"),
    ("unknown_product", "Unknown product"),
    ("substitution", "Substituted product"),
    ("over_shipment", "Shipped too much"),
    ("cancelled_delivery", "Event for a cancelled delivery"),
    ("partner_hold", "On hold at the warehouse"),
    ("partner_cancelled", "Cancelled by the partner"),
    ("cancel_refused", "Cancellation refused"),
    ("change_refused", "Change refused"),
    ("change_not_told", "Change the partner cannot take"),
    ("lot_expiry", "Other expiry date"),
    ("transport_failed", "Delivery to the customer failed"),
    ("validation_stopped", "Validation stopped by a dialog"),
    ("validated_by_hand", "Validated by hand, shipped otherwise"),
    ("already_shipped", "Shipped again"),
    ("invoice_failed", "Shipped, not invoiced"),
    ("customer_not_told", "Shipped, customer not told"),
]


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    kind = fields.Selection(
        selection_add=KINDS, ondelete={kind: "set other" for kind, _name in KINDS}
    )
    can_create_lots = fields.Boolean(compute="_compute_wms_remedies")
    can_accept_substitution = fields.Boolean(compute="_compute_wms_remedies")
    can_send_products = fields.Boolean(compute="_compute_wms_remedies")
    can_release = fields.Boolean(compute="_compute_wms_remedies")
    can_invoice = fields.Boolean(compute="_compute_wms_remedies")
    can_tell_customer = fields.Boolean(compute="_compute_wms_remedies")

    @api.depends("kind", "state", "res_model")
    def _compute_wms_remedies(self):
        for exception in self:
            is_open = exception.state in ("open", "in_progress")
            delivery = is_open and exception.res_model == "stock.picking"
            kind = exception.kind
            exception.can_create_lots = is_open and kind == "unknown_lot"
            exception.can_accept_substitution = is_open and kind == "substitution"
            exception.can_send_products = delivery and kind in (
                "rejected",
                "unknown_product",
            )
            exception.can_release = delivery and (
                kind == "partner_cancelled"
                or bool(exception.fingerprint.startswith("release:"))
            )
            exception.can_invoice = is_open and kind == "invoice_failed"
            exception.can_tell_customer = is_open and kind == "customer_not_told"

    @api.model
    def _resolve_fingerprints(self, fingerprints, resolution):
        """Resolve open exceptions whose cause is gone."""
        self.sudo().search(
            [
                ("fingerprint", "in", fingerprints),
                ("state", "in", ("open", "in_progress")),
            ]
        )._resolve(resolution)

    def _get_shipments(self):
        """Yield (message, canonical) of the shipments that wait for this."""
        for message in self._get_stuck_messages().filtered("canonical"):
            if message.type_code == "outbound_notification":
                yield message, message._get_canonical()

    def _repair_shipments(self, repair):
        """Call `repair` with each shipment that waits; say in words what is wrong."""
        for message, canonical in self._get_shipments():
            try:
                repair(message, canonical)
            except LogisticsError as error:
                raise UserError(translated(self.env, error.advice)) from error

    @button("write", SUPPORT)
    def action_create_lots(self):
        """Create the lots the partner named, then apply its message."""
        self.ensure_one()
        handler = self.env["logistics.handler.outbound_notification"]
        self._repair_shipments(handler._create_missing_lots)
        return self.action_replay()

    @button("write", SUPPORT)
    def action_accept_substitution(self):
        """Accept this substitution from now on, then apply the message."""
        self.ensure_one()
        handler = self.env["logistics.handler.outbound_notification"]
        self._repair_shipments(handler._accept_substitutions)
        return self.action_replay()

    @button("write", SUPPORT)
    def action_send_products(self):
        """Send the products of the delivery to the partner."""
        self.ensure_one()
        picking = self._need_document()
        return picking.move_ids.product_id._logistics_send(self.backend_id)

    @button("write", SUPPORT)
    def action_release_delivery(self):
        """Send the delivery (again)."""
        self.ensure_one()
        result = self._need_document().action_logistics_release()
        self._resolve(self.env._("Sent by %s.", self.env.user.name))
        return result

    @button("write", SUPPORT)
    def action_invoice(self):
        """Try again to invoice what was shipped."""
        self.ensure_one()
        order = self._need_document()
        order._logistics_create_invoices(self.backend_id.wms_invoice_policy)
        self._resolve(self.env._("Invoiced by %s.", self.env.user.name))

    @button("write", SUPPORT)
    def action_tell_customer(self):
        """Try again to tell the customer of a shipment."""
        self.ensure_one()
        picking = self._get_document()
        picking.check_access("write")
        if picking.sudo()._logistics_notify():
            self._resolve(self.env._("Told by %s.", self.env.user.name))
