"""Lots and serials the partner names, matched by name and product."""

from odoo import models

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
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
            parts, told = [], {}
            for move, quantity, name, parcel in shipment.parts:
                lot = self._get_lot(backend, lots, move, name)
                parts.append((move, quantity, lot, parcel))
                times = shipment.expiries.get((move.product_id, name))
                if lot and times:
                    told.setdefault(lot, set()).update(times)
            shipment.parts = parts
            self._check_serials(shipment)
            self._check_expiry(shipment, told)

    def _search_lots(self, company, wanted):
        """Return {(product, name): lot}; lots are looked for by product."""
        lots = self.env["stock.lot"]._logistics_find(
            company, {(product.id, name) for product, name in wanted}
        )
        return {
            (product, name): lots[product.id, name]
            for product, name in wanted
            if (product.id, name) in lots
        }

    def _get_lot(self, backend, lots, move, name):
        if not _uses_lots(move):
            return None
        product = move.product_id
        sku = product.default_code or product.display_name
        if not name:
            if backend.wms_lot_policy == "odoo":
                return None  # the reserved ones
            raise InvalidMessage(
                _lt("%s is tracked, but the partner names no lot.", sku)
            )
        lot = lots.get((product, name))
        if not lot:
            raise UnknownLot(
                _lt(
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
                    _lt(
                        "The serial number %(serial)s is named for %(quantity)s units.",
                        serial=lot.name,
                        quantity=f"{quantity:g}",
                    )
                )

    def _check_expiry(self, shipment, told):
        """Learn the expiry of a lot that has none; warn when it is another.

        :param told: {lot: the times at which the partner says that it expires}
        """
        if "expiration_date" not in self.env["stock.lot"]._fields:
            return  # product_expiry is not installed
        for lot, times in told.items():
            days = {time.date() for time in times}
            if not lot.expiration_date and len(days) == 1:
                lot.expiration_date = min(times)
            ours = lot.expiration_date and lot.expiration_date.date()
            if days != {ours}:
                shipment.warnings.append(
                    (
                        "lot_expiry",
                        _lt(
                            "Lot %(lot)s of %(sku)s expires on %(ours)s in Odoo, on"
                            " %(theirs)s at the partner.",
                            lot=lot.name,
                            sku=lot.product_id.default_code or lot.product_id.name,
                            ours=ours or "-",
                            theirs=", ".join(map(str, sorted(days))),
                        ),
                    )
                )

    def _create_missing_lots(self, message, canonical):
        """Create the lots a shipment names and Odoo lacks (a person asked)."""
        backend = message.backend_id
        moves = self._get_message_moves(message, canonical)
        named = {}
        for line in iter_lines(canonical):
            product = self._get_line_product(moves, line)
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
