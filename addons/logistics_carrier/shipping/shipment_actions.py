"""What a person does with shipments: try again, void, reprint, return."""

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.errors import LogisticsError
from odoo.addons.logistics_core.guard import WAREHOUSE, button
from odoo.addons.logistics_core.translation import translated

from ..const import STOCK
from .tools.sheets import bundle


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    def _check_user(self):
        self.check_access("read")
        user = self.env.user
        if not user.has_group("logistics_core.group_warehouse_user"):
            raise UserError(
                self.env._("Only warehouse users of the Logistics Hub may do this.")
            )
        return self.sudo()

    @button("read", WAREHOUSE)
    def action_retry(self):
        """Ask again for what the carrier refused, with what was corrected since."""
        try:
            for shipment in self._check_user():
                shipment._retry()
        except LogisticsError as error:
            raise UserError(translated(self.env, error)) from error
        return True

    @button("read", WAREHOUSE)
    def action_void(self):
        """Take the labels back at the carrier."""
        try:
            self._check_user()._void()
        except LogisticsError as error:
            raise UserError(translated(self.env, error.advice)) from error
        return True

    @button("read", WAREHOUSE)
    def action_mark_unused(self):
        """Note that a label will never be handed over, where no void exists."""
        for shipment in self._check_user():
            if shipment.state not in ("labelled", "manifested"):
                raise UserError(
                    self.env._("Only a label that is not handed over can be unused.")
                )
            shipment._set_voided(
                self.env._("marked as not used by %s.", self.env.user.name)
            )
        return True

    @button("read", STOCK)
    def action_print_labels(self):
        """Download the labels of these shipments in one file per format."""
        shipments = self.sudo()
        labels = shipments.sorted("id")._get_live_parcels().label_id
        if not labels:
            raise UserError(self.env._("There are no labels yet."))
        if len(labels) == 1:
            return _download(labels)
        left_out = []
        try:
            name, media_type, content = bundle(
                [(label.name, label.mimetype, label.raw) for label in labels], left_out
            )
        except LogisticsError as error:
            raise UserError(translated(self.env, error.advice)) from error
        sheet = self.env["ir.attachment"].create(
            {"name": name, "mimetype": media_type, "raw": content}
        )
        return self._tell_left_out(_download(sheet), left_out)

    def _tell_left_out(self, download, left_out):
        """Return the download; before it, say which labels are not in the file."""
        if not left_out:
            return download
        lines = [f"{name}: {translated(self.env, why)}" for name, why in left_out]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("%s labels are not in the file", len(left_out)),
                "message": "\n".join(lines),
                "next": download,
            },
        }

    @button("read", STOCK)
    def action_return_label(self):
        """Buy a label with which the customer sends this shipment back."""
        self.ensure_one()
        self._check_user()
        return self.picking_id.action_logistics_return_label()

    @button("read")
    def action_view_delivery(self):
        """Open the delivery."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "res_id": self.picking_id.id,
            "view_mode": "form",
        }

    def _get_view_action(self):
        """Return the action that shows these shipments: one as a form, else a list."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "logistics_carrier.logistics_shipment_action"
        )
        action.update(domain=[("id", "in", self.ids)], context={})
        if len(self) == 1:
            action.update(views=[(False, "form")], res_id=self.id)
        return action


def _download(attachment):
    return {
        "type": "ir.actions.act_url",
        "url": f"/web/content/{attachment.id}?download=true",
        "target": "download",
    }
