"""DHL Express on the wire: duties and taxes; dangerous goods before they go."""

from odoo import models

from odoo.addons.logistics_core.errors import Rejected
from odoo.addons.logistics_core.texts import _lt

from ..tools import dangerous, landed_cost


class LogisticsConnectorDhlExpress(models.AbstractModel):
    _inherit = "logistics.connector.dhl_express"

    def _get_landed_cost(self, backend, request):
        body = landed_cost.to_landed_cost(request, self._get_account(backend))
        answer = self._call_json(
            backend, "exp-api-landed-cost", "POST", "landed-cost", json=body
        )
        found = landed_cost.from_landed_cost(answer, request)
        if found is None:
            told = " ".join(landed_cost.get_warnings(answer))
            raise Rejected(
                _lt("DHL reckons no duties and taxes of this: %s", told or "-")
            )
        return found

    def _find_dangerous_problems(self, backend, goods):
        table = backend._get_dhl_express_agreed()
        missing = [one for one in goods if not dangerous.find(one, table)]
        names = dict.fromkeys(dangerous.describe(one) for one in missing)
        return [
            self.env._(
                "DHL takes %(goods)s only under a content ID that it agreed with you:"
                " enter it on “%(backend)s”, under Dangerous goods.",
                goods=name,
                backend=backend.name,
            )
            for name in names
        ]
