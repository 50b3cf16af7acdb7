"""Dangerous goods: what carriers must know of them, and whether it is complete."""

from odoo import fields, models
from odoo.tools import groupby

from ..canonical import DangerousGoods
from ..tools.numbers import to_decimal


class ProductTemplate(models.Model):
    _inherit = "product.template"

    logistics_un_number = fields.Char(
        string="UN number", help="Of dangerous goods: four digits, as 3481."
    )
    logistics_shipping_name = fields.Char(
        string="Proper shipping name",
        help="As in the dangerous goods list: “Lithium ion batteries contained in"
        " equipment”.",
    )
    logistics_hazard_class = fields.Char(string="Hazard class", help="As 9 or 4.1.")
    logistics_packing_group = fields.Selection(
        [("I", "I"), ("II", "II"), ("III", "III")], string="Packing group"
    )
    logistics_dg_regulation = fields.Selection(
        [("ADR", "ADR"), ("IATA", "IATA"), ("IMDG", "IMDG"), ("CFR", "49 CFR")],
        string="Regulation",
        default="ADR",
    )

    _un_number_digits = models.Constraint(
        "CHECK(logistics_un_number IS NULL OR logistics_un_number ~ '^[0-9]{4}$')",
        "The UN number has four digits, without UN.",
    )


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _prepare_dangerous_goods(self, quantity):
        """Return the DangerousGoods of so many of the product's unit, or None."""
        if not self.logistics_un_number:
            return None
        return DangerousGoods(
            un_number=self.logistics_un_number,
            proper_shipping_name=self.logistics_shipping_name or "",
            hazard_class=self.logistics_hazard_class or "",
            quantity=to_decimal(quantity),
            unit="C62",
            packing_group=self.logistics_packing_group or None,
            regulation=self.logistics_dg_regulation or "ADR",
            net_weight=self.product_tmpl_id._logistics_to_kg(self.weight * quantity),
        )

    def _get_dangerous_goods_gaps(self):
        """Return the names of what a dangerous product lacks."""
        if not self.logistics_un_number:
            return []
        parts = [
            (self.logistics_shipping_name, self.env._("proper shipping name")),
            (self.logistics_hazard_class, self.env._("hazard class")),
        ]
        return [label for value, label in parts if not value]


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _prepare_dangerous_goods(self):
        """Return the DangerousGoods in these lines."""
        found = []
        for product, lines in groupby(self, lambda line: line.product_id):
            quantity = sum(
                line.product_uom_id._compute_quantity(
                    line.quantity, product.uom_id, round=False
                )
                for line in lines
            )
            goods = product._prepare_dangerous_goods(quantity)
            if goods:
                found.append(goods)
        return tuple(found)


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _logistics_check_dangerous(self, carrier, parcels):
        products = self.env["product.product"].union(
            *(parcel.lines.product_id for parcel in parcels)
        )
        dangerous = products.filtered("logistics_un_number")
        if not dangerous:
            return []
        if not carrier._logistics_has("dangerous_goods"):
            return [
                self.env._(
                    "%(carrier)s does not carry dangerous goods: %(products)s.",
                    carrier=carrier.logistics_backend_id.name,
                    products=", ".join(dangerous.mapped("display_name")),
                )
            ]
        backend = carrier.logistics_backend_id.sudo()
        goods = [
            one for parcel in parcels for one in parcel.lines._prepare_dangerous_goods()
        ]
        return [
            self.env._(
                "Dangerous goods %(product)s lack: %(gaps)s.",
                product=product.display_name,
                gaps=", ".join(gaps),
            )
            for product in dangerous
            if (gaps := product._get_dangerous_goods_gaps())
        ] + backend._get_connector()._find_dangerous_problems(backend, goods)
