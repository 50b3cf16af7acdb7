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

    def _send_shipment(self, backend, message, instruction):
        translator.check(instruction)
        account = self._get_account(backend)
        service = translator.get_service(instruction)
        if service == const.REVERSE:
            return self._send_reverse(backend, account, instruction)
        if service == const.COLLECTION:
            return self._send_collection(backend, account, instruction)
        if len(instruction.parcels) > 1:
            return self._send_multi(backend, account, instruction)
        answer = self._call(
            backend,
            "CreateShipmentWithLabelsBc",
            translator.to_shipment(instruction, account),
        )
        shipments = translator.get_list(answer, "shipments", "ShipmentBc")
        labels = translator.get_list(answer, "labels", "Label")
        return self._get_result(instruction, shipments[:1], labels)

    def _send_multi(self, backend, account, instruction):
        answer = self._call(
            backend,
            "CreateMultiShipmentBc",
            translator.to_multi(instruction, account),
        )
        made = translator.get_list(answer, "shipments", "ShipmentBc")
        barcodes = [translator.from_shipment(entry) for entry in made]
        return self._add_labels(backend, account, instruction, barcodes)

    def _send_reverse(self, backend, account, instruction):
        answer = self._call(
            backend,
            "CreateReverseInverseShipmentWithLabelsBc",
            translator.to_reverse(instruction, account),
        )
        shipment = (answer or {}).get("Shipment")
        labels = translator.get_list(answer, "Labels", "Label")
        return self._get_result(instruction, [shipment] if shipment else [], labels)

    def _send_collection(self, backend, account, instruction):
        answer = self._call(
            backend,
            "CreateCollectionRequestBc",
            translator.to_collection(instruction, account),
        )
        shipments = translator.get_list(answer, "ShipmentBc")
        return self._get_result(instruction, shipments, [])

    def _get_result(self, instruction, shipments, labels):
        """Return the result of an answer that has all; else it is looked up."""
        try:
            barcodes = [translator.from_shipment(entry) for entry in shipments]
            files = [[] for _barcode in barcodes]
            if labels and files:
                name = instruction.parcels[0].reference
                files[0] = translator.from_labels(labels, instruction, name)
            response = translator.to_confirmation(instruction, barcodes, files)
        except LogisticsError as error:
            raise OutcomeUnknown(error.text) from error
        return SendResult(response.shipment_external_id, response=response)

    def _add_labels(self, backend, account, instruction, barcodes):
        """Return the result of parcels that exist, with labels asked for now."""
        files = []
        try:
            for parcel, barcode in zip(instruction.parcels, barcodes, strict=False):
                answer = self._call(
                    backend,
                    "GetLabelBc",
                    translator.to_label_request(
                        barcode, instruction.label_format, account
                    ),
                )
                labels = translator.get_list(answer, "labels", "Label")
                files.append(
                    translator.from_labels(labels, instruction, parcel.reference)
                )
            response = translator.to_confirmation(instruction, barcodes, files)
        except LogisticsError as error:
            raise OutcomeUnknown(
                _lt("The parcels exist, but have no labels yet: %s", error)
            ) from error
        return SendResult(response.shipment_external_id, response=response)

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
            files = [[] for _barcode in found]
            response = translator.to_confirmation(instruction, found, files)
            return SendResult(response.shipment_external_id, response=response)
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
                    "Terminate the parcels too many at DPD, then replay the message."
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
            reference = (details.get("reference2") or "").strip()
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
        """Ask for the end once more: harmless, and a success tells.

        A refusal does not tell whether the first time had its effect.
        """
        try:
            return self._send_void(backend, message, void)
        except Rejected as error:
            raise NotSupported(error.text) from error

    def _send_pickup(self, backend, message, pickup):
        if pickup.action != "book":
            raise NotSupported(
                _lt("DPD France's service cannot change or cancel a pick-up."),
                remedy=_lt("Call DPD, then resolve this exception."),
            )
        # zeep gives the one field of the answer by itself.
        number = self._call(
            backend,
            "CreatePickupAtCustomerBc",
            translator.to_pickup(pickup, self._get_account(backend)),
        )
        if not number:
            raise OutcomeUnknown(_lt("DPD France's answer names no pick-up."))
        response = TransportPickupConfirmation(
            external_id=str(number), ready_local=pickup.ready_local
        )
        return SendResult(response.external_id, response=response)
