"""How a carrier's invoices are compared and booked."""

from fnmatch import fnmatch

from odoo import api, fields, models

from ..const import CATEGORIES


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    can_read_freight = fields.Boolean(compute="_compute_can_read_freight")
    is_billing = fields.Boolean(
        compute="_compute_can_read_freight", help="It bills what it does for us."
    )
    freight_tolerance_percent = fields.Float(
        string="Tolerance (%)",
        default=2.0,
        help="A parcel may cost so much more or less than its label should have cost.",
    )
    freight_tolerance_amount = fields.Monetary(
        string="Tolerance",
        default=0.5,
        currency_field="freight_currency_id",
        help="Or this amount. The greater of both is accepted.",
    )
    freight_currency_id = fields.Many2one(related="company_id.currency_id")
    freight_user_id = fields.Many2one(
        "res.users",
        string="Differences go to",
        domain="[('share', '=', False)]",
        help="Gets the exceptions about freight. Empty: everyone in finance sees them.",
    )
    freight_partner_id = fields.Many2one(
        "res.partner",
        string="Vendor",
        check_company=True,
        help="Whom the vendor bills are from.",
    )
    freight_product_id = fields.Many2one(
        "product.product",
        string="Product",
        check_company=True,
        help="Of the bill's lines; it brings account and taxes.",
    )
    freight_account_id = fields.Many2one(
        "account.account",
        string="Expense account",
        check_company=True,
        help="Instead of the product's account.",
    )
    freight_group_ids = fields.One2many(
        "logistics.freight.group", "backend_id", string="Charge groups"
    )

    _sane_freight = models.Constraint(
        "CHECK(freight_tolerance_percent >= 0 AND freight_tolerance_amount >= 0)",
        "The tolerances must not be negative.",
    )

    # `freight_column_ids`: see logistics_freight_column.py.
    @api.depends("connector", "freight_column_ids")
    def _compute_can_read_freight(self):
        for backend in self:
            has = backend._has_capability if backend.connector else lambda name: False
            backend.can_read_freight = (
                has("freight_invoice") or backend.freight_column_ids
            )
            backend.is_billing = (
                backend.can_ship or backend.can_read_freight or has("freight_poll")
            )

    def _get_freight_group(self, code, category):
        """Return the group of a charge, the first that fits, or none."""
        self.ensure_one()
        return self.freight_group_ids.filtered(
            lambda group: group._fits(code, category)
        )[:1]


class LogisticsFreightGroup(models.Model):
    """One row is a line of the vendor bill: charges that are booked together."""

    _name = "logistics.freight.group"
    _description = "Freight Charge Group"
    _order = "sequence, id"
    _check_company_auto = True

    backend_id = fields.Many2one(
        "logistics.backend",
        string="Connection",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    codes = fields.Char(
        string="Charge codes",
        help="The carrier's codes, separated by commas; * stands for any text.",
    )
    category = fields.Selection(CATEGORIES, help="Only charges of this category.")
    product_id = fields.Many2one("product.product", check_company=True)
    account_id = fields.Many2one("account.account", check_company=True)

    _fits_something = models.Constraint(
        "CHECK(codes IS NOT NULL OR category IS NOT NULL)",
        "Enter the charge codes of the group, or choose its category.",
    )

    def _fits(self, code, category):
        if self.category and self.category != category:
            return False
        if not self.codes:
            return True
        codes = (part.strip() for part in self.codes.split(","))
        return any(fnmatch(code or "", part) for part in codes if part)
