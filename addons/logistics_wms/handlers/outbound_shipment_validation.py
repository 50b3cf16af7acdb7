"""Validating what the partner shipped, as the button *Validate* does."""

from odoo import models

from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools.moments import to_naive

from ..errors import ValidationStopped
from ..models.stock_picking_notify import tell_customers_later
from ..models.stock_picking_tracking import prepare_tracking

# What Odoo's dialogs ask has been answered by the partner: the goods have left.
ANSWERED = {
    "skip_backorder": True,
    "skip_expired": True,
    "skip_logistics_partner": True,
    # Sent after the commit, if a person agreed to their costs.
    "skip_sms": True,
}


class LogisticsHandlerOutboundNotification(models.AbstractModel):
    _inherit = "logistics.handler.outbound_notification"

    def _validate(self, backend, shipments):
        """Validate what left; what did not becomes a backorder or is cancelled."""
        pickings = self.env["stock.picking"].union(*(s.touched for s in shipments))
        cancel_rest = pickings.browse()
        for shipment in shipments:
            touched, canonical = shipment.touched, shipment.canonical
            touched._logistics_set_state(
                "shipped",
                to_naive(canonical.occurred_at),
                **prepare_tracking(p.tracking_number for p in canonical.parcels),
            )
            if shipment.is_closed and backend.wms_short_policy == "cancel":
                cancel_rest |= touched
        # Whether the user may is asked once here; asked for each record that Odoo
        # touches on the way, it is a tenth of the time.
        pickings.check_access("write")
        self._press_validate(pickings.sudo(), cancel_rest)

    def _press_validate(self, pickings, cancel_rest):
        """Validate all with one press of the button, as a person would.

        So what Odoo and other addons do at that button happens here too: batches,
        waves, carriers.

        :raises ValidationStopped: a dialog that nobody can answer was opened
        """
        for picking in pickings - cancel_rest:
            if picking.picking_type_id.create_backorder == "never":
                # The partner still ships the rest.
                picking._logistics_split_unshipped()
        with tell_customers_later(self.env):
            action = pickings.with_context(
                **ANSWERED,
                picking_ids_not_to_backorder=cancel_rest.ids,
            ).button_validate()
        left = pickings.filtered(lambda p: p.state != "done")
        if left:
            raise ValidationStopped(
                _lt(
                    "Odoo did not validate %(deliveries)s, but asked a person:"
                    " %(dialog)s.",
                    deliveries=", ".join(left.mapped("name")),
                    dialog=_describe_action(action),
                )
            )


def _describe_action(action):
    """Return the title of a dialog, and what opened it."""
    if not isinstance(action, dict):
        return repr(action)
    what = action.get("res_model") or action.get("tag") or action.get("type")
    title = action.get("name") or ""
    return f"{title} ({what})".strip()
