from . import (
    transport_status,
    transport_proof,
    transport_manifest,
    transport_pickup,
)
