"""Batches of labels between the hub and ShipEngine. Never imports odoo."""

from __future__ import annotations

from collections.abc import Iterable

from odoo.addons.logistics_carrier.canonical import BatchFailure, TransportInstruction
from odoo.addons.logistics_core.tools import json_fields
from odoo.addons.logistics_core.tools.json_paths import Json

from .. import const
from .packages import to_day

Key = tuple[str, str]


def to_key(instruction: TransportInstruction) -> Key | None:
    """Return what labels of one batch share: format and day; None: not in a batch.

    A batch cannot say that a label is for a return or to a service point.
    """
    if instruction.direction == "return" or instruction.access_point:
        return None
    return instruction.label_format.lower(), instruction.ship_date.isoformat()


def to_external_id(reference: str) -> str:
    """Return our key of a batch as the `se_id` that ShipEngine wants it to be."""
    return f"se-{reference}"


def to_batch(reference: str, shipment_ids: list[str], processing: Json) -> Json:
    """Return `create_and_process_batch_request_body`: made and processed at once.

    :param processing: see `to_processing`
    """
    return {
        "external_batch_id": to_external_id(reference),
        "shipment_ids": shipment_ids,
        "process_labels": {
            "create_batch_and_process_labels": True,
            **processing,
        },
    }


def to_processing(instruction: TransportInstruction, layout: str) -> Json:
    """Return `process_batch_request_body`."""
    label_format = instruction.label_format.lower()
    return {
        "ship_date": to_day(instruction.ship_date),
        "label_format": label_format,
        "label_layout": layout if label_format == "pdf" else "4x6",
    }


def from_created(answer: Json) -> dict[str, str]:
    """Return {our reference: shipment id} of the shipments that were created."""
    made = {}
    for shipment in json_fields.children(answer, "shipments"):
        reference = json_fields.text(shipment, "external_shipment_id")
        key = json_fields.text(shipment, "shipment_id")
        if reference and key and not shipment.get("errors"):
            made[reference] = key
    return made


def is_through(batch: Json) -> bool:
    """Return whether ShipEngine does nothing more about the batch."""
    return str(batch.get("status")) in const.BATCH_ENDED


def from_errors(errors: Iterable[Json]) -> list[BatchFailure]:
    """Return the failures of `list_batch_errors`, as far as they are named."""
    return [
        BatchFailure(reference, json_fields.text(item, "error") or "-")
        for item in errors
        if (reference := json_fields.text(item, "external_shipment_id"))
    ]
