"""Prices and dates of all services."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

from ...carriers import places, pricing
from ...carriers.rest import Routes
from ...core.clock import now
from ...core.message import Answer, Request
from .api import SUCCESS, Group, Json, kilograms, money, place, refusal
from .const import DOMESTIC_US, FUEL, INTERNATIONAL, NEGOTIATED, SERVICES


def arrival(
    service: str, origin: str, destination: str, start: datetime | None = None
) -> datetime:
    """End of the working day, at the destination, on which it should be there."""
    _, zone = places.hub(destination)
    day = (start or now()).astimezone(zone)
    left = pricing.days(origin, destination, SERVICES[service][2])
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return datetime.combine(day.date(), time(18), zone)


class Rating(Group):
    """``Rate``: Shop and Rate."""

    def routes(self) -> Routes:
        """Operations of Rating v2409."""
        return [("POST", "/api/rating/{version}/{requestoption}", self.rate)]

    def rate(self, request: Request, arguments: dict[str, str]) -> Answer:
        """Every service of the pair, or the one asked for."""
        asked = request.json_object()["RateRequest"]["Shipment"]
        sender = place(asked.get("ShipFrom") or asked["Shipper"])
        receiver = place(asked["ShipTo"])
        at_home = sender.country == receiver.country == "US"
        codes = DOMESTIC_US if at_home else INTERNATIONAL
        if arguments["requestoption"].lower().startswith("rate"):
            wanted = str((asked.get("Service") or {}).get("Code") or "")[-2:]
            codes = tuple(code for code in codes if code == wanted)
        if not codes or self.dialect.undeliverable(
            f"{receiver.country} {receiver.zip} {receiver.city}"
        ):
            raise refusal("111210", "The requested service is unavailable")
        weights = [kilograms(p.get("PackageWeight") or {}) for p in asked["Package"]]
        timed = request.argument("additionalinfo") == "timeintransit"
        rated = [
            self._rated(c, sender.country, receiver.country, weights, timed)
            for c in codes
        ]
        return Answer.of(
            {"RateResponse": {"Response": SUCCESS, "RatedShipment": rated}}
        )

    def _rated(
        self, code: str, origin: str, target: str, weights: list[Decimal], timed: bool
    ) -> Json:
        base, fuel = pricing.price(SERVICES[code][1], origin, target, weights)
        currency = "USD" if origin == "US" else "EUR"
        negotiated = base.amount + fuel.amount
        published = (negotiated / NEGOTIATED).quantize(pricing.CENT)
        weight = sum(weights, Decimal(0))
        made: Json = {
            "Service": {"Code": code, "Description": SERVICES[code][0]},
            "BillingWeight": {
                "UnitOfMeasurement": {"Code": "KGS", "Description": "Kilograms"},
                "Weight": f"{weight:.1f}"[:5],
            },
            "TransportationCharges": money(published, currency),
            "ServiceOptionsCharges": money(Decimal(0), currency),
            "TotalCharges": money(published, currency),
            "NegotiatedRateCharges": {
                "ItemizedCharges": [
                    {"Code": FUEL, "Description": fuel.name}
                    | money(fuel.amount, currency)
                ],
                "TotalCharge": money(negotiated, currency),
            },
            "RatedPackage": [{"Weight": f"{w:.1f}"} for w in weights],
        }
        if timed:
            made["TimeInTransit"] = self._transit(code, origin, target)
        return made

    def _transit(self, code: str, origin: str, target: str) -> Json:
        moment = arrival(code, origin, target)
        days = pricing.days(origin, target, SERVICES[code][2])
        when = {"Date": f"{moment:%Y%m%d}", "Time": f"{moment:%H%M%S}"}
        summary: Json = {
            "Service": {"Description": SERVICES[code][0]},
            "EstimatedArrival": {
                "Arrival": when,
                "BusinessDaysInTransit": str(days),
                "Pickup": {"Date": f"{now():%Y%m%d}", "Time": "170000"},
                "DayOfWeek": f"{moment:%a}".upper(),
            },
        }
        if SERVICES[code][2] == 1:
            summary["GuaranteedIndicator"] = ""
        return {
            "PickupDate": f"{now():%Y%m%d}",
            "PackageBillType": "03",
            "ServiceSummary": summary,
        }
