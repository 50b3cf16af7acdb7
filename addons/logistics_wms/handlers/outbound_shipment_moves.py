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
        by_move = defaultdict(list)
        for shipment in shipments:
            for move, quantity, lot, number in shipment.parts:
                by_move[move].append((quantity, lot, shipment.packages[number]))
        as_reserved = defaultdict(lambda: self.env["stock.move.line"])
        others = {}
        for move, parts in by_move.items():
            if _is_as_reserved(move, parts):
                as_reserved[parts[0][2]] |= move.move_line_ids
            else:
                others[move] = parts
        lines = self.env["stock.move.line"].union(*as_reserved.values())
        lines.write({"picked": True})
        for package, lines in as_reserved.items():
            lines.write({"result_package_id": package.id})
        self.env["stock.move"].union(*others).move_line_ids.unlink()
        for move, parts in others.items():
            for quantity, lot, package in parts:
                self._add_lines(move, quantity, lot, package)

    def _add_lines(self, move, quantity, lot, package):
        """Add lines for one part; from where the stock lies, as far as it does."""
        vals_list, taken = [], 0
        if not move._should_bypass_reservation():
            vals_list, taken = move._update_reserved_quantity_vals(
                quantity, move.location_id, lot_id=lot, strict=False
            )
        rest = move.product_id.uom_id.round(quantity - taken)
        if not move.product_id.uom_id.is_zero(rest):
            # The partner holds the goods: what it shipped was there.
            vals = move._prepare_move_line_vals(quantity=rest)
            location = self._find_location(move, lot)
            vals_list.append({**vals, "location_id": location.id})
        for vals in vals_list:
            vals.update(picked=True, result_package_id=package.id)
            if lot:
                vals["lot_id"] = lot.id
        self.env["stock.move.line"].create(vals_list)

    def _find_location(self, move, lot):
        """Return where Odoo has the goods, though reserved for others."""
        quants = self.env["stock.quant"]._gather(
            move.product_id, move.location_id, lot_id=lot, strict=False
        )
        matching = quants.filtered(
            lambda q: q.quantity > 0 and (q.lot_id == lot or not lot)
        )
        return matching[:1].location_id or move.location_id


def _is_as_reserved(move, parts):
    """Return whether exactly what is reserved left, in one parcel."""
    lines = move.move_line_ids
    if len(parts) != 1 or not lines:
        return False
    quantity, lot, _package = parts[0]
    reserved = sum(lines.mapped("quantity_product_uom"))
    return move.product_id.uom_id.compare(reserved, quantity) == 0 and (
        lot is None or lines.lot_id == lot
    )
