"""How one warehouse partner is worked with."""

from odoo import fields, models

from odoo.addons.logistics_core.guard import button


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    wms_release_policy = fields.Selection(
        [("auto", "When it is ready"), ("manual", "By a person")],
        string="Send deliveries",
        default="auto",
        required=True,
        help="When it is ready: a delivery is sent to the partner as soon as its"
        " stock is reserved. By a person: it waits for “Send to warehouse”.",
    )
    wms_lot_policy = fields.Selection(
        [("partner", "The partner"), ("odoo", "Odoo")],
        string="Lots are chosen by",
        default="partner",
        required=True,
        help="Odoo: the reserved lots and serials are sent with the delivery.",
    )
    wms_short_policy = fields.Selection(
        [("release", "Send it again"), ("cancel", "Cancel it")],
        string="Rest of a short shipment",
        default="release",
        required=True,
        help="What happens with the rest when the partner closes an order without"
        " shipping all of it.",
    )
    wms_over_tolerance = fields.Float(
        string="Over-shipment tolerance (%)",
        digits=(5, 2),
        help="So much more than ordered is accepted, with a warning. More than"
        " that is refused.",
    )
    wms_invoice_policy = fields.Selection(
        [("none", "No"), ("draft", "As a draft"), ("posted", "Posted")],
        string="Invoice on shipment",
        default="none",
        required=True,
        help="For products invoiced on delivered quantities.",
    )
    wms_default_carrier_service = fields.Char(
        string="Default carrier service",
        help="The partner's code for deliveries without a carrier in Odoo.",
    )
    wms_delivery_count = fields.Integer(compute="_compute_wms_counts")
    wms_level_count = fields.Integer(compute="_compute_wms_counts")

    _wms_tolerance = models.Constraint(
        "CHECK(wms_over_tolerance >= 0 AND wms_over_tolerance <= 100)",
        "The over-shipment tolerance must be between 0 and 100 %.",
    )

    def _compute_wms_counts(self):
        deliveries = self._count_by_backend(
            "stock.picking", [("state", "not in", ("done", "cancel"))]
        )
        levels = self._count_by_backend("logistics.stock.level", [])
        for backend in self:
            backend.wms_delivery_count = deliveries.get(backend, 0)
            backend.wms_level_count = levels.get(backend, 0)

    def _count_by_backend(self, model, domain):
        field = "logistics_backend_id" if model == "stock.picking" else "backend_id"
        if not self.env[model].has_access("read"):
            return {}
        return dict(
            self.env[model]._read_group(
                [(field, "in", self.ids), *domain], [field], ["__count"]
            )
        )

    def _get_wms_locations(self):
        """Return the stock locations of the warehouses this partner runs."""
        self.ensure_one()
        routes = (
            self.env["logistics.route"]
            .sudo()
            .search([("backend_id", "=", self.id), ("res_model", "=", "stock.picking")])
        )
        warehouses = routes.warehouse_id or routes.picking_type_id.warehouse_id
        if not warehouses:
            warehouses = self.env["stock.warehouse"].search(
                [("company_id", "=", self.company_id.id)]
            )
        return warehouses.view_location_id

    @button("read")
    def action_view_deliveries(self):
        """Open the deliveries this partner ships."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "logistics_wms.stock_picking_action_partner"
        )
        return {**action, "domain": [("logistics_backend_id", "in", self.ids)]}

    @button("read")
    def action_view_stock_levels(self):
        """Open the stock the partner reported."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "logistics_wms.logistics_stock_level_action"
        )
        return {**action, "domain": [("backend_id", "in", self.ids)]}
