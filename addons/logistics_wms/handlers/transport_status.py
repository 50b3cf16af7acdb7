"""Tracking milestones of what the warehouse shipped."""

from collections import defaultdict

from odoo import models

from odoo.addons.logistics_core.errors import InvalidMessage, PrerequisiteMissing
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools.moments import to_naive

from ..canonical import TransportStatus
from ..const import TRANSPORT_STATES


class LogisticsHandlerTransportStatus(models.AbstractModel):
    _name = "logistics.handler.transport_status"
    _inherit = ["logistics.handler.transport_status", "logistics.wms.deliveries"]

    def _apply(self, items):
        own, others = [], []
        for item in items:
            (own if isinstance(item[1], TransportStatus) else others).append(item)
        if own:
            self._apply_milestones(*self._sort_out(own))
        return super()._apply(others)

    def _apply_milestones(self, items, chains):
        for _message, canonical in items:
            if canonical.status not in dict(TRANSPORT_STATES):
                raise InvalidMessage(
                    _lt("Unknown transport status “%s”.", canonical.status)
                )
        if not items:
            return
        pickings = self._find_deliveries(items, chains)
        told = [
            (picking, fact.status, to_naive(fact.occurred_at), fact.description)
            for picking, (_message, fact) in zip(pickings, items, strict=True)
        ]
        news = self.env["stock.picking"]._logistics_apply_milestones(told)
        messages = defaultdict(self.env["logistics.message"].browse)
        for (message, _fact), picking, is_news in zip(
            items, pickings, news, strict=True
        ):
            messages[picking] |= message
            if not is_news:
                self._note(message, _lt("No effect: this was known already."))
        for picking, its_messages in messages.items():
            self._link_delivery(its_messages, picking)

    def _find_deliveries(self, items, chains):
        """Return the shipped delivery of each item, with one query for all."""
        backend = items[0][0].backend_id
        facts = [fact for _message, fact in items]
        keys = {fact.shipment_external_id for fact in facts} - {None, ""}
        known = self._get_known_shipments(backend, keys)
        return [
            self._find_delivery(self._get_chain(chains, fact), fact, known)
            for fact in facts
        ]

    def _find_delivery(self, chain, canonical, known):
        """Return the shipped delivery.

        :param known: {shipment key: id of the delivery}
        :raises PrerequisiteMissing: it is known, but not shipped yet
        """
        shipped = chain.filtered(lambda p: p.state == "done")
        if canonical.shipment_external_id:
            picking_id = known.get(canonical.shipment_external_id)
            if picking_id:
                self._check_shipment(chain, canonical, picking_id)
            shipped = shipped.filtered(lambda p: p.id == picking_id)
        elif canonical.tracking_number:
            number = canonical.tracking_number
            shipped = shipped.filtered(
                lambda p: number in (p.carrier_tracking_ref or "").split(",")
            )
        if not shipped:
            raise PrerequisiteMissing(
                _lt(
                    "%(status)s is reported for %(reference)s, which is not shipped"
                    " yet.",
                    status=canonical.status,
                    reference=canonical.reference,
                )
            )
        return shipped[-1]
