"""What the partner reports of our deliveries, as recordsets."""

from odoo import models

from odoo.addons.logistics_core.tools.moments import to_naive

from ..checks import check_notification


class LogisticsHandlerOutboundNotification(models.AbstractModel):
    """Progress is noted one by one; shipments are validated together.

    Items come in order per delivery. Shipments of different deliveries do not
    depend on each other, so they are gathered until the same delivery comes
    again, and then applied in one validation.
    """

    _name = "logistics.handler.outbound_notification"
    _inherit = ["logistics.handler", "logistics.wms.deliveries"]
    _description = "Handler: Outbound Notification"

    # Two validations at once take the stock of the same products. Odoo passes over a
    # quant that the other one holds, and then does not release what it had reserved
    # there; or it meets one that was changed, and all is done again.
    _is_exclusive = True

    def _apply(self, items):
        for _message, canonical in items:
            check_notification(canonical)
        backend = items[0][0].backend_id
        chains = self._get_chains(backend, {c.reference for _m, c in items})
        gathered = {}
        for message, canonical in items:
            if canonical.reference in gathered:
                self._apply_shipments(backend, chains, gathered)
                # They may have made backorders.
                chains.update(self._get_chains(backend, gathered))
                gathered.clear()
            if canonical.status == "shipped":
                gathered[canonical.reference] = (message, canonical)
            else:
                self._apply_status(chains, message, canonical)
        self._apply_shipments(backend, chains, gathered)
        # What became ready or must be sent belongs to this savepoint.
        self.env.cr.flush()

    def _apply_status(self, chains, message, canonical):
        chain = self._get_chain(chains, canonical)
        open_deliveries = chain.filtered(lambda p: p.state not in ("done", "cancel"))
        targets = open_deliveries or chain[-1]
        self._link_delivery(message, targets[-1])
        news = [
            picking._logistics_apply_status(
                canonical.status, to_naive(canonical.occurred_at), canonical.reason
            )
            for picking in targets
        ]
        if not any(news):
            message.sudo().note = self.env._("No effect: this was known already.")
