"""Messages of carriers: what waits is woken, what was refused makes room."""

from odoo import api, models
from odoo.exceptions import UserError


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    @api.model
    def _wake_keys(self, backend, keys):
        """Try again what waited for a fact of these keys, after the commit."""
        if not keys:
            return
        waiting = self.sudo().search(
            [
                ("backend_id", "=", backend.id),
                ("direction", "=", "in"),
                ("ordering_key", "in", keys),
                ("state", "=", "deferred"),
            ]
        )
        waiting.write({"state": "pending", "next_attempt_at": False})
        waiting.lane_id._ring_after_commit()

    @api.model
    def _clear_refused(self, record):
        """Cancel refused messages about a record, to send it again.

        :raises UserError: one of them may have reached the carrier all the same
        """
        refused = self._get_refused(record)
        if any(refused.mapped("outcome_unknown")):
            raise UserError(
                self.env._(
                    "An earlier attempt for %s may have reached the carrier. Retry"
                    " its message: the carrier is asked first.",
                    record.display_name,
                )
            )
        refused._withdraw()

    @api.model
    def _get_refused(self, record):
        """Return the messages about a record that failed for good."""
        return self.sudo().search(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("direction", "=", "out"),
                ("state", "in", ("dead", "invalid")),
            ]
        )

    @api.model
    def _settle_refused(self, record):
        """Cancel them, for a person asked the carrier what became of them."""
        settled = self._get_refused(record)._withdraw()
        settled.note = self.env._(
            "Settled by %s, who asked the carrier.", self.env.user.name
        )
