"""B1: the same work as queue_job does it, one job for each message."""

import json

from odoo import models

from odoo.addons.logistics_core.canonical import Canonical


class LogisticsBench(models.AbstractModel):
    """Job methods. The text of a message is the job's argument, nothing else."""

    _name = "logistics.bench"
    _description = "Measurements: One Job per Message"

    def _job_noop(self, payload):
        """Read the message, as the engine does, and do nothing."""
        Canonical.from_dict(json.loads(payload))
