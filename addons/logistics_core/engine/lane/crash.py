"""What a drain that died leaves behind: its messages are applied one by one."""

from contextlib import suppress

from odoo import fields, models

from ...errors import OutcomeUnknown, PermanentError
from ...texts import _lt
from ...transactions import RETRIED, own_transaction, retrying
from ...translation import recorded

# A message fails after so many workers died with it alone in hand.
MAX_CRASHES = 3
# So many messages are applied one by one after a drain died.
CAREFUL = 50
SUSPECT = """
UPDATE logistics_message SET crash_count = coalesce(crash_count, 0) + 1,
       leased_at = clock_timestamp() AT TIME ZONE 'utc' WHERE id = %s
"""
ACQUIT = """
UPDATE logistics_message SET crash_count = 0 WHERE id = %s AND crash_count > 0
"""


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    def _drain_carefully(self):
        """Apply the next messages one by one: one of them may kill its worker.

        A message that was in hand alone when a worker died comes last, and fails when
        that happened too often; the others go through.
        """
        with own_transaction(self.env) as env:
            lane = env["logistics.lane"].browse(self.id)
            locked = lane._lock_rows()
            if not locked:
                return
            rows = lane._fetch_due(CAREFUL, lane._admit(), locked[lane.id] or "")
            lane._acquit_after_restart(rows)
        crashes = {}
        for row in rows:
            crashes[row.key] = max(crashes.get(row.key, 0), row.crash_count)
        for row in sorted(rows, key=lambda row: crashes[row.key]):
            if row.crash_count >= MAX_CRASHES:
                retrying(self._fail_crashing, row.id)
            else:
                self._apply_suspect(row.id)

    def _acquit_after_restart(self, rows):
        """Take back what a restart of PostgreSQL explains: no worker died of that."""
        suspects = {row.id: row for row in rows if row.crash_count}
        self.env.cr.execute(
            "UPDATE logistics_message SET crash_count = crash_count - 1,"
            " leased_at = NULL WHERE id = ANY(%s)"
            " AND leased_at AT TIME ZONE 'utc' <= pg_postmaster_start_time()"
            " RETURNING id, crash_count",
            [list(suspects)],
        )
        for message_id, crashes in self.env.cr.fetchall():
            suspects[message_id].crash_count = crashes

    def _fail_crashing(self, message_id):
        with own_transaction(self.env) as env:
            env["logistics.message"].browse(message_id)._fail_as_crashing()

    def _apply_suspect(self, message_id):
        """Apply one message; it is suspected for just as long as that takes."""
        with self._exclusively():
            retrying(self._note_suspect, SUSPECT, message_id)
            try:
                retrying(self._drain_inbound_batch, 1, message_id)
            except RETRIED:
                with suppress(*RETRIED):
                    self._note_suspect(ACQUIT, message_id)
                raise
            # The worker lives, also when the message failed, or could not be applied.
            retrying(self._note_suspect, ACQUIT, message_id)

    def _note_suspect(self, statement, message_id):
        with own_transaction(self.env, read_committed=True) as env:
            env.cr.execute(statement, [message_id])


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    crash_count = fields.Integer(
        string="Crashes",
        readonly=True,
        help="Workers that died while they processed only this message.",
    )

    def _fail_as_crashing(self):
        """Fail a message that keeps killing its worker."""
        self.ensure_one()
        if self.state in ("pending", "retrying", "deferred", "in_progress"):
            crashes, self.crash_count = self.crash_count, 0
            error = PermanentError(
                _lt(
                    "Its worker died %(crashes)s times while it was being processed.",
                    crashes=crashes,
                ),
                code="worker_died",
                remedy=_lt(
                    "Look at the server's log and memory at the time of the"
                    " attempts. Edit and retry the message, or cancel it."
                ),
            )
            self._fail(error)
            self._open_exception(error)

    def _recover_lost_send(self):
        """Take back a message whose worker died while it was sending it."""
        error = OutcomeUnknown(_lt("The worker died while it was sending."))
        self._log_attempt("unknown", error=recorded(self.backend_id, error))
        self.crash_count += 1
        # Up to then it is sent alone, so the others get through.
        if self.crash_count > MAX_CRASHES:
            error = PermanentError(
                _lt(
                    "Its worker died %(crash_count)s times while it was being sent.",
                    crash_count=self.crash_count,
                ),
                code="worker_died",
                remedy=_lt(
                    "Ask the partner whether it has it, and look at the server's"
                    " log and memory at the time. Then retry or cancel the message."
                ),
            )
            self.write({"crash_count": 0, "outcome_unknown": True})
        if self._set_failed(error):
            self._open_exception(error)
        else:
            self.next_attempt_at = fields.Datetime.now()
