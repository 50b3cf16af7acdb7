"""What ShipEngine's OpenAPI document says against its own sense."""

from __future__ import annotations

from .api import Json

_UNDEFINED = {
    "pickup_response_body": {"pickup", "notes"},
    "update_shipment_response_body": {"errors", "has_errors"},
}


def correct(schemas: Json) -> None:
    """Correct the contradictions of the document, in place.

    - A question for rates requires both of two alternatives.
    - A shipment whose addresses are checked requires the id that only an answer has,
      and one carrier's one service, for the question which of many would do.
    - A batch must be exactly one of two, of which the second admits whatever the first
      does: to the letter only a body with ``process_labels`` is one.
    - Two answers require names that nothing defines.
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
    for name, undefined in _UNDEFINED.items():
        required = schemas[name]["required"]
        schemas[name]["required"] = [key for key in required if key not in undefined]
