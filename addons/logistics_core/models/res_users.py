"""Users who wrote messages and are deleted."""

from odoo import models
from odoo.tools import SQL


class ResUsers(models.Model):
    _inherit = "res.users"

    def unlink(self):
        """Drop who wrote messages; see UncheckedMany2one."""
        ids, messages = self.ids, self.env["logistics.message"]
        result = super().unlink()
        for name in ("create_uid", "write_uid"):
            self.env.cr.execute(
                SQL(
                    "UPDATE logistics_message SET %s = NULL WHERE %s = ANY(%s)",
                    SQL.identifier(name),
                    SQL.identifier(name),
                    ids,
                )
            )
        messages.invalidate_model(["create_uid", "write_uid"])
        return result
