"""What keeps a message back: a hold, a pause or an interruption."""

from odoo import fields, models


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    waits_for = fields.Char(
        compute="_compute_waits_for", help="The hold, breaker or pause it waits for."
    )

    def _compute_waits_for(self):
        for backend, messages in self.grouped("backend_id").items():
            waiting = messages.filtered(
                lambda m: m.direction == "out" and m.state in ("pending", "retrying")
            )
            (messages - waiting).waits_for = False
            for message in waiting:
                record = message.sudo()._get_document() or message
                reason = backend._get_wait_reason(message.type_code, record)
                message.waits_for = reason[0] if reason else False


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    def _get_wait_reason(self, type_code, record):
        """Return (reason, since) when such a message would wait now, or None."""
        self.ensure_one()
        type_id = self.env["logistics.message.type"]._get_id(type_code)
        for hold in self.env["logistics.hold"]._get_active(self):
            if hold._holds(record, type_id):
                return (
                    self.env._(
                        "On hold at %(partner)s: %(reason)s",
                        partner=self.sudo().name,
                        reason=hold.reason,
                    ),
                    hold.started_at,
                )
        backend = self.sudo()
        if backend.state == "paused":
            return (
                self.env._(
                    "%(partner)s is paused: %(reason)s",
                    partner=backend.name,
                    reason=backend.pause_reason or "",
                ),
                backend.paused_at,
            )
        return backend._get_interruption(type_id)

    def _get_interruption(self, type_id):
        """Return (reason, since) when messages of a type are interrupted, or None."""
        gate = self.env["logistics.gate"]._get_for_type(self, type_id)
        if gate.state == "closed":
            return None
        reason = self.env._(
            "%(partner)s does not answer: %(error)s",
            partner=self.name,
            error=gate.last_error or "",
        )
        return reason, gate.opened_at
