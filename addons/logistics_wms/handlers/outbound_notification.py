"""What the partner reports of our deliveries, as recordsets."""

from odoo import models

from odoo.addons.logistics_core.texts import _lt
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
        backend = items[0][0].backend_id
        items, chains = self._sort_out(items)
        for _message, canonical in items:
            check_notification(canonical)
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

    def _is_replaced(self, chain, fact, orders):
        """Goods that left are ours; how an order that was replaced ends is no news."""
        former = self._get_known_orders(chain, orders)[:-1]
        return fact.status != "shipped" and fact.order_external_id in former

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
            self._note(message, _lt("No effect: this was known already."))
