"""Which product a line of the partner means: by its line, then by the SKU it was told.

A product may have another SKU since the partner was told of it. What counts is how the
partner knows the line.
"""

from odoo import models

from odoo.addons.logistics_core.texts import _lt

from ..errors import AmbiguousProduct, UnknownProduct
from ..tools.spelling import folded, pick, plain


class LogisticsHandlerOutboundNotification(models.AbstractModel):
    _inherit = "logistics.handler.outbound_notification"

    def _find_moves(self, backend, shipment, moves, line):
        """Return the moves a line can mean, and the SKU that was ordered.

        That is the SKU of the line itself, unless another product left.
        """
        found = self._match_moves(moves, line)
        if not found:
            raise self._unknown_product(shipment, line)
        if self._is_same_product(found, moves, line.sku):
            return found, line.sku
        ordered = found[0]._get_logistics_sku() or line.substitutes or line.sku
        if ordered != line.sku:
            self._check_substitution(backend, ordered, line.sku)
        return found, ordered

    def _match_moves(self, moves, line):
        """Return the moves of one product that a line of the partner means.

        :raises AmbiguousProduct: several products have its SKU
        """
        found = moves.filtered(
            lambda m: line.line_id and m._get_logistics_line_id() == line.line_id
        )
        if len(found.product_id) > 1:
            # What was ordered, and what left instead before.
            own = found.filtered(lambda m: m.id == line.line_id)
            return self._match_sku(found, line.sku) or own or found[:1]
        return found or self._match_sku(moves, line.substitutes or line.sku)

    def _match_sku(self, moves, sku):
        """Return the moves whose product the partner knows by a SKU, or may know."""
        told = moves.grouped(lambda m: m._get_logistics_sku())
        now = moves.grouped(lambda m: plain(m.product_id.default_code))
        for known in (told, now):
            name = pick(sku, known)
            if name is None:
                continue
            if len(known[name].product_id) > 1:
                raise AmbiguousProduct(
                    _lt(
                        "%(sku)s is the SKU of several products of %(delivery)s:"
                        " %(products)s.",
                        sku=sku,
                        delivery=", ".join(moves.picking_id.mapped("name")),
                        products=", ".join(known[name].product_id.mapped("name")),
                    )
                )
            return known[name]
        return moves.browse()

    def _is_same_product(self, found, moves, sku):
        """Return whether a SKU of the partner is that of these moves' product."""
        told = found[0]._get_logistics_sku()
        if plain(sku) == told:
            return True
        now = plain(found[0].product_id.default_code)
        if folded(sku) not in (folded(told), folded(now)):
            return False
        if plain(sku) in (moves - found).mapped(lambda m: m._get_logistics_sku()):
            return False
        if plain(sku) == now:
            return True
        # Only the case differs: another product may have exactly this SKU.
        company = found.company_id[:1]
        same = self.env["product.product"]._logistics_find(company, [sku])[0].get(sku)
        return (
            not same
            or same in found.product_id
            or plain(same.default_code) != plain(sku)
        )

    def _find_product(self, company, sku):
        """Return the product that a SKU of the partner means.

        :raises UnknownProduct: no product has it
        :raises AmbiguousProduct: several have it
        """
        found, shared = self.env["product.product"]._logistics_find(company, [sku])
        if sku in shared:
            raise AmbiguousProduct.of(sku, shared[sku])
        if sku not in found:
            raise UnknownProduct(_lt("No product has the internal reference %s.", sku))
        return found[sku]

    def _unknown_product(self, shipment, line):
        company = shipment.pickings.company_id[:1]
        known = any(self.env["product.product"]._logistics_find(company, [line.sku]))
        reference = shipment.canonical.reference
        return UnknownProduct(
            _lt(
                "The partner shipped %(sku)s, which is not in %(delivery)s.",
                sku=line.sku,
                delivery=reference,
            )
            if known
            else _lt(
                "The partner shipped %(sku)s for %(delivery)s. No product has this"
                " internal reference.",
                sku=line.sku,
                delivery=reference,
            )
        )

    def _get_line_product(self, moves, line):
        """Return the product that left by a line, or None when nobody knows it."""
        found = self._match_moves(moves, line)
        if found and self._is_same_product(found, moves, line.sku):
            return found.product_id
        company = moves.company_id[:1] or self.env.company
        found = self.env["product.product"]._logistics_find(company, [line.sku])[0]
        return found.get(line.sku)
