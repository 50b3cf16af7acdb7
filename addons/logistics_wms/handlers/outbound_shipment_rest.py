"""After a shipment: the rest, the people to notify, the invoice."""

from markupsafe import Markup

from odoo import models

from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools.moments import to_naive


class LogisticsHandlerOutboundNotification(models.AbstractModel):
    _inherit = "logistics.handler.outbound_notification"

    def _follow_up(self, backend, shipments):
        done = self.env["stock.picking"]
        notes = {}
        for shipment in shipments:
            touched = shipment.touched
            done |= touched
            self._settle_rest(shipment)
            self._warn(backend, shipment)
            notes.update(dict.fromkeys(touched.ids, self._describe(shipment)))
        done._message_log_batch(notes)
        orders = {
            picking.sale_id.id: notes[picking.id] for picking in done if picking.sale_id
        }
        self.env["sale.order"].browse(orders)._message_log_batch(orders)
        done.sale_id._logistics_invoice(backend)

    def _settle_rest(self, shipment):
        """Send again, or leave with the partner, what was not shipped."""
        rest = shipment.touched.backorder_ids | (shipment.pickings - shipment.touched)
        rest = rest.filtered(lambda p: p.state not in ("done", "cancel"))
        if shipment.cancel_asked and (shipment.is_closed or not rest):
            shipment.touched.sale_id._logistics_cancel_denied()
        if not shipment.is_closed:
            self._leave_with_partner(shipment, rest)
            return
        self._close_rest(shipment.message.backend_id, rest)

    def _close_rest(self, backend, rest):
        """The partner does not ship the rest: cancel it, or send it again."""
        if not rest:
            return
        rest._logistics_clear_release()
        if backend.wms_short_policy == "cancel":
            rest.action_cancel()
        else:
            rest._logistics_touch()

    def _leave_with_partner(self, shipment, rest):
        """The partner still ships the rest, unless it agrees to cancel it."""
        if not rest:
            return
        at = to_naive(shipment.canonical.occurred_at)
        if shipment.cancel_asked:
            rest._logistics_set_state(
                "cancel_requested", at, logistics_prior_state="accepted"
            )
            return
        rest.filtered(
            lambda p: p.logistics_state in ("to_release", "sent")
        )._logistics_set_state("accepted", at)

    def _warn(self, backend, shipment):
        for kind, text in shipment.warnings:
            picking = shipment.touched[:1]
            self.env["logistics.exception"]._open(
                backend,
                kind,
                _lt("%s was shipped, with a difference", picking.name),
                text,
                _lt(
                    "It was applied. Clarify the difference with the partner or the"
                    " customer, then resolve this."
                ),
                message=shipment.message,
                record=picking,
                fingerprint=f"{kind}:{shipment.key}",
                severity="warning",
            )

    def _describe(self, shipment):
        """Return the note for the chatter: who shipped what, and where to look."""
        parcels = Markup("").join(
            Markup("<li>%s</li>") % self._describe_parcel(package)
            for package in shipment.packages
        )
        return Markup("<p>%s</p><ul>%s</ul>") % (
            self.env._(
                "Shipped by %(partner)s (%(shipment)s):",
                partner=shipment.message.backend_id.name,
                shipment=shipment.key,
            ),
            parcels,
        )

    def _describe_parcel(self, package):
        number = package.logistics_tracking_ref or self.env._("no tracking number")
        url = package.logistics_tracking_url
        link = (
            Markup('<a href="%s" target="_blank">%s</a>') % (url, number)
            if url
            else number
        )
        return Markup("%s · %s %s") % (
            package.name,
            package.logistics_carrier or "",
            link,
        )
