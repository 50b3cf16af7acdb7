"""Pickups: the carrier comes and fetches."""

from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.guard import button
from odoo.addons.logistics_core.tools.business_time import to_time

from ..canonical import Money, TransportPickup
from ..tools.units import to_exact
from .tools.local_times import to_local

# The carrier has not answered yet.
REQUESTED = ("requested", "change_requested", "cancel_requested")


class LogisticsPickup(models.Model):
    """One row is one visit of a carrier's van at a warehouse."""

    _name = "logistics.pickup"
    _description = "Pickup"
    _inherit = ["mail.thread", "mail.activity.mixin", "logistics.document.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    # What is booked stays with the carrier it was booked with.
    _logistics_draft_fields = frozenset({"backend_id", "warehouse_id"})

    name = fields.Char(readonly=True, copy=False, default="/")
    backend_id = fields.Many2one(
        "logistics.backend", string="Carrier", required=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        check_company=True,
        default=lambda self: self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        ),
    )
    tz = fields.Selection(related="warehouse_id.carrier_tz")
    date = fields.Date(
        compute="_compute_plan",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    ready_time = fields.Float(
        string="Ready from",
        compute="_compute_plan",
        store=True,
        readonly=False,
        precompute=True,
    )
    close_time = fields.Float(
        string="Open until",
        compute="_compute_plan",
        store=True,
        readonly=False,
        precompute=True,
    )
    parcel_count = fields.Integer(
        string="Parcels", compute="_compute_load", store=True, readonly=False
    )
    weight = fields.Float(
        string="Weight (kg)",
        digits=(16, 10),
        compute="_compute_load",
        store=True,
        readonly=False,
    )
    service = fields.Char(help="The carrier's code of the service, where it asks.")
    instructions = fields.Char(help="For the driver.")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("requested", "Requested"),
            ("booked", "Booked"),
            ("change_requested", "Change requested"),
            ("cancel_requested", "Cancellation requested"),
            ("cancelled", "Cancelled"),
            ("failed", "Refused"),
        ],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
        copy=False,
    )
    external_id = fields.Char(
        string="Confirmation", readonly=True, copy=False, tracking=True
    )
    external_ids = fields.Json(
        string="All confirmations",
        readonly=True,
        copy=False,
        help="The carrier's keys, where it booked several visits.",
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    cost = fields.Monetary(readonly=True, copy=False)
    cancel_reason = fields.Char(copy=False)
    error = fields.Char(readonly=True, copy=False)
    attempt = fields.Integer(readonly=True, copy=False)
    warning = fields.Char(compute="_compute_warning")
    is_unclear = fields.Boolean(
        compute="_compute_is_unclear",
        help="The carrier was asked, and it is not known whether it has it.",
    )

    _sane_times = models.Constraint(
        "CHECK(ready_time >= 0 AND close_time < 24 AND ready_time < close_time)",
        "The times are times of a day, and the warehouse is open after it is ready.",
    )
    _sane_load = models.Constraint(
        "CHECK(parcel_count >= 0 AND weight >= 0)", "The load cannot be negative."
    )

    @api.model_create_multi
    def create(self, vals_list):
        pickups = super().create(vals_list)
        for pickup in pickups.filtered(lambda p: p.name == "/"):
            pickup.sudo().name = f"PU/{pickup.warehouse_id.code}/{pickup.id:05}"
        return pickups

    def _get_schedule(self):
        return self.env["logistics.carrier.schedule"]._get_for(
            self.backend_id, self.warehouse_id
        )

    @api.depends("backend_id", "warehouse_id")
    def _compute_plan(self):
        for pickup in self:
            if pickup.state not in (False, "draft"):
                continue
            schedule = pickup._get_schedule()
            pickup.date = schedule._get_pickup_day()
            pickup.ready_time = schedule.pickup_ready
            pickup.close_time = schedule.pickup_close

    @api.depends("backend_id", "warehouse_id", "date")
    def _compute_load(self):
        for pickup in self:
            if pickup.state == "draft":
                parcels = pickup._get_shipments()._get_live_parcels()
                pickup.parcel_count = len(parcels)
                pickup.weight = sum(parcels.mapped("weight"))

    def _get_shipments(self):
        """Return what waits for the carrier at the warehouse."""
        return self.env["logistics.shipment"].search(
            [
                ("backend_id", "=", self.backend_id.id),
                ("warehouse_id", "=", self.warehouse_id.id),
                ("direction", "=", "outbound"),
                ("state", "in", ("labelled", "manifested")),
                ("ship_date", "<=", self.date),
            ],
            order="id",
        )

    @api.depends("backend_id", "warehouse_id", "date", "ready_time", "state")
    def _compute_warning(self):
        for pickup in self:
            pickup.warning = False
            editable = pickup.state in ("draft", "booked", "failed")
            if not (editable and pickup.backend_id and pickup.warehouse_id):
                continue
            schedule = pickup._get_schedule()
            if pickup.date and schedule._is_pickup_late(pickup.date):
                pickup.warning = self.env._(
                    "The carrier takes bookings and changes for this day until"
                    " %(time)s (%(zone)s): it may refuse.",
                    time=_clock(schedule.pickup_cutoff),
                    zone=pickup.tz or "UTC",
                )

    @api.depends("state", "error")
    def _compute_is_unclear(self):
        for pickup in self:
            pickup.is_unclear = pickup.state in REQUESTED and bool(pickup.error)

    def _describe_refused(self, action):
        texts = {
            "book": self.env._("The carrier refused the pickup"),
            "change": self.env._("The carrier refused the change"),
            "cancel": self.env._("The carrier refused the cancellation"),
        }
        return texts[action]

    @button("write")
    def action_is_coming(self):
        """Say what the carrier answered a person: it comes."""
        self._settle_unclear("booked")

    @button("write")
    def action_is_not_coming(self):
        """Say what the carrier answered a person: it does not come."""
        self._settle_unclear("cancelled")

    def _settle_unclear(self, state):
        for pickup in self:
            if not pickup.is_unclear:
                raise UserError(
                    pickup.env._("The carrier's answer to %s is known.", pickup.name)
                )
            pickup.env["logistics.message"]._settle_refused(pickup)
            pickup.write({"state": state, "error": False})

    @button("write")
    def action_book(self):
        """Book it at the carrier, after the commit."""
        for pickup in self:
            pickup._check_state("draft", "failed")
            if not pickup.backend_id._has_capability("transport_pickup"):
                raise UserError(
                    self.env._(
                        "Pickups of %s cannot be booked from here. Book it with the"
                        " carrier.",
                        pickup.backend_id.name,
                    )
                )
            if pickup.parcel_count < 1:
                raise UserError(self.env._("How many parcels are to be collected?"))
            pickup._send("change" if pickup.external_id else "book", "requested")

    @button("write")
    def action_change(self):
        """Send the changes of this form to the carrier."""
        for pickup in self:
            pickup._check_state("booked")
            pickup._send("change", "change_requested")

    @button("write")
    def action_cancel(self):
        """Ask the carrier not to come."""
        for pickup in self:
            if pickup.state in ("draft", "failed") and not pickup.external_id:
                pickup.state = "cancelled"
                continue
            pickup._check_state("booked", "failed")
            pickup._send("cancel", "cancel_requested")

    def _check_state(self, *states):
        if self.state not in states:
            label = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(pickup)s is “%(state)s”: wait for the carrier's answer.",
                    pickup=self.name,
                    state=label[self.state],
                )
            )

    def _send(self, action, state):
        self.env["logistics.message"]._clear_refused(self)
        self.write({"state": state, "error": False, "attempt": self.attempt + 1})
        self.env["logistics.message"]._enqueue(
            self.backend_id,
            self._prepare_canonical(action),
            record=self,
            ordering_key=f"pickup:{self.id}",
            external_id=f"pickup:{self.id}:{self.attempt}",
            sequence=self.attempt,
            correlation_id=self.name,
        )

    def _prepare_canonical(self, action):
        zone = self.warehouse_id._get_zone()
        shipments = self._get_shipments()
        numbers = shipments._get_live_parcels().filtered("tracking_number")
        home = self.warehouse_id.partner_id.country_id
        abroad = shipments.filtered(lambda s: s.country_id != home)
        return TransportPickup(
            reference=self.name,
            action=action,
            ship_from=self.warehouse_id.partner_id._get_carrier_party(),
            ready_local=to_local(self.date, self.ready_time, zone).isoformat(),
            close_local=to_local(self.date, self.close_time, zone).isoformat(),
            parcel_count=self.parcel_count,
            weight=to_exact(self.weight),
            external_id=self.external_id or None,
            external_ids=tuple(self.external_ids or ()),
            service=self.service or _most_common(shipments.mapped("service")),
            destination_country=_most_common(
                abroad.mapped("country_id.code") or [home.code]
            ),
            instructions=self.instructions or None,
            reason=self.cancel_reason or None,
            tracking_numbers=tuple(numbers.mapped("tracking_number")),
            shipment_external_ids=tuple(filter(None, shipments.mapped("external_id"))),
            **self._prepare_customs_facts(shipments),
        )

    def _prepare_customs_facts(self, shipments):
        """Return whether something of these shipments is dutiable, and its value."""
        exports = shipments.picking_id.filtered(
            lambda picking: picking._logistics_needs_customs()
        )
        values = [
            picking.move_line_ids._logistics_get_value()
            for picking in exports
            if picking.move_line_ids
        ]
        known = len({value.currency for value in values}) == 1
        total = sum(value.amount for value in values)
        return {
            "dutiable": bool(exports) if shipments else None,
            "value": Money(total, values[0].currency) if known else None,
        }


def _most_common(values):
    counted = Counter(filter(None, values)).most_common(1)
    return counted[0][0] if counted else None


def _clock(hours):
    return to_time(hours).strftime("%H:%M")
