"""Codes that differ from one warehouse partner to the next."""

from odoo import api, fields, models

from odoo.addons.logistics_core.errors import MappingMissing
from odoo.addons.logistics_core.texts import _lt

from ..const import DEFAULT_UOM_CODE


class LogisticsValueMap(models.Model):
    _inherit = "logistics.value.map"

    kind = fields.Selection(
        selection_add=[
            ("carrier_service", "Carrier service"),
            ("uom", "Unit of measure"),
            ("substitution", "Accepted substitution"),
        ],
        ondelete={
            "carrier_service": "cascade",
            "uom": "cascade",
            "substitution": "cascade",
        },
    )

    @api.model
    def _get_carrier_service(self, backend, carrier):
        """Return the partner's code for a delivery method.

        :raises MappingMissing: no row, and no default on the backend
        """
        if not carrier and backend.wms_default_carrier_service:
            return backend.wms_default_carrier_service
        name = carrier.with_context(lang=None).name or self.env._("(no carrier)")
        return self._to_external(backend, "carrier_service", name)

    @api.model
    def _get_uom_code(self, backend, uom):
        """Return the partner's code for a unit, or None when it has none."""
        unit = self.env.ref("uom.product_uom_unit")
        default = DEFAULT_UOM_CODE if uom == unit else ""
        name = uom.with_context(lang=None).name
        return self._to_external(backend, "uom", name, default=default) or None

    @api.model
    def _get_uom(self, backend, code):
        """Return the unit a partner's code stands for.

        :raises MappingMissing: no row for it, or the row names no unit of Odoo
        """
        # The row was approved by a person: an archived unit is fine.
        units = self.env["uom.uom"].with_context(lang=None, active_test=False)
        name = self._to_odoo(
            backend, "uom", code, default="" if code == DEFAULT_UOM_CODE else None
        )
        if not name:
            return self.env.ref("uom.product_uom_unit")
        uom = units.search([("name", "=", name)], limit=1)
        if not uom:
            raise MappingMissing(
                _lt("The unit “%s” of the value map does not exist.", name),
                map_kind="uom",
                value=code,
            )
        return uom.with_env(self.env)
