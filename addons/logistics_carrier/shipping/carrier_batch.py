"""Batches at carriers: one operation buys the labels of many shipments."""

import uuid

from odoo import api, fields, models

from odoo.addons.logistics_core.errors import LogisticsError
from odoo.addons.logistics_core.translation import translated

from ..canonical import TransportBatch
from .shipment_request import INSTRUCTION

BATCH = "transport_batch"
# More are several batches: one that hangs holds up no more than these.
MOST_SHIPMENTS = 500


class LogisticsCarrierBatch(models.Model):
    """One row is one batch of labels at a carrier.

    Each shipment keeps its own request in the outbox. While the batch is open the
    request waits; then it looks for its label under its own reference, as after any
    attempt whose outcome is not known, and only what the batch did not label is bought
    individually.
    """

    _name = "logistics.carrier.batch"
    _description = "Batch at a Carrier"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    reference = fields.Char(
        required=True,
        readonly=True,
        default=lambda self: uuid.uuid4().hex[:20],
        help="Our key of the batch at the carrier.",
    )
    external_id = fields.Char(string="Carrier's ID", readonly=True)
    backend_id = fields.Many2one(
        "logistics.backend",
        string="Connection",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    label_batch_id = fields.Many2one(
        "logistics.label.batch",
        string="Wave",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    state = fields.Selection(
        [("requested", "At work"), ("done", "Done"), ("failed", "Given up")],
        required=True,
        readonly=True,
        default="requested",
    )
    shipment_ids = fields.One2many(
        "logistics.shipment", "carrier_batch_id", string="Shipments", readonly=True
    )
    shipment_count = fields.Integer(string="Requested", readonly=True)
    completed_count = fields.Integer(string="Made", readonly=True)
    failed_count = fields.Integer(string="Not made", readonly=True)
    error = fields.Char(readonly=True)

    _unique_reference = models.Constraint(
        "UNIQUE(backend_id, reference)", "This reference was used before."
    )

    @api.model
    def _gather(self, shipments, wave):
        """Have these new shipments bought in batches, where their carrier can.

        Called in the transaction that wrote their requests: nobody has sent one.

        :param wave: logistics.label.batch
        :return: the batches
        """
        batches = self.browse()
        for backend, ours in shipments.grouped("backend_id").items():
            if not backend.batch_labels or not backend._has_capability(BATCH):
                continue
            for ids in ours._get_batch_groups().values():
                if len(ids) < backend.batch_from:
                    continue
                for start in range(0, len(ids), MOST_SHIPMENTS):
                    part = ours.browse(ids[start : start + MOST_SHIPMENTS])
                    batches |= self._request(backend, part, wave)
        return batches

    @api.model
    def _request(self, backend, shipments, wave):
        batch = self.sudo().create(
            {
                "name": wave.name,
                "backend_id": backend.id,
                "label_batch_id": wave.id,
                "shipment_count": len(shipments),
            }
        )
        shipments.write({"carrier_batch_id": batch.id})
        own = self.env["logistics.message"]._enqueue(
            backend,
            TransportBatch(batch.reference, tuple(shipments.mapped("name"))),
            record=batch,
            ordering_key=f"batch:{batch.reference}",
            external_id=f"batch:{batch.reference}",
            correlation_id=wave.name,
        )
        # From now on the carrier may have any of them: it is asked first.
        requests = own.sudo() | shipments._get_messages(INSTRUCTION)
        requests.write({"outcome_unknown": True})
        return batch

    def _is_open(self):
        """Return whether the carrier may be at work on it, or will be asked to."""
        if self.state != "requested":
            return False
        # A person may have cancelled the request: then nothing reports the end.
        return bool(
            self.env["logistics.message"]
            .sudo()
            .search_count(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("state", "in", ("pending", "in_progress", "retrying", "deferred")),
                ],
                limit=1,
            )
        )

    def _set_done(self, answer):
        """Record a TransportBatchConfirmation, and let each shipment find its own."""
        self.ensure_one()
        failures = {failure.reference: failure.text for failure in answer.failures}
        self.write(
            {
                "state": "done",
                "external_id": answer.external_id,
                "completed_count": answer.completed,
                "failed_count": len(failures),
                "error": False,
            }
        )
        for shipment in self.shipment_ids.filtered(lambda s: s.name in failures):
            shipment.batch_error = failures[shipment.name]
        self._release()

    def _set_failed(self, error):
        """Give the batch up: each shipment is looked for, then bought individually."""
        self.write({"state": "failed", "error": translated(self.env, error)})
        self._release()

    def _release(self):
        """Let the requests go on that waited for the batch, after the commit."""
        waiting = self.shipment_ids._get_messages(INSTRUCTION).filtered(
            lambda m: m.state in ("pending", "retrying")
        )
        waiting.write({"next_attempt_at": False})
        waiting.lane_id._ring_after_commit()


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    carrier_batch_id = fields.Many2one(
        "logistics.carrier.batch",
        string="Batch at the carrier",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    batch_error = fields.Char(
        readonly=True, copy=False, help="Why the batch made no label of it."
    )

    def _get_batch_groups(self):
        """Return {what they have in common: [ids]} of shipments of one backend."""
        backend = self.backend_id.sudo()
        connector, groups = backend._get_connector(), {}
        for request in self._get_messages(INSTRUCTION).filtered(
            lambda m: m.state == "pending"
        ):
            try:
                key = connector._get_batch_key(backend, request._get_canonical())
            except LogisticsError:
                continue  # its own attempt will show it
            if key is not None:
                groups.setdefault(key, []).append(request.res_id)
        return groups

    def _leave_carrier_batch(self):
        """What the batch refused is requested individually from now on."""
        self.filtered("batch_error").write(
            {"batch_error": False, "carrier_batch_id": False}
        )


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    can_batch = fields.Boolean(compute="_compute_can_batch")
    batch_labels = fields.Boolean(
        string="Buy waves as batches",
        help="The carrier makes the labels of a wave in one operation of its own. Each"
        " delivery keeps its own result.",
    )
    batch_from = fields.Integer(
        string="From shipments",
        default=20,
        help="Smaller waves are bought label by label.",
    )

    _sane_batches = models.Constraint(
        "CHECK(batch_from >= 1)", "A batch has one shipment at least."
    )

    @api.depends("connector")
    def _compute_can_batch(self):
        for backend in self:
            backend.can_batch = bool(backend.connector) and backend._has_capability(
                BATCH
            )


class LogisticsLabelBatch(models.Model):
    _inherit = "logistics.label.batch"

    carrier_batch_ids = fields.One2many(
        "logistics.carrier.batch",
        "label_batch_id",
        string="Batches at carriers",
        readonly=True,
    )
