"""Pick-ups and places. Never imports odoo."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from odoo.addons.logistics_carrier.canonical import (
    AccessPoint,
    AddressCheck,
    Money,
    TransportPickup,
    TransportPickupConfirmation,
)
from odoo.addons.logistics_carrier.tools.units import POUND, round_up
from odoo.addons.logistics_core.canonical import Address
from odoo.addons.logistics_core.errors import InvalidMessage

from .. import const
from . import parties

Json = dict[str, Any]
HEAVY = {True: 70 * POUND, False: Decimal(32)}
METRES = {"KM": 1000, "MI": 1609}


def to_pickup(pickup: TransportPickup, account: str) -> Json:
    """Return the booking of one collection on our account.

    :raises InvalidMessage: the address or the contact is not complete
    """
    address = pickup.ship_from.address
    imperial = parties.is_imperial(address)
    ready = datetime.fromisoformat(pickup.ready_local)
    close = datetime.fromisoformat(pickup.close_local)
    if not address.phone:
        raise InvalidMessage("UPS needs a phone number at the place of collection.")
    weight = pickup.weight / POUND if imperial else pickup.weight
    made: Json = {
        "Request": {},
        "RatePickupIndicator": "Y",
        "Shipper": {
            "Account": {
                "AccountNumber": account,
                "AccountCountryCode": parties.to_country(address),
            }
        },
        "PickupDateInfo": {
            "ReadyTime": f"{ready:%H%M}",
            "CloseTime": f"{close:%H%M}",
            "PickupDate": f"{ready:%Y%m%d}",
        },
        "PickupAddress": _to_place(address),
        "AlternateAddressIndicator": "Y",
        "PickupPiece": [_to_piece(pickup)],
        # The contract wants six characters: a leading zero weighs nothing.
        "TotalWeight": {
            "Weight": f"{round_up(weight, '0.1'):06.1f}",
            "UnitOfMeasurement": "LBS" if imperial else "KGS",
        },
        "OverweightIndicator": "Y" if _is_heavy(pickup, imperial) else "N",
        "PaymentMethod": "01",  # by our account
        "ReferenceNumber": pickup.reference[:35],
        "ShippingLabelsAvailable": "Y",
    }
    if pickup.instructions:
        made["SpecialInstruction"] = pickup.instructions[:57]
    return {"PickupCreationRequest": made}


def _is_heavy(pickup: TransportPickup, imperial: bool) -> bool:
    """On average; the single parcels' weights are not part of a booking."""
    return pickup.weight / max(1, pickup.parcel_count) > HEAVY[imperial]


def _to_place(address: Address) -> Json:
    lines = parties.to_address(address)
    made: Json = {
        "CompanyName": (address.company or address.name)[:27],
        "ContactName": address.name[:22],
        "AddressLine": lines["AddressLine"],
        "City": address.city[:50],
        "CountryCode": parties.to_country(address),
        "ResidentialIndicator": "N",
        "Phone": {"Number": str(address.phone)[:25]},
    }
    if "StateProvinceCode" in lines:
        made["StateProvince"] = lines["StateProvinceCode"]
    if address.zip:
        made["PostalCode"] = address.zip.strip()[:8]
    return made


def _to_piece(pickup: TransportPickup) -> Json:
    service = pickup.service or const.DEFAULT_PICKUP_SERVICE
    address = pickup.ship_from.address
    if not service.isdigit():
        raise InvalidMessage(f"UPS picks up no service {service}.")
    return {
        "ServiceCode": const.PICKUP_SERVICE % int(service),
        "Quantity": str(min(999, pickup.parcel_count)),
        "DestinationCountryCode": (
            pickup.destination_country or parties.to_country(address)
        ),
        "ContainerCode": "01",
    }


def from_pickup(answer: Json, pickup: TransportPickup) -> TransportPickupConfirmation:
    """Read what was booked. Raises InvalidMessage when it has no number."""
    found = answer.get("PickupCreationResponse") or {}
    if not found.get("PRN"):
        raise InvalidMessage("UPS's answer names no pick-up request number.")
    result = found.get("RateResult") or {}
    try:
        amount = Decimal(str(result.get("GrandTotalOfAllCharge")))
    except InvalidOperation:
        amount = None
    currency = result.get("CurrencyCode")
    total = Money(amount, currency) if amount is not None and currency else None
    return TransportPickupConfirmation(
        external_id=str(found["PRN"]), ready_local=pickup.ready_local, total=total
    )


def find_pending(answer: Json, reference: str) -> str | None:
    """Return the number of the pending pick-up of our reference."""
    found = answer.get("PickupPendingStatusResponse") or {}
    for item in parties.as_list(found.get("PendingStatus")):
        if item.get("ReferenceNumber") == reference[:35]:
            return str(item.get("PRN"))
    return None


def is_pending(answer: Json, number: str | None) -> bool:
    """Return whether UPS still means to come."""
    found = answer.get("PickupPendingStatusResponse") or {}
    pending = parties.as_list(found.get("PendingStatus"))
    return any(item.get("PRN") == number for item in pending)


def to_confirmation(
    number: str, pickup: TransportPickup
) -> TransportPickupConfirmation:
    """Return the confirmation of a booking that was found again."""
    return TransportPickupConfirmation(number, pickup.ready_local)


def to_check(address: Address) -> Json:
    """Return the question whether an address exists."""
    lines = [line for line in (address.street, address.street2) if line]
    key: Json = {
        "ConsigneeName": (address.company or address.name)[:40],
        "AddressLine": lines,
        "PoliticalDivision2": address.city[:30],
        "CountryCode": parties.to_country(address),
    }
    if address.state:
        key["PoliticalDivision1"] = address.state.rpartition("-")[2][:30]
    if address.zip:
        key["PostcodePrimaryLow"] = address.zip[:10]
    return {"XAVRequest": {"AddressKeyFormat": key}}


def from_check(answer: Json, asked: Address) -> AddressCheck:
    """Read the candidates: the same one is valid, another one a correction."""
    found = answer.get("XAVResponse") or {}
    candidates = parties.as_list(found.get("Candidate"))
    residential = _residential(found.get("AddressClassification"))
    if "NoCandidatesIndicator" in found or not candidates:
        text = "UPS knows no such address."
        return AddressCheck("invalid", None, (text,), residential)
    best = _from_key(candidates[0].get("AddressKeyFormat") or {}, asked)
    if residential is None:
        residential = _residential(candidates[0].get("AddressClassification"))
    if "ValidAddressIndicator" in found and _same(best, asked):
        return AddressCheck("valid", best, (), residential)
    if "ValidAddressIndicator" in found:
        return AddressCheck("corrected", best, (), residential)
    text = f"UPS knows {len(candidates)} addresses like this one."
    return AddressCheck("invalid", best, (text,), residential)


def _residential(block: Any) -> bool | None:
    code = (block or {}).get("Code")
    return {"1": False, "2": True}.get(str(code))


def _from_key(key: Json, asked: Address) -> Address:
    lines = key.get("AddressLine") or []
    lines = [lines] if isinstance(lines, str) else [str(line) for line in lines]
    zip_code = str(key.get("PostcodePrimaryLow") or "")
    extended = key.get("PostcodeExtendedLow")
    # UPS gives back its own code of a territory, which the address does not have.
    code = str(key.get("CountryCode") or parties.to_country(asked))
    return Address(
        name=asked.name,
        company=asked.company,
        street=lines[0] if lines else asked.street,
        street2=lines[1] if len(lines) > 1 else None,
        city=str(key.get("PoliticalDivision2") or asked.city),
        zip=f"{zip_code}-{extended}" if extended else zip_code or asked.zip,
        state=str(key.get("PoliticalDivision1") or asked.state or "") or None,
        country=asked.country if code == parties.to_country(asked) else code,
        phone=asked.phone,
        email=asked.email,
    )


def _same(one: Address, other: Address) -> bool:
    def plain(address: Address) -> tuple[str, ...]:
        texts = (address.street, address.street2, address.city, address.zip)
        return tuple("".join((text or "").upper().split())[:60] for text in texts)

    return (
        plain(one)[:3] == plain(other)[:3] and plain(one)[3][:5] == plain(other)[3][:5]
    )


def to_locator(address: Address, limit: int, point: str | None = None) -> Json:
    """Return the question for access points near an address, or for one by its id."""
    criteria: Json = {
        "MaximumListSize": str(min(50, limit)),
        "SearchRadius": "50",
        "AccessPointSearch": {"AccessPointStatus": "01"},  # active
    }
    if point:
        criteria["AccessPointSearch"]["PublicAccessPointID"] = point
    return {
        "LocatorRequest": {
            "Request": {"RequestAction": "Locator"},
            "OriginAddress": {
                "AddressKeyFormat": {
                    "AddressLine": address.street[:100],
                    "PoliticalDivision2": address.city[:50],
                    # Must be there; most countries have no state in addresses.
                    "PoliticalDivision1": (
                        (address.state or "").rpartition("-")[2] or address.city
                    ),
                    "PostcodePrimaryLow": (address.zip or "0")[:10],
                    "CountryCode": parties.to_country(address),
                }
            },
            "Translate": {"Locale": const.LOCALE},
            "UnitOfMeasurement": {"Code": "KM"},
            "LocationSearchCriteria": criteria,
        }
    }


def from_locator(answer: Json) -> list[AccessPoint]:
    """Return the access points, as UPS orders them: the nearest first."""
    results = (answer.get("LocatorResponse") or {}).get("SearchResults") or {}
    found = (_from_location(x) for x in parties.as_list(results.get("DropLocation")))
    return [point for point in found if point]


def _from_location(item: Json) -> AccessPoint | None:
    key = item.get("AddressKeyFormat") or {}
    information = item.get("AccessPointInformation") or {}
    number = information.get("PublicAccessPointID")
    if not number or not key:
        return None
    distance = item.get("Distance") or {}
    unit = str((distance.get("UnitOfMeasurement") or {}).get("Code") or "KM").upper()
    try:
        metres = int(float(distance.get("Value")) * METRES.get(unit, 1000))
    except (TypeError, ValueError):
        metres = None
    name = str(key.get("ConsigneeName") or number)
    return AccessPoint(
        external_id=str(number),
        name=name,
        address=Address(
            name=name,
            street=str(key.get("AddressLine") or ""),
            city=str(key.get("PoliticalDivision2") or ""),
            zip=str(key.get("PostcodePrimaryLow") or "") or None,
            state=str(key.get("PoliticalDivision1") or "") or None,
            country=str(key.get("CountryCode") or ""),
        ),
        distance_m=metres,
        opening_hours=item.get("StandardHoursOfOperation"),
    )
