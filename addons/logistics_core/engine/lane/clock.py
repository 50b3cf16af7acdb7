"""The thread of a server process that ticks."""

import logging
import os
import random
import threading

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config

_logger = logging.getLogger(__name__)
# Every process tries this often; a tick is due this long after the one before.
TICK_SECONDS = 3.0


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
