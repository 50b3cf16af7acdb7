"""Named points around the fetch and the commit of a drain."""

from __future__ import annotations

import time
from typing import Any

from odoo import models

from ..crash import crash, note


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    def _drain_locked(self, time_slice: Any) -> int:
        started = time.time()
        count = super()._drain_locked(time_slice)
        if count:
            backend_id = self.backend_id.id
            note("slices", False, backend=backend_id, count=count, started=started)
        return count

    def _fetch_due(self, *args: Any, **options: Any) -> Any:
        backend_id = self.backend_id.id
        crash("before_fetch", backend_id)
        messages = super()._fetch_due(*args, **options)
        if messages:
            crash("after_fetch", backend_id)
            cr, started = self.env.cr, time.time()
            cr.precommit.add(
                lambda: note(
                    "drains", False, backend=backend_id, lane=self.id, started=started
                )
            )
            cr.precommit.add(lambda: crash("before_commit", backend_id))
            cr.postcommit.add(lambda: crash("after_commit", backend_id))
        return messages
