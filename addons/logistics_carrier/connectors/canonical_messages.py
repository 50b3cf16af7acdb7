"""Carriers that speak the hub's own messages."""

from odoo import models

from odoo.addons.logistics_core.canonical import Canonical
from odoo.addons.logistics_core.connectors.http import parse_json
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import bounded

from ..canonical import FreightInvoice, landed_cost
from ..canonical.quotes import Question, key_of
from ..tools.freight_file import Reading


class LogisticsConnectorCanonical(models.AbstractModel):
    """Rates: a `rate_request` is posted, `{"data": {rate_offers}}` comes back."""

    _inherit = "logistics.connector.canonical"

    _capabilities = frozenset(
        {
            "webhook",
            "transport_instruction",
            "transport_void",
            "transport_manifest",
            "transport_pickup",
            "transport_proof",
            "transport_document",
            "paperless_documents",
            "void_parcel",
            "rate",
            "published_rate",
            "landed_cost",
            "return_label",
            "multi_parcel",
            "customs",
            "dangerous_goods",
            "insurance",
            "third_party_billing",
            "signature",
            "saturday",
            "freight_invoice",
        }
    )
    _label_formats = ("PDF", "ZPL", "PNG")

    def _get_rates(self, backend, request):
        question = Question(request).to_dict()
        response = self._request(
            backend,
            "POST",
            "",
            json={"id": key_of(request), "key": "rates", "data": question},
            operation="rates",
        )
        return list(Canonical.from_dict(parse_json(response)["data"]).offers)

    def _get_landed_cost(self, backend, request):
        """`{"data": {landed_cost}}` comes back."""
        key = landed_cost.key_of(request)
        response = self._request(
            backend,
            "POST",
            "",
            json={"id": key, "key": "landed_cost", "data": request.to_dict()},
            operation="landed_cost",
        )
        answer = Canonical.from_dict(parse_json(response)["data"])
        if not isinstance(answer, landed_cost.LandedCost):
            raise InvalidMessage(_lt("The partner's answer is no landed_cost."))
        return answer

    def _read_freight_invoice(self, backend, name, content):
        """A file is one FreightInvoice as JSON, or a list of them."""
        data = bounded.load_json(content, bounded.FILE)
        found = [Canonical.from_dict(item) for item in _as_list(data)]
        if not all(isinstance(invoice, FreightInvoice) for invoice in found):
            raise InvalidMessage(
                _lt("The file has other messages than freight_invoice.")
            )
        return Reading(found)


def _as_list(data):
    return data if isinstance(data, list) else [data]
