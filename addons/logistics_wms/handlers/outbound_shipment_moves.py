"""Writing what left on the move lines; quants are left to the validation."""

from collections import defaultdict

from odoo import models

from ..models.stock_picking_tracking import to_web_address


class LogisticsHandlerOutboundNotification(models.AbstractModel):
    _inherit = "logistics.handler.outbound_notification"

    def _pack(self, shipments):
        """Make one package for each parcel, for all shipments at once."""
        vals_list = [
            self._prepare_package_vals(parcel)
            for shipment in shipments
            for parcel in shipment.canonical.parcels
        ]
        self._add_names(vals_list)
        packages = self.env["stock.package"]
        # This default is the same for all, and a few statements for each.
        unit = packages._get_default_weight_uom()
        created = packages.with_context(default_weight_uom_name=unit).create(vals_list)
        packages = iter(packages.browse(created.ids))
        for shipment in shipments:
            shipment.packages = [next(packages) for _p in shipment.canonical.parcels]

    def _add_names(self, vals_list):
        """Name new packages as Odoo does, but look for the sequence once."""
        sequence = self.env["ir.sequence"].search(
            [
                ("code", "=", "stock.package"),
                ("company_id", "in", (self.env.company.id, False)),
            ],
            order="company_id",
            limit=1,
        )
        for vals in vals_list:
            if sequence and "name" not in vals:
                vals["name"] = sequence.next_by_id()

    def _prepare_package_vals(self, parcel):
        vals = {
            "logistics_tracking_ref": parcel.tracking_number,
            "logistics_tracking_url": to_web_address(parcel.tracking_url),
            "logistics_carrier": " ".join(
                filter(None, (parcel.carrier, parcel.carrier_service))
            ),
        }
        if parcel.sscc:
            vals["name"] = parcel.sscc
        if parcel.weight:
            templates = self.env["product.template"]
            unit = templates._get_weight_uom_id_from_ir_config_parameter()
            kilogram = self.env.ref("uom.product_uom_kgm")
            vals["shipping_weight"] = kilogram._compute_quantity(
                float(parcel.weight), unit, round=False
            )
        return vals

    def _fill_moves(self, shipments):
        """Set quantities, lots and packages on the move lines."""
        by_move = defaultdict(lambda: defaultdict(float))
        for shipment in shipments:
            for move, quantity, lot, number in shipment.parts:
                by_move[move][lot, shipment.packages[number]] += quantity
        as_reserved = defaultdict(lambda: self.env["stock.move.line"])
        others = {}
        for move, parts in by_move.items():
            if _is_as_reserved(move, parts):
                ((_lot, package),) = parts
                as_reserved[package] |= move.move_line_ids
            else:
                others[move] = parts
        lines = self.env["stock.move.line"].union(*as_reserved.values())
        lines.write({"picked": True})
        for package, lines in as_reserved.items():
            lines.write({"result_package_id": package.id})
        moves = self.env["stock.move"].union(*others)
        sources = {move: _read_sources(move) for move in moves}
        moves.move_line_ids.unlink()
        self._add_lines(others, sources)

    def _add_lines(self, others, sources):
        """Add lines: first from what each move had reserved, then from elsewhere.

        :param others: {move: {(lot, package): quantity}}
        :param sources: {move: what it had reserved}
        """
        vals_list, rests = [], []
        for move, parts in others.items():
            unit = move.product_id.uom_id
            for (lot, package), quantity in parts.items():
                taken, rest = _take(sources[move], lot, unit.round(quantity))
                vals_list += [
                    _prepare_line(move, amount, place, lot, package)
                    for place, amount in taken
                ]
                if not unit.is_zero(rest):
                    rests.append((move, unit.round(rest), lot, package))
        lines = self.env["stock.move.line"]
        lines.create(vals_list)
        for move, quantity, lot, package in rests:
            for place, amount in self._find_elsewhere(move, quantity, lot):
                vals = _prepare_line(move, amount, place, lot, package)
                same = move.move_line_ids.filtered_domain(
                    [(n, "=", v) for n, v in vals.items() if n != "quantity"]
                )
                if same:
                    same[0].quantity += vals["quantity"]
                else:
                    lines.create(vals)

    def _find_elsewhere(self, move, quantity, lot):
        """Return [(place, quantity)]: free stock, that of others, what Odoo lacks.

        The partner holds the goods: what it shipped was there. So they leave the
        pallet they lie on, also one that Odoo reserved for another delivery, which is
        then reserved anew.
        """
        unit, places = move.product_id.uom_id, []
        if not move._should_bypass_reservation():
            free = self.env["stock.quant"]._get_reserve_quantity(
                move.product_id,
                move.location_id,
                quantity,
                lot_id=lot,
                owner_id=_get_owner(move),
            )
            places = [(_get_place(quant), amount) for quant, amount in free]
        rest = unit.round(quantity - sum(amount for _place, amount in places))
        if unit.is_zero(rest):
            return places
        quants = self._find_quants(move, lot)
        for place, there in self._count_unpicked(quants, places):
            taken = unit.round(min(rest, there))
            if unit.compare(taken, 0) > 0:
                places.append((place, taken))
                rest = unit.round(rest - taken)
        if not unit.is_zero(rest):
            beside = {
                "location_id": (quants[:1].location_id or move.location_id).id,
                "lot_id": False,
                "package_id": False,
                "owner_id": _get_owner(move).id,
            }
            places.append((beside, rest))
        return places

    def _find_quants(self, move, lot):
        """Return where Odoo has the goods, though reserved for others."""
        quants = self.env["stock.quant"]._gather(
            move.product_id,
            move.location_id,
            lot_id=lot,
            owner_id=_get_owner(move),
            strict=False,
        )
        return quants.filtered(
            lambda q: q.quantity > 0 and (q.lot_id == lot or not lot)
        )

    def _count_unpicked(self, quants, places):
        """Return [(place, what lies there and is not on a picked line)].

        :param places: [(place, quantity)] of lines that are still to be made
        """
        lying = defaultdict(float)
        for quant in quants:
            lying[tuple(_get_place(quant).items())] += quant.quantity
        for place, quantity in places:
            lying[tuple(place.items())] -= quantity
        counted = []
        for key, quantity in lying.items():
            ((picked,),) = self.env["stock.move.line"]._read_group(
                [
                    ("product_id", "=", quants.product_id.id),
                    *((name, "=", value) for name, value in key),
                    ("picked", "=", True),
                    ("state", "not in", ("done", "cancel")),
                ],
                aggregates=["quantity_product_uom:sum"],
            )
            counted.append((dict(key), quantity - (picked or 0)))
        return counted


def _is_as_reserved(move, parts):
    """Return whether exactly what is reserved left, in one parcel.

    :param parts: {(lot, package): quantity}
    """
    lines = move.move_line_ids
    if len(parts) != 1 or not lines:
        return False
    (((lot, _package), quantity),) = parts.items()
    reserved = sum(lines.mapped("quantity_product_uom"))
    return move.product_id.uom_id.compare(reserved, quantity) == 0 and (
        lot is None or lines.lot_id == lot
    )


def _get_owner(move):
    """Return whose goods the move may take; nobody's in particular when empty."""
    return move.restrict_partner_id or move.picking_id.owner_id


def _get_place(record):
    """Return where a quant or the goods of a move line lie, as values of a line."""
    return {
        "location_id": record.location_id.id,
        "lot_id": record.lot_id.id,
        "package_id": record.package_id.id,
        "owner_id": record.owner_id.id,
    }


def _read_sources(move):
    """Return [[place, quantity]] of what is reserved, that with lots first."""
    lines = move.move_line_ids.sorted(lambda line: not line.lot_id)
    return [[_get_place(line), line.quantity_product_uom] for line in lines]


def _take(sources, lot, quantity):
    """Return ([(place, quantity)], what is missing); the sources shrink."""
    taken = []
    for source in sources:
        place, there = source
        if lot and place["lot_id"] not in (False, lot.id):
            continue
        amount = min(quantity, there)
        if amount > 0:
            taken.append((place, amount))
            source[1] -= amount
            quantity -= amount
    return taken, quantity


def _prepare_line(move, quantity, place, lot, package):
    """Return the values of a line that is done but for the validation."""
    vals = {
        **move._prepare_move_line_vals(quantity=move.product_id.uom_id.round(quantity)),
        **place,
        "picked": True,
        "result_package_id": package.id,
    }
    if lot:
        vals["lot_id"] = lot.id
    return vals
