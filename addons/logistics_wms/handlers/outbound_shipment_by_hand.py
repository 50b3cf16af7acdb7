"""The partner shipped what a person had validated: no stock is moved again."""

from collections import defaultdict

from odoo import models

from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools.moments import to_naive

from ..checks import iter_lines
from ..const import BIND_SHIPMENT
from ..models.stock_picking_tracking import prepare_tracking
from ..tools.spelling import pick
from .outbound_shipment import Shipment


class LogisticsHandlerOutboundNotification(models.AbstractModel):
    _inherit = "logistics.handler.outbound_notification"

    def _get_by_hand(self, chain):
        """Return what was validated in Odoo, when nothing else waits for goods."""
        if any(p.state not in ("done", "cancel") for p in chain):
            return chain.browse()
        return chain.filtered(lambda p: p._logistics_is_by_hand())

    def _apply_by_hand(self, key, message, canonical, pickings):
        """Add what the shipment knows, report differences; return the delivery."""
        picking = self._choose_by_hand(canonical, pickings)
        shipment = Shipment(key, message, canonical, picking)
        bindings = self.env["logistics.binding"]
        is_first = not bindings._get_external_id(
            message.backend_id, BIND_SHIPMENT, picking
        )
        differences = self._find_differences(
            message.backend_id, canonical, picking, is_first
        )
        bindings._bind_many(message.backend_id, BIND_SHIPMENT, [(picking, key)])
        self._link_delivery(message, picking)
        self._add_parcels(shipment, picking)
        picking._logistics_set_state(
            "shipped", to_naive(canonical.occurred_at), logistics_by_hand=True
        )
        picking._message_log(body=self._describe(shipment))
        message.sudo().note = self.env._(
            "It was validated in Odoo before: the tracking was added, no stock was"
            " moved."
        )
        if differences:
            self._report_differences(shipment, picking, differences)
        return picking

    def _choose_by_hand(self, canonical, pickings):
        """Return the delivery that has the goods of the shipment."""
        lines = list(iter_lines(canonical))
        fitting = pickings.filtered(
            lambda p: any(self._match_moves(p.move_ids, line) for line in lines)
        )
        open_ones = fitting.filtered(lambda p: p.logistics_state != "shipped")
        return (open_ones or fitting or pickings)[:1]

    def _add_parcels(self, shipment, picking):
        """Give the parcels their numbers; make them when nobody packed in Odoo."""
        parcels = shipment.canonical.parcels
        lines = picking.move_line_ids
        if lines.result_package_id:
            shipment.packages = list(lines.result_package_id.sorted("id"))
            picking._logistics_add_tracking(parcels)
            return
        self._pack([shipment])
        for package, parcel in zip(shipment.packages, parcels, strict=True):
            moves = picking.move_ids.browse().union(
                *(self._match_moves(picking.move_ids, line) for line in parcel.lines)
            )
            inside = lines.filtered(
                lambda line, moves=moves: (
                    line.move_id in moves and not line.result_package_id
                )
            )
            inside.result_package_id = package
        known = (picking.carrier_tracking_ref or "").split(",")
        picking.write(prepare_tracking([*known, *(p.tracking_number for p in parcels)]))

    def _find_differences(self, backend, canonical, picking, is_first):
        """Return sentences: what the partner shipped that Odoo does not have."""
        shipped, texts = defaultdict(float), []
        for line in iter_lines(canonical):
            moves = self._match_moves(picking.move_ids, line)
            product = moves.product_id
            if not moves or not self._is_same_product(
                moves, picking.move_ids, line.sku
            ):
                texts.append(self.env._("%s is not in the delivery in Odoo.", line.sku))
                continue
            unit = self.env["logistics.value.map"]._get_uom(backend, line.uom)
            shipped[product] += unit._compute_quantity(
                float(line.quantity), product.uom_id, round=False
            )
            texts += self._compare_lots(picking, product, line)
        return texts + self._compare_quantities(canonical, picking, shipped, is_first)

    def _compare_lots(self, picking, product, line):
        ours = picking.move_line_ids.filtered(lambda m: m.product_id == product)
        known = set(ours.lot_id.mapped("name"))
        theirs = {
            part.lot for part in line.lots if part.lot and not pick(part.lot, known)
        }
        if product.tracking == "none" or not theirs:
            return []
        return [
            self.env._(
                "%(sku)s: the partner shipped lot %(theirs)s, Odoo has %(ours)s.",
                sku=line.sku,
                theirs=", ".join(sorted(theirs)),
                ours=", ".join(sorted(known)) or self.env._("none"),
            )
        ]

    def _compare_quantities(self, canonical, picking, shipped, is_first):
        """More is a difference; less only when no other shipment will come."""
        texts = []
        is_all = is_first and canonical.remaining == "closed"
        done = defaultdict(float)
        for move in picking.move_ids.filtered(lambda m: m.state == "done"):
            done[move.product_id] += move.product_uom._compute_quantity(
                move.quantity, move.product_id.uom_id, round=False
            )
        for product in done if is_all else shipped:
            difference = product.uom_id.compare(shipped[product], done[product])
            if difference > 0 or (difference < 0 and is_all):
                texts.append(
                    self.env._(
                        "%(sku)s: the partner shipped %(theirs)s, Odoo has %(ours)s.",
                        sku=product.default_code,
                        theirs=f"{shipped[product]:g}",
                        ours=f"{done[product]:g}",
                    )
                )
        return texts

    def _report_differences(self, shipment, picking, differences):
        backend = shipment.message.backend_id
        self.env["logistics.exception"]._open(
            backend,
            "validated_by_hand",
            _lt("%s was validated by hand and shipped otherwise", picking.name),
            "\n".join(differences),
            _lt(
                "The tracking was added and no stock was moved. Correct the delivery"
                " or the stock in Odoo, then resolve this."
            ),
            message=shipment.message,
            record=picking,
            fingerprint=f"validated_by_hand:{shipment.key}",
            severity="warning",
        )
