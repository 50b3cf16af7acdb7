"""Releasing a delivery: its instruction is written to the outbox."""

from odoo import models

from odoo.addons.logistics_core.errors import LogisticsError
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.translation import translated

from ..const import BIND_FORMER_ORDER, BIND_ORDER, INSTRUCTION


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _logistics_is_releasable(self):
        """Return whether this delivery is ready and nobody keeps it back."""
        self.ensure_one()
        return (
            self.state == "assigned"
            and self.logistics_state in (False, "to_release")
            and not self.sale_id.logistics_cancel_requested
            and self.location_dest_id._is_outgoing()
            and bool(self.move_ids)
        )

    def _logistics_get_releasable(self):
        """Return {backend: ready deliveries}; those released by hand only marked."""
        ready = self.filtered(lambda p: p._logistics_is_releasable())
        routed = self.env["logistics.route"]._find_routes(ready, INSTRUCTION)
        releasable = {}
        for route, routed_pickings in routed.items():
            pickings = routed_pickings.filtered(route._is_after_cutover)
            pickings.logistics_route_id = route
            backend = route.backend_id.with_env(self.env)
            if backend.wms_release_policy == "auto":
                before = releasable.get(backend, self.browse())
                if before | pickings:
                    releasable[backend] = before | pickings
                continue
            waiting = pickings.filtered(lambda p: not p.logistics_state)
            waiting.logistics_backend_id = backend
            waiting._logistics_set_state("to_release")
        return releasable

    def _logistics_release(self, backend):
        """Write the instructions of these deliveries to the outbox.

        What is not reserved is split off first: the partner is asked for what
        is there, the rest is released once it is.
        """
        for picking in self:
            picking._logistics_split_unreserved()
        items = [picking._prepare_logistics_release(backend) for picking in self]
        self._logistics_set_state("to_release", logistics_backend_id=backend.id)
        self.env["logistics.message"]._enqueue_many(backend, items)
        self.env["logistics.exception"]._resolve_fingerprints(
            [f"release:{picking.id}" for picking in self],
            self.env._("The delivery was sent to the warehouse."),
        )

    def _logistics_split_unreserved(self):
        """Move what is not reserved to a backorder of its own."""
        moves = self.move_ids.filtered(lambda m: m.state not in ("done", "cancel"))
        missing = moves.filtered(
            lambda m: m.product_uom.compare(m.quantity, m.product_uom_qty) < 0
        )
        over = moves.filtered(
            lambda m: m.product_uom.compare(m.quantity, m.product_uom_qty) > 0
        )
        if missing and not over:
            # The rest belongs to the same business document.
            self.logistics_correlation_id = self._logistics_get_correlation()
            self.action_split_transfer()

    def _logistics_split_unshipped(self):
        """Move what was not shipped to a backorder of its own.

        Unlike Odoo's button it does so beside a line of which more left.
        """
        moves = self.move_ids.filtered(lambda m: m.state not in ("done", "cancel"))
        shipped = moves.filtered("picked")
        rest = shipped._create_backorder() | (moves - shipped)
        if rest:
            self._create_backorder(backorder_moves=rest)

    def _logistics_get_correlation(self):
        """Return what names the business document, from order to return."""
        return (
            self.logistics_correlation_id
            or self.sale_id.name
            or self.origin
            or self.name
        )

    def _prepare_logistics_release(self, backend):
        """Return the outbox item; give the delivery its reference."""
        count = self.logistics_release_count + 1
        reference = self.name if count == 1 else f"{self.name}-{count}"
        # A new order of the partner has lines of its own.
        self.move_ids.filtered("logistics_line_id").logistics_line_id = False
        self.move_ids.filtered("logistics_residue").logistics_residue = 0
        self._logistics_forget_skus()
        canonical = self._prepare_outbound_instruction(backend, reference)
        correlation = self._logistics_get_correlation()
        if count > 1:
            self._logistics_retire_orders()
        self.write(
            {
                "logistics_reference": reference,
                "logistics_release_count": count,
                "logistics_correlation_id": correlation,
            }
        )
        return {
            "canonical": canonical,
            "record": self,
            "ordering_key": reference,
            "external_id": reference,
            "correlation_id": correlation,
            "is_urgent": self.priority == "1",
        }

    def _logistics_forget_skus(self):
        """Nothing was told: the products have the SKUs they have now."""
        self.move_ids.filtered("logistics_sku").sudo().logistics_sku = False

    def _logistics_retire_orders(self):
        """The partner's order of an earlier release is not that of this one."""
        self.env["logistics.binding"].sudo().search(
            [
                ("kind", "=", BIND_ORDER),
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
            ]
        ).kind = BIND_FORMER_ORDER

    def _logistics_open_release_exception(self, error):
        """Say on the delivery and in the exceptions why it was not released."""
        backend = self.logistics_backend_id or next(
            iter(self.env["logistics.route"]._match(self, INSTRUCTION)), None
        )
        if not backend:
            return
        known = isinstance(error, LogisticsError)
        if not self.logistics_reference:
            self._logistics_hold(
                translated(self.env, error), logistics_backend_id=backend.id
            )
        self.env["logistics.exception"]._open(
            backend,
            error.kind if known else "internal",
            _lt("%s cannot be sent to the warehouse", self.name),
            error,
            error.remedy
            if known
            else _lt("Fix what the text names, then send the delivery."),
            record=self,
            fingerprint=f"release:{self.id}",
        )
