from . import (
    schedule,
    manifest,
    pickup,
    handler_manifest,
    handler_pickup,
)
