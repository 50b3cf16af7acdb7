"""DPD France on the wire: shipments, returns, collections, their end, pickups."""

from odoo import models

from odoo.addons.logistics_carrier.canonical import TransportPickupConfirmation
from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import (
    Conflict,
    LogisticsError,
    NotSupported,
    OutcomeUnknown,
    Rejected,
)
from odoo.addons.logistics_core.texts import _lt

from .. import const, translator
from ..tools.keys import Barcode


class LogisticsConnectorDpdFr(models.AbstractModel):
    _inherit = "logistics.connector.dpd_fr"

    def _check_shipment(self, backend, instruction):
        translator.check(instruction)
        translator.to_request(instruction, self._get_account(backend))

    def _send_shipment(self, backend, message, instruction):
        translator.check(instruction)
        account = self._get_account(backend)
        operation, body = translator.to_request(instruction, account)
        answer = self._call(backend, operation, body)
        with self._reading(backend):
            shipments, labels = translator.from_answer(operation, answer)
            barcodes = [translator.from_shipment(entry) for entry in shipments]
            if operation == const.MULTI:
                return self._add_labels(backend, account, instruction, barcodes)
            return self._get_made(instruction, barcodes, [labels])

    def _add_labels(self, backend, account, instruction, barcodes):
        """Return the result of parcels that exist, with labels asked for now."""
        with self._reading(backend, LogisticsError):
            files = [
                translator.get_list(
                    self._call(
                        backend,
                        "GetLabelBc",
                        translator.to_label_request(
                            barcode, instruction.label_format, account
                        ),
                    ),
                    "labels",
                    "Label",
                )
                for barcode in barcodes[: len(instruction.parcels)]
            ]
            return self._get_made(instruction, barcodes, files)

    def _get_made(self, instruction, barcodes, labels):
        """Return the result of parcels with their `Label` entries."""
        found = translator.to_confirmation(instruction, barcodes, labels)
        return self._get_bought(found)

    def _lookup_shipment(self, backend, message, instruction):
        """Find our parcels among the day's shipments, by our reference.

        The WSDL does not say how soon a shipment is listed: one that is not there
        may still come, and is left to a person.
        """
        translator.check(instruction)
        account = self._get_account(backend)
        found = self._find_barcodes(backend, account, instruction)
        if not found:
            raise NotSupported(
                _lt("DPD France lists no shipment of %s.", instruction.reference)
            )
        if instruction.service == const.COLLECTION:
            return self._get_made(instruction, found, [])
        return self._add_labels(backend, account, instruction, found)

    def _find_barcodes(self, backend, account, instruction):
        """Return our parcels' barcodes in the order of the instruction."""
        request = {
            "date": translator.to_day(instruction.ship_date),
            "customer": account.to_customer(),
        }
        answer = self._call(backend, "GetShipping", request)
        found = translator.find_shippings(answer or {}, instruction.reference)
        count = len(instruction.parcels)
        if len(found) > 1 or count > 1:
            found = self._sort_barcodes(backend, account, instruction, found)
        if found and len(found) != count:
            raise Conflict(
                _lt(
                    "DPD France has %(found)s parcels of %(reference)s, not %(count)s.",
                    found=len(found),
                    reference=instruction.reference,
                    count=count,
                ),
                remedy=_lt(
                    "Terminate the parcels too many at DPD, then retry the message."
                ),
            )
        return found

    def _sort_barcodes(self, backend, account, instruction, found):
        """Return the barcodes whose second reference is one of our parcels'."""
        order = {p.reference: n for n, p in enumerate(instruction.parcels)}
        places = []
        for barcode in found:
            request = {**translator.to_key(barcode, account), "GetServices": False}
            details = self._call(backend, "GetShipmentBc", request) or {}
            reference = details.get("reference2") or ""
            if reference in order:
                places.append((order[reference], barcode))
        return [barcode for _place, barcode in sorted(places, key=lambda p: p[0])]

    def _send_void(self, backend, message, void):
        """End each parcel of exactly this shipment; DPD answers nothing on success."""
        account = self._get_account(backend)
        keys = void.label_external_ids or void.tracking_numbers
        for barcode in map(Barcode.from_text, keys):
            if barcode.kind == const.COLLECTION_TYPE:
                operation = "TerminateCollectionRequestBc"
                request = {
                    "customer": account.to_customer(),
                    "barcode": barcode.number,
                }
            else:
                operation = "TerminateShipment"
                request = translator.to_key(barcode, account)
                request["Reason"] = void.reference
            self._call(backend, operation, request)
        return SendResult(external_id=void.shipment_external_id)

    def _lookup_void(self, backend, message, void):
        """Ask for the end once more: harmless, and a success proves it.

        A refusal does not show whether the first time had its effect.
        """
        try:
            return self._send_void(backend, message, void)
        except Rejected as error:
            raise NotSupported(error.text) from error

    def _send_pickup(self, backend, message, pickup):
        self._check_pickup(backend, pickup)
        body = translator.to_pickup(pickup, self._get_account(backend))
        # zeep returns the only field of the answer directly.
        number = self._call(backend, "CreatePickupAtCustomerBc", body)
        if not number:
            raise OutcomeUnknown(_lt("DPD France's answer names no pick-up."))
        found = TransportPickupConfirmation(str(number), pickup.ready_local)
        return self._get_answered(found)
