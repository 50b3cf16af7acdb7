"""The timer: does every few seconds what cannot wait for a cron's minute.

Each server process has one light thread. Whoever first gets the timer's row does
the work of that tick, so it is done once, however many processes and servers there
are, and goes on as long as one of them lives. It needs neither the job queue nor
the cron; should no thread run anywhere, the cron sweeps once a minute.
"""

import logging
import os
import random
import threading

from odoo import SUPERUSER_ID, api, fields, models
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config

from ..transactions import own_transaction

_logger = logging.getLogger(__name__)
# Every process tries this often; a tick is due this long after the one before.
TICK_SECONDS = 3.0


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


class Clock:
    """The thread of this process and the databases it looks after."""

    def __init__(self):
        self.databases = set()
        self.thread = None
        os.register_at_fork(after_in_child=self._after_fork)

    def watch(self, database):
        """Look after a database from now on."""
        self.databases.add(database)
        self._start()

    def _start(self):
        if self.thread is None and self.databases and not _is_master():
            self.thread = threading.Thread(
                target=self._run, name="logistics.timer", daemon=True
            )
            self.thread.start()

    def _after_fork(self):
        # Threads do not survive a fork.
        self.thread = None
        if isinstance(server.server, server.PreforkServer):
            self._start()

    def _run(self):
        pause = threading.Event()
        while True:
            pause.wait(TICK_SECONDS * random.uniform(0.9, 1.1))
            if is_serving():
                for database in tuple(self.databases):
                    self._tick(database)

    def _tick(self, database):
        registry = Registry.registries.get(database)
        if registry is None or not registry.ready:
            return
        threading.current_thread().dbname = database
        try:
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                if "logistics.timer" in env:
                    env["logistics.timer"]._tick_if_due()
        except Exception:
            # PostgreSQL may be restarting; the next tick tries again.
            _logger.info("tick of %s failed", database, exc_info=True)


def _is_master():
    """Return whether this is the process that only forks the workers.

    A thread there could hold a lock at the moment of the fork.
    """
    current = server.server
    return isinstance(current, server.PreforkServer) and current.pid == os.getpid()


def is_serving():
    """Return whether this process belongs to a server, not to a command or test."""
    if config["test_enable"] or config["stop_after_init"]:
        return False
    current = server.server
    if isinstance(current, server.ThreadedServer):
        return current.httpd is not None
    return isinstance(current, server.PreforkServer) and not _is_master()


clock = Clock()
