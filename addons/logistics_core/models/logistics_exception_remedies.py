"""The remedies of an exception, as buttons."""

from odoo import api, fields, models

from .logistics_exception import OPEN
from .logistics_message import STUCK_STATES


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    can_replay = fields.Boolean(compute="_compute_remedies")
    can_edit = fields.Boolean(compute="_compute_remedies")
    can_map = fields.Boolean(compute="_compute_remedies")
    can_open_document = fields.Boolean(compute="_compute_remedies")

    @api.depends("state", "message_ids_involved.state", "map_kind", "res_id")
    def _compute_remedies(self):
        for exception in self:
            is_open = exception.state in OPEN
            stuck = exception._get_stuck_messages()
            exception.can_replay = is_open and bool(stuck)
            exception.can_edit = is_open and len(stuck) == 1
            exception.can_map = is_open and bool(exception.map_kind)
            exception.can_open_document = bool(exception.res_id)

    def _get_stuck_messages(self):
        return self.message_ids_involved.filtered(
            lambda m: m.state in (*STUCK_STATES, "retrying")
        )

    def action_take(self):
        """Make it mine."""
        self.write({"user_id": self.env.uid, "state": "in_progress"})

    def action_replay(self):
        """Try every message that waits for this exception again."""
        self._get_stuck_messages().action_replay()

    def action_edit_and_replay(self):
        """Edit the one message concerned, then try it again."""
        self.ensure_one()
        return self._get_stuck_messages().action_edit_and_replay()

    def action_map_value(self):
        """Open a new value map with the missing value filled in."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Map the value"),
            "res_model": "logistics.value.map",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_backend_id": self.backend_id.id,
                "default_kind": self.map_kind,
                "default_missing_value": self.map_value,
                "default_exception_id": self.id,
            },
        }

    def action_open_document(self):
        """Open the document concerned."""
        self.ensure_one()
        record = self._get_document()
        if record is None:
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }

    def action_open_messages(self):
        """Open the messages concerned."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "logistics_core.logistics_message_action"
        )
        return {
            **action,
            "domain": [("id", "in", self.message_ids_involved.ids)],
            "context": {},
        }

    def action_resolve(self):
        """Say that it is dealt with."""
        self._resolve(self.env._("Resolved by %s.", self.env.user.name))

    def action_ignore(self):
        """Say that nothing has to be done; its messages are cancelled."""
        self._get_stuck_messages().action_cancel()
        self._resolve(self.env._("Ignored by %s.", self.env.user.name), "ignored")
