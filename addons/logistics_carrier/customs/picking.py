"""Deliveries across a customs border: what customs must know of their goods."""

from odoo import models

from ..canonical import Customs, Money
from ..tools.goods_lines import sum_totals
from ..tools.numbers import to_total
from .tools.territory import needs_customs


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _logistics_needs_customs(self):
        """Return whether the goods cross a customs border."""
        sender = self._logistics_get_warehouse_partner()
        return needs_customs(
            sender._get_customs_place(), self.partner_id._get_customs_place()
        )

    def _logistics_check_customs(self, carrier, parcels):
        """Return what customs will ask for and the records do not say."""
        problems = []
        backend = carrier.logistics_backend_id
        if backend and not carrier._logistics_has("customs"):
            problems.append(
                self.env._("%s does not ship across customs borders.", backend.name)
            )
        if not carrier._logistics_get_incoterm(self.sale_id):
            problems.append(
                self.env._("An incoterm is needed, on the order or the method.")
            )
        sender = self._logistics_get_warehouse_partner().commercial_partner_id
        if not (sender.logistics_eori or sender.vat):
            problems.append(
                self.env._("%s has neither EORI nor VAT number.", sender.name)
            )
        lines = self.env["stock.move.line"].union(*(p.lines for p in parcels))
        problems += lines._logistics_find_customs_gaps()
        return problems

    def _prepare_customs(self, shipment, parcels):
        """Return the Customs of a shipment across a border, else None."""
        if not self._logistics_needs_customs():
            return None
        lines = self.env["stock.move.line"].union(*(p.lines for p in parcels))
        commodities = lines._prepare_commodities()
        order = self.sale_id
        invoice = order.invoice_ids.filtered(lambda m: m.state == "posted")[:1]
        return Customs(
            purpose="return" if shipment.direction == "return" else "sale",
            incoterm=shipment.carrier_id._logistics_get_incoterm(order),
            invoice_number=invoice.name or shipment.name,
            invoice_date=invoice.invoice_date or shipment.ship_date,
            commodities=commodities,
            total=Money(sum_totals(commodities), self._logistics_get_currency().name),
        )


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _logistics_find_customs_gaps(self):
        """Return sentences: what customs will ask for of these products."""
        worth = {}
        currency = self.picking_id[:1]._logistics_get_currency()
        for (product, value), quantity in self._logistics_sort_goods().items():
            total = to_total(value * quantity, currency.decimal_places)
            worth[product] = min(total, worth.get(product, total))
        found = {p: p._get_customs_gaps(total) for p, total in worth.items()}
        return [
            self.env._(
                "%(product)s lacks for customs: %(gaps)s.",
                product=product.display_name,
                gaps=", ".join(gaps),
            )
            for product, gaps in found.items()
            if gaps
        ]

    def _logistics_sort_goods(self):
        """Return {(product, value of one): how many of its unit} of these lines."""
        sorts = {}
        for line in self:
            key = (line.product_id, line._logistics_get_unit_value())
            sorts[key] = sorts.get(key, 0) + line._logistics_get_quantity()
        return sorts

    def _prepare_commodities(self):
        """Return the Commodities of these lines, one per product and price."""
        currency = self.picking_id[:1]._logistics_get_currency()
        return tuple(
            product._prepare_commodity(quantity, value, currency)
            for (product, value), quantity in self._logistics_sort_goods().items()
        )
