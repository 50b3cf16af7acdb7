"""What customs must know of a product."""

from odoo import fields, models

from ..canonical import Commodity, Money
from ..tools.numbers import to_decimal, to_price, to_total
from ..tools.units import to_exact

# Units of Odoo -> UN/ECE Recommendation 20. All others are pieces.
UNIT_CODES = {
    "uom.product_uom_dozen": "DZN",
    "uom.product_uom_kgm": "KGM",
    "uom.product_uom_gram": "GRM",
    "uom.product_uom_ton": "TNE",
    "uom.product_uom_lb": "LBR",
    "uom.product_uom_oz": "ONZ",
    "uom.product_uom_meter": "MTR",
    "uom.product_uom_km": "KMT",
    "uom.product_uom_cm": "CMT",
    "uom.product_uom_inch": "INH",
    "uom.product_uom_foot": "FOT",
    "uom.product_uom_yard": "YRD",
    "uom.product_uom_litre": "LTR",
    "uom.product_uom_gal": "GLL",
    "uom.product_uom_cubic_meter": "MTQ",
    "uom.product_uom_square_meter": "MTK",
}
PIECE = "C62"


class UomUom(models.Model):
    _inherit = "uom.uom"

    def _get_customs_code(self):
        """Return the UN/ECE Recommendation 20 code of this unit."""
        return UNIT_CODES.get(self.sudo().get_external_id()[self.id], PIECE)


class ProductTemplate(models.Model):
    _inherit = "product.template"

    logistics_customs_description = fields.Char(
        string="Customs description",
        help="What the goods are, for customs: “cotton T-shirt for men”, not a"
        " marketing name. Empty: the product's name.",
    )


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _get_customs_description(self):
        """Return what the goods are, in English where it is known."""
        english = self.with_context(lang="en_US")
        return english.logistics_customs_description or english.name

    def _prepare_commodity(self, quantity, value, currency):
        """Return the Commodity of so many of the product's unit.

        :param value: Decimal, untaxed, of one, not rounded
        :param currency: res.currency of the value
        """
        total = to_total(value * to_exact(quantity), currency.decimal_places)
        return Commodity(
            description=self._get_customs_description(),
            quantity=to_decimal(quantity),
            unit=self.uom_id._get_customs_code(),
            value=Money(to_price(value), currency.name),
            total=Money(total, currency.name),
            weight=self.product_tmpl_id._logistics_to_kg(self.weight),
            origin_country=self.country_of_origin.code or "",
            hs_code=self.hs_code or None,
            sku=self.default_code or None,
        )

    def _get_customs_gaps(self, value):
        """Return the names of what customs will ask for and nobody entered.

        :param value: untaxed, of all that is shipped, in the digits of its currency
        """
        parts = [
            (self.hs_code, self.env._("HS code")),
            (self.country_of_origin, self.env._("country of origin")),
            (self.weight, self.env._("weight")),
            (value > 0, self.env._("value")),
            (self._get_customs_description(), self.env._("description")),
        ]
        return [label for known, label in parts if not known]
