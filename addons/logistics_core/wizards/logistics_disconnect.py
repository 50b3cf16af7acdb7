"""Say what will happen before a connection is ended."""

from odoo import api, fields, models

from ..guard import MANAGER, button


class LogisticsDisconnect(models.TransientModel):
    """One row is one question whether connections shall end."""

    _name = "logistics.disconnect"
    _description = "Disconnect"

    backend_ids = fields.Many2many(
        "logistics.backend", string="Connections", required=True
    )
    effects = fields.Text(string="What will happen", compute="_compute_effects")

    @api.depends("backend_ids")
    def _compute_effects(self):
        for wizard in self:
            wizard.effects = wizard.backend_ids._describe_end()

    @button("write", MANAGER)
    def action_confirm(self):
        """End the connections."""
        self.backend_ids.check_access("write")
        self.backend_ids._disconnect(self.env._("By %s.", self.env.user.name))
        return {"type": "ir.actions.client", "tag": "soft_reload"}
