"""UPS on the wire: own documents for customs."""

import re

from odoo import models

from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import (
    InvalidMessage,
    OutcomeUnknown,
    Rejected,
)

from .. import const
from ..tools import paperless


class LogisticsConnectorUps(models.AbstractModel):
    _inherit = "logistics.connector.ups"

    def _get_document_rules(self, backend):
        return paperless.get_rules(backend.environment)

    def _send_document(self, backend, message, order):
        verbs = {
            "upload": self._upload_document,
            "attach": self._push_documents,
            "delete": self._delete_document,
        }
        return verbs[order.action](backend, order, self._get_account(backend))

    def _upload_document(self, backend, order, account):
        answer = self._call_json(
            backend,
            "Upload",
            "POST",
            const.DOCUMENT_UPLOAD_PATH,
            headers={"ShipperNumber": account},
            json=paperless.to_upload(order, account),
        )
        try:
            number = paperless.from_upload(answer)
        except InvalidMessage as error:
            raise OutcomeUnknown(error.text) from error
        return SendResult(number)

    def _push_documents(self, backend, order, account):
        answer = self._call_json(
            backend,
            "PushToImageRepository",
            "POST",
            const.DOCUMENT_PUSH_PATH,
            headers={"ShipperNumber": account},
            json=paperless.to_push(order, account),
        )
        try:
            group = paperless.from_push(answer)
        except InvalidMessage as error:
            raise OutcomeUnknown(error.text) from error
        return SendResult(group)

    def _delete_document(self, backend, order, account):
        """Delete; a document that is not there any more is as good as deleted."""
        (document,) = order.documents
        try:
            self._request(
                backend,
                "DELETE",
                const.DOCUMENT_DELETE_PATH,
                headers={"ShipperNumber": account, "DocumentId": document.external_id},
                operation="Delete",
            )
        except Rejected as error:
            gone = re.search(const.NOT_FOUND, str(error), re.IGNORECASE)
            if not gone and error.http_status != 404:
                raise
        return SendResult(document.external_id)

    def _lookup_document(self, backend, message, order):
        """Return None: UPS cannot be asked, and all of it may be done again.

        A second upload has a key of its own, and only the key that is known goes
        with a shipment; the same keys pushed again are the same documents.
        """
