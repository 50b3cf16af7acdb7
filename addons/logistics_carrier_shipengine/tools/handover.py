"""Manifests and pickups between the hub and ShipEngine. Never imports odoo."""

from __future__ import annotations

from odoo.addons.logistics_carrier.canonical import (
    TransportManifest,
    TransportPickup,
    TransportPickupConfirmation,
)
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_fields, moments
from odoo.addons.logistics_core.tools.json_paths import Json

SHORTEST_PHONE = 7


def get_manifests(answer: Json) -> list[Json]:
    """Return the manifests of an answer, in the present or the former shape."""
    found = json_fields.children(answer, "manifests")
    if not found and json_fields.text(answer, "manifest_id"):
        found = [answer]
    return [entry for entry in found if json_fields.text(entry, "manifest_id")]


def get_open_requests(answer: Json) -> list[str]:
    """Return the ids of manifest requests whose carrier is not ready."""
    return [
        key
        for entry in json_fields.children(answer, "manifest_requests")
        if entry.get("status") == "in_progress"
        and (key := json_fields.text(entry, "manifest_request_id"))
    ]


def get_missing(manifest: TransportManifest, found: list[Json]) -> list[str]:
    """Return our labels that no manifest holds, as far as they name any."""
    listed = {key for entry in found for key in json_fields.texts(entry, "label_ids")}
    if not listed:
        return []
    return [key for key in manifest.shipment_external_ids if key not in listed]


def to_pickup(pickup: TransportPickup) -> Json:
    """Return `schedule_pickup_request_body`.

    :raises InvalidMessage: no labels, or nobody the driver can call
    """
    contact = pickup.ship_from.address
    if not pickup.shipment_external_ids:
        raise InvalidMessage(
            _lt("ShipEngine fetches labelled parcels only."),
            remedy=_lt("Buy the labels first, then book the pick-up."),
        )
    if not contact.email or len(contact.phone or "") < SHORTEST_PHONE:
        raise InvalidMessage(
            _lt(
                "ShipEngine requires an e-mail address and a phone number of the"
                " location."
            ),
            remedy=_lt("Enter both on the warehouse's address, then book again."),
        )
    body = {
        "label_ids": list(pickup.shipment_external_ids),
        "contact_details": {
            "name": contact.name,
            "email": contact.email,
            "phone": contact.phone,
        },
        "pickup_window": {
            "start_at": write(pickup.ready_local),
            "end_at": write(pickup.close_local),
        },
    }
    if pickup.instructions:
        body["pickup_notes"] = pickup.instructions
    return body


def write(local: str) -> str:
    """Return a local time as `date_time`: the same instant, in UTC."""
    moment = moments.to_utc(moments.from_local(local))
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def from_pickup(found: Json) -> TransportPickupConfirmation:
    """Return the confirmation of a booked pickup."""
    window = json_fields.child(found, "pickup_window")
    return TransportPickupConfirmation(
        external_id=json_fields.needed(found, "pickup_id"),
        ready_local=json_fields.text(window, "start_at"),
    )


def is_same_pickup(found: Json, pickup: TransportPickup) -> bool:
    """Return whether a pickup at ShipEngine is the one we asked for."""
    window = json_fields.child(found, "pickup_window")
    return (
        not found.get("cancelled_at")
        and set(json_fields.texts(found, "label_ids"))
        == set(pickup.shipment_external_ids)
        and json_fields.moment(window, "start_at")
        == moments.to_utc(moments.from_local(pickup.ready_local))
    )
