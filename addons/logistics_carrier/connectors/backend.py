"""Accounts at carriers: what they can do."""

import logging

from odoo import api, fields, models, tools

from odoo.addons.logistics_core.errors import LogisticsError
from odoo.addons.logistics_core.guard import button

_logger = logging.getLogger(__name__)
INSTRUCTION = "transport_instruction"


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    can_ship = fields.Boolean(
        compute="_compute_carrier_abilities", search="_search_can_ship"
    )
    can_rate = fields.Boolean(compute="_compute_carrier_abilities")
    can_check_address = fields.Boolean(compute="_compute_carrier_abilities")
    shipment_count = fields.Integer(compute="_compute_shipment_count")

    @api.depends("connector")
    def _compute_carrier_abilities(self):
        for backend in self:
            has = backend._has_capability if backend.connector else lambda name: False
            backend.can_ship = has(INSTRUCTION)
            backend.can_rate = has("rate")
            backend.can_check_address = has("address_check")

    def _search_can_ship(self, operator, value):
        if operator not in ("=", "!=", "in", "not in"):
            return NotImplemented
        wanted = bool(value if operator in ("=", "!=") else True in list(value))
        if operator in ("!=", "not in"):
            wanted = not wanted
        codes = [
            code
            for code, _label in self._fields["connector"].get_description(self.env)[
                "selection"
            ]
            if INSTRUCTION in self.env[f"logistics.connector.{code}"]._capabilities
        ]
        return [("connector", "in" if wanted else "not in", codes)]

    def _compute_shipment_count(self):
        counts = dict(
            self.env["logistics.shipment"]._read_group(
                [("backend_id", "in", self.ids)], ["backend_id"], ["__count"]
            )
        )
        for backend in self:
            backend.shipment_count = counts.get(backend, 0)

    def _get_service_table(self):
        """Return {code: name} of the carrier's services; empty when not known."""
        self.ensure_one()
        try:
            return self._get_services_cached(self.id)
        except LogisticsError as error:
            _logger.info("services of backend %s: %s", self.id, error)
            return {}

    def _get_service_name(self, code):
        """Return the carrier's name of a service, its code where it is not known."""
        return self._get_service_table().get(code) or code

    @api.model
    @tools.ormcache("backend_id")
    def _get_services_cached(self, backend_id):
        backend = self.sudo().browse(backend_id)
        connector = backend.with_context(logistics_timeout=5)._get_connector()
        return dict(connector._get_services(backend))

    def _get_transport_gate(self):
        """Return the gate of what is asked of the carrier about shipments."""
        gates = self.env["logistics.gate"]
        type_id = self.env["logistics.message.type"]._get_id(INSTRUCTION)
        return gates._get_for_type(self, type_id)

    def _is_carrier_working(self):
        """Return whether labels can be asked for now: running, not interrupted."""
        self.ensure_one()
        return self.state == "running" and self._get_transport_gate().state == "closed"

    @button("read")
    def action_view_shipments(self):
        """Open the shipments of this carrier account."""
        return self._action_open("logistics_carrier.logistics_shipment_action")
