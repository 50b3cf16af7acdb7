"""Dangerous goods: what DHL Express agreed with this account."""

import dataclasses

from odoo import fields, models

from ..tools.dangerous import Agreed


class LogisticsDhlExpressDangerous(models.Model):
    """One row is one agreement: these goods go under this service and content ID."""

    _name = "logistics.dhl.express.dangerous"
    _description = "Dangerous Goods Agreed with DHL Express"
    _order = "backend_id, un_number, id"
    _rec_name = "un_number"

    backend_id = fields.Many2one(
        "logistics.backend",
        string="Connection",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    un_number = fields.Char(
        string="UN number", required=True, size=4, help="Four digits, without UN."
    )
    packing_group = fields.Selection(
        [("I", "I"), ("II", "II"), ("III", "III")], help="Empty: any."
    )
    shipping_name = fields.Char(
        string="Proper shipping name",
        help="Where one UN number goes under several content IDs, such as lithium"
        " batteries in or with equipment. As on the product. Empty: any.",
    )
    service = fields.Char(
        string="DHL service",
        required=True,
        size=6,
        help="DHL's code of the special service, as HE or HD.",
    )
    content_id = fields.Char(
        string="Content ID",
        required=True,
        size=5,
        help="DHL gives it when it approves you for the goods, as 910 or 966.",
    )
    statement = fields.Char(
        size=200,
        help="Printed on label and waybill instead of DHL's own words. {packages} is"
        " the number of packages with these goods.",
    )

    _unique_goods = models.UniqueIndex(
        "(backend_id, un_number, COALESCE(packing_group, ''),"
        " lower(COALESCE(shipping_name, '')))",
        "These goods have a content ID already.",
    )
    _un_number_digits = models.Constraint(
        "CHECK(un_number ~ '^[0-9]{4}$')",
        "The UN number has four digits, without UN.",
    )
    _code_form = models.Constraint(
        "CHECK(service ~ '^[A-Z0-9]{1,6}$' AND content_id ~ '^[A-Z0-9]{1,5}$')",
        "DHL's codes are of capital letters and digits.",
    )


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    dhl_express_dangerous_ids = fields.One2many(
        "logistics.dhl.express.dangerous", "backend_id", string="DHL dangerous goods"
    )

    def _get_dhl_express_agreed(self):
        """Return the Agreed rows of this account; what is empty is None."""
        names = [field.name for field in dataclasses.fields(Agreed)]
        return tuple(
            Agreed(**{name: (row[name] or "").strip() or None for name in names})
            for row in self.sudo().dhl_express_dangerous_ids
        )
