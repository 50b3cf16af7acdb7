"""Pick-ups and places. Never imports odoo."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from odoo.addons.logistics_carrier.canonical import (
    AccessPoint,
    AddressCheck,
    TransportPickup,
    TransportPickupConfirmation,
)
from odoo.addons.logistics_carrier.tools import addresses, prices, units
from odoo.addons.logistics_carrier.tools.texts import summarize
from odoo.addons.logistics_core.canonical import Address
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_paths, moments
from odoo.addons.logistics_core.tools.json_paths import Json

from .. import const
from . import parties

# Kilograms from which on a parcel is heavy, in countries of pounds and the others.
HEAVY = {True: 70 * units.POUND, False: Decimal(32)}
PENDING = "PickupPendingStatusResponse.PendingStatus"


def to_pickup(pickup: TransportPickup, account: str) -> Json:
    """Return the booking of one collection on our account.

    :raises InvalidMessage: the address or the contact is not complete
    """
    address = pickup.ship_from.address
    imperial = parties.is_imperial(address)
    ready = moments.from_local(pickup.ready_local)
    close = moments.from_local(pickup.close_local)
    addresses.needed_phone(address, "UPS")
    weight = pickup.weight / units.POUND if imperial else pickup.weight
    # On average; the single parcels' weights are not part of a booking.
    heavy = pickup.weight / max(1, pickup.parcel_count) > HEAVY[imperial]
    texts = const.PICKUP_TEXTS
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
            "Weight": f"{units.to_weight(weight, step='0.1'):06.1f}",
            "UnitOfMeasurement": "LBS" if imperial else "KGS",
        },
        "OverweightIndicator": "Y" if heavy else "N",
        "PaymentMethod": "01",  # by our account
        "ReferenceNumber": texts.fit("reference", pickup.reference),
        "ShippingLabelsAvailable": "Y",
    }
    if pickup.instructions:
        made["SpecialInstruction"] = texts.fit(
            "instructions", pickup.instructions, pickup.reference
        )
    return {"PickupCreationRequest": made}


def _to_place(address: Address) -> Json:
    """Return the place of a pick-up: UPS reads one line of its street."""
    texts, whose = const.PICKUP_TEXTS, address.name
    known = parties.to_address(address)
    street, width = [address.street, address.street2], texts.limits["street"]
    made: Json = {
        "CompanyName": parties.fit_company(address, texts),
        "ContactName": texts.fit("name", address.name),
        "AddressLine": addresses.wrap(street, width, 1, "UPS"),
        "City": texts.fit("city", address.city, whose),
        "CountryCode": parties.to_country(address),
        "ResidentialIndicator": "N",
        "Phone": parties.to_phone(address, texts),
    }
    if "StateProvinceCode" in known:
        made["StateProvince"] = known["StateProvinceCode"]
    if address.zip:
        made["PostalCode"] = parties.to_zip(address, texts)
    return made


def _to_piece(pickup: TransportPickup) -> Json:
    service = pickup.service or const.DEFAULT_PICKUP_SERVICE
    address = pickup.ship_from.address
    if not service.isdigit():
        raise InvalidMessage(
            _lt("UPS picks up no service %(service)s.", service=service)
        )
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
    number = json_paths.needed(answer, "PickupCreationResponse.PRN")
    result = json_paths.block(answer, "PickupCreationResponse.RateResult")
    total = prices.to_money(result, "GrandTotalOfAllCharge", "CurrencyCode")
    return TransportPickupConfirmation(number, pickup.ready_local, total)


def find_pending(answer: Json, reference: str) -> str | None:
    """Return the number of the pending pick-up of our reference."""
    pending = json_paths.rows(answer, PENDING)
    same = (p for p in pending if p.get("ReferenceNumber") == reference)
    return json_paths.text(next(same, {}), "PRN")


def is_pending(answer: Json, number: str | None) -> bool:
    """Return whether UPS still means to come."""
    return number in json_paths.find(answer, f"{PENDING}.PRN")


def to_check(address: Address) -> Json:
    """Return the question whether an address exists."""
    texts, whose = const.CHECK_TEXTS, address.name
    key = {
        "ConsigneeName": summarize(
            address.company or address.name, texts.limits["name"]
        ),
        "AddressLine": [line for line in (address.street, address.street2) if line],
        "PoliticalDivision2": texts.fit("city", address.city, whose),
        "PoliticalDivision1": texts.fit("state", addresses.state_code(address), whose),
        "PostcodePrimaryLow": texts.fit("zip", address.zip, whose),
        "CountryCode": parties.to_country(address),
    }
    return {"XAVRequest": {"AddressKeyFormat": json_paths.filled(key)}}


def from_check(answer: Json, asked: Address) -> AddressCheck:
    """Read the candidates: the same one is valid, another one a correction."""
    found = json_paths.block(answer, "XAVResponse")
    candidates = json_paths.rows(found, "Candidate")
    kind = "AddressClassification.Code"
    code = json_paths.text(found, kind) or json_paths.text(candidates, kind)
    residential = {"1": False, "2": True}.get(str(code))
    if "NoCandidatesIndicator" in found or not candidates:
        text = _lt("UPS knows no such address.")
        return AddressCheck("invalid", None, (text,), residential)
    best = _from_key(json_paths.block(candidates, "AddressKeyFormat"), asked)
    if "ValidAddressIndicator" in found:
        status = "valid" if _is_same(best, asked) else "corrected"
        return AddressCheck(status, best, (), residential)
    text = _lt("UPS knows %(count)s addresses like this one.", count=len(candidates))
    return AddressCheck("invalid", best, (text,), residential)


def _is_same(one: Address, other: Address) -> bool:
    """UPS completes postal codes, whose first five characters count."""
    codes = {addresses.plain(a.zip)[: parties.ZIP_DIGITS] for a in (one, other)}
    names = ("street", "street2", "city")
    return len(codes) == 1 and addresses.is_same(one, other, names)


def _from_key(key: Json, asked: Address) -> Address:
    lines = [*map(str, json_paths.find(key, "AddressLine")), ""]
    found = addresses.read(key, const.PLACE, asked)
    extended = json_paths.text(key, "PostcodeExtendedLow")
    return replace(
        found,
        street=lines[0] or asked.street,
        street2=lines[1] if len(lines) > 2 else None,
        zip=f"{found.zip}-{extended}" if extended else found.zip,
        # UPS gives back its own code of a territory, which the address does not have.
        country=asked.country
        if found.country == parties.to_country(asked)
        else found.country,
    )


def to_locator(address: Address, limit: int, point: str | None = None) -> Json:
    """Return the question for access points near an address, or for one by its id."""
    texts, whose = const.LOCATOR_TEXTS, address.name
    state = addresses.state_code(address) or address.city
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
                    "AddressLine": texts.fit("street", address.street, whose),
                    "PoliticalDivision2": texts.fit("city", address.city, whose),
                    # Must be there; most countries have no state in addresses.
                    "PoliticalDivision1": texts.fit("state", state, whose),
                    "PostcodePrimaryLow": texts.fit("zip", address.zip or "0", whose),
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
    places = json_paths.rows(answer, "LocatorResponse.SearchResults.DropLocation")
    return addresses.read_points(places, const.POINT, "KM")
