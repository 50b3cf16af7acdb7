"""What customs must know of a product."""

from odoo import fields, models

from ..canonical import Commodity
from ..tools.numbers import to_decimal


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

    def _prepare_commodity(self, quantity, value):
        """Return the Commodity of so many of the product's unit.

        :param value: Money, untaxed, of one
        """
        return Commodity(
            description=self._get_customs_description(),
            quantity=to_decimal(quantity),
            unit="C62",
            value=value,
            weight=self.product_tmpl_id._logistics_to_kg(self.weight),
            origin_country=self.country_of_origin.code or "",
            hs_code=self.hs_code or None,
            sku=self.default_code or None,
        )

    def _get_customs_gaps(self, value):
        """Return the names of what customs will ask for and nobody entered.

        :param value: untaxed price of one
        """
        parts = [
            (self.hs_code, self.env._("HS code")),
            (self.country_of_origin, self.env._("country of origin")),
            (self.weight, self.env._("weight")),
            (value > 0, self.env._("value")),
            (self._get_customs_description(), self.env._("description")),
        ]
        return [label for known, label in parts if not known]
