"""Which backend follows the parcels of a carrier that a warehouse partner names."""

import re

from odoo import api, fields, models

KIND = "parcel_carrier"


class LogisticsValueMap(models.Model):
    _inherit = "logistics.value.map"

    kind = fields.Selection(
        selection_add=[(KIND, "Carrier of a parcel")], ondelete={KIND: "cascade"}
    )

    @api.model
    def _get_parcel_backends(self, backend, names):
        """Return {carrier's name: backend that follows its parcels}.

        A value map decides; else the one backend whose connector has that name. What
        nobody can follow is left out.
        """
        domain = [("company_id", "=", backend.company_id.id), ("state", "!=", "draft")]
        carriers = (self.env["logistics.backend"].search(domain) - backend).filtered(
            lambda b: (
                b._has_capability("track") or b._has_capability("transport_instruction")
            )
        )
        found = {}
        for name in names:
            mapped = self._to_odoo(backend, KIND, name, default="")
            fitting = carriers.filtered(
                lambda c, name=name, mapped=mapped: (
                    c.name == mapped
                    if mapped
                    else _simple(c.connector) == _simple(name)
                )
            )
            if len(fitting) == 1:
                found[name] = fitting
        return found


def _simple(name):
    return re.sub(r"[^a-z0-9]", "", name.lower())
