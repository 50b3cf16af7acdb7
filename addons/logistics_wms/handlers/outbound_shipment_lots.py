"""Lots and serials the partner names, matched by name and product."""

from odoo import models
from odoo.fields import Domain

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.tools.moments import to_naive

from ..checks import iter_lines
from ..errors import UnknownLot


class LogisticsHandlerOutboundNotification(models.AbstractModel):
    _inherit = "logistics.handler.outbound_notification"

    def _find_lots(self, backend, shipments):
        """Replace the lot names in the parts by lots; raise UnknownLot."""
        wanted = {
            (move.product_id, name)
            for shipment in shipments
            for move, _quantity, name, _parcel in shipment.parts
            if name and _uses_lots(move)
        }
        lots = self._search_lots(backend.company_id, wanted)
        for shipment in shipments:
            shipment.parts = [
                (move, quantity, self._get_lot(backend, lots, move, name), parcel)
                for move, quantity, name, parcel in shipment.parts
            ]
            self._check_serials(shipment)
            self._check_expiry(shipment)

    def _search_lots(self, company, wanted):
        """Return {(product, name): lot} in one query."""
        if not wanted:
            return {}
        found = self.env["stock.lot"].search(
            Domain("company_id", "in", (False, company.id))
            & Domain("product_id", "in", [product.id for product, _name in wanted])
            & Domain("name", "in", [name for _product, name in wanted])
        )
        return {(lot.product_id, lot.name): lot for lot in found}

    def _get_lot(self, backend, lots, move, name):
        if not _uses_lots(move):
            return None
        product = move.product_id
        sku = product.default_code or product.display_name
        if not name:
            if backend.wms_lot_policy == "odoo":
                return None  # the reserved ones
            raise InvalidMessage(
                self.env._("%s is tracked, but the partner names no lot.", sku)
            )
        lot = lots.get((product, name))
        if not lot:
            raise UnknownLot(
                self.env._(
                    "The partner shipped lot %(lot)s of %(sku)s, which is not in Odoo.",
                    lot=name,
                    sku=sku,
                )
            )
        return lot

    def _check_serials(self, shipment):
        for move, quantity, lot, _parcel in shipment.parts:
            serial = move.product_id.tracking == "serial" and lot
            if serial and move.product_id.uom_id.compare(quantity, 1) != 0:
                raise InvalidMessage(
                    self.env._(
                        "The serial number %(serial)s is named for %(quantity)s units.",
                        serial=lot.name,
                        quantity=f"{quantity:g}",
                    )
                )

    def _check_expiry(self, shipment):
        """Learn the expiry of a lot that has none; warn when it is another."""
        if "expiration_date" not in self.env["stock.lot"]._fields:
            return  # product_expiry is not installed
        dates = {
            part.lot: to_naive(part.expires_at)
            for line in iter_lines(shipment.canonical)
            for part in line.lots
            if part.lot and part.expires_at
        }
        lots = self.env["stock.lot"].browse(
            {lot.id for _m, _q, lot, _p in shipment.parts if lot}
        )
        for lot in lots.filtered(lambda lot: lot.name in dates):
            theirs = dates[lot.name]
            if not lot.expiration_date:
                lot.expiration_date = theirs
            elif lot.expiration_date.date() != theirs.date():
                shipment.warnings.append(
                    (
                        "lot_expiry",
                        self.env._(
                            "Lot %(lot)s expires on %(ours)s in Odoo, on %(theirs)s"
                            " at the partner.",
                            lot=lot.name,
                            ours=lot.expiration_date.date(),
                            theirs=theirs.date(),
                        ),
                    )
                )

    def _create_missing_lots(self, message, canonical):
        """Create the lots a shipment names and Odoo lacks (a person asked)."""
        backend = message.backend_id
        chains = self._get_chains(backend, [canonical.reference])
        moves = chains[canonical.reference].move_ids
        by_line = {m._get_logistics_line_id(): m.product_id for m in moves}
        by_sku = {p.default_code: p for p in moves.product_id}
        named = {}
        for line in iter_lines(canonical):
            product = by_line.get(line.line_id) or by_sku.get(line.sku)
            if product and product.tracking != "none":
                named.update({(product, p.lot): p for p in line.lots if p.lot})
        known = self._search_lots(backend.company_id, set(named))
        has_expiry = "expiration_date" in self.env["stock.lot"]._fields
        return self.env["stock.lot"].create(
            [
                {
                    "name": name,
                    "product_id": product.id,
                    "company_id": backend.company_id.id,
                    **(
                        {"expiration_date": to_naive(part.expires_at)}
                        if has_expiry and part.expires_at
                        else {}
                    ),
                }
                for (product, name), part in named.items()
                if (product, name) not in known
            ]
        )


def _uses_lots(move):
    kind = move.picking_type_id
    return move.product_id.tracking != "none" and (
        kind.use_existing_lots or kind.use_create_lots
    )
