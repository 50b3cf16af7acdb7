"""Ask why a backend is paused."""

from odoo import fields, models

from ..guard import MANAGER, button


class LogisticsPause(models.TransientModel):
    """One row is one question for the reason."""

    _name = "logistics.pause"
    _description = "Pause Connections"

    backend_ids = fields.Many2many(
        "logistics.backend", string="Connections", required=True
    )
    reason = fields.Char(required=True)

    @button("write", MANAGER)
    def action_confirm(self):
        """Pause, with the reason in the chatter."""
        self.backend_ids._pause(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
