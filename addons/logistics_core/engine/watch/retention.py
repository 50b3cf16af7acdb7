"""Retention: expired data is deleted, but never the idempotency key.

The row of a message stays as long as its idempotency key is worth: it is what
deduplication falls on. Everything else of it goes, in bounded batches that walk
the primary key, so no index has to be kept for it on the hot path.
"""

import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...guard import ADMINISTRATOR, button
from ...models.message.states import FINAL_STATES
from ...transactions import own_transaction, retrying

BATCH = 2000
RUN_SECONDS = 120
LEAST_DAYS = 1


class LogisticsRetention(models.Model):
    """One row says after how many days what of which messages is deleted."""

    _name = "logistics.retention"
    _description = "Retention Rule"
    _order = "kind, sequence, id"
    _rec_name = "kind"

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("content", "Contents of messages"),
            ("attempt", "Attempts"),
            ("message", "Messages, down to their key"),
        ],
        required=True,
        help="Contents: what came in and the canonical message. Attempts: requests"
        " and answers. Messages: all but what recognises a duplicate.",
    )
    type_id = fields.Many2one(
        "logistics.message.type",
        string="Message type",
        ondelete="cascade",
        help="Empty: the types that have no rule of this kind of their own.",
    )
    direction = fields.Selection(
        [("in", "Incoming"), ("out", "Outgoing")], help="Empty: both."
    )
    days = fields.Integer(string="Keep (days)", required=True, default=90)
    last_id = fields.Float(digits=(20, 0), readonly=True, aggregator=False)
    left_id = fields.Float(
        digits=(20, 0),
        readonly=True,
        aggregator=False,
        help="The first row that was old enough and still needed.",
    )
    last_run_at = fields.Datetime(readonly=True)
    last_count = fields.Integer(string="Deleted at last run", readonly=True)

    _days = models.Constraint(
        f"CHECK(days >= {LEAST_DAYS})", "Keep it for at least a day."
    )
    _one_rule = models.UniqueIndex(
        "(kind, coalesce(type_id, 0), coalesce(direction, '')) WHERE active",
        "There is a rule for this already.",
    )

    @button("write", ADMINISTRATOR)
    def action_count(self):
        """Show how much would be deleted now; change nothing."""
        self._check_administrator()
        total = sum(rule._count_due() for rule in self)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "sticky": True,
                "message": self._describe_due(total),
            },
        }

    def _describe_due(self, total):
        if not total:
            return self.env._("No records are due for deletion.")
        return self.env._(
            "%s records are due for deletion. Nothing was changed.", total
        )

    @button("write", ADMINISTRATOR)
    def action_run(self):
        """Delete expired data now; large amounts go on with the nightly run."""
        self._check_administrator()
        self.env["logistics.retention"].sudo()._cron_purge(self.ids, seconds=20)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _check_administrator(self):
        if not self.env.user.has_group("logistics_core.group_administrator"):
            raise AccessError(self.env._("This needs the role Administrator."))

    @api.model
    def _cron_purge(self, ids=None, seconds=RUN_SECONDS):
        """Run the rules, batch by batch, each committed on its own."""
        end = time.monotonic() + seconds
        rules = self.browse(ids) if ids else self.search([("active", "=", True)])
        for rule in rules:
            rule._run(end)

    def _run(self, end):
        """Walk the messages once from the oldest that may be over."""
        total, more = 0, True
        position, first_left = int(self.last_id), int(self.left_id)
        while more and time.monotonic() < end:
            position, count, left, more = retrying(self._purge_batch, position)
            total += count
            first_left = first_left or left or 0
        # At the end of a walk, the next one begins where something was left.
        if not more and first_left:
            position, first_left = first_left - 1, 0
        with own_transaction(self.env) as env:
            env["logistics.retention"].browse(self.id).write(
                {
                    "last_id": position,
                    "left_id": first_left,
                    "last_run_at": fields.Datetime.now(),
                    "last_count": total,
                }
            )
        self.invalidate_recordset()

    def _get_limit(self):
        return fields.Datetime.now() - timedelta(days=self.days)

    def _get_table(self):
        attempts = self.kind == "attempt"
        return "logistics_message_attempt" if attempts else "logistics_message"

    def _purge_batch(self, position):
        """Delete one batch in a transaction of its own.

        :return: (last id walked, rows deleted, first id left open, more?)
        """
        with own_transaction(self.env) as env:
            rule = env["logistics.retention"].browse(self.id)
            env.cr.execute(
                f"SELECT id FROM (SELECT id, create_date FROM {rule._get_table()}"
                " WHERE id > %s ORDER BY id LIMIT %s) AS walked"
                " WHERE create_date < %s ORDER BY id",
                [position, BATCH, rule._get_limit()],
            )
            ids = [id_ for (id_,) in env.cr.fetchall()]
            if not ids:
                return position, 0, None, False
            open_ids = rule._get_open_ids(ids)
            done = rule._forget([id_ for id_ in ids if id_ not in open_ids])
            return ids[-1], done, min(open_ids, default=None), len(ids) == BATCH

    def _get_open_ids(self, ids):
        """Return which of these are of messages that somebody may need still."""
        join = (
            "JOIN logistics_message m ON m.id = r.message_id"
            if self.kind == "attempt"
            else "JOIN logistics_message m ON m.id = r.id"
        )
        self.env.cr.execute(
            f"SELECT r.id FROM {self._get_table()} r {join} WHERE r.id = ANY(%s)"
            " AND (m.state <> ALL(%s) OR EXISTS (SELECT 1"
            "  FROM logistics_exception_message_rel x"
            "  JOIN logistics_exception e ON e.id = x.exception_id"
            "  WHERE x.message_id = m.id AND e.state IN ('open', 'in_progress')))",
            [ids, list(FINAL_STATES)],
        )
        return {id_ for (id_,) in self.env.cr.fetchall()}

    def _get_scope(self):
        """Return (SQL over alias m, parameters) of the messages of this rule."""
        parts, params = ["TRUE"], []
        if self.direction:
            parts.append("m.direction = %s")
            params.append(self.direction)
        if self.type_id:
            parts.append("m.type_id = %s")
            params.append(self.type_id.id)
        else:
            others = self.search(
                [
                    ("kind", "=", self.kind),
                    ("type_id", "!=", False),
                    ("direction", "in", (False, self.direction)),
                ]
            )
            parts.append("(m.type_id IS NULL OR m.type_id <> ALL(%s))")
            params.append(others.type_id.ids)
        return " AND ".join(parts), params

    def _forget(self, ids):
        """Delete the contents of these; return how many had any."""
        scope, params = self._get_scope()
        self.env.cr.execute(FORGET[self.kind].format(scope=scope), [ids, *params])
        return self.env.cr.rowcount

    def _count_due(self):
        """Return how many rows the rule would touch now; changes nothing."""
        scope, params = self._get_scope()
        self.env.cr.execute(
            COUNT[self.kind].format(scope=scope),
            [self._get_limit(), list(FINAL_STATES), *params],
        )
        return self.env.cr.fetchone()[0]


HAS_CONTENT = (
    "(m.payload IS NOT NULL OR m.canonical IS NOT NULL"
    " OR m.edit_difference IS NOT NULL)"
)
HAS_MORE = (
    f"({HAS_CONTENT} OR m.error IS NOT NULL OR m.note IS NOT NULL"
    " OR m.correlation_id IS NOT NULL OR m.res_id IS NOT NULL)"
)
NOT_NEEDED = (
    "m.state = ANY(%s) AND NOT EXISTS (SELECT 1 FROM logistics_exception_message_rel x"
    " JOIN logistics_exception e ON e.id = x.exception_id WHERE x.message_id = m.id"
    " AND e.state IN ('open', 'in_progress'))"
)
FORGET = {
    "content": "UPDATE logistics_message m SET payload = NULL, canonical = NULL,"
    f" edit_difference = NULL WHERE m.id = ANY(%s) AND {HAS_CONTENT} AND {{scope}}",
    "message": "UPDATE logistics_message m SET payload = NULL, canonical = NULL,"
    " edit_difference = NULL, error = NULL, note = NULL, correlation_id = NULL,"
    " res_model = NULL, res_id = NULL, lane_id = NULL"
    f" WHERE m.id = ANY(%s) AND {HAS_MORE} AND {{scope}}",
    "attempt": "DELETE FROM logistics_message_attempt a USING logistics_message m"
    " WHERE a.id = ANY(%s) AND m.id = a.message_id AND {scope}",
}
COUNT = {
    "content": "SELECT count(*) FROM logistics_message m WHERE m.create_date < %s"
    f" AND {NOT_NEEDED} AND {HAS_CONTENT} AND {{scope}}",
    "message": "SELECT count(*) FROM logistics_message m WHERE m.create_date < %s"
    f" AND {NOT_NEEDED} AND {HAS_MORE} AND {{scope}}",
    "attempt": "SELECT count(*) FROM logistics_message_attempt a"
    " JOIN logistics_message m ON m.id = a.message_id WHERE a.create_date < %s"
    f" AND {NOT_NEEDED} AND {{scope}}",
}
