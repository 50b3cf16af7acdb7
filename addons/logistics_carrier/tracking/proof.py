"""Proof of delivery: who got it, with signature and photo."""

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.guard import WAREHOUSE, button
from odoo.addons.logistics_core.tools.moments import to_naive

from ..canonical import TransportProof


class LogisticsProof(models.Model):
    """One row is the proof of delivery of one parcel.

    A model of its own, because a signature and a photo of somebody's door are not
    for everyone who may see the parcel: its attachments follow its access rights.
    """

    _name = "logistics.proof"
    _description = "Proof of Delivery"
    _order = "id desc"
    _rec_name = "parcel_id"

    parcel_id = fields.Many2one(
        "logistics.parcel", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="parcel_id.company_id", store=True)
    state = fields.Selection(
        [
            ("requested", "Requested"),
            ("received", "Received"),
            ("none", "The carrier has none"),
        ],
        required=True,
        default="requested",
        readonly=True,
    )
    signed_by = fields.Char(readonly=True)
    delivered_at = fields.Datetime(readonly=True)
    received_at = fields.Datetime(readonly=True)
    error = fields.Char(readonly=True)
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Documents", readonly=True
    )
    signature_id = fields.Many2one("ir.attachment", readonly=True)
    photo_id = fields.Many2one("ir.attachment", readonly=True)
    signature = fields.Binary(related="signature_id.datas", string="Signature shown")
    photo = fields.Binary(related="photo_id.datas", string="Photo shown")

    _one = models.Constraint("UNIQUE(parcel_id)", "A parcel has one proof.")

    def _store(self, answer):
        """Keep what the carrier answered (a ProofOfDelivery)."""
        attachments = self.env["ir.attachment"]._keep_files(
            self.parcel_id.backend_id,
            self,
            [(document.name, document) for document in answer.documents],
        )
        images = attachments.filtered(lambda a: a.mimetype.startswith("image/"))
        parcel = self.parcel_id
        self.write(
            {
                "state": "received" if attachments or answer.signed_by else "none",
                "signed_by": answer.signed_by or parcel.signed_by,
                "delivered_at": to_naive(answer.delivered_at) or parcel.delivered_at,
                "received_at": fields.Datetime.now(),
                "error": False,
                "attachment_ids": [fields.Command.link(a.id) for a in attachments],
                "signature_id": _last(images, "signature") or self.signature_id.id,
                "photo_id": _last(images, "photo") or self.photo_id.id,
            }
        )
        if answer.signed_by and not parcel.signed_by:
            # Who signed, and when, are of one delivery.
            moment = to_naive(answer.delivered_at) or parcel.delivered_at
            parcel.write({"signed_by": answer.signed_by, "delivered_at": moment})


class LogisticsParcel(models.Model):
    _inherit = "logistics.parcel"

    proof_ids = fields.One2many(
        "logistics.proof",
        "parcel_id",
        string="Proof of delivery",
        groups="logistics_core.group_warehouse_user,logistics_core.group_service_account",
    )
    can_get_proof = fields.Boolean(compute="_compute_can_get_proof", compute_sudo=True)

    def _compute_can_get_proof(self):
        for parcel in self:
            parcel.can_get_proof = (
                parcel.status == "delivered"
                and bool(parcel.tracking_number)
                and parcel.backend_id._has_capability("transport_proof")
            )

    def _request_proof(self):
        """Ask the carriers for the proofs of delivered parcels, after the commit."""
        for backend, parcels in (
            self.filtered("can_get_proof").grouped("backend_id").items()
        ):
            known = self.env["logistics.proof"].search(
                [("parcel_id", "in", parcels.ids)]
            )
            (known - known.filtered(lambda p: p.state == "received")).write(
                {"state": "requested", "error": False}
            )
            self.env["logistics.proof"].create(
                [{"parcel_id": parcel.id} for parcel in parcels - known.parcel_id]
            )
            ended = parcels._count_proof_requests(backend)
            self.env["logistics.message"]._enqueue_many(
                backend,
                [parcel._prepare_proof_request(ended) for parcel in parcels],
            )

    def _count_proof_requests(self, backend):
        """Return {ordering key: number of requests that ended}."""
        groups = (
            self.env["logistics.message"]
            .sudo()
            ._read_group(
                [
                    ("backend_id", "=", backend.id),
                    ("direction", "=", "out"),
                    ("ordering_key", "in", [f"proof:{id_}" for id_ in self.ids]),
                    ("state", "in", ("done", "dead", "invalid", "cancelled")),
                ],
                ["ordering_key"],
                ["__count"],
            )
        )
        return dict(groups)

    def _prepare_proof_request(self, ended):
        shipment, key = self.shipment_id, f"proof:{self.id}"
        return {
            "canonical": TransportProof(
                reference=f"{shipment.name}/{self.name}",
                tracking_number=self.tracking_number,
                shipment_external_id=shipment.external_id or None,
            ),
            "record": self,
            "ordering_key": key,
            # Next poll by hand: a request of its own, once the last one ended.
            "external_id": f"{key}:{ended.get(key, 0) + 1}",
            "correlation_id": shipment.picking_id.name or None,
        }

    @button("read", WAREHOUSE)
    def action_get_proof(self):
        """Ask the carrier for the proof of delivery."""
        self._check_warehouse_user()
        self.invalidate_recordset(["can_get_proof"])
        if not any(parcel.can_get_proof for parcel in self):
            raise UserError(
                self.env._(
                    "There is a proof of parcels that are delivered, from carriers"
                    " that give one."
                )
            )
        self.sudo()._request_proof()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("The proof was requested from the carrier."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


def _last(attachments, kind):
    return attachments.filtered(lambda a: a.description == kind)[-1:].id
