"""The timer: does every few seconds what cannot wait for a cron's minute.

Each server process has one light thread. Whoever first gets the timer's row does
the work of that tick, so it is done once, however many processes and servers there
are, and goes on as long as one of them lives. It needs neither the job queue nor
the cron; should no thread run anywhere, the cron sweeps once a minute.
"""

from odoo import api, fields, models

from ...transactions import own_transaction
from .clock import TICK_SECONDS, clock


class LogisticsTimer(models.Model):
    """The one row says when the work was done last."""

    _name = "logistics.timer"
    _description = "Timer"
    _log_access = False

    ticked_at = fields.Datetime(readonly=True)

    def _register_hook(self):
        super()._register_hook()
        clock.watch(self.env.cr.dbname)

    @api.model
    def _tick_if_due(self):
        """Do the work, unless another process did it a moment ago."""
        with own_transaction(self.env, read_committed=True) as env:
            env.cr.execute(
                "UPDATE logistics_timer SET ticked_at = now() AT TIME ZONE 'utc'"
                " WHERE id IN (SELECT id FROM logistics_timer"
                "  WHERE coalesce(ticked_at, '-infinity')"
                "   < (now() AT TIME ZONE 'utc') - %s * interval '1 s'"
                "  ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)"
                " RETURNING id",
                [TICK_SECONDS - 0.5],
            )
            is_ours = bool(env.cr.fetchone())
        if is_ours:
            self._tick()
        return is_ours

    @api.model
    def _tick(self):
        """The work of one tick; each part has transactions of its own."""
        self.env["logistics.lane"]._sweep()
