"""Shipments: what one carrier was asked to carry, in one piece."""

from odoo import api, fields, models

from odoo.addons.logistics_core.translation import translated

from ..const import LABEL_FORMATS
from ..tools.charge_names import to_text

STATES = [
    ("draft", "Draft"),
    ("requested", "Label requested"),
    ("labelled", "Labelled"),
    ("failed", "Refused"),
    ("manifested", "Handed over"),
    ("in_transit", "In transit"),
    ("delivered", "Delivered"),
    ("returned", "Returned"),
    ("lost", "Lost"),
    ("void_requested", "Void requested"),
    ("voided", "Voided"),
]
# There is, or may be, a paid label at the carrier.
LIVE_STATES = (
    "requested",
    "labelled",
    "manifested",
    "in_transit",
    "delivered",
    "returned",
    "lost",
    "void_requested",
)


class LogisticsShipment(models.Model):
    """One row is one consignment: an origin, a destination, a service, parcels."""

    _name = "logistics.shipment"
    _description = "Shipment"
    _inherit = ["mail.thread", "mail.activity.mixin", "logistics.document.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        required=True, readonly=True, copy=False, help="Our reference at the carrier."
    )
    direction = fields.Selection(
        [("outbound", "Outbound"), ("return", "Return")],
        required=True,
        default="outbound",
        readonly=True,
    )
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False, index=True
    )
    picking_id = fields.Many2one(
        "stock.picking", string="Delivery", readonly=True, index="btree_not_null"
    )
    batch_name = fields.Char(string="Wave", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    backend_id = fields.Many2one(
        "logistics.backend",
        string="Connection",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    carrier_id = fields.Many2one(
        "delivery.carrier", string="Shipping method", readonly=True
    )
    service = fields.Char(
        string="Service code",
        readonly=True,
        help="The carrier's code of the service.",
    )
    service_name = fields.Char(string="Service", compute="_compute_service_name")
    partner_id = fields.Many2one("res.partner", string="Recipient", readonly=True)
    country_id = fields.Many2one(
        related="partner_id.country_id", store=True, string="Destination"
    )
    external_id = fields.Char(
        string="Carrier's ID", readonly=True, copy=False, index="btree_not_null"
    )
    label_format = fields.Selection(LABEL_FORMATS, default="PDF", readonly=True)
    ship_date = fields.Date(readonly=True)
    parcel_ids = fields.One2many("logistics.parcel", "shipment_id", string="Parcels")
    parcel_count = fields.Integer(compute="_compute_parcel_count")
    tracking_numbers = fields.Char(compute="_compute_parcel_count")
    currency_id = fields.Many2one("res.currency", readonly=True)
    expected_cost = fields.Monetary(
        readonly=True, help="What the carrier said it will cost, surcharges included."
    )
    charge_text = fields.Text(
        readonly=True, help="One charge a line: code, name, amount."
    )
    charges = fields.Text(compute="_compute_charges")
    estimated_delivery = fields.Datetime(readonly=True)
    delivered_at = fields.Datetime(readonly=True)
    error = fields.Char(readonly=True, copy=False)
    prior_state = fields.Char(
        readonly=True, copy=False, help="Before its void was requested."
    )
    can_void = fields.Boolean(compute="_compute_can_void")
    can_void_parcel = fields.Boolean(compute="_compute_can_void")
    return_of_id = fields.Many2one(
        "logistics.shipment", string="Return of", readonly=True
    )

    _unique_name = models.Constraint(
        "UNIQUE(backend_id, name)", "This reference was used before."
    )

    _unique_of_delivery = models.UniqueIndex(
        "(picking_id, name) WHERE picking_id IS NOT NULL",
        "The labels of this delivery were requested already.",
    )

    @api.depends("backend_id", "service")
    def _compute_service_name(self):
        for backend, shipments in self.grouped("backend_id").items():
            # Nobody is asked to show a form: only what the connector has itself.
            connector = backend and backend.sudo()._get_connector()
            names = connector._services if connector else {}
            for shipment in shipments:
                shipment.service_name = names.get(shipment.service)

    @api.depends("backend_id")
    def _compute_can_void(self):
        for shipment in self:
            backend = shipment.backend_id.sudo()
            shipment.can_void = backend._has_capability("transport_void")
            shipment.can_void_parcel = backend._has_capability("void_parcel")

    @api.depends("charge_text")
    @api.depends_context("lang")
    def _compute_charges(self):
        for shipment in self:
            lines = (shipment.charge_text or "").splitlines()
            rows = [
                row for row in (line.split("\t") for line in lines) if len(row) == 3
            ]
            shipment.charges = "\n".join(
                f"{translated(self.env, to_text(name))}: {amount}"
                for _code, name, amount in rows
            )

    @api.depends("parcel_ids.tracking_number", "parcel_ids.status")
    def _compute_parcel_count(self):
        for shipment in self:
            parcels = shipment._get_live_parcels()
            shipment.parcel_count = len(parcels)
            shipment.tracking_numbers = ", ".join(
                parcels.filtered("tracking_number").mapped("tracking_number")
            )

    def _get_live_parcels(self):
        """Return the parcels whose labels count; of what is voided whole, all."""
        parcels = self.parcel_ids
        voided = parcels.filtered(lambda p: p.status == "cancelled")
        in_part = set((parcels - voided).shipment_id.ids)
        return parcels - voided.filtered(lambda p: p.shipment_id.id in in_part)

    def _touch(self):
        """Write these shipments, whether anything changes or not.

        Two transactions that each change a part of a shipment do not see each other.
        With both writing its row the second one fails, is repeated, and sees the first.
        """
        if self:
            self.env.cr.execute(
                "UPDATE logistics_shipment SET write_date = now() AT TIME ZONE 'utc'"
                " WHERE id = ANY(%s)",
                [sorted(self.ids)],
                log_exceptions=False,
            )
