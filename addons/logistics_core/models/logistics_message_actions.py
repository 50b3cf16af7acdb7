"""What a person does with messages: replay, edit and replay, cancel."""

from odoo import models
from odoo.exceptions import UserError

REPLAYABLE = ("invalid", "dead", "held", "retrying", "cancelled")


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    def action_replay(self):
        """Put the messages back into their lane, in their old place.

        Safe to press twice, and by two people: the state decides, in one
        UPDATE. A conflict stays: its twin was processed already.
        """
        self._check_support()
        self._replay()
        return True

    def _replay(self):
        """Put back what can be; return the messages that were."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE logistics_message SET state = 'pending', next_attempt_at = NULL,"
            " attempt_count = 0, write_uid = %s, write_date = now() AT TIME ZONE 'utc'"
            " WHERE id = ANY(%s) AND state = ANY(%s)"
            " AND lane_id IS NOT NULL"
            # Retention may have taken the content.
            " AND (payload IS NOT NULL OR canonical IS NOT NULL) RETURNING id",
            [self.env.uid, self.ids, list(REPLAYABLE)],
        )
        replayed = self.sudo().browse([row[0] for row in self.env.cr.fetchall()])
        self.invalidate_recordset()
        # Translate what came in anew: mappings may be what was mended.
        replayed.filtered(lambda m: m.direction == "in" and m.payload).write(
            {"canonical": False}
        )
        replayed.lane_id._ring_after_commit()
        return replayed

    def action_cancel(self):
        """Take the messages out for good; what is under way is left alone."""
        self._check_support()
        self._withdraw()
        return True

    def _withdraw(self):
        """Cancel what is not under way; return the messages that were cancelled."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE logistics_message SET state = 'cancelled',"
            " write_uid = %s, write_date = now() AT TIME ZONE 'utc'"
            " WHERE id = ANY(%s)"
            " AND state IN ('pending', 'retrying', 'held', 'invalid', 'dead')"
            " RETURNING id",
            [self.env.uid, self.ids],
        )
        cancelled = self.sudo().browse([row[0] for row in self.env.cr.fetchall()])
        self.invalidate_recordset()
        cancelled._resolve_exceptions()
        cancelled.lane_id._ring_after_commit()
        return cancelled

    def action_edit_and_replay(self):
        """Open the editor; the original is kept beside the edited copy."""
        self.ensure_one()
        self._check_support()
        if self.state not in REPLAYABLE:
            raise UserError(
                self.env._("Only a message that is stuck can be edited and replayed.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Edit and replay"),
            "res_model": "logistics.replay",
            "view_mode": "form",
            "target": "new",
            "context": {"default_message_id": self.id},
        }

    def _check_support(self):
        if self.env.su:
            return
        self.check_access("read")
        if not self.env.user.has_group("logistics_core.group_integration_support"):
            raise UserError(
                self.env._(
                    "Replaying and cancelling messages needs the role Integration"
                    " support."
                )
            )
