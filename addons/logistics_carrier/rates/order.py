"""Orders: what shipping them will cost, and with whom."""

from odoo import fields, models

from odoo.addons.logistics_core.guard import button

from ..canonical import Money, ParcelContent, RateRequest
from ..const import SALE
from ..tools.numbers import to_amount

# Seconds in which all carriers together must have answered.
SHOPPING_BUDGET = 10.0


class SaleOrder(models.Model):
    _inherit = "sale.order"

    logistics_choices = fields.Json(
        copy=False,
        readonly=True,
        help="Shipping method that chooses by rules: the method chosen.",
    )

    def _prepare_rate_request(self, carrier):
        """Return the RateRequest of this order for a shipping method."""
        sender = self.warehouse_id.partner_id or self.company_id.partner_id
        value = sum(self._logistics_get_goods().mapped("price_subtotal"))
        insured = value * carrier.shipping_insurance / 100
        currency = self.currency_id.name
        day = self.warehouse_id._get_today()
        return RateRequest(
            ship_from=sender._get_carrier_party(),
            ship_to=self.partner_shipping_id._get_carrier_party(),
            parcels=self._prepare_rate_parcels(carrier.logistics_package_type_id),
            ship_date=day,
            currency=currency,
            value=Money(to_amount(value), currency),
            insurance=Money(to_amount(insured), currency) if insured else None,
            signature=carrier.logistics_signature,
            billing=carrier._prepare_logistics_billing(self.partner_shipping_id),
            customs=self._prepare_rate_customs(carrier, day),
            ship_zone=self.warehouse_id._get_zone().key,
        )

    def _prepare_rate_parcels(self, package_type):
        """Return the parcels this order will probably be packed in."""
        products = self.env["product.template"]
        own = products._logistics_to_kg(package_type.base_weight)
        limit = products._logistics_to_kg(package_type.max_weight)
        left = self._logistics_get_weight()
        length, width, height = package_type._logistics_get_size()
        weights = []
        while limit and left > limit - own > 0 and len(weights) < 99:
            weights.append(limit)
            left -= limit - own
        weights.append(left + own)
        return tuple(
            ParcelContent(
                reference=str(number),
                weight=weight,
                length=length or None,
                width=width or None,
                height=height or None,
                packaging=package_type.shipper_package_code or None,
            )
            for number, weight in enumerate(weights, 1)
        )

    @button("read", SALE)
    def action_logistics_compare(self):
        """Ask all carriers what this order would cost to ship."""
        self.ensure_one()
        comparison = self.env["logistics.rate.comparison"].create({"order_id": self.id})
        comparison._ask()
        return comparison._get_action()
