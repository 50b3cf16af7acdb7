"""What a delivery consists of for a carrier: parcels and goods."""

from dataclasses import dataclass, field
from decimal import Decimal

from odoo import models
from odoo.tools import groupby

from odoo.addons.logistics_core.tools.gs1 import to_sscc

from ..canonical import Money, ParcelContent
from ..tools.numbers import to_amount
from ..tools.units import FOOT, INCH, OUNCE, POUND, to_exact

KILOGRAM = "uom.product_uom_kgm"
MILLIMETRE = "uom.product_uom_millimeter"
# Odoo's own factors are rounded: its pound has 453.592 grams.
EXACT = {
    "uom.product_uom_lb": POUND,
    "uom.product_uom_oz": OUNCE,
    "uom.product_uom_foot": FOOT,
    "uom.product_uom_inch": INCH,
}


@dataclass
class PlannedParcel:
    """One box to be labelled; `lines` are the stock.move.line in it.

    :param weight: kilograms, with the packaging; not rounded
    :param unweighed: products in it without a weight, when nobody weighed the parcel
    :param size: length, width and height in millimetres, not rounded; 0: unknown
    """

    name: str
    weight: Decimal
    lines: models.BaseModel
    package: models.BaseModel
    package_type: models.BaseModel
    unweighed: models.BaseModel
    size: tuple[Decimal, ...] = (Decimal(0),) * 3
    goods: list = field(default_factory=list)

    @property
    def sscc(self):
        return to_sscc(self.package.name) if self.package else None


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def _logistics_to_kg(self, weight):
        """Return a weight in the database's unit as kilograms, not rounded."""
        unit = self._get_weight_uom_id_from_ir_config_parameter()
        return to_exact(to_exact(weight) * _get_factor(unit, KILOGRAM))


def _get_factor(unit, base):
    """Return how many of a base unit, an XML ID, a unit has: exact for feet, pounds."""
    for name, factor in EXACT.items():
        if unit == unit.env.ref(name, raise_if_not_found=False):
            return factor
    return to_exact(unit.factor) / to_exact(unit.env.ref(base).factor)


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _logistics_tell_unweighed(self):
        """Return a sentence: these products have no weight, and what to do."""
        return self.env._(
            "These products have no weight: %s. Enter it on the product, weigh the"
            " package, or correct the order's weight; or enter on the warehouse what a"
            " product without a weight counts.",
            ", ".join(self.mapped("display_name")),
        )


class StockPackageType(models.Model):
    _inherit = "stock.package.type"

    def _logistics_get_size(self):
        """Return length, width and height in millimetres; 0 where not known."""
        products = self.env["product.template"]
        unit = products._get_length_uom_id_from_ir_config_parameter()
        factor = _get_factor(unit, MILLIMETRE)
        sides = (self.packaging_length, self.width, self.height)
        return tuple(to_exact(to_exact(side) * factor) for side in sides)


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _logistics_plan_parcels(self, default_type):
        """Return the PlannedParcels: each outermost package, and what is loose.

        :param default_type: stock.package.type of the loose content
        """
        self.ensure_one()
        lines = self.move_line_ids.filtered(lambda line: line.quantity > 0)
        parcels, names = [], set()
        for package, grouped in groupby(
            lines, lambda line: line.result_package_id.outermost_package_id
        ):
            inside = lines.browse(line.id for line in grouped)
            kind = package.package_type_id if package else default_type
            name = package.name if package else "BULK"
            while name in names:
                name = f"{name}-{len(names) + 1}"
            names.add(name)
            weight = package.shipping_weight or inside._logistics_get_weight(kind)
            unweighed = inside.filtered(
                lambda line, package=package: (
                    not package.shipping_weight and not line.product_id.weight
                )
            )
            default = self.picking_type_id.warehouse_id.carrier_default_weight
            pieces = to_exact(unweighed._logistics_count_pieces())
            products = self.env["product.template"]
            parcels.append(
                PlannedParcel(
                    name=name,
                    weight=products._logistics_to_kg(weight)
                    + to_exact(default) * pieces,
                    unweighed=unweighed.product_id,
                    lines=inside,
                    package=package,
                    package_type=kind,
                    size=kind._logistics_get_size(),
                )
            )
        return parcels

    def _logistics_get_currency(self):
        """Return the currency in which the goods of this delivery are valued."""
        return self.sale_id.currency_id or self.company_id.currency_id


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _logistics_count_pieces(self):
        """Return how many of the products' own units these lines have, not rounded."""
        return sum(
            line.product_uom_id._compute_quantity(
                line.quantity, line.product_id.uom_id, round=False
            )
            for line in self
        )

    def _logistics_get_weight(self, package_type):
        """Return the weight with packaging, in the database's unit."""
        weight = sum(
            line.product_uom_id._compute_quantity(
                line.quantity, line.product_id.uom_id, round=False
            )
            * line.product_id.weight
            for line in self
        )
        return weight + package_type.base_weight

    def _logistics_get_unit_value(self):
        """Return the untaxed value of one of the product's unit: not rounded.

        In the currency of the delivery: the price sold for, after discounts; for
        what has no price of its own (a part of a kit, a move without an order) the
        list price.
        """
        self.ensure_one()
        sale_line = self.move_id.sale_line_id
        product, picking = self.product_id, self.picking_id
        if sale_line and sale_line.product_id == product:
            return sale_line._logistics_get_unit_value()
        currency = picking._logistics_get_currency()
        date = picking.sale_id.date_order or picking.scheduled_date
        price = product.currency_id._convert(
            product.list_price, currency, picking.company_id, date, round=False
        )
        return to_exact(price)

    def _logistics_get_quantity(self):
        """Return how many of the product's unit this line has: a Decimal, exact."""
        return to_exact(
            self.product_uom_id._compute_quantity(
                self.quantity, self.product_id.uom_id, round=False
            )
        )

    def _logistics_get_value(self):
        """Return the untaxed value of these lines, a Money."""
        total = sum(
            line._logistics_get_unit_value() * line._logistics_get_quantity()
            for line in self
        )
        currency = self.picking_id[:1]._logistics_get_currency()
        return Money(to_amount(total), currency.name)


def to_content(parcel):
    """Return the ParcelContent of a PlannedParcel."""
    length, width, height = parcel.size
    return ParcelContent(
        reference=parcel.name,
        weight=parcel.weight,
        length=length or None,
        width=width or None,
        height=height or None,
        sscc=parcel.sscc,
        packaging=parcel.package_type.shipper_package_code or None,
        description=", ".join(
            product._get_customs_description() for product in parcel.lines.product_id
        ),
        value=parcel.lines._logistics_get_value(),
        dangerous_goods=parcel.lines._prepare_dangerous_goods(),
    )
