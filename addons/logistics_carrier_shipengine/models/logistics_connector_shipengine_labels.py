"""ShipEngine on the wire: labels bought, found again, and voided."""

from functools import partial

from odoo import models

from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import OutcomeUnknown, Rejected
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_fields

from .. import const, translator


class LogisticsConnectorShipengine(models.AbstractModel):
    _inherit = "logistics.connector.shipengine"

    def _check_shipment(self, backend, instruction):
        translator.to_label_request(instruction)

    def _send_shipment(self, backend, message, instruction):
        self._refuse_batched(message)
        body = translator.to_label_request(
            instruction,
            insurer=backend.shipengine_insurance or "none",
            layout=backend.shipengine_label_layout or "4x6",
            test=bool(backend.shipengine_test_labels),
        )
        try:
            label = self._call(backend, "create_label", json=body)
        except Rejected as error:
            if error.code != const.TAKEN:
                raise
            # The reference is taken: by our own earlier purchase, perhaps.
            found = self._lookup_shipment(backend, message, instruction)
            if found:
                return found
            label = self._buy_existing(backend, instruction)
            if label is None:
                raise
        return self._read_label(backend, label, instruction)

    def _lookup_shipment(self, backend, message, instruction):
        """Return the label bought under our reference.

        :raises Conflict: it is not what we asked for
        :raises Rejected: it was voided
        """
        name, key = "get_label_by_external_shipment_id", instruction.reference
        label = self._call(backend, name, key)
        if label is None or label.get("status") == "error":
            return None
        if translator.is_voided(label):
            raise Rejected(
                _lt("The label was voided at ShipEngine."),
                remedy=_lt("Make a new shipment."),
            )
        with self._reading(backend):
            others = translator.differences(label, instruction)
        self._check_same(backend, instruction.reference, others)
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
        fetch = partial(self._fetch, backend)
        with self._reading(backend):
            return self._get_bought(translator.from_label(label, instruction, fetch))

    def _send_void(self, backend, message, void):
        """Void exactly this label; ShipEngine's answer decides."""
        key = void.shipment_external_id
        answer = self._call(backend, "void_label", key)
        text, code = json_fields.text(answer, "message"), answer.get("reason_code")
        if answer.get("approved") is True or code == const.ALREADY_VOID:
            return SendResult(external_id=key, note=text)
        raise Rejected(
            _lt("The carrier does not void the label: %s", text or code or "-"),
            code=code,
            remedy=_lt("Ask the carrier for a refund, or ship the parcel as it is."),
        )

    def _lookup_void(self, backend, message, void):
        key = void.shipment_external_id
        label = self._call(backend, "get_label_by_id", key)
        is_void = label and translator.is_voided(label)
        return SendResult(external_id=key) if is_void else None
