"""From when on deliveries go to the partner: those before are left alone."""

from odoo import api, fields, models

from odoo.addons.logistics_core.guard import MANAGER, button

OPEN_STATES = ("waiting", "confirmed", "assigned")


class LogisticsRoute(models.Model):
    _inherit = "logistics.route"

    cutover_at = fields.Datetime(
        string="Cut-over",
        default=lambda self: self.env.cr.now(),
        copy=False,
        help="Deliveries made before are not sent automatically: the partner may have"
        " them already. Adopt them, send them one by one, or let them be handled as"
        " until now.",
    )
    backlog_count = fields.Integer(
        string="Open before the cut-over", compute="_compute_backlog_count"
    )

    flow_warning = fields.Char(compute="_compute_flow_warning")

    @api.depends("warehouse_id.delivery_steps", "picking_type_id", "res_model")
    def _compute_flow_warning(self):
        for route in self:
            route.flow_warning = route._get_flow_warning()

    def _get_flow_warning(self):
        """Return what a warehouse of several steps means for its partner, or ""."""
        self.ensure_one()
        if self.res_model != "stock.picking":
            return ""
        warehouses = self.warehouse_id or self.picking_type_id.warehouse_id
        if not warehouses:
            warehouses = self.env["stock.warehouse"].search(
                [("company_id", "=", self.company_id.id)]
            )
        stepped = warehouses.filtered(lambda w: w.delivery_steps != "ship_only")
        if not stepped:
            return ""
        return self.env._(
            "%s delivers in several steps: the partner is told of the last one only,"
            " once Odoo's pick is done. Deliver in one step where the partner picks.",
            ", ".join(stepped.mapped("name")),
        )

    @api.depends("cutover_at", "warehouse_id", "picking_type_id", "domain")
    def _compute_backlog_count(self):
        for route in self:
            route.backlog_count = len(route._origin._get_backlog())

    def _is_after_cutover(self, picking):
        """Return whether a delivery goes to the partner by itself.

        What follows from a delivery that this route sent or adopted belongs to it, and
        so does what follows from one that a person decided about.
        """
        self.ensure_one()
        while (
            picking.backorder_id
            and picking.logistics_route_id != self
            and not picking.logistics_decision
        ):
            picking = picking.backorder_id
        if picking.logistics_decision:
            return picking.logistics_decision != "stay"
        # What another route sent may still be at its partner.
        return picking.logistics_route_id == self or (
            not self.cutover_at or picking.create_date >= self.cutover_at
        )

    def _get_backlog(self):
        """Return open deliveries that nobody has decided about; also of a draft."""
        pickings = self.env["stock.picking"].sudo()
        for route in self.filtered(lambda r: r.res_model == "stock.picking"):
            domain = fields.Domain(
                [
                    ("picking_type_code", "=", "outgoing"),
                    ("company_id", "=", route.company_id.id),
                    ("state", "in", OPEN_STATES),
                    ("logistics_reference", "=", False),
                    ("logistics_decision", "=", False),
                ]
            )
            if route.picking_type_id:
                domain &= fields.Domain(
                    "picking_type_id", "=", route.picking_type_id.id
                )
            if route.warehouse_id:
                domain &= fields.Domain(
                    "picking_type_id.warehouse_id", "=", route.warehouse_id.id
                )
            if route.cutover_at:
                domain &= fields.Domain("create_date", "<", route.cutover_at) | (
                    fields.Domain("backorder_id", "!=", False)
                )
            pickings |= pickings.search(domain & route._get_domain()).filtered(
                lambda p, r=route: (
                    r._accepts(p)
                    and p.location_dest_id._is_outgoing()
                    and not (r.cutover_at and r._is_after_cutover(p))
                )
            )
        return pickings

    @button("read", MANAGER)
    def action_open_backlog(self):
        """Decide about the deliveries that were open before the cut-over."""
        self.ensure_one()
        return self.backend_id.action_adopt_deliveries()


class StockPicking(models.Model):
    _inherit = "stock.picking"

    logistics_route_id = fields.Many2one(
        "logistics.route",
        string="Route",
        copy=False,
        readonly=True,
        help="What sent it to the partner: its settings hold for the partner's order.",
    )
    logistics_decision = fields.Selection(
        [("send", "Sent to the partner"), ("stay", "Handled without the partner")],
        string="Decided at the cut-over",
        copy=False,
        readonly=True,
        help="What a person decided about a delivery that was open before the"
        " cut-over.",
    )


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    @button("write", MANAGER)
    def action_start(self):
        """Start, and send what a person decided to send before the start."""
        result = super().action_start()
        pickings = self.env["stock.picking"].sudo()
        for backend in self:
            pickings |= pickings.search(
                [
                    ("logistics_decision", "=", "send"),
                    ("logistics_reference", "=", False),
                    ("company_id", "=", backend.company_id.id),
                    ("state", "=", "assigned"),
                ]
            )
        pickings._logistics_touch()
        return result
