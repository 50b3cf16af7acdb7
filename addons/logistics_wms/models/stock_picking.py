"""A delivery shows its status at the warehouse."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import (
    BIND_ORDER,
    CLOSED_STATES,
    INSTRUCTION,
    PARTNER_STATES,
    RANK,
    STARTED_STATES,
    TRANSPORT_STATES,
)

# What else of a delivery the partner has, beside its moves.
TOLD_FIELDS = frozenset(
    {"partner_id", "carrier_id", "note", "priority", "scheduled_date", "move_type"}
    | {"date_deadline"}
)


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "logistics.document.mixin"]

    logistics_backend_id = fields.Many2one(
        "logistics.backend",
        string="Connection",
        copy=False,
        readonly=True,
        index="btree_not_null",
        check_company=True,
    )
    logistics_state = fields.Selection(
        PARTNER_STATES,
        string="Status at warehouse",
        copy=False,
        readonly=True,
        index=True,
        help="The delivery's status at the warehouse.",
    )
    logistics_prior_state = fields.Selection(
        PARTNER_STATES,
        copy=False,
        readonly=True,
        help="Its status before it was put on hold or its cancellation was requested.",
    )
    logistics_state_at = fields.Datetime(
        string="Status at warehouse since", copy=False, readonly=True
    )
    logistics_reported_at = fields.Datetime(
        copy=False, readonly=True, help="The partner's time of its latest report."
    )
    logistics_reference = fields.Char(
        string="Reference at warehouse",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="How the partner knows this delivery. Backorders keep it as long as"
        " the partner still ships the rest.",
    )
    logistics_release_count = fields.Integer(copy=False, readonly=True)
    logistics_correlation_id = fields.Char(
        string="Correlation",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="The business document, from order to return.",
    )
    logistics_hold_reason = fields.Char(string="Hold reason", copy=False, readonly=True)
    logistics_hold_since = fields.Datetime(
        string="Held since", copy=False, readonly=True
    )
    logistics_cancel_reason = fields.Char(copy=False, readonly=True)
    logistics_not_told = fields.Text(
        string="Not known to the warehouse",
        copy=False,
        readonly=True,
        help="What was changed after the delivery was sent, and the partner's system"
        " does not take as a change.",
    )
    logistics_transport_state = fields.Selection(
        TRANSPORT_STATES, string="Transport", copy=False, readonly=True
    )
    logistics_transport_at = fields.Datetime(copy=False, readonly=True)
    logistics_delivered_at = fields.Datetime(
        string="Delivered at", copy=False, readonly=True
    )
    logistics_order_external_id = fields.Char(
        string="Order at the partner", compute="_compute_logistics_order_external_id"
    )
    logistics_waits_for = fields.Char(
        string="Waits for", compute="_compute_logistics_waits"
    )
    logistics_waits_since = fields.Datetime(
        string="Waits since", compute="_compute_logistics_waits"
    )
    logistics_waits_end = fields.Char(
        string="Ends when", compute="_compute_logistics_waits"
    )

    _logistics_open_reference_idx = models.Index(
        "(logistics_backend_id, logistics_reference)"
        " WHERE logistics_reference IS NOT NULL"
    )

    @api.depends("logistics_reference", "logistics_backend_id")
    def _compute_logistics_order_external_id(self):
        bindings = self.env["logistics.binding"]
        for backend, pickings in self.grouped("logistics_backend_id").items():
            roots = pickings._logistics_get_roots()
            known = bindings._get_external_ids(
                backend, BIND_ORDER, self.browse(root.id for root in roots.values())
            )
            for picking in pickings:
                root = roots.get(picking, self.browse())
                picking.logistics_order_external_id = known.get(root.id)

    @api.depends(
        "state",
        "logistics_state",
        "logistics_hold_reason",
        "logistics_hold_since",
        "logistics_backend_id.state",
    )
    def _compute_logistics_waits(self):
        """Say why a delivery does not move: its partner's hold, or the engine's wait.

        It waits since it was queued at the earliest.
        """
        waits = self._logistics_find_waits()
        for picking in self:
            reason, since = picking.logistics_hold_reason, picking.logistics_hold_since
            wait = None if reason else waits.get(picking)
            if wait:
                times = (wait.since, picking.logistics_state_at)
                reason, since = wait.reason, max(filter(None, times), default=False)
            picking.logistics_waits_for = reason
            picking.logistics_waits_since = since
            picking.logistics_waits_end = wait.end if wait else False

    def _logistics_find_waits(self):
        """Return {delivery: Wait} of those in the outbox that something keeps back."""
        type_id = self.env["logistics.message.type"]._get_id(INSTRUCTION)
        queued = self.filtered(
            lambda p: p.logistics_state == "to_release" and p.logistics_reference
        )
        waits = {}
        for backend, pickings in queued.grouped("logistics_backend_id").items():
            waits |= backend._find_waits(type_id, pickings)
        return waits

    def _logistics_get_roots(self):
        """Return {picking: the released picking whose reference it carries}."""
        roots = {}
        for picking in self:
            if not picking.logistics_reference:
                continue
            root = picking
            while (
                root.backorder_id.logistics_reference == picking.logistics_reference
                and root.backorder_id
            ):
                root = root.backorder_id
            roots[picking] = root
        return roots

    def _logistics_get_root(self):
        """Return the released delivery whose reference this one carries."""
        self.ensure_one()
        return self._logistics_get_roots().get(self, self)

    def _logistics_get_order_key(self):
        """Return the partner's identifier of the order, "" while it is not known."""
        root = self._logistics_get_root()
        return (
            self.env["logistics.binding"]._get_external_id(
                self.logistics_backend_id, BIND_ORDER, root
            )
            or ""
        )

    def _logistics_get_chain(self):
        """Return all deliveries that share the partner's order with this one."""
        self.ensure_one()
        return self.search(
            [
                ("logistics_backend_id", "=", self.logistics_backend_id.id),
                ("logistics_reference", "=", self.logistics_reference),
            ],
            order="id",
        )

    def _logistics_is_with_partner(self):
        """Return whether the partner has, or will get, an order for this delivery."""
        self.ensure_one()
        return bool(
            self.logistics_reference
            and self.logistics_backend_id
            and self.logistics_state
            and self.logistics_state not in CLOSED_STATES
            and self.state not in ("done", "cancel")
        )

    def _logistics_set_state(self, state, at=None, **vals):
        """Write the partner's state; reaching a rank ends a hold."""
        at = at or fields.Datetime.now()
        if state in RANK:
            vals.setdefault("logistics_hold_reason", False)
            vals.setdefault("logistics_hold_since", False)
        if state in CLOSED_STATES:
            self.filtered("logistics_not_told")._logistics_know_all()
        if state in STARTED_STATES:
            # Odoo's own mark for “being processed”: it adds no lines any more.
            vals["printed"] = True
        self.write({"logistics_state": state, "logistics_state_at": at, **vals})

    def _logistics_hold(self, reason, at=None, **vals):
        """Put on hold, and keep the status before."""
        now = at or fields.Datetime.now()
        for picking in self:
            hold = {**vals, "logistics_hold_reason": reason}
            if picking.logistics_state != "held":
                hold["logistics_prior_state"] = picking.logistics_state
                hold["logistics_hold_since"] = now
            picking._logistics_set_state("held", now, **hold)

    def write(self, vals):
        result = super().write(vals)
        if not TOLD_FIELDS.isdisjoint(vals):
            self._logistics_touch()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_partner(self):
        for picking in self:
            if picking.logistics_state == "cancel_requested":
                raise UserError(
                    self.env._(
                        "The warehouse was asked to cancel %s and has not answered."
                        " Delete it when it has.",
                        picking.name,
                    )
                )
            if picking._logistics_is_with_partner():
                raise UserError(
                    self.env._(
                        "%s is at the warehouse. Cancel it first.",
                        picking.name,
                    )
                )

    def _create_backorder_picking(self):
        backorder = super()._create_backorder_picking()
        backorder.sudo().write(self._prepare_logistics_backorder_vals())
        return backorder

    def _prepare_logistics_backorder_vals(self):
        """Return what a backorder takes over: the partner's order is still open."""
        vals = {"logistics_correlation_id": self.logistics_correlation_id}
        if self.logistics_reference and self.logistics_state not in (
            "rejected",
            "cancelled",
        ):
            state = self.logistics_state
            vals.update(
                logistics_backend_id=self.logistics_backend_id.id,
                logistics_route_id=self.logistics_route_id.id,
                logistics_reference=self.logistics_reference,
                logistics_state="accepted" if state == "shipped" else state,
                logistics_state_at=self.logistics_state_at,
            )
        return vals

    def _get_logistics_message_domain(self):
        """Messages of the delivery itself and of its partner order."""
        domain = super()._get_logistics_message_domain()
        references = [r for r in self.mapped("logistics_reference") if r]
        if references:
            domain |= fields.Domain("ordering_key", "in", references) & fields.Domain(
                "backend_id", "in", self.logistics_backend_id.ids
            )
        return domain
