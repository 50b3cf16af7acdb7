"""ShipEngine's OpenAPI, without what no request can satisfy."""

from __future__ import annotations

from pathlib import Path

from openapi import Json
from openapi30 import OpenApi30

FILE = Path("shipengine") / "openapi.yaml"


def mend(schemas: Json) -> None:
    """Take out four contradictions of the document.

    - `calculate_rates_request_body` requires both of two alternatives.
    - `address_validating_shipment` requires the id that only an answer has, and one
      carrier's one service, for the question which of many would do.
    - `create_batch_request` must be exactly one of two, of which the second admits
      whatever the first does: to the letter only a body with `process_labels` is one.
    """
    rates = schemas["calculate_rates_request_body"]
    rates["required"] = []
    rates["oneOf"] = [
        {**schemas["shipment_id_request"], "required": ["shipment_id"]},
        {**schemas["rate_shipment_request"], "required": ["shipment"]},
    ]
    schemas["address_validating_shipment"]["required"] = ["ship_to", "ship_from"]
    both = schemas["create_and_process_batch_request_body"]
    schemas["create_batch_request"] = {**both, "required": ["process_labels"]}


def read(contracts: Path) -> OpenApi30:
    """Return the document for tests."""
    return OpenApi30(contracts / FILE, mend)
