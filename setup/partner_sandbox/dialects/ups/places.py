"""Pick-ups, address validation and access points."""

from __future__ import annotations

from ...carriers.model import Pickup
from ...carriers.rest import Routes
from ...core.clock import now
from ...core.message import Answer, Request
from .api import SUCCESS, Group, Json, refusal


class Places(Group):
    """``Pickup Creation``, ``Pickup Cancel``, ``AddressValidation``, ``Locator``."""

    def routes(self) -> Routes:
        """Operations of Pickup v2409, Address Validation v2 and Locator v3."""
        address = "/api/addressvalidation/{version}/{requestoption}"
        points = "/api/locations/{version}/search/availabilities/{reqOption}"
        return [
            ("POST", "/api/pickupcreation/{version}/pickup", self.book),
            ("GET", "/api/shipments/{version}/pickup/{pickuptype}", self.pending),
            ("DELETE", "/api/shipments/{version}/pickup/{CancelBy}", self.cancel),
            ("POST", address, self.check),
            ("POST", points, self.locate),
        ]

    def book(self, request: Request, _: dict[str, str]) -> Answer:
        """``Pickup Creation``: books again under the same reference, too."""
        asked = request.json_object()["PickupCreationRequest"]
        dates = asked["PickupDateInfo"]
        if dates["CloseTime"] <= dates["ReadyTime"]:
            raise refusal("9510113", "The close time must be after the ready time")
        number = f"2929{self.books.next('pickup'):07d}"
        reference = str(asked.get("ReferenceNumber") or "")
        self.books.pickups[number] = Pickup(number, reference, now(), asked)
        country = asked["PickupAddress"]["CountryCode"]
        body = {
            "Response": SUCCESS,
            "PRN": number,
            "RateStatus": {"Code": "01", "Description": "Rate available"},
            "RateResult": {
                "RateType": "FD",
                "CurrencyCode": "USD" if country == "US" else "EUR",
                "GrandTotalOfAllCharge": "00006.50",
            },
        }
        return Answer.of({"PickupCreationResponse": body})

    def pending(self, *_: object) -> Answer:
        """``Pickup Pending Status``."""
        found = [
            {
                "PickupType": "01",
                "ServiceDate": p.details["PickupDateInfo"]["PickupDate"],
                "PRN": p.id,
                "PickupStatusMessage": "Received at dispatch",
                "ReferenceNumber": p.reference,
            }
            for p in self.books.pickups.values()
            if p.state == "booked"
        ]
        body = {"Response": SUCCESS, "PendingStatus": found}
        return Answer.of({"PickupPendingStatusResponse": body})

    def cancel(self, request: Request, _: dict[str, str]) -> Answer:
        """``Pickup Cancel`` by its number."""
        pickup = self.books.pickups.get(request.headers.get("prn", ""))
        if pickup is None or pickup.state == "cancelled":
            raise refusal("9500560", "There is no pending pickup of this number")
        pickup.state = "cancelled"
        body = {"Response": SUCCESS, "PickupType": "01"}
        return Answer.of({"PickupCancelResponse": body})

    def check(self, request: Request, _: dict[str, str]) -> Answer:
        """``AddressValidation``: the same address in capitals, or none."""
        key = request.json_object()["XAVRequest"]["AddressKeyFormat"]
        city, code = (
            key.get("PoliticalDivision2", ""),
            key.get("PostcodePrimaryLow", ""),
        )
        body: Json = {"Response": SUCCESS}
        if self.dialect.undeliverable(f"{key['CountryCode']} {code} {city}"):
            return Answer.of({"XAVResponse": body | {"NoCandidatesIndicator": ""}})
        kind = {"Code": "1", "Description": "Commercial"}
        found = {
            name: [line.upper() for line in value]
            if isinstance(value, list)
            else value.upper()
            for name, value in key.items()
        }
        body |= {
            "ValidAddressIndicator": "",
            "AddressClassification": kind,
            "Candidate": [{"AddressClassification": kind, "AddressKeyFormat": found}],
        }
        return Answer.of({"XAVResponse": body})

    def locate(self, request: Request, _: dict[str, str]) -> Answer:
        """``Locator``: three access points in the town, or the one asked for."""
        asked = request.json_object()["LocatorRequest"]
        key = asked["OriginAddress"]["AddressKeyFormat"]
        criteria = asked.get("LocationSearchCriteria") or {}
        search = criteria.get("AccessPointSearch") or {}
        wanted = search.get("PublicAccessPointID")
        numbers = [f"U{n:08d}" for n in range(1, 4)]
        found = [
            _location(number, place, key)
            for place, number in enumerate(numbers, 1)
            if wanted in (None, number)
        ]
        results = {"DropLocation": found[: int(criteria.get("MaximumListSize") or 50)]}
        body = {
            "Response": {
                "ResponseStatusCode": "1",
                "ResponseStatusDescription": "Success",
            },
            "SearchResults": results,
            "AllowAllConfidenceLevels": "N",
        }
        return Answer.of({"LocatorResponse": body})


def _location(number: str, place: int, near: Json) -> Json:
    return {
        "LocationID": str(1000 + place),
        "OriginOrDestination": "01",
        "IVR": {"PhraseID": str(place)},
        "Geocode": {"Latitude": "45.76", "Longitude": "4.83"},
        "AddressKeyFormat": {
            "ConsigneeName": f"Corner shop {place}",
            "AddressLine": f"{place} Station Street",
            "PoliticalDivision2": near["PoliticalDivision2"],
            "PoliticalDivision1": near.get("PoliticalDivision1", ""),
            "PostcodePrimaryLow": near["PostcodePrimaryLow"],
            "CountryCode": near["CountryCode"],
        },
        "PhoneNumber": ["5550100"],
        "LocationAttribute": [],
        "Distance": {
            "Value": f"{place * 0.4:.1f}",
            "UnitOfMeasurement": {"Code": "KM", "Description": "Kilometers"},
        },
        "StandardHoursOfOperation": "Mon-Sat: 9:00am-8:00pm; Sun: Closed",
        "Timezone": "Europe/Paris",
        "AccessPointInformation": {"PublicAccessPointID": number},
    }
