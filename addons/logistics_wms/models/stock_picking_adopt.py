"""Adopting a delivery: the partner has it already, from before the cut-over."""

from decimal import Decimal

from odoo import models

from odoo.addons.logistics_core.errors import LogisticsError
from odoo.addons.logistics_core.translation import translated

from ..const import BIND_ORDER, BIND_SHIPMENT
from ..tools.partner_order import describe
from .stock_picking_instruction import to_decimal


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _logistics_get_candidates(self):
        """Return the references under which the partner may know this delivery."""
        self.ensure_one()
        order = self.sale_id
        names = (self.name, order.name, order.client_order_ref, self.origin)
        return list(dict.fromkeys(name.strip() for name in names if name))

    def _logistics_get_goods(self):
        """Return {SKU: quantity} of what is to leave, in each product's own unit."""
        goods = {}
        for move in self._logistics_get_moves():
            if move.state == "done":
                continue
            sku = move.product_id.default_code or move.product_id.display_name
            goods[sku] = goods.get(sku, Decimal(0)) + to_decimal(move.product_qty)
        return goods

    def _logistics_find_difference(self, backend, order):
        """Return why this delivery cannot be that order of the partner, or None.

        :param order: PartnerOrder
        """
        self.ensure_one()
        if self.logistics_reference or self.state in ("done", "cancel"):
            return self.env._("%s is not open any more.", self.name)
        if order.status == "cancelled":
            return self.env._("The partner cancelled it.")
        taken = self.search(
            [
                ("logistics_backend_id", "=", backend.id),
                ("logistics_reference", "=", order.reference),
            ],
            limit=1,
        )
        if taken:
            return self.env._("%(other)s is this order already.", other=taken.name)
        goods = self._logistics_get_goods()
        if goods not in (dict(order.ordered), order.rest):
            return self.env._(
                "The partner has other goods: %(theirs)s. Odoo: %(ours)s.",
                theirs=describe(order.ordered),
                ours=describe(goods),
            )
        try:
            self._prepare_outbound_instruction(backend, order.reference)
        except LogisticsError as error:
            return translated(self.env, error.advice)
        return None

    def _logistics_adopt(self, backend, order):
        """Link this delivery with the order that the partner has.

        From now on it is as if Odoo had sent it: what is told is noted, so that
        changes and cancellations reach the partner.

        :param order: PartnerOrder that has no difference
        """
        self.ensure_one()
        goods = self._logistics_get_goods()
        canonical = self._prepare_outbound_instruction(backend, order.reference)
        correlation = self._logistics_get_correlation()
        self._logistics_set_state(
            "accepted",
            logistics_backend_id=backend.id,
            logistics_reference=order.reference,
            logistics_release_count=1,
            logistics_correlation_id=correlation,
            logistics_decision=False,
            logistics_route_id=self._logistics_find_adopting(backend).id,
        )
        note = self.env._("Adopted: the partner had this order before the cut-over.")
        self.env["logistics.message"].sudo()._record_sent(
            backend,
            {
                "canonical": canonical,
                "record": self,
                "ordering_key": order.reference,
                "external_id": order.reference,
                "correlation_id": correlation,
            },
            note,
        )
        bindings = self.env["logistics.binding"]
        bindings._bind(backend, BIND_ORDER, self, order.external_id)
        if goods != dict(order.ordered):
            # The rest only: what left before is in Odoo's books already.
            for key in order.shipped:
                bindings._bind(backend, BIND_SHIPMENT, self, key)
        self._message_log_batch(dict.fromkeys(self.ids, note))

    def _logistics_find_adopting(self, backend):
        """Return the route of a partner that this delivery fits, also of a draft."""
        routes = backend._get_delivery_routes()
        return routes.filtered(lambda r: self in r._get_backlog())[:1]

    def _logistics_take_facts(self, backend, orders):
        """Apply what the partner reports of adopted orders, and reported before."""
        messages = self.env["logistics.message"].sudo()
        stuck = messages.search(
            [
                ("backend_id", "=", backend.id),
                ("direction", "=", "in"),
                ("ordering_key", "in", [order.reference for order in orders]),
                ("state", "in", ("dead", "invalid")),
            ],
            order="id",
        )
        if stuck:
            stuck._replay()
        facts = [fact for order in orders for fact in order.facts]
        new, _duplicates = messages._receive(backend, facts)
        new.lane_id._ring_after_commit()
