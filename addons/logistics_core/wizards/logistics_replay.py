"""Edit a stuck message and replay it; the original is kept."""

import difflib
import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..canonical import Canonical, dump_canonical
from ..errors import ApprovalNeeded, InvalidMessage, LogisticsError
from ..guard import SUPPORT, button
from ..models.message.message import pretty
from ..texts import _lt
from ..translation import recorded, translated


class LogisticsReplay(models.TransientModel):
    """One row is one editing of one message."""

    _name = "logistics.replay"
    _description = "Edit and Retry"
    _logistics_once_fields = frozenset({"message_id"})

    message_id = fields.Many2one("logistics.message", required=True, readonly=True)
    direction = fields.Selection(related="message_id.direction")
    original = fields.Text(compute="_compute_original")
    edited = fields.Text(
        compute="_compute_edited",
        store=True,
        precompute=True,
        compute_sudo=False,
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
            wizard.original = pretty(text or "")

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

    @button("write", SUPPORT)
    def action_confirm(self):
        """Put an edited copy in the place of the original."""
        self.ensure_one()
        original = self.message_id
        original._check_support()
        original._check_editable()
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
        original._log_on_exceptions(self.env._("Edited and retried"))
        exceptions.message_ids_involved = [fields.Command.link(copy.id)]
        if copy.error_kind == ApprovalNeeded.kind:
            copy._open_exception(self._get_approval())
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
        twin = original.twin_id
        vals.update(
            external_id=f"{original.external_id}:edited:{original.id}",
            ordering_key=twin.ordering_key or original.ordering_key,
            body_hash=digest,
            state="pending",
            attempt_count=0,
            next_attempt_at=False,
            done_at=False,
            queued_at=False,
            error=False,
            error_kind=False,
            replay_of_id=original.id,
            edit_difference=self.difference,
            note=self.reason,
        )
        if original.direction == "in":
            return {**vals, **self._prepare_incoming()}
        return {**vals, "canonical": self._check_outgoing()}

    def _prepare_incoming(self):
        """Return the edited content; the partner's facts stay of the kind they were.

        Of a request that nobody could read the kind is not known. What a person makes
        of it waits for another one.
        """
        original = self.message_id.sudo()
        vals = {
            "payload": self.edited,
            "payload_encoding": "utf-8",
            "canonical": False,
        }
        if original.type_id and not original.raw_headers:
            self._check_incoming()
            return vals
        error = self._get_approval()
        return {
            **vals,
            "state": "invalid",
            "error_kind": error.kind,
            "error": recorded(original.backend_id, error),
        }

    def _get_approval(self):
        return ApprovalNeeded(
            _lt(
                "%s edited what came in, and its kind is not known.", self.env.user.name
            )
        )

    def _check_incoming(self):
        """Raise UserError unless the edited text is read as the same kind of fact."""
        original = self.message_id.sudo()
        translate = original.backend_id._get_connector()._translate
        try:
            canonical = translate(
                original.backend_id, original.event or "", self.edited
            )
        except InvalidMessage as error:
            raise UserError(
                self.env._(
                    "This is not a valid message: %s", translated(self.env, error)
                )
            ) from error
        except LogisticsError:
            return  # a value map is missing, say: the message waits for it
        self._check_type(canonical)

    def _check_type(self, canonical):
        if canonical and canonical.message_type != self.message_id.type_code:
            raise UserError(self.env._("The type of a message cannot be changed."))

    def _check_outgoing(self):
        """Return the edited canonical message as it is stored."""
        try:
            canonical = Canonical.from_dict(json.loads(self.edited))
        except (ValueError, RecursionError, InvalidMessage) as error:
            raise UserError(
                self.env._("This is not a valid message: %s", error)
            ) from error
        self._check_type(canonical)
        return dump_canonical(canonical)
