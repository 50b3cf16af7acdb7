"""Named points around an outgoing request."""

from __future__ import annotations

from typing import Any

from odoo import models

from ..crash import crash


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    def _send_or_look_up(self) -> Any:
        backend_id = self.backend_id.id
        crash("before_send", backend_id)
        result = super()._send_or_look_up()
        crash("after_send", backend_id)
        return result
