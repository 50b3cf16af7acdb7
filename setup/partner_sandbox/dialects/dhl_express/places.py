"""Pick-ups, addresses and service points."""

from __future__ import annotations

from ...carriers.model import Pickup
from ...carriers.rest import Group, Routes
from ...core.clock import now
from ...core.message import Answer, Request
from .api import Json, refusal
from .numbers import pickup as pickup_number


class Places(Group):
    """Pick-ups (``exp-api-pickups``), addresses and service points."""

    def routes(self) -> Routes:
        """Operations on places."""
        return [
            ("POST", "/pickups", self.book),
            ("PATCH", "/pickups/{number}", self.change),
            ("DELETE", "/pickups/{number}", self.cancel),
            ("GET", "/address-validate", self.check),
            ("GET", "/servicepoints", self.points),
        ]

    def book(self, request: Request, _: dict[str, str]) -> Answer:
        """Books again under the same remark, too."""
        asked = request.json_object()
        number = pickup_number(self.books.next("pickup"))
        reference = str(asked.get("remark") or "")
        self.books.pickups[number] = Pickup(number, reference, now(), asked)
        body = {
            "dispatchConfirmationNumbers": [number],
            "readyByTime": asked["plannedPickupDateAndTime"][11:16],
            "nextPickupDate": asked["plannedPickupDateAndTime"][:10],
        }
        return Answer.of(body, 201)

    def change(self, request: Request, arguments: dict[str, str]) -> Answer:
        """The whole booking again."""
        found = self._pending(arguments["number"])
        found.details = request.json_object()
        found.state = "changed"
        return Answer.of({"dispatchConfirmationNumber": found.id})

    def cancel(self, _: Request, arguments: dict[str, str]) -> Answer:
        """404 for one that is not there any more."""
        self._pending(arguments["number"]).state = "cancelled"
        return Answer(200)

    def _pending(self, number: str) -> Pickup:
        found = self.books.pickups.get(number)
        if found is None or found.state == "cancelled":
            raise refusal(404, "Not found", "No pickup found")
        return found

    def check(self, request: Request, _: dict[str, str]) -> Answer:
        """The place itself, in capitals; 404 where DHL does not go."""
        country = str(request.argument("countryCode"))
        code = request.argument("postalCode", "") or ""
        city = request.argument("cityName", "") or ""
        if self.dialect.undeliverable(f"{country} {code} {city}"):
            raise refusal(404, "Not found", "No service for this location")
        area = {"code": city[:3].upper(), "description": f"{city.upper()}-{country}"}
        found = {
            "countryCode": country,
            "postalCode": code,
            "cityName": city.upper(),
            "serviceArea": area,
        }
        return Answer.of({"address": [found]})

    def points(self, request: Request, _: dict[str, str]) -> Answer:
        """Three service points in the town."""
        text = str(request.argument("address"))
        zip_code, _, city = text.rpartition(",")[2].strip().partition(" ")
        country = str(request.argument("countryCode"))
        count = int(request.argument("servicePointResults", "3") or 3)
        found = [_point(n, zip_code, city, country) for n in range(1, 4)]
        status = {"statusCode": 0, "statusMessage": "Ok", "ok": True}
        body: Json = {"status": status, "servicePoints": found[:count]}
        return Answer.of(body)


def _point(number: int, zip_code: str, city: str, country: str) -> Json:
    return {
        "facilityId": f"{city[:3].upper():X<3}{number:03d}",
        "servicePointName": f"Service point {number}",
        "localName": f"Corner shop {number}",
        "servicePointType": "PARTNER",
        "address": {
            "addressLine1": f"{number} Station Street",
            "city": city,
            "zipCode": zip_code,
            "country": country,
        },
        "distance": f"{number * 0.4:.1f} km",
    }
