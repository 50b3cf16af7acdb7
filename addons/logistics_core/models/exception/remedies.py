"""The remedies of an exception, as buttons."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...guard import SUPPORT, button
from ..message.states import BLOCKING_STATES, STUCK_STATES
from .exception import OPEN

REPLAYABLE_STATES = (*STUCK_STATES, "retrying")


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    can_replay = fields.Boolean(string="Can be retried", compute="_compute_remedies")
    can_accept = fields.Boolean(compute="_compute_remedies")
    can_edit = fields.Boolean(compute="_compute_remedies")
    can_map = fields.Boolean(compute="_compute_remedies")
    can_open_document = fields.Boolean(compute="_compute_remedies")
    behind_count = fields.Integer(
        compute="_compute_behind_count",
        string="Waiting behind",
        help="Messages that wait because a message of this exception is stuck before"
        " them: they concern the same document.",
    )

    @api.depends("state", "message_ids_involved.state", "map_kind", "res_id")
    def _compute_remedies(self):
        stuck = self._count_messages([("state", "in", REPLAYABLE_STATES)])
        conflicts = self._count_messages(
            [("state", "=", "invalid"), ("error_kind", "=", "conflict")]
        )
        for exception in self:
            is_open = exception.state in OPEN
            count = stuck.get(exception.id, 0) if is_open else 0
            others = conflicts.get(exception.id, 0) if is_open else 0
            exception.can_replay = count > others
            exception.can_accept = others > 0
            exception.can_edit = count == 1
            exception.can_map = is_open and bool(exception.map_kind)
            exception.can_open_document = bool(exception.res_id)

    @api.depends("message_ids_involved")
    def _compute_involved_count(self):
        counts = self._count_messages([])
        for exception in self:
            exception.involved_count = counts.get(exception.id, 0)

    def _compute_behind_count(self):
        behind = self._find_behind()
        for exception in self:
            exception.behind_count = len(behind.get(exception.id, ()))

    def _find_behind(self):
        """Return {id: ids of the messages that its stuck messages keep waiting}."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT r.exception_id, array_agg(DISTINCT m.id)"
            "  FROM logistics_exception_message_rel r"
            "  JOIN logistics_message e ON e.id = r.message_id"
            "   AND e.state = ANY(%s)"
            "  JOIN logistics_message m ON m.lane_id = e.lane_id"
            "   AND m.ordering_key = e.ordering_key"
            "   AND (m.sequence, m.id) > (e.sequence, e.id)"
            "   AND m.state IN ('pending', 'retrying', 'deferred')"
            " WHERE r.exception_id = ANY(%s) GROUP BY r.exception_id",
            [list(BLOCKING_STATES), self.ids],
        )
        return dict(self.env.cr.fetchall())

    def _count_messages(self, domain):
        """Return {id: number of messages}; an outage may have thousands."""
        groups = self.env["logistics.message"]._read_group(
            [("exception_ids", "in", self.ids), *domain],
            ["exception_ids"],
            ["__count"],
        )
        return {exception.id: count for exception, count in groups}

    def _get_stuck_messages(self):
        return self.env["logistics.message"].search(
            [
                ("exception_ids", "in", self.ids),
                ("state", "in", REPLAYABLE_STATES),
            ],
            order="id",
        )

    @button("write", SUPPORT)
    def action_take(self):
        """Make it mine."""
        self.check_access("write")
        self.filtered(lambda x: x.state in OPEN).sudo().write(
            {"user_id": self.env.uid, "state": "in_progress"}
        )

    @button("write", SUPPORT)
    def action_replay(self):
        """Try every message that waits for this exception again."""
        messages = self._get_stuck_messages()
        messages._check_support()
        replayed = messages._replay_for_person()
        if not replayed:
            return self._notify(
                self.env._(
                    "Nothing was tried again: no message of it is stuck any more, or"
                    " its content was deleted."
                ),
                "warning",
            )
        return self._notify(
            self.env._(
                "%(count)s message(s) are tried again. The exception closes when all"
                " went through.",
                count=len(replayed),
            )
        )

    @button("write", SUPPORT)
    def action_accept_conflict(self):
        """Apply what came later under the same key as well."""
        self.ensure_one()
        messages = self._get_stuck_messages()
        messages._check_support()
        if not messages._accept_conflicts():
            raise UserError(
                self.env._(
                    "There is nothing to apply: somebody else decided meanwhile, or its"
                    " content was deleted."
                )
            )
        return self._notify(
            self.env._(
                "It is queued to be applied. This exception closes once it is applied,"
                " and says what came of it; if it cannot be applied, the cause appears"
                " here."
            )
        )

    def _notify(self, text, kind="success"):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": text,
                "type": kind,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @button("write", SUPPORT)
    def action_edit_and_replay(self):
        """Edit the one message concerned, then try it again."""
        self.ensure_one()
        return self._get_stuck_messages().action_edit_and_replay()

    @button("read")
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
                "default_missing_side": self.map_side,
                "default_exception_id": self.id,
            },
        }

    @button("read")
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

    @button("read")
    def action_open_messages(self):
        """Open the messages concerned."""
        self.ensure_one()
        return self._open_messages(self.message_ids_involved.ids)

    @button("read")
    def action_open_behind(self):
        """Open the messages that wait behind the stuck ones."""
        self.ensure_one()
        return {
            **self._open_messages(self._find_behind().get(self.id, [])),
            "name": self.env._("Waiting behind"),
        }

    def _open_messages(self, ids):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "logistics_core.logistics_message_action"
        )
        return {**action, "domain": [("id", "in", ids)], "context": {}}

    @button("write", SUPPORT)
    def action_resolve(self):
        """Say that it was dealt with by hand: what is stuck is cancelled."""
        self._close(
            self.env._("Handled manually by %s.", self.env.user.name), "resolved"
        )

    @button("write", SUPPORT)
    def action_ignore(self):
        """Say that nothing has to be done; its messages are cancelled."""
        self._close(self.env._("Ignored by %s.", self.env.user.name), "ignored")

    def _close(self, resolution, state):
        """Close, then cancel what would block its document without being seen."""
        messages = self._get_stuck_messages()
        messages._check_support()
        open_ones = self.filtered(lambda x: x.state in OPEN)
        self._resolve(resolution, state)
        open_ones.sudo().closed_by_id = self.env.user
        cancelled = messages.filtered(lambda m: m.state in STUCK_STATES)._withdraw()
        cancelled.note = resolution
