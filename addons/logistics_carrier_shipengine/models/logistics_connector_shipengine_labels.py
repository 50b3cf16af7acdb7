"""ShipEngine on the wire: labels bought, found again, and voided."""

from functools import partial
from urllib.parse import quote

from odoo import models

from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import (
    Conflict,
    OutcomeUnknown,
    Rejected,
)
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_fields

from .. import translator

GONE = "label_already_voided"


class LogisticsConnectorShipengine(models.AbstractModel):
    _inherit = "logistics.connector.shipengine"

    def _send_label(self, backend, message, instruction):
        self._refuse_batched(message)
        body = translator.to_label_request(
            instruction,
            insurer=backend.shipengine_insurance or "none",
            layout=backend.shipengine_label_layout or "4x6",
            test=bool(backend.shipengine_test_labels),
        )
        try:
            label = self._call_json(
                backend, "create_label", "POST", "/v1/labels", json=body
            )
        except Rejected as error:
            if error.code != "identifier_conflict":
                raise
            # The reference is taken: by our own earlier purchase, perhaps.
            found = self._lookup_label(backend, message, instruction)
            if found:
                return found
            label = self._buy_existing(backend, instruction)
            if label is None:
                raise
        return self._read_label(backend, label, instruction)

    def _lookup_label(self, backend, message, instruction):
        """Return the label bought under our reference.

        :raises Conflict: it is not what we asked for
        :raises Rejected: it was voided
        """
        key = quote(instruction.reference, safe="")
        label = self._get_json(
            backend,
            "get_label_by_external_shipment_id",
            f"/v1/labels/external_shipment_id/{key}",
            params={"label_download_type": "inline"},
        )
        if label is None or label.get("status") == "error":
            return None
        if label.get("voided") or label.get("status") == "voided":
            raise Rejected(
                _lt("The label was voided at ShipEngine."),
                remedy=_lt("Make a new shipment."),
            )
        with self._reading():
            others = translator.differences(label, instruction)
        if others:
            raise Conflict(
                _lt(
                    "ShipEngine has another label under %(reference)s, different in:"
                    " %(what)s.",
                    reference=instruction.reference,
                    what=", ".join(others),
                )
            )
        return self._read_label(backend, label, instruction)

    def _read_label(self, backend, label, instruction):
        """Return the SendResult of a label.

        It is paid for: what goes wrong from here on leads to looking it up.
        """
        status = label.get("status")
        if status == "error":
            raise Rejected(_lt("The carrier made no label."))
        if status == "processing" or not label.get("label_id"):
            raise OutcomeUnknown(
                _lt("ShipEngine is still making the label."), retry_after=15
            )
        with self._reading():
            confirmation = translator.from_label(
                label, instruction, partial(self._fetch, backend)
            )
        return SendResult(
            external_id=confirmation.shipment_external_id, response=confirmation
        )

    def _send_void(self, backend, message, void):
        """Void exactly this label; ShipEngine's answer decides."""
        answer = self._call_json(
            backend,
            "void_label",
            "PUT",
            f"/v1/labels/{quote(void.shipment_external_id, safe='')}/void",
        )
        if answer.get("approved") is True or answer.get("reason_code") == GONE:
            return SendResult(
                external_id=void.shipment_external_id,
                note=json_fields.text(answer, "message"),
            )
        raise Rejected(
            _lt(
                "The carrier does not void the label: %s",
                json_fields.text(answer, "message") or answer.get("reason_code") or "-",
            ),
            code=answer.get("reason_code"),
            remedy=_lt("Ask the carrier for a refund, or let the parcel go as it is."),
        )

    def _lookup_void(self, backend, message, void):
        key = quote(void.shipment_external_id, safe="")
        label = self._get_json(backend, "get_label_by_id", f"/v1/labels/{key}")
        if label and (label.get("voided") or label.get("status") == "voided"):
            return SendResult(external_id=void.shipment_external_id)
        return None

    def _get_json(self, backend, operation, path, **kw):
        """Return the object at a path, or None when ShipEngine has it not."""
        try:
            return self._call_json(backend, operation, "GET", path, **kw)
        except Rejected as error:
            if error.http_status == 404:
                return None
            raise
