"""What a person does with messages: replay, edit and retry, cancel."""

from odoo import fields, models
from odoo.exceptions import UserError

from ...errors import ApprovalNeeded
from ...guard import SUPPORT, button
from .states import REPLAYABLE

# Messages that a note on an exception names.
NAMED = 5


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    can_replay = fields.Boolean(string="Can be retried", compute="_compute_can_replay")

    def _compute_can_replay(self):
        replaced = self._get_replaced()
        for message in self:
            message.can_replay = (
                message.state in REPLAYABLE
                and message.error_kind != "conflict"
                and not message._needs_another_person()
                and message not in replaced
            )

    def _needs_another_person(self):
        """Return whether this user wrote it, and so cannot approve it."""
        is_edited = self.error_kind == ApprovalNeeded.kind
        return is_edited and self.create_uid == self.env.user

    def _get_replaced(self):
        """Return those whose edited copy has taken their place."""
        copies = self.sudo().search(
            [("replay_of_id", "in", self.ids), ("state", "!=", "cancelled")]
        )
        return copies.replay_of_id.with_env(self.env)

    @button("read", SUPPORT)
    def action_replay(self):
        """Put the messages back into their lane, in their old place.

        Safe to press twice, and by two people: the state decides, in one
        UPDATE. A conflict stays, its twin was processed already; so does what an
        edited copy replaced.
        """
        self._check_support()
        self._replay_for_person()
        return True

    def _replay_for_person(self):
        """Put back what can be; its exceptions say who did that."""
        own = self.filtered(lambda m: m._needs_another_person())
        if own and own == self:
            raise UserError(
                self.env._(
                    "You edited this message, and its kind is not known. Ask a"
                    " colleague to compare it with the original, and to retry it."
                )
            )
        approved = self.filtered(lambda m: m.error_kind == ApprovalNeeded.kind) - own
        replayed = self._requeue(approved - self._get_replaced()) | self._replay()
        replayed._log_on_exceptions(self.env._("Retried"))
        return replayed

    def _log_on_exceptions(self, what):
        """Note on the open exceptions of these messages what a person did to which."""
        by_exception = {}
        for message in self.with_env(self.env):
            for exception in message.sudo().exception_ids:
                by_exception.setdefault(exception, []).append(message)
        for exception, messages in by_exception.items():
            if exception.state not in ("open", "in_progress"):
                continue
            names = ", ".join(m.display_name for m in messages[:NAMED])
            if len(messages) > NAMED:
                names = self.env._(
                    "%(names)s and %(count)s more",
                    names=names,
                    count=len(messages) - NAMED,
                )
            exception._message_log(
                body=f"{what}: {names}", author_id=self.env.user.partner_id.id
            )

    def _replay(self):
        """Put back what can be; return the messages that were.

        What needs a person's decision on itself is not among them.
        """
        kinds = ("conflict", ApprovalNeeded.kind)
        return self._requeue(
            self.filtered(lambda m: m.error_kind not in kinds) - self._get_replaced()
        )

    @button("read", SUPPORT)
    def action_accept_conflict(self):
        """Process what came later under the same key too, knowing it is another."""
        self._check_support()
        self._accept_conflicts()
        return True

    def _accept_conflicts(self):
        """Queue conflicts to be applied; return the messages that were."""
        conflicts = self.filtered(
            lambda m: m.error_kind == "conflict" and m.state == "invalid" and m.twin_id
        ).sudo()
        for message in conflicts:
            message.write(
                {
                    "ordering_key": message.twin_id.ordering_key,
                    "error_kind": False,
                    "note": self.env._("Accepted by %s.", self.env.user.name),
                }
            )
        accepted = self._requeue(conflicts)
        accepted._log_on_exceptions(self.env._("Accepted, to be applied too"))
        return accepted

    def _requeue(self, messages):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE logistics_message SET state = 'pending', next_attempt_at = NULL,"
            " attempt_count = 0, queued_at = now() AT TIME ZONE 'utc',"
            " write_uid = %s, write_date = now() AT TIME ZONE 'utc'"
            " WHERE id = ANY(%s) AND state = ANY(%s)"
            " AND lane_id IS NOT NULL"
            # Retention may have taken the content.
            " AND (payload IS NOT NULL OR canonical IS NOT NULL) RETURNING id",
            [self.env.uid, messages.ids, list(REPLAYABLE)],
        )
        replayed = self.sudo().browse([row[0] for row in self.env.cr.fetchall()])
        self.invalidate_recordset()
        # Translate incoming content again: mappings may have been fixed.
        replayed.filtered(lambda m: m.direction == "in" and m.payload).write(
            {"canonical": False}
        )
        replayed.filtered("outcome_unknown")._trust_the_person()
        replayed.lane_id._ring_after_commit()
        return replayed

    def _trust_the_person(self):
        """Send again what cannot be looked up: the remedy was to ask the partner."""
        for message in self:
            connector = message.backend_id._get_connector()
            if not connector._is_lookup_certain(message.type_code):
                message.outcome_unknown = False

    @button("read", SUPPORT)
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
            " AND state IN ('pending', 'retrying', 'deferred', 'invalid', 'dead')"
            " RETURNING id",
            [self.env.uid, self.ids],
        )
        cancelled = self.sudo().browse([row[0] for row in self.env.cr.fetchall()])
        self.invalidate_recordset()
        cancelled._resolve_exceptions()
        cancelled.lane_id._ring_after_commit()
        return cancelled

    @button("read", SUPPORT)
    def action_edit_and_replay(self):
        """Open the editor; the original is kept beside the edited copy."""
        self.ensure_one()
        self._check_support()
        self._check_editable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Edit and retry"),
            "res_model": "logistics.replay",
            "view_mode": "form",
            "target": "new",
            "context": {"default_message_id": self.id},
        }

    def _check_editable(self):
        if self.state not in REPLAYABLE or self._get_replaced():
            raise UserError(
                self.env._("Only a message that is stuck can be edited and retried.")
            )
        if self.direction == "out" and self.outcome_unknown:
            raise UserError(
                self.env._(
                    "The partner may have this message already. Retry it as it is:"
                    " the partner is asked for it before anything is sent again."
                )
            )

    def _check_support(self):
        if self.env.su:
            return
        self.check_access("read")
        if not self.env.user.has_group("logistics_core.group_integration_support"):
            raise UserError(
                self.env._(
                    "Retrying and cancelling messages needs the role Integration"
                    " support."
                )
            )
