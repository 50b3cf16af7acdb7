"""ShipEngine on the wire: batches of labels, manifests, pick-ups."""

from odoo import models

from odoo.addons.logistics_carrier.canonical import (
    TransportBatchConfirmation,
    TransportManifestConfirmation,
)
from odoo.addons.logistics_carrier.tools import documents
from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import (
    NotSupported,
    OutcomeUnknown,
    Rejected,
    RemoteUnavailable,
    StillWorking,
)
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_fields
from odoo.addons.logistics_core.tools.error_text import error_text

from .. import const, translator
from ..tools import batches, handover

SEPARATOR = ","


class LogisticsConnectorShipengine(models.AbstractModel):
    _inherit = "logistics.connector.shipengine"

    # Batches

    def _get_batch_key(self, backend, instruction):
        # A batch cannot ask for test labels.
        return None if backend.shipengine_test_labels else batches.to_key(instruction)

    def _lookup_batch(self, backend, message, batch):
        """Return the end of a batch, None when ShipEngine does not have it.

        :raises StillWorking: it is being made
        """
        reference = batches.to_external_id(batch.reference)
        found = self._call(backend, "get_batch_by_external_id", reference)
        if found is None:
            return None
        with self._reading(backend):
            key = json_fields.needed(found, "batch_id")
        if not batches.is_through(found):
            if found.get("status") == const.BATCH_OPEN:
                instructions = self._get_instructions(backend, message, batch)
                if not instructions:
                    return self._end_empty(batch)
                self._process_batch(backend, instructions[0], key)
            raise self._still_working(message, found)
        return self._read_batch(backend, batch, found, key)

    def _send_batch(self, backend, message, batch):
        """Create what is not there yet, and have it processed; the lookup says more.

        Shipments that ShipEngine does not take are left out: their own requests say
        why.
        """
        instructions = self._get_instructions(backend, message, batch)
        known = self._create_shipments(backend, instructions)
        if not known:
            return self._end_empty(batch)
        body = batches.to_batch(
            batch.reference,
            list(known.values()),
            self._to_processing(backend, instructions[0]),
        )
        answer = self._call(backend, "create_batch", json=body)
        raise self._still_working(message, answer)

    def _end_empty(self, batch):
        """Return the end of a batch without shipments: each is bought individually."""
        return SendResult(
            response=TransportBatchConfirmation(batch.reference, "", 0),
            note=self.env._("ShipEngine took none of the batch's shipments."),
        )

    def _get_instructions(self, backend, message, batch):
        """Return the TransportInstructions of a batch, from their own messages.

        Those in progress too: they were taken at the same moment, so that they wait.
        """
        requests = message.env["logistics.message"].search(
            [
                ("backend_id", "=", backend.id),
                ("direction", "=", "out"),
                ("external_id", "in", list(batch.shipments)),
                ("state", "in", ("pending", "in_progress", "retrying")),
            ],
            order="id",
        )
        return [request._get_canonical() for request in requests]

    def _create_shipments(self, backend, instructions):
        """Return {our reference: shipment id}, of all that ShipEngine takes."""
        known = {}
        for start in range(0, len(instructions), const.BATCH_CHUNK):
            chunk = instructions[start : start + const.BATCH_CHUNK]
            known |= self._create_chunk(backend, chunk)
        return known

    def _create_chunk(self, backend, chunk):
        insurer = backend.shipengine_insurance or "none"
        body = {"shipments": [translator.to_shipment(one, insurer) for one in chunk]}
        try:
            answer = self._call(backend, "create_shipments", json=body)
        except Rejected as error:
            if len(chunk) > 1:
                # One of them is refused, or there since an attempt that broke.
                known = {}
                for one in chunk:
                    known |= self._create_chunk(backend, [one])
                return known
            if error.code != const.TAKEN:
                return {}
            answer = {}
        known = batches.from_created(answer)
        for one in chunk:
            if one.reference not in known:
                found = self._find_shipment(backend, one.reference)
                if found and found.get("shipment_status") == "pending":
                    known[one.reference] = json_fields.needed(found, "shipment_id")
        return known

    def _find_shipment(self, backend, reference):
        """Return ShipEngine's shipment of our reference, with or without a label."""
        return self._call(backend, "get_shipment_by_external_id", reference)

    def _process_batch(self, backend, instruction, key):
        """Have a batch processed that is only created."""
        body = self._to_processing(backend, instruction)
        self._call(backend, "process_batch", key, json=body)

    def _to_processing(self, backend, instruction):
        layout = backend.shipengine_label_layout or "4x6"
        return batches.to_processing(instruction, layout)

    def _still_working(self, message, batch):
        """Return the error that asks again; a batch that never ends is given up."""
        text = _lt(
            "ShipEngine has made %(made)s labels of the batch.",
            made=json_fields.whole(batch, "completed") or 0,
        )
        if message and message._is_too_old():
            return RemoteUnavailable(text)
        return StillWorking(text, retry_after=const.BATCH_POLL)

    def _read_batch(self, backend, batch, found, key):
        failures = []
        if found.get("errors"):
            errors = self._iter_numbered(
                backend,
                "list_batch_errors",
                "page",
                {"pagesize": const.PAGE_SIZE},
                key,
                name="errors",
            )
            failures = batches.from_errors(errors)
        confirmation = TransportBatchConfirmation(
            reference=batch.reference,
            external_id=key,
            completed=json_fields.whole(found, "completed") or 0,
            failures=tuple({one.reference: one for one in failures}.values()),
        )
        return SendResult(external_id=key, response=confirmation)

    # One shipment that a batch left without a label

    def _refuse_batched(self, message):
        """Say what the batch said; the person who corrects it asks again.

        :raises Rejected: the shipment failed in its batch
        """
        shipment = message._get_document() if message else None
        if shipment and shipment.batch_error:
            raise Rejected(shipment.batch_error)

    def _buy_existing(self, backend, instruction):
        """Buy the label of a shipment that ShipEngine has without one, or None.

        The shipment is brought up to date first. Its reference is taken, so that it
        cannot be created again.
        """
        found = self._find_shipment(backend, instruction.reference)
        if not found or instruction.direction == "return" or instruction.access_point:
            return None
        if found.get("shipment_status") == "processing":
            raise OutcomeUnknown(
                _lt("ShipEngine is still making the label."), retry_after=15
            )
        if found.get("shipment_status") != "pending":
            return None
        key = json_fields.needed(found, "shipment_id")
        insurer = backend.shipengine_insurance or "none"
        shipment = translator.to_shipment(instruction, insurer)
        self._call(backend, "update_shipment", key, json=shipment)
        processing = self._to_processing(backend, instruction)
        processing.pop("ship_date")
        inline = {
            "label_download_type": "inline",
            "validate_address": "no_validation",
        }
        body = {**processing, **inline}
        return self._call(backend, "create_label_from_shipment", key, json=body)

    # Manifests

    def _send_manifest(self, backend, message, manifest):
        body = {"label_ids": list(manifest.shipment_external_ids)}
        answer = self._call(backend, "create_manifest", json=body)
        with self._reading(backend):
            made = handover.get_manifests(answer)
            for request in handover.get_open_requests(answer):
                made += self._get_requested(backend, request)
        if not made:
            text = error_text(answer.get("errors"))
            raise Rejected(_lt("ShipEngine makes no manifest: %s", text or "-"))
        return self._read_manifests(backend, manifest, made)

    def _get_requested(self, backend, request):
        """Return the manifests of a request, which carriers may take a while for."""
        answer = self._call(backend, "get_manifest_request_by_id", request)
        found = handover.get_manifests(answer)
        if not found:
            raise OutcomeUnknown(
                _lt("The carrier is still making the manifest."), retry_after=30
            )
        return found

    def _lookup_manifest(self, backend, message, manifest):
        """Return the manifests that hold our labels."""
        params = {
            "label_ids": list(manifest.shipment_external_ids),
            "page_size": const.PAGE_SIZE,
        }
        answer = self._call(backend, "list_manifests", params=params)
        ours = set(manifest.shipment_external_ids)
        found = [
            entry
            for entry in handover.get_manifests(answer)
            if ours.intersection(json_fields.texts(entry, "label_ids"))
        ]
        return self._read_manifests(backend, manifest, found) if found else None

    def _read_manifests(self, backend, manifest, found):
        """Return the result; a document that cannot be had now is looked up later."""
        files, keys = [], {}
        with self._reading(backend):
            for entry in found:
                key = json_fields.needed(entry, "manifest_id")
                keys[key] = True
                href = json_fields.child(entry, "manifest_download").get("href")
                content = self._fetch(backend, href) if href else None
                if content:
                    files.append(documents.to_document(content, "manifest", key))
        missing = handover.get_missing(manifest, found)
        note = missing and self.env._("Not on a manifest: %s", ", ".join(missing))
        response = TransportManifestConfirmation(SEPARATOR.join(keys), tuple(files))
        return self._get_answered(response, note)

    # Pickups

    def _send_pickup(self, backend, message, pickup):
        self._check_pickup(backend, pickup)
        if pickup.action == "cancel":
            return self._cancel_pickup(backend, pickup)
        body = handover.to_pickup(pickup)
        answer = self._call(backend, "schedule_pickup", json=body)
        if not answer.get("pickup_id"):
            text = error_text(answer.get("errors"))
            raise Rejected(_lt("The carrier does not come: %s", text or "-"))
        return self._read_pickup(backend, answer)

    def _read_pickup(self, backend, found):
        with self._reading(backend):
            response = handover.from_pickup(found)
        number = json_fields.text(found, "confirmation_number")
        note = number and self.env._("Confirmed by the carrier as %s.", number)
        return self._get_answered(response, note)

    def _cancel_pickup(self, backend, pickup):
        answer = self._call(backend, "delete_scheduled_pickup", pickup.external_id)
        if text := error_text(answer.get("errors")):
            raise Rejected(_lt("The pick-up is not cancelled: %s", text))
        return SendResult(external_id=pickup.external_id)

    def _lookup_pickup(self, backend, message, pickup):
        if pickup.action == "cancel":
            found = self._call(backend, "get_pickup_by_id", pickup.external_id)
            is_gone = found is None or found.get("cancelled_at")
            return SendResult(external_id=pickup.external_id) if is_gone else None
        size = {"page_size": const.PAGE_SIZE}
        name = "list_scheduled_pickups"
        entries = self._iter_numbered(backend, name, "page", size, name="pickups")
        for number, entry in enumerate(entries, 1):
            if handover.is_same_pickup(entry, pickup):
                return self._read_pickup(backend, entry)
            if number >= const.MOST_PICKUPS:
                raise NotSupported(_lt("There are too many pick-ups to find this one."))
        return None
