"""Which move, in which quantity: from the partner's lines to Odoo's moves."""

from collections import defaultdict

from odoo import models

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt

from ..canonical import LotQuantity
from ..checks import iter_lines
from ..const import MAX_DECIMALS
from ..errors import OverShipment


class LogisticsHandlerOutboundNotification(models.AbstractModel):
    _inherit = "logistics.handler.outbound_notification"

    def _plan(self, backend, shipments):
        """Fill `parts` of each shipment; raise for what does not fit."""
        units = {}
        for shipment in shipments:
            for line in iter_lines(shipment.canonical):
                if line.uom not in units:
                    units[line.uom] = self.env["logistics.value.map"]._get_uom(
                        backend, line.uom
                    )
        for shipment in shipments:
            moves = shipment.pickings.move_ids.filtered(
                lambda m: (
                    m.state not in ("done", "cancel")
                    and m.location_dest_usage != "inventory"
                )
            )
            left = {m: m.product_qty - m.logistics_residue for m in moves}
            sums = {}
            for number, parcel in enumerate(shipment.canonical.parcels):
                for line in parcel.lines:
                    found, ordered = self._find_moves(backend, shipment, moves, line)
                    parts = self._distribute(line, found, left, units[line.uom])
                    parts = self._round(parts, sums)
                    if ordered != line.sku:
                        parts = self._substitute(parts, line.sku)
                    shipment.parts += [(*part, number) for part in parts]
                    shipment.add_expiries(line, parts)
            self._check_over(backend, shipment, left)
            self._keep_residues(shipment, sums)
        self._find_lots(backend, shipments)

    def _distribute(self, line, moves, left, unit):
        """Return [(move, exact quantity, lot name)]; fill one move after the other."""
        product = moves.product_id
        base = product.uom_id
        if not unit._has_common_reference(base):
            raise InvalidMessage(
                _lt(
                    "%(sku)s is counted in %(ours)s; the partner reports %(theirs)s.",
                    sku=line.sku,
                    ours=base.name,
                    theirs=line.uom,
                )
            )
        portions = [
            [unit._compute_quantity(float(part.quantity), base, round=False), part.lot]
            for part in line.lots or (LotQuantity(line.quantity),)
        ]
        parts = []
        for move in moves:
            last = move == moves[-1]
            while portions:
                quantity, lot = portions[0]
                room = max(left[move], 0)
                fits = room and base.is_zero(quantity - room)
                taken = quantity if last or fits else min(quantity, room)
                if not taken:
                    break
                parts.append((move, taken, lot))
                left[move] -= taken
                portions[0][0] = quantity - taken
                if not portions[0][0]:
                    portions.pop(0)
        return parts

    def _round(self, parts, sums):
        """Return the parts rounded so that their sum is the rounded sum.

        Each rounded alone, 333 + 333 + 334 g would be 0.99 kg.

        :param parts: [(move, exact quantity, lot name)]
        :param sums: {move: (exact sum, rounded sum)} of the shipment, updated
        """
        rounded = []
        for move, quantity, lot in parts:
            unit = move.product_id.uom_id
            exact, done = sums.get(move) or (move.logistics_residue, 0.0)
            exact += quantity
            part = max(unit.round(unit.round(exact) - done), 0.0)
            sums[move] = exact, done + part
            if part:
                rounded.append((move, part, lot))
        return rounded

    def _keep_residues(self, shipment, sums):
        """Remember what rounding left, for the next shipment of the same goods.

        :raises InvalidMessage: all of the shipment is less than Odoo counts
        """
        if not shipment.parts:
            raise InvalidMessage(
                _lt(
                    "The shipment has less of everything than Odoo counts (decimal"
                    " accuracy “Product Unit”)."
                )
            )
        for move, (exact, done) in sums.items():
            residue = round(exact - done, MAX_DECIMALS)
            if residue != move.logistics_residue:
                move.sudo().logistics_residue = residue

    def _check_over(self, backend, shipment, left):
        """Raise OverShipment beyond the tolerance; below it, warn."""
        over = defaultdict(float)
        for move, rest in left.items():
            if move.product_id.uom_id.compare(rest, 0) < 0:
                over[move] = -rest
        for move, surplus in over.items():
            text = _lt(
                "%(sku)s: %(surplus)s %(unit)s more than the %(ordered)s ordered.",
                sku=move.product_id.default_code or move.product_id.display_name,
                surplus=f"{surplus:g}",
                unit=move.product_id.uom_id.name,
                ordered=f"{move.product_qty:g}",
            )
            allowed = move.product_qty * backend.wms_over_tolerance / 100
            if move.product_id.uom_id.compare(surplus, allowed) > 0:
                raise OverShipment(text)
            shipment.warnings.append(("over_shipment", text))
