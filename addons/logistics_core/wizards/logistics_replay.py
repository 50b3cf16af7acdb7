"""Edit a stuck message and replay it; the original is kept."""

import difflib
import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..canonical import Canonical
from ..errors import InvalidMessage


class LogisticsReplay(models.TransientModel):
    """One row is one editing of one message."""

    _name = "logistics.replay"
    _description = "Edit and Replay"

    message_id = fields.Many2one("logistics.message", required=True, readonly=True)
    direction = fields.Selection(related="message_id.direction")
    original = fields.Text(compute="_compute_original")
    edited = fields.Text(
        compute="_compute_edited",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    reason = fields.Char(required=True)
    difference = fields.Text(compute="_compute_difference")

    @api.depends("message_id")
    def _compute_original(self):
        for wizard in self:
            message = wizard.message_id
            text = message.payload if message.direction == "in" else message.canonical
            wizard.original = _pretty(text or "")

    @api.depends("original")
    def _compute_edited(self):
        for wizard in self:
            wizard.edited = wizard.original

    @api.depends("original", "edited")
    def _compute_difference(self):
        for wizard in self:
            wizard.difference = "\n".join(
                difflib.unified_diff(
                    (wizard.original or "").splitlines(),
                    (wizard.edited or "").splitlines(),
                    lineterm="",
                    n=1,
                )
            )

    def action_confirm(self):
        """Put an edited copy in the place of the original."""
        self.ensure_one()
        original = self.message_id
        original._check_support()
        vals = self._prepare_copy()
        if original._withdraw() != original:
            raise UserError(
                self.env._("The message went on meanwhile. Look at it again.")
            )
        copy = original.sudo().create(vals)
        original.sudo().note = self.env._(
            "Replaced by an edited copy by %(user)s: %(reason)s",
            user=self.env.user.name,
            reason=self.reason,
        )
        exceptions = (
            self.env["logistics.exception"]
            .sudo()
            .search([("message_ids_involved", "in", original.ids)])
        )
        exceptions.message_ids_involved = [fields.Command.link(copy.id)]
        copy.lane_id._ring_after_commit()
        return {
            "type": "ir.actions.act_window",
            "res_model": "logistics.message",
            "res_id": copy.id,
            "view_mode": "form",
        }

    def _prepare_copy(self):
        original = self.message_id.sudo()
        digest = hashlib.sha256(self.edited.encode()).hexdigest()
        vals = original.copy_data()[0]
        vals.update(
            external_id=f"{original.external_id}:edited:{original.id}",
            body_hash=digest,
            state="pending",
            attempt_count=0,
            next_attempt_at=False,
            error=False,
            error_kind=False,
            replay_of_id=original.id,
            edit_difference=self.difference,
            note=self.reason,
        )
        if original.direction == "in":
            return {**vals, "payload": self.edited, "canonical": False}
        try:
            Canonical.from_dict(json.loads(self.edited))
        except (ValueError, InvalidMessage) as error:
            raise UserError(
                self.env._("This is not a valid message: %s", error)
            ) from error
        return {**vals, "canonical": self.edited}


def _pretty(text):
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text
