"""B1: the same work as queue_job does it, one job for each message."""

import json

import requests

from odoo import models

from odoo.addons.logistics_core.canonical import Canonical

# Kept between the jobs of one process, as an expert would.
SESSION = requests.Session()


class LogisticsBench(models.AbstractModel):
    """Job methods. The text of a message is the job's argument, nothing else."""

    _name = "logistics.bench"
    _description = "Measurements: One Job per Message"

    def _job_noop(self, payload):
        """Read the message, as the engine does, and do nothing."""
        Canonical.from_dict(json.loads(payload))

    def _job_send(self, message_id, url):
        """Send one instruction over a kept connection and note the answer."""
        message = self.env["logistics.message"].browse(message_id)
        answer = SESSION.post(
            url,
            json={
                "id": message.external_id,
                "key": message.ordering_key,
                "sequence": 0,
                "data": json.loads(message.canonical),
            },
            headers={"Idempotency-Key": message.external_id},
            timeout=20,
        )
        answer.raise_for_status()
        message.write({"state": "done", "note": answer.json()["id"]})

    def _job_ship(self, payload):
        """Validate the delivery of one shipment."""
        self.env["stock.picking"]._bench_ship([json.loads(payload)])

    def _job_track(self, payload):
        """Note one milestone."""
        self.env["stock.picking"]._bench_track(json.loads(payload))

    def _job_event(self, payload):
        """Record one tracking event."""
        self.env["logistics.parcel"]._bench_event(json.loads(payload))
