"""DHL Express on the wire: own documents for customs."""

from urllib.parse import quote

from odoo import models

from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt

from ..tools import paperless


class LogisticsConnectorDhlExpress(models.AbstractModel):
    _inherit = "logistics.connector.dhl_express"

    def _get_document_rules(self, backend):
        return paperless.RULES

    def _send_document(self, backend, message, order):
        """Upload documents to a shipment; MyDHL has nothing else of them.

        :raises NotSupported: to upload without a shipment, or to delete
        """
        if order.action != "attach":
            raise self._not_supported(backend, f"{order.action} documents")
        if not order.shipment_external_id:
            raise InvalidMessage(_lt("The shipment has no waybill number."))
        number = order.shipment_external_id
        self._request(
            backend,
            "PATCH",
            f"shipments/{quote(number, safe='')}/upload-image",
            json=paperless.to_upload(order, self._get_account(backend)),
            operation="exp-api-shipments-img-upload",
        )
        return SendResult(note=self.env._("DHL has the documents of %s.", number))

    def _lookup_document(self, backend, message, order):
        """Return None: MyDHL cannot be asked, and the same files may come again."""
