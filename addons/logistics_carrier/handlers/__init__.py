from . import (
    transport_instruction,
    transport_batch,
    transport_void,
    transport_status,
    transport_proof,
    transport_manifest,
    transport_document,
    transport_pickup,
    freight_invoice,
)
