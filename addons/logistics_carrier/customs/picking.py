"""Deliveries across a customs border: what customs must know of their goods."""

from odoo import models

from ..canonical import Customs, Money
from ..tools.numbers import to_amount
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
        seen = self.env["stock.move.line"]
        for parcel in parcels:
            for line in parcel.lines:
                if line.product_id not in seen.product_id:
                    problems += line._logistics_check_customs()
                seen |= line
        return problems

    def _prepare_customs(self, shipment, parcels):
        """Return the Customs of a shipment across a border, else None."""
        if not self._logistics_needs_customs():
            return None
        lines = self.env["stock.move.line"].union(*(p.lines for p in parcels))
        commodities = lines._prepare_commodities()
        total = sum(c.value.amount * c.quantity for c in commodities)
        order = self.sale_id
        invoice = order.invoice_ids.filtered(lambda m: m.state == "posted")[:1]
        return Customs(
            purpose="return" if shipment.direction == "return" else "sale",
            incoterm=shipment.carrier_id._logistics_get_incoterm(order),
            invoice_number=invoice.name or shipment.name,
            invoice_date=invoice.invoice_date or shipment.ship_date,
            commodities=commodities,
            total=Money(to_amount(total), self._logistics_get_currency().name),
        )


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _logistics_check_customs(self):
        product = self.product_id
        gaps = product._get_customs_gaps(self._logistics_get_unit_value())
        if not gaps:
            return []
        return [
            self.env._(
                "%(product)s lacks for customs: %(gaps)s.",
                product=product.display_name,
                gaps=", ".join(gaps),
            )
        ]

    def _prepare_commodities(self):
        """Return the Commodities of these lines, one per product and price."""
        currency = self.picking_id[:1]._logistics_get_currency().name
        sorts = {}
        for line in self:
            value = to_amount(line._logistics_get_unit_value())
            quantity = line.product_uom_id._compute_quantity(
                line.quantity, line.product_id.uom_id, round=False
            )
            key = (line.product_id, value)
            sorts[key] = sorts.get(key, 0) + quantity
        return tuple(
            product._prepare_commodity(quantity, Money(value, currency))
            for (product, value), quantity in sorts.items()
        )
