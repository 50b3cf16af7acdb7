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
        """Return {carrier's name: (backend that follows its parcels, carrier's code)}.

        A value map decides; else the one backend whose connector has that name; else
        the one that tracks parcels of other carriers and knows it. The code is empty
        where the backend is the carrier itself. What nobody can follow is left out.
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
            if mapped:
                places = _find_mapped(carriers, mapped)
            else:
                own = [c for c in carriers if _simple(c.connector) == _simple(name)]
                places = [(c, None) for c in own] or _find_aggregators(carriers, name)
            if len(places) == 1:
                found[name] = places[0]
        return found


def _find_mapped(carriers, mapped):
    """Return what a value map names: a connection, or `connection: carrier's code`."""
    own = carriers.filtered(lambda c: c.name == mapped)
    if own:
        return [(carrier, None) for carrier in own]
    name, _colon, code = mapped.rpartition(":")
    named = carriers.filtered(lambda c: c.name == name.strip())
    return [(carrier, code.strip()) for carrier in named if code.strip()]


def _find_aggregators(carriers, name):
    codes = [(c, c._get_connector()._get_carrier_code(c, name)) for c in carriers]
    return [(carrier, code) for carrier, code in codes if code]


def _simple(name):
    return re.sub(r"[^a-z0-9]", "", name.lower())
