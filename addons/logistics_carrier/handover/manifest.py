"""End of day: what is handed over to a carrier, on one list."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.guard import button

from ..canonical import TransportManifest


class LogisticsManifest(models.Model):
    """One row is one handover: a carrier, a warehouse, a day, its shipments."""

    _name = "logistics.manifest"
    _description = "Manifest"
    _inherit = ["mail.thread", "mail.activity.mixin", "logistics.document.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True, copy=False)
    backend_id = fields.Many2one(
        "logistics.backend",
        string="Carrier",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    warehouse_id = fields.Many2one("stock.warehouse", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True, help="At the warehouse.")
    state = fields.Selection(
        [
            ("requested", "Sent to the carrier"),
            ("done", "Handed over"),
            ("failed", "Refused"),
        ],
        required=True,
        default="requested",
        readonly=True,
        tracking=True,
        copy=False,
    )
    is_local = fields.Boolean(
        string="Without the carrier",
        readonly=True,
        help="The carrier takes no manifests: the day was closed in Odoo only.",
    )
    attempt = fields.Integer(default=1, readonly=True, copy=False)
    external_id = fields.Char(string="Carrier's ID", readonly=True, copy=False)
    error = fields.Char(readonly=True, copy=False)
    is_stopped = fields.Boolean(
        compute="_compute_is_stopped",
        help="The carrier refused it, or it is not known whether the carrier has it.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Documents", readonly=True, copy=False
    )
    shipment_ids = fields.One2many(
        "logistics.shipment", "manifest_id", string="Shipments", readonly=True
    )
    shipment_count = fields.Integer(compute="_compute_counts")
    parcel_count = fields.Integer(compute="_compute_counts")
    weight = fields.Float(
        string="Weight (kg)", digits=(16, 10), compute="_compute_counts"
    )

    _unique_name = models.Constraint(
        "UNIQUE(backend_id, name)", "This reference was used before."
    )

    @api.depends("shipment_ids.parcel_ids.status")
    def _compute_counts(self):
        for manifest in self:
            parcels = manifest.shipment_ids._get_live_parcels()
            manifest.shipment_count = len(manifest.shipment_ids)
            manifest.parcel_count = len(parcels)
            manifest.weight = sum(parcels.mapped("weight"))

    @api.model
    def _close_day(self, backend, warehouse):
        """Gather labelled shipments on a new manifest and send it.

        :return: the manifest, empty when there is nothing to hand over
        """
        today = warehouse._get_today()
        shipments = self.env["logistics.shipment"].search(
            [
                ("backend_id", "=", backend.id),
                ("warehouse_id", "=", warehouse.id),
                ("direction", "=", "outbound"),
                ("state", "=", "labelled"),
                ("manifest_id", "=", False),
                ("ship_date", "<=", today),
            ],
            order="id",
        )
        if not shipments:
            return self.browse()
        manifest = self.create(
            {
                "name": "/",
                "backend_id": backend.id,
                "warehouse_id": warehouse.id,
                "date": today,
            }
        )
        # The carrier is asked by this name: a number that is never used again.
        manifest.name = f"MAN/{warehouse.code}/{today:%y%m%d}/{manifest.id}"
        manifest.flush_recordset(["name"])
        shipments.manifest_id = manifest
        manifest._hand_over()
        return manifest

    def _hand_over(self):
        """Inform the carrier, where it wants to know; else it is done."""
        self.ensure_one()
        if not self.backend_id._has_capability("transport_manifest"):
            self._set_done(is_local=True)
            return
        self.env["logistics.message"]._enqueue(
            self.backend_id,
            self._prepare_canonical(),
            record=self,
            ordering_key=f"manifest:{self.id}",
            external_id=f"manifest:{self.id}:{self.attempt}",
            correlation_id=self.name,
        )

    def _get_gone(self):
        """Return its shipments that were voided since they were gathered."""
        return self.shipment_ids.filtered(
            lambda s: s.state in ("void_requested", "voided")
        )

    def _prepare_canonical(self):
        shipments = (self.shipment_ids - self._get_gone()).sorted("id")
        numbers = shipments._get_live_parcels().filtered("tracking_number")
        return TransportManifest(
            reference=self.name if self.attempt == 1 else f"{self.name}-{self.attempt}",
            ship_from=self.warehouse_id.partner_id._get_carrier_party(),
            ship_date=self.date,
            shipment_external_ids=tuple(filter(None, shipments.mapped("external_id"))),
            tracking_numbers=tuple(numbers.mapped("tracking_number")),
        )

    def _set_done(self, **vals):
        self.write({"state": "done", "error": False, **vals})
        self.shipment_ids.filtered(lambda s: s.state == "labelled").write(
            {"state": "manifested"}
        )

    @api.depends("state", "error")
    def _compute_is_stopped(self):
        for manifest in self:
            unclear = manifest.state == "requested" and manifest.error
            manifest.is_stopped = bool(unclear) or manifest.state == "failed"

    @button("write")
    def action_retry(self):
        """Send it again, without the shipments that were voided meanwhile."""
        self.check_access("write")
        for manifest in self.sudo():
            if not manifest.is_stopped:
                raise UserError(self.env._("Only a refused manifest is sent again."))
            if manifest.state == "requested":
                # The carrier may have it: the same message again, so that the carrier
                # is asked first where it can be.
                manifest.error = False
                self.env["logistics.message"]._get_refused(manifest)._replay()
                continue
            self.env["logistics.message"]._clear_refused(manifest)
            manifest._get_gone().manifest_id = False
            manifest.write(
                {"state": "requested", "error": False, "attempt": manifest.attempt + 1}
            )
            manifest._hand_over()

    @button("write")
    def action_close_locally(self):
        """Hand over without the carrier's document."""
        self.check_access("write")
        for manifest in self.sudo():
            if not manifest.is_stopped:
                raise UserError(self.env._("Only a refused manifest is closed so."))
            self.env["logistics.message"]._settle_refused(manifest)
            manifest._set_done(is_local=True)

    @button("unlink")
    def action_dissolve(self):
        """Give up a refused manifest: its shipments wait for the next one."""
        self.check_access("unlink")
        for manifest in self:
            if not manifest.is_stopped:
                raise UserError(self.env._("Only a refused manifest is given up."))
            self.env["logistics.message"]._settle_refused(manifest)
        self.sudo().shipment_ids.manifest_id = False
        self.unlink()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "logistics_carrier.logistics_manifest_action"
        )


class LogisticsShipment(models.Model):
    _inherit = "logistics.shipment"

    manifest_id = fields.Many2one(
        "logistics.manifest", readonly=True, copy=False, index="btree_not_null"
    )
