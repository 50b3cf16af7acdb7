"""Pick-ups, addresses and service points. Never imports odoo."""

from __future__ import annotations

from odoo.addons.logistics_carrier.canonical import (
    AccessPoint,
    AddressCheck,
    TransportPickup,
    TransportPickupConfirmation,
)
from odoo.addons.logistics_carrier.customs.tools.territory import (
    locate,
    needs_customs,
)
from odoo.addons.logistics_carrier.tools import addresses, units
from odoo.addons.logistics_core.canonical import Address
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_paths, moments
from odoo.addons.logistics_core.tools.json_paths import Json

from .. import const
from . import parties


def to_pickup(pickup: TransportPickup, account: str) -> Json:
    """Return a booking; its parcels weigh the same, as only their sum is known."""
    ready = moments.from_local(pickup.ready_local)
    close = moments.from_local(pickup.close_local)
    count = max(1, pickup.parcel_count)
    weight = float(units.to_weight(pickup.weight / count))
    sender = parties.to_party(pickup.ship_from)
    abroad = pickup.destination_country not in (
        None,
        pickup.ship_from.address.country,
    )
    declared = is_dutiable(pickup)
    shipment: Json = {
        "productCode": pickup.service or const.DEFAULT_SERVICE,
        "isCustomsDeclarable": declared,
        "unitOfMeasurement": "metric",
        "packages": [{"weight": weight}] * min(count, 999),
    }
    if declared and pickup.value:
        shipment["declaredValue"] = parties.to_number(pickup.value.amount)
        shipment["declaredValueCurrency"] = pickup.value.currency
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
        lines = const.TEXTS.wrap(
            "instructions",
            pickup.instructions,
            const.INSTRUCTION_LINES,
            pickup.reference,
        )
        made["specialInstructions"] = [{"value": line} for line in lines]
    return made


def is_dutiable(pickup: TransportPickup) -> bool:
    """Return whether something of a collection goes through customs.

    Where nobody says so, the country that most of it goes to decides.
    """
    if pickup.dutiable is not None:
        return pickup.dutiable
    origin, destination = pickup.ship_from.address, pickup.destination_country
    return bool(destination) and needs_customs(locate(origin), (destination, None))


def to_change(pickup: TransportPickup, account: str) -> Json:
    """Return the change of a booking, which states the whole again."""
    return {
        **to_pickup(pickup, account),
        "dispatchConfirmationNumber": str(pickup.external_id),
        "originalShipperAccountNumber": account,
    }


def to_cancel(pickup: TransportPickup) -> Json:
    """Return the query that cancels a booking."""
    return {
        "requestorName": pickup.ship_from.address.name,
        "reason": pickup.reason or "not needed",
    }


def from_pickup(answer: Json, pickup: TransportPickup) -> TransportPickupConfirmation:
    """Read what was booked. Raises InvalidMessage when it has no number."""
    names = ("dispatchConfirmationNumbers", "dispatchConfirmationNumber")
    numbers = [str(n) for name in names for n in json_paths.find(answer, name)]
    if not numbers:
        raise InvalidMessage(_lt("DHL's answer names no dispatch confirmation number."))
    keys = tuple(dict.fromkeys(numbers))
    return TransportPickupConfirmation(keys[0], pickup.ready_local, external_ids=keys)


def to_check(address: Address) -> Json:
    """Return the query whether DHL delivers to a place."""
    return {
        "type": "delivery",
        "countryCode": parties.to_country(address),
        "postalCode": const.TEXTS.fit("zip", address.zip, address.name),
        "cityName": const.TEXTS.fit("city", address.city, address.name),
    }


def from_check(answer: Json, asked: Address) -> AddressCheck:
    """Read which places DHL serves; it knows no streets."""
    found = [
        addresses.read(place, const.PLACE, asked)
        for place in json_paths.rows(answer, "address")
    ]
    if not found:
        warnings = tuple(map(str, json_paths.find(answer, "warnings")))
        text = _lt("DHL does not deliver to this postal code and city.")
        return AddressCheck("invalid", None, warnings or (text,))
    if any(addresses.is_same(place, asked, ("city", "zip")) for place in found):
        return AddressCheck("valid", asked)
    return AddressCheck("corrected", found[0])


def to_points(address: Address, limit: int) -> Json:
    """Return the query for service points near an address."""
    return {
        "address": f"{address.street}, {address.zip or ''} {address.city}",
        "countryCode": parties.to_country(address),
        "servicePointResults": str(min(50, limit)),
        "resultUom": "km",
    }


def from_points(answer: Json) -> list[AccessPoint]:
    """Return the service points, as DHL orders them: the nearest first."""
    places = json_paths.rows(answer, "servicePoints")
    return addresses.read_points(places, const.POINT, "KM")
