from . import (
    backend,
    parcel,
    problems,
    shipment,
    poll,
    reaction,
    claim,
    proof,
    deliveries,
    handler_status,
    handler_proof,
)
