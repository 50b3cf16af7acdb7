"""The end of the day: cut-off times, manifests, pickups."""

from . import (
    schedule,
    manifest,
    pickup,
    handler_manifest,
    handler_pickup,
)
