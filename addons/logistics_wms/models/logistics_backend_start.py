"""What a warehouse partner needs before it goes live."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.logistics_core.guard import MANAGER, button
from odoo.addons.logistics_core.start import Step

from ..const import BIND_PRODUCT, INSTRUCTION

NAMED = 5


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    wms_ships = fields.Boolean(compute="_compute_wms_reads")
    wms_reads_lots = fields.Boolean(compute="_compute_wms_reads")
    wms_has_services = fields.Boolean(compute="_compute_wms_has_services")
    wms_default_service_id = fields.Many2one(
        "logistics.choice",
        string="Service without a carrier",
        compute="_compute_wms_default_service_id",
        inverse="_inverse_wms_default_service_id",
        domain="[('backend_id', '=', id), ('kind', '=', 'carrier_service')]",
        help="The partner's service for deliveries without a carrier in Odoo.",
    )

    @api.depends("connector")
    def _compute_wms_reads(self):
        for backend in self:
            if not backend.connector:
                backend.wms_ships = backend.wms_reads_lots = False
                continue
            connector = backend._get_connector()
            backend.wms_ships = connector._takes(INSTRUCTION)
            backend.wms_reads_lots = "lots" in connector._get_reads(
                backend, self.env["logistics.route"]
            )

    def _compute_wms_has_services(self):
        for backend in self:
            backend.wms_has_services = bool(
                self.env["logistics.choice"]._get_offered(
                    backend._origin, "carrier_service"
                )
            )

    @api.depends("wms_default_carrier_service")
    def _compute_wms_default_service_id(self):
        for backend in self:
            offered = self.env["logistics.choice"]._get_offered(
                backend._origin, "carrier_service"
            )
            code = backend.wms_default_carrier_service
            backend.wms_default_service_id = offered.filtered(
                lambda c, code=code: c.code == code
            )[:1]

    @api.onchange("wms_default_service_id")
    def _inverse_wms_default_service_id(self):
        for backend in self:
            if backend.wms_has_services:
                backend.wms_default_carrier_service = (
                    backend.wms_default_service_id.code
                )

    @api.constrains("wms_default_carrier_service")
    def _check_wms_default_service(self):
        for backend in self:
            self.env["logistics.choice"]._check(
                backend, "carrier_service", backend.wms_default_carrier_service
            )

    @api.constrains("wms_lot_policy", "connector")
    def _check_wms_lot_policy(self):
        for backend in self:
            if backend.wms_lot_policy == "odoo" and not backend.wms_reads_lots:
                raise ValidationError(
                    self.env._(
                        "%s takes no lots with a delivery: let the partner choose.",
                        backend.name,
                    )
                )

    def _get_delivery_routes(self):
        """Return the routes that send deliveries to this partner."""
        return (
            self.env["logistics.route"]
            .sudo()
            .search(
                [("backend_id", "in", self.ids), ("res_model", "=", "stock.picking")]
            )
        )

    def _get_start_steps(self):
        steps = super()._get_start_steps()
        if not self.wms_ships:
            return steps
        return [
            *steps,
            self._get_step_services(),
            self._get_step_products(),
            self._get_step_routes(),
            self._get_step_cutover(),
            self._get_step_opening_stock(),
        ]

    def _get_step_services(self):
        """Each service that Odoo names must be one that the partner offers."""
        offered = self.env["logistics.choice"]._get_offered(self, "carrier_service")
        maps = (
            self.env["logistics.value.map"]
            .sudo()
            .search([("backend_id", "=", self.id), ("kind", "=", "carrier_service")])
        )
        used = {*maps.mapped("external_value"), self.wms_default_carrier_service}
        unknown = sorted(used - {False, *offered.mapped("code")}) if offered else []
        carriers = self._get_unmapped_carriers(maps)
        detail = ""
        if unknown:
            detail = self.env._("Not offered by the partner: %s", ", ".join(unknown))
        elif not maps and not self.wms_default_carrier_service:
            detail = self.env._("No service is chosen.")
        elif carriers:
            detail = self.env._("No service for: %s", _shorten(carriers.mapped("name")))
        return Step(
            "services",
            self.env._("Shipping services"),
            self.env._(
                "A service that the partner does not know is refused, or shipped as"
                " its standard one."
            ),
            not detail,
            loses_goods=bool(unknown),
            detail=detail,
            action="action_open_services",
            button=self.env._("Choose services"),
        )

    def _get_unmapped_carriers(self, maps):
        """Return the delivery methods of open deliveries that have no service."""
        mapped = set(
            maps.filtered(lambda m: m.state == "approved").mapped("odoo_value")
        )
        groups = (
            self.env["stock.picking"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "=", self.company_id.id),
                    ("picking_type_code", "=", "outgoing"),
                    ("state", "not in", ("draft", "done", "cancel")),
                    ("carrier_id", "!=", False),
                ],
                ["carrier_id"],
            )
        )
        carriers = self.env["delivery.carrier"].sudo().union(*(c for (c,) in groups))
        return carriers.filtered(lambda c: c.with_context(lang=None).name not in mapped)

    def _get_step_products(self):
        goods = self._get_wms_products()
        nameless = goods.filtered(lambda p: not p.default_code)
        by_sku = goods.grouped(lambda p: (p.default_code or "").strip().lower())
        doubled = [s for s, products in by_sku.items() if s and len(products) > 1]
        known = self.env["logistics.binding"]._get_external_ids(
            self, BIND_PRODUCT, goods
        )
        unsent = goods.filtered(lambda p: p.default_code and p.id not in known)
        details = []
        if nameless:
            details.append(
                self.env._(
                    "%(count)s without SKU: %(names)s",
                    count=len(nameless),
                    names=_shorten(nameless.mapped("name")),
                )
            )
        if doubled:
            details.append(self.env._("SKU used twice: %s", _shorten(sorted(doubled))))
        if unsent and self._has_capability("item_master"):
            details.append(self.env._("%s not sent yet", len(unsent)))
        return Step(
            "products",
            self.env._("Products"),
            self.env._(
                "A delivery is refused while one of its products is unknown there."
            ),
            not details,
            detail="; ".join(details),
            action="action_open_products",
            button=self.env._("Open products"),
        )

    def _get_wms_products(self):
        """Return the goods that are sold or kept in the partner's warehouses."""
        quants = self.env["stock.quant"].sudo()
        stocked = quants._read_group(
            [
                ("location_id", "child_of", self._get_wms_locations().ids),
                ("location_id.usage", "=", "internal"),
                ("company_id", "=", self.company_id.id),
            ],
            ["product_id"],
        )
        ids = {product.id for (product,) in stocked}
        ids.update(self._get_delivery_routes()._get_backlog().move_ids.product_id.ids)
        return self.env["product.product"].sudo().browse(sorted(ids))

    def _get_step_routes(self):
        routes = self._get_delivery_routes()
        warnings = {text for route in routes if (text := route._get_flow_warning())}
        return Step(
            "routes",
            self.env._("Routes"),
            self.env._("A route says which warehouse's deliveries go to the partner."),
            bool(routes) and not warnings,
            detail=" ".join(sorted(warnings)),
            action="action_open_routes",
            button=self.env._("Open routes"),
        )

    def _get_step_cutover(self):
        routes = self._get_delivery_routes()
        count = len(routes._get_backlog())
        return Step(
            "cutover",
            self.env._("Cut-over"),
            self.env._(
                "What the partner has already would be sent, and shipped, twice."
            ),
            not count,
            loses_goods=True,
            detail=self.env._("%s open deliveries are not decided yet", count)
            if count
            else "",
            action="action_adopt_deliveries",
            button=self.env._("Look at the deliveries"),
        )

    def _get_step_opening_stock(self):
        levels = self.env["logistics.stock.level"].sudo()
        domain = [("backend_id", "=", self.id)]
        different = levels.search_count([*domain, ("difference", "!=", 0)])
        known = levels.search_count(domain, limit=1)
        return Step(
            "opening_stock",
            self.env._("Opening stock"),
            self.env._(
                "Odoo sells what the partner does not have, or the other way round."
            ),
            bool(known and not different),
            detail=self.env._("%s differences", different)
            if different
            else ""
            if known
            else self.env._("The partner's stock is not known yet."),
            action="action_opening_stock",
            button=self.env._("Compare"),
        )

    @button("read", MANAGER)
    def action_open_services(self):
        """Open the value maps of shipping services."""
        action = self.action_open_value_maps()
        return {
            **action,
            "domain": [*action["domain"], ("kind", "=", "carrier_service")],
            "context": {**action["context"], "default_kind": "carrier_service"},
        }

    @button("read", MANAGER)
    def action_open_products(self):
        """Open the goods that the partner must know."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Products at %s", self.name),
            "res_model": "product.product",
            "view_mode": "list,form",
            "domain": [("id", "in", self._get_wms_products().ids)],
        }

    @button("read", MANAGER)
    def action_open_routes(self):
        """Open the routes to this partner."""
        return self._action_open("logistics_core.logistics_route_action")

    @button("read", MANAGER)
    def action_adopt_deliveries(self):
        """Decide about the deliveries that were open before the cut-over."""
        self.ensure_one()
        return self.env["logistics.adoption"]._make(self)._open()

    @button("read", MANAGER)
    def action_opening_stock(self):
        """Compare the partner's stock with Odoo's, and prepare a count."""
        self.ensure_one()
        opening = self.env["logistics.opening.stock"]._make(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Opening stock"),
            "res_model": "logistics.opening.stock",
            "view_mode": "form",
            "res_id": opening.id,
        }


def _shorten(names):
    """Return some names for a line of the checklist."""
    more = f", … (+{len(names) - NAMED})" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
