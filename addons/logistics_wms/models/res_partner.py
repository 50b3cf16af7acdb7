"""An address that changes may be on its way to a warehouse partner."""

from odoo import models

ADDRESS_FIELDS = frozenset(
    {"name", "street", "street2", "city", "zip", "state_id", "country_id"}
    | {"phone", "email", "parent_id"}
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        result = super().write(vals)
        if not ADDRESS_FIELDS.isdisjoint(vals):
            # Readable or not for this person: the partner must know.
            self.env["stock.picking"].sudo().search(
                [
                    ("partner_id", "in", self.ids),
                    ("state", "not in", ("done", "cancel")),
                    ("logistics_reference", "!=", False),
                ]
            )._logistics_touch()
        return result
