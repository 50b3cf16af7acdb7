"""Shipments without labels, and batches that label them.

A batch is queued when it is asked for, at work when it is looked at first, and through
when it is looked at again: only then are its labels bought.
"""

from __future__ import annotations

import json

from ...carriers.rest import Routes
from ...core.message import Answer, Refusal, Request
from .api import Batch, Group, Json, Pending, refusal, stamp
from .labels import Labels, is_inline


class Batches(Group):
    """``/v1/shipments``, ``/v1/batches`` and labels of shipments."""

    def routes(self) -> Routes:
        """Operations."""
        return [
            ("POST", "/v1/shipments", self.create),
            ("GET", "/v1/shipments/external_shipment_id/{reference}", self.find),
            ("PUT", "/v1/shipments/{shipment_id}", self.update),
            ("POST", "/v1/labels/shipment/{shipment_id}", self.label_of),
            ("POST", "/v1/batches", self.gather),
            ("GET", "/v1/batches/external_batch_id/{batch}", self.look),
            ("POST", "/v1/batches/{batch_id}/process/labels", self.process),
            ("GET", "/v1/batches/{batch_id}/errors", self.list_errors),
        ]

    def create(self, request: Request, _: dict[str, str]) -> Answer:
        """``create_shipments``: all or, when a reference is taken, none."""
        wanted = request.json_object()["shipments"]
        labels = Labels(self.dialect)
        for one in wanted:
            labels.check_reference(str(one.get("external_shipment_id") or ""))
        made = []
        for one in wanted:
            key = f"se-{90000000 + self.books.next('shipment')}"
            reference = str(one.get("external_shipment_id") or "")
            self.dialect.pending[key] = Pending(key, reference, one)
            made.append(self._created(self.dialect.pending[key]))
        return Answer.of({"has_errors": False, "shipments": made})

    def find(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``get_shipment_by_external_id``."""
        for pending in self.dialect.pending.values():
            if pending.reference == arguments["reference"]:
                return Answer.of(self._view(pending))
        raise refusal(404, f"No shipment {arguments['reference']} was found.")

    def update(self, request: Request, arguments: dict[str, str]) -> Answer:
        """``update_shipment``: the whole again, until it has a label."""
        pending = self._unlabelled(arguments["shipment_id"])
        pending.wanted = request.json_object()
        return Answer.of(self._created(pending))

    def label_of(self, request: Request, arguments: dict[str, str]) -> Answer:
        """``create_label_from_shipment``."""
        pending = self._unlabelled(arguments["shipment_id"])
        body = request.json_object()
        self._buy(pending, body, None)
        labels = Labels(self.dialect)
        label = self.label(str(pending.label))
        return Answer.of(labels.view(label, request, inline=is_inline(body)))

    def _buy(self, pending: Pending, options: Json, batch: Batch | None) -> None:
        shipment = Labels(self.dialect).buy(options | {"shipment": pending.wanted})
        shipment.extra["shipment_id"] = pending.id
        if batch:
            shipment.extra["batch_id"] = batch.id
        pending.label = shipment.id

    def _unlabelled(self, key: str) -> Pending:
        pending = self.dialect.pending.get(key)
        if pending is None:
            raise refusal(404, f"No shipment {key} was found.")
        if pending.label:
            raise refusal(400, f"Shipment {key} has a label.", "invalid_status")
        return pending

    def _created(self, pending: Pending) -> Json:
        """``create_and_validate_shipment``: its address was not checked."""
        checked = {
            "status": "unverified",
            "original_address": pending.wanted["ship_to"],
            "matched_address": None,
            "messages": [],
        }
        return self._view(pending) | {"errors": [], "address_validation": checked}

    def _view(self, pending: Pending) -> Json:
        """``shipment``."""
        wanted = {k: v for k, v in pending.wanted.items() if k != "validate_address"}
        moment = stamp()
        told = {"ship_date": moment, "confirmation": "none", **wanted}
        return told | {
            "shipment_id": pending.id,
            "created_at": moment,
            "modified_at": moment,
            "shipment_status": "label_purchased" if pending.label else "pending",
            "warehouse_id": None,
            "return_to": wanted["ship_from"],
            "customs": wanted.get("customs"),
            "advanced_options": wanted.get("advanced_options") or {},
            "insurance_provider": wanted.get("insurance_provider") or "none",
            "tags": [],
            "total_weight": wanted["packages"][0]["weight"],
        }

    def gather(self, request: Request, _: dict[str, str]) -> Answer:
        """``create_batch``."""
        body = request.json_object()
        external = body.get("external_batch_id")
        if any(b.external_id == external for b in self.dialect.batches.values()):
            text = f"The external_batch_id {external} is used already."
            raise refusal(400, text, "identifier_conflict", "external_batch_id")
        for key in body.get("shipment_ids") or ():
            self._unlabelled(key)
        number = self.books.next("batch")
        batch = Batch(
            f"se-{60000 + number}", number, external, body.get("shipment_ids") or []
        )
        self.dialect.batches[batch.id] = batch
        processing = dict(body.get("process_labels") or {})
        if processing.pop("create_batch_and_process_labels", False):
            batch.status, batch.processing = "queued", processing
        return Answer.of(self._batch(batch, request))

    def process(self, request: Request, arguments: dict[str, str]) -> Answer:
        """``process_batch``."""
        batch = self._find_batch(arguments["batch_id"])
        if batch.status != "open":
            raise refusal(400, "The batch is processed.", "batch_cannot_be_modified")
        batch.status, batch.processing = "queued", request.json_object()
        return Answer(204)

    def look(self, request: Request, arguments: dict[str, str]) -> Answer:
        """``get_batch_by_external_id``."""
        for batch in self.dialect.batches.values():
            if batch.external_id == arguments["batch"]:
                self._go_on(batch)
                return Answer.of(self._batch(batch, request))
        raise refusal(404, f"No batch {arguments['batch']} was found.")

    def _go_on(self, batch: Batch) -> None:
        if batch.status == "queued":
            batch.status = "processing"
        elif batch.status == "processing":
            for key in batch.shipment_ids:
                self._label(batch, self.dialect.pending[key])
            batch.processed_at = stamp()
            batch.status = "completed_with_errors" if batch.errors else "completed"

    def _label(self, batch: Batch, pending: Pending) -> None:
        if pending.label:
            return
        try:
            self._buy(pending, batch.processing, batch)
        except Refusal as refused:
            told = json.loads(refused.answer.body)["errors"][0]["message"]
            batch.errors.append(
                {
                    "error": told,
                    "shipment_id": pending.id,
                    "external_shipment_id": pending.reference,
                }
            )
        else:
            batch.completed += 1

    def list_errors(self, request: Request, arguments: dict[str, str]) -> Answer:
        """``list_batch_errors``."""
        batch = self._find_batch(arguments["batch_id"])
        size = int(request.argument("pagesize") or 25)
        page = int(request.argument("page") or 1)
        link = {"href": f"{request.base_url}/shipengine/v1/batches/{batch.id}/errors"}
        return Answer.of(
            {
                "errors": batch.errors[(page - 1) * size : page * size],
                "links": {"first": link, "last": link, "prev": {}, "next": {}},
            }
        )

    def _find_batch(self, key: str) -> Batch:
        if key not in self.dialect.batches:
            raise refusal(404, f"No batch {key} was found.")
        return self.dialect.batches[key]

    def _batch(self, batch: Batch, request: Request) -> Json:
        """``batch``."""
        url = f"{request.base_url}/shipengine/v1/batches/{batch.id}"
        failed = len(batch.errors)
        return {
            "label_layout": batch.processing.get("label_layout") or "4x6",
            "label_format": batch.processing.get("label_format") or "pdf",
            "batch_id": batch.id,
            "batch_number": str(batch.number),
            "external_batch_id": batch.external_id,
            "batch_notes": "",
            "created_at": stamp(),
            "processed_at": batch.processed_at,
            "errors": failed,
            "process_errors": [],
            "warnings": 0,
            "completed": batch.completed,
            "forms": 0,
            "count": failed + batch.completed,
            "batch_shipments_url": {"href": f"{url}/shipments"},
            "batch_labels_url": {"href": f"{url}/labels"},
            "batch_errors_url": {"href": f"{url}/errors"},
            "label_download": {},
            "form_download": {},
            "paperless_download": {},
            "status": batch.status,
        }
