"""UPS's API codes: what is not with its recipient is not delivered."""

from __future__ import annotations

import pytest

from odoo.addons.logistics_carrier_ups.tools import tracking

ACCESS_POINT = "Delivered to UPS Access Point™ location and awaiting customer pickup."


@pytest.mark.parametrize(
    ("kind", "code", "text", "number", "status"),
    [
        # Not delivered yet, whichever of UPS's codes says so.
        ("D", "2Q", "Delivered to UPS Access Point™", "040", "available_for_pickup"),
        ("D", "", ACCESS_POINT, "040", "available_for_pickup"),
        ("D", "ZP", ACCESS_POINT, "", "available_for_pickup"),
        ("D", "", ACCESS_POINT, "", "available_for_pickup"),
        ("D", "", ACCESS_POINT, "011", "available_for_pickup"),
        ("D", "??", "", "40", "available_for_pickup"),
        ("I", "", "Held for Customer Pickup", "017", "available_for_pickup"),
        ("D", "2W", "Collected at the UPS counter", "011", "delivered"),
        ("D", "", "Returned to Sender", "034", "returned"),
        ("D", "", "Left with the post office", "025", "in_transit"),
        # A code tells what words only hint at.
        ("X", "", "Severe weather: the address is closed", "053", "exception"),
        ("X", "", "Delivery refused", "013", "exception"),
        (
            "X",
            "5R",
            "Not available. Will deliver to a UPS Access Point",
            "057",
            "attempted",
        ),
        ("MV", "VP", "Voided", "007", "cancelled"),
    ],
)
def test_api_codes_say_where_a_parcel_is(kind, code, text, number, status):
    assert tracking.to_status(kind, code, text, number)[0] == status


def test_the_receiver_is_named_at_the_last_delivery_only():
    def activity(kind, code, number, day):
        status = {"type": kind, "code": code, "statusCode": number, "description": "-"}
        return {"status": status, "date": day, "time": "100000", "gmtOffset": "+00:00"}

    package = {
        "trackingNumber": "1Z1",
        "deliveryInformation": {"receivedBy": "A. Example"},
        "activity": [  # the newest first
            activity("D", "FS", "011", "20260304"),
            activity("D", "2Q", "040", "20260302"),
        ],
    }
    answer = {"trackResponse": {"shipment": [{"package": [package]}]}}
    shop, door = (tracking.from_event(e.payload) for e in tracking.to_envelopes(answer))
    assert (shop.status, shop.signed_by) == ("available_for_pickup", None)
    assert (door.status, door.signed_by) == ("delivered", "A. Example")
    proof = tracking.from_proof(answer, "1Z1")
    assert (proof.delivered_at, proof.signed_by) == (door.occurred_at, "A. Example")
