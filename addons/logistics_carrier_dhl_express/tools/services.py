"""Pick-ups, addresses and service points. Never imports odoo."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from odoo.addons.logistics_carrier.canonical import (
    AccessPoint,
    AddressCheck,
    TransportPickup,
    TransportPickupConfirmation,
)
from odoo.addons.logistics_core.canonical import Address
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt

from .. import const
from . import parties

Json = dict[str, Any]


def to_pickup(pickup: TransportPickup, account: str) -> Json:
    """Return a booking; its parcels weigh the same, as only their sum is known."""
    ready = datetime.fromisoformat(pickup.ready_local)
    close = datetime.fromisoformat(pickup.close_local)
    count = max(1, pickup.parcel_count)
    weight = parties.to_weight(pickup.weight / count)
    sender = parties.to_party(pickup.ship_from)
    abroad = pickup.destination_country not in (
        None,
        pickup.ship_from.address.country,
    )
    shipment: Json = {
        "productCode": pickup.service or const.DEFAULT_SERVICE,
        "isCustomsDeclarable": False,
        "unitOfMeasurement": "metric",
        "packages": [{"weight": weight}] * min(count, 999),
    }
    if len(pickup.shipment_external_ids) == 1 and abroad:
        shipment["shipmentTrackingNumber"] = pickup.shipment_external_ids[0]
    made: Json = {
        "plannedPickupDateAndTime": parties.write(ready),
        "closeTime": f"{close:%H:%M}",
        "locationType": "business",
        "accounts": [{"typeCode": "shipper", "number": account}],
        "customerDetails": {
            "shipperDetails": {
                "postalAddress": sender["postalAddress"],
                "contactInformation": sender["contactInformation"],
            }
        },
        "shipmentDetails": [shipment],
        "remark": pickup.reference,
    }
    if pickup.instructions:
        made["specialInstructions"] = [{"value": pickup.instructions[:80]}]
    return made


def to_change(pickup: TransportPickup, account: str) -> Json:
    """Return the change of a booking, which states the whole anew."""
    return {
        **to_pickup(pickup, account),
        "dispatchConfirmationNumber": str(pickup.external_id),
        "originalShipperAccountNumber": account,
    }


def from_pickup(answer: Json, pickup: TransportPickup) -> TransportPickupConfirmation:
    """Read what was booked. Raises InvalidMessage when it has no number."""
    numbers = answer.get("dispatchConfirmationNumbers") or [
        answer.get("dispatchConfirmationNumber")
    ]
    if not numbers[0]:
        raise InvalidMessage(_lt("DHL's answer names no dispatch confirmation number."))
    return TransportPickupConfirmation(str(numbers[0]), pickup.ready_local)


def from_check(answer: Json, asked: Address) -> AddressCheck:
    """Read which places DHL serves; it knows no streets."""
    found = [a for a in answer.get("address") or () if isinstance(a, dict)]
    if not found:
        warnings = tuple(
            w if isinstance(w, str) else str(w) for w in answer.get("warnings") or ()
        )
        text = _lt("DHL does not deliver to this postal code and city.")
        return AddressCheck("invalid", None, warnings or (text,))
    best = replace(
        asked,
        city=str(found[0].get("cityName") or asked.city),
        zip=str(found[0].get("postalCode") or asked.zip or "") or None,
        country=str(found[0].get("countryCode") or asked.country),
    )
    same = any(
        _plain(a.get("cityName") or asked.city) == _plain(asked.city)
        and _plain(a.get("postalCode")) == _plain(asked.zip)
        for a in found
    )
    return AddressCheck("valid", asked) if same else AddressCheck("corrected", best)


def _plain(text: Any) -> str:
    return "".join(str(text or "").upper().split())


def to_points(address: Address, limit: int) -> Json:
    """Return the query for service points near an address."""
    text = f"{address.street}, {address.zip or ''} {address.city}"
    return {
        "address": text,
        "countryCode": address.country,
        "servicePointResults": str(min(50, limit)),
        "resultUom": "km",
    }


def from_points(answer: Json) -> list[AccessPoint]:
    """Return the service points, as DHL orders them: the nearest first."""
    found = (_from_point(item) for item in answer.get("servicePoints") or ())
    return [point for point in found if point]


def _from_point(item: Json) -> AccessPoint | None:
    number = item.get("facilityId")
    address = item.get("address") or {}
    if not number:
        return None
    name = str(item.get("localName") or item.get("servicePointName") or number)
    return AccessPoint(
        external_id=str(number),
        name=name,
        address=Address(
            name=name,
            street=str(address.get("addressLine1") or address.get("street") or ""),
            city=str(address.get("city") or ""),
            zip=str(address.get("zipCode") or "") or None,
            country=str(address.get("country") or ""),
        ),
        distance_m=_metres(item.get("distance")),
    )


def _metres(value: Any) -> int | None:
    """A distance in kilometres: a number, or a text with its unit."""
    text = str(value or "").replace(",", ".").split(" ")[0]
    try:
        return int(Decimal(text) * 1000)
    except ArithmeticError:
        return None
